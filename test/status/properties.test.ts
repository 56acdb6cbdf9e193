/** What must hold for every constellation, every history and every order in which they are written down. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '../../src/config/config.ts';
import { buildGraph } from '../../src/config/graph.ts';
import { type Outcome, STATES, type State, severityRank } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { MINUTE, NOON, play, type Seen, sketch } from './sketch.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

const edge = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '', 'soft ', 'insight '), fc.constantFrom(...IDS))
    .map(([strength, id]) => `${strength}${id}`),
  fc
    .tuple(
      fc.constantFrom('', 'soft '),
      fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 2, maxLength: 4 }),
      fc.nat(),
    )
    .map(([strength, ids, need]) => `${strength}${1 + (need % ids.length)} of ${ids.join(' ')}`),
);
/** Cycles, groups and services without probes included; names that lead back to the service itself are left out. */
const constellation: fc.Arbitrary<Service[]> = fc
  .tuple(
    ...IDS.map(() =>
      fc.record({
        edges: fc.array(edge, { maxLength: 3 }),
        probes: fc.constantFrom(0, 1, 1, 2),
        critical: fc.constantFrom(undefined, undefined, true, false),
        weight: fc.integer({ min: 1, max: 3 }),
      }),
    ),
  )
  .map((given) =>
    sketch(
      Object.fromEntries(
        given.map(({ edges, probes, critical, weight }, index) => {
          const id = IDS[index]!;
          const needs = edges.filter((text) => !text.split(' ').includes(id));
          return [
            id,
            {
              needs,
              probes: Array.from({ length: probes }, (_, n) => ({ id: `p${n}`, essential: n === 0 })),
              weight,
              ...(critical !== undefined && { critical }),
            },
          ];
        }),
      ),
    ),
  );

const seen = fc.constantFrom(
  'up',
  'up',
  'up',
  'down refused',
  'down status 500',
  'degraded slow 3000',
  'unknown proxy',
  undefined,
);
const rounds = fc.array(fc.tuple(...IDS.map(() => fc.tuple(seen, seen))), { minLength: 1, maxLength: 12 });

/** Rounds for the probes that the services have; undefined is no reading. */
function roundsFor(
  services: readonly Service[],
  texts: readonly (readonly [string | undefined, string | undefined])[][],
): Record<string, Seen>[] {
  return texts.map((round) =>
    Object.fromEntries(
      services.map(({ id, probes }) => {
        const given = round[IDS.indexOf(id)] ?? [];
        return [
          id,
          Object.fromEntries(probes.flatMap((probe, index) => (given[index] ? [[probe.id, given[index]]] : []))),
        ];
      }),
    ),
  );
}

function reversed(round: Record<string, Seen>): Record<string, Seen> {
  return Object.fromEntries(
    Object.entries(round)
      .reverse()
      .map(([id, given]) => [
        id,
        typeof given === 'string' ? given : Object.fromEntries(Object.entries(given).reverse()),
      ]),
  );
}

/** Services in another order, and their edges, too. */
const shuffled = (services: readonly Service[]): fc.Arbitrary<Service[]> =>
  fc
    .shuffledSubarray([...services], { minLength: services.length })
    .chain((list) =>
      fc.tuple(
        ...list.map((service) =>
          fc
            .shuffledSubarray([...service.dependsOn], { minLength: service.dependsOn.length })
            .map((dependsOn) => ({ ...service, dependsOn })),
        ),
      ),
    );

const maintenance = [{ title: 'Work', services: ['c'], startsAt: NOON + 15 * MINUTE, endsAt: NOON + 30 * MINUTE }];

function everything(services: readonly Service[], history: readonly Record<string, Seen>[]) {
  const steps = play(services, history, { maintenance });
  return steps.map(({ verdict, own, states }) => {
    const { overall, effective, causes, contained, unknownCritical, affectedCritical } = rollUp(
      buildGraph(services),
      own,
    );
    return {
      verdict,
      states: sorted(states),
      overall,
      effective: sorted(Object.fromEntries([...effective].map(([id, { state }]) => [id, state]))),
      causes: sortedList(causes.map(({ service }) => service)),
      contained: sortedList(contained),
      unknownCritical: sortedList(unknownCritical),
      affectedCritical: sortedList(affectedCritical),
    };
  });
}

const sortedList = (list: readonly string[]): string[] => [...list].sort();
const sorted = (states: Readonly<Record<string, State>>): [string, State][] =>
  Object.entries(states).sort(([a], [b]) => (a < b ? -1 : 1));

