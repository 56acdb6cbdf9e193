/** A number that a probe reads as a picture: numbers in, shapes and words out. */
import { en, type Words } from '../messages/en.ts';
import { LATENCY_DAYS } from './latency-days.ts';
import { bandOf, type Frame, frameOf, PLOT_HEIGHT, releasedOn, rounded, type Trace, traceOf } from './plot.ts';
import { type Release, releasesInWords } from './releases.ts';
import type { ValueOnDay, ValueView } from './value-days.ts';

/** Of so few days a line would say less than a sentence. */
const LEAST_DAYS = 3;
const MOST_STEPS = 3;

export interface ValueChart extends Frame {
  /** The picture in a sentence or two. */
  label: string;
  /** Horizontal lines with their number, from the lowest up. */
  ticks: readonly { y: number; words: string }[];
  /** From the least to the greatest of each day. */
  range: string;
  /** The median of each day. */
  middle: Trace;
  /** That of LATENCY_DAYS before; absent where nothing is known of them. */
  before?: Trace;
  /** Newest first: all that is drawn. */
  rows: readonly ValueRow[];
}

export interface ValueRow {
  date: string;
  isMaintenance: boolean;
  /** Versions that were first seen on it. */
  released: readonly string[];
  readings: string;
  min: string;
  p50: string;
  max: string;
  before: string;
}

/** Either the chart, or in a sentence why there is none. */
export function valueChartOf(
  { days, unit }: Pick<ValueView, 'days' | 'unit'>,
  releases: readonly Release[] = [],
  words: Words = en,
): { chart: ValueChart } | { sentence: string } {
  const known = days.filter(({ p50 }) => p50 !== undefined);
  if (known.length < LEAST_DAYS) {
    const last = known.at(-1);
    const newest =
      last && words.chart.values.newest(words.isolate(last.date), rangeInWords(last.min!, last.max!, unit, words));
    const sentences = [words.chart.values.tooFew(LEAST_DAYS, known.length), ...(newest === undefined ? [] : [newest])];
    return { sentence: sentences.join(words.between) };
  }
  const { ticks, y } = valueAxis(days.flatMap(({ min, p50, max, p50Before }) => [min, p50, max, p50Before]));
  const heights = (of: (day: ValueOnDay) => number | undefined): (number | undefined)[] =>
    days.map((day) => {
      const value = of(day);
      return value === undefined ? undefined : y(value);
    });
  const before = traceOf(heights(({ p50Before }) => p50Before));
  const released = releasedOn(releases);
  return {
    chart: {
      label: `${labelOf(known, days, unit, words)}${releasesInWords(releases, words)}`,
      ticks: ticks.map((value) => ({ y: y(value), words: words.compact(value) })),
      range: bandOf(days.map(({ min, max }) => (min === undefined ? undefined : ([y(min), y(max!)] as const)))),
      middle: traceOf(heights(({ p50 }) => p50))!,
      ...(before && { before }),
      ...frameOf(days, releases),
      rows: days.map((day) => rowOf(day, released.get(day.date) ?? [], words)).reverse(),
    },
  };
}

export interface ValueAxis {
  /** Three or four round numbers from the lowest up; no value is outside of them. */
  ticks: readonly number[];
  /** Value → pixels from the top. */
  y(value: number): number;
}

/** With zero, so that twice as much is twice as high. */
export function valueAxis(given: readonly (number | undefined)[]): ValueAxis {
  const values = given.filter((value) => value !== undefined);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = stepOf(least, most);
  // Added up, a tenth would not stay one.
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 2, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  return { ticks, y: (value) => rounded(PLOT_HEIGHT * (1 - (value - low) / (high - low))) };
}

/** The finest round one of which few enough reach from the least to the greatest. */
function stepOf(least: number, most: number): number {
  // Nearer to each other than numbers are kept.
  if (most - least < 1e-9) return 1;
  const unit = 10 ** (Math.floor(Math.log10(most - least)) - 1);
  const steps = [1, 2, 2.5, 5, 10, 20, 25, 50, 100].map((factor) => factor * unit);
  const reach = (step: number): number => Math.ceil(most / step - 1e-9) - Math.floor(least / step + 1e-9);
  return steps.find((step) => reach(step) <= MOST_STEPS) ?? 100 * unit;
}

/** "between 12 and 480 in the last 30 days; greatest on 2026-11-12. In the 30 days before: p50 …" */
function labelOf(
  known: readonly ValueOnDay[],
  days: readonly ValueOnDay[],
  unit: string | undefined,
  words: Words,
): string {
  const [least, most] = [Math.min(...known.map(({ min }) => min!)), Math.max(...known.map(({ max }) => max!))];
  const greatest = known.find(({ max }) => max === most)!.date;
  const before = days.flatMap(({ p50Before }) => p50Before ?? []);
  return words.chart.values.label(
    rangeInWords(least, most, unit, words),
    known.length,
    LATENCY_DAYS,
    least === most ? undefined : words.isolate(greatest),
    before.length > 0 ? rangeInWords(Math.min(...before), Math.max(...before), unit, words) : undefined,
  );
}

function rangeInWords(
  least: number,
  most: number,
  unit: string | undefined,
  { quantity, isolate, chart }: Words,
): string {
  const end = isolate(unit === undefined ? quantity(most) : `${quantity(most)} ${unit}`);
  return least === most ? end : chart.range(isolate(quantity(least)), end);
}

function rowOf(
  { date, isMaintenance, readings, min, p50, max, p50Before }: ValueOnDay,
  released: readonly string[],
  { quantity }: Words,
): ValueRow {
  const cell = (value: number | undefined): string => (value === undefined ? '–' : quantity(value));
  return {
    date,
    isMaintenance,
    released,
    readings: quantity(readings),
    min: cell(min),
    p50: cell(p50),
    max: cell(max),
    before: cell(p50Before),
  };
}
