import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Baseline,
  CHRONIC_READINGS,
  createBaseline,
  createSeries,
  FAILURE_RATIO,
  LATENCY_MS,
  WINDOW,
} from '../../src/status/baseline.ts';

/** By sorting anew, as the definition says it. */
function oracle(values: readonly number[]): { median: number; spread: number } | undefined {
  const last = values.slice(-WINDOW);
  if (last.length < 10) return undefined;
  const m = median(last);
  return { median: m, spread: Math.max(1.4826 * median(last.map((value) => Math.abs(value - m))), 0.05 * m, 1) };
}

const usualOf = (baseline: Baseline) => {
  const [median, spread] = [baseline.median(), baseline.spread()];
  return median === undefined ? undefined : { median, spread };
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

test('the usual is that of the definition after every reading', () => {
  const latency = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 60_000, noNaN: true }));
  const property = fc.property(fc.array(latency, { maxLength: 700, size: 'max' }), (values) => {
    const baseline = createBaseline(LATENCY_MS);
    for (const [index, value] of values.entries()) {
      baseline.add(value);
      if (index % 37 === 0 || index + 1 === values.length)
        expect(usualOf(baseline)).toEqual(oracle(values.slice(0, index + 1)));
    }
  });
  fc.assert(property, { numRuns: 60 });
});

test('what is older than the window is forgotten', () => {
  const baseline = createBaseline(LATENCY_MS);
  for (let index = 0; index < 1000; index += 1) baseline.add(index < 500 ? 9000 : 60 + (index % 3));
  expect(usualOf(baseline)).toEqual({ median: 61, spread: 0.05 * 61 });
});

test.each([
  ['one millisecond at least', LATENCY_MS, 4, 1],
  ['or a twentieth of the usual', LATENCY_MS, 400, 20],
  ['half a percent of failures', FAILURE_RATIO, 0, 0.005],
])('spread of readings that are all alike: %s', (_, unit, value, spread) => {
  const baseline = createBaseline(unit);
  for (let index = 0; index < 10; index += 1) baseline.add(value);
  expect(usualOf(baseline)).toEqual({ median: value, spread });
});

describe('excess', () => {
  const calm = (value: number, count = 10) => {
    const series = createSeries(LATENCY_MS);
    for (let index = 0; index < count; index += 1) series.add(value, 'good');
    return series;
  };

  test('is unknown below ten good readings', () => {
    expect(calm(60, 9).excessOf(9000, 0)).toBeUndefined();
  });

  test('is that of the mean with the reading before', () => {
    expect(calm(60).excessOf(260, 0)).toEqual({ usual: 60, excess: 100, z: 100 / 3 });
  });

  test('is not worked out below the least that is asked for', () => {
    expect(calm(60).excessOf(258, 100)).toBeUndefined();
  });

  test('is that of the reading alone when there is no reading before', () => {
    const series = calm(60);
    series.interrupt();
    expect(series.excessOf(260, 0)?.excess).toBe(200);
  });

  test('is none for whoever is quick again', () => {
    const series = calm(60);
    series.add(9000, 'outlying');
    expect(series.excessOf(61, 0)?.excess).toBe(1);
  });

  test('counts from what it was before', () => {
    const series = calm(60);
    for (const value of [130, 140, 150]) series.add(value, 'good');
    expect(series.excessOf(250, 0)?.excess).toBe(70);
  });

  test('is not hidden by one reading on the way up', () => {
    const series = calm(60);
    series.add(220, 'good');
    expect(series.excessOf(410, 0)?.excess).toBe(315 - 60);
  });

  test('does not shrink while it lasts, until it is what is usual', () => {
    const series = calm(60);
    for (let index = 0; index < CHRONIC_READINGS; index += 1) {
      if (index > 0) expect(series.excessOf(400, 0)?.excess).toBe(340);
      series.add(400, 'outlying');
    }
    expect(series.excessOf(400, 0)).toEqual({ usual: 400, excess: 0, z: 0 });
  });

  test('readings apart teach nothing', () => {
    const series = calm(60);
    for (let index = 0; index < 500; index += 1) series.add(400, 'apart');
    expect(series.excessOf(400, 0)?.usual).toBe(60);
  });
});
