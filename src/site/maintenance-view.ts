/** Announced maintenance as single events with lasting ids: for its page, the feeds and the API. */
import { windowsOf } from '../calendar/recurrence.ts';
import { DAY_MS } from '../history/days.ts';
import type { NameOf } from '../incidents/words.ts';
import type { Maintenance } from '../model.ts';
import { plainText } from './markdown.ts';

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
}

/** What repeats is listed for so long back and ahead. */
const REACH_MS = 90 * DAY_MS;

/** In order of time. */
export function maintenanceViews(maintenance: readonly Maintenance[], context: MaintenanceContext): MaintenanceView[] {
  const views = maintenance.flatMap((entry) => {
    const { asOf } = context;
    const range = entry.repeat
      ? { from: asOf - REACH_MS, to: asOf + REACH_MS }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    return windowsOf(entry, range).map((window) => ({ ...entry, ...window }));
  });
  views.sort((a, b) => a.startsAt - b.startsAt || (a.title < b.title ? -1 : 1));
  const taken = new Map<string, number>();
  return views.map((entry) => {
    const id = idOf(entry);
    const count = (taken.get(id) ?? 0) + 1;
    taken.set(id, count);
    return viewOf(entry, count === 1 ? id : `${id}-${count}`, context);
  });
}

function viewOf(entry: Maintenance, id: string, { asOf, createdAt, nameOf }: MaintenanceContext): MaintenanceView {
  const { startsAt, endsAt, services, repeat } = entry;
  const title = plainText(entry.title);
  const announcedAt = Math.min(createdAt, startsAt);
  const steps = [
    { status: 'scheduled', at: announcedAt, text: `${title} is announced.` },
    { status: 'in_progress', at: startsAt, text: 'The maintenance has begun.' },
    { status: 'completed', at: endsAt, text: 'The maintenance is over.' },
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
  const day = new Date(startsAt).toISOString().slice(0, 10);
  const slug = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return `${day}-${slug || 'maintenance'}`;
}
