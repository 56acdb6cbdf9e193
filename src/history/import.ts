/** Rounds that something else recorded, or that were exported: one JSON object a line. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  CANARY_ANSWERS,
  OUTCOMES,
  PHASES,
  REASONS,
  type RecordedObservation,
  type RecordedRound,
  WHOLE_SERVICE,
} from '../model.ts';
import { MOST_TEXT, values } from './measured.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export const importedObservation = z.object({
  service: z.string().regex(NAME, 'expected an id: lower-case letters, digits, hyphens'),
  probe: z.string().regex(NAME, 'expected an id: lower-case letters, digits, hyphens').default(WHOLE_SERVICE),
  outcome: z.enum(OUTCOMES).optional(),
  reason: z.enum(REASONS).optional(),
  phase: z.enum(PHASES).optional(),
  code: z.number().optional(),
  latencyMs: z.number().min(0).optional(),
  attempts: z.int().min(1).default(1),
  values: values.optional(),
  version: z.string().min(1).max(MOST_TEXT).optional(),
});

export const importedInstant = z.iso.datetime({
  offset: true,
  error: 'expected an instant like 2026-11-20T12:00:00Z',
});

export const importedCanaries = z.enum(CANARY_ANSWERS).optional();

/** Absent services were not read. */
const importedRound = z.object({
  at: importedInstant,
  id: z.string().min(1).optional(),
  location: z.string().min(1).default('imported'),
  proberFault: z.literal(true).optional(),
  canaries: importedCanaries,
  observations: z.array(importedObservation).min(1),
});

/** A round, or why the line is none. */
export type Imported = { round: RecordedRound } | { problem: string };

export function importLine(text: string): Imported {
  const parsed = parseObject(text, importedRound);
  if ('problem' in parsed) return parsed;
  const { at, id, location, proberFault, canaries, observations } = parsed.value;
  const instant = Date.parse(at);
  return {
    round: {
      // The same line is the same round, however often it is imported.
      id: id ?? `import-${createHash('sha256').update(text.trim()).digest('hex').slice(0, 16)}.1.${location}`,
      at: instant,
      location,
      observations: observations.map(toRecorded),
      ...(proberFault && { isProberFault: true }),
      ...(canaries && { canaries }),
    },
  };
}

/** What a line of JSON says, or the first rule that it breaks. */
export function parseObject<T>(text: string, schema: z.ZodType<T>): { value: T } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const { path, message } = parsed.error.issues[0]!;
  return { problem: [path.join('.'), message].filter((part) => part !== '').join(': ') };
}

function toRecorded({ outcome, latencyMs, ...rest }: z.output<typeof importedObservation>): RecordedObservation {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...(given as Pick<RecordedObservation, 'service' | 'probe' | 'attempts'>),
    // A measurement alone says nothing of how it was.
    outcome: outcome ?? 'unknown',
    ...(latencyMs !== undefined && latencyMs > 0 && { latencyMs }),
  };
}
