import { describe, expect, test } from 'vitest';
import { buildGraph, targetsOf } from '../../src/config/graph.ts';
import { sketch } from '../status/sketch.ts';

const ids = (services: readonly { id: string }[]): string[] => services.map(({ id }) => id);

describe('critical are', () => {
  test.each<[string, Parameters<typeof sketch>[0], string[]]>([
    ['services that nobody depends on', { web: ['api'], api: ['db'], db: [], docs: [] }, ['web', 'docs']],
    ['not those that somebody needs softly', { web: ['soft mail'], mail: [] }, ['web']],
    ['not the members of a group', { web: ['1 of a b'], a: [], b: [] }, ['web']],
    [
      'also those that are only looked at: insight is no use',
      { web: ['insight sentry'], sentry: [] },
      ['web', 'sentry'],
    ],
    [
      'a cycle that nobody outside needs, as a whole',
      { web: ['auth'], auth: ['web'], docs: [] },
      ['web', 'auth', 'docs'],
    ],
    ['not a cycle that somebody outside needs', { web: ['a'], a: ['b'], b: ['a'] }, ['web']],
    [
      'still a cycle that somebody outside only looks at',
      { eye: ['insight a'], a: ['b'], b: ['a'] },
      ['eye', 'a', 'b'],
    ],
    ['only the user, where insight closes a circle', { grafana: ['api'], api: ['insight grafana'] }, ['grafana']],
    ['those that say so', { web: ['db'], db: { critical: true } }, ['web', 'db']],
    ['not those that say so', { web: { needs: ['db'], critical: false }, db: [], docs: [] }, ['docs']],
    ['none, when all say so', { web: { critical: false } }, []],
  ])('%s', (_, services, critical) => {
    expect(ids(buildGraph(sketch(services)).critical)).toEqual(critical);
  });
});

test('users are those that name a service, with their strength, groups counting for each member', () => {
  const { users } = buildGraph(
    sketch({ web: ['db', '1 of a b'], job: ['soft db', 'insight a'], db: [], a: [], b: [] }),
  );
  expect(Object.fromEntries(users)).toEqual({
    web: [],
    job: [],
    db: [
      { service: 'web', strength: 'hard' },
      { service: 'job', strength: 'soft' },
    ],
    a: [
      { service: 'web', strength: 'hard' },
      { service: 'job', strength: 'insight' },
    ],
    b: [{ service: 'web', strength: 'hard' }],
  });
});

test('components come dependencies first, whatever the order of the file', () => {
  const graph = buildGraph(
    sketch({ web: ['api', '1 of x y'], x: ['db'], api: ['db', 'auth'], auth: ['api'], y: [], db: [] }),
  );
  const place = (id: string): number => graph.componentOf.get(id)!;
  for (const { id, dependsOn } of graph.services) {
    for (const target of dependsOn.flatMap(targetsOf))
      expect(place(target), `${target} before ${id}`).toBeLessThanOrEqual(place(id));
  }
  expect(graph.components.map((members) => [...members].sort())).toContainEqual(['api', 'auth']);
  expect(graph.components.flat().sort()).toEqual(['api', 'auth', 'db', 'web', 'x', 'y']);
});

test('two cycles that meet in one service are one component', () => {
  const { components } = buildGraph(sketch({ a: ['b'], b: ['a', 'c'], c: ['b'], d: ['a'] }));
  expect(components.map((members) => [...members].sort())).toEqual([['a', 'b', 'c'], ['d']]);
});

test.each(['first', 'last'])('a chain of 5000 services does not overflow the stack, the deepest named %s', (which) => {
  const names = Array.from({ length: 5000 }, (_, index) => `s${index}`);
  const chain = names.map((name, index): [string, string[]] => [
    name,
    index + 1 < names.length ? [names[index + 1]!] : [],
  ]);
  const { components, critical } = buildGraph(sketch(Object.fromEntries(which === 'first' ? chain.reverse() : chain)));
  expect([components.length, components[0], ids(critical)]).toEqual([5000, ['s4999'], ['s0']]);
});

test('a cycle of 5000 services takes no longer than its edges', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `s${index}`);
  const services = sketch(
    Object.fromEntries(
      names.map((name, index) => [name, [1, 7, 613].map((step) => names[(index + step) % names.length]!)]),
    ),
  );
  const began = process.threadCpuUsage();
  const { components, critical } = buildGraph(services);
  expect([components.length, critical.length]).toEqual([1, 5000]);
  expect(msOf(process.threadCpuUsage(began))).toBeLessThan(1000);
});

/** Of computing: what else this machine does meanwhile counts for nothing. */
function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
