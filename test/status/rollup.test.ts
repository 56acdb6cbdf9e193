import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/config/graph.ts';
import type { State } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { NOON, ownStates, type ServiceSketch, sketch } from './sketch.ts';

type Sketches = Readonly<Record<string, readonly string[] | ServiceSketch>>;
type States = Readonly<Record<string, State>>;

/** Own states of those that are not well → everything. Services without probes are unknown by themselves. */
function roll(services: Sketches, states: States) {
  const graph = buildGraph(sketch(services));
  const rollup = rollUp(graph, ownStates(graph, states));
  return {
    ...rollup,
    causes: rollup.causes.map(({ service }) => service),
    chains: rollup.causes.map(({ chain }) => chain.join(' → ')),
    details: rollup.causes,
  };
}

const unprobed = (...needs: string[]): ServiceSketch => ({ needs, probes: [] });
const DOWN = { db: 'major_outage' } as const;

describe('effective state', () => {
  test.each<[string, Sketches, States, State]>([
    ['without probes and with a healthy dependency: still unknown', { web: unprobed('db'), db: [] }, {}, 'unknown'],
    ['without probes and with a hard dependency down: down', { web: unprobed('db'), db: [] }, DOWN, 'major_outage'],
    [
      'without probes and with a hard dependency partly down: partly down',
      { web: unprobed('db'), db: [] },
      { db: 'partial_outage' },
      'partial_outage',
    ],
    [
      'without probes and with a soft dependency down: degraded',
      { web: unprobed('soft db'), db: [] },
      DOWN,
      'degraded',
    ],
    [
      'without probes and with an insight dependency down: unknown as before',
      { web: unprobed('insight db'), db: [] },
      DOWN,
      'unknown',
    ],
    ['with probes that succeed: operational, whatever it depends on', { web: ['db'], db: [] }, DOWN, 'operational'],
    [
      'with probes that degrade: what they say, and no worse',
      { web: ['db'], db: [] },
      { web: 'degraded', db: 'major_outage' },
      'degraded',
    ],
    [
      'with probes that degrade and a soft dependency down: degraded',
      { web: ['soft db'], db: [] },
      { web: 'degraded', db: 'major_outage' },
      'degraded',
    ],
    [
      'with probes that fail: a better dependency helps nothing',
      { web: ['db'], db: [] },
      { web: 'major_outage', db: 'degraded' },
      'major_outage',
    ],
    [
      'inherited down a chain without probes',
      { web: unprobed('api'), api: unprobed('db'), db: [] },
      DOWN,
      'major_outage',
    ],
    [
      'stopped by a service on the way whose probes succeed',
      { web: unprobed('api'), api: ['db'], db: [] },
      DOWN,
      'unknown',
    ],
    [
      'of a soft and a hard dependency the worse',
      { web: unprobed('soft db', 'mail'), db: [], mail: [] },
      { db: 'major_outage', mail: 'partial_outage' },
      'partial_outage',
    ],
    [
      'a dependency in maintenance does not degrade its dependents',
      { web: unprobed('db'), db: [] },
      { db: 'maintenance' },
      'unknown',
    ],
    ['an unknown dependency imposes nothing', { web: unprobed('db'), db: [] }, { db: 'unknown' }, 'unknown'],
    [
      'in maintenance whatever its dependencies do',
      { web: ['db'], db: [] },
      { web: 'maintenance', db: 'major_outage' },
      'maintenance',
    ],
  ])('%s', (_, services, states, expected) => {
    expect(roll(services, states).effective.get('web')!.state).toBe(expected);
  });

  test('of a group counts how many members are not down', () => {
    const group = (need: number, strength = ''): Sketches => ({
      web: unprobed(`${strength}${need} of a b c`),
      a: [],
      b: [],
      c: [],
    });
    const down = (...ids: string[]): States => Object.fromEntries(ids.map((id) => [id, 'major_outage']));
    const stateOf = (services: Sketches, states: States): State => roll(services, states).effective.get('web')!.state;
    expect({
      'one of three left, one needed': stateOf(group(1), down('a', 'b')),
      'none left': stateOf(group(1), down('a', 'b', 'c')),
      'one left, two needed': stateOf(group(2), down('a', 'b')),
      'one left, two needed, softly': stateOf(group(2, 'soft '), down('a', 'b')),
      'a degraded member is alive': stateOf(group(3), { a: 'degraded', b: 'partial_outage' }),
      'a member in maintenance is alive': stateOf(group(3), { a: 'maintenance' }),
      'an unknown member is alive': stateOf(group(3), { a: 'unknown' }),
    }).toEqual({
      'one of three left, one needed': 'unknown',
      'none left': 'major_outage',
      'one left, two needed': 'major_outage',
      'one left, two needed, softly': 'degraded',
      'a degraded member is alive': 'unknown',
      'a member in maintenance is alive': 'unknown',
      'an unknown member is alive': 'unknown',
    });
  });

  test('it remembers through whom it came', () => {
    const { effective } = roll(
      { web: unprobed('mail', 'api'), api: unprobed('db'), mail: [], db: [] },
      { ...DOWN, mail: 'degraded' },
    );
    expect([effective.get('web'), effective.get('api'), effective.get('db')]).toEqual([
      { state: 'major_outage', via: 'api' },
      { state: 'major_outage', via: 'db' },
      { state: 'major_outage' },
    ]);
  });

  test('at risk through a hard dependency, and through nothing softer', () => {
    const services = {
      hard: ['db'],
      soft: ['soft db'],
      eye: ['insight db'],
      spare: ['1 of db mail'],
      quorum: ['2 of db mail'],
      db: [],
      mail: [],
    };
    const { effective } = roll(services, DOWN);
    const risks = [...effective].flatMap(([id, { atRiskThrough }]) =>
      atRiskThrough ? [`${id} through ${atRiskThrough}`] : [],
    );
    expect(risks).toEqual(['hard through db', 'quorum through db']);
  });

  test('a cycle without probes is down as a whole when what it needs is down', () => {
    const services = { a: unprobed('b'), b: unprobed('c'), c: unprobed('a', 'db'), db: [], web: unprobed('a') };
    const { effective } = roll(services, DOWN);
    expect([...effective].map(([id, { state }]) => `${id} ${state}`)).toEqual(
      ['a', 'b', 'c', 'db', 'web'].map((id) => `${id} major_outage`),
    );
  });

  test('a cycle does not raise itself: what is degraded in it stays so', () => {
    const { effective } = roll({ a: ['b'], b: ['a'] }, { a: 'degraded', b: 'degraded' });
    expect([...effective.values()].map(({ state }) => state)).toEqual(['degraded', 'degraded']);
  });
});

