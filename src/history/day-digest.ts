/** Digests as they are read back. Checked by hand: three months of a thousand probes are twelve megabytes of numbers. */
import { OUTCOMES, type Span } from '../model.ts';
import { instantOf } from './days.ts';
import { type Histogram, merge, merged, type SparseHistogram } from './histogram.ts';
import { type DayMeasures, parseMeasured } from './measured-digest.ts';

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
  measures: DayMeasures;
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
  const measures = parseMeasured(value);
  if (!measures) return refuse('vk, val, ver: expected names with four numbers each, and versions with their times');
  const head = { day: d, location: loc, rounds: n, gap, firstAt: t0, probes };
  return { ...head, covered: cov, exceptions, counts, histograms, measures };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isNumbers(value: unknown, width: number): value is number[] {
  if (!Array.isArray(value) || value.length % width !== 0) return false;
  // By index: of millions of numbers an iterator costs as much as reading them.
  for (let index = 0; index < value.length; index += 1) if (typeof value[index] !== 'number') return false;
  return true;
}

function columnsOf(value: unknown, width: number): Map<number, readonly number[]> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const columns = new Map<number, readonly number[]>();
  // Not by entries, which would be a pair for each of a hundred thousand lists.
  for (const column in value) {
    const list: unknown = value[column as keyof typeof value];
    if (!/^\d+$/.test(column) || !isNumbers(list, width)) return undefined;
    columns.set(Number(column), list);
  }
  return columns;
}

/**
 * What is known of each probe at one location, over days in order of time. A day's last reading holds into the next day
 * until the first round there, so that a night is no gap; what touches and says the same is one span.
 */
export function spansByProbe(days: readonly DayDigest[]): Map<string, Span[]> {
  const result = new Map<string, Span[]>();
  const loneValidity = 2 * medianGapOfDays(days);
  const known = days.map((day, index) => knownOn(day, days[index + 1], loneValidity));
  for (const { probes, twins, days: run } of runsOf(known)) {
    for (const [column, probe] of probes.entries()) {
      const spans = result.get(probe) ?? [];
      result.set(probe, spans);
      for (const day of run) addDay(spans, day, column);
      if (twins.has(column)) result.set(probe, inOrder(spans));
    }
  }
  return result;
}

interface KnownDay extends Pick<DayDigest, 'probes' | 'exceptions'> {
  /** In seconds since 1970, as all here. */
  midnight: number;
  /** `[from, to]`. */
  covered: readonly [number, number][];
  loneValidity: number;
}

function knownOn(day: DayDigest, next: DayDigest | undefined, loneValidity: number): KnownDay {
  const { probes, exceptions } = day;
  const midnight = instantOf(day.day) / 1000;
  const end = next ? instantOf(next.day) / 1000 + next.firstAt : Number.POSITIVE_INFINITY;
  return { probes, exceptions, midnight, covered: covers(day, midnight, end, loneValidity), loneValidity };
}

interface Run {
  probes: readonly string[];
  /** Columns of a probe that has an earlier one: its service was renamed in the middle of a day. */
  twins: ReadonlySet<number>;
  /** Only one when there are twins, whose spans are put in order after each. */
  days: KnownDay[];
}

/** Days on end with the same columns, so that a probe is gone through at once, and not a day of each in turn. */
function runsOf(days: readonly KnownDay[]): Run[] {
  const runs: Run[] = [];
  for (const day of days) {
    const { probes } = day;
    const last = runs.at(-1);
    if (last?.probes !== probes) runs.push({ probes, twins: twinsIn(probes), days: [day] });
    else if (last.twins.size > 0) runs.push({ ...last, days: [day] });
    else last.days.push(day);
  }
  return runs;
}

function twinsIn(probes: readonly string[]): Set<number> {
  const seen = new Set<string>();
  return new Set(probes.flatMap((probe, column) => (seen.size === seen.add(probe).size ? column : [])));
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

/**
 * The same by day, for one probe when it is asked for: of a thousand probes over two months nobody needs all at once.
 * Days without the probe are left out.
 */
export function latenciesByDay(days: readonly DayDigest[]): (probe: string) => Map<string, SparseHistogram> {
  const byDay = Map.groupBy(days, ({ day }) => day);
  const columns = new Map<readonly string[], Map<string, number[]>>();
  for (const { probes } of days) if (!columns.has(probes)) columns.set(probes, columnsByProbe(probes));
  return (probe) => {
    const result = new Map<string, SparseHistogram>();
    for (const [day, digests] of byDay) {
      const found = digests.flatMap(({ probes, histograms }) => {
        return (
          columns
            .get(probes)!
            .get(probe)
            ?.map((column) => histograms[column]!) ?? []
        );
      });
      if (found.length > 0) result.set(day, merged(found));
    }
    return result;
  };
}

/** More than one where its service was renamed in the middle of a day. */
export function columnsByProbe(probes: readonly string[]): Map<string, number[]> {
  const columns = new Map<string, number[]>();
  for (const [column, probe] of probes.entries()) {
    const own = columns.get(probe);
    if (own) own.push(column);
    else columns.set(probe, [column]);
  }
  return columns;
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

const NONE: readonly number[] = [];

function addDay(spans: Span[], { exceptions, midnight, covered, loneValidity }: KnownDay, column: number): void {
  const own = exceptions.get(column) ?? NONE;
  let next = 0;
  for (let index = 0; index < covered.length; index += 1) {
    const [from, to] = covered[index]!;
    let at = from;
    for (; next < own.length; next += 3) {
      const start = midnight + own[next]!;
      const end = Math.min(to, start + (own[next + 1]! || loneValidity));
      if (start >= to) break;
      if (start > at) add(spans, at, start, 'up');
      const outcome = OUTCOMES[own[next + 2]!];
      if (outcome !== undefined && outcome !== 'unknown') add(spans, start, end, outcome);
      at = Math.max(at, end);
    }
    if (at < to) add(spans, at, to, 'up');
  }
}

/** In milliseconds; joined to the last when it touches and says the same. */
function add(spans: Span[], from: number, to: number, outcome: Span['outcome']): void {
  const last = spans[spans.length - 1];
  if (last !== undefined && last.to === from * 1000 && last.outcome === outcome) last.to = to * 1000;
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
