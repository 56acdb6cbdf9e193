import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestDay, medianGap } from '../../src/history/digest.ts';
import { merge, percentile, percentileOf } from '../../src/history/histogram.ts';
import type { RecordedRound } from '../../src/model.ts';
import { daysOf, digestsOf, rawRounds, roundOf } from './rounds.ts';

const MINUTE = 60_000;
const DAY = '2026-11-20';
const NOON = Date.parse(`${DAY}T12:00:00Z`);

/** Daily and hourly lines without what every one of them has. */
function linesOf(rounds: readonly RecordedRound[], probes: readonly string[] = []) {
  const short = (line: string): string => line.replace(/"s":"[0-9a-f]{8}",/, '').replace(`"v":1,"d":"${DAY}",`, '');
  const [digests] = digestsOf(rounds, probes);
  return { daily: digests!.daily.map(short), hourly: digests!.hourly.map((line) => short(line).replace('"v":1,', '')) };
}

const at = (clock: string): string => `${DAY}T${clock}:00Z`;

test('a small day, and its hours', () => {
  const rounds = [
    roundOf(at('12:50'), { 'db/tcp': 'up 5', 'web/http': 'up 80' }),
    roundOf(at('12:55'), { 'db/tcp': 'down', 'web/http': 'up 90' }),
    roundOf(at('13:00'), { 'db/tcp': 'degraded 2000', 'web/http': 'up 400' }),
    roundOf(at('13:05'), { 'db/tcp': 'up 5', 'web/http': 'up 85' }),
  ];
  const [digests] = digestsOf(rounds);
  expect(
    [...digests!.daily, ...digests!.hourly, ...digests!.schemas.map(({ text }) => text.trim())].join('\n'),
  ).toMatchInlineSnapshot(`
    "{"v":1,"d":"2026-11-20","loc":"test","s":"5262947c","n":4,"gap":300,"t0":46200,"cov":[46200,1500],"k":{"0":[4,1,1]},"x":{"0":[46500,300,2,46800,300,1]},"h":[[17,2,63,1],[46,1,1,2,16,1]]}
    {"v":1,"t":1795176000,"loc":"test","s":"5262947c","n":2,"p50":[5,80],"max":[5,90],"k":{"0":[2,1,0]}}
    {"v":1,"t":1795179600,"loc":"test","s":"5262947c","n":2,"p50":[5,85],"max":[2000,400],"k":{"0":[2,0,1]}}
    {"v":1,"probes":["db/tcp","web/http"]}"
  `);
});

test('a probe that begins in the middle of the day was not known before, one that ends not after', () => {
  const rounds = [
    roundOf(at('12:00'), { 'old/tcp': 'up 5', 'web/http': 'up 80' }),
    roundOf(at('12:05'), { 'old/tcp': 'up 5', 'web/http': 'up 80' }),
    roundOf(at('12:10'), { 'new/tcp': 'up 7', 'web/http': 'up 80' }),
    roundOf(at('12:15'), { 'new/tcp': 'up 7', 'web/http': 'up 80' }),
    roundOf(at('12:20'), { 'new/tcp': 'up 7', 'web/http': 'up 80' }),
  ];
  // Columns: new, old, web.
  expect(linesOf(rounds).daily.join('\n')).toMatchInlineSnapshot(
    `"{"loc":"test","n":5,"gap":300,"t0":43200,"cov":[43200,1800],"k":{"0":[3,0,0],"1":[2,0,0]},"x":{"0":[43200,600,3],"1":[44100,900,3]},"h":[[20,3],[17,2],[46,5]]}"`,
  );
});

test('a round in which the prober failed is counted, and says nothing of the services', () => {
  const fault = roundOf(at('12:05'), { 'web/http': 'down' }, { isProberFault: true });
  const rounds = [
    roundOf(at('12:00'), { 'web/http': 'up 80' }),
    fault,
    roundOf(at('12:10'), { 'web/http': 'up 80' }),
    roundOf(at('12:15'), { 'web/http': 'up 80' }),
  ];
  expect(linesOf(rounds)).toMatchInlineSnapshot(`
    {
      "daily": [
        "{"loc":"test","n":4,"gap":300,"t0":43200,"cov":[43200,300,43800,900],"k":{"0":[3,0,0]},"h":[[46,3]]}",
      ],
      "hourly": [
        "{"t":1795176000,"loc":"test","n":4,"p50":[80],"max":[80],"k":{"0":[3,0,0]}}",
      ],
    }
  `);
});

