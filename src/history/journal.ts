/** What a round has finished so far, observation by observation: a round that is killed loses only the rest. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CANARY_ANSWERS, OUTCOMES, PHASES, REASONS, type RecordedObservation, type RecordedRound } from '../model.ts';
import { parseJson, splitTorn, writeWhole } from './files.ts';
import { hasDied, holderName } from './lock.ts';
import { values } from './measured.ts';

const NAME = /^\.round-.*\.ndjson$/;
/** Of a round on another machine, which cannot be asked whether it still runs. */
const ABANDONED_MS = 3_600_000;

const head = z.object({
  id: z.string(),
  at: z.number(),
  location: z.string(),
  probes: z.array(z.string()),
  /** Absent where the round is over, and only waits to be kept. */
  holder: z.string().optional(),
  proberFault: z.literal(true).optional(),
  canaries: z.enum(CANARY_ANSWERS).optional(),
});
const observation = z.object({
  service: z.string(),
  probe: z.string(),
  outcome: z.enum(OUTCOMES),
  reason: z.enum(REASONS).optional(),
  phase: z.enum(PHASES).optional(),
  code: z.number().optional(),
  latencyMs: z.number().optional(),
  attempts: z.int(),
  values: values.optional(),
  version: z.string().optional(),
});

/** A round that begins; `probes` are all of it, as `service/probe`. */
export interface Beginning {
  id: string;
  at: number;
  location: string;
  probes: readonly string[];
}

export interface Journal extends AsyncDisposable {
  add(observation: RecordedObservation): void;
}

/** Files that this process is writing. One that only bears its number was left by a container that was started again. */
const own = new Set<string>();

/** Begins a journal, and removes it when the round is kept. Without room for it a round runs all the same. */
export async function openJournal(folder: string, beginning: Beginning): Promise<Journal | undefined> {
  const file = join(folder, `.round-${process.pid}-${beginning.at}.ndjson`);
  let handle: number | undefined;
  const write = (value: object): void => {
    if (handle === undefined) return;
    try {
      // At once, not when there is time: the moment of a kill is not announced.
      writeSync(handle, `${JSON.stringify(value)}\n`);
    } catch {
      closeSync(handle);
      handle = undefined;
    }
  };
  try {
    mkdirSync(folder, { recursive: true });
    handle = openSync(file, 'a');
  } catch {
    return undefined;
  }
  own.add(file);
  write({ ...beginning, holder: holderName() });
  return {
    add: write,
    async [Symbol.asyncDispose]() {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
      own.delete(file);
      await rm(file, { force: true });
    },
  };
}

/** Puts a round that cannot be kept into another folder, where `takeAbandoned` finds it. The path of its file. */
export async function keepElsewhere(folder: string, round: RecordedRound, probes: readonly string[]): Promise<string> {
  const { id, at, location, observations, isProberFault, canaries } = round;
  const name = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const file = join(folder, `.round-${name}.ndjson`);
  const fault = { ...(isProberFault && { proberFault: true }), ...(canaries && { canaries }) };
  const lines = [{ id, at, location, probes, ...fault }, ...observations];
  await writeWhole(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

export interface Abandoned {
  round: RecordedRound;
  probes: readonly string[];
}

/** Rounds that ended without being kept. Each is forgotten once the caller comes for the next, so that none is lost. */
export async function* takeAbandoned(folder: string): AsyncGenerator<Abandoned> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => NAME.test(name)).sort()) {
    const file = join(folder, name);
    const journal = await readJournal(file);
    if (!journal) continue;
    if (journal.round.observations.length > 0) yield journal;
    await rm(file, { force: true });
  }
}

/** Of one that was killed before it had begun. */
const NOTHING: Abandoned = { round: { id: '', at: 0, location: '', observations: [] }, probes: [] };

/** Undefined for one that is still being written, or that is gone by now. */
async function readJournal(file: string): Promise<Abandoned | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [first = '', ...rest] = splitTorn(text)
    .whole.split('\n')
    .filter((line) => line !== '');
  const beginning = head.safeParse(parseJson(first)).data;
  if (own.has(file)) return undefined;
  if (!(await isOver(beginning, file))) return undefined;
  if (!beginning) return NOTHING;
  const { id, at, location, probes, proberFault, canaries } = beginning;
  const observations = rest.flatMap((line) => observation.safeParse(parseJson(line)).data ?? []);
  const round = { id, at, location, observations: observations as RecordedObservation[] };
  const fault = { ...(proberFault && { isProberFault: true }), ...(canaries && { canaries }) };
  return { round: { ...round, ...fault }, probes };
}

async function isOver(beginning: z.output<typeof head> | undefined, file: string): Promise<boolean> {
  if (beginning && beginning.holder === undefined) return true;
  const hasEnded = beginning?.holder === undefined ? undefined : hasDied(beginning.holder);
  return hasEnded ?? (await isOld(file));
}

async function isOld(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > ABANDONED_MS;
}
