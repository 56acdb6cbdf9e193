/** Which services may fail at an instant without being called broken: in maintenance, or outside their hours. */
import type { Maintenance } from '../model.ts';
import { closedWindows, type ExpectedHours, nextOpening } from './expected-hours.ts';
import { DAY_MS } from './local-time.ts';
import { windowsOf } from './recurrence.ts';
import { joined, type Range, type Window } from './windows.ts';

export interface Exemptions {
  inMaintenance: ReadonlySet<string>;
  /** Service → when it opens again. One that is in maintenance, too, stands in both. */
  outsideHours: ReadonlyMap<string, number>;
}

export interface Calendar {
  exemptAt(at: number): Exemptions;
}

/** Windows are worked out for so long at once: rounds come in order, or nearly so. */
const CHUNK_MS = 32 * DAY_MS;

/** The answer holds until something begins or ends, so that a year of rounds asks for it a few times a day. */
export function createCalendar(
  services: readonly { id: string; expectedHours?: ExpectedHours }[],
  maintenance: readonly Maintenance[],
): Calendar {
  const announced = maintenance.map((entry) => ({
    services: entry.services,
    lookUp: timetable((range) => windowsOf(entry, range)),
  }));
  const hours = [...Map.groupBy(services, ({ expectedHours }) => expectedHours?.text)].flatMap(([, members]) => {
    const shared = members[0]!.expectedHours;
    if (!shared) return [];
    return [{ shared, ids: members.map(({ id }) => id), lookUp: timetable((range) => closedWindows(shared, range)) }];
  });
  let known: { exempt: Exemptions; from: number; to: number } | undefined;

  const workOut = (at: number): NonNullable<typeof known> => {
    const inMaintenance = new Set<string>();
    const outsideHours = new Map<string, number>();
    let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const narrow = (place: Place): boolean => {
      from = Math.max(from, place.from);
      to = Math.min(to, place.to);
      return place.isInside;
    };
    for (const entry of announced) {
      if (narrow(entry.lookUp(at))) for (const id of entry.services) inMaintenance.add(id);
    }
    for (const { shared, ids, lookUp } of hours) {
      if (!narrow(lookUp(at))) continue;
      const opensAt = nextOpening(shared, at);
      for (const id of ids) outsideHours.set(id, opensAt);
    }
    return { exempt: { inMaintenance, outsideHours }, from, to };
  };

  return {
    exemptAt(at) {
      if (!known || at < known.from || at >= known.to) known = workOut(at);
      return known.exempt;
    },
  };
}

/** Whether an instant lies in a window, and for which span around it the same holds. */
interface Place {
  isInside: boolean;
  from: number;
  to: number;
}

function timetable(windowsIn: (range: Range) => Window[]): (at: number) => Place {
  let chunk: Range | undefined;
  let windows: Window[] = [];
  return (at) => {
    if (!chunk || at < chunk.from || at >= chunk.to) {
      const from = Math.floor(at / CHUNK_MS) * CHUNK_MS;
      chunk = { from, to: from + CHUNK_MS };
      windows = joined(windowsIn(chunk), chunk);
    }
    const index = windows.findIndex(({ endsAt }) => endsAt > at);
    const next = windows[index];
    if (next && next.startsAt <= at) return { isInside: true, from: next.startsAt, to: next.endsAt };
    const last = index < 0 ? windows.at(-1) : windows[index - 1];
    return { isInside: false, from: last?.endsAt ?? chunk.from, to: next?.startsAt ?? chunk.to };
  };
}
