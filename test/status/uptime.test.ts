import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATES, type State } from '../../src/model.ts';
import {
  coverageRatio,
  percentInWords,
  type Sample,
  spansOf,
  uptimeRatio,
  validityMs,
} from '../../src/status/uptime.ts';
import { MINUTE } from './sketch.ts';

const LETTERS: Record<string, State> = {
  '.': 'operational',
  d: 'degraded',
  p: 'partial_outage',
  X: 'major_outage',
  '?': 'unknown',
  m: 'maintenance',
};

/** A sample a minute, `-` none; spans in minutes. */
function minutes(text: string, maintenance: readonly [number, number][] = [], [from, to] = [0, text.length]) {
  const samples = [...text].flatMap((letter, index): Sample[] =>
    letter === '-' ? [] : [{ at: index * MINUTE, state: LETTERS[letter]! }],
  );
  const windows = maintenance.map(([startsAt, endsAt]) => ({ startsAt: startsAt * MINUTE, endsAt: endsAt * MINUTE }));
  const spans = spansOf(samples, {
    from: from * MINUTE,
    to: to * MINUTE,
    validityMs: 2 * MINUTE,
    maintenance: windows,
  });
  return Object.fromEntries(
    Object.entries(spans)
      .map(([kind, ms]) => [kind, ms / MINUTE])
      .filter(([, value]) => value !== 0),
  );
}

describe('a reading speaks for the time until the next', () => {
  test.each([
    ['all up', '....', { operational: 4 }],
    ['of every kind', '.dpX', { operational: 1, degraded: 1, down: 2 }],
    ['over a gap as long as it is valid', '.-.', { operational: 3 }],
    ['and no longer', '.---X-', { operational: 2, noData: 2, down: 2 }],
    ['an unknown one ends it and is no data', '..?.', { operational: 3, noData: 1 }],
    ['no readings, no data', '---', { noData: 3 }],
  ])('%s', (_, text, spans) => {
    expect(minutes(text)).toEqual(spans);
  });

  test('from before the span into it, and not beyond its end', () => {
    expect(minutes('.-X-', [], [1, 3])).toEqual({ operational: 1, down: 1 });
    expect(minutes('.-----', [], [3, 5])).toEqual({ noData: 2 });
  });

  test('two at the same instant: the last one', () => {
    const samples: Sample[] = [
      { at: 0, state: 'major_outage' },
      { at: 0, state: 'operational' },
    ];
    expect(spansOf(samples, { from: 0, to: 10, validityMs: 20, maintenance: [] })).toMatchObject({
      operational: 10,
      down: 0,
    });
  });
});

describe('maintenance is neither up nor down nor missing', () => {
  test.each<[string, string, [number, number][], object]>([
    ['whatever was read in it', '.XX.', [[1, 3]], { operational: 2, maintenance: 2 }],
    [
      'from the middle of one reading to that of another',
      '.X--',
      [[0.5, 1.5]],
      { operational: 0.5, down: 1.5, maintenance: 1, noData: 1 },
    ],
    [
      'counted once where two overlap',
      '....',
      [
        [1, 3],
        [2, 4],
      ],
      { operational: 1, maintenance: 3 },
    ],
    [
      'cut to the span',
      '....',
      [
        [-5, 1],
        [3, 99],
      ],
      { operational: 2, maintenance: 2 },
    ],
    ['where nothing was read', '.--.', [[0, 4]], { maintenance: 4 }],
    ['one that never begins', '..', [[1, 1]], { operational: 2 }],
  ])('%s', (_, text, windows, spans) => {
    expect(minutes(text, windows)).toEqual(spans);
  });
});

test('the parts of a span are the whole of it, whatever was read', () => {
  const sample = fc.record({ at: fc.integer({ min: -500, max: 1500 }), state: fc.constantFrom(...STATES) });
  const window = fc.record({
    startsAt: fc.integer({ min: -500, max: 1500 }),
    endsAt: fc.integer({ min: -500, max: 1500 }),
  });
  const property = fc.property(
    fc.array(sample, { maxLength: 40 }),
    fc.array(window, { maxLength: 5 }),
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 500 }),
    (samples, maintenance, validity, from, length) => {
      const ordered = samples.toSorted((a, b) => a.at - b.at);
      const spans = spansOf(ordered, { from, to: from + length, validityMs: validity, maintenance });
      expect(Object.values(spans).every((ms) => ms >= 0)).toBe(true);
      expect(Object.values(spans).reduce((sum, ms) => sum + ms, 0)).toBe(length);
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

test('a span is the sum of its halves', () => {
  const sample = fc.record({ at: fc.integer({ min: 0, max: 1000 }), state: fc.constantFrom(...STATES) });
  const property = fc.property(
    fc.array(sample, { maxLength: 40 }),
    fc.integer({ min: 0, max: 1000 }),
    (samples, middle) => {
      const ordered = samples.toSorted((a, b) => a.at - b.at);
      const spans = (from: number, to: number) =>
        spansOf(ordered, { from, to, validityMs: 100, maintenance: [{ startsAt: 300, endsAt: 400 }] });
      const [first, second, whole] = [spans(0, middle), spans(middle, 1000), spans(0, 1000)];
      for (const kind of Object.keys(whole) as (keyof typeof whole)[])
        expect(first[kind] + second[kind]).toBe(whole[kind]);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('a reading is valid for twice the median gap, so that one long gap is no data', () => {
  expect(validityMs([0, 5, 10, 15, 200, 205].map((minute) => minute * MINUTE))).toBe(10 * MINUTE);
  expect([validityMs([]), validityMs([MINUTE])]).toEqual([0, 0]);
});

test('clocks that change are irrelevant: a UTC day has 24 hours in any time zone of the machine', () => {
  const before = process.env.TZ;
  process.env.TZ = 'Europe/Berlin';
  try {
    const from = Date.parse('2027-03-28T00:00:00Z');
    const samples = Array.from(
      { length: 24 * 12 },
      (_, index): Sample => ({ at: from + index * 5 * MINUTE, state: 'operational' }),
    );
    const spans = spansOf(samples, {
      from,
      to: Date.parse('2027-03-29T00:00:00Z'),
      validityMs: 10 * MINUTE,
      maintenance: [],
    });
    expect(spans).toMatchObject({ operational: 24 * 60 * MINUTE, noData: 0 });
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

test.each([
  [{ operational: 90, degraded: 9, down: 1, maintenance: 500, noData: 0 }, '99.00 %', '100 %'],
  [{ operational: 100, degraded: 0, down: 0, maintenance: 0, noData: 300 }, '100 %', '25.00 %'],
  [{ operational: 99_996, degraded: 0, down: 4, maintenance: 0, noData: 0 }, '99.99 %', '100 %'],
  [{ operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 10 }, undefined, '0.00 %'],
  [{ operational: 0, degraded: 0, down: 0, maintenance: 10, noData: 0 }, undefined, '100 %'],
])('%j is an uptime of %s with a coverage of %s', (spans, uptime, coverage) => {
  const ratio = uptimeRatio(spans);
  expect([ratio === undefined ? undefined : percentInWords(ratio), percentInWords(coverageRatio(spans))]).toEqual([
    uptime,
    coverage,
  ]);
});

test('a percentage is never rounded up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (up, down) => {
      const words = percentInWords(up / (up + down));
      expect(words).not.toBe('100 %');
      const printed = words.startsWith('<') ? 0 : Number.parseFloat(words);
      expect(printed).toBeLessThanOrEqual((100 * up) / (up + down) + 1e-9);
      expect(words === '0.00 %').toBe(up === 0);
    }),
  );
});
