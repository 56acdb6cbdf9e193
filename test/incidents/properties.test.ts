/** What must hold for every constellation and every history, wherever a run is killed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom, isOpen } from '../../src/incidents/incident.ts';
import { CATCH_UP_ROUNDS, catchUp, createLifecycle } from '../../src/incidents/lifecycle.ts';
import type { Look } from '../../src/incidents/look.ts';
import { isFailing, type RecordedRound } from '../../src/model.ts';
import { MINUTE, NOON, roundOf, sketch } from '../status/sketch.ts';
import { eventsOf, looksAt } from './play.ts';

const SERVICES = sketch({
  shop: ['api', 'soft mail'],
  app: ['api', 'auth'],
  api: ['database', '1 of cache spare'],
  admin: { needs: ['database'], critical: false },
  mail: [],
  database: ['queue'],
  queue: ['database'],
  cache: [],
  spare: [],
  auth: { probes: [] },
});
const IDS = SERVICES.filter(({ probes }) => probes.length > 0).map(({ id }) => id);
const maintenance = [
  { title: 'Work', services: ['database'], startsAt: NOON + 60 * MINUTE, endsAt: NOON + 90 * MINUTE },
  { title: 'Work', services: ['mail'], startsAt: NOON + 80 * MINUTE, endsAt: NOON + 120 * MINUTE },
];

/** What fails often stays so for a while, so that there are incidents. */
const reading = fc.constantFrom(
  ...Array<string>(10).fill('as before'),
  ...Array<string>(6).fill('up 60'),
  'down status 500',
  'down refused',
  'degraded slow 3000',
  'unknown proxy',
  '-',
);
const history = fc.array(
  fc.record({
    gapMs: fc.constantFrom(...Array<number>(6).fill(5 * MINUTE), MINUTE, 40 * MINUTE),
    location: fc.constantFrom('x', 'x', 'x', 'y'),
    seen: fc.tuple(...IDS.map(() => reading)),
  }),
  { minLength: 4, maxLength: 60, size: 'max' },
);
type Lines = typeof history extends fc.Arbitrary<infer T> ? T : never;

function roundsOf(lines: Lines): RecordedRound[] {
  let at = NOON;
  const before = new Map<string, string>();
  return lines.map(({ gapMs, location, seen }) => {
    at += gapMs;
    const texts = seen.map((text, index) => {
      const id = IDS[index]!;
      const told = text === 'as before' ? (before.get(id) ?? 'up 60') : text;
      if (told !== '-') before.set(id, told);
      return [id, told] as const;
    });
    return roundOf(SERVICES, Object.fromEntries(texts.filter(([, text]) => text !== '-')), at, location);
  });
}

const runs = { numRuns: 60 };

test('the order of services and observations never matters', () => {
  const property = fc.property(history, (lines) => {
    const rounds = roundsOf(lines);
    const turned = rounds.map((round) => ({ ...round, observations: round.observations.toReversed() }));
    expect(eventsOf(looksAt(SERVICES.toReversed(), turned, maintenance))).toEqual(
      eventsOf(looksAt(SERVICES, rounds, maintenance)),
    );
  });
  fc.assert(property, runs);
});

test('what a round means depends on no later one', () => {
  const property = fc.property(history, fc.nat(), (lines, cut) => {
    const rounds = roundsOf(lines);
    const first = rounds.slice(0, 1 + (cut % rounds.length));
    expect(eventsOf(looksAt(SERVICES, rounds, maintenance)).slice(0, first.length)).toEqual(
      eventsOf(looksAt(SERVICES, first, maintenance)),
    );
  });
  fc.assert(property, runs);
});

/** Each round in a process of its own that knows only the last rounds and the lines; some die before they write lines. */
function inSteps(looks: readonly Look[], isKilled: (index: number) => boolean): IncidentEvent[] {
  const lines: IncidentEvent[] = [];
  for (const index of looks.keys()) {
    const last = looks.slice(Math.max(0, index + 1 - CATCH_UP_ROUNDS), index + 1);
    if (!isKilled(index)) lines.push(...catchUp(last, structuredClone(lines)));
  }
  return lines;
}

