/** Lines of maintenance → what is announced, and what it exempts. */
import { wallTimeAt } from '../calendar/local-time.ts';
import type { Maintenance, Repeat } from '../model.ts';
import { reworded } from './incident.ts';
import type { MaintenanceEvent } from './maintenance-event.ts';

export interface Announced {
  id: string;
  title: string;
  services: readonly string[];
  startsAt: number;
  /** Of one that was cancelled after it had begun, when that was. */
  endsAt: number;
  isCancelled: boolean;
  /** Of what comes again; start and end are those of the first. */
  repeat?: Repeat;
  createdAt: number;
  updatedAt: number;
  /** How often its times or services were changed, or it was cancelled. */
  sequence: number;
  /** In order of time. */
  events: readonly MaintenanceEvent[];
}

/** Lines in any order, each perhaps more than once → what they announce, earliest first. */
export function announcedFrom(
  lines: readonly MaintenanceEvent[],
  renamed: ReadonlyMap<string, string> = new Map(),
): Announced[] {
  const all = new Map<string, Announced>();
  const seen = new Set<string>();
  for (const line of [...lines].sort((a, b) => a.t - b.t || (a.id < b.id ? -1 : 1))) {
    if (seen.has(line.id)) continue;
    seen.add(line.id);
    const before = all.get(line.maintenance);
    const after = before ? changed(before, line) : announced(line);
    if (after) all.set(line.maintenance, after);
  }
  return [...all.values()]
    .map((each) => ({ ...each, services: each.services.map((id) => renamed.get(id) ?? id) }))
    .sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

/** What was never announced has no place. */
function announced(line: MaintenanceEvent): Announced | undefined {
  const { kind, maintenance: id, title = id, services, start, end, t, repeat } = line;
  if (kind !== 'announced' || !services || start === undefined || end === undefined) return undefined;
  return {
    id,
    title,
    services,
    startsAt: start * 1000,
    endsAt: end * 1000,
    isCancelled: false,
    ...(repeat && { repeat: toRepeat(repeat, start) }),
    createdAt: t * 1000,
    updatedAt: t * 1000,
    sequence: 0,
    events: [line],
  };
}

function toRepeat({ rule, timeZone, last }: NonNullable<MaintenanceEvent['repeat']>, start: number): Repeat {
  const lastAt = last === undefined ? {} : { lastAt: last * 1000 };
  return { rule, timeZone, firstWall: wallTimeAt(start * 1000, timeZone), except: [], ...lastAt };
}

function changed(before: Announced, line: MaintenanceEvent): Announced {
  const { kind, title = before.title, services = before.services, start, end, t } = line;
  const at = t * 1000;
  if (line.edits !== undefined) {
    const updatedAt = Math.max(before.updatedAt, at);
    return { ...before, updatedAt, events: before.events.map((each) => reworded(each, line)) };
  }
  const after = { ...before, updatedAt: Math.max(before.updatedAt, at), events: [...before.events, line] };
  // What two writers have announced under one id is one; and nothing comes back from being cancelled.
  if (before.isCancelled || kind === 'announced' || kind === 'update') return after;
  const sequence = before.sequence + 1;
  if (kind === 'cancelled') return { ...after, sequence, isCancelled: true, endsAt: endOfCancelled(before, at) };
  const repeat = line.repeat && toRepeat(line.repeat, start ?? before.startsAt / 1000);
  return {
    ...after,
    ...(repeat && { repeat }),
    sequence,
    title,
    services,
    startsAt: start === undefined ? before.startsAt : start * 1000,
    endsAt: end === undefined ? before.endsAt : end * 1000,
  };
}

/** What has been of it stays as it was. */
function endOfCancelled({ startsAt, endsAt, repeat }: Announced, at: number): number {
  return !repeat && at > startsAt && at < endsAt ? at : endsAt;
}

/** One that was cancelled before it began exempts nothing. */
export function exempting(all: readonly Announced[]): Maintenance[] {
  return all
    .filter((each) => !(each.isCancelled && cancelledAt(each) <= each.startsAt))
    .map((each) => {
      const { title, services, startsAt, endsAt } = each;
      const repeat = seriesOf(each);
      return { title, services, startsAt, endsAt, ...(repeat && { repeat }) };
    });
}

/** Of one that was called off none starts later. */
export function seriesOf(entry: Announced): Repeat | undefined {
  const { repeat, isCancelled } = entry;
  if (!repeat || !isCancelled) return repeat;
  return { ...repeat, lastAt: Math.min(repeat.lastAt ?? Number.POSITIVE_INFINITY, cancelledAt(entry)) };
}

export function cancelledAt({ events }: Announced): number {
  const line = events.find(({ kind }) => kind === 'cancelled');
  return line ? line.t * 1000 : Number.POSITIVE_INFINITY;
}

/** services.yml with what people have announced beside it: from here on there is no difference. */
export function withAnnounced<T extends { maintenance: readonly Maintenance[]; renamed: ReadonlyMap<string, string> }>(
  config: T,
  lines: readonly MaintenanceEvent[],
): T {
  if (lines.length === 0) return config;
  return { ...config, maintenance: [...config.maintenance, ...exempting(announcedFrom(lines, config.renamed))] };
}
