/** Announced maintenance as single events with lasting ids: for its page, the feeds and the API. */
import { windowsOf } from '../calendar/recurrence.ts';
import { DAY_MS } from '../history/days.ts';
import { type Announced, cancelledAt, seriesOf } from '../incidents/maintenance.ts';
import type { MaintenanceEvent } from '../incidents/maintenance-event.ts';
import { slugOf } from '../incidents/slug.ts';
import type { NameOf } from '../incidents/words.ts';
import { en, type Words } from '../messages/en.ts';
import { instant } from '../messages/wording.ts';
import type { Maintenance } from '../model.ts';
import { plainSentence, plainText } from './markdown.ts';

export const MAINTENANCE_STATUSES = ['scheduled', 'in_progress', 'completed', 'cancelled'] as const;
export type MaintenanceStatus = (typeof MAINTENANCE_STATUSES)[number];

export interface MaintenanceView {
  /** `2026-12-01-database-upgrade`: day and title; where it repeats, of the single time. */
  id: string;
  title: string;
  services: readonly { id: string; name: string }[];
  startsAt: number;
  endsAt: number;
  status: MaintenanceStatus;
  /** One of several times of what repeats. */
  isRecurring: boolean;
  /** When it was announced, as far as that is known. */
  createdAt: number;
  updatedAt: number;
  /** How often it was changed since it was announced. */
  sequence: number;
  /** Newest first. */
  updates: readonly MaintenanceUpdate[];
}

export interface MaintenanceUpdate {
  id: string;
  at: number;
  status: MaintenanceStatus;
  /** Plain text or Markdown. */
  text: string;
  author?: string;
}

export interface MaintenanceContext {
  /** The instant that the page speaks of. */
  asOf: number;
  /** Of the history: what services.yml announces was announced then or later. */
  createdAt: number;
  nameOf: NameOf;
  /** English unless given. */
  words?: Words;
}

/** What repeats is listed for so long back and ahead. */
const REACH_MS = 90 * DAY_MS;