test('rounds that are killed between their observations and their lines lose nothing and repeat nothing', () => {
  const property = fc.property(history, fc.infiniteStream(fc.boolean()), (lines, coins) => {
    const looks = looksAt(SERVICES, roundsOf(lines), maintenance);
    let killed = 0;
    const kills = looks.map((_, index) => {
      const isKilled = index < looks.length - 1 && killed < CATCH_UP_ROUNDS - 1 && coins.next().value === true;
      killed = isKilled ? killed + 1 : 0;
      return isKilled;
    });
    const once = eventsOf(looks).flat();
    expect(inSteps(looks, (index) => kills[index]!)).toEqual(once);
    expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
  });
  fc.assert(property, runs);
});

test('a round that has written its lines says nothing more when it is run again', () => {
  const property = fc.property(history, (lines) => {
    const looks = looksAt(SERVICES, roundsOf(lines), maintenance);
    const told = inSteps(looks, () => false);
    expect(catchUp(looks.slice(-CATCH_UP_ROUNDS), told)).toEqual([]);
  });
  fc.assert(property, runs);
});

test('opened once, resolved only when open, reopened only when resolved', () => {
  const property = fc.property(history, (lines) => {
    const open = new Map<string, boolean>();
    for (const { incident, kind } of eventsOf(looksAt(SERVICES, roundsOf(lines), maintenance)).flat()) {
      const expected = kind === 'opened' ? undefined : kind !== 'reopened';
      expect([incident, kind, open.get(incident)]).toEqual([incident, kind, expected]);
      open.set(incident, kind !== 'resolved');
    }
  });
  fc.assert(property, runs);
});

test('incidents are their lines put together, in whatever order they are found', () => {
  const property = fc.property(history, (lines) => {
    const lifecycle = createLifecycle();
    const events = eventsOf(looksAt(SERVICES, roundsOf(lines), maintenance), lifecycle).flat();
    expect(incidentsFrom([...events.toReversed(), ...events])).toEqual(lifecycle.incidents());
  });
  fc.assert(property, runs);
});

test('what fails for three rounds stands in an open incident, and no cause in two', () => {
  const property = fc.property(history, (lines) => {
    const lifecycle = createLifecycle();
    const before: ReadonlySet<string>[] = [];
    for (const look of looksAt(SERVICES, roundsOf(lines), maintenance)) {
      lifecycle.advance(look);
      if (look.verdict.isProberFault || look.verdict.isBlind) continue;
      const open = lifecycle.incidents().filter(isOpen);
      const failing = new Set([...look.rollup.effective].flatMap(([id, { state }]) => (isFailing(state) ? [id] : [])));
      const untold = [...failing].filter(
        (id) => before.slice(-2).every((set) => set.has(id)) && !open.some(({ affected }) => affected.has(id)),
      );
      const causes = open.map(({ cause }) => cause);
      if (before.length < 2) before.push(new Set());
      expect([look.at, untold, causes]).toEqual([look.at, [], [...new Set(causes)]]);
      before.push(failing);
    }
  });
  fc.assert(property, runs);
});

test('a round that our own network spoilt means nothing', () => {
  const property = fc.property(history, (lines) => {
    const looks = looksAt(SERVICES, roundsOf(lines), maintenance);
    const spoilt = eventsOf(looks).filter((_, index) => looks[index]!.verdict.isProberFault);
    expect(spoilt.flat()).toEqual([]);
  });
  fc.assert(property, runs);
});

test('all kinds of events occur in these histories', () => {
  const kinds = fc
    .sample(history, { numRuns: 300, seed: 3 })
    .flatMap((lines) => eventsOf(looksAt(SERVICES, roundsOf(lines), maintenance)).flat())
    .map(({ kind, reason }) => reason ?? kind);
  expect([...new Set(kinds)].sort()).toEqual([
    'affected',
    'cause',
    'deescalated',
    'escalated',
    'identified',
    'maintenance',
    'merged',
    'monitoring',
    'opened',
    'recovered',
    'relapsed',
    'reopened',
    'resumed',
    'suppressed',
  ]);
});
