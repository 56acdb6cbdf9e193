import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDaily, spansByProbe } from '../../src/history/day-digest.ts';
import { DAY_MS, startOf } from '../../src/history/days.ts';
import type { Outcome, RecordedRound, Span } from '../../src/model.ts';
import { spansOf, stretchesOf } from '../../src/status/uptime.ts';
import { sketch } from '../status/sketch.ts';
import { daysOf, roundOf, type Seen } from './rounds.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const LEAP_DAY = Date.parse('2028-02-29T00:00:00Z');

/** `23:50 28 up – 00:05 29 up`, for reading. */
function inWords(spans: readonly Span[] | undefined): string[] {
  const clock = (at: number): string => new Date(at).toISOString().slice(8, 19).replace('T', ' ').replace(/:00$/, '');
  return (spans ?? []).map(({ from, to, outcome }) => `${clock(from)} – ${clock(to)} ${outcome}`);
}

/** Rounds of a single probe: `28T23:50 up, 29T00:00 down`; days of February 2028. `fault` is a fault of the prober. */
function web(text: string): RecordedRound[] {
  return text.split(/, */).map((part, index) => {
    const [day, clock, word] = /^(\d\d)T([\d:]+) (.*)$/.exec(part)!.slice(1) as [string, string, string];
    const at = `2028-02-${day}T${clock.padEnd(8, ':00')}Z`;
    const id = `${String(index).padStart(3, '0')}.1.test`;
    if (word === 'fault') return roundOf(at, { 'web/http': 'unknown' }, { id, isProberFault: true });
    return roundOf(at, word === 'other' ? { 'db/tcp': 'up 1' } : { 'web/http': word }, { id });
  });
}

const PROBES = ['db/tcp', 'web/http'];
const webSpans = (text: string): string[] => inWords(spansByProbe(daysOf(web(text), PROBES)).get('web/http'));

