/** A number that a probe reads, day by day: what its chart is drawn from. */
import { DAY_MS, dayOf } from '../history/days.ts';
import type { ValueDay, ValueSeries } from '../history/measured-days.ts';
import { LATENCY_DAYS } from './latency-days.ts';
import { plainText } from './markdown.ts';

const MOST_WORDS = 64;
/** What is larger was measured by nothing. */
const MOST = 1e15;

export interface ValueView {
  name: string;
  unit?: string;
  /** The last LATENCY_DAYS in order of time. */
  days: readonly ValueOnDay[];
}

export interface ValueOnDay {
  /** UTC day. */
  date: string;
  /** How often it was read; when never, the numbers are absent. */
  readings: number;
  min?: number;
  p50?: number;
  max?: number;
  /** The p50 of LATENCY_DAYS before. */
  p50Before?: number;
  isMaintenance: boolean;
}

/** Undefined where it was not read in all these days. */
export function valueView(
  { name, unit, byDay }: ValueSeries,
  lastDay: number,
  isMaintenance: (from: number) => boolean,
): ValueView | undefined {
  const days = Array.from({ length: LATENCY_DAYS }, (_, index): ValueOnDay => {
    const from = lastDay - (LATENCY_DAYS - 1 - index) * DAY_MS;
    const { count = 0, ...numbers } = plausible(byDay.get(dayOf(from))) ?? {};
    const p50Before = plausible(byDay.get(dayOf(from - LATENCY_DAYS * DAY_MS)))?.p50;
    return {
      date: dayOf(from),
      readings: count,
      ...numbers,
      ...(p50Before !== undefined && { p50Before }),
      isMaintenance: isMaintenance(from),
    };
  });
  if (days.every(({ readings }) => readings === 0)) return undefined;
  const words = { name: plainText(name, MOST_WORDS), ...(unit !== undefined && { unit: plainText(unit, MOST_WORDS) }) };
  return { ...words, days };
}

/** Histories are files that anybody may have written. */
function plausible(day: ValueDay | undefined): ValueDay | undefined {
  if (!day || day.min > day.p50 || day.p50 > day.max) return undefined;
  return Math.max(Math.abs(day.min), Math.abs(day.max)) > MOST ? undefined : day;
}
