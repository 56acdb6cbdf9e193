/** Folders of events, a line each, a file a year, for ever: what happened to incidents, what was said of maintenance. */
import { join } from 'node:path';
import type { z } from 'zod';
import { joined, lines as linesOf } from './compact.ts';
import { parseJson, splitTorn } from './files.ts';
import { asBytes, asText, type HistoryFiles, openFolder } from './folder.ts';
import { isOrdered, type Key } from './lines.ts';
import { withLock } from './lock.ts';

export interface EventLines<Event> {
  /** By time, then by id. */
  lines: Event[];
  warnings: string[];
  /** Lines that cannot be read, as `file:line  why`. They are left where they are. */
  errors: string[];
}

export type ParsedEvent<Event> = { event: Event } | { problem: string; isNewer: boolean };

export interface EventFolder<Event extends Key> {
  /** Its name in the history. */
  name: string;
  parse(text: string): ParsedEvent<Event>;
  read(files: HistoryFiles, folder: string): Promise<EventLines<Event>>;
  /**
   * Adds what is decided of the lines that are there, and says what was new. Nobody else writes meanwhile, so that two
   * rounds at once do not both open an incident; a line is known by its id, so that adding it twice is adding it once.
   */
  add(folder: string, decide: (lines: readonly Event[]) => readonly Event[]): Promise<Event[]>;
  /** Puts lines in the place of those with the same ids: the branch has them otherwise, and it is right. */
  adopt(folder: string, lines: readonly Event[]): Promise<void>;
}

/** `what` a line is of: "an incident". */
export function eventFolder<Event extends Key>(
  name: string,
  what: string,
  schema: z.ZodType<Event>,
): EventFolder<Event> {
  const parse = (text: string): ParsedEvent<Event> => {
    const value = parseJson(text);
    if (value === undefined) return { problem: 'is not JSON', isNewer: false };
    const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
    if (typeof version === 'number' && version > 1) {
      return { problem: `has version ${version}, this Vedette reads 1`, isNewer: true };
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return { event: parsed.data };
    const { path, message } = parsed.error.issues[0]!;
    return { problem: `is no line of ${what}: ${[...path, message].join(': ')}`, isNewer: false };
  };
  const read = async (files: HistoryFiles, folder: string): Promise<EventLines<Event>> => {
    const found: EventLines<Event> = { lines: [], warnings: [], errors: [] };
    const seen = new Set<string>();
    for (const file of await files.names(name)) {
      const path = join(folder, name, file);
      const { whole, torn } = splitTorn((await files.read(`${name}/${file}`)) ?? '');
      if (torn !== '') found.warnings.push(`${path}: left out an unfinished last line`);
      for (const [index, bytes] of whole.split('\n').entries()) {
        if (bytes === '') continue;
        const parsed = parse(asText(bytes));
        if ('problem' in parsed) {
          found[parsed.isNewer ? 'warnings' : 'errors'].push(`${path}:${index + 1}  ${parsed.problem}`);
        } else if (!seen.has(parsed.event.id)) {
          seen.add(parsed.event.id);
          found.lines.push(parsed.event);
        }
      }
    }
    found.lines.sort((a, b) => a.t - b.t || (a.id < b.id ? -1 : 1));
    return found;
  };
  return {
    name,
    parse,
    read,
    add: (folder, decide) =>
      withLock(folder, async () => {
        const files = openFolder(folder);
        const { lines } = await read(files, folder);
        const known = new Set(lines.map(({ id }) => id));
        const added = decide(lines).filter(({ id }) => !known.has(id));
        const byFile = [...Map.groupBy(added, (event) => pathOf(name, event))].sort(([a], [b]) => (a < b ? -1 : 1));
        for (const [path, own] of byFile) {
          const { whole } = splitTorn((await files.read(path)) ?? '');
          const list = linesOf(whole);
          for (const event of own) insert(list, event, parse);
          await files.write(path, joined(list));
        }
        return added;
      }),
    adopt: (folder, lines) =>
      withLock(folder, async () => {
        const files = openFolder(folder);
        for (const [path, theirs] of Map.groupBy(lines, (line) => pathOf(name, line))) {
          const right = new Map(theirs.map((event) => [event.id, event]));
          const { whole } = splitTorn((await files.read(path)) ?? '');
          const kept = linesOf(whole).filter((text) => {
            const parsed = parse(asText(text));
            return !('event' in parsed && right.has(parsed.event.id));
          });
          for (const event of right.values()) insert(kept, event, parse);
          await files.write(path, joined(kept));
        }
      }),
  };
}

/** The file of a year that an event belongs to. */
export function pathOf(name: string, { t }: { t: number }): string {
  return `${name}/${new Date(t * 1000).getUTCFullYear()}.ndjson`;
}

/** In the order in which publishing puts lines together. Those that cannot be read stay behind the one they follow. */
function insert<Event extends Key>(list: string[], event: Event, parse: EventFolder<Event>['parse']): void {
  let at = list.length;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const parsed = parse(asText(list[index]!));
    const before = 'event' in parsed ? parsed.event : undefined;
    if (before && isOrdered(before, event)) break;
    if (before) at = index;
  }
  list.splice(at, 0, asBytes(JSON.stringify(event)));
}