describe('overall state', () => {
  const two = { web: { weight: 1 }, api: { weight: 1 } };
  test.each<[string, Sketches, States, State]>([
    ['all well', two, {}, 'operational'],
    ['one degraded', two, { web: 'degraded' }, 'degraded'],
    ['one partly down', two, { web: 'partial_outage' }, 'partial_outage'],
    ['all partly down', two, { web: 'partial_outage', api: 'partial_outage' }, 'partial_outage'],
    ['exactly half of the weight down', two, { web: 'major_outage' }, 'major_outage'],
    [
      'less than half of the weight down',
      { web: { weight: 1 }, api: { weight: 1.5 } },
      { web: 'major_outage' },
      'partial_outage',
    ],
    ['one of three down', { a: [], b: [], c: [] }, { a: 'major_outage' }, 'partial_outage'],
    ['two of three down', { a: [], b: [], c: [] }, { a: 'major_outage', b: 'major_outage' }, 'major_outage'],
    ['the only critical one down', { web: ['db'], db: [] }, { web: 'major_outage' }, 'major_outage'],
    ['one that is not critical down', { web: ['db'], db: [] }, DOWN, 'operational'],
    ['an unknown one never worsens it', two, { web: 'unknown' }, 'operational'],
    ['an unknown one keeps its weight', { a: [], b: [], c: [] }, { a: 'major_outage', b: 'unknown' }, 'partial_outage'],
    ['all unknown', two, { web: 'unknown', api: 'unknown' }, 'unknown'],
    ['maintenance alone', two, { web: 'maintenance', api: 'maintenance' }, 'operational'],
    ['maintenance beside an outage', two, { web: 'maintenance', api: 'major_outage' }, 'major_outage'],
    ['nothing critical at all', { web: { critical: false } }, { web: 'major_outage' }, 'unknown'],
  ])('%s', (_, services, states, overall) => {
    expect(roll(services, states).overall).toBe(overall);
  });

  test('it names what is unknown and what is in maintenance', () => {
    const { unknownCritical, inMaintenance } = roll(
      { a: [], b: [], c: ['d'], d: [] },
      { a: 'unknown', b: 'maintenance', d: 'maintenance' },
    );
    expect({ unknownCritical, inMaintenance }).toEqual({ unknownCritical: ['a'], inMaintenance: ['b', 'd'] });
  });

  test('monitoring is blind where an insight dependency fails', () => {
    const { blind } = roll(
      { web: ['insight sentry', 'insight 1 of x y'], sentry: [], x: [], y: [] },
      { sentry: 'degraded', y: 'major_outage' },
    );
    expect(blind).toEqual([
      { service: 'web', through: 'sentry' },
      { service: 'web', through: 'y' },
    ]);
  });
});

