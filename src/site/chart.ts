/**
 * Latencies of a probe as a picture: numbers in, shapes and words out. The plot is stretched to the width of its place, so
 * that x counts in tenths of a day and y in pixels, and texts stand beside it, unstretched.
 */
import { en, type Words } from '../messages/en.ts';
import { LATENCY_DAYS, type LatencyDay, LEAST_ANSWERS } from './latency-days.ts';
import { type Frame, frameOf, PLOT_HEIGHT, releasedOn, rounded, type Trace, traceOf } from './plot.ts';
import { type Release, releasesInWords } from './releases.ts';

/** Of so few days a line would say less than a sentence. */
const LEAST_DAYS = 3;
/** Texts nearer to each other than that would touch. */
const LABEL_HEIGHT = 15;
/** What is beyond was measured by no clock. */
const [LEAST_MS, MOST_MS] = [0.001, 86_400_000];
/** Where the slowest takes longer than so many times the fastest, the fast days would all lie on the ground. */
const MOST_LINEAR = 5;
const MOST_TICKS = 4;

export const LINES = ['before', 'p99', 'p50'] as const;
export type LineName = (typeof LINES)[number];

export interface Chart extends Frame {
  /** The picture in a sentence or two. */
  label: string;
  isLog: boolean;
  /** Horizontal lines with their latency, from the lowest up. */
  ticks: readonly { y: number; words: string }[];
  /** Those that have any points, what lies on top last. */
  lines: readonly Line[];
  /** What is left out, and why. */
  note?: string;
  /** Newest first: all that is drawn. */
  rows: readonly Row[];
}

export interface Line extends Trace {
  name: LineName;
}

/** Latencies are in milliseconds. */
export interface Row {
  date: string;
  isMaintenance: boolean;
  /** Versions that were first seen on it. */
  released: readonly string[];
  answers: string;
  p50: string;
  p99: string;
  before: string;
}

/** Either the chart, or in a sentence why there is none. */
export function chartOf(
  given: readonly LatencyDay[],
  releases: readonly Release[] = [],
  words: Words = en,
): { chart: Chart } | { sentence: string } {
  const days = given.map(plausible);
  const known = days.filter(({ p50Ms }) => p50Ms !== undefined);
  if (known.length === 0) return { sentence: words.chart.noAnswer(LATENCY_DAYS) };
  if (known.length < LEAST_DAYS) {
    return { sentence: words.chart.tooFew(LEAST_DAYS, LATENCY_DAYS, known.length) };
  }
  const values = LINES.map((name) => days.map((day) => latencyOf(day, name)));
  const axis = axisOf(values.flat().filter((value) => value !== undefined));
  const lines = LINES.map((name, index) =>
    lineOf(
      name,
      values[index]!.map((value) => value && axis.y(value)),
    ),
  );
  const note = noteOf(known, words);
  const released = releasedOn(releases);
  return {
    chart: {
      label: `${labelOf(days, words)}${releasesInWords(releases, words)}`,
      isLog: axis.isLog,
      ticks: axis.ticks.map((ms) => ({ y: axis.y(ms), words: ms === 0 ? '0' : msInWords(ms, words) })),
      lines: apart(lines.filter((line) => line !== undefined)),
      ...frameOf(days, releases),
      ...(note !== undefined && { note }),
      rows: days.map((day) => rowOf(day, released.get(day.date) ?? [], words)).reverse(),
    },
  };
}

function latencyOf({ p50Ms, p99Ms, p50BeforeMs }: LatencyDay, name: LineName): number | undefined {
  return { p50: p50Ms, p99: p99Ms, before: p50BeforeMs }[name];
}

/** Histories are files that anybody may have written. */
function plausible({ date, answers, isMaintenance, ...values }: LatencyDay): LatencyDay {
  const kept = Object.entries(values).filter(([, ms]) => ms >= LEAST_MS && ms <= MOST_MS);
  return { date, answers, isMaintenance, ...Object.fromEntries(kept) };
}

export interface Axis {
  isLog: boolean;
  /** Three or four, from the lowest up; no value is outside of them. */
  ticks: readonly number[];
  /** Milliseconds → pixels from the top. */
  y(ms: number): number;
}

/** From zero, unless the fast days could not be told apart then. */
export function axisOf(values: readonly number[]): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLog = most > MOST_LINEAR * least;
  const ticks = isLog ? logTicks(least, most) : linearTicks(most);
  const scale = isLog ? Math.log : (value: number): number => value;
  const [low, high] = [scale(ticks[0]!), scale(ticks.at(-1)!)];
  return { isLog, ticks, y: (ms) => rounded(PLOT_HEIGHT * (1 - (scale(ms) - low) / (high - low))) };
}

