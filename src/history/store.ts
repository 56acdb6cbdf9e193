/** `history/` as rounds go in and come out. */
import { join } from 'node:path';
import type { RecordedRound } from '../model.ts';
import { compact, KEEP, type Keep, probesOf, rawPath, roundsDigested } from './compact.ts';
import { dayOf, instantOf } from './days.ts';
import { splitTorn } from './files.ts';
import { asBytes, asText, daysIn, type HistoryFiles, openFolder } from './folder.ts';
import { insertLine, parseLine } from './lines.ts';
import { withLock } from './lock.ts';
import { decodeRound, encodeRound } from './raw.ts';

export interface Appended {
  file: string;
  warnings: string[];
}

/**
 * Adds a round to its UTC day, with `probes` (`service/probe`) that were not read said to be so, then digests the days
 * that are over. Doing it twice is doing it once: a line is known by its id.
 */
export function appendRound(
  folder: string,
  round: RecordedRound,
  probes: readonly string[] = [],
  keep: Keep = KEEP,
): Promise<Appended> {
  return withLock(folder, async () => {
    const { path, warnings } = await appendTo(openFolder(folder), round, { probes, keep });
    return { file: join(folder, path), warnings: warnings.map((warning) => `${join(folder, path)}: ${warning}`) };
  });
}

export interface Imported {
  added: number;
  /** Days whose rounds are kept no longer, and took theirs aside. */
  aside: string[];
}

/** Many rounds at once, in any order. Days that they finish are digested, and details that are too old go. */
export function importRounds(folder: string, rounds: readonly RecordedRound[], keep: Keep = KEEP): Promise<Imported> {
  return withLock(folder, async () => {
    const files = openFolder(folder);
    const imported: Imported = { added: 0, aside: [] };
    const byDay = Map.groupBy(rounds, ({ at }) => dayOf(at));
    for (const [day, own] of byDay) {
      const batch = inBatch(files);
      for (const round of own.toSorted((a, b) => a.at - b.at)) {
        const { path, isNew } = await appendRaw(batch.files, round, []);
        if (!path.startsWith('raw/')) imported.aside.push(day);
        else if (isNew) imported.added += 1;
      }
      await batch.write();
    }
    imported.aside = [...new Set(imported.aside)];
    const newest = (await daysIn(files, 'raw')).at(-1);
    if (newest !== undefined) await compact(files, instantOf(newest), keep);
    return imported;
  });
}

/** Each file once, however many lines it gets. */
function inBatch(files: HistoryFiles): { files: HistoryFiles; write(): Promise<void> } {
  const changed = new Map<string, string | undefined>();
  return {
    files: {
      names: (kind) => files.names(kind),
      read: async (path) => (changed.has(path) ? changed.get(path) : await files.read(path)),
      write: async (path, text) => void changed.set(path, text),
    },
    async write() {
      for (const [path, text] of changed) await files.write(path, text);
    },
  };
}

export interface AppendOptions {
  probes: readonly string[];
  keep: Keep;
}

interface Placed {
  /** Where the line went, or had gone before. */
  path: string;
  isNew: boolean;
  warnings: string[];
}

export async function appendTo(
  files: HistoryFiles,
  round: RecordedRound,
  { probes, keep }: AppendOptions,
): Promise<Placed> {
  const appended = await appendRaw(files, round, probes);
  // By the clock that the round itself went by.
  await compact(files, round.at, keep);
  return appended;
}

async function appendRaw(files: HistoryFiles, round: RecordedRound, probes: readonly string[]): Promise<Placed> {
  const { line: text, schema } = encodeRound(round, probes);
  const line = asBytes(text);
  const schemaPath = `schema/${schema.name}.json`;
  if ((await files.read(schemaPath)) !== schema.text) await files.write(schemaPath, schema.text);
  await writeMeta(files, round.at);
  return appendLine(files, dayOf(round.at), line);
}

async function appendLine(files: HistoryFiles, day: string, line: string): Promise<Placed> {
  const raw = rawPath(day);
  // Such a digest stands for rounds that are gone: made again without them, it would lose them.
  const isLate = (await files.read(raw)) === undefined && (await roundsDigested(files, day)) !== undefined;
  const path = isLate ? `aside/${day}.ndjson` : raw;
  // As bytes: a line that is broken stays as it is, and is not mended into something else.
  const { whole, torn } = splitTorn((await files.read(path)) ?? '');
  const changed = insertLine(whole, line);
  if (changed !== whole || torn !== '') await files.write(path, changed);
  const warnings = [
    ...(isLate ? [`a late round is kept here, as those of ${day} are kept no longer`] : []),
    ...(torn === '' ? [] : [`dropped an unfinished last line of ${torn.length} bytes`]),
  ];
  return { path, isNew: changed !== whole, warnings };
}

export interface History {
  /** In order of time. */
  rounds: RecordedRound[];
  /** Torn ends and versions we do not know: left out, and said. */
  warnings: string[];
  /** Lines that cannot be read, as `file:line  why`. They are left where they are. */
  errors: string[];
}

/** All rounds from the UTC day of `since` on. A folder that is not there is an empty history. */
export async function readRounds(folder: string, since: number, parse: typeof parseLine = parseLine): Promise<History> {
  const history: History = { rounds: [], warnings: [], errors: [] };
  const files = openFolder(folder);
  const known: Known = { schemas: new Map(), seen: new Set(), parse };
  for (const day of await daysIn(files, 'raw')) {
    if (day >= dayOf(since)) await readDay(folder, day, known, history);
  }
  history.rounds.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return history;
}

interface Known {
  schemas: Map<string, readonly string[] | undefined>;
  /** A run that is started again after midnight has written its line on two days. */
  seen: Set<string>;
  parse: typeof parseLine;
}

async function readDay(folder: string, day: string, { schemas, seen, parse }: Known, history: History): Promise<void> {
  const files = openFolder(folder);
  const file = join(folder, rawPath(day));
  const { whole, torn } = splitTorn((await files.read(rawPath(day))) ?? '');
  if (torn !== '') history.warnings.push(`${file}: left out an unfinished last line`);
  for (const [index, bytes] of whole.split('\n').entries()) {
    if (bytes === '') continue;
    const place = `${file}:${index + 1}`;
    const parsed = parse(asText(bytes));
    if ('problem' in parsed) {
      history[parsed.isNewer ? 'warnings' : 'errors'].push(`${place}  ${parsed.problem}`);
      continue;
    }
    const { line } = parsed;
    if (seen.has(line.id)) continue;
    seen.add(line.id);
    if (!schemas.has(line.s)) schemas.set(line.s, probesOf(await files.read(`schema/${line.s}.json`)));
    const probes = schemas.get(line.s);
    if (probes) history.rounds.push(decodeRound(line, probes));
    else history.errors.push(`${place}  names schema ${line.s}, which is missing or unreadable`);
  }
}

async function writeMeta(files: HistoryFiles, at: number): Promise<void> {
  if ((await files.read('meta.json')) !== undefined) return;
  await files.write('meta.json', `${JSON.stringify({ v: 1, created: new Date(at).toISOString(), tz: 'UTC' })}\n`);
}
