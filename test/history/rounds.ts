/** Rounds in a few words, and their digests. */
import { type DayDigest, parseDaily } from '../../src/history/day-digest.ts';
import { dayOf } from '../../src/history/days.ts';
import { type Digests, digestDay, type RawRound } from '../../src/history/digest.ts';
import { parseLine } from '../../src/history/lines.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { OUTCOMES, type RecordedObservation, type RecordedRound } from '../../src/model.ts';

/** `{ 'web/http': 'up 80', 'db/tcp': 'down' }`: outcome and latency by probe. */
export type Seen = Readonly<Record<string, string>>;

export interface RoundSketch {
  location?: string;
  id?: string;
  isProberFault?: boolean;
}

/** `at` as an instant or as `2026-11-20T12:00:00Z`. */
export function roundOf(at: number | string, seen: Seen, given: RoundSketch = {}): RecordedRound {
  const instant = typeof at === 'string' ? Date.parse(at) : at;
  const { location = 'test', id = `${instant / 1000}.1.${location}`, isProberFault = false } = given;
  const observations = Object.entries(seen).map(([address, text]): RecordedObservation => {
    const [service = '', probe = ''] = address.split('/');
    const [word, latency] = text.split(' ');
    const outcome = OUTCOMES.find((candidate) => candidate === word);
    if (!outcome) throw new Error(`${text} begins with no outcome`);
    return { service, probe, outcome, attempts: 1, ...(latency && { latencyMs: Number(latency) }) };
  });
  return { id, at: instant, location, observations, ...(isProberFault && { isProberFault }) };
}

/** As the raw lines are read back; `probes` are all there are. */
export function rawRounds(rounds: readonly RecordedRound[], probes: readonly string[] = []): RawRound[] {
  const list = rounds.map((round): RawRound => {
    const { line, schema } = encodeRound(round, probes);
    const parsed = parseLine(line);
    if (!('line' in parsed)) throw new Error(parsed.problem);
    return { line: parsed.line, probes: (JSON.parse(schema.text) as { probes: string[] }).probes };
  });
  return list.sort((a, b) => a.line.t - b.line.t || (a.line.id < b.line.id ? -1 : 1));
}

/** The digests of each UTC day, in order of time. */
export function digestsOf(rounds: readonly RecordedRound[], probes: readonly string[] = []): Digests[] {
  const byDay = Map.groupBy(rawRounds(rounds, probes), ({ line }) => dayOf(line.t * 1000));
  return [...byDay].map(([day, own]) => digestDay(day, own));
}

/** The same, as their lines are read back. */
export function daysOf(rounds: readonly RecordedRound[], probes: readonly string[] = []): DayDigest[] {
  return digestsOf(rounds, probes).flatMap(({ daily, schemas }) => {
    const named = new Map(schemas.map(({ name, text }) => [name, (JSON.parse(text) as { probes: string[] }).probes]));
    return daily.map((text) => {
      const digest = parseDaily(text, (name) => named.get(name));
      if ('problem' in digest) throw new Error(`${digest.problem}: ${text}`);
      return digest;
    });
  });
}
