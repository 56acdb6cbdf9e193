import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { buildGraph } from '../../src/config/graph.ts';
import { headlineOf, readingInWords } from '../../src/status/headline.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { MINUTE, NOON, observe, type PlayOptions, play, type Seen, type ServiceSketch, sketch } from './sketch.ts';

/** What the page says after the rounds, a sentence a line. */
function headline(
  services: Readonly<Record<string, readonly string[] | ServiceSketch>>,
  rounds: readonly Record<string, Seen>[],
  options?: PlayOptions,
): string {
  const list = sketch(services);
  const last = play(list, rounds, options).at(-1);
  const own = last?.own ?? new Map();
  const config: Config = {
    page: { title: 'Status', language: 'en', links: [] },
    schedule: { everyMs: 5 * MINUTE, rounds: 1 },
    services: list,
    maintenance: [],
    canaries: [],
    locations: [],
    notifications: [],
    github: { issues: true },
    history: { keep: { rawMs: 0, hourlyMs: 0 } },
    renamed: new Map(),
  };
  const { verdict, because } = headlineOf({
    config,
    rollup: rollUp(buildGraph(list), own),
    own,
    verdict: last?.verdict,
  });
  return [verdict, ...because].join('\n');
}

/** All up but the given, for two rounds, so that it is confirmed. */
function after(
  services: Readonly<Record<string, readonly string[] | ServiceSketch>>,
  seen: Record<string, Seen>,
): string {
  const probed = Object.entries(services).filter(([, given]) => 'length' in given || given.probes?.length !== 0);
  const well = Object.fromEntries(probed.map(([id]) => [id, 'up']));
  return headline(services, [well, { ...well, ...seen }, { ...well, ...seen }]);
}

const SHOP = { web: ['api'], api: ['db'], db: [], images: ['disk'], disk: [], docs: { critical: false } };

test('no observations', () => {
  expect(headline(SHOP, [])).toMatchInlineSnapshot(`
    "No observations yet.
    The first round has not run."
  `);
});

test('all well', () => {
  expect(after(SHOP, {})).toMatchInlineSnapshot(`"All systems are operational."`);
});

test('one cause, far below what users see', () => {
  const seen = { web: 'down status 502', api: 'down status 500', db: 'down timeout@connect' };
  expect(after(SHOP, seen)).toMatchInlineSnapshot(`
    "Web is down.
    Probable cause: Db, down since 2026-11-20 12:05 UTC (5 min): no answer in time (connecting). 2 of the 2 services that need it are affected.
    Affected: Web and Api."
  `);
});

test('a cause that nobody needs is told without its name a second time', () => {
  expect(after(SHOP, { web: 'degraded slow 4200' })).toMatchInlineSnapshot(`
    "Web is degraded.
    Since 2026-11-20 12:05 UTC (5 min): slow, 4200 ms."
  `);
});

test('a cause with one user', () => {
  expect(after({ web: ['db'], db: [] }, { web: 'down status 500', db: 'down timeout@ttfb' })).toMatchInlineSnapshot(`
    "Web is down.
    Probable cause: Db, down since 2026-11-20 12:05 UTC (5 min): no answer in time (waiting for the first byte). The one service that needs it is affected.
    Affected: Web."
  `);
});

test('a cause that was inherited by what is not probed', () => {
  expect(after({ web: { needs: ['db'], probes: [] }, db: [] }, { db: 'down tls-expired' })).toMatchInlineSnapshot(`
    "Web is down.
    Probable cause: Db, down since 2026-11-20 12:05 UTC (5 min): its certificate has expired. The one service that needs it is affected.
    Affected: Web."
  `);
});

test('several causes, the worst first', () => {
  const seen = { web: 'degraded slow 4200', images: 'down content', disk: 'down refused' };
  expect(after(SHOP, seen)).toMatchInlineSnapshot(`
    "Images is down; Web is degraded.
    Probable cause: Disk (66 %), down since 2026-11-20 12:05 UTC (5 min): connection refused. The one service that needs it is affected.
    Also: Web (33 %), degraded since 2026-11-20 12:05 UTC (5 min): slow, 4200 ms.
    Affected: Images."
  `);
});

test('more causes than anybody reads', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  expect(
    after(
      Object.fromEntries(names.map((id) => [id, []])),
      Object.fromEntries(names.map((id) => [id, 'down status 500'])),
    ),
  ).toMatchInlineSnapshot(`
    "Major outage: 5 of 5 main services are affected.
    Cause unclear, perhaps: A (20 %), down since 2026-11-20 12:05 UTC (5 min): status 500.
    Also: B (20 %), down since 2026-11-20 12:05 UTC (5 min): status 500.
    Also: C (20 %), down since 2026-11-20 12:05 UTC (5 min): status 500.
    And 2 further failures."
  `);
});

test('many affected by one cause', () => {
  const names = ['shop', 'blog', 'docs', 'mail', 'chat', 'wiki'];
  const services = { ...Object.fromEntries(names.map((id) => [id, ['sso']])), sso: [] };
  const seen = Object.fromEntries([...names.slice(0, 5), 'sso'].map((id) => [id, 'down status 500']));
  expect(after(services, seen)).toMatchInlineSnapshot(`
    "Major outage: 5 of 6 main services are affected.
    Probable cause: Sso, down since 2026-11-20 12:05 UTC (5 min): status 500. 5 of the 6 services that need it are affected.
    Affected: Shop, Blog, Docs and 2 more."
  `);
});

