/** `history/` as rounds go in and come out. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedRound } from '../model.ts';
import { readIfThere, splitTorn, writeWhole } from './files.ts';
import { withLock } from './lock.ts';
import { decodeRound, encodeRound, rawLine, schemaFile } from './raw.ts';

const DAY_MS = 86_400_000;

export interface Appended {
  file: string;
  warnings: string[];
}

/** Adds a round to its UTC day, with `probes` (`service/probe`) that were not read said to be so. Doing it twice is doing it once: a line is known by its id. */
export function appendRound(folder: string, round: RecordedRound, probes: readonly string[] = []): Promise<Appended> {
  return withLock(folder, () => append(folder, round, probes));
}

async function append(folder: string, round: RecordedRound, probes: readonly string[]): Promise<Appended> {
  const { line, schema } = encodeRound(round, probes);
  const schemaPath = join(folder, 'schema', `${schema.name}.json`);
  if ((await readIfThere(schemaPath)) === undefined) await writeWhole(schemaPath, schema.text);
  await writeMeta(folder, round.at);

  const file = join(folder, 'raw', `${dayOf(round.at)}.ndjson`);
  // As bytes: a line that is broken stays as it is, and is not mended into something else.
  const { whole, torn } = splitTorn((await readIfThere(file, 'latin1')) ?? '');
  const warnings = torn === '' ? [] : [`${file}: dropped an unfinished last line of ${torn.length} bytes`];
  const marker = asBytes(`"id":${JSON.stringify(round.id)}`);
  if (!whole.includes(marker)) await writeWhole(file, `${whole}${asBytes(line)}\n`, 'latin1');
  return { file, warnings };
}

/** A character for each byte. */
function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
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
export async function readRounds(folder: string, since: number): Promise<History> {
  const history: History = { rounds: [], warnings: [], errors: [] };
  const schemas = new Map<string, readonly string[] | undefined>();
  // A run that is started again after midnight has written its line on two days.
  const seen = new Set<string>();
  for (const name of await rawFiles(folder)) {
    if (name < `${dayOf(since)}.ndjson`) continue;
    await readDay(folder, name, { schemas, seen }, history);
  }
  history.rounds.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return history;
}

async function readDay(
  folder: string,
  name: string,
  { schemas, seen }: { schemas: Map<string, readonly string[] | undefined>; seen: Set<string> },
  history: History,
): Promise<void> {
  const file = join(folder, 'raw', name);
  const { whole, torn } = splitTorn((await readIfThere(file)) ?? '');
  if (torn !== '') history.warnings.push(`${file}: left out an unfinished last line`);
  for (const [index, text] of whole.split('\n').entries()) {
    if (text === '') continue;
    const place = `${file}:${index + 1}`;
    const parsed = parseLine(text);
    if ('problem' in parsed) {
      history[parsed.isNewer ? 'warnings' : 'errors'].push(`${place}  ${parsed.problem}`);
      continue;
    }
    const { line } = parsed;
    if (seen.has(line.id)) continue;
    seen.add(line.id);
    if (!schemas.has(line.s)) schemas.set(line.s, await readSchema(folder, line.s));
    const probes = schemas.get(line.s);
    if (probes) history.rounds.push(decodeRound(line, probes));
    else history.errors.push(`${place}  names schema ${line.s}, which is missing or unreadable`);
  }
}

function parseLine(text: string): { line: ReturnType<typeof rawLine.parse> } | { problem: string; isNewer: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON', isNewer: false };
  }
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version === 'number' && version > 1)
    return { problem: `has version ${version}, this Vedette reads 1`, isNewer: true };
  const parsed = rawLine.safeParse(value);
  if (parsed.success) return { line: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { problem: `${issue.path.join('.')}: ${issue.message}`, isNewer: false };
}

async function readSchema(folder: string, name: string): Promise<readonly string[] | undefined> {
  const text = await readIfThere(join(folder, 'schema', `${name}.json`));
  try {
    return schemaFile.parse(JSON.parse(text ?? '')).probes;
  } catch {
    return undefined;
  }
}

async function rawFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(join(folder, 'raw'));
    return names.filter((name) => /^\d{4}-\d\d-\d\d\.ndjson$/.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeMeta(folder: string, at: number): Promise<void> {
  const file = join(folder, 'meta.json');
  if ((await readIfThere(file)) !== undefined) return;
  await writeWhole(file, `${JSON.stringify({ v: 1, created: new Date(at).toISOString(), tz: 'UTC' })}\n`);
}

/** The UTC day of an instant, `2026-11-20`. */
export function dayOf(at: number): string {
  return new Date(Math.floor(at / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}
