/** Digests as they are read back. Checked by hand: three months of a thousand probes are twelve megabytes of numbers. */
import { OUTCOMES, type Span } from '../model.ts';
import { instantOf } from './days.ts';
import { type Histogram, merge, type SparseHistogram } from './histogram.ts';

/** A UTC day at one location. */
export interface DayDigest {
  day: string;
  location: string;
  /** Rounds that ran. */
  rounds: number;
  /** Between rounds, the median; 0 when there was only one. Seconds, as everything below. */
  gap: number;
  /** Of the first round, since midnight. */
  firstAt: number;
  /** `service/probe`, by column. */
  probes: readonly string[];
  /** `[from since midnight, length, …]`: when anything was known at all. The last may reach into the next day. */
  covered: readonly number[];
  /** By column, `[from since midnight, length, index in OUTCOMES, …]`: where a probe was not up. */
  exceptions: ReadonlyMap<number, readonly number[]>;
  /** By column, `[readings, downs, degradeds]` of those that were not always up. */
  counts: ReadonlyMap<number, readonly number[]>;
  /** By column. */
  histograms: readonly SparseHistogram[];
}

/** What a line is instead of a digest, in words. */
export interface Unreadable {
  problem: string;
  isNewer: boolean;
}

export function parseDaily(
  text: string,
  probesOf: (schema: string) => readonly string[] | undefined,
): DayDigest | Unreadable {
  const refuse = (problem: string, isNewer = false): Unreadable => ({ problem, isNewer });
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return refuse('is not JSON');
  }
  if (typeof value !== 'object' || value === null) return refuse('is no digest');
  const { v, d, loc, s, n, gap = 0, t0, cov, k = {}, x = {}, h } = value;
  if (typeof v === 'number' && v > 1) return refuse(`has version ${v}, this Vedette reads 1`, true);
  if (v !== 1 || typeof d !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(d) || typeof loc !== 'string') {
    return refuse('is no digest');
  }
  if (!isCount(n) || !isCount(gap) || !isCount(t0)) return refuse('n, gap, t0: expected numbers');
  if (!isNumbers(cov, 2)) return refuse('cov: expected pairs of numbers');
  const [counts, exceptions] = [columnsOf(k, 3), columnsOf(x, 3)];
  if (!counts || !exceptions) return refuse('k, x: expected lists of three numbers each by column');
  const probes = typeof s === 'string' ? probesOf(s) : undefined;
  if (!probes) return refuse(`names schema ${String(s)}, which is missing or unreadable`);
  if (!Array.isArray(h) || h.length !== probes.length || !h.every((list) => isNumbers(list, 2))) {
    return refuse('h: expected a histogram for each probe');
  }
  const histograms = h as SparseHistogram[];
  return { day: d, location: loc, rounds: n, gap, firstAt: t0, probes, covered: cov, exceptions, counts, histograms };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isNumbers(value: unknown, width: number): value is number[] {
  if (!Array.isArray(value) || value.length % width !== 0) return false;
  for (const item of value) if (typeof item !== 'number') return false;
  return true;
}

function columnsOf(value: unknown, width: number): Map<number, readonly number[]> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  if (!entries.every(([column, list]) => /^\d+$/.test(column) && isNumbers(list, width))) return undefined;
  return new Map(entries.map(([column, list]) => [Number(column), list as readonly number[]]));
}

/**
 * What is known of each probe at one location, over days in order of time. A day's last reading holds into the next day
 * until the first round there, so that a night is no gap; what touches and says the same is one span.
 */
export function spansByProbe(days: readonly DayDigest[]): Map<string, Span[]> {
  const result = new Map<string, Span[]>();
  const loneValidity = 2 * medianGapOfDays(days);
  for (const [index, day] of days.entries()) {
    const midnight = instantOf(day.day) / 1000;
    const next = days[index + 1];
    const end = next ? instantOf(next.day) / 1000 + next.firstAt : Number.POSITIVE_INFINITY;
    const wholeDay = covers(day, midnight, end, loneValidity);
    const seen = new Set<string>();
    for (const [column, probe] of day.probes.entries()) {
      const spans = result.get(probe) ?? [];
      result.set(probe, spans);
      const exceptions = day.exceptions.get(column);
      if (!exceptions) for (const [from, to] of wholeDay) add(spans, from, to, 'up');
      else for (const piece of withExceptions(wholeDay, exceptions, midnight, loneValidity)) add(spans, ...piece);
      // Two columns may be one probe, when its service was renamed in the middle of a day.
      if (seen.has(probe)) result.set(probe, inOrder(spans));
      seen.add(probe);
    }
  }
  return result;
}

/** Latencies of each probe over the days, all locations together. */
export function latenciesByProbe(days: readonly DayDigest[]): Map<string, Histogram> {
  const result = new Map<string, Histogram>();
  for (const { probes, histograms } of days) {
    for (const [column, probe] of probes.entries()) {
      const histogram = result.get(probe) ?? new Map();
      merge(histogram, histograms[column]!);
      result.set(probe, histogram);
    }
  }
  return result;
}

/** A day of a single round has no rhythm of its own: what is usual of the days goes for it. */
function medianGapOfDays(days: readonly DayDigest[]): number {
  const starts = days.map(({ day, firstAt }) => instantOf(day) / 1000 + firstAt);
  // Of a day with a single round the way to the next day; the last one has none yet.
  const gaps = days.flatMap(({ gap }, index) => {
    if (gap > 0) return gap;
    return index + 1 < starts.length ? starts[index + 1]! - starts[index]! : [];
  });
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}

/** `[from, to]` in seconds since 1970, cut at `end`. */
function covers({ covered }: DayDigest, midnight: number, end: number, loneValidity: number): [number, number][] {
  const list: [number, number][] = [];
  for (let index = 0; index < covered.length; index += 2) {
    const from = midnight + covered[index]!;
    const to = Math.min(end, from + (covered[index + 1] || loneValidity));
    if (to > from) list.push([from, to]);
  }
  return list;
}

type Piece = [from: number, to: number, outcome: Span['outcome']];

function withExceptions(
  covered: readonly [number, number][],
  exceptions: readonly number[],
  midnight: number,
  loneValidity: number,
): Piece[] {
  const pieces: Piece[] = [];
  let next = 0;
  for (const [from, to] of covered) {
    let at = from;
    for (; next < exceptions.length; next += 3) {
      const start = midnight + exceptions[next]!;
      const end = Math.min(to, start + (exceptions[next + 1] || loneValidity));
      if (start >= to) break;
      if (start > at) pieces.push([at, start, 'up']);
      const outcome = OUTCOMES[exceptions[next + 2]!];
      if (outcome !== undefined && outcome !== 'unknown') pieces.push([start, end, outcome]);
      at = Math.max(at, end);
    }
    if (at < to) pieces.push([at, to, 'up']);
  }
  return pieces;
}

/** In milliseconds; joined to the last when it touches and says the same. */
function add(spans: Span[], from: number, to: number, outcome: Span['outcome']): void {
  const last = spans.at(-1);
  if (last && last.to === from * 1000 && last.outcome === outcome) last.to = to * 1000;
  else spans.push({ from: from * 1000, to: to * 1000, outcome });
}

/** What begins later is newer and wins. */
function inOrder(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const result: Span[] = [];
  for (const [index, { from, to, outcome }] of sorted.entries()) {
    const end = Math.min(to, sorted[index + 1]?.from ?? Number.POSITIVE_INFINITY);
    if (end > from) add(result, from / 1000, end / 1000, outcome);
  }
  return result;
}
