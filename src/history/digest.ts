/**
 * A finished day in one line a location, and its hours in one line each: what is left when the rounds themselves are
 * deleted. Pure functions of the day's raw lines, so that working them out again gives the same bytes.
 */
import { OUTCOMES } from '../model.ts';
import { instantOf } from './days.ts';
import { histogramOf, percentileOf, toSparse } from './histogram.ts';
import { measuredDigest } from './measured-digest.ts';
import { NO_ANSWER, NOT_PROBED, type RawLine, type Schema, schemaOf } from './raw.ts';

const HOUR_S = 3600;
const UP = OUTCOMES.indexOf('up');
const DEGRADED = OUTCOMES.indexOf('degraded');
const DOWN = OUTCOMES.indexOf('down');
/** Not known, or not read at all: the same to whoever asks how long something was up. */
const UNKNOWN = OUTCOMES.indexOf('unknown');

/** A raw line with the probes that its columns stand for. */
export interface RawRound {
  line: RawLine;
  probes: readonly string[];
}

export interface Digests {
  /** Lines of `hourly/<day>.ndjson`, by hour and location. */
  hourly: string[];
  /** Lines of the day in `daily/<month>.ndjson`, by location. */
  daily: string[];
  /** What the lines name. */
  schemas: Schema[];
}

/** Of all rounds of one UTC day, in order of time. */
export function digestDay(day: string, rounds: readonly RawRound[]): Digests {
  const tables = tablesOf(rounds);
  return { hourly: hourlyLines(tables), ...dailyLines(day, tables) };
}

/** For a day that is not over: nobody asks for its hours before it is. */
export function digestDaily(day: string, rounds: readonly RawRound[]): Omit<Digests, 'hourly'> {
  return dailyLines(day, tablesOf(rounds));
}

interface Located {
  location: string;
  schema: Schema;
  table: Table;
  rounds: readonly RawRound[];
}

