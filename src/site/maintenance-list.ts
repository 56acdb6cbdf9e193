/** The maintenance page: what lasts, what comes, what was; of what repeats one line, with its next times. */
import type { MaintenanceUpdate, MaintenanceView } from './maintenance-view.ts';

/** Of those that are over, the newest. */
const MAX_PAST = 100;
const MAX_TIMES = 6;

export interface MaintenanceList {
  current: readonly MaintenanceItem[];
  /** The next first. */
  upcoming: readonly MaintenanceItem[];
  /** The newest first; `more` are not listed. */
  past: readonly MaintenanceItem[];
  more: number;
}

export interface MaintenanceItem {
  maintenance: MaintenanceView;
  /** What people have said about it, newest first. */
  updates: readonly MaintenanceUpdate[];
  /** Further times of what repeats; `more` are not listed. */
  times: readonly MaintenanceView[];
  more: number;
}

export function maintenanceList(all: readonly MaintenanceView[]): MaintenanceList {
  const byStart = all.toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
  const isAhead = ({ status }: MaintenanceView): boolean => status === 'scheduled';
  const isOver = ({ status }: MaintenanceView): boolean => status === 'completed' || status === 'cancelled';
  const past = together(byStart.filter(isOver).reverse());
  return {
    current: byStart.filter((one) => !isAhead(one) && !isOver(one)).map((one) => itemOf([one])),
    upcoming: together(byStart.filter(isAhead)),
    past: past.slice(0, MAX_PAST),
    more: Math.max(0, past.length - MAX_PAST),
  };
}

/** Times of what repeats stand with the first of them. */
function together(list: readonly MaintenanceView[]): MaintenanceItem[] {
  const series = Map.groupBy(list, (one) =>
    one.isRecurring ? JSON.stringify([one.title, one.services.map(({ id }) => id)]) : one.id,
  );
  return [...series.values()].map(itemOf);
}

function itemOf([first, ...others]: readonly MaintenanceView[]): MaintenanceItem {
  const maintenance = first!;
  return {
    maintenance,
    // What we say ourselves of its begin and end is said by the times already.
    updates: maintenance.updates.filter(({ id, status }) => id !== `${maintenance.id}/${status}`),
    times: others.slice(0, MAX_TIMES),
    more: Math.max(0, others.length - MAX_TIMES),
  };
}
