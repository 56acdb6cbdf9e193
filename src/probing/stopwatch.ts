/** Splits the time of an attempt into phases, on a clock that never jumps. */
import type { Phase } from '../model.ts';

export interface Stopwatch {
  enter(phase: Phase): void;
  stop(): void;
  readonly current: Phase | undefined;
  /** Milliseconds a phase, entered twice or not, to a tenth. */
  readonly phases: Partial<Record<Phase, number>>;
}

export function createStopwatch(now: () => number): Stopwatch {
  const phases: Partial<Record<Phase, number>> = {};
  let current: Phase | undefined;
  let since = now();
  const close = (): void => {
    const at = now();
    if (current !== undefined) phases[current] = roundMs((phases[current] ?? 0) + at - since);
    since = at;
  };
  return {
    enter(phase) {
      close();
      current = phase;
    },
    stop: close,
    get current() {
      return current;
    },
    phases,
  };
}

export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
