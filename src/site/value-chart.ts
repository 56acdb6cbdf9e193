/** A number that a probe reads as a picture: numbers in, shapes and words out. */
import { LATENCY_DAYS } from './latency-days.ts';
import { bandOf, type Frame, frameOf, PLOT_HEIGHT, releasedOn, rounded, type Trace, traceOf } from './plot.ts';
import { type Release, releasesInWords } from './releases.ts';
import type { ValueOnDay, ValueView } from './value-days.ts';

/** Of so few days a line would say less than a sentence. */
const LEAST_DAYS = 3;
const MOST_STEPS = 3;

const AMOUNT = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
/** Beside the axis there is room for six characters. */
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

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
): { chart: ValueChart } | { sentence: string } {
  const known = days.filter(({ p50 }) => p50 !== undefined);
  if (known.length < LEAST_DAYS) {
    const last = known.at(-1);
    const newest = last === undefined ? '' : ` On ${last.date} it was ${rangeInWords(last.min!, last.max!, unit)}.`;
    return { sentence: `A chart needs readings on ${LEAST_DAYS} days; there are ${known.length}.${newest}` };
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
      label: `${labelOf(known, days, unit)}${releasesInWords(releases)}`,
      ticks: ticks.map((value) => ({ y: y(value), words: SHORT.format(value) })),
      range: bandOf(days.map(({ min, max }) => (min === undefined ? undefined : ([y(min), y(max!)] as const)))),
      middle: traceOf(heights(({ p50 }) => p50))!,
      ...(before && { before }),
      ...frameOf(days, releases),
      rows: days.map((day) => rowOf(day, released.get(day.date) ?? [])).reverse(),
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

/** "between 12 and 480 (median up to 120) in the last 30 days; greatest on 2026-11-12. In the 30 days before: …" */
function labelOf(known: readonly ValueOnDay[], days: readonly ValueOnDay[], unit: string | undefined): string {
  const [least, most] = [Math.min(...known.map(({ min }) => min!)), Math.max(...known.map(({ max }) => max!))];
  const when =
    known.length < LATENCY_DAYS
      ? `on ${known.length} of the last ${LATENCY_DAYS} days`
      : `in the last ${LATENCY_DAYS} days`;
  const greatest = least === most ? '' : `; greatest on ${known.find(({ max }) => max === most)!.date}`;
  const before = days.flatMap(({ p50Before }) => p50Before ?? []);
  const earlier =
    before.length === 0
      ? ''
      : ` In the ${LATENCY_DAYS} days before: p50 ${rangeInWords(Math.min(...before), Math.max(...before), unit)}.`;
  return `${rangeInWords(least, most, unit)} ${when}${greatest}.${earlier}`;
}

function rangeInWords(least: number, most: number, unit: string | undefined): string {
  const end = withUnit(AMOUNT.format(most), unit);
  return least === most ? end : `between ${AMOUNT.format(least)} and ${end}`;
}

function withUnit(amount: string, unit: string | undefined): string {
  return unit === undefined ? amount : `${amount} ${unit}`;
}

function rowOf(
  { date, isMaintenance, readings, min, p50, max, p50Before }: ValueOnDay,
  released: readonly string[],
): ValueRow {
  const cell = (value: number | undefined): string => (value === undefined ? '–' : AMOUNT.format(value));
  return {
    date,
    isMaintenance,
    released,
    readings: AMOUNT.format(readings),
    min: cell(min),
    p50: cell(p50),
    max: cell(max),
    before: cell(p50Before),
  };
}
