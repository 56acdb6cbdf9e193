/** A reading beside those that its probe took before: what was up may be slow, or fail more often than usual. */
import type { Outcome, Reason, RecordedObservation } from '../model.ts';
import { createSeries, FAILURE_RATIO, LATENCY_MS, type Series } from './baseline.ts';

/** How much slower than usual; everything of the last two readings together but `latencyMs`. */
export interface Slowness {
  usualMs: number;
  latencyMs: number;
  excessMs: number;
  /** The excess in spreads of what is usual. */
  z: number;
}

/** How much more often than usual requests fail; everything of the last two readings together but `ratio`. */
export interface Failures {
  usualRatio: number;
  ratio: number;
  excessRatio: number;
  z: number;
}

/** An observation with what it means beside the ones before. */
export interface Judged extends RecordedObservation {
  /** Present when it is slow against itself. */
  slowness?: Slowness;
  /** Present when more fails than usual. */
  failures?: Failures;
}

export interface Sensitivity {
  /** So many spreads above the usual are no chance. */
  unusualAbove: number;
  /** Less is no trouble to anybody. */
  latencyFloorMs: number;
}

export const SENSITIVITY: Sensitivity = { unusualAbove: 3, latencyFloorMs: 100 };

/** What is remembered of one probe. */
export interface ItsPast {
  latency: Series;
  /** Few sources count requests. */
  failures: Series | undefined;
}

const FAILURE_FLOOR = 0.02;
/** Whoever fails every second request beyond the usual is down. */
const DOWN_ABOVE = 0.5;
/** Outcomes from best to worst; unknown is not judged. */
const BADNESS: readonly Outcome[] = ['up', 'degraded', 'down'];

export function createPast(): ItsPast {
  return { latency: createSeries(LATENCY_MS), failures: undefined };
}

/** Changes only what the prober took for up, or found slow itself. `unknown` is not for here. */
export function judge(
  observation: RecordedObservation,
  past: ItsPast,
  { unusualAbove, latencyFloorMs }: Sensitivity,
): RecordedObservation | Judged {
  const { outcome, reason, latencyMs, failureRatio } = observation;
  if (outcome !== 'up' && reason !== 'slow') return observation;
  const late = latencyMs === undefined ? undefined : past.latency.excessOf(latencyMs, latencyFloorMs);
  const failing = failureRatio === undefined ? undefined : past.failures?.excessOf(failureRatio, FAILURE_FLOOR);
  const isSlow = late !== undefined && late.z >= unusualAbove;
  const isFailing = failing !== undefined && failing.z >= unusualAbove;
  if (!isSlow && !isFailing) return observation;
  const verdict: { outcome: Outcome; reason: Reason } =
    isFailing && failing.excess >= DOWN_ABOVE
      ? { outcome: 'down', reason: 'value' }
      : { outcome: 'degraded', reason: isFailing ? 'value' : 'slow' };
  const isWorse = BADNESS.indexOf(verdict.outcome) > BADNESS.indexOf(outcome);
  return {
    ...observation,
    ...(isWorse && verdict),
    ...(isSlow && {
      slowness: { usualMs: late.usual, latencyMs: latencyMs!, excessMs: late.excess, z: late.z },
    }),
    ...(isFailing && {
      failures: { usualRatio: failing.usual, ratio: failureRatio!, excessRatio: failing.excess, z: failing.z },
    }),
  };
}

/** Takes a judged reading into the past. `isApart`: it was taken in an incident, and says nothing of what is usual. */
export function remember(past: ItsPast, reading: Judged, isApart: boolean): void {
  const { outcome, latencyMs, failureRatio, slowness, failures } = reading;
  const asUsual = outcome === 'up' && !isApart ? 'good' : 'apart';
  if (latencyMs === undefined) past.latency.interrupt();
  else past.latency.add(latencyMs, slowness ? 'outlying' : asUsual);
  if (failureRatio === undefined) past.failures?.interrupt();
  else {
    past.failures ??= createSeries(FAILURE_RATIO);
    past.failures.add(failureRatio, failures ? 'outlying' : asUsual);
  }
}

/** What follows is no neighbour of what came before. */
export function interrupt({ latency, failures }: ItsPast): void {
  latency.interrupt();
  failures?.interrupt();
}
