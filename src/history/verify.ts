/** Whether a history is whole: every line read, every id once, everything in order, digests as their rounds say. */
import { dailyHead, dailyPath, lines, probesOf, rawPath, readableRounds } from './compact.ts';
import { parseDaily } from './day-digest.ts';
import { dayOf } from './days.ts';
import { digestDay } from './digest.ts';
import { EVENT_FOLDERS } from './event-folders.ts';
import { parseJson, splitTorn } from './files.ts';
import { asText, daysIn, type HistoryFiles } from './folder.ts';
import { isOrdered, type Key, parseLine } from './lines.ts';
import { schemaOf } from './raw.ts';

/** Something that is not as it should be. */
export interface Flaw {
  path: string;
  /** From 1 on; absent when it is about the whole file. */
  line?: number;
  problem: string;
}

export interface Verified {
  /** Rounds that are kept one by one, and days that are digested. */
  rounds: number;
  days: number;
  flaws: Flaw[];
  /** Of a later version: neither right nor wrong to us. */
  unknown: Flaw[];
}

export async function verify(files: HistoryFiles): Promise<Verified> {
  const verified: Verified = { rounds: 0, days: 0, flaws: [], unknown: [] };
  await verifyMeta(files, verified);
  const schemas = await verifySchemas(files, verified);
  const newest = await verifyRaw(files, schemas, verified);
  await verifyDaily(files, schemas, verified);
  await verifyHourly(files, verified);
  await verifyDigests(files, newest, verified);
  await verifyEvents(files, verified);
  return verified;
}

async function verifyMeta(files: HistoryFiles, { rounds, flaws }: Verified): Promise<void> {
  const text = await files.read('meta.json');
  if (text === undefined && rounds === 0 && (await files.names('raw')).length === 0) return;
  if (!isMeta(text)) flaws.push({ path: 'meta.json', problem: text === undefined ? 'is missing' : 'is no {"v":1,…}' });
}

export function isMeta(text: string | undefined): boolean {
  const value = parseJson(text ?? '');
  return typeof value === 'object' && value !== null && 'v' in value && 'created' in value;
}

type Schemas = ReadonlyMap<string, readonly string[]>;

async function verifySchemas(files: HistoryFiles, { flaws }: Verified): Promise<Schemas> {
  const schemas = new Map<string, readonly string[]>();
  for (const file of await files.names('schema')) {
    const path = `schema/${file}`;
    const text = await files.read(path);
    const probes = probesOf(text);
    if (!probes) flaws.push({ path, problem: 'is no schema' });
    else if (`${schemaOf(probes).name}.json` !== file || schemaOf(probes).text !== text) {
      flaws.push({ path, problem: 'is not what its name says: it was changed' });
    } else schemas.set(file.replace('.json', ''), probes);
  }
  return schemas;
}

/** The newest instant of all, in seconds. */
async function verifyRaw(files: HistoryFiles, schemas: Schemas, verified: Verified): Promise<number> {
  const seen = new Map<string, string>();
  let newest = 0;
  for (const day of await daysIn(files, 'raw')) {
    const path = rawPath(day);
    const { whole, torn } = splitTorn((await files.read(path)) ?? '');
    let last: Key | undefined;
    for (const [index, text] of whole.split('\n').entries()) {
      if (text === '') continue;
      const found = (problem: string): void => void verified.flaws.push({ path, line: index + 1, problem });
      const result = parseLine(text);
      if ('problem' in result) {
        if (result.isNewer) verified.unknown.push({ path, line: index + 1, problem: result.problem });
        else found(result.problem);
        continue;
      }
      const { line } = result;
      verified.rounds += 1;
      newest = Math.max(newest, line.t);
      const first = seen.get(line.id);
      if (first !== undefined) found(`has the id of ${first}`);
      seen.set(line.id, `${path}:${index + 1}`);
      if (dayOf(line.t * 1000) !== day) found(`is of ${dayOf(line.t * 1000)}`);
      if (last && !isOrdered(last, line)) found('is older than the line before it');
      last = line;
      const probes = schemas.get(line.s);
      if (!probes) found(`names schema ${line.s}, which is missing or unreadable`);
      else if (probes.length !== line.ms.length) found(`has ${line.ms.length} columns, its schema ${probes.length}`);
    }
    if (torn !== '') verified.flaws.push({ path, problem: 'ends in an unfinished line; the next round drops it' });
  }
  return newest;
}

