/** How old the newest observations may get before the page must stop calling them the present. */

import type { Config } from '../config/config.ts';
import type { RecordedRound } from '../model.ts';

export interface Age {
  /** Of the newest round. */
  probedAt: number;
  /** Observed gaps between rounds. */
  gaps: { p50Ms: number; p90Ms: number; p95Ms: number };
  /** From then on the state is no longer shown as current. */
  staleAfterMs: number;
  /** From then on it is not called anything but unknown. */
  unknownAfterMs: number;
}

const LONGEST_STALE_MS = 6 * 3_600_000;

/** When rounds began that looked at half of the services or more: a look at a single one does not make a page fresh. */
export function wholeRounds({ services }: Pick<Config, 'services'>, rounds: readonly RecordedRound[]): number[] {
  const probed = services.filter(({ probes }) => probes.length > 0).length;
  const isWhole = ({ observations }: RecordedRound): boolean =>
    new Set(observations.map(({ service }) => service)).size * 2 >= probed;
  return rounds.filter(isWhole).map(({ at }) => at);
}

/** `roundTimes` in order, the newest last; undefined when there are none. */
export function ageOf(roundTimes: readonly number[], scheduleMs: number): Age | undefined {
  const probedAt = roundTimes.at(-1);
  if (probedAt === undefined) return undefined;
  const gaps = roundTimes.slice(1).map((at, index) => at - roundTimes[index]!);
  gaps.sort((a, b) => a - b);
  const quantile = (q: number): number => gaps[Math.min(gaps.length - 1, Math.ceil(q * gaps.length) - 1)] ?? scheduleMs;
  const staleAfterMs = Math.min(LONGEST_STALE_MS, Math.max(1.5 * quantile(0.95), 3 * scheduleMs));
  return {
    probedAt,
    gaps: { p50Ms: quantile(0.5), p90Ms: quantile(0.9), p95Ms: quantile(0.95) },
    staleAfterMs,
    unknownAfterMs: 2 * staleAfterMs,
  };
}
