/** What was promised of a service, and how much of the room for failure is used up. */
import { type Spans, uptimeRatio } from './uptime.ts';

/** `99.9% over 30d`. */
export interface Objective {
  /** 0 to 1. */
  ratio: number;
  windowMs: number;
}

export interface Budget {
  /** Of the window; undefined when nothing was observed in it. */
  uptimeRatio: number | undefined;
  isMet: boolean | undefined;
  /** How long the service may be down in the window, by the time that was observed of it. Milliseconds. */
  allowedMs: number;
  spentMs: number;
  /** What is left as a share of what was allowed: 1 untouched, 0 used up, negative when overspent. */
  leftRatio: number;
}

/** `spans` of the window that ends now. */
export function budgetOf({ ratio }: Objective, spans: Spans): Budget {
  const observed = spans.operational + spans.degraded + spans.down;
  const allowedMs = exact((1 - ratio) * observed);
  const uptime = uptimeRatio(spans);
  return {
    uptimeRatio: uptime,
    isMet: uptime === undefined ? undefined : uptime >= ratio,
    allowedMs,
    spentMs: spans.down,
    leftRatio: allowedMs === 0 ? (spans.down === 0 ? 1 : Number.NEGATIVE_INFINITY) : 1 - spans.down / allowedMs,
  };
}

/**
 * How fast the budget is being spent: 1 uses it up exactly at the end of the window, 14 in a fourteenth of it. `spans` of
 * the last hours. Undefined when nothing was observed.
 */
export function burnRate({ ratio }: Objective, spans: Spans): number | undefined {
  const uptime = uptimeRatio(spans);
  if (uptime === undefined) return undefined;
  return uptime === 1 ? 0 : exact((1 - uptime) / (1 - ratio));
}

/** Through a decimal string: 1 - 0.9 is not quite 0.1, and a budget spent to the last must not be overspent. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
