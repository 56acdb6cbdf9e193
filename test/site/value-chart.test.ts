import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, instantOf } from '../../src/history/days.ts';
import type { ValueDay } from '../../src/history/measured-days.ts';
import { LATENCY_DAYS } from '../../src/site/latency-days.ts';
import { PLOT_HEIGHT } from '../../src/site/plot.ts';
import { type ValueChart, valueAxis, valueChartOf } from '../../src/site/value-chart.ts';
import { valueView } from '../../src/site/value-days.ts';

const LAST = Date.parse('2026-11-20T00:00:00Z');
const DAY_MS = 86_400_000;

/** `of(0)` is the newest day. */
function viewOf(of: (daysAgo: number) => Partial<ValueDay> | undefined, unit?: string) {
  const days = Array.from({ length: 2 * LATENCY_DAYS }, (_, daysAgo): [string, ValueDay][] => {
    const given = of(daysAgo);
    return given ? [[dayOf(LAST - daysAgo * DAY_MS), { count: 1, min: 0, p50: 0, max: 0, ...given }]] : [];
  });
  const series = { name: '$.pending', ...(unit !== undefined && { unit }), byDay: new Map(days.flat()) };
  return valueView(series, LAST, (from) => from === LAST);
}

function drawn(...[of, unit]: Parameters<typeof viewOf>): ValueChart {
  const result = valueChartOf(viewOf(of, unit)!, [{ at: instantOf('2026-11-19') + DAY_MS / 2, version: '1.1' }]);
  if ('sentence' in result) throw new Error(result.sentence);
  return result.chart;
}

describe('an axis has zero, round numbers, and everything inside', () => {
  test.each([
    ['a backlog', [12, 480], [0, 200, 400, 600]],
    ['nothing at all', [0, 0], [0, 1, 2]],
    ['always the same', [7], [0, 2.5, 5, 7.5]],
    ['a share', [0.2, 0.9], [0, 0.5, 1]],
    ['a tenth', [0.1, 0.3], [0, 0.1, 0.2, 0.3]],
    ['below zero', [-40, -3], [-40, -20, 0]],
    ['on both sides', [-5, 12], [-10, 0, 10, 20]],
    ['bytes', [1_234_567], [0, 500_000, 1_000_000, 1_500_000]],
  ])('%s', (_, values, ticks) => {
    expect(valueAxis(values).ticks).toEqual(ticks);
  });

  test('whatever the numbers', () => {
    const value = fc.double({ min: -1e15, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        const { ticks, y } = valueAxis(values);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(4);
        expect([y(ticks[0]!), y(ticks.at(-1)!)]).toEqual([PLOT_HEIGHT, 0]);
        for (const at of values.map(y)) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(PLOT_HEIGHT);
        }
      }),
    );
  });
});

test('days without a reading break the lines, and one alone is a dot and a stroke', () => {
  const { middle, range, before } = drawn((ago) =>
    [1, 3].includes(ago) || ago >= 30 ? undefined : { min: 50, p50: 100, max: 200 },
  );
  expect(middle.path.match(/M/g)).toHaveLength(1);
  expect(middle.dots).toBe('M275 80h0M295 80h0');
  expect(range).toContain('M275 120V0');
  expect(range.match(/z/g)).toHaveLength(1);
  expect(before).toBeUndefined();
});

test('the days before are drawn as far as they are known', () => {
  const { before, rows, label } = drawn((ago) => (ago < 30 || ago > 40 ? { p50: ago, max: ago } : undefined), 'B');
  expect(before!.path.match(/M/g)).toHaveLength(1);
  expect(rows[0]).toMatchInlineSnapshot(`
    {
      "before": "–",
      "date": "2026-11-20",
      "isMaintenance": true,
      "max": "0",
      "min": "0",
      "p50": "0",
      "readings": "1",
      "released": [],
    }
  `);
  expect(rows[1]).toMatchInlineSnapshot(`
    {
      "before": "–",
      "date": "2026-11-19",
      "isMaintenance": false,
      "max": "1",
      "min": "0",
      "p50": "1",
      "readings": "1",
      "released": [
        "1.1",
      ],
    }
  `);
  expect(label).toMatchInlineSnapshot(
    `"between 0 and 29 B in the last 30 days; greatest on 2026-10-22. In the 30 days before: p50 between 41 and 59 B. Released: 1.1 on 2026-11-19."`,
  );
});

test('a release stands at its hour', () => {
  expect(drawn(() => ({ p50: 1, max: 1 })).releases).toMatchInlineSnapshot(`
    {
      "flags": [
        "95%",
      ],
      "path": "M285 0v160",
      "told": {
        "earlier": 0,
        "newest": [
          {
            "date": "2026-11-19",
            "version": "1.1",
          },
        ],
      },
    }
  `);
});

test('of too few days there is a sentence, and of none nothing', () => {
  expect(viewOf(() => undefined)).toBeUndefined();
  // Only the days before.
  expect(viewOf((ago) => (ago > 35 ? {} : undefined))).toBeUndefined();
  expect(valueChartOf(viewOf((ago) => (ago < 2 ? { min: 3, p50: 4, max: 1234.5 } : undefined), 'B')!)).toEqual({
    sentence: 'A chart needs readings on 3 days; there are 2. On 2026-11-20 it was between 3 and 1,234.5 B.',
  });
});

test.each([
  ['beyond measure', { min: 0, p50: 1, max: 1e300 }],
  ['the wrong way round', { min: 9, p50: 5, max: 1 }],
])('what a history claims is not drawn when it is %s', (_, claimed) => {
  expect(viewOf(() => claimed)).toBeUndefined();
});