describe('what is known of a probe', () => {
  test.each<[string, string, string[]]>([
    ['lasts for twice the median gap of its day', '28T10:00 up, 28T10:05 up', ['28 10:00 – 28 10:15 up']],
    [
      'and ends where nobody looked for longer',
      '28T10:00 up, 28T10:05 up, 28T10:10 up, 28T12:00 up',
      ['28 10:00 – 28 10:20 up', '28 12:00 – 28 12:10 up'],
    ],
    [
      'is what the last reading said',
      '28T10:00 up, 28T10:05 down, 28T10:10 degraded, 28T10:15 up',
      ['28 10:00 – 28 10:05 up', '28 10:05 – 28 10:10 down', '28 10:10 – 28 10:15 degraded', '28 10:15 – 28 10:25 up'],
    ],
    [
      'is nothing after a reading that learnt nothing',
      '28T10:00 up, 28T10:05 unknown, 28T10:10 up',
      ['28 10:00 – 28 10:05 up', '28 10:10 – 28 10:20 up'],
    ],
    [
      'ends when the prober fails, and begins with the next reading',
      '28T10:00 down, 28T10:05 fault, 28T10:10 up, 28T10:15 up',
      ['28 10:00 – 28 10:05 down', '28 10:10 – 28 10:25 up'],
    ],
    [
      'goes on through a round that did not read it',
      '28T10:00 down, 28T10:05 other, 28T10:10 up',
      ['28 10:00 – 28 10:10 down', '28 10:10 – 28 10:20 up'],
    ],
    [
      'but not for longer than it is valid',
      '28T10:00 down, 28T10:05 other, 28T10:10 other, 28T10:15 other, 28T10:20 up',
      ['28 10:00 – 28 10:10 down', '28 10:20 – 28 10:30 up'],
    ],
    [
      'lasts over midnight until the first round of the next day',
      '28T23:50 up, 28T23:55 down, 29T00:00 up, 29T00:05 up',
      ['28 23:50 – 28 23:55 up', '28 23:55 – 29 00:00 down', '29 00:00 – 29 00:15 up'],
    ],
    [
      'in one span, when that says the same',
      '28T23:50 up, 28T23:56 up, 29T00:02 up, 29T00:08 up',
      ['28 23:50 – 29 00:20 up'],
    ],
    [
      'is valid by the rhythm of its own day',
      '28T23:40 up, 28T23:55 up, 29T01:00 up, 29T01:01 up',
      ['28 23:40 – 29 00:25 up', '29 01:00 – 29 01:03 up'],
    ],
    [
      'of the only round of a day, by the rhythm of days',
      '26T12:00 up, 27T12:00 down, 28T12:00 up, 29T12:00 up',
      ['26 12:00 – 27 12:00 up', '27 12:00 – 28 12:00 down', '28 12:00 – 02 12:00 up'],
    ],
    [
      'of the only round of a day among days with more, by their rhythm',
      '25T12:00 up, 25T12:05 up, 26T12:00 up, 26T12:05 up, 27T12:00 up, 28T12:00 up, 28T12:05 up',
      ['25 12:00 – 25 12:15 up', '26 12:00 – 26 12:15 up', '27 12:00 – 27 12:10 up', '28 12:00 – 28 12:15 up'],
    ],
    [
      'of the only rounds of days, one of which had a second one, by the rhythm of days',
      '25T12:00 up, 26T12:00 up, 26T12:05 up, 27T12:00 up, 28T12:00 up',
      ['25 12:00 – 26 12:15 up', '27 12:00 – 01 12:00 up'],
    ],
    ['of a single round ever, nothing yet', '28T12:00 up', []],
    [
      'of two rounds in the same second, the latter',
      '28T10:00 up, 28T10:05 down, 28T10:05 up, 28T10:10 up',
      ['28 10:00 – 28 10:20 up'],
    ],
    [
      'of two rounds in the same second in which the latter did not read it, the former',
      '28T10:00 up, 28T10:05 down, 28T10:05 other, 28T10:10 up',
      ['28 10:00 – 28 10:05 up', '28 10:05 – 28 10:10 down', '28 10:10 – 28 10:20 up'],
    ],
    [
      'of a fault and a reading in the same second, the reading',
      '28T10:00 up, 28T10:05 fault, 28T10:05 down, 28T10:10 up',
      ['28 10:00 – 28 10:05 up', '28 10:05 – 28 10:10 down', '28 10:10 – 28 10:20 up'],
    ],
    [
      'of a reading and a fault in the same second, nothing',
      '28T10:00 up, 28T10:05 fault, 28T10:20 down, 28T10:20 fault, 28T10:25 up, 28T10:30 up',
      ['28 10:00 – 28 10:05 up', '28 10:25 – 28 10:40 up'],
    ],
    [
      'of rounds that all ran twice at once, what their rhythm would be if they had not',
      '28T10:00 up, 28T10:00 up, 28T10:05 up, 28T10:05 up, 28T10:10 up, 28T10:10 up, 28T12:00 up, 28T12:00 up',
      ['28 10:00 – 28 10:20 up', '28 12:00 – 28 12:10 up'],
    ],
    [
      'of a day with a single instant, its last round',
      '27T12:00 up, 28T12:00 up, 28T12:00 down, 29T12:00 up',
      ['27 12:00 – 28 12:00 up', '28 12:00 – 29 12:00 down', '29 12:00 – 02 12:00 up'],
    ],
    ['of nothing but faults, nothing', '28T12:00 fault, 28T12:05 fault', []],
  ])('%s: %s', (_, text, spans) => {
    expect(webSpans(text)).toEqual(spans);
  });
});

interface Sketched {
  gapS: number;
  seen: Seen;
  isProberFault: boolean;
}

const ADDRESSES = ['db/tcp', 'shop/http', 'web/http'];
const outcome = fc.constantFrom('up 80', 'up 80', 'up 80', 'down', 'degraded 900', 'unknown', '-');
const sketched: fc.Arbitrary<Sketched> = fc.record({
  gapS: fc.constantFrom(0, 60, 300, 300, 300, 301, 599, 600, 601, 3600, 40_000, 90_000),
  seen: fc
    .tuple(outcome, outcome, outcome)
    .map((words) =>
      Object.fromEntries(
        ADDRESSES.flatMap((address, index) => (words[index] === '-' ? [] : [[address, words[index]!]])),
      ),
    ),
  isProberFault: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
});

/** Over several days, some of them midnight to the second. */
const someRounds = fc
  .tuple(fc.constantFrom(0, 1, 43_200, 86_100, 86_399), fc.array(sketched, { maxLength: 60 }))
  .map(([startS, list]) => {
    let at = LEAP_DAY - DAY_MS + startS * SECOND;
    return list.map(({ gapS, seen, isProberFault }, index): RecordedRound => {
      if (index > 0) at += gapS * SECOND;
      return roundOf(at, seen, { id: `${String(index).padStart(3, '0')}.1.test`, isProberFault });
    });
  });

/** The upper one of two in the middle; 0 of none. */
function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}

