/**
 * What was measured of a service just then against what it had been: the excess of a trouble over what is usual, and how
 * unusual that is. For `explain`, which knows everything before and two readings of the trouble.
 */
import type { RecordedObservation } from '../model.ts';
import { plural } from '../units.ts';

export type Metric = 'outcome' | 'latency' | 'failures';

/** Less than so many spreads is chance. */
export const THETA = 3;

/** When the trouble began, as somebody says, and the time between rounds. */
interface Told {
  since: number;
  roundMs: number;
}

/** What was measured of one service: all of it before, and the first two readings of the trouble. */
export interface Series {
  before: number[];
  /** Of the newest reading in `before`. */
  beforeAt: number;
  during: number[];
  onset: number;
  /** Of the round that was taken last; of several probes the first speaks. */
  lastAt: number;
}

export function emptySeries(): Series {
  return { before: [], beforeAt: Number.NaN, during: [], onset: 0, lastAt: Number.NaN };
}

export function takeValue(
  series: ReadonlyMap<string, Series>,
  observation: RecordedObservation,
  { at, since, metric }: { at: number; since: number; metric: Metric },
): void {
  const own = series.get(observation.service);
  const value = metric === 'latency' ? observation.latencyMs : failureOf(observation);
  if (!own || value === undefined || own.lastAt === at) return;
  own.lastAt = at;
  if (at < since) {
    own.before.push(value);
    own.beforeAt = at;
  } else if (own.during.length < 2) {
    if (own.during.length === 0) own.onset = at;
    own.during.push(value);
  }
}

/** A reading that failed altogether is a share of 1. */
function failureOf({ failureRatio, outcome }: RecordedObservation): number | undefined {
  if (failureRatio !== undefined) return failureRatio;
  return outcome === 'down' ? 1 : outcome === 'unknown' ? undefined : 0;
}

/** How much more it was than usual, and how unusual that is. */
export interface Excess {
  x: number;
  z: number;
  usual: number;
  during: number;
  readings: number;
  onset: number;
}

/** Least spreads: of milliseconds, and of shares. */
const LEAST_SPREAD = { latency: 1, failures: 0.001, outcome: 1 };
const LEAST_READINGS = 10;
/** In standard deviations above the middle. */
const PERCENTILE_95 = 1.645;

export function excessOf({ before, during, onset }: Series, metric: Metric): Excess | undefined {
  if (during.length === 0 || before.length < LEAST_READINGS) return undefined;
  const usual = median(before);
  const spread = Math.max(spreadOf(before, usual, metric), 0.05 * usual, LEAST_SPREAD[metric]);
  const now = during.reduce((sum, value) => sum + value, 0) / during.length;
  // What was slow before is not this trouble.
  const x = now - Math.max(usual, before.at(-1)!);
  return { x, z: x / spread, usual, during: now, readings: before.length, onset };
}

/** Shares of failures are mostly 0, so that their median deviation is: then what happens now and then is the noise. */
function spreadOf(values: readonly number[], usual: number, metric: Metric): number {
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - usual)));
  if (metric !== 'failures') return deviation;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(deviation, (sorted[Math.floor(0.95 * sorted.length)]! - usual) / PERCENTILE_95);
}

/**
 * Whoever says since when has noticed it then. When the reading just ahead of that, less than a round earlier, already
 * stood out, the trouble began with that round.
 */
export function withEarlierRound(
  series: ReadonlyMap<string, Series>,
  { service, since, roundMs }: Told & { service: string },
  metric: Metric,
): ReadonlyMap<string, Series> {
  const told = series.get(service)!;
  const began = shifted(told);
  const excess =
    told.beforeAt > since - roundMs ? excessOf({ ...began, during: [began.during[0]!] }, metric) : undefined;
  if (!excess || excess.z < THETA) return series;
  return new Map([...series].map(([id, own]) => [id, own.beforeAt === told.beforeAt ? shifted(own) : own]));
}

/** The newest reading before is the first of the trouble instead. */
function shifted(own: Series): Series {
  const { before, beforeAt, during } = own;
  return { ...own, before: before.slice(0, -1), during: [before.at(-1)!, ...during.slice(0, 1)], onset: beforeAt };
}

/** Who suffers by what it needs may do so two rounds later; by then what it needs is slow as it was just before. */
const ROUNDS_AHEAD = 2;

/** Of one that began to stand out shortly ahead of `since`, and so does not stand out of its last reading. */
export function earlierExcessOf(own: Series, { since, roundMs }: Told, metric: Metric): Excess | undefined {
  let began = own;
  for (let count = 1; count <= ROUNDS_AHEAD && own.before.length > count; count += 1) {
    began = shifted({ ...began, beforeAt: own.beforeAt - (count - 1) * roundMs });
    if (began.onset < since - ROUNDS_AHEAD * roundMs) return undefined;
    const excess = excessOf(began, metric);
    if (!excess || excess.x <= 0 || excess.z < THETA) continue;
    // And it has lasted since then.
    const spread = excess.x / excess.z;
    const all = [...own.before.slice(-count), ...own.during];
    if (all.every((value) => value - excess.usual >= THETA * spread)) return excess;
  }
  return undefined;
}

export function measureInWords(excess: Excess | undefined, metric: Metric): string {
  if (!excess) return 'too few readings to tell what is usual';
  const { x, z, usual, during, readings } = excess;
  const inUnit = (value: number): string =>
    metric === 'latency' ? `${Number(value.toPrecision(3))} ms` : `${Number((value * 100).toPrecision(3))} % failing`;
  const words = `${inUnit(during)}, usually ${inUnit(usual)} (median of ${plural(readings, 'reading')} before)`;
  return `${words}; ${inUnit(x)} more, ${z.toFixed(1)} times the usual spread`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
