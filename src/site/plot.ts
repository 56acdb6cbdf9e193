/** Days as a picture: where points, lines, shades and dates of a chart go, whatever it is of. */
import { DAY_MS, instantOf } from '../history/days.ts';
import { LATENCY_DAYS } from './latency-days.ts';
import { type Release, type Told, toldOf } from './releases.ts';

const DAY_WIDTH = 10;
export const PLOT_WIDTH = LATENCY_DAYS * DAY_WIDTH;
export const PLOT_HEIGHT = 160;

/** A line through days that follow each other, and a dot for a day that stands alone; either may be empty. */
export interface Trace {
  path: string;
  dots: string;
  /** Where its name is written: behind its last point. */
  end: { left: string; y: number };
}

/** Days in order of time, as all here have them. */
export interface PlottedDay {
  /** UTC day. */
  date: string;
  isMaintenance: boolean;
}

/** What every chart has around its lines. */
export interface Frame {
  /** Days that are named below the plot; where there is little room only every other one. */
  dates: readonly { left: string; words: string; isMinor: boolean }[];
  /** Path over the days with maintenance; empty when there is none. */
  maintenance: string;
  /** Path of upright lines where releases were first seen, where the flag of each goes, and what is said of them. */
  releases: { path: string; flags: readonly string[]; told: Told };
}

export function frameOf(days: readonly PlottedDay[], releases: readonly Release[]): Frame {
  return { dates: datesOf(days), maintenance: shadeOf(days), releases: marksOf(days, releases) };
}

/** By day, the versions that were first seen on it. */
export function releasedOn(releases: readonly Release[]): ReadonlyMap<string, readonly string[]> {
  const byDay = Map.groupBy(releases, ({ at }) => new Date(at).toISOString().slice(0, 10));
  return new Map([...byDay].map(([date, own]) => [date, own.map(({ version }) => version)]));
}

function marksOf(days: readonly PlottedDay[], releases: readonly Release[]): Frame['releases'] {
  const from = instantOf(days[0]!.date);
  const list = releases.filter(({ at }) => at >= from && at < from + days.length * DAY_MS);
  const places = list.map(({ at }) => rounded(((at - from) / DAY_MS) * DAY_WIDTH));
  return {
    path: places.map((x) => `M${x} 0v${PLOT_HEIGHT}`).join(''),
    flags: places.map((x) => `${rounded((x / PLOT_WIDTH) * 100)}%`),
    told: toldOf(list),
  };
}

/** Pixels from the top, by day; undefined for a day of which nothing is known, and no line leads over it. */
export function traceOf(heights: readonly (number | undefined)[]): Trace | undefined {
  const last = heights.findLastIndex((y) => y !== undefined);
  if (last < 0) return undefined;
  const runs = runsOf(heights.map((y) => y !== undefined));
  const point = (index: number): string => `${middleOf(index)} ${heights[index]}`;
  const path = runs
    .filter(({ length }) => length > 1)
    .map(({ from, length }) => {
      return `M${Array.from({ length }, (_, index) => point(from + index)).join('L')}`;
    });
  const dots = runs.filter(({ length }) => length === 1).map(({ from }) => `M${point(from)}h0`);
  return { path: path.join(''), dots: dots.join(''), end: { left: leftOf(last), y: heights[last]! } };
}

/** From the one height to the other on each day: a band over days that follow each other, a stroke for one alone. */
export function bandOf(spans: readonly (readonly [number, number] | undefined)[]): string {
  return runsOf(spans.map((span) => span !== undefined))
    .map(({ from, length }) => {
      const indices = Array.from({ length }, (_, index) => from + index);
      if (length === 1) return `M${middleOf(from)} ${spans[from]![0]}V${spans[from]![1]}`;
      const there = indices.map((index) => `${middleOf(index)} ${spans[index]![0]}`);
      const back = indices.reverse().map((index) => `${middleOf(index)} ${spans[index]![1]}`);
      return `M${[...there, ...back].join('L')}z`;
    })
    .join('');
}

function shadeOf(days: readonly PlottedDay[]): string {
  return runsOf(days.map(({ isMaintenance }) => isMaintenance))
    .map(({ from, length }) => `M${from * DAY_WIDTH} 0h${length * DAY_WIDTH}v${PLOT_HEIGHT}h-${length * DAY_WIDTH}z`)
    .join('');
}

/** A week between them, and the last one is always the newest. */
function datesOf(days: readonly PlottedDay[]): Frame['dates'] {
  const indices = days.map((_, index) => index).filter((index) => (days.length - 1 - index) % 7 === 0);
  return indices.map((index) => ({
    left: leftOf(index),
    words: days[index]!.date,
    isMinor: (days.length - 1 - index) % 14 !== 0,
  }));
}

function runsOf(isIn: readonly boolean[]): { from: number; length: number }[] {
  const runs: { from: number; length: number }[] = [];
  for (const [index, here] of isIn.entries()) {
    if (!here) continue;
    if (index > 0 && isIn[index - 1]) runs.at(-1)!.length += 1;
    else runs.push({ from: index, length: 1 });
  }
  return runs;
}

function middleOf(index: number): number {
  return (index + 0.5) * DAY_WIDTH;
}

function leftOf(index: number): string {
  return `${rounded((middleOf(index) / PLOT_WIDTH) * 100)}%`;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
