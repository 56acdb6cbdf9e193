/**
 * The shapes of `history/raw/*.ndjson` and `history/schema/*.json`. Columns instead of objects, because a year of them
 * must stay small in git: `ms` and the keys of `x` follow the order of the schema that the line names.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CANARY_ANSWERS, OUTCOMES, PHASES, REASONS, type RecordedObservation, type RecordedRound } from '../model.ts';
import { encodeMeasured, measuredByColumn, measuredColumns } from './measured.ts';

/** No answer, and not probed, in a column of latencies. */
export const NO_ANSWER = 0;
export const NOT_PROBED = -1;

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
  /** The prober itself failed: kept, and no news of the services. */
  pf: z.literal(1).optional(),
  /** Canaries: index in CANARY_ANSWERS. */
  cn: z
    .int()
    .min(0)
    .max(CANARY_ANSWERS.length - 1)
    .optional(),
  /** Whole milliseconds; 0 no answer, -1 not probed. Checked as a whole: a page reads half a million of them. */
  ms: z.custom<number[]>(areNumbers, 'expected a list of numbers'),
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
  ...measuredColumns,
});
export type RawLine = z.output<typeof rawLine>;

function areNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** The probes that columns stand for, by content. */
export interface Schema {
  name: string;
  /** Of `schema/<name>.json`. */
  text: string;
}

export interface Encoded {
  line: string;
  schema: Schema;
}

/** `addresses` are `service/probe`, in the order of the columns. */
export function schemaOf(addresses: readonly string[]): Schema {
  const text = `${JSON.stringify({ v: 1, probes: addresses })}\n`;
  return { name: createHash('sha256').update(text).digest('hex').slice(0, 8), text };
}

/**
 * A round → its line and the schema it names. `probes` are all there are, as `service/probe`: a round that was cut short
 * then names the same schema as a whole one. They are sorted, so that a reordered services.yml is the same, too.
 */
export function encodeRound(round: RecordedRound, probes: readonly string[] = []): Encoded {
  const observed = new Map(round.observations.map((observation) => [addressOf(observation), observation]));
  const addresses = [...new Set([...probes, ...observed.keys()])].sort();
  const schema = schemaOf(addresses);
  const exceptions = addresses.flatMap((address, index) => {
    const observation = observed.get(address);
    const exception = observation && encodeException(observation);
    return exception ? [[index, exception] as const] : [];
  });
  const line: z.input<typeof rawLine> = {
    v: 1,
    id: round.id,
    t: Math.floor(round.at / 1000),
    loc: round.location,
    s: schema.name,
    ...(round.isProberFault && { pf: 1 }),
    ...(round.canaries && { cn: CANARY_ANSWERS.indexOf(round.canaries) }),
    ms: addresses.map((address) => encodeLatency(observed.get(address))),
    ...(exceptions.length > 0 && { x: Object.fromEntries(exceptions) }),
    ...encodeMeasured(addresses.map((address) => observed.get(address))),
  };
  return { line: JSON.stringify(line), schema };
}

function encodeLatency(observation: RecordedObservation | undefined): number {
  if (!observation) return NOT_PROBED;
  const { latencyMs } = observation;
  return latencyMs === undefined ? NO_ANSWER : Math.max(1, Math.round(latencyMs));
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
  const columns = columnsOf(probes);
  const observations: RecordedObservation[] = [];
  const measuredIn = measuredByColumn(line);
  const count = Math.min(line.ms.length, columns.length);
  for (let index = 0; index < count; index += 1) {
    const [ms, column] = [line.ms[index]!, columns[index]!];
    if (ms === NOT_PROBED) continue;
    const exception = line.x[index];
    if (exception || ms === NO_ANSWER) observations.push(decodeException(column, ms, exception ?? {}));
    else observations.push({ service: column.service, probe: column.probe, outcome: 'up', latencyMs: ms, attempts: 1 });
    const measured = measuredIn.get(index);
    if (measured) Object.assign(observations.at(-1)!, measured);
  }
  const { id, t, loc, pf, cn } = line;
  return {
    id,
    at: t * 1000,
    location: loc,
    observations,
    ...(pf && { isProberFault: true }),
    ...(cn !== undefined && { canaries: CANARY_ANSWERS[cn]! }),
  };
}

interface Column {
  service: string;
  probe: string;
}

/** Taken apart once: a page reads half a million observations under one schema. */
const columnsBySchema = new WeakMap<readonly string[], readonly Column[]>();

function columnsOf(probes: readonly string[]): readonly Column[] {
  let columns = columnsBySchema.get(probes);
  if (!columns) {
    columns = probes.map((address) => {
      const [service = '', probe = ''] = address.split('/');
      return { service, probe };
    });
    columnsBySchema.set(probes, columns);
  }
  return columns;
}

function decodeException(
  { service, probe }: Column,
  ms: number,
  { st, r, c, a, p }: RawLine['x'][string],
): RecordedObservation {
  return {
    service,
    probe,
    outcome: st === undefined ? 'up' : OUTCOMES[st]!,
    ...(r && { reason: r }),
    ...(p && { phase: p }),
    ...(c !== undefined && { code: c }),
    ...(ms !== NO_ANSWER && { latencyMs: ms }),
    attempts: a ?? 1,
  };
}

function addressOf({ service, probe }: { service: string; probe: string }): string {
  return `${service}/${probe}`;
}