const gapsOf = (instants: readonly number[]): number[] =>
  [...new Set(instants)].map((at, index, all) => (index === 0 ? 0 : at - all[index - 1]!)).filter((gap) => gap > 0);

/** What the definition says of a probe at an instant, looked up from the beginning each time. */
function oracle(rounds: readonly RecordedRound[], address: string, at: number): Outcome {
  const read = (round: RecordedRound) =>
    round.observations.find(({ service, probe }) => `${service}/${probe}` === address);
  const last = rounds.findLast((round) => round.at <= at && (round.isProberFault || read(round)));
  if (!last || last.isProberFault) return 'unknown';
  const isOver = rounds.some((round) => startOf(round.at) > startOf(last.at) && round.at <= at);
  if (isOver) return 'unknown';
  const ownDay = rounds.filter((round) => startOf(round.at) === startOf(last.at)).map((round) => round.at);
  const firsts = rounds
    .filter((round, index) => index === 0 || startOf(rounds[index - 1]!.at) < startOf(round.at))
    .map((round) => round.at);
  const rhythms = firsts.flatMap((first, index) => {
    const own = median(gapsOf(rounds.filter(({ at }) => startOf(at) === startOf(first)).map(({ at }) => at)));
    return own || (index + 1 < firsts.length ? firsts[index + 1]! - first : []);
  });
  const gap = median(gapsOf(ownDay)) || median(rhythms);
  return at < last.at + 2 * gap ? read(last)!.outcome : 'unknown';
}

const found = (spans: readonly Span[] | undefined, at: number): Outcome =>
  spans?.find(({ from, to }) => from <= at && at < to)?.outcome ?? 'unknown';

