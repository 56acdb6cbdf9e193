/** Makes a history whole again. What cannot be read is moved aside, word for word; nothing is deleted. */

import {
  compact,
  dailyHead,
  dailyPath,
  inOrder,
  joined,
  type Keep,
  lines,
  probesOf,
  rawPath,
  roundsDigested,
  writeDigests,
} from './compact.ts';
import { parseDaily } from './day-digest.ts';
import { dayOf } from './days.ts';
import { EVENT_FOLDERS } from './event-folders.ts';
import { asBytes, asText, daysIn, type HistoryFiles } from './folder.ts';
import { insertLine, parseLine } from './lines.ts';
import { type Schema, schemaOf } from './raw.ts';
import { isHourly, isMeta } from './verify.ts';

export interface RepairOptions {
  /** When it is repaired; names the file that takes what is moved. */
  now: number;
  keep: Keep;
  /** Schemas that are known from elsewhere, should one of them be missing or broken. */
  knownSchemas: readonly Schema[];
}

export interface Repaired {
  /** Where lines were moved to; undefined when none was. */
  aside?: string;
  /** How many lines and files were moved. */
  moved: number;
  /** What was done, a sentence each. */
  done: string[];
}

export async function repair(files: HistoryFiles, options: RepairOptions): Promise<Repaired> {
  const moved: string[] = [];
  const done: string[] = [];
  const work: Work = {
    files,
    moveAside(from, text, why) {
      moved.push(asBytes(JSON.stringify({ v: 1, from, why, ...readable(text) })));
      done.push(`${from}  ${why}: moved aside`);
    },
    done,
  };
  await repairSchemas(work, options.knownSchemas);
  for (const { place, line } of await repairRaw(work)) await bringBack(work, place, line);
  await repairMeta(work, options.now);
  await repairDigests(work);
  for (const { name, parse } of EVENT_FOLDERS) await repairEvents(work, name, parse);
  const path = `aside/${dayOf(options.now)}-repair.ndjson`;
  if (moved.length > 0) {
    await files.write(path, `${(await files.read(path)) ?? ''}${moved.map((line) => `${line}\n`).join('')}`);
  }
  const newest = await newestOf(files);
  for (const day of await daysIn(files, 'raw')) {
    if (day < dayOf(newest)) await writeDigests(files, day, (await files.read(rawPath(day))) ?? '');
  }
  await compact(files, newest, options.keep);
  return { ...(moved.length > 0 && { aside: path }), moved: moved.length, done };
}

interface Work {
  files: HistoryFiles;
  /** `text` has a character for each byte. */
  moveAside(from: string, text: string, why: string): void;
  done: string[];
}

/** Text as text; what is none in base64. */
function readable(bytes: string): { text: string } | { base64: string } {
  const text = asText(bytes);
  return asBytes(text) === bytes ? { text } : { base64: Buffer.from(bytes, 'latin1').toString('base64') };
}

async function repairSchemas({ files, moveAside, done }: Work, known: readonly Schema[]): Promise<void> {
  const named = await schemasNamed(files);
  for (const { name, text } of known) {
    const path = `schema/${name}.json`;
    const old = await files.read(path);
    if (old === text || (old === undefined && !named.has(name))) continue;
    if (old !== undefined) moveAside(path, old, 'is not what its name says');
    await files.write(path, text);
    done.push(`${path}  written again`);
  }
  for (const file of await files.names('schema')) {
    const path = `schema/${file}`;
    const text = (await files.read(path)) ?? '';
    const probes = probesOf(text);
    if (probes && schemaOf(probes).text === text && `${schemaOf(probes).name}.json` === file) continue;
    moveAside(path, text, 'is not what its name says');
    await files.write(path, undefined);
  }
}

async function schemasNamed(files: HistoryFiles): Promise<Set<string>> {
  const names = new Set<string>();
  for (const kind of ['raw', 'hourly', 'daily']) {
    for (const file of await files.names(kind)) {
      for (const [, name] of ((await files.read(`${kind}/${file}`)) ?? '').matchAll(/"s":"([0-9a-f]{8})"/g))
        names.add(name!);
    }
  }
  return names;
}

interface Stray {
  place: string;
  line: string;
}

/** Lines that stood in the wrong day's file are taken out, for the caller to bring back. */
async function repairRaw({ files, moveAside, done }: Work): Promise<Stray[]> {
  const strays: Stray[] = [];
  const seen = new Map<string, string>();
  for (const day of await daysIn(files, 'raw')) {
    const path = rawPath(day);
    const old = (await files.read(path)) ?? '';
    let text = '';
    for (const [index, line] of old.split('\n').entries()) {
      if (line === '') continue;
      const place = `${path}:${index + 1}`;
      const why = await whyAside(files, line, seen);
      if (why === undefined) continue;
      if (why !== '') moveAside(place, line, why);
      else if (dayOfLine(line) !== undefined && dayOfLine(line) !== day) strays.push({ place, line });
      else if (dayOfLine(line) === undefined) text += `${line}\n`;
      else text = insertLine(text, line);
    }
    if (text === old) continue;
    await files.write(path, text === '' ? undefined : text);
    done.push(`${path}  written again`);
  }
  return strays;
}