test('a probe that a round did not read', () => {
  const rounds = [
    roundOf(at('12:00'), { 'db/tcp': 'up 5', 'web/http': 'up 80' }),
    roundOf(at('12:05'), { 'web/http': 'up 80' }),
    roundOf(at('12:10'), { 'db/tcp': 'up 5', 'web/http': 'up 80' }),
    roundOf(at('12:15'), { 'web/http': 'up 80' }),
    roundOf(at('12:20'), { 'web/http': 'up 80' }),
  ];
  expect(linesOf(rounds, ['db/tcp', 'web/http']).daily.join('\n')).toMatchInlineSnapshot(
    `"{"loc":"test","n":5,"gap":300,"t0":43200,"cov":[43200,1800],"k":{"0":[2,0,0]},"x":{"0":[44400,600,3]},"h":[[17,2],[46,5]]}"`,
  );
});

test('a day with one round has no rhythm', () => {
  const rounds = [roundOf(at('12:00'), { 'db/tcp': 'down', 'web/http': 'up 80' })];
  expect(linesOf(rounds).daily.join('\n')).toMatchInlineSnapshot(
    `"{"loc":"test","n":1,"t0":43200,"cov":[43200,0],"k":{"0":[1,1,0]},"x":{"0":[43200,0,2]},"h":[[],[46,1]]}"`,
  );
});

test('two locations are two lines a day and two an hour', () => {
  const rounds = ['oslo', 'bern'].flatMap((location) => [
    roundOf(at('12:00'), { 'web/http': 'up 80' }, { location }),
    roundOf(at('13:00'), { 'web/http': 'up 90' }, { location }),
  ]);
  const { daily, hourly } = linesOf(rounds);
  expect([...daily, ...hourly].join('\n')).toMatchInlineSnapshot(`
    "{"loc":"bern","n":2,"gap":3600,"t0":43200,"cov":[43200,10800],"h":[[46,1,1,1]]}
    {"loc":"oslo","n":2,"gap":3600,"t0":43200,"cov":[43200,10800],"h":[[46,1,1,1]]}
    {"t":1795176000,"loc":"bern","n":1,"p50":[80],"max":[80]}
    {"t":1795176000,"loc":"oslo","n":1,"p50":[80],"max":[80]}
    {"t":1795179600,"loc":"bern","n":1,"p50":[90],"max":[90]}
    {"t":1795179600,"loc":"oslo","n":1,"p50":[90],"max":[90]}"
  `);
});

test('rounds in the same second: the last one says what was, all are counted', () => {
  const rounds = [
    roundOf(at('12:00'), { 'web/http': 'up 80' }, { id: '1' }),
    roundOf(at('12:05'), { 'web/http': 'down' }, { id: '2' }),
    roundOf(at('12:05'), { 'web/http': 'up 80' }, { id: '3' }),
    roundOf(at('12:10'), { 'web/http': 'up 80' }, { id: '4' }),
  ];
  expect(linesOf(rounds).daily.join('\n')).toMatchInlineSnapshot(
    `"{"loc":"test","n":4,"gap":300,"t0":43200,"cov":[43200,1200],"k":{"0":[4,1,0]},"h":[[46,3]]}"`,
  );
});

test('of no rounds there is no digest', () => {
  expect(digestDay(DAY, [])).toEqual({ hourly: [], daily: [], schemas: [] });
});

test.each([
  ['none', [], 0],
  ['one', [7], 0],
  ['two', [7, 300], 293],
  ['an even number of gaps, the longer one', [0, 60, 360], 300],
  ['one long gap is no rhythm', [0, 5, 10, 15, 200, 205], 5],
  ['the same second', [7, 7, 7], 0],
  ['pairs in the same second', [0, 0, 300, 300, 600, 600], 300],
])('the median gap of %s', (_, times, gap) => {
  expect(medianGap(times)).toBe(gap);
});

