/** `history/incidents/<year>.ndjson`: what happened to incidents, a line each, for ever. */
import { join } from 'node:path';
import { type IncidentEvent, incidentEvent } from '../incidents/event.ts';
import { joined, lines as linesOf } from './compact.ts';
import { parseJson, splitTorn } from './files.ts';
import { asBytes, asText, type HistoryFiles, openFolder } from './folder.ts';
import { isOrdered, type Key } from './lines.ts';
import { withLock } from './lock.ts';

export interface IncidentLines {
  /** By time, then by id. */
  lines: IncidentEvent[];
  warnings: string[];
  /** Lines that cannot be read, as `file:line  why`. They are left where they are. */
  errors: string[];
}

type ParsedEvent = { event: IncidentEvent } | { problem: string; isNewer: boolean };

export function parseIncident(text: string): ParsedEvent {
  const value = parseJson(text);
  if (value === undefined) return { problem: 'is not JSON', isNewer: false };
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version === 'number' && version > 1) {
    return { problem: `has version ${version}, this Vedette reads 1`, isNewer: true };
  }
  const parsed = incidentEvent.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const { path, message } = parsed.error.issues[0]!;
  return { problem: `is no line of an incident: ${[...path, message].join(': ')}`, isNewer: false };
}

function incidentsPath(t: number): string {
  return `incidents/${new Date(t * 1000).getUTCFullYear()}.ndjson`;
}

export async function readIncidents(files: HistoryFiles, folder: string): Promise<IncidentLines> {
  const read: IncidentLines = { lines: [], warnings: [], errors: [] };
  const seen = new Set<string>();
  for (const name of await files.names('incidents')) {
    const file = join(folder, 'incidents', name);
    const { whole, torn } = splitTorn((await files.read(`incidents/${name}`)) ?? '');
    if (torn !== '') read.warnings.push(`${file}: left out an unfinished last line`);
    for (const [index, bytes] of whole.split('\n').entries()) {
      if (bytes === '') continue;
      const parsed = parseIncident(asText(bytes));
      if ('problem' in parsed) {
        read[parsed.isNewer ? 'warnings' : 'errors'].push(`${file}:${index + 1}  ${parsed.problem}`);
      } else if (!seen.has(parsed.event.id)) {
        seen.add(parsed.event.id);
        read.lines.push(parsed.event);
      }
    }
  }
  read.lines.sort((a, b) => a.t - b.t || (a.id < b.id ? -1 : 1));
  return read;
}

/**
 * Adds what is decided of the lines that are there, and says what was new. Nobody else writes meanwhile, so that two rounds
 * at once do not both open an incident; a line is known by its id, so that adding it twice is adding it once.
 */
export function addIncidents(
  folder: string,
  decide: (lines: readonly IncidentEvent[]) => readonly IncidentEvent[],
): Promise<IncidentEvent[]> {
  return withLock(folder, async () => {
    const files = openFolder(folder);
    const { lines } = await readIncidents(files, folder);
    const known = new Set(lines.map(({ id }) => id));
    const added = decide(lines).filter(({ id }) => !known.has(id));
    const byFile = [...Map.groupBy(added, ({ t }) => incidentsPath(t))].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [path, own] of byFile) {
      const { whole } = splitTorn((await files.read(path)) ?? '');
      const list = linesOf(whole);
      for (const event of own) insert(list, event);
      await files.write(path, joined(list));
    }
    return added;
  });
}

/** In the order in which publishing puts lines together. Those that cannot be read stay behind the one they follow. */
function insert(list: string[], event: IncidentEvent): void {
  let at = list.length;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const before = keyOf(list[index]!);
    if (before && isOrdered(before, event)) break;
    if (before) at = index;
  }
  list.splice(at, 0, asBytes(JSON.stringify(event)));
}

function keyOf(bytes: string): Key | undefined {
  const parsed = parseIncident(asText(bytes));
  return 'event' in parsed ? parsed.event : undefined;
}
