/**
 * The shapes of `history/raw/*.ndjson` and `history/schema/*.json`. Columns instead of objects, because a year of them
 * must stay small in git: `ms` and the keys of `x` follow the order of the schema that the line names.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OUTCOMES, PHASES, REASONS, type RecordedObservation, type RecordedRound } from '../model.ts';

/** No answer, and not probed, in a column of latencies. */
const NO_ANSWER = 0;
const NOT_PROBED = -1;

/** `{"v":1,"probes":["queue/http","db/tcp"]}`; the file is named by its content and never changes. */
export const schemaFile = z.object({ v: z.literal(1), probes: z.array(z.string().regex(/^[^/]+\/[^/]+$/)) });

/** One round at one location. Keys of a later version are let through and not read. */
export const rawLine = z.object({
  v: z.literal(1),
  /** `<run>.<attempt>.<location>`. */
  id: z.string().min(1),
  /** Seconds since 1970 UTC. */
  t: z.int(),
  loc: z.string(),
  /** Name of the schema file. */
  s: z.string().regex(/^[0-9a-f]{8}$/),
  /** Whole milliseconds; 0 no answer, -1 not probed. */
  ms: z.array(z.number()),
  /** What was not plainly up: state (index in OUTCOMES), reason, code, attempts, phase. */
  x: z
    .record(
      z.string().regex(/^\d+$/),
      z.object({
        st: z
          .int()
          .min(0)
          .max(OUTCOMES.length - 1)
          .optional(),
        r: z.enum(REASONS).optional(),
        c: z.number().optional(),
        a: z.int().optional(),
        p: z.enum(PHASES).optional(),
      }),
    )
    .default({}),
});
export type RawLine = z.output<typeof rawLine>;

export interface Encoded {
  line: string;
  schema: { name: string; text: string };
}

/** A round → its line and the schema it names. The probes are sorted, so that a reordered services.yml is the same schema. */
export function encodeRound(round: RecordedRound): Encoded {
  const observations = [...round.observations].sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
  const text = `${JSON.stringify({ v: 1, probes: observations.map(addressOf) })}\n`;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const exceptions = observations.flatMap((observation, index) => {
    const exception = encodeException(observation);
    return exception ? [[index, exception] as const] : [];
  });
  const line: z.input<typeof rawLine> = {
    v: 1,
    id: round.id,
    t: Math.floor(round.at / 1000),
    loc: round.location,
    s: name,
    ms: observations.map(({ latencyMs }) => (latencyMs === undefined ? NO_ANSWER : Math.max(1, Math.round(latencyMs)))),
    ...(exceptions.length > 0 && { x: Object.fromEntries(exceptions) }),
  };
  return { line: JSON.stringify(line), schema: { name, text } };
}

function encodeException({ outcome, reason, code, attempts, phase }: RecordedObservation): object | undefined {
  if (outcome === 'up' && attempts === 1) return undefined;
  return {
    st: OUTCOMES.indexOf(outcome),
    ...(reason && { r: reason }),
    ...(code !== undefined && { c: code }),
    ...(attempts > 1 && { a: attempts }),
    ...(phase && { p: phase }),
  };
}

export function decodeRound(line: RawLine, probes: readonly string[]): RecordedRound {
  const observations = line.ms.flatMap((ms, index): RecordedObservation[] => {
    const [service, probe] = (probes[index] ?? '').split('/');
    if (ms === NOT_PROBED || !service || !probe) return [];
    const { st, r, c, a, p } = line.x[index] ?? {};
    return [
      {
        service,
        probe,
        outcome: st === undefined ? 'up' : OUTCOMES[st]!,
        ...(r && { reason: r }),
        ...(p && { phase: p }),
        ...(c !== undefined && { code: c }),
        ...(ms !== NO_ANSWER && { latencyMs: ms }),
        attempts: a ?? 1,
      },
    ];
  });
  return { id: line.id, at: line.t * 1000, location: line.loc, observations };
}

function addressOf({ service, probe }: { service: string; probe: string }): string {
  return `${service}/${probe}`;
}
