/**
 * How much of a span a service was up. Time-weighted: a reading speaks for the time until the next one, but for at most
 * twice the usual gap; what nobody observed is no data, neither up nor down.
 */
import { isFailing, type Maintenance, type State } from '../model.ts';
import { medianGap } from './timeline.ts';

export interface Sample {
  at: number;
  state: State;
}

/** Milliseconds of each kind in a span; together they are its length. */
export interface Spans {
  operational: number;
  degraded: number;
  /** Partial and major outages. */
  down: number;
  /** Announced, out of the denominator. */
  maintenance: number;
  noData: number;
}

/** How long one reading is believed when no other follows. */
export function validityMs(roundTimes: readonly number[]): number {
  return 2 * medianGap(roundTimes);
}

export interface SpanOptions {
  from: number;
  to: number;
  validityMs: number;
  maintenance: readonly Pick<Maintenance, 'startsAt' | 'endsAt'>[];
}

/** `samples` in order of time. Unknown ones end what came before and are no data themselves. */
export function spansOf(samples: readonly Sample[], options: SpanOptions): Spans {
  const { from, to, validityMs } = options;
  const spans: Spans = { operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 0 };
  const windows = merged(options.maintenance, from, to);
  spans.maintenance = windows.reduce((sum, { startsAt, endsAt }) => sum + endsAt - startsAt, 0);
  let observed = 0;
  for (let index = firstUseful(samples, from - validityMs); index < samples.length; index += 1) {
    const { at, state } = samples[index]!;
    if (at >= to) break;
    const start = Math.max(at, from);
    const end = Math.min(samples[index + 1]?.at ?? Number.POSITIVE_INFINITY, at + validityMs, to);
    const kind = kindOf(state);
    if (end <= start || kind === undefined) continue;
    const outside = end - start - overlap(windows, start, end);
    spans[kind] += outside;
    observed += outside;
  }
  spans.noData = Math.max(0, to - from - observed - spans.maintenance);
  return spans;
}

/** Up and degraded count as up. Undefined when nothing was observed. */
export function uptimeRatio({ operational, degraded, down }: Spans): number | undefined {
  const observed = operational + degraded + down;
  return observed === 0 ? undefined : (operational + degraded) / observed;
}

/** The share of a span, maintenance left out, for which there are observations. All of a maintenance, none of nothing. */
export function coverageRatio({ operational, degraded, down, maintenance, noData }: Spans): number {
  const observed = operational + degraded + down;
  if (observed + noData === 0) return maintenance > 0 ? 1 : 0;
  return observed / (observed + noData);
}

/** `0.99996` → `99.99 %`: truncated, never rounded up, so that only what was whole is called 100 %. */
export function percentInWords(ratio: number, digits = 2): string {
  const scale = 10 ** digits;
  // The small term undoes what binary fractions take away: 0.9999 × 10000 must stay 9999.
  const truncated = Math.floor(ratio * 100 * scale + 1e-7) / scale;
  if (ratio === 1) return '100 %';
  // Something is not nothing, either.
  if (ratio > 0 && truncated === 0) return `< ${1 / scale} %`;
  return `${Math.min(truncated, 100 - 1 / scale).toFixed(digits)} %`;
}

function kindOf(state: State): 'operational' | 'degraded' | 'down' | undefined {
  if (state === 'operational') return 'operational';
  if (!isFailing(state)) return undefined;
  return state === 'degraded' ? 'degraded' : 'down';
}

/** Index of the last sample at or before `at`, or 0. */
function firstUseful(samples: readonly Sample[], at: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

interface Window {
  startsAt: number;
  endsAt: number;
}

/** Windows cut to the span, overlapping ones joined. */
function merged(windows: readonly Window[], from: number, to: number): Window[] {
  const result: Window[] = [];
  const cut = windows.map(({ startsAt, endsAt }) => ({
    startsAt: Math.max(startsAt, from),
    endsAt: Math.min(endsAt, to),
  }));
  for (const window of cut
    .filter(({ startsAt, endsAt }) => startsAt < endsAt)
    .sort((a, b) => a.startsAt - b.startsAt)) {
    const last = result.at(-1);
    if (last && window.startsAt <= last.endsAt) last.endsAt = Math.max(last.endsAt, window.endsAt);
    else result.push({ ...window });
  }
  return result;
}

function overlap(windows: readonly Window[], from: number, to: number): number {
  return windows.reduce(
    (sum, { startsAt, endsAt }) => sum + Math.max(0, Math.min(endsAt, to) - Math.max(startsAt, from)),
    0,
  );
}
