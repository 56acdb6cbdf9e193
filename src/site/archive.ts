/** Incidents by month, by service and one after the other. A month that nobody watched is not called a quiet one. */
import { DAY_MS, dayOf, instantOf, monthOf } from '../history/days.ts';
import { en, type Words } from '../messages/en.ts';
import { capitalized } from '../messages/grammar.ts';
import type { IncidentView } from './incident-view.ts';

/** So many months have a page, the newest. */
const MAX_MONTHS = 120;
/** So many of one month are listed, the newest. */
const MAX_PER_MONTH = 200;
/** So many incidents have a page of their own: those that are open and the newest. */
const MAX_PAGES = 500;

export interface Archive {
  /** Newest first, without a gap from the first of which there is anything to say. */
  months: readonly Month[];
  pages: readonly IncidentPage[];
  /** Ids of those that have a page. */
  withPage: ReadonlySet<string>;
  /** Each with those that touched it in the last 90 days, open ones first, then newest first. */
  byService: ReadonlyMap<string, readonly IncidentView[]>;
}

export interface Month {
  /** `2026-11`, "November 2026", "November". */
  id: string;
  name: string;
  shortName: string;
  /** Those that lasted in it, newest first; `more` are not listed. */
  incidents: readonly IncidentView[];
  more: number;
  /** "3 incidents", "No incidents", "No data" */
  summary: string;
  /** How much of it was observed, in a sentence. */
  coverage: string;
  startsAt: number;
}

export interface IncidentPage {
  incident: IncidentView;
  /** Its neighbours in time, of those with a page. */
  newer?: IncidentView;
  older?: IncidentView;
}

export interface ArchiveContext {
  /** The instant that the page speaks of. */
  asOf: number;
  /** Whether anything was ever observed. */
  isObserved: boolean;
  /** When the history began. */
  createdAt: number;
  /** Months, `2026-11`, of which there are observations. */
  recorded: readonly string[];
  /** Days with observations, and the instant from which on these are all. */
  days: readonly string[];
  daysFrom: number;
  /** English unless given. */
  words?: Words;
}

/** `incidents` with open ones first, then newest first. */
export function archiveOf(incidents: readonly IncidentView[], context: ArchiveContext): Archive {
  const pages = pagesOf(incidents);
  return {
    months: monthsOf(incidents, context),
    pages,
    withPage: new Set(pages.map(({ incident }) => incident.id)),
    byService: byServiceOf(incidents, context.asOf),
  };
}

function pagesOf(incidents: readonly IncidentView[]): IncidentPage[] {
  // The address of a month is taken.
  const some = incidents.filter(({ id }) => !/^\d{4}-\d\d$/.test(id)).slice(0, MAX_PAGES);
  const newestFirst = some.toSorted(byStart);
  return newestFirst.map((incident, index) => {
    const [newer, older] = [newestFirst[index - 1], newestFirst[index + 1]];
    return { incident, ...(newer && { newer }), ...(older && { older }) };
  });
}

function byStart(a: IncidentView, b: IncidentView): number {
  return b.startsAt - a.startsAt || (a.id < b.id ? -1 : 1);
}

const LATELY_MS = 90 * DAY_MS;

function byServiceOf(incidents: readonly IncidentView[], asOf: number): Archive['byService'] {
  const byService = new Map<string, IncidentView[]>();
  for (const incident of incidents) {
    if (!incident.isOpen && (incident.endsAt ?? 0) < asOf - LATELY_MS) continue;
    for (const { id } of incident.services) {
      const list = byService.get(id);
      if (list) list.push(incident);
      else byService.set(id, [incident]);
    }
  }
  return byService;
}

function monthsOf(incidents: readonly IncidentView[], context: ArchiveContext): Month[] {
  const { asOf, isObserved, createdAt, recorded } = context;
  if (!isObserved && incidents.length === 0) return [];
  const starts = incidents.map(({ startsAt }) => monthAt(startsAt));
  const known = [...recorded, ...starts, ...(isObserved ? [monthAt(createdAt)] : []), monthAt(asOf)].sort();
  const [first, last] = [known[0]!, known.at(-1)!];
  const ids = [last];
  while (ids.at(-1)! > first && ids.length < MAX_MONTHS) ids.push(monthAt(instantOf(`${ids.at(-1)}-01`) - 1));
  const members = new Map<string, IncidentView[]>(ids.map((id) => [id, []]));
  for (const incident of incidents.toSorted(byStart)) {
    for (const id of monthsTouched(incident, asOf, ids)) members.get(id)?.push(incident);
  }
  const observed = Map.groupBy(new Set(context.days), monthOf);
  return ids.map((id) => monthView(id, members.get(id)!, observed.get(id)?.length ?? 0, context));
}

function monthAt(at: number): string {
  return monthOf(dayOf(at));
}

/** `ids` newest first; those in which it lasted. */
function monthsTouched({ startsAt, endsAt }: IncidentView, asOf: number, ids: readonly string[]): readonly string[] {
  const [from, to] = [monthAt(startsAt), monthAt(Math.max(startsAt, endsAt ?? asOf))];
  if (from === to) return [from];
  return ids.filter((id) => id >= from && id <= to);
}

function monthView(
  id: string,
  incidents: readonly IncidentView[],
  observedDays: number,
  { asOf, recorded, daysFrom, words = en }: ArchiveContext,
): Month {
  const said = words.archive;
  const startsAt = instantOf(`${id}-01`);
  const [year, month] = id.split('-').map(Number) as [number, number];
  const endsAt = Date.UTC(year, month, 1);
  const isOver = endsAt <= asOf;
  const days = Math.round((Math.min(endsAt, instantOf(dayOf(asOf)) + DAY_MS) - startsAt) / DAY_MS);
  const isCounted = startsAt >= daysFrom;
  const hasData = observedDays > 0 || recorded.includes(id);
  const isWhole = !isCounted || observedDays >= days;
  let coverage = said.nothingObserved;
  if (hasData) coverage = isCounted ? said.observedOn(observedDays, days, isOver) : said.someObserved;
  const none = isWhole ? said.noIncidents(isOver) : said.noIncidentsSeen;
  return {
    id,
    name: capitalized(words.monthOfYear(startsAt)),
    shortName: capitalized(words.month(startsAt)),
    incidents: incidents.slice(0, MAX_PER_MONTH),
    more: Math.max(0, incidents.length - MAX_PER_MONTH),
    summary: incidents.length > 0 ? said.incidents(incidents.length) : hasData ? none : said.noData,
    coverage,
    startsAt,
  };
}
