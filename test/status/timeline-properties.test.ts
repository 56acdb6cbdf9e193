/** What must hold for every history with latencies, seen from one location or from several that report by turns. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '../../src/config/config.ts';
import { buildGraph } from '../../src/config/graph.ts';
import type { RecordedRound } from '../../src/model.ts';
import { createTimeline, type OwnStatus } from '../../src/status/timeline.ts';
import { MINUTE, NOON, roundOf, sketch } from './sketch.ts';

const SERVICES = sketch({ a: ['b', 'soft c'], b: ['d'], c: [], d: [], e: { probes: [] } });
const IDS = ['a', 'b', 'c', 'd'];
const maintenance = [{ title: 'Work', services: ['c'], startsAt: NOON + 90 * MINUTE, endsAt: NOON + 120 * MINUTE }];

interface Line {
  gapMs: number;
  location: string;
  seen: Record<string, string>;
}

/** Mostly as usual, so that there is a usual. */
const reading = fc.constantFrom(
  ...Array<string>(12).fill('up 60'),
  ...Array<string>(4).fill('up 64 1% measured'),
  'up 400',
  'up 2000',
  'up 60 70% measured',
  'down refused',
  'down status 500',
  'degraded slow 900',
  'unknown proxy',
  '-',
);
const historyFrom = (locations: readonly string[]): fc.Arbitrary<Line[]> =>
  fc.array(
    fc.record({
      gapMs: fc.constantFrom(5 * MINUTE, 5 * MINUTE, 5 * MINUTE, MINUTE, 20 * MINUTE),
      location: fc.constantFrom(...locations),
      seen: fc
        .tuple(...IDS.map(() => reading))
        .map((texts) =>
          Object.fromEntries(texts.flatMap((text, index) => (text === '-' ? [] : [[IDS[index]!, text]]))),
        ),
    }),
    { minLength: 5, maxLength: 60, size: 'max' },
  );
const anyHistory = fc.oneof(historyFrom(['x']), historyFrom(['x', 'y']), historyFrom(['x', 'y', 'z']));

function roundsOf(services: readonly Service[], lines: readonly Line[]): RecordedRound[] {
  let at = NOON;
  return lines.map(({ gapMs, location, seen }) => {
    at += gapMs;
    return roundOf(services, seen, at, location);
  });
}

type Told = [string, OwnStatus][];

function statusesOf(services: readonly Service[], rounds: readonly RecordedRound[], quorum?: number): Told[] {
  const timeline = createTimeline(buildGraph(services), maintenance, quorum === undefined ? {} : { quorum });
  return rounds.map((round) => {
    timeline.advance(round);
    return [...timeline.own()].sort(([a], [b]) => (a < b ? -1 : 1));
  });
}

const runs = { numRuns: 150 };

test('the order of services and observations never matters', () => {
  const property = fc.property(anyHistory, fc.constantFrom(undefined, 1, 2), (lines, quorum) => {
    const rounds = roundsOf(SERVICES, lines);
    const turned = rounds.map((round) => ({ ...round, observations: round.observations.toReversed() }));
    expect(statusesOf(SERVICES.toReversed(), turned, quorum)).toEqual(statusesOf(SERVICES, rounds, quorum));
  });
  fc.assert(property, runs);
});

test('what is told after a round depends on no later one, and does not change afterwards', () => {
  const property = fc.property(anyHistory, fc.nat(), (lines, cut) => {
    const rounds = roundsOf(SERVICES, lines);
    const first = rounds.slice(0, 1 + (cut % rounds.length));
    expect(statusesOf(SERVICES, rounds).slice(0, first.length)).toEqual(statusesOf(SERVICES, first));
  });
  fc.assert(property, runs);
});

test('the order of lines of one instant changes no state', () => {
  const property = fc.property(historyFrom(['x']), historyFrom(['y']), (some, others) => {
    const count = Math.min(some.length, others.length);
    const pairs = Array.from({ length: count }, (_, index) => [
      roundOf(SERVICES, some[index]!.seen, NOON + index * 5 * MINUTE, 'x'),
      roundOf(SERVICES, others[index]!.seen, NOON + index * 5 * MINUTE, 'y'),
    ]);
    const states = (rounds: readonly RecordedRound[]) =>
      statusesOf(SERVICES, rounds)
        .filter((_, index) => index % 2 === 1)
        .map((told) =>
          told.map(([id, { state, isFlapping, latest, seenFrom }]) => ({ id, state, isFlapping, latest, seenFrom })),
        );
    expect(states(pairs.flatMap((pair) => pair.toReversed()))).toEqual(states(pairs.flat()));
  });
  fc.assert(property, runs);
});

test('a location that agrees in everything changes no state', () => {
  const property = fc.property(historyFrom(['x']), (lines) => {
    const alone = roundsOf(SERVICES, lines);
    const both = alone.flatMap((round) => [round, { ...round, location: 'y' }]);
    const states = (told: Told[]) =>
      told.map((list) => list.map(([id, { state, isFlapping }]) => ({ id, state, isFlapping })));
    expect(states(statusesOf(SERVICES, both)).filter((_, index) => index % 2 === 1)).toEqual(
      states(statusesOf(SERVICES, alone)),
    );
  });
  fc.assert(property, runs);
});

test('a healthy service that has nothing to do with the others changes nothing', () => {
  const property = fc.property(anyHistory, (lines) => {
    const rounds = roundsOf(SERVICES, lines);
    const timeline = createTimeline(buildGraph(SERVICES), maintenance);
    // One more service without dependencies raises what it takes to call a silence the prober's fault.
    fc.pre(!rounds.some((round) => timeline.advance(round).isProberFault));
    const more = [...SERVICES, ...sketch({ stranger: [] })];
    const after = statusesOf(
      more,
      roundsOf(
        more,
        lines.map((line) => ({ ...line, seen: { ...line.seen, stranger: 'up 60' } })),
      ),
    );
    expect(after.map((told) => told.filter(([id]) => id !== 'stranger'))).toEqual(statusesOf(SERVICES, rounds));
  });
  fc.assert(property, runs);
});

test('nothing is operational that no location has seen up', () => {
  const property = fc.property(anyHistory, (lines) => {
    const seenUp = new Set<string>();
    const told = statusesOf(SERVICES, roundsOf(SERVICES, lines));
    for (const [index, { seen }] of lines.entries()) {
      for (const [id, text] of Object.entries(seen)) if (text.startsWith('up')) seenUp.add(id);
      const up = told[index]!.filter(([, { state }]) => state === 'operational').map(([id]) => id);
      expect(up.filter((id) => !seenUp.has(id))).toEqual([]);
    }
  });
  fc.assert(property, runs);
});

test('what is slow against itself occurs in these histories', () => {
  const slow = fc
    .sample(anyHistory, { numRuns: 60, seed: 1 })
    .flatMap((lines) => statusesOf(SERVICES, roundsOf(SERVICES, lines)))
    .flat()
    .filter(([, { latest }]) => [...latest.values()].some(({ slowness }) => slowness));
  expect(slow.length).toBeGreaterThan(50);
});
