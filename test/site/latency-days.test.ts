import { expect, test } from 'vitest';
import { latenciesByDay } from '../../src/history/day-digest.ts';
import { histogramOf, merged, percentile, percentileIn, toSparse } from '../../src/history/histogram.ts';
import { latencyDays } from '../../src/site/latency-days.ts';
import { daysOf, roundOf } from '../history/rounds.ts';

const LAST = Date.parse('2026-11-20T00:00:00Z');
const sparse = (...values: number[]) => toSparse(histogramOf(values));

test('a day has p99 from a hundred answers on, and p50 of 30 days before beside it', () => {
  const byDay = new Map([
    ['2026-10-21', sparse(50)],
    ['2026-11-19', sparse(...Array<number>(98).fill(100), 1000, 1000)],
    ['2026-11-20', sparse(...Array<number>(99).fill(100))],
  ]);
  const days = latencyDays(byDay, LAST, (from) => from === LAST);
  expect(days).toHaveLength(30);
  expect(days[0]).toEqual({ date: '2026-10-22', answers: 0, isMaintenance: false });
  expect(days.slice(-2)).toEqual([
    { date: '2026-11-19', answers: 100, p50Ms: 97, p99Ms: 956, isMaintenance: false },
    { date: '2026-11-20', answers: 99, p50Ms: 97, p50BeforeMs: 49.8, isMaintenance: true },
  ]);
});

test('latencies of a day are those of all its locations, and of no other probe', () => {
  const days = daysOf([
    roundOf('2026-11-19T10:00:00Z', { 'web/http': 'up 10', 'db/tcp': 'up 900' }),
    roundOf('2026-11-20T10:00:00Z', { 'web/http': 'up 10' }, { location: 'a' }),
    roundOf('2026-11-20T11:00:00Z', { 'web/http': 'up 500' }, { location: 'a' }),
    roundOf('2026-11-20T10:00:00Z', { 'web/http': 'up 80', 'db/tcp': 'down' }, { location: 'b' }),
  ]);
  const latenciesOn = latenciesByDay(days);
  expect([...latenciesOn('web/http').keys()]).toEqual(['2026-11-19', '2026-11-20']);
  expect(latenciesOn('web/http').get('2026-11-20')).toEqual(sparse(10, 80, 500));
  expect(latenciesOn('nobody/http').size).toBe(0);
});

test('a percentile is the same folded and unfolded', () => {
  const histogram = histogramOf([3, 40, 41, 900, 12_000]);
  for (const share of [0, 0.01, 0.2, 0.5, 0.99, 1]) {
    expect(percentileIn(toSparse(histogram), share)).toBe(percentile(histogram, share));
  }
  expect(percentileIn(merged([]), 0.5)).toBeUndefined();
});
