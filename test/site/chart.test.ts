import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf } from '../../src/history/days.ts';
import { axisOf, type Chart, chartOf, msInWords } from '../../src/site/chart.ts';
import { LATENCY_DAYS, type LatencyDay } from '../../src/site/latency-days.ts';
import { PLOT_HEIGHT, PLOT_WIDTH } from '../../src/site/plot.ts';

const FIRST = Date.parse('2026-10-22T00:00:00Z');

/** `of(0)` is the oldest day; nothing where it gives nothing. */
function daysOf(of: (index: number) => Partial<LatencyDay> | undefined): LatencyDay[] {
  return Array.from({ length: LATENCY_DAYS }, (_, index) => ({
    date: dayOf(FIRST + index * 86_400_000),
    answers: 0,
    isMaintenance: false,
    ...of(index),
  }));
}

function drawn(days: readonly LatencyDay[]): Chart {
  const result = chartOf(days);
  if ('sentence' in result) throw new Error(result.sentence);
  return result.chart;
}

const line = (chart: Chart, name: string) => chart.lines.find((each) => each.name === name);

describe('an axis has round numbers and keeps everything inside', () => {
  test.each([
    ['a calm probe, from zero', [120, 180], false, ['0', '100 ms', '200 ms']],
    ['all the same', [207, 207], false, ['0', '100 ms', '200 ms', '300 ms']],
    ['one millisecond', [1, 1], false, ['0', '0.5 ms', '1 ms']],
    ['five times is not yet spread', [100, 500], false, ['0', '250 ms', '500 ms']],
    ['milliseconds and seconds', [400, 1400], false, ['0', '500 ms', '1 s', '1.5 s']],
    ['a slow tail', [120, 900], true, ['100 ms', '200 ms', '500 ms', '1 s']],
    ['three decades', [60, 7780], true, ['10 ms', '100 ms', '1 s', '10 s']],
    ['as far apart as clocks go', [0.001, 86_400_000], true, ['0.001 ms', '10 ms', '100 s', '1000000 s']],
  ] as const)('%s', (_, values, isLog, ticks) => {
    const axis = axisOf(values);
    expect(axis.isLog).toBe(isLog);
    expect(axis.ticks.map((ms) => (ms === 0 ? '0' : msInWords(ms)))).toEqual(ticks);
  });

  test('whatever the numbers', () => {
    const latency = fc.double({ min: 0.001, max: 86_400_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 90 }), (values) => {
        const { ticks, y } = axisOf(values);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(4);
        expect(y(ticks[0]!)).toBe(PLOT_HEIGHT);
        expect(y(ticks.at(-1)!)).toBe(0);
        const sorted = values.toSorted((a, b) => a - b).map(y);
        for (const [index, at] of sorted.entries()) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(PLOT_HEIGHT);
          // Slower is never lower.
          expect(at).toBeLessThanOrEqual(sorted[index - 1] ?? PLOT_HEIGHT);
        }
      }),
    );
  });
});

describe('lines', () => {
  test('stop at a day without data, and a day that stands alone is a dot', () => {
    const chart = drawn(
      daysOf((index) => ([0, 1, 3, 5, 6, 7].includes(index) ? { answers: 9, p50Ms: 100 } : undefined)),
    );
    expect(line(chart, 'p50')).toEqual({
      name: 'p50',
      path: 'M5 0L15 0M55 0L65 0L75 0',
      dots: 'M35 0h0',
      end: { left: '25%', y: 0 },
    });
    expect(chart.lines).toHaveLength(1);
  });

  test('of p99 have a gap where answers were too few, and a note says so', () => {
    const chart = drawn(
      daysOf((index) => ({ answers: index < 29 ? 144 : 40, p50Ms: 100, ...(index < 29 && { p99Ms: 300 }) })),
    );
    expect(line(chart, 'p99')!.path.split('L')).toHaveLength(29);
    expect(chart.note).toBe('p99 needs 100 answers a day; 1 day had fewer.');
    expect(chart.rows[0]).toMatchObject({ date: '2026-11-20', answers: '40', p50: '100', p99: '–' });
    expect(drawn(daysOf(() => ({ answers: 48, p50Ms: 100 }))).note).toBe(
      'p99 needs 100 answers a day, and no day had so many.',
    );
  });

  test('have names that do not touch, p99 above p50 where both are the same', () => {
    const chart = drawn(daysOf(() => ({ answers: 144, p50Ms: 200, p99Ms: 200 })));
    expect(line(chart, 'p50')!.end.y - line(chart, 'p99')!.end.y).toBe(15);
  });
});