async function verifyDaily(files: HistoryFiles, schemas: Schemas, verified: Verified): Promise<void> {
  for (const name of await files.names('daily')) {
    const path = `daily/${name}`;
    let last = '';
    for (const [index, text] of ((await files.read(path)) ?? '').split('\n').entries()) {
      if (text === '') continue;
      const digest = parseDaily(text, (schema) => schemas.get(schema));
      if ('problem' in digest) {
        verified[digest.isNewer ? 'unknown' : 'flaws'].push({ path, line: index + 1, problem: digest.problem });
        continue;
      }
      verified.days += 1;
      const key = `${digest.day} ${digest.location}`;
      if (dailyPath(digest.day) !== path)
        verified.flaws.push({ path, line: index + 1, problem: `is of ${digest.day}` });
      if (key <= last) verified.flaws.push({ path, line: index + 1, problem: 'is out of order, or there twice' });
      last = key;
    }
  }
}

async function verifyHourly(files: HistoryFiles, { flaws }: Verified): Promise<void> {
  for (const day of await daysIn(files, 'hourly')) {
    const path = `hourly/${day}.ndjson`;
    for (const [index, text] of ((await files.read(path)) ?? '').split('\n').entries()) {
      if (text !== '' && !isHourly(text, day))
        flaws.push({ path, line: index + 1, problem: `is no digest of an hour of ${day}` });
    }
  }
}

export function isHourly(text: string, day: string): boolean {
  const value = parseJson(text) as { t?: unknown; n?: unknown; p50?: unknown; max?: unknown } | undefined;
  return (
    typeof value?.t === 'number' &&
    typeof value.n === 'number' &&
    Array.isArray(value.p50) &&
    Array.isArray(value.max) &&
    dayOf(value.t * 1000) === day
  );
}

/** Of the days whose rounds are still there: digests are what the rounds say, to the byte. */
async function verifyDigests(files: HistoryFiles, newest: number, { flaws }: Verified): Promise<void> {
  for (const day of await daysIn(files, 'raw')) {
    if (day >= dayOf(newest * 1000)) continue;
    const expected = digestDay(day, await readableRounds(files, (await files.read(rawPath(day))) ?? ''));
    const daily = lines((await files.read(dailyPath(day))) ?? '').filter((line) => dailyHead(line)?.day === day);
    const hourly = lines((await files.read(`hourly/${day}.ndjson`)) ?? '');
    if (daily.join('\n') !== expected.daily.join('\n')) {
      flaws.push({ path: dailyPath(day), problem: `the digest of ${day} is not what its rounds say` });
    }
    if (hourly.join('\n') !== expected.hourly.join('\n')) {
      flaws.push({ path: `hourly/${day}.ndjson`, problem: 'is not what its rounds say' });
    }
  }
}

async function verifyEvents(files: HistoryFiles, verified: Verified): Promise<void> {
  for (const { name, parse } of EVENT_FOLDERS) await verifyFolder(files, name, parse, verified);
}

async function verifyFolder(
  files: HistoryFiles,
  folder: string,
  parse: (typeof EVENT_FOLDERS)[number]['parse'],
  { flaws, unknown }: Verified,
): Promise<void> {
  const seen = new Set<string>();
  for (const name of await files.names(folder)) {
    const path = `${folder}/${name}`;
    const { whole, torn } = splitTorn((await files.read(path)) ?? '');
    for (const [index, bytes] of whole.split('\n').entries()) {
      if (bytes === '') continue;
      const found = (problem: string, list = flaws): void => void list.push({ path, line: index + 1, problem });
      const parsed = parse(asText(bytes));
      if ('problem' in parsed) {
        found(parsed.problem, parsed.isNewer ? unknown : flaws);
        continue;
      }
      const { id } = parsed.event;
      if (seen.has(id)) found('has the id of another line');
      seen.add(id);
    }
    if (torn !== '') flaws.push({ path, problem: 'ends in an unfinished line; the next event drops it' });
  }
}
