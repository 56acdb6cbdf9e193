import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Service } from '../../src/config/config.ts';
import { buildGraph, type Graph } from '../../src/config/graph.ts';
import { isFailing, type State } from '../../src/model.ts';
import { type Loss, lossesOf } from '../../src/status/losses.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { sketch } from './sketch.ts';

function loss(services: Parameters<typeof sketch>[0], id: string): Loss {
  return lossesOf(buildGraph(sketch(services))).get(id)!;
}

describe('a lost service takes with it', () => {
  test.each<[string, Parameters<typeof sketch>[0], Loss]>([
    [
      'nobody, when nobody needs it',
      { web: [], docs: [], lost: [] },
      { overall: 'partial_outage', down: 1, degraded: 0 },
    ],
    [
      'those that need it hard, probed or not, and those that need them',
      { web: ['api'], api: { needs: ['lost'], probes: [] }, lost: [] },
      { overall: 'major_outage', down: 3, degraded: 0 },
    ],
    [
      'a part of those that need it softly',
      { web: ['api'], api: ['soft lost'], lost: [] },
      { overall: 'degraded', down: 1, degraded: 2 },
    ],
    [
      'nobody who only looks at it',
      { web: ['insight lost'], lost: { critical: false } },
      { overall: 'operational', down: 1, degraded: 0 },
    ],
    [
      'no group that has a spare',
      { web: ['1 of lost b'], lost: [], b: [] },
      { overall: 'operational', down: 1, degraded: 0 },
    ],
    [
      'a group that has none',
      { web: ['2 of lost b'], lost: [], b: [] },
      { overall: 'major_outage', down: 2, degraded: 0 },
    ],
    [
      'a group whose members all need it',
      { web: ['1 of a b'], a: ['lost'], b: ['lost'], lost: [] },
      { overall: 'major_outage', down: 4, degraded: 0 },
    ],
    [
      'a part of the users of a soft group',
      { web: ['soft 1 of lost'], lost: [] },
      { overall: 'degraded', down: 1, degraded: 1 },
    ],
    [
      'a member that is only degraded counts as alive',
      { web: ['1 of a'], a: ['soft lost'], lost: [] },
      { overall: 'operational', down: 1, degraded: 1 },
    ],
    [
      'its whole cycle',
      { web: ['a'], a: ['b'], b: ['lost'], lost: ['a'] },
      { overall: 'major_outage', down: 4, degraded: 0 },
    ],
    [
      'who needs it both softly and hard',
      { web: ['soft lost', 'lost'], lost: [] },
      { overall: 'major_outage', down: 2, degraded: 0 },
    ],
    [
      'less than half of the weight: a partial outage',
      { web: { needs: ['lost'], weight: 1 }, docs: { weight: 2 }, lost: [] },
      { overall: 'partial_outage', down: 2, degraded: 0 },
    ],
    [
      'nothing that can be said, where nothing is critical',
      { lost: { critical: false } },
      { overall: 'unknown', down: 1, degraded: 0 },
    ],
  ])('%s', (_, services, expected) => {
    expect(loss(services, 'lost')).toEqual(expected);
  });
});

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const strength = fc.constantFrom('', '', 'soft ', 'insight ');
const members = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1, maxLength: 4 });
const edge = fc.oneof(
  fc.tuple(strength, fc.constantFrom(...IDS)).map(([word, id]) => `${word}${id}`),
  fc
    .tuple(strength, members, fc.nat())
    .map(([word, ids, need]) => `${word}${1 + (need % ids.length)} of ${ids.join(' ')}`),
);
const given = fc.record({
  needs: fc.array(edge, { maxLength: 3 }),
  probes: fc.constantFrom([], [{}]),
  critical: fc.constantFrom(undefined, undefined, true, false),
  weight: fc.constantFrom(1, 2, 0.1, 0.2),
});
/** Cycles, groups and services without probes included. */
const constellation: fc.Arbitrary<Service[]> = fc.tuple(...IDS.map(() => given)).map((list) =>
  sketch(
    Object.fromEntries(
      list.map(({ needs, critical, ...rest }, index) => {
        const id = IDS[index]!;
        const others = needs.filter((text) => !text.split(' ').includes(id));
        return [id, { ...rest, needs: others, ...(critical !== undefined && { critical }) }];
      }),
    ),
  ),
);

/** Once where nobody has readings and all inherit outright; and again with what came of it as readings. */
function simulated(graph: Graph, lost: string): Loss {
  const { effective } = rollUp(graph, new Map([[lost, { state: 'major_outage' }]]));
  const stateOf = (id: string): State => {
    const { state } = effective.get(id)!;
    return isFailing(state) ? state : 'operational';
  };
  const own = new Map(graph.services.map(({ id }) => [id, { state: stateOf(id) }]));
  const { overall } = rollUp(graph, own);
  const count = (wanted: State): number => [...own.values()].filter(({ state }) => state === wanted).length;
  return { overall, down: count('major_outage'), degraded: count('degraded') };
}

test('it is what the rollup says, service by service', () => {
  fc.assert(
    fc.property(constellation, (services) => {
      const graph = buildGraph(services);
      const expected = graph.services.map(({ id }) => [id, simulated(graph, id)]);
      expect([...lossesOf(graph)]).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, (index: number) => number[]]>([
  ['in one great circle', (index) => [1, 7, 613, 2311].map((step) => (index * 3 + step) % 5000)],
  ['each on the four before it', (index) => [1, 2, 3, 4].map((step) => index - step).filter((other) => other >= 0)],
])('5000 services with 20,000 edges take well under a few seconds: %s', (_, needs) => {
  const services = Array.from({ length: 5000 }, (_, index): [string, string[]] => [
    `s${index}`,
    needs(index)
      .filter((other) => other !== index)
      .map((other) => `s${other}`),
  ]);
  const graph = buildGraph(sketch(Object.fromEntries(services)));
  const began = process.threadCpuUsage();
  const losses = lossesOf(graph);
  expect(losses.get('s0')).toEqual({ overall: 'major_outage', down: 5000, degraded: 0 });
  expect(msOf(process.threadCpuUsage(began))).toBeLessThan(3000);
});

/** Of computing: what else this machine does meanwhile counts for nothing. */
function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
