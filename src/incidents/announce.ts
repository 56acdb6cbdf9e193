/** What a person wants to say of maintenance → the line that says it, or why it cannot be said. The past stays as it was. */
import { instantInWords } from '../units.ts';
import type { Announced } from './maintenance.ts';
import type { MaintenanceEvent } from './maintenance-event.ts';
import type { Writer } from './person.ts';
import { freeIdOf, slugOf } from './slug.ts';

export type SaidOfMaintenance = { event: MaintenanceEvent } | { problem: string };

/** Longer is a mistake in a year. */
const LONGEST_MS = 366 * 86_400_000;

export interface Announcement {
  title: string;
  services: readonly string[];
  startsAt: number;
  endsAt: number;
  text: string;
  repeat?: MaintenanceEvent['repeat'];
}

/** `taken`: ids of others in the history; what services.yml announces makes way. */
export function announce(
  { title, services, startsAt, endsAt, text, repeat }: Announcement,
  taken: ReadonlySet<string>,
  writer: Writer,
): SaidOfMaintenance {
  const problem = problemOf(startsAt, endsAt);
  if (problem !== undefined) return { problem };
  const id = freeIdOf(startsAt, slugOf(title, 'maintenance'), (other) => taken.has(other));
  return {
    event: {
      ...lineOf(undefined, id, writer),
      kind: 'announced',
      title,
      services: [...services],
      start: seconds(startsAt),
      end: seconds(endsAt),
      ...(repeat && { repeat }),
      text,
    },
  };
}

export interface Change {
  startsAt?: number;
  endsAt?: number;
  text?: string;
}

export function changeMaintenance(
  entry: Announced,
  { startsAt, endsAt, text }: Change,
  writer: Writer,
): SaidOfMaintenance {
  const { now } = writer;
  const hasTimes = startsAt !== undefined || endsAt !== undefined;
  const problem = hasTimes ? whyNotMove(entry, startsAt, endsAt, now) : undefined;
  if (problem !== undefined) return { problem: `${entry.id} ${problem}` };
  if (!hasTimes && text === undefined) return { problem: 'nothing is to change: give --message, --start or --end' };
  return {
    event: {
      ...lineOf(entry, entry.id, writer),
      kind: hasTimes ? 'changed' : 'update',
      ...(startsAt !== undefined && { start: seconds(startsAt) }),
      ...(endsAt !== undefined && { end: seconds(endsAt) }),
      ...(text !== undefined && { text }),
    },
  };
}

/** One that has begun ends now. */
export function cancelMaintenance(entry: Announced, text: string | undefined, writer: Writer): SaidOfMaintenance {
  if (entry.isCancelled) return { problem: `${entry.id} is cancelled already` };
  if (!entry.repeat && entry.endsAt <= writer.now)
    return { problem: `${entry.id} is over since ${instantInWords(entry.endsAt)}` };
  return {
    event: { ...lineOf(entry, entry.id, writer), kind: 'cancelled', ...(text !== undefined && { text }) },
  };
}

function whyNotMove(
  entry: Announced,
  startsAt: number | undefined,
  endsAt: number | undefined,
  now: number,
): string | undefined {
  if (entry.isCancelled) return 'is cancelled; add another';
  if (entry.repeat && entry.startsAt <= now) return 'comes again and again, and has begun; cancel it and add another';
  if (entry.endsAt <= now) return `is over since ${instantInWords(entry.endsAt)}; add another`;
  const hasBegun = entry.startsAt <= now;
  if (startsAt !== undefined && hasBegun) return `has begun at ${instantInWords(entry.startsAt)}, and its start stays`;
  // Seconds are cut: what is given as now is never before it.
  if (startsAt !== undefined && seconds(startsAt) < seconds(now)) return 'cannot begin before now';
  if (endsAt !== undefined && seconds(endsAt) < seconds(now))
    return 'cannot have ended before now; end it with --end now';
  return problemOf(startsAt ?? entry.startsAt, endsAt ?? entry.endsAt);
}

function problemOf(startsAt: number, endsAt: number): string | undefined {
  const problem = windowProblem(startsAt, endsAt);
  return problem && `--end: ${problem}`;
}

/** What is wrong with the end. */
export function windowProblem(startsAt: number, endsAt: number): string | undefined {
  if (endsAt <= startsAt) return `expected an instant after the start, ${instantInWords(startsAt)}`;
  return endsAt - startsAt > LONGEST_MS ? 'expected at most a year after the start' : undefined;
}

function lineOf(before: Announced | undefined, maintenance: string, { now, chance, author }: Writer) {
  const number = (before?.events.length ?? 0) + 1;
  return {
    v: 1,
    id: `${maintenance}/p${String(number).padStart(3, '0')}-${chance}`,
    // Never before what it speaks of, though that came from a clock that is ahead.
    t: seconds(Math.max(now, before?.updatedAt ?? now)),
    maintenance,
    ...(author !== undefined && { author }),
  } as const;
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}