describe('words', () => {
  test('tell the range, the slowest day, and how it was before', () => {
    const chart = drawn(
      daysOf((index) => ({
        answers: 288,
        p50Ms: index === 4 ? 180 : 120,
        p99Ms: index === 21 ? 900 : 400,
        p50BeforeMs: 100,
      })),
    );
    expect(chart.label).toMatchInlineSnapshot(
      `"p50 between 120 and 180 ms, p99 up to 900 ms in the last 30 days; highest on 2026-11-12. In the 30 days before: p50 about 100 ms."`,
    );
  });

  test('name no slowest day where all are the same, and no period that was not observed', () => {
    const chart = drawn(daysOf((index) => (index > 20 ? { answers: 288, p50Ms: 1500 } : undefined)));
    expect(chart.label).toBe('p50 about 1.5 s on 9 of the last 30 days.');
  });

  test.each([
    [0, 'There was no answer in the last 30 days.'],
    [1, 'A chart needs answers on 3 days; of the last 30, 1 has any.'],
    [2, 'A chart needs answers on 3 days; of the last 30, 2 have any.'],
  ])('stand for the chart of %d days', (count, sentence) => {
    expect(chartOf(daysOf((index) => (index < count ? { answers: 9, p50Ms: 10 } : undefined)))).toEqual({ sentence });
  });

  test.each([
    [1, '1 ms'],
    [14.42, '14.4 ms'],
    [999.9, '1 s'],
    [1254, '1.25 s'],
  ])('%d ms is %s', (ms, words) => expect(msInWords(ms)).toBe(words));
});

test('maintenance is shaded by whole days, and named in the table', () => {
  const chart = drawn(daysOf((index) => ({ answers: 9, p50Ms: 10, isMaintenance: index === 10 || index === 11 })));
  expect(chart.maintenance).toBe('M100 0h20v160h-20z');
  expect(chart.rows.filter(({ isMaintenance }) => isMaintenance)).toHaveLength(2);
});

test('dates are a week apart and end with the newest', () => {
  const { dates } = drawn(daysOf(() => ({ answers: 9, p50Ms: 10 })));
  expect(dates.map(({ words }) => words)).toEqual([
    '2026-10-23',
    '2026-10-30',
    '2026-11-06',
    '2026-11-13',
    '2026-11-20',
  ]);
  expect(dates.map(({ isMinor }) => isMinor)).toEqual([false, true, false, true, false]);
});

test('whatever a history claims, every point is inside of the plot', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1e308));
  const value = fc.option(fc.oneof(fc.double({ min: 1, max: 60_000, noNaN: true }), number), { nil: undefined });
  const day = fc.record({ p50Ms: value, p99Ms: value, p50BeforeMs: value, answers: number });
  fc.assert(
    fc.property(fc.array(day, { minLength: LATENCY_DAYS, maxLength: LATENCY_DAYS }), (given) => {
      const result = chartOf(daysOf((index) => given[index] as Partial<LatencyDay>));
      if ('sentence' in result) return;
      const { lines, label, rows } = result.chart;
      for (const { path, dots, end } of lines) {
        const points = [...`${path}${dots}`.matchAll(/[ML]([^ ]+) ([^MLh]+)/g)];
        expect(points.length).toBeGreaterThan(0);
        for (const [, x, y] of points) {
          expect(Number(x)).toBeGreaterThan(0);
          expect(Number(x)).toBeLessThan(PLOT_WIDTH);
          expect(Number(y)).toBeGreaterThanOrEqual(0);
          expect(Number(y)).toBeLessThanOrEqual(PLOT_HEIGHT);
        }
        expect(end.y).toBeGreaterThanOrEqual(0);
        expect(end.y).toBeLessThanOrEqual(PLOT_HEIGHT);
      }
      expect(label + rows.map(({ p50, p99, before }) => p50 + p99 + before).join()).not.toMatch(
        /NaN|Infinity|undefined/,
      );
    }),
  );
});
