/**
 * Clocks on walls. A wall time is what such a clock shows, as milliseconds since 1970 counted as if it stood in
 * Greenwich; an instant is milliseconds since 1970 UTC.
 */

export const DAY_MS = 86_400_000;

/**
 * Shown twice, when the clocks go back, it is the first of the two; never shown, when they go forward, it is as much
 * later as the clocks jump (RFC 5545, 3.3.5).
 */
export function instantOf(wall: number, timeZone: string): number {
  // No change of clocks is farther from its wall time than a zone is from Greenwich, and none follows another in a day.
  const before = wall - offsetMs(timeZone, wall - DAY_MS);
  if (wallTimeAt(before, timeZone) === wall) return before;
  const after = wall - offsetMs(timeZone, wall + DAY_MS);
  return wallTimeAt(after, timeZone) === wall ? after : before;
}

export function wallTimeAt(at: number, timeZone: string): number {
  return at + offsetMs(timeZone, at);
}

/** IANA names, and offsets like +05:30. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  return format;
}

function offsetMs(timeZone: string, at: number): number {
  const name = formatOf(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name ?? '') ?? [];
  if (sign === undefined) return 0;
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -size : size;
}