describe('causes', () => {
  test.each<[string, Sketches, States, { causes: string[]; contained: string[] }]>([
    ['nothing fails', { web: ['db'], db: [] }, {}, { causes: [], contained: [] }],
    [
      'a failure without failing dependencies',
      { web: ['db'], db: [] },
      { web: 'degraded' },
      { causes: ['web'], contained: [] },
    ],
    [
      'a failing hard dependency explains',
      { web: ['db'], db: [] },
      { web: 'major_outage', db: 'major_outage' },
      { causes: ['db'], contained: [] },
    ],
    [
      'through services that are not probed',
      { web: unprobed('api'), api: unprobed('db'), db: [] },
      DOWN,
      { causes: ['db'], contained: [] },
    ],
    [
      'a soft dependency explains a degradation',
      { web: ['soft db'], db: [] },
      { web: 'degraded', db: 'major_outage' },
      { causes: ['db'], contained: [] },
    ],
    [
      'a soft dependency does not explain an outage',
      { web: ['soft db'], db: [] },
      { web: 'major_outage', db: 'major_outage' },
      { causes: ['db', 'web'], contained: [] },
    ],
    [
      'a lost spare explains a degradation',
      { web: ['1 of a b'], a: [], b: [] },
      { web: 'degraded', a: 'major_outage' },
      { causes: ['a'], contained: [] },
    ],
    [
      'a lost spare does not explain an outage',
      { web: ['1 of a b'], a: [], b: [] },
      { web: 'major_outage', a: 'major_outage' },
      { causes: ['a', 'web'], contained: [] },
    ],
    [
      'a lost quorum does',
      { web: ['2 of a b'], a: [], b: [] },
      { web: 'major_outage', a: 'major_outage' },
      { causes: ['a'], contained: [] },
    ],
    [
      'insight explains nothing',
      { web: ['insight eye'], eye: { critical: false } },
      { web: 'major_outage', eye: 'major_outage' },
      { causes: ['web'], contained: ['eye'] },
    ],
    [
      'a dependency in maintenance is never a suspect',
      { web: ['db'], db: [] },
      { web: 'major_outage', db: 'maintenance' },
      { causes: ['web'], contained: [] },
    ],
    [
      'unrelated failures are several causes, the worst first',
      { web: [], api: [] },
      { web: 'degraded', api: 'major_outage' },
      { causes: ['api', 'web'], contained: [] },
    ],
    [
      'two dependencies of one service',
      { web: ['a', 'b'], a: [], b: [] },
      { web: 'major_outage', a: 'major_outage', b: 'degraded' },
      { causes: ['a', 'b'], contained: [] },
    ],
    [
      'what no critical service feels is contained',
      { web: ['db'], db: ['disk'], disk: [] },
      { disk: 'major_outage', db: 'degraded' },
      { causes: [], contained: ['disk'] },
    ],
    [
      'a spare that nobody misses is contained',
      { web: ['1 of a b'], a: [], b: [] },
      { a: 'major_outage' },
      { causes: [], contained: ['a'] },
    ],
    [
      'of a cycle only the worst member',
      { web: ['a'], a: ['b'], b: ['a'] },
      { web: 'major_outage', a: 'degraded', b: 'major_outage' },
      { causes: ['b'], contained: [] },
    ],
    [
      'of a cycle none, when what it needs fails',
      { a: ['b'], b: ['a', 'db'], db: [] },
      { a: 'major_outage', b: 'major_outage', db: 'major_outage' },
      { causes: ['db'], contained: [] },
    ],
    [
      'two that only look at each other are no cycle',
      { web: ['api', 'insight api'], api: ['insight web'] },
      { web: 'degraded', api: 'degraded' },
      { causes: ['api'], contained: [] },
    ],
  ])('%s', (_, services, states, expected) => {
    const { causes, contained } = roll(services, states);
    expect({ causes, contained }).toEqual(expected);
  });

  test('of a cycle the earliest, among members that are equally bad', () => {
    const graph = buildGraph(sketch({ a: ['b'], b: ['a'] }));
    const own = new Map([
      ['a', { state: 'major_outage' as const, since: NOON + 1 }],
      ['b', { state: 'major_outage' as const, since: NOON }],
    ]);
    expect(rollUp(graph, own).causes.map(({ service }) => service)).toEqual(['b']);
  });

  test('the chain is the shortest way down from what users see, through what fails', () => {
    const services = {
      web: unprobed('edge', 'api'),
      edge: unprobed('cache'),
      cache: unprobed('db'),
      api: unprobed('db'),
      shop: ['api'],
      db: [],
    };
    expect(roll(services, DOWN).chains).toEqual(['web → api → db']);
  });

  test('who needs it, and how many of them are affected', () => {
    const services = { web: unprobed('api'), api: ['db'], job: unprobed('soft db'), eye: ['insight db'], db: [] };
    const [cause] = roll(services, DOWN).details;
    expect(cause).toEqual({
      service: 'db',
      share: 1,
      chain: ['job', 'db'],
      isSuspect: false,
      suspectedBy: [],
      neededBy: 3,
      affected: 1,
    });
  });
});

test('a chain of 5000 services is rolled up without overflowing the stack', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `s${index}`);
  const services = Object.fromEntries(
    names.map((name, index) => [name, index < 4999 ? unprobed(names[index + 1]!) : {}]),
  );
  const { overall, causes, details } = roll(services, { s4999: 'major_outage' });
  expect([overall, causes, details[0]!.chain.length]).toEqual(['major_outage', ['s4999'], 5000]);
});
