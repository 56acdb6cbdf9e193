/** How much of bodies is kept at once, by all probes of this process together: two hundred of 1 MiB are too many. */
const BUDGET_BYTES = 8 * 2 ** 20;
/** So much is granted at a time; the first grant is outside the budget, as it comes with the headers. */
const GRANT_BYTES = 32 * 1024;

/** One body that is being kept. */
export interface Holding {
  /** So much of it is kept now, in bytes. The body is paused while there is no room for more. */
  grow(heldBytes: number): void;
  /** Waits for others to end: what is late now is late because of us. */
  readonly isPaused: boolean;
  release(): void;
}

interface Flow {
  pause(): void;
  resume(): void;
}

interface Held {
  flow: Flow;
  grantedBytes: number;
  isPaused: boolean;
}

/** In the order in which they began. */
const all = new Set<Held>();

export function holdBody(flow: Flow): Holding {
  const held: Held = { flow, grantedBytes: GRANT_BYTES, isPaused: false };
  all.add(held);
  return {
    grow(heldBytes) {
      while (held.grantedBytes < heldBytes && grant(held));
      if (held.grantedBytes >= heldBytes || held.isPaused) return;
      held.isPaused = true;
      flow.pause();
    },
    get isPaused() {
      return held.isPaused;
    },
    release() {
      if (all.delete(held)) resumeSome();
    },
  };
}

function grant(held: Held): boolean {
  const isEldest = all.values().next().value === held;
  // The eldest always goes on, or all might wait for one another.
  if (!isEldest && spent() + GRANT_BYTES > BUDGET_BYTES) return false;
  held.grantedBytes += GRANT_BYTES;
  return true;
}

function spent(): number {
  let bytes = 0;
  for (const { grantedBytes } of all) bytes += grantedBytes - GRANT_BYTES;
  return bytes;
}

function resumeSome(): void {
  for (const held of all) {
    if (!held.isPaused) continue;
    if (!grant(held)) return;
    held.isPaused = false;
    held.flow.resume();
  }
}