test('several are down and one is degraded', () => {
  expect(
    after(
      { shop: [], blog: [], docs: [] },
      { shop: 'down status 500', blog: 'down status 404', docs: 'degraded expiring' },
    ),
  ).toMatchInlineSnapshot(`
    "Shop and Blog are down; Docs is degraded.
    Probable cause: Blog (40 %), down since 2026-11-20 12:05 UTC (5 min): status 404.
    Also: Shop (40 %), down since 2026-11-20 12:05 UTC (5 min): status 500.
    Also: Docs (20 %), degraded since 2026-11-20 12:05 UTC (5 min): its certificate ends soon."
  `);
});

test('contained only', () => {
  expect(after(SHOP, { docs: 'down status 404', disk: 'degraded value' })).toMatchInlineSnapshot(`
    "All essential services are operational.
    Contained: Disk (degraded) and Docs (down)."
  `);
});

test('contained beside a cause', () => {
  expect(after(SHOP, { web: 'down status 500', docs: 'down dns-not-found' })).toMatchInlineSnapshot(`
    "Web is down.
    Since 2026-11-20 12:05 UTC (5 min): status 500.
    Contained: Docs (down)."
  `);
});

test('prober fault', () => {
  expect(
    headline({ a: [], b: [], c: [] }, [
      { a: 'up', b: 'up', c: 'up' },
      { a: 'down unreachable', b: 'down unreachable', c: 'down unreachable' },
    ]),
  ).toMatchInlineSnapshot(`
    "Unknown: our prober cannot reach the network.
    Too many services went silent in the same round, so the fault is probably ours. States below are the last known ones."
  `);
});

test('a prober fault that has lasted too long', () => {
  const silent = { a: 'down unreachable', b: 'down unreachable', c: 'down unreachable' };
  expect(
    headline({ a: [], b: [], c: [] }, [{ a: 'up', b: 'up', c: 'up' }, silent, silent, silent, silent, silent]),
  ).toMatchInlineSnapshot(`
    "A, B and C are down.
    It may also be our prober: too many services went silent at once.
    Cause unclear, perhaps: A (33 %), down since 2026-11-20 12:20 UTC (5 min): no route to it.
    Also: B (33 %), down since 2026-11-20 12:20 UTC (5 min): no route to it.
    Also: C (33 %), down since 2026-11-20 12:20 UTC (5 min): no route to it."
  `);
});

test('nothing is known', () => {
  expect(headline({ web: { probes: [] }, api: [] }, [{ api: 'unknown proxy' }])).toMatchInlineSnapshot(
    `"The state is unknown."`,
  );
});

test('one of two is not known', () => {
  expect(headline({ web: { probes: [] }, api: [] }, [{ api: 'up' }])).toMatchInlineSnapshot(`
    "Everything we can see is operational.
    Not known: Web."
  `);
});

test('not known beside a cause', () => {
  expect(after({ web: { probes: [] }, api: [] }, { api: 'down status 500' })).toMatchInlineSnapshot(`
    "Api is down.
    Since 2026-11-20 12:05 UTC (5 min): status 500.
    Not known: Web."
  `);
});

test('maintenance', () => {
  const maintenance = [{ title: 'Work', services: ['db', 'api'], startsAt: NOON, endsAt: NOON + 60 * MINUTE }];
  expect(
    headline({ web: ['api'], api: ['db'], db: [] }, [{ web: 'up', api: 'down refused', db: 'down refused' }], {
      maintenance,
    }),
  ).toMatchInlineSnapshot(`
    "All systems are operational.
    In maintenance: Api and Db."
  `);
});

test('monitoring is blind', () => {
  expect(
    after(
      { web: ['insight sentry'], api: ['insight sentry'], sentry: { critical: false } },
      { sentry: 'down status 503' },
    ),
  ).toMatchInlineSnapshot(`
    "All essential services are operational.
    Contained: Sentry (down).
    Monitoring is blind at Web and Api."
  `);
});

test('a probe that fails first in services.yml is the evidence, in whatever order it was read', () => {
  const services = { web: { probes: [{ id: 'ping' }, { id: 'pages' }] } };
  const read = (first: string, second: string): string => {
    const seen: Record<string, string> = { ping: 'down refused', pages: 'down status 500' };
    const round = { web: { [first]: seen[first]!, [second]: seen[second]! } };
    return headline(services, [round, round]);
  };
  expect(read('ping', 'pages')).toContain('connection refused');
  expect(read('pages', 'ping')).toBe(read('ping', 'pages'));
});

test.each([
  ['up 143', 'answered in 143 ms'],
  ['down refused', 'connection refused'],
  ['down status 503', 'status 503'],
  ['down timeout@connect', 'no answer in time (connecting)'],
  ['down timeout@ttfb', 'no answer in time (waiting for the first byte)'],
  ['down timeout', 'no answer in time'],
  ['degraded slow 2500', 'slow, 2500 ms'],
  ['degraded expiring', 'its certificate ends soon'],
  ['unknown proxy', 'not known: the proxy failed'],
  ['down', 'down'],
])('%s reads %s', (seen, words) => {
  expect(readingInWords(observe(sketch({ web: [] }), { web: seen })[0]!)).toBe(words);
});
