/** When services may fail without it counting, and what of it is still to come; worked out once for all of them. */
import { closedWindows } from '../calendar/expected-hours.ts';
import { windowsOf } from '../calendar/recurrence.ts';
import type { Range, Window } from '../calendar/windows.ts';
import type { Service } from '../config/config.ts';
import { DAY_MS } from '../history/days.ts';
import type { Maintenance } from '../model.ts';

export interface Exempt {
  /** Announced, as far as it touches the range. */
  announced: readonly Window[];
  /** Outside of its hours. */
  closed: readonly Window[];
}

/** Services often share their hours, and always a maintenance. */
export function exemptIn(maintenance: readonly Maintenance[], range: Range): (service: Service) => Exempt {
  const announced = maintenance.map((entry) => ({ services: entry.services, windows: windowsOf(entry, range) }));
  const byHours = new Map<string, Window[]>();
  return ({ id, expectedHours }) => {
    let closed: Window[] = [];
    if (expectedHours) {
      closed = byHours.get(expectedHours.text) ?? closedWindows(expectedHours, range);
      byHours.set(expectedHours.text, closed);
    }
    return { announced: announced.flatMap(({ services, windows }) => (services.includes(id) ? windows : [])), closed };
  };
}

/** What repeats is told for so long ahead. */
const AHEAD_MS = 90 * DAY_MS;

export interface Upcoming extends Omit<Maintenance, 'repeat'> {
  /** Of the services, as people know them. */
  names: readonly string[];
  /** So many more times within 90 days. */
  further: number;
}

/** One line a maintenance: the one that lasts at `now` or comes next; none that is over. */
export function upcomingOf(
  maintenance: readonly Maintenance[],
  now: number,
  nameOf: (id: string) => string,
): Upcoming[] {
  const next = maintenance.flatMap((entry) => {
    const { title, services } = entry;
    const [first, ...others] = occurrencesOf(entry, now);
    return first ? [{ title, services, ...first, names: services.map(nameOf), further: others.length }] : [];
  });
  return next.sort((a, b) => a.startsAt - b.startsAt);
}

/** Every single one, in order of time; of those that repeat what lasts or comes within 90 days. */
export function listed(maintenance: readonly Maintenance[], now: number): Omit<Maintenance, 'repeat'>[] {
  return maintenance
    .flatMap((entry) => {
      const { title, services, startsAt, endsAt, repeat } = entry;
      const windows = repeat ? occurrencesOf(entry, now) : [{ startsAt, endsAt }];
      return windows.map((window) => ({ title, services, ...window }));
    })
    .sort((a, b) => a.startsAt - b.startsAt);
}

function occurrencesOf(entry: Maintenance, now: number): Window[] {
  const to = entry.repeat ? now + AHEAD_MS : Number.POSITIVE_INFINITY;
  return windowsOf(entry, { from: now, to });
}
