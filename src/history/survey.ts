/** What a history holds: since when, with which gaps, how large. */
import { lines, probesOf, rawPath, readableRounds } from './compact.ts';
import { parseDaily } from './day-digest.ts';
import { DAY_MS, dayOf, instantOf } from './days.ts';
import { asText, daysIn, type HistoryFiles } from './folder.ts';

export interface Survey {
  /** First and last instant that anything is known of; undefined for an empty history. */
  span: { from: number; to: number } | undefined;
  /** Rounds that are kept one by one. */
  rounds: number;
  /** All readings that were ever kept, digested ones included. */
  readings: number;
  /** UTC days that are digested, and those of them whose rounds are kept, too. */
  days: { digested: number; raw: number; hourly: number };
  locations: string[];
  /** `service/probe`, of the newest round. */
  probes: readonly string[];
  /** Days on end of which nothing is known, within the span. */
  gaps: { from: string; to: string }[];
  /** Bytes by kind of file. */
  bytes: Record<(typeof KINDS)[number], number>;
}

const KINDS = ['raw', 'hourly', 'daily', 'incidents', 'maintenance', 'github', 'schema', 'aside'] as const;

export async function survey(files: HistoryFiles): Promise<Survey> {
  const result: Survey = {
    span: undefined,
    rounds: 0,
    readings: 0,
    days: { digested: 0, raw: 0, hourly: (await daysIn(files, 'hourly')).length },
    locations: [],
    probes: [],
    gaps: [],
    bytes: { raw: 0, hourly: 0, daily: 0, incidents: 0, maintenance: 0, github: 0, schema: 0, aside: 0 },
  };
  const known = new Set<string>();
  const locations = new Set<string>();
  await surveyDigests(files, { result, known, locations });
  result.days.digested = known.size;
  await surveyRaw(files, { result, known, locations });
  for (const kind of KINDS) {
    for (const name of await files.names(kind))
      result.bytes[kind] += ((await files.read(`${kind}/${name}`)) ?? '').length;
  }
  result.locations = [...locations].sort();
  result.gaps = gapsBetween([...known].sort());
  return result;
}

interface Found {
  result: Survey;
  /** UTC days with at least one round. */
  known: Set<string>;
  locations: Set<string>;
}

async function surveyDigests(files: HistoryFiles, { result, known, locations }: Found): Promise<void> {
  const schemas = new Map<string, readonly string[] | undefined>();
  for (const name of await files.names('schema')) {
    schemas.set(name.replace('.json', ''), probesOf(await files.read(`schema/${name}`)));
  }
  for (const name of await files.names('daily')) {
    for (const text of lines((await files.read(`daily/${name}`)) ?? '')) {
      const digest = parseDaily(asText(text), (schema) => schemas.get(schema));
      if ('problem' in digest) continue;
      const { day, location, rounds, counts, probes, firstAt, covered } = digest;
      known.add(day);
      locations.add(location);
      for (const column of probes.keys()) result.readings += counts.get(column)?.[0] ?? rounds;
      const midnight = instantOf(day) / 1000;
      const last = (covered.at(-2) ?? firstAt) + (covered.at(-1) ?? 0);
      widen(result, (midnight + firstAt) * 1000, (midnight + Math.min(last, 86_399)) * 1000);
    }
  }
}

async function surveyRaw(files: HistoryFiles, { result, known, locations }: Found): Promise<void> {
  let newest = 0;
  for (const day of await daysIn(files, 'raw')) {
    const rounds = await readableRounds(files, (await files.read(rawPath(day))) ?? '');
    result.days.raw += 1;
    result.rounds += rounds.length;
    const isDigested = known.has(day);
    if (rounds.length > 0) known.add(day);
    for (const { line, probes } of rounds) {
      locations.add(asText(line.loc));
      if (!isDigested) result.readings += line.ms.filter((ms) => ms >= 0).length;
      widen(result, line.t * 1000, line.t * 1000);
      if (line.t < newest) continue;
      newest = line.t;
      result.probes = probes;
    }
  }
}

function widen(result: Survey, from: number, to: number): void {
  const { span } = result;
  result.span = span ? { from: Math.min(span.from, from), to: Math.max(span.to, to) } : { from, to };
}

/** Days that are missing between those that are there. */
function gapsBetween(days: readonly string[]): { from: string; to: string }[] {
  return days.slice(1).flatMap((day, index) => {
    const [last, next] = [instantOf(days[index]!), instantOf(day)];
    return next - last > DAY_MS ? [{ from: dayOf(last + DAY_MS), to: dayOf(next - DAY_MS) }] : [];
  });
}