/** In order of time: what services.yml says, and what people have announced beside it. */
export function maintenanceViews(
  maintenance: readonly Maintenance[],
  context: MaintenanceContext,
  announced: readonly Announced[] = [],
): MaintenanceView[] {
  // Theirs stand in the history, and never change.
  const taken = new Map(announced.map(({ id }) => [id, 1]));
  return [
    ...configuredViews(maintenance, context, taken),
    ...announced.flatMap((each) => announcedViews(each, context)),
  ].sort((a, b) => a.startsAt - b.startsAt || (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
}

function configuredViews(
  maintenance: readonly Maintenance[],
  context: MaintenanceContext,
  taken: Map<string, number>,
): MaintenanceView[] {
  const views = maintenance.flatMap((entry) => {
    const { asOf } = context;
    const range = entry.repeat
      ? { from: asOf - REACH_MS, to: asOf + REACH_MS }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    return windowsOf(entry, range).map((window) => ({ ...entry, ...window }));
  });
  views.sort((a, b) => a.startsAt - b.startsAt || (a.title < b.title ? -1 : 1));
  return views.map((entry) => {
    const id = idOf(entry);
    const count = (taken.get(id) ?? 0) + 1;
    taken.set(id, count);
    return viewOf(entry, count === 1 ? id : `${id}-${count}`, context);
  });
}

function viewOf(
  entry: Maintenance,
  id: string,
  { asOf, createdAt, nameOf, words = en }: MaintenanceContext,
): MaintenanceView {
  const said = words.maintenance;
  const { startsAt, endsAt, services, repeat } = entry;
  const title = plainText(entry.title);
  const announcedAt = Math.min(createdAt, startsAt);
  const steps = [
    { status: 'scheduled', at: announcedAt, text: said.isAnnounced(words.isolate(title)) },
    { status: 'in_progress', at: startsAt, text: said.begun },
    { status: 'completed', at: endsAt, text: said.over },
  ] as const;
  const past = steps.filter(({ at }) => at <= asOf);
  return {
    id,
    title,
    services: services.map((service) => ({ id: service, name: nameOf(service) })),
    startsAt,
    endsAt,
    status: past.at(-1)?.status ?? 'scheduled',
    isRecurring: repeat !== undefined,
    createdAt: announcedAt,
    updatedAt: past.at(-1)?.at ?? announcedAt,
    sequence: 0,
    updates: past.map((step) => ({ id: `${id}/${step.status}`, ...step })).toReversed(),
  };
}

function idOf({ title, startsAt }: Maintenance): string {
  return `${new Date(startsAt).toISOString().slice(0, 10)}-${slugOf(title, 'maintenance')}`;
}

const MAX_TEXT = 20_000;

/** What comes again time by time; of a series that was called off before it began, that it was. */
function announcedViews(entry: Announced, context: MaintenanceContext): MaintenanceView[] {
  const repeat = seriesOf(entry);
  if (!repeat || (entry.isCancelled && cancelledAt(entry) <= entry.startsAt)) return [announcedView(entry, context)];
  const { asOf } = context;
  const windows = windowsOf({ ...entry, repeat }, { from: asOf - REACH_MS, to: asOf + REACH_MS });
  return windows.map((window) => {
    const day = new Date(window.startsAt).toISOString().slice(0, 10);
    const isFirst = window.startsAt === entry.startsAt;
    const id = isFirst ? entry.id : `${entry.id}-${day}`;
    // Each line is an update of one time only: ids of updates are unique.
    const events = entry.events.map((event) => (isFirst ? event : { ...event, id: `${event.id}@${day}` }));
    const single = { ...entry, ...window, id, events, isCancelled: false };
    return { ...announcedView(single, context), isRecurring: true };
  });
}

function announcedView(entry: Announced, { asOf, nameOf, words = en }: MaintenanceContext): MaintenanceView {
  const said = words.maintenance;
  const { id, services, startsAt, endsAt, createdAt, isCancelled, sequence, events } = entry;
  const isOff = isCancelled && cancelledAt(entry) <= startsAt;
  const steps = [
    { status: 'in_progress', at: startsAt, text: said.begun },
    { status: 'completed', at: endsAt, text: said.over },
  ] as const;
  // Of one that is called off while it lasts, that it was is said already.
  const past = steps.filter(({ status, at }) => at <= asOf && !isOff && !(isCancelled && status === 'completed'));
  const statusAt = (at: number): MaintenanceStatus => past.findLast((step) => step.at <= at)?.status ?? 'scheduled';
  const told = events.flatMap((event): MaintenanceUpdate[] => {
    const text =
      event.text === undefined ? plainSentence(inWords(event, words), MAX_TEXT) : plainText(event.text, MAX_TEXT);
    const at = event.t * 1000;
    const status = event.kind === 'cancelled' ? 'cancelled' : statusAt(at);
    const author = event.author === undefined ? {} : { author: plainText(event.author) };
    return text === '' ? [] : [{ id: event.id, at, status, text, ...author }];
  });
  const updates = [...told, ...past.map((step) => ({ id: `${id}/${step.status}`, ...step }))].sort(
    (a, b) => a.at - b.at,
  );
  return {
    id,
    title: plainText(entry.title),
    services: services.map((service) => ({ id: service, name: nameOf(service) })),
    startsAt,
    endsAt,
    status: isCancelled ? 'cancelled' : (past.at(-1)?.status ?? 'scheduled'),
    isRecurring: false,
    createdAt,
    updatedAt: Math.max(entry.updatedAt, ...past.map(({ at }) => at)),
    sequence,
    updates: updates.toReversed(),
  };
}

function inWords({ kind, title = '', start, end }: MaintenanceEvent, words: Words): string {
  const said = words.maintenance;
  if (kind === 'announced') return said.isAnnounced(words.isolate(title));
  if (kind === 'cancelled') return said.cancelled;
  if (start === undefined && end === undefined) return '';
  const at = (seconds: number | undefined): string | undefined =>
    seconds === undefined ? undefined : instant(words, seconds * 1000);
  return said.moved(at(start), at(end));
}
