/** What persons have declared counts in states, blame and words, whatever is observed. */
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { buildGraph } from '../../src/config/graph.ts';
import type { State } from '../../src/model.ts';
import { headlineOf } from '../../src/status/headline.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { createTimeline } from '../../src/status/timeline.ts';
import { MINUTE, NOON, roundOf, type Seen, sketch } from './sketch.ts';

const SERVICES = sketch({
  shop: ['api'],
  app: ['api'],
  api: ['db'],
  db: [],
  panel: { probes: [], needs: [] },
  cron: [],
});
const GRAPH = buildGraph(
  SERVICES.map((service) => (service.id === 'cron' ? { ...service, critical: false } : service)),
);
const UP = { shop: 'up', app: 'up', api: 'up', db: 'up', cron: 'up' };

function seen(declared: Readonly<Record<string, State>>, ...rounds: Readonly<Record<string, Seen>>[]) {
  const timeline = createTimeline(GRAPH, []);
  const all = rounds.map((round, index) => roundOf(SERVICES, round, NOON + index * 5 * MINUTE));
  const verdict = all.map((round) => timeline.advance(round)).at(-1);
  const own = timeline.own();
  const said = new Map(
    Object.entries(declared).map(([id, state]) => [
      id,
      { incident: 'slow', title: 'Slow checkouts', state, since: NOON },
    ]),
  );
  const rollup = rollUp(GRAPH, own, { declared: said });
  const config = { services: SERVICES, canaries: [] as readonly string[] } as unknown as Config;
  return { rollup, headline: headlineOf({ config, rollup, own, verdict }) };
}

test.each<[string, Readonly<Record<string, State>>, State, string]>([
  ['minor', { shop: 'degraded' }, 'degraded', 'Shop is degraded.'],
  ['major', { shop: 'partial_outage' }, 'partial_outage', 'Shop is partly down.'],
  ['critical, though most of what matters works', { shop: 'major_outage' }, 'major_outage', 'Shop is down.'],
  ['one that nobody probes', { panel: 'degraded' }, 'degraded', 'Panel is degraded.'],
  ['one that is not critical otherwise', { cron: 'partial_outage' }, 'partial_outage', 'Cron is partly down.'],
  ['several', { app: 'degraded', shop: 'degraded' }, 'degraded', 'Shop and App are degraded.'],
])('%s: shown while all probes are up', (_, declared, overall, verdict) => {
  const { rollup, headline } = seen(declared, UP, UP);
  expect([rollup.overall, headline.verdict]).toEqual([overall, verdict]);
  expect(headline.because[0]).toBe('Declared by the maintainers, since 2026-11-20 12:00 UTC: Slow checkouts.');
  expect(headline.because.filter((sentence) => sentence.includes('cause'))).toEqual([]);
  for (const [id, state] of Object.entries(declared)) {
    expect(rollup.effective.get(id)).toEqual({ state, isDeclared: true });
  }
});

test('blame runs from the declared service to what is seen to fail below it', () => {
  const down = { ...UP, db: 'down refused' };
  const { rollup, headline } = seen({ shop: 'degraded' }, UP, down, down);
  expect(rollup.causes.map(({ service, chain }) => [service, chain])).toEqual([['shop', ['shop']]]);
  const through = seen(
    { shop: 'degraded' },
    UP,
    { ...down, api: 'down status 500' },
    { ...down, api: 'down status 500' },
  );
  expect(through.rollup.causes.map(({ service, chain }) => [service, chain])).toEqual([['db', ['shop', 'api', 'db']]]);
  expect(through.headline.because.join(' ')).toContain('Probable cause: Db');
  expect(headline.verdict).toBe('Shop is degraded.');
});

test('what probes see is worse, and stays', () => {
  const down = { ...UP, shop: 'down refused' };
  const { rollup } = seen({ shop: 'degraded' }, UP, down, down);
  expect(rollup.effective.get('shop')).toEqual({ state: 'major_outage' });
});

test('who has no probes and needs it inherits, others are at risk', () => {
  const services = sketch({ portal: { needs: ['login'], probes: [] }, web: ['login'], login: [] });
  const graph = buildGraph(services);
  const own = new Map([
    ['web', { state: 'operational' as const }],
    ['login', { state: 'operational' as const }],
    ['portal', { state: 'unknown' as const }],
  ]);
  const declared = new Map([['login', { incident: 'x', title: 'X', state: 'major_outage' as const, since: NOON }]]);
  const { effective } = rollUp(graph, own, { declared });
  expect(effective.get('portal')).toEqual({ state: 'major_outage', via: 'login' });
  expect(effective.get('web')).toEqual({ state: 'operational', atRiskThrough: 'login' });
});

test('a prober without network, and one that has not looked yet, hide nothing', () => {
  const silent = Object.fromEntries(Object.keys(UP).map((id) => [id, 'down unreachable']));
  const blind = seen({ shop: 'degraded' }, UP, silent).headline;
  expect(blind.verdict).toBe('Shop is degraded.');
  expect(blind.because.join(' ')).toContain('our prober cannot reach the network');
  expect(seen({ shop: 'degraded' }).headline).toEqual({
    verdict: 'Shop is degraded.',
    because: [
      'Declared by the maintainers, since 2026-11-20 12:00 UTC: Slow checkouts.',
      'The first round has not run.',
    ],
  });
});

test('a service that services.yml does not have is nobody', () => {
  const { rollup } = seen({ gone: 'major_outage' }, UP, UP);
  expect([rollup.overall, rollup.declared.size]).toEqual(['operational', 0]);
});