describe('of any day', () => {
  const ADDRESSES = ['db/tcp', 'web/http'];
  const word = fc.oneof(
    fc.constantFrom('down', 'unknown', '-', 'down 30'),
    fc
      .tuple(fc.constantFrom('up', 'up', 'degraded'), fc.integer({ min: 1, max: 20_000 }))
      .map((pair) => pair.join(' ')),
  );
  const someDay = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 86_399 }), word, word, fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 60,
    })
    .map((list) =>
      list.map(([second, db, web, fault], index) => {
        const seen = { ...(db !== '-' && { 'db/tcp': db }), ...(web !== '-' && { 'web/http': web }) };
        return roundOf(NOON - 43_200_000 + second * 1000, seen, { id: `${index}.1.test`, isProberFault: fault === 0 });
      }),
    );

  test('what is counted is what was read, and percentiles are those of what answered, within 4.9 %', () => {
    const property = fc.property(someDay, (rounds) => {
      const [day] = daysOf(rounds, ADDRESSES);
      expect(day!.rounds).toBe(rounds.length);
      for (const [column, address] of ADDRESSES.entries()) {
        const read = rounds
          .filter(({ isProberFault }) => !isProberFault)
          .flatMap(({ observations }) =>
            observations.filter(({ service, probe }) => `${service}/${probe}` === address),
          );
        const count = (outcome: string): number => read.filter((own) => own.outcome === outcome).length;
        const counts = day!.counts.get(column) ?? [rounds.length, 0, 0];
        expect(counts).toEqual([read.length - count('unknown'), count('down'), count('degraded')]);
        const answered = read
          .flatMap(({ outcome, latencyMs }) => (outcome === 'up' || outcome === 'degraded' ? latencyMs! : []))
          .sort((a, b) => a - b);
        const histogram = new Map<number, number>();
        merge(histogram, day!.histograms[column]!);
        expect([...histogram.values()].reduce((sum, own) => sum + own, 0)).toBe(answered.length);
        for (const share of [0.5, 0.95, 0.99]) {
          const exact = percentileOf(answered, share);
          const found = percentile(histogram, share);
          if (exact === undefined) expect(found).toBe(undefined);
          else expect(Math.abs(found! - exact) / exact).toBeLessThanOrEqual(0.049);
        }
      }
    });
    fc.assert(property, { numRuns: 200 });
  });

  test('hours have the exact median and maximum', () => {
    const property = fc.property(someDay, (rounds) => {
      const [digests] = digestsOf(rounds, ADDRESSES);
      const hours = digests!.hourly.map(
        (text) => JSON.parse(text) as { t: number; n: number; p50: number[]; max: number[] },
      );
      expect(hours.map(({ t }) => t)).toEqual(hours.map(({ t }) => t).toSorted((a, b) => a - b));
      expect(hours.reduce((sum, { n }) => sum + n, 0)).toBe(rounds.length);
      for (const { t, p50, max } of hours) {
        const latencies = rounds
          .filter((round) => !round.isProberFault && Math.floor(round.at / 3_600_000) * 3600 === t)
          .flatMap(({ observations }) => observations)
          .filter(({ service, outcome }) => service === 'web' && (outcome === 'up' || outcome === 'degraded'))
          .map(({ latencyMs }) => latencyMs!)
          .sort((a, b) => a - b);
        expect([p50[1], max[1]]).toEqual([percentileOf(latencies, 0.5) ?? 0, latencies.at(-1) ?? 0]);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('worked out again it is the same to the byte', () => {
    fc.assert(
      fc.property(someDay, (rounds) => {
        const raw = rawRounds(rounds, ADDRESSES);
        expect(digestDay(DAY, rawRounds(rounds.toReversed(), ADDRESSES))).toEqual(digestDay(DAY, raw));
      }),
      { numRuns: 50 },
    );
  });
});

test('what a day takes does not grow with its rounds while all is well', () => {
  const every = (minutes: number): number => {
    const rounds = Array.from({ length: 1440 / minutes }, (_, index) =>
      roundOf(NOON - 43_200_000 + index * minutes * MINUTE, { 'web/http': 'up 80' }),
    );
    return digestsOf(rounds)[0]!.daily[0]!.length;
  };
  expect(every(1) - every(10)).toBeLessThan(5);
});
