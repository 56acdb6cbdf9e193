/** Rounds at a steady pace: none overlaps another, and one that takes long moves none of those after it. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface PaceOptions {
  /** Asked after each round: the configuration may have changed. */
  everyMs(): number;
  /** No further round begins. */
  signal: AbortSignal;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
}

/** Runs rounds, numbered from 1, and ends when the one has ended during which it was told to. */
export async function keepPace(
  { everyMs, signal, monotonic }: PaceOptions,
  round: (number: number) => Promise<void>,
): Promise<void> {
  let due = monotonic();
  for (let number = 1; !signal.aborted; number += 1) {
    await round(number);
    due = nextDue(due, everyMs(), monotonic());
    await sleep(due - monotonic(), undefined, { signal }).catch(() => undefined);
  }
}

/** The next instant on the grid that begins with the last one; those that have passed meanwhile are left out. */
export function nextDue(last: number, everyMs: number, now: number): number {
  return last + Math.max(1, Math.ceil((now - last) / everyMs)) * everyMs;
}
