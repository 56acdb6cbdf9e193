/** When this machine is too busy to look at the clock, latencies are its own as much as the targets'. */

/** A stall that long is in somebody's latency. */
const STARVED_MS = 500;
const LOOK_EVERY_MS = 50;

/**
 * What `stop` returns is to be said with the round; empty when nothing stalled. Node's own histogram of delays learns
 * of a stall only when the loop turns again, which is after a round that ends with one.
 */
export function watchStarvation(): { stop(): string[] } {
  let longestMs = 0;
  let lookedAt = performance.now();
  const look = (): void => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lookedAt - LOOK_EVERY_MS);
    lookedAt = now;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      if (longestMs < STARVED_MS) return [];
      const longest = Math.round(longestMs);
      return [`this machine was busy for up to ${longest} ms at a time; latencies of this round may be too high`];
    },
  };
}