function tablesOf(rounds: readonly RawRound[]): Located[] {
  const byLocation = [...Map.groupBy(rounds, ({ line }) => line.loc)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byLocation.map(([location, own]) => {
    const table = tableOf(own);
    return { location, schema: schemaOf(table.probes), table, rounds: own };
  });
}

function dailyLines(day: string, tables: readonly Located[]): Omit<Digests, 'hourly'> {
  const midnight = instantOf(day) / 1000;
  const daily = tables.map(({ location, schema, table, rounds }) => {
    const measured = measuredDigest(rounds, table.probes, midnight);
    return JSON.stringify({
      v: 1,
      d: day,
      loc: location,
      s: schema.name,
      ...dailyColumns(table, midnight),
      ...measured,
    });
  });
  return { daily, schemas: tables.map(({ schema }) => schema) };
}

function hourlyLines(tables: readonly Located[]): string[] {
  const hourly: { t: number; text: string }[] = [];
  for (const { location, schema, table } of tables) {
    for (const [hour, indices] of Map.groupBy(table.times.keys(), (row) => Math.floor(table.times[row]! / HOUR_S))) {
      const t = hour * HOUR_S;
      const head = { v: 1, t, loc: location, s: schema.name };
      hourly.push({ t, text: JSON.stringify({ ...head, ...hourlyColumns(table, indices) }) });
    }
  }
  // A stable sort: within an hour the locations stay in their order.
  return hourly.sort((a, b) => a.t - b.t).map(({ text }) => text);
}

/** Rounds as rows, probes as columns, whatever schemas the lines name. */
interface Table {
  times: readonly number[];
  /** Rows in which the prober itself failed. */
  isFault: readonly boolean[];
  probes: readonly string[];
  /** By probe, then by row; latencies as in raw lines. */
  outcomes: readonly Uint8Array[];
  latencies: readonly Int32Array[];
}

function tableOf(rounds: readonly RawRound[]): Table {
  // Most rounds of a day share one schema: it is looked up once, and not for each of their cells.
  const lists = new Set(rounds.map((round) => round.probes));
  const probes = [...new Set([...lists].flat())].sort();
  const places = new Map(probes.map((probe, index) => [probe, index]));
  const columnsOf = new Map([...lists].map((own) => [own, own.map((probe) => places.get(probe)!)]));
  const outcomes = probes.map(() => new Uint8Array(rounds.length).fill(UNKNOWN));
  const latencies = probes.map(() => new Int32Array(rounds.length).fill(NOT_PROBED));
  for (const [row, { line, probes: own }] of rounds.entries()) {
    const columns = columnsOf.get(own)!;
    for (let index = 0; index < columns.length; index += 1) {
      const ms = line.ms[index] ?? NOT_PROBED;
      const column = columns[index]!;
      latencies[column]![row] = ms;
      if (ms !== NOT_PROBED && !line.pf) outcomes[column]![row] = line.x[index]?.st ?? UP;
    }
  }
  const times = rounds.map(({ line }) => line.t);
  return { times, isFault: rounds.map(({ line }) => line.pf === 1), probes, outcomes, latencies };
}

function dailyColumns(table: Table, midnight: number): object {
  const { times, probes, outcomes, latencies } = table;
  const rows = [...times.keys()];
  const gap = medianGap(times);
  const covered = coveredSpans(table, 2 * gap);
  const exceptions = probes.map((_, probe) => exceptionsOf(table, probe, 2 * gap, covered));
  const sinceMidnight = (spans: readonly number[], width: number): number[] =>
    spans.map((value, index) => (index % width === 0 ? value - midnight : value));
  return {
    n: times.length,
    ...(gap > 0 && { gap }),
    t0: times[0]! - midnight,
    cov: sinceMidnight(covered, 2),
    ...sparse('k', probes.keys(), (probe) => countsOf(outcomes[probe]!, rows)),
    ...sparse('x', probes.keys(), (probe) =>
      exceptions[probe]!.length > 0 ? sinceMidnight(exceptions[probe]!, 3) : undefined,
    ),
    h: probes.map((_, probe) => toSparse(histogramOf(answered(outcomes[probe]!, latencies[probe]!, rows)))),
  };
}

function hourlyColumns({ probes, outcomes, latencies }: Table, rows: readonly number[]): object {
  const sorted = probes.map((_, probe) => answered(outcomes[probe]!, latencies[probe]!, rows).sort((a, b) => a - b));
  return {
    n: rows.length,
    p50: sorted.map((list) => percentileOf(list, 0.5) ?? NO_ANSWER),
    max: sorted.map((list) => list.at(-1) ?? NO_ANSWER),
    ...sparse('k', probes.keys(), (probe) => countsOf(outcomes[probe]!, rows)),
  };
}

/** `{key: {"2": value}}` of those that have one, or nothing. */
function sparse<T>(key: string, indices: Iterable<number>, entryOf: (index: number) => T | undefined): object {
  const entries = [...indices].flatMap((index) => {
    const value = entryOf(index);
    return value === undefined ? [] : [[index, value] as const];
  });
  return entries.length > 0 ? { [key]: Object.fromEntries(entries) } : {};
}

/** `[readings, downs, degradeds]`, unless every row was read and up. */
function countsOf(outcomes: Uint8Array, rows: readonly number[]): number[] | undefined {
  const counts = [0, 0, 0, 0];
  for (const row of rows) counts[outcomes[row]!]! += 1;
  const readings = rows.length - counts[UNKNOWN]!;
  return counts[UP] === rows.length ? undefined : [readings, counts[DOWN]!, counts[DEGRADED]!];
}

/** Latencies of what answered well or late; a failure's latency is no latency of the service. */
function answered(outcomes: Uint8Array, latencies: Int32Array, rows: readonly number[]): number[] {
  const list: number[] = [];
  for (const row of rows) {
    if ((outcomes[row] === UP || outcomes[row] === DEGRADED) && latencies[row]! > 0) list.push(latencies[row]!);
  }
  return list;
}

/** `[from, length, …]` in seconds: each round speaks until the next one, but for no longer than `validity`. */
function coveredSpans({ times, isFault }: Table, validity: number): number[] {
  const spans: number[] = [];
  for (const [row, from] of times.entries()) {
    // Of rounds in the same second the last one speaks.
    if (isFault[row] || times[row + 1] === from) continue;
    const to = Math.min(times[row + 1] ?? Number.POSITIVE_INFINITY, from + validity);
    append(spans, [from, to - from]);
  }
  return spans;
}

/** `[from, length, outcome, …]`: where the probe was not up although its location was covered. */
function exceptionsOf(table: Table, probe: number, validity: number, covered: readonly number[]): number[] {
  if (table.outcomes[probe]!.every((outcome) => outcome === UP)) return [];
  const pieces = piecesOf(table, probe, validity);
  const exceptions: number[] = [];
  let next = 0;
  for (let index = 0; index < covered.length; index += 2) {
    const [from, to] = [covered[index]!, covered[index]! + covered[index + 1]!];
    let known = from;
    while (pieces[next] && pieces[next]!.to <= from && pieces[next]!.from < from) next += 1;
    for (let at = next; pieces[at] && pieces[at]!.from <= to; at += 1) {
      const piece = pieces[at]!;
      const [start, end] = [Math.max(piece.from, from), Math.min(piece.to, to)];
      // A day of a single round has no rhythm, and its reading no length yet.
      if (end < start || (end === start && from < to)) continue;
      if (start > known) append(exceptions, [known, start - known, UNKNOWN]);
      if (piece.outcome !== UP) append(exceptions, [start, end - start, piece.outcome]);
      known = end === start ? end + 1 : end;
    }
    if (known < to || (from === to && known === from)) append(exceptions, [known, to - known, UNKNOWN]);
  }
  return exceptions;
}

interface Piece {
  from: number;
  to: number;
  outcome: number;
}

/**
 * What readings of a probe speak for, those that follow each other and say the same as one; a round in which the prober
 * failed ends what was said before.
 */
function piecesOf({ times, isFault, outcomes, latencies }: Table, probe: number, validity: number): Piece[] {
  const pieces: Piece[] = [];
  const [own, ms] = [outcomes[probe]!, latencies[probe]!];
  for (let row = 0; row < times.length; row += 1) {
    if (ms[row] === NOT_PROBED && !isFault[row]) continue;
    const [from, outcome] = [times[row]!, own[row]!];
    if (pieces.at(-1)?.from === from) pieces.pop();
    const last = pieces.at(-1);
    const goesOn = last && last.to >= from && last.outcome === outcome && !isFault[row];
    if (goesOn) last.to = from + validity;
    else {
      if (last) last.to = Math.min(last.to, from);
      pieces.push({ from, to: from + (isFault[row] ? 0 : validity), outcome });
    }
  }
  return pieces;
}

/** Joins what follows without a gap and says the same. */
function append(spans: number[], [from, length, ...rest]: [number, number, ...number[]]): void {
  const width = 2 + rest.length;
  const start = spans.length - width;
  const touches = start >= 0 && spans[start]! + spans[start + 1]! === from;
  if (touches && rest.every((value, index) => spans[start + 2 + index] === value)) spans[start + 1]! += length;
  else spans.push(from, length, ...rest);
}

/** Whole seconds between rounds; 0 when there are fewer than two. Rounds in the same second are no rhythm. */
export function medianGap(times: readonly number[]): number {
  const gaps = times.slice(1).flatMap((at, index) => (at > times[index]! ? at - times[index]! : []));
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}