/** Two or three equal steps above zero, as little as possible above the greatest value. */
function linearTicks(most: number): number[] {
  const unit = 10 ** Math.floor(Math.log10(most));
  const fits = [0.5, 1, 2, 2.5, 5].flatMap((factor) => {
    const step = factor * unit;
    const steps = Math.max(2, Math.ceil(most / step - 1e-9));
    return steps < MOST_TICKS ? [{ step, steps }] : [];
  });
  const { step, steps } = fits.reduce((best, fit) => (fit.step * fit.steps < best.step * best.steps ? fit : best));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/** The finest round numbers that are few enough. */
function logTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const decades = Math.ceil(Math.log10(most)) - first;
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const round = Array.from({ length: decades + 1 }, (_, index) =>
      digits.map((digit) => digit * 10 ** (first + index)),
    );
    const all = round.flat();
    const ticks = all.slice(
      all.findLastIndex((tick) => tick <= least),
      all.findIndex((tick) => tick >= most) + 1,
    );
    if (ticks.length <= MOST_TICKS) return ticks;
  }
  const step = Math.ceil(decades / (MOST_TICKS - 1));
  return Array.from({ length: Math.ceil(decades / step) + 1 }, (_, index) => 10 ** (first + index * step));
}

function lineOf(name: LineName, heights: readonly (number | undefined)[]): Line | undefined {
  const trace = traceOf(heights);
  return trace && { name, ...trace };
}

/** The names of p50 and p99 never on top of each other. */
function apart(lines: readonly Line[]): Line[] {
  const ends = lines.filter(({ name }) => name !== 'before').sort((a, b) => a.end.y - b.end.y);
  const [upper, lower] = ends;
  const isClose = upper && lower && lower.end.y - upper.end.y < LABEL_HEIGHT;
  if (!isClose) return [...lines];
  const half = LABEL_HEIGHT / 2;
  const between = Math.min(PLOT_HEIGHT - half, Math.max(half, (upper.end.y + lower.end.y) / 2));
  const names = upper.end.y === lower.end.y ? ['p99', 'p50'] : [upper.name, lower.name];
  return lines.map((line) => {
    const at = names.indexOf(line.name);
    return at < 0 ? line : { ...line, end: { ...line.end, y: rounded(between + (at === 0 ? -half : half)) } };
  });
}

/** "p50 between 120 and 180 ms, p99 up to 900 ms in the last 30 days; highest on 2026-11-12" */
function labelOf(days: readonly LatencyDay[], words: Words): string {
  const values = (name: LineName): number[] => days.flatMap((day) => latencyOf(day, name) ?? []);
  const [p50, p99, before] = [values('p50'), values('p99'), values('before')];
  return words.chart.label(
    rangeInWords(p50, words),
    p99.length > 0 ? words.isolate(msInWords(Math.max(...p99), words)) : undefined,
    p50.length,
    LATENCY_DAYS,
    highestOn(days, p99.length > 0 ? 'p99' : 'p50', words),
    before.length > 0 ? rangeInWords(before, words) : undefined,
  );
}

/** Nothing where every day was as slow. */
function highestOn(days: readonly LatencyDay[], name: LineName, { isolate }: Words): string | undefined {
  const known = days.filter((day) => latencyOf(day, name) !== undefined);
  const values = known.map((day) => latencyOf(day, name)!);
  const most = Math.max(...values);
  return most === Math.min(...values) ? undefined : isolate(known[values.indexOf(most)]!.date);
}

function rangeInWords(values: readonly number[], words: Words): string {
  const { chart, isolate } = words;
  const [least, most] = [msInWords(Math.min(...values), words), msInWords(Math.max(...values), words)];
  if (least === most) return chart.about(isolate(least));
  const [amount = '', unit] = least.split(' ');
  return chart.range(isolate(most.endsWith(` ${unit}`) ? amount : least), isolate(most));
}

function noteOf(known: readonly LatencyDay[], { chart }: Words): string | undefined {
  const without = known.filter(({ p99Ms }) => p99Ms === undefined).length;
  return without === 0 ? undefined : chart.p99Needs(LEAST_ANSWERS, without, without === known.length);
}

function rowOf(
  { date, isMaintenance, answers, p50Ms, p99Ms, p50BeforeMs }: LatencyDay,
  released: readonly string[],
  { amount }: Words,
): Row {
  const cell = (ms: number | undefined): string => (ms === undefined ? '–' : amount(ms));
  return {
    date,
    isMaintenance,
    released,
    answers: amount(answers),
    p50: cell(p50Ms),
    p99: cell(p99Ms),
    before: cell(p50BeforeMs),
  };
}

/** `143` → "143 ms", `1250` → "1.25 s". Units of measurement are the same everywhere. */
export function msInWords(ms: number, { decimal }: Pick<Words, 'decimal'> = en): string {
  const short = Number(ms.toPrecision(3));
  return short < 1000 ? `${decimal(short, 0, 6)} ms` : `${decimal(short / 1000, 0, 6)} s`;
}