describe('of any rounds over several days', () => {
  test('spans say at each instant what the definition says', () => {
    const property = fc.property(
      someRounds,
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 5 * DAY_MS })),
      (rounds, isWhole, random) => {
        const spans = spansByProbe(daysOf(rounds, isWhole ? ADDRESSES : []));
        const edges = rounds.flatMap(({ at }) => [at, at + 120_000, at + 10 * MINUTE, at + 2 * 3_600_000, startOf(at)]);
        const ends = [...spans.values()].flat().flatMap(({ from, to }) => [from, to]);
        const instants = [...edges, ...ends].flatMap((at) => [at - SECOND, at, at + SECOND]);
        for (const at of [...instants, ...random.map((offset) => LEAP_DAY - DAY_MS + offset)]) {
          for (const address of ADDRESSES) {
            const where = `${address} at ${new Date(at).toISOString()}`;
            const expected = oracle(rounds, address, at);
            if (found(spans.get(address), at) !== expected) expect(found(spans.get(address), at), where).toBe(expected);
          }
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test('spans are in order and joined, and the parts of any stretch of time are its whole', () => {
    const services = sketch({ web: { probes: [{ id: 'http' }] } });
    const property = fc.property(
      someRounds,
      fc.integer({ min: 0, max: 3 * DAY_MS }),
      fc.integer({ min: 0, max: 3 * DAY_MS }),
      (rounds, offset, length) => {
        const own = spansByProbe(daysOf(rounds)).get('web/http') ?? [];
        for (const [index, { from, to, outcome }] of own.entries()) {
          const last = own[index - 1];
          expect(from).toBeLessThan(to);
          expect(last === undefined || last.to < from || (last.to === from && last.outcome !== outcome)).toBe(true);
        }
        const stretches = stretchesOf(services[0]!, [new Map([['http', own]])]);
        const from = LEAP_DAY - DAY_MS + offset;
        const spans = spansOf(stretches, { from, to: from + length, maintenance: [] });
        expect(Object.values(spans).reduce((sum, ms) => sum + ms, 0)).toBe(length);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});

test('the leap day is a day: a year of days has no gap and no overlap', () => {
  const rounds = Array.from({ length: 4 * 24 }, (_, hour) =>
    roundOf(LEAP_DAY - DAY_MS + hour * 3_600_000, { 'web/http': 'up 80' }, { id: `${1000 + hour}.1.test` }),
  );
  const days = daysOf(rounds);
  expect(days.map(({ day }) => day)).toEqual(['2028-02-28', '2028-02-29', '2028-03-01', '2028-03-02']);
  expect(inWords(spansByProbe(days).get('web/http'))).toEqual(['28 00:00 – 03 01:00 up']);
});

describe('a service that was renamed', () => {
  /** As the digests of a day read when both ids are one by now. */
  function renamed(rounds: readonly RecordedRound[], old: string): string[] {
    const days = daysOf(rounds).map((day) => ({
      ...day,
      probes: day.probes.map((address) => (address === old ? 'm/http' : address)),
    }));
    return inWords(spansByProbe(days).get('m/http'));
  }

  // The new id stands before the old one in the schema, and behind it.
  test.each(['a/http', 'z/http'])('from %s in the middle of a day has one history', (old) => {
    const rounds = [
      roundOf('2028-02-28T10:00:00Z', { [old]: 'up 80' }),
      roundOf('2028-02-28T10:05:00Z', { [old]: 'down' }),
      roundOf('2028-02-28T10:10:00Z', { 'm/http': 'up 80' }),
      roundOf('2028-02-28T10:15:00Z', { 'm/http': 'up 80' }),
    ];
    expect(renamed(rounds, old)).toEqual([
      '28 10:00 – 28 10:05 up',
      '28 10:05 – 28 10:10 down',
      '28 10:10 – 28 10:25 up',
    ]);
  });

  test.each(['a/http', 'z/http'])('from %s just before midnight loses nothing after it', (old) => {
    const rounds = [
      roundOf('2028-02-28T23:45:00Z', { [old]: 'up 80' }),
      roundOf('2028-02-28T23:50:00Z', { [old]: 'up 80' }),
      roundOf('2028-02-28T23:55:00Z', { 'm/http': 'up 80' }),
      roundOf('2028-02-29T00:00:00Z', { 'm/http': 'up 80' }),
      roundOf('2028-02-29T00:05:00Z', { 'm/http': 'down' }),
    ];
    expect(renamed(rounds, old)).toEqual(['28 23:45 – 29 00:05 up', '29 00:05 – 29 00:15 down']);
  });

  test.each(['a/http', 'z/http'])('from %s at midnight', (old) => {
    const rounds = [
      roundOf('2028-02-28T23:50:00Z', { [old]: 'up 80' }),
      roundOf('2028-02-28T23:55:00Z', { [old]: 'up 80' }),
      roundOf('2028-02-29T00:00:00Z', { 'm/http': 'up 80' }),
      roundOf('2028-02-29T00:05:00Z', { 'm/http': 'up 80' }),
    ];
    expect(renamed(rounds, old)).toEqual(['28 23:50 – 29 00:15 up']);
  });
});

describe('a line that is no digest says why', () => {
  const good = { v: 1, d: '2026-11-20', loc: 'test', s: '0123abcd', n: 2, gap: 300, t0: 5, cov: [5, 900], h: [[1, 2]] };
  test.each<[unknown, string, boolean?]>([
    ['{"v":1,', 'is not JSON'],
    ['null', 'is no digest'],
    ['[]', 'is no digest'],
    ['7', 'is no digest'],
    [{ ...good, v: 2 }, 'has version 2, this Vedette reads 1', true],
    [{ ...good, v: 0 }, 'is no digest'],
    [{ ...good, d: '20 November' }, 'is no digest'],
    [{ ...good, loc: 7 }, 'is no digest'],
    [{ ...good, n: -1 }, 'n, gap, t0: expected numbers'],
    [{ ...good, t0: '5' }, 'n, gap, t0: expected numbers'],
    [{ ...good, cov: [5] }, 'cov: expected pairs of numbers'],
    [{ ...good, cov: [5, null] }, 'cov: expected pairs of numbers'],
    [{ ...good, k: { 0: [1, 2] } }, 'k, x: expected lists of three numbers each by column'],
    [{ ...good, x: { web: [1, 2, 3] } }, 'k, x: expected lists of three numbers each by column'],
    [{ ...good, x: null }, 'k, x: expected lists of three numbers each by column'],
    [{ ...good, s: 'ffffffff' }, 'names schema ffffffff, which is missing or unreadable'],
    [{ ...good, h: [] }, 'h: expected a histogram for each probe'],
    [{ ...good, h: [[1]] }, 'h: expected a histogram for each probe'],
  ])('%j: %s', (value, problem, isNewer = false) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(parseDaily(text, (schema) => (schema === '0123abcd' ? ['web/http'] : undefined))).toEqual({
      problem,
      isNewer,
    });
  });

  test('and unknown keys are ignored', () => {
    const text = JSON.stringify({ ...good, mood: 'good' });
    expect(parseDaily(text, () => ['web/http'])).toMatchObject({ day: '2026-11-20', rounds: 2 });
  });
});
