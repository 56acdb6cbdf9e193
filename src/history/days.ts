/** Days are UTC days: none is longer than another, and no clock change tears a hole. */
export const DAY_MS = 86_400_000;

/** The UTC day of an instant, `2026-11-20`. */
export function dayOf(at: number): string {
  return new Date(startOf(at)).toISOString().slice(0, 10);
}

/** The first instant of the UTC day of an instant. */
export function startOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** `2026-11-20` → its first instant. */
export function instantOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** `2026-11-20` → `2026-11`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}
