/** Instants as services.yml writes them. */
import { instantOf, isTimeZone, wallTimeAt } from './local-time.ts';

export interface WrittenInstant {
  at: number;
  /** What the clock shows there, and where that is: the zone beside the text, else the offset in it. */
  wall: number;
  timeZone: string;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601; undefined when it is none, or names no offset and there is no zone. */
export function readInstant(text: string, timeZone?: string): WrittenInstant | undefined {
  const [, day = '', time, offset] = INSTANT.exec(text) ?? [];
  const wall = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wall) || !isCalendarDay(day)) return undefined;
  const zone = timeZone ?? (offset === 'Z' ? 'UTC' : offset);
  if (zone === undefined || !isTimeZone(zone)) return undefined;
  if (offset === undefined) return { at: instantOf(wall, zone), wall, timeZone: zone };
  const at = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(at) ? undefined : { at, wall: wallTimeAt(at, zone), timeZone: zone };
}

/** `2026-02-29` is none. */
export function isCalendarDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day;
}
