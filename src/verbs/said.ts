/** What the verbs share with which people write: flags → values, problems → words. */
import { randomBytes } from 'node:crypto';
import { closest, distance } from 'fastest-levenshtein';
import { readInstant } from '../calendar/instant.ts';
import type { Flags, Io } from '../cli.ts';
import type { Config } from '../config/config.ts';
import type { Writer } from '../incidents/person.ts';
import { CONFIG_OPTION, HISTORY_OPTION } from './history/folder.ts';

export const SAYING_OPTIONS = {
  ...HISTORY_OPTION,
  ...CONFIG_OPTION,
  message: { type: 'string' },
  author: { type: 'string' },
} as const;

export const AUTHOR = `  --author NAME    who says it, as the page shows it (default VEDETTE_AUTHOR, else nobody)`;
/** What the help of each of these verbs ends with. */
export const PLACE_AND_CODES = `  --config FILE    what is watched (default services.yml)
  --history DIR    where it is written (default history)

Exit code: 0 written; 1 services.yml has problems; 2 something in the flags is wrong; 4 the history cannot be written.`;
export const MESSAGE = `  --message TEXT   Markdown; - reads standard input`;

const MAX_TITLE = 200;
const MAX_TEXT = 20_000;

/** A flag that is wrong; its words are for whoever gave it. */
export class FlagError extends Error {}

/** Runs what a person wants to say, and says what is wrong with it. Exit code 2 for that, 4 for a history that refuses. */
export async function saying(verb: string, io: Io, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FlagError) {
      io.stderr.write(`vedette: ${error.message}; see: vedette ${verb} --help\n`);
      return 2;
    }
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    io.stderr.write(`vedette: the history cannot be written: ${error.message}\n`);
    return 4;
  }
}

export function titleOf({ title }: Flags): string {
  const text = required('--title', title)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (text === '') throw new FlagError('--title: expected a few words, got none');
  if (text.length > MAX_TITLE)
    throw new FlagError(`--title: expected at most ${MAX_TITLE} characters, got ${text.length}`);
  return text;
}

/** In the order in which they are named, each once; by a former name, too. */
export function servicesOf({ services }: Flags, config: Config): string[] {
  const known = config.services.map(({ id }) => id);
  const named = required('--services', services)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (named.length === 0) throw new FlagError('--services: expected ids like a,b, got none');
  const ids = named.map((name) => {
    const id = config.renamed.get(name) ?? name;
    if (known.includes(id)) return id;
    const meant = known.length === 0 ? '' : `; did you mean ${closest(name, known)}?`;
    throw new FlagError(`--services: no service is called ${JSON.stringify(name)}${meant}`);
  });
  return [...new Set(ids)];
}

export function oneOf<T extends string>(flag: string, given: Flags[string], choices: readonly T[]): T | undefined {
  if (given === undefined) return undefined;
  const found = choices.find((choice) => choice === given);
  if (found) return found;
  throw new FlagError(`--${flag}: expected ${choices.join(', ')}, got ${JSON.stringify(given)}`);
}

/** `now` is one, too. */
export function instantIn(flag: string, given: Flags[string], now: number): number | undefined {
  if (given === undefined) return undefined;
  if (given === 'now') return now;
  const instant = readInstant(String(given));
  if (instant) return instant.at;
  throw new FlagError(
    `--${flag}: expected an instant with its zone like 2026-12-01T02:00Z or 2026-12-01T03:00+01:00, or now, got ${JSON.stringify(given)}`,
  );
}

export function instantOf(flag: string, given: Flags[string], now: number): number {
  return instantIn(flag, required(`--${flag}`, given), now)!;
}

/** Words that say something; undefined without the flag. */
export async function messageIn({ message }: Flags): Promise<string | undefined> {
  if (message === undefined) return undefined;
  const text = (message === '-' ? await standardInput() : String(message)).trim();
  if (text === '') throw new FlagError('--message: expected words, got none');
  if (text.length > MAX_TEXT) throw new FlagError(`--message: expected at most ${MAX_TEXT} characters, got more`);
  return text;
}

export async function messageOf(flags: Flags): Promise<string> {
  return (await messageIn(flags)) ?? required('--message', undefined);
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    length += chunk.length;
    // A character has up to four bytes.
    if (length > 4 * MAX_TEXT) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Nobody is named who has not asked for it, and no address: the page is public. */
export function writerOf({ author }: Flags, { env }: Io): Writer {
  const given = String(author ?? env.VEDETTE_AUTHOR ?? '');
  const name = given
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (/\S@\S/.test(name)) throw new FlagError('--author: expected a name without an address, for the page is public');
  if (given !== '' && name === '') throw new FlagError('--author: expected a name, got none');
  if (name.length > 100) throw new FlagError('--author: expected at most 100 characters');
  return { now: Date.now(), chance: randomBytes(4).toString('hex'), ...(name !== '' && { author: name }) };
}

const SHOWN_IDS = 3;

/** The one with this id, or the nearest ones named. */
export function found<T extends { id: string }>(what: string, id: Flags[string], all: readonly T[]): T {
  const wanted = required('ID', id);
  const one = all.find((each) => each.id === wanted);
  if (one) return one;
  const nearest = all
    .map((each) => ({ id: each.id, far: distance(wanted, each.id) }))
    .sort((a, b) => a.far - b.far || (a.id < b.id ? -1 : 1))
    .slice(0, SHOWN_IDS);
  const meant =
    nearest.length === 0 ? '; there is none yet' : `; the nearest: ${nearest.map(({ id }) => id).join(', ')}`;
  throw new FlagError(`no ${what} is called ${JSON.stringify(wanted)}${meant}`);
}

function required(name: string, value: Flags[string]): string {
  if (value === undefined) throw new FlagError(`${name} is missing`);
  return String(value);
}

/** The id for programs, what to do next for people. */
export function done(id: string, what: string, { history }: Flags, { stdout, stderr }: Io): number {
  const where = history === 'history' ? '' : ` --history ${String(history)}`;
  stdout.write(`${id}\n`);
  stderr.write(`${what} \`vedette history publish${where}\` publishes it, \`vedette build\` shows it.\n`);
  return 0;
}
