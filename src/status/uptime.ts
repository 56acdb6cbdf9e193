/**
 * How much of a span a service was up. Time-weighted: what nobody observed is no data, neither up nor down, and an
 * announced maintenance is out of the denominator.
 */
import { joined, type Window } from '../calendar/windows.ts';
import type { Service } from '../config/config.ts';
import { en, type Words } from '../messages/en.ts';
import { isFailing, type Span, type State } from '../model.ts';
import { ownState } from './own-state.ts';

/** A stretch of one state. What is not known is no stretch. */
export interface Stretch {
  from: number;
  to: number;
  state: State;
}

/** Milliseconds of each kind in a span; together they are its length. */
export interface Spans {
  operational: number;
  degraded: number;
  /** Partial and major outages. */
  down: number;
  /** Announced, or outside of its hours: out of the denominator. */
  maintenance: number;
  noData: number;
}

export interface SpanOptions {
  from: number;
  to: number;
  /** Announced, or outside of its hours. */
  maintenance: readonly Window[];
}

/**
 * What a service was by its probes: `spansByLocation` has the spans of each of its probes, by the probe's id, as each
 * location saw them. Where locations disagree, `quorum` of them must see a failure; the majority unless it is given.
 */
export function stretchesOf(
  { probes }: Pick<Service, 'probes'>,
  spansByLocation: readonly ReadonlyMap<string, readonly Span[]>[],
  quorum?: number,
): Stretch[] {
  const seen = spansByLocation.map((spans) =>
    probes.map(({ id, essential }) => ({ essential, spans: spans.get(id) ?? [] })),
  );
  // Most days nothing happens: one span that all agree on.
  const edges = [...new Set(seen.flat().flatMap(({ spans }) => spans.flatMap(({ from, to }) => [from, to])))];
  edges.sort((a, b) => a - b);
  const cursors = seen.map((list) => list.map(() => 0));
  const stretches: Stretch[] = [];
  for (let index = 0; index + 1 < edges.length; index += 1) {
    const [from, to] = [edges[index]!, edges[index + 1]!];
    const states = seen.map((list, location) =>
      ownState(
        list.map(({ essential, spans }, probe) => {
          const places = cursors[location]!;
          while (spans[places[probe]!] && spans[places[probe]!]!.to <= from) places[probe]! += 1;
          const span = spans[places[probe]!];
          return { essential, outcome: span && span.from <= from ? span.outcome : 'unknown' };
        }),
      ),
    );
    const state = agreed(states, quorum);
    const last = stretches.at(-1);
    if (state === 'unknown') continue;
    if (last && last.to === from && last.state === state) last.to = to;
    else stretches.push({ from, to, state });
  }
  return stretches;
}

/** The state that enough of those agree on who know one. */
function agreed(states: readonly State[], quorum: number | undefined): State {
  const known = states.filter((state) => state !== 'unknown');
  if (known.length <= 1) return known[0] ?? 'unknown';
  const needed = Math.min(quorum ?? Math.floor(known.length / 2) + 1, known.length);
  for (const state of ['major_outage', 'partial_outage', 'degraded'] as const) {
    const reached = known.filter((other) => isAtLeastAsBad(other, state)).length;
    if (reached >= needed) return state;
  }
  return 'operational';
}

const BADNESS: readonly State[] = ['operational', 'degraded', 'partial_outage', 'major_outage'];

function isAtLeastAsBad(state: State, than: State): boolean {
  return BADNESS.indexOf(state) >= BADNESS.indexOf(than);
}

/** `stretches` in order of time, none overlapping. The spans of a whole are the sums of those of its parts. */
export function spansOf(stretches: readonly Stretch[], { from, to, maintenance }: SpanOptions): Spans {
  const spans: Spans = { operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 0 };
  const windows = joined(maintenance, { from, to });
  spans.maintenance = windows.reduce((sum, { startsAt, endsAt }) => sum + endsAt - startsAt, 0);
  let observed = 0;
  for (let index = firstAfter(stretches, from); index < stretches.length; index += 1) {
    const stretch = stretches[index]!;
    if (stretch.from >= to) break;
    const start = Math.max(stretch.from, from);
    const end = Math.min(stretch.to, to);
    const outside = end - start - overlap(windows, start, end);
    spans[kindOf(stretch.state)] += outside;
    observed += outside;
  }
  spans.noData = Math.max(0, to - from - observed - spans.maintenance);
  return spans;
}

/**
 * When what lasts at `at` began, failing or not, as far back as it was observed without a break; undefined when nothing
 * is known of that instant.
 */
export function lastingSince(stretches: readonly Stretch[], at: number): number | undefined {
  let since: number | undefined;
  let wasFailing: boolean | undefined;
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const { from, to, state } = stretches[index]!;
    if (from > at) continue;
    wasFailing ??= isFailing(state);
    if (isFailing(state) !== wasFailing || to < (since ?? at)) break;
    since = from;
  }
  return since;
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
export function percentInWords(ratio: number, digits = 2, words: Words = en): string {
  const scale = 10 ** digits;
  // The small term undoes what binary fractions take away: 0.9999 × 10000 must stay 9999.
  const truncated = Math.floor(ratio * 100 * scale + 1e-7) / scale;
  if (ratio === 1) return words.percent(100, 0);
  // Something is not nothing, either.
  if (ratio > 0 && truncated === 0) return words.lessThan(words.percent(1 / scale, digits));
  return words.percent(shortOfWhole(truncated, scale), digits);
}

/** `0.999` → "99.9 %": as it was promised, without the zeros that a measured one has. */
export function promiseInWords(ratio: number, words: Words = en): string {
  const scale = 1000;
  return words.percent(shortOfWhole(Math.floor(ratio * 100 * scale + 1e-7) / scale, scale), 0, 3);
}

function shortOfWhole(percentage: number, scale: number): number {
  // Back on the grid of decimals, or what is cut behind them would be one less.
  return Number(Math.min(percentage, 100 - 1 / scale).toFixed(Math.log10(scale)));
}

function kindOf(state: State): 'operational' | 'degraded' | 'down' {
  if (!isFailing(state)) return 'operational';
  return state === 'degraded' ? 'degraded' : 'down';
}

/** Index of the first stretch that ends after `at`. */
function firstAfter(stretches: readonly Stretch[], at: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle]!.to <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function overlap(windows: readonly Window[], from: number, to: number): number {
  return windows.reduce(
    (sum, { startsAt, endsAt }) => sum + Math.max(0, Math.min(endsAt, to) - Math.max(startsAt, from)),
    0,
  );
}
