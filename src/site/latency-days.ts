/** How fast a probe answered, day by day: the numbers of its chart. */
import { DAY_MS, dayOf } from '../history/days.ts';
import { answersIn, percentileIn, type SparseHistogram } from '../history/histogram.ts';

/** Latencies are told of so many days. */
export const LATENCY_DAYS = 30;
/** Of a hundred, the slowest one is what 99 % do not exceed; of fewer it would be the same as the slowest of all. */
export const LEAST_ANSWERS = 100;

export interface LatencyDay {
  /** UTC day, `2026-11-20`. */
  date: string;
  answers: number;
  /** Half of the answers came within it; absent when there were none. */
  p50Ms?: number;
  /** Absent also when there were fewer answers than LEAST_ANSWERS. */
  p99Ms?: number;
  /** The p50 of LATENCY_DAYS before. */
  p50BeforeMs?: number;
  /** Some of the day was announced maintenance. */
  isMaintenance: boolean;
}

/** The last LATENCY_DAYS in order of time; of the one that `lastDay` begins, as far as it goes. */
export function latencyDays(
  byDay: ReadonlyMap<string, SparseHistogram>,
  lastDay: number,
  isMaintenance: (from: number) => boolean,
): LatencyDay[] {
  return Array.from({ length: LATENCY_DAYS }, (_, index) => {
    const from = lastDay - (LATENCY_DAYS - 1 - index) * DAY_MS;
    const histogram = byDay.get(dayOf(from)) ?? [];
    const answers = answersIn(histogram);
    const p50Ms = within(histogram, 0.5);
    const p99Ms = answers < LEAST_ANSWERS ? undefined : within(histogram, 0.99);
    const p50BeforeMs = within(byDay.get(dayOf(from - LATENCY_DAYS * DAY_MS)) ?? [], 0.5);
    return {
      date: dayOf(from),
      answers,
      ...(p50Ms !== undefined && { p50Ms }),
      ...(p99Ms !== undefined && { p99Ms }),
      ...(p50BeforeMs !== undefined && { p50BeforeMs }),
      isMaintenance: isMaintenance(from),
    };
  });
}

function within(histogram: SparseHistogram, share: number): number | undefined {
  const ms = percentileIn(histogram, share);
  return ms === undefined ? undefined : shortened(ms);
}

/** Buckets of a histogram are wide: more digits than three would claim what is not known, fewer would add to it. */
export function shortened(ms: number): number {
  return Number(ms.toPrecision(3));
}