/** Why a line has to go; '' when it may stay, undefined when it is there already, word for word. */
async function whyAside(files: HistoryFiles, text: string, seen: Map<string, string>): Promise<string | undefined> {
  const result = parseLine(text);
  if ('problem' in result) return result.isNewer ? '' : result.problem;
  const { id, s, ms } = result.line;
  const probes = probesOf(await files.read(`schema/${s}.json`));
  if (!probes) return `names schema ${s}, which is missing or unreadable`;
  if (probes.length !== ms.length) return `has ${ms.length} columns, its schema ${probes.length}`;
  const twin = seen.get(id);
  if (twin === text) return undefined;
  if (twin !== undefined) return 'has the id of another line';
  seen.set(id, text);
  return '';
}

/** Undefined for a line of a later version. */
function dayOfLine(text: string): string | undefined {
  const result = parseLine(text);
  return 'line' in result ? dayOf(result.line.t * 1000) : undefined;
}

/** To the file of its day; a digest whose rounds are gone would be lost if it were made again of this line alone. */
async function bringBack({ files, moveAside }: Work, place: string, line: string): Promise<void> {
  const day = dayOfLine(line)!;
  const path = rawPath(day);
  const old = await files.read(path);
  if (old === undefined && (await roundsDigested(files, day)) !== undefined) {
    moveAside(place, line, `is of ${day}, whose rounds are kept no longer`);
  } else await files.write(path, insertLine(old ?? '', line));
}

async function repairMeta({ files, moveAside }: Work, now: number): Promise<void> {
  const text = await files.read('meta.json');
  if (isMeta(text)) return;
  if (text !== undefined) moveAside('meta.json', text, 'is no {"v":1,…}');
  const [first] = await daysIn(files, 'raw');
  const created = first === undefined ? new Date(now).toISOString() : `${first}T00:00:00.000Z`;
  await files.write('meta.json', `${JSON.stringify({ v: 1, created, tz: 'UTC' })}\n`);
}

/** Those whose rounds are kept are made again afterwards; of the others what can be read stays. */
async function repairDigests({ files, moveAside, done }: Work): Promise<void> {
  const schemas = new Map<string, readonly string[] | undefined>();
  for (const file of await files.names('schema')) {
    schemas.set(file.replace('.json', ''), probesOf(await files.read(`schema/${file}`)));
  }
  for (const name of await files.names('daily')) {
    const path = `daily/${name}`;
    const seen = new Set<string>();
    await keepLines(files, path, (line, place) => {
      const digest = parseDaily(line, (schema) => schemas.get(schema));
      if ('problem' in digest) {
        if (!digest.isNewer) moveAside(place, line, digest.problem);
        return digest.isNewer;
      }
      const key = `${digest.day} ${digest.location}`;
      const isTwin = seen.has(key) || dailyPath(digest.day) !== path || dailyHead(line) === undefined;
      if (isTwin) moveAside(place, line, 'is there twice, or in the wrong file');
      seen.add(key);
      return !isTwin;
    });
    const old = (await files.read(path)) ?? '';
    const sorted = joined(inOrder(lines(old)));
    if (sorted === old) continue;
    await files.write(path, sorted);
    done.push(`${path}  put in order`);
  }
  for (const day of await daysIn(files, 'hourly')) {
    await keepLines(files, `hourly/${day}.ndjson`, (line, place) => {
      const isGood = isHourly(line, day);
      if (!isGood) moveAside(place, line, `is no digest of an hour of ${day}`);
      return isGood;
    });
  }
}

async function repairEvents(
  { files, moveAside }: Work,
  folder: string,
  parse: (typeof EVENT_FOLDERS)[number]['parse'],
): Promise<void> {
  const ids = new Set<string>();
  for (const name of await files.names(folder)) {
    await keepLines(files, `${folder}/${name}`, (line, place) => {
      const parsed = parse(asText(line));
      if ('problem' in parsed && parsed.isNewer) return true;
      const why = 'problem' in parsed ? parsed.problem : ids.has(parsed.event.id) ? 'has the id of another line' : '';
      if (why !== '') moveAside(place, line, why);
      else if ('event' in parsed) ids.add(parsed.event.id);
      return why === '';
    });
  }
}

async function keepLines(
  files: HistoryFiles,
  path: string,
  isKept: (line: string, place: string) => boolean,
): Promise<void> {
  const old = (await files.read(path)) ?? '';
  const kept = old.split('\n').filter((line, index) => line !== '' && isKept(line, `${path}:${index + 1}`));
  const text = kept.map((line) => `${line}\n`).join('');
  if (text !== old) await files.write(path, text === '' ? undefined : text);
}

/** Of all rounds, in milliseconds: the clock that digests go by. */
async function newestOf(files: HistoryFiles): Promise<number> {
  const day = (await daysIn(files, 'raw')).at(-1);
  if (day === undefined) return 0;
  const times = ((await files.read(rawPath(day))) ?? '').split('\n').flatMap((text) => {
    const result = parseLine(text);
    return 'line' in result ? [result.line.t * 1000] : [];
  });
  return Math.max(0, ...times);
}
