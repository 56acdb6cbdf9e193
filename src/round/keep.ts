/** What a round leaves in the history, and what the rounds before it have left to be done. */
import type { Config } from '../config/config.ts';
import { addIncidents, readIncidents, readMaintenance } from '../history/event-folders.ts';
import { openFolder } from '../history/folder.ts';
import { keepElsewhere, takeAbandoned } from '../history/journal.ts';
import { appendRound, type History, readRounds } from '../history/store.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import { catchUp } from '../incidents/lifecycle.ts';
import type { Look } from '../incidents/look.ts';
import { withAnnounced } from '../incidents/maintenance.ts';
import type { RecordedRound } from '../model.ts';
import { plural } from '../units.ts';

export interface KeepOptions {
  config: Config;
  historyFolder: string;
  /** Where a round goes that cannot be kept in the history, the first that takes it; and where such are found. */
  pendingFolders: readonly string[];
}

export interface Kept {
  file?: string;
  warnings: string[];
  unwritten?: Unwritten;
}

/** The history could not be written. */
export interface Unwritten {
  /** What the system said. */
  message: string;
  /** Where the observations are instead; they are lost when there is no such place. */
  file?: string;
}

const DAY_MS = 86_400_000;
/** States are worked out from so much of the past; a longer outage began before it. */
const MEMORY_MS = 2 * DAY_MS;

/** The rounds that states are worked out from. */
export function recall(historyFolder: string, now: number): Promise<History> {
  return readRounds(historyFolder, now - MEMORY_MS).catch(unreadable);
}

/** services.yml with what people have announced beside it. */
export async function announcedIn(
  config: Config,
  historyFolder: string,
): Promise<{ config: Config; warnings: string[]; errors: string[] }> {
  const { lines, warnings, errors } = await readMaintenance(openFolder(historyFolder), historyFolder).catch(
    unannounced,
  );
  return { config: withAnnounced(config, lines), warnings, errors };
}

/** In the history; where that cannot be written, in a file that the next round picks up. */
export async function keep(
  round: RecordedRound,
  probes: readonly string[],
  { config, historyFolder, pendingFolders }: KeepOptions,
): Promise<Kept> {
  try {
    return await appendRound(historyFolder, round, probes, config.history.keep);
  } catch (error) {
    const { message } = asSystemError(error);
    for (const folder of pendingFolders) {
      const file = await keepElsewhere(folder, round, probes).catch(() => undefined);
      if (file !== undefined) return { warnings: [], unwritten: { message, file } };
    }
    return { warnings: [], unwritten: { message } };
  }
}

/** What cannot be written is not told either: the next round finds it again. */
export async function keepIncidents(
  folder: string,
  looks: readonly Look[],
  { renamed }: Config,
): Promise<IncidentEvent[]> {
  try {
    return await addIncidents(folder, (lines) => catchUp(looks, lines, renamed));
  } catch (error) {
    asSystemError(error);
    return [];
  }
}

/** What happened in the last day, oldest first. */
export async function recentEvents(folder: string, now: number): Promise<IncidentEvent[]> {
  const { lines } = await readIncidents(openFolder(folder), folder).catch((error: unknown) => {
    asSystemError(error);
    return { lines: [] };
  });
  return lines.filter(({ t }) => t * 1000 > now - DAY_MS);
}

/** Rounds that were killed, or could not be kept: what they had finished counts, the rest was not observed. */
export async function keepAbandoned({ config, historyFolder, pendingFolders }: KeepOptions): Promise<string[]> {
  const warnings: string[] = [];
  // Whole ones first: of a round that could not be kept there may be a journal, too.
  for (const folder of [...pendingFolders, historyFolder]) {
    try {
      for await (const { round, probes } of takeAbandoned(folder)) {
        const written = await appendRound(historyFolder, round, probes, config.history.keep);
        const count = plural(round.observations.length, 'observation');
        const at = new Date(round.at).toISOString();
        warnings.push(`a round of ${at} had not been kept; ${count} of it now are`, ...written.warnings);
      }
    } catch (error) {
      // It stays where it is, and is taken another time.
      asSystemError(error);
    }
  }
  return warnings;
}

/** What was read as torn was dropped when the round was written, and is told once. */
export function isNotMended({ file, warnings }: Kept): (warning: string) => boolean {
  return (warning) => warnings.length === 0 || file === undefined || !warning.startsWith(`${file}: `);
}

/** The file system's refusals are expected; anything else is a bug of ours, and loud. */
function asSystemError(error: unknown): NodeJS.ErrnoException {
  if (error instanceof Error && 'syscall' in error) return error as NodeJS.ErrnoException;
  throw error;
}

function unreadable(error: unknown): History {
  return { rounds: [], warnings: [`the history cannot be read: ${asSystemError(error).message}`], errors: [] };
}

function unannounced(error: unknown): Awaited<ReturnType<typeof readMaintenance>> {
  const { code, message } = asSystemError(error);
  // Where the history is no folder at all, that has been said.
  return { lines: [], warnings: code === 'ENOTDIR' ? [] : [`maintenance cannot be read: ${message}`], errors: [] };
}