test('the order of services, edges and observations changes no state', () => {
  const given = constellation.chain((services) =>
    fc.record({ services: fc.constant(services), other: shuffled(services), texts: rounds }),
  );
  const property = fc.property(given, ({ services, other, texts }) => {
    const history = roundsFor(services, texts);
    const causesOfCycles = hasCycle(services);
    const strip = (steps: ReturnType<typeof everything>) =>
      steps.map(({ causes, ...rest }) => (causesOfCycles ? rest : { ...rest, causes }));
    expect(strip(everything(other, history.map(reversed)))).toEqual(strip(everything(services, history)));
  });
  fc.assert(property, { numRuns: 300 });
});

/** Of a cycle one member is named, and among equals the first in the file. */
function hasCycle(services: readonly Service[]): boolean {
  return buildGraph(services).components.some(({ length }) => length > 1);
}

test('a healthy service that has nothing to do with the others changes none of their states', () => {
  const property = fc.property(constellation, rounds, (services, texts) => {
    const history = roundsFor(services, texts);
    // One more service without dependencies raises what it takes to call a silence the prober's fault.
    fc.pre(!everything(services, history).some(({ verdict }) => verdict.isProberFault));
    const other = [...services, ...sketch({ stranger: { critical: false } })];
    const before = everything(services, history);
    const after = everything(
      other,
      history.map((round) => ({ ...round, stranger: 'up' })),
    );
    expect(
      after.map(({ states, effective, ...rest }) => ({
        ...rest,
        states: states.filter(([id]) => id !== 'stranger'),
        effective: effective.filter(([id]) => id !== 'stranger'),
      })),
    ).toEqual(before);
  });
  fc.assert(property, { numRuns: 300 });
});

test('unknown never turns into operational without an up reading', () => {
  const property = fc.property(constellation, rounds, (services, texts) => {
    const history = roundsFor(services, texts);
    const steps = play(services, history, { maintenance });
    for (const [index, { states, verdict }] of steps.entries()) {
      for (const { id } of services) {
        const before = steps[index - 1]?.states[id] ?? 'unknown';
        if (states[id] !== 'operational' || (before !== 'unknown' && before !== 'maintenance')) continue;
        const wasSeenUp = Object.values(history[index]![id]!).some((text) => text === 'up');
        expect(wasSeenUp && !verdict.isProberFault, `${id} in round ${index}`).toBe(true);
      }
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('nothing fails that was not seen failing, by itself or by something it needs', () => {
  const property = fc.property(constellation, rounds, (services, texts) => {
    const history = roundsFor(services, texts);
    const steps = play(services, history);
    for (const [index, { states }] of steps.entries()) {
      for (const { id } of services) {
        if (severityRank(states[id]!) === 0) continue;
        const readings = history.slice(0, index + 1).flatMap((round) => Object.values(round[id]!) as string[]);
        expect(
          readings.some((text) => (['down', 'degraded'] as Outcome[]).some((outcome) => text.startsWith(outcome))),
        ).toBe(true);
      }
    }
  });
  fc.assert(property, { numRuns: 300 });
});

const anyStates = fc.tuple(...IDS.map(() => fc.constantFrom(...STATES)));

test('the overall state is never better than its worst critical service allows, and never worse than all of them', () => {
  const property = fc.property(constellation, anyStates, (services, states) => {
    const own = new Map(
      services.map(({ id, probes }, index) => [
        id,
        { state: probes.length > 0 ? states[index]! : ('unknown' as State), since: NOON },
      ]),
    );
    const { overall, effective, critical } = rollUp(buildGraph(services), own);
    const ranks = critical.map((id) => severityRank(effective.get(id)!.state));
    const worst = Math.max(0, ...ranks);
    const least = worst >= severityRank('partial_outage') ? 'partial_outage' : STATES[worst]!;
    expect(severityRank(overall)).toBeGreaterThanOrEqual(severityRank(least));
    expect(severityRank(overall)).toBeLessThanOrEqual(worst);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('an effective state is never better than the own one, and a failing critical service always has a cause', () => {
  const property = fc.property(constellation, anyStates, (services, states) => {
    const own = new Map(
      services.map(({ id, probes }, index) => [
        id,
        { state: probes.length > 0 ? states[index]! : ('unknown' as State), since: NOON },
      ]),
    );
    const { effective, affectedCritical, causes, furtherCauses, contained } = rollUp(buildGraph(services), own);
    for (const [id, { state }] of own)
      expect(severityRank(effective.get(id)!.state)).toBeGreaterThanOrEqual(severityRank(state));
    expect(causes.length > 0).toBe(affectedCritical.length > 0);
    const blamed = [...causes.map(({ service }) => service), ...furtherCauses];
    expect(blamed).toEqual([...new Set(blamed)]);
    for (const { service, chain, isSuspect } of causes) {
      expect(isSuspect || severityRank(own.get(service)!.state) > 0).toBe(true);
      expect(contained).not.toContain(service);
      expect([affectedCritical.includes(chain[0]!), chain.at(-1)]).toEqual([true, service]);
    }
  });
  fc.assert(property, { numRuns: 1000 });
});
