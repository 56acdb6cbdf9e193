/** When this machine is too busy to look at the clock, latencies are its own as much as the targets'. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A stall that long is in somebody's latency. */
const STARVED_MS = 500;

/** What `stop` returns is to be said with the round; empty when nothing stalled. */
export function watchStarvation(): { stop(): string[] } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    stop() {
      delay.disable();
      const longestMs = Math.round(delay.max / 1e6);
      if (longestMs < STARVED_MS) return [];
      return [`this machine was busy for up to ${longestMs} ms at a time; latencies of this round may be too high`];
    },
  };
}
