import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { histogramOf, merge, percentile, percentileOf, toSparse } from '../../src/history/histogram.ts';

const SHARES = [0.01, 0.5, 0.9, 0.95, 0.99, 1];
/** Most answer within a second, a few take hours. */
const ms = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 10_000_000 }));

test('a percentile is within 4.9 % of the exact one', () => {
  const property = fc.property(fc.array(ms, { minLength: 1, maxLength: 300 }), (latencies) => {
    const histogram = histogramOf(latencies);
    const sorted = latencies.toSorted((a, b) => a - b);
    for (const share of SHARES) {
      const exact = percentileOf(sorted, share)!;
      expect(Math.abs(percentile(histogram, share)! - exact) / exact).toBeLessThanOrEqual(0.049);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('so is every single latency', () => {
  const worst = Array.from({ length: 100_000 }, (_, index) => index + 1).reduce(
    (error, latency) => Math.max(error, Math.abs(percentile(histogramOf([latency]), 1)! - latency) / latency),
    0,
  );
  expect(worst).toBeLessThanOrEqual(0.049);
  expect(worst).toBeGreaterThan(0.048);
});

test('parts that are added up in any order are one histogram of everything', () => {
  const part = fc.array(ms, { maxLength: 50 });
  const property = fc.property(fc.array(part, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (parts, random) => {
    const shuffled = parts
      .map((latencies) => ({ latencies, key: random.next().value as number }))
      .sort((a, b) => a.key - b.key);
    const sum = new Map<number, number>();
    for (const { latencies } of shuffled) merge(sum, toSparse(histogramOf(latencies)));
    expect(toSparse(sum)).toEqual(toSparse(histogramOf(parts.flat())));
  });
  fc.assert(property, { numRuns: 300 });
});

test('what is written small is read back as it was', () => {
  const property = fc.property(fc.array(ms), (latencies) => {
    const histogram = histogramOf(latencies);
    const read = new Map<number, number>();
    merge(read, toSparse(histogram));
    expect([...read].sort()).toEqual([...histogram].sort());
  });
  fc.assert(property);
});

test('only buckets with something in them are written, each by its distance from the one before', () => {
  expect(toSparse(histogramOf([1, 1, 1, 100, 100, 5000]))).toMatchInlineSnapshot(`
    [
      0,
      3,
      48,
      2,
      41,
      1,
    ]
  `);
  expect(toSparse(histogramOf([]))).toEqual([]);
});

test('a day of a service takes about a hundred bytes', () => {
  // Every five minutes, 80 to 160 ms and a few stragglers.
  const day = Array.from({ length: 288 }, (_, index) => 80 + ((index * 37) % 80) + (index % 50 === 0 ? 900 : 0));
  expect(JSON.stringify(toSparse(histogramOf(day))).length).toBeLessThan(100);
});

describe('of few', () => {
  test('of nothing there is no percentile', () => {
    expect(percentile(histogramOf([]), 0.5)).toBe(undefined);
    expect(percentileOf([], 0.5)).toBe(undefined);
  });

  test.each([
    [[7], 0.5, 7],
    [[7], 0, 7],
    [[1, 2], 0.5, 1],
    [[1, 2, 3], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.75, 3],
    [[1, 2, 3, 4], 0.76, 4],
    [[1, 2, 3, 4], 1, 4],
  ])('of %j, a share of %d does not exceed %d', (sorted, share, expected) => {
    expect(percentileOf(sorted, share)).toBe(expected);
  });
});
