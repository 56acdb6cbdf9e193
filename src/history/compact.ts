/**
 * Digests of the days that are over, and the end of what is kept no longer. Run after every round, it repairs what a
 * kill left undone, and what a late line made untrue.
 */
import { DAY_MS, dayOf, monthOf } from './days.ts';
import { digestDay, type RawRound } from './digest.ts';
import { splitTorn } from './files.ts';
import { daysIn, type HistoryFiles } from './folder.ts';
import { parseLine } from './lines.ts';
import { schemaFile } from './raw.ts';

/** How long details are kept; daily digests stay for ever. */
export interface Keep {
  rawMs: number;
  hourlyMs: number;
}

export const KEEP: Keep = { rawMs: 14 * DAY_MS, hourlyMs: 90 * DAY_MS };

export interface Compacted {
  /** Days whose digests were written. */
  digested: string[];
  /** Paths. */
  deleted: string[];
}

export async function compact(files: HistoryFiles, now: number, keep: Keep = KEEP): Promise<Compacted> {
  const digested: string[] = [];
  const today = dayOf(now);
  const days = await daysIn(files, 'raw');
  const counts = await digestedIn(files, new Set(days.map(dailyPath)));
  for (const day of days) {
    const rounds = counts.get(day);
    // A clock that was set back, or a late line, comes to days that are digested.
    if (day >= today && rounds === undefined) continue;
    const text = (await files.read(rawPath(day))) ?? '';
    if (standsFor(rounds, text)) continue;
    // Lines were lost from the file: the digest knows more than it does.
    if ((rounds ?? 0) > lines(text).length) continue;
    if (await writeDigests(files, day, text)) digested.push(day);
  }
  return { digested, deleted: await deleteOld(files, now, keep) };
}

/** Writes what the day's raw lines say now, whatever was there. False when none of them can be read. */
export async function writeDigests(files: HistoryFiles, day: string, rawText: string): Promise<boolean> {
  const { hourly, daily, schemas } = digestDay(day, await readableRounds(files, rawText));
  if (daily.length === 0) return false;
  for (const { name, text } of schemas) {
    const path = `schema/${name}.json`;
    await writeChanged(files, path, text);
  }
  await writeChanged(files, `hourly/${day}.ndjson`, joined(hourly));
  // Last: its presence says that the day is done.
  const month = dailyPath(day);
  const others = lines((await files.read(month)) ?? '').filter((line) => dailyHead(line)?.day !== day);
  await writeChanged(files, month, joined(inOrder([...others, ...daily])));
  return true;
}

/** In order of time and id, whatever order the file has. Lines that cannot be read are left out. */
export async function readableRounds(
  files: HistoryFiles,
  rawText: string,
  parse: typeof parseLine = parseLine,
): Promise<RawRound[]> {
  const schemas = new Map<string, readonly string[] | undefined>();
  const seen = new Set<string>();
  const rounds: RawRound[] = [];
  for (const text of lines(splitTorn(rawText).whole)) {
    const parsed = parse(text);
    if (!('line' in parsed) || seen.has(parsed.line.id)) continue;
    const { line } = parsed;
    seen.add(line.id);
    if (!schemas.has(line.s)) schemas.set(line.s, probesOf(await files.read(`schema/${line.s}.json`)));
    const probes = schemas.get(line.s);
    if (probes) rounds.push({ line, probes });
  }
  return rounds.sort((a, b) => a.line.t - b.line.t || (a.line.id < b.line.id ? -1 : 1));
}

/** Undefined when the text is no schema. */
export function probesOf(text: string | undefined): readonly string[] | undefined {
  try {
    return schemaFile.parse(JSON.parse(text ?? '')).probes;
  } catch {
    return undefined;
  }
}

export function rawPath(day: string): string {
  return `raw/${day}.ndjson`;
}

export function dailyPath(day: string): string {
  return `daily/${monthOf(day)}.ndjson`;
}

/** Rounds that the daily digest of a day is made of, all locations together; undefined when there is none. */
export async function roundsDigested(files: HistoryFiles, day: string): Promise<number | undefined> {
  return (await digestedIn(files, [dailyPath(day)])).get(day);
}

async function digestedIn(files: HistoryFiles, paths: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    for (const line of lines((await files.read(path)) ?? '')) {
      const head = dailyHead(line);
      if (head?.isWhole) counts.set(head.day, (counts.get(head.day) ?? 0) + head.rounds);
    }
  }
  return counts;
}

interface DailyHead {
  day: string;
  location: string;
  rounds: number;
  /** False for a torn one. */
  isWhole: boolean;
}

/** What a daily line begins with; the long rest is not read. */
export function dailyHead(line: string): DailyHead | undefined {
  const match = /^\{"v":1,"d":"(\d{4}-\d\d-\d\d)","loc":("(?:[^"\\]|\\.)*"),"s":"[0-9a-f]{8}","n":(\d+),/.exec(line);
  if (!match) return undefined;
  const [, day = '', location = '', rounds] = match;
  return { day, location: JSON.parse(location) as string, rounds: Number(rounds), isWhole: line.endsWith('}') };
}

/**
 * Old ones go, but never the newest so many: when the clock jumps a month ahead, or nobody looked for one, what is there
 * stays until as many days have followed. Raw days go only when every line of them is in a digest.
 */
async function deleteOld(files: HistoryFiles, now: number, keep: Keep): Promise<string[]> {
  const deleted: string[] = [];
  for (const day of await outdated(files, 'raw', now, keep.rawMs)) {
    const isDigested = standsFor(await roundsDigested(files, day), (await files.read(rawPath(day))) ?? '');
    if (isDigested) deleted.push(rawPath(day));
  }
  for (const day of await outdated(files, 'hourly', now, keep.hourlyMs)) deleted.push(`hourly/${day}.ndjson`);
  for (const path of deleted) await files.write(path, undefined);
  return deleted;
}

async function outdated(files: HistoryFiles, kind: 'raw' | 'hourly', now: number, keepMs: number): Promise<string[]> {
  const days = await daysIn(files, kind);
  const newest = Math.max(1, Math.ceil(keepMs / DAY_MS));
  return days.slice(0, -newest).filter((day) => day < dayOf(now - keepMs));
}

async function writeChanged(files: HistoryFiles, path: string, text: string): Promise<void> {
  if ((await files.read(path)) !== text) await files.write(path, text);
}

/** By day, then by location; a line that cannot be read stays behind the one that it follows. */
export function inOrder(list: readonly string[]): string[] {
  let last = { day: '', location: '' };
  const keyed = list.map((line) => {
    last = dailyHead(line) ?? last;
    return { line, key: `${last.day} ${last.location}` };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ line }) => line);
}

export function joined(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Whether a digest of so many rounds was made of all that can be read here. */
export function standsFor(rounds: number | undefined, rawText: string): boolean {
  if (rounds === undefined) return false;
  let count = 0;
  for (let at = rawText.indexOf('\n'); at !== -1; at = rawText.indexOf('\n', at + 1)) count += 1;
  // Of lines that a merge has doubled one counts, a torn one not at all.
  return count === rounds || new Set(lines(splitTorn(rawText).whole)).size === rounds;
}
