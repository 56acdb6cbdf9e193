/**
 * What one machine has observed of a round, for the one that writes the history: a line that says what it is, a line for
 * each observation, and a last one that says that it was all. Read as what a stranger wrote: bounded, and nothing believed
 * that does not look right.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CANARY_ANSWERS, OUTCOMES, PHASES, REASONS, type RecordedObservation } from '../model.ts';
import { parseJson, splitTorn } from './files.ts';
import { MOST_TEXT, values } from './measured.ts';

/** A constellation of 5,000 services, each with several probes, on one machine. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 100_000;
const LONGEST_MS = 86_400_000;

const name = z.string().min(1).max(200);

const head = z.object({
  v: z.literal(1),
  /** `<run>.<attempt>.<location>`. */
  id: z.string().regex(/^[\w.-]{1,200}$/),
  /** Milliseconds since 1970 UTC. */
  at: z.int().min(0),
  location: z.string().regex(/^[\w.-]{1,60}$/),
  shard: z.object({ index: z.int().min(1).max(256), of: z.int().min(1).max(256) }),
  /** Observations that there will be. */
  probes: z.int().min(0),
});
export type ShardHead = Omit<z.output<typeof head>, 'v'>;

const observation = z.object({
  service: name,
  probe: name,
  outcome: z.enum(OUTCOMES),
  reason: z.enum(REASONS).optional(),
  phase: z.enum(PHASES).optional(),
  code: z.int().min(-1_000_000).max(1_000_000).optional(),
  latencyMs: z.number().min(0).max(LONGEST_MS).optional(),
  attempts: z.int().min(1).max(100),
  values: values.optional(),
  version: z.string().max(MOST_TEXT).optional(),
});

const end = z.object({ end: z.literal(true), canaries: z.enum(CANARY_ANSWERS).optional() });
export type ShardEnd = Omit<z.output<typeof end>, 'end'>;

export interface ShardFile extends ShardHead {
  observations: RecordedObservation[];
  /** Undefined when the machine was stopped before. */
  end: ShardEnd | undefined;
  /** Lines that are none of ours. */
  broken: number;
}

export interface ShardWriter {
  add(observation: RecordedObservation): void;
  end(end: ShardEnd): void;
}

/** Each observation is written at once, so that a machine that dies has told what it had finished. Throws system errors. */
export function writeShard(file: string, about: ShardHead): ShardWriter {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'w');
  const write = (value: object): void => void writeSync(handle, `${JSON.stringify(value)}\n`);
  write({ v: 1, ...about });
  return {
    add: write,
    end(last) {
      write({ end: true, ...last });
      closeSync(handle);
    },
  };
}

/** Or why it is none. */
export async function readShard(file: string): Promise<ShardFile | { problem: string }> {
  const text = await readBounded(file);
  if (text === undefined) return { problem: `is longer than ${MAX_BYTES / 1024 / 1024} MiB` };
  const lines = splitTorn(text).whole.split('\n', MAX_LINES);
  const about = head.safeParse(parseJson(lines[0] ?? ''));
  if (!about.success) {
    const { path, message } = about.error.issues[0]!;
    return { problem: `does not begin like the file of a shard (${[...path, message].join(': ')})` };
  }
  const { v: _, ...shard } = about.data;
  const result: ShardFile = { ...shard, observations: [], end: undefined, broken: 0 };
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const value = parseJson(line);
    const read = observation.safeParse(value).data;
    // From JSON no key comes without a value.
    if (read) {
      result.observations.push(read as RecordedObservation);
      continue;
    }
    const last = end.safeParse(value).data;
    if (last) result.end = last.canaries ? { canaries: last.canaries } : {};
    else result.broken += 1;
  }
  return result;
}

/** Undefined for one that is too long; what is no text is no line either. */
async function readBounded(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    return size > MAX_BYTES ? undefined : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
