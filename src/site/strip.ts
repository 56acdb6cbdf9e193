/**
 * The 90-day strip: one picture a service, drawn as what differs from 90 good days, so that a page of 200 services stays
 * small. Kinds differ in height as well as in colour.
 */
import { en, type Words } from '../messages/en.ts';
import { span } from '../messages/wording.ts';
import type { Spans } from '../status/uptime.ts';
import { coverageRatio, percentInWords, uptimeRatio } from '../status/uptime.ts';

export const STRIP_DAYS = 90;
const STEP = 5;
const WIDTH = 4;
export const STRIP_HEIGHT = 24;
export const STRIP_WIDTH = STRIP_DAYS * STEP - (STEP - WIDTH);

export const DAY_KINDS = ['operational', 'degraded', 'down', 'maintenance', 'off-hours', 'no-data'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

/** How tall a day of its kind is drawn; what is worse stands out by more than colour. */
const HEIGHTS: Record<DayKind, number> = {
  operational: 20,
  degraded: 14,
  down: STRIP_HEIGHT,
  maintenance: 8,
  'off-hours': 5,
  'no-data': 2,
};

export interface Day {
  /** UTC day, `2026-11-20`. */
  date: string;
  spans: Spans;
  /** Some of what does not count was announced; else all of it is outside of the hours. */
  isAnnounced: boolean;
}

export interface Strip {
  /** The picture in one sentence; the same without saying of which days. */
  label: string;
  summary: string;
  /** Path that blanks the days which are not operational. */
  blank: string;
  /** Path of each kind that occurs, operational aside. */
  marks: readonly { kind: DayKind; path: string }[];
  /** The days with trouble, newest first. */
  exceptions: readonly { date: string; words: string }[];
}

/** Of 90 operational days; every strip starts from it. */
export const BASE_PATH = bars(
  Array.from({ length: STRIP_DAYS }, (_, index) => index),
  HEIGHTS.operational,
);

export function stripOf(days: readonly Day[], words: Words = en): Strip {
  const kinds = days.map(kindOf);
  const indices = (kind: DayKind): number[] => kinds.flatMap((each, index) => (each === kind ? [index] : []));
  const marks = DAY_KINDS.filter((kind) => kind !== 'operational')
    .map((kind) => ({ kind, path: bars(indices(kind), HEIGHTS[kind]) }))
    .filter(({ path }) => path !== '');
  const exceptional = days.filter((_, index) => kinds[index] === 'degraded' || kinds[index] === 'down');
  const summary = summaryOf(kinds, words);
  return {
    label: words.service.lastDays(STRIP_DAYS, summary),
    summary,
    blank: runs(kinds.map((kind) => kind !== 'operational')),
    marks,
    exceptions: exceptional.map(({ date, spans }) => ({ date, words: dayInWords(spans, words) })).reverse(),
  };
}

function kindOf({ spans: { operational, degraded, down, noData }, isAnnounced }: Day): DayKind {
  if (down > 0) return 'down';
  if (degraded > 0) return 'degraded';
  if (operational > 0) return 'operational';
  // Where something should have been read and was not, the rest of the day is no excuse.
  if (noData > 0) return 'no-data';
  return isAnnounced ? 'maintenance' : 'off-hours';
}

/** Worst first, what is not known last. */
const ORDER: readonly DayKind[] = ['down', 'degraded', 'maintenance', 'off-hours', 'operational', 'no-data'];

function summaryOf(kinds: readonly DayKind[], { service, comma }: Words): string {
  const counts = ORDER.map((kind) => ({ kind, count: kinds.filter((each) => each === kind).length }));
  return counts.flatMap(({ kind, count }) => (count > 0 ? [service.dayKinds[kind](count)] : [])).join(comma);
}

function dayInWords(spans: Spans, words: Words): string {
  const said = words.service;
  const ratio = uptimeRatio(spans);
  const parts = [
    spans.down > 0 && said.downFor(span(words, spans.down)),
    spans.degraded > 0 && said.degradedFor(span(words, spans.degraded)),
    ratio !== undefined && said.up(percentInWords(ratio, 2, words)),
    said.ofDayObserved(percentInWords(coverageRatio(spans), 0, words)),
  ];
  return parts.filter((part) => part !== false).join(words.comma);
}

/** One bar a day, standing on the ground line. */
function bars(indices: readonly number[], height: number): string {
  return indices.map((index) => `M${index * STEP} ${STRIP_HEIGHT - height}h${WIDTH}v${height}h-${WIDTH}z`).join('');
}

/** Neighbouring days as one rectangle. */
function runs(isIn: readonly boolean[]): string {
  let path = '';
  for (let start = 0; start < isIn.length; start += 1) {
    if (!isIn[start]) continue;
    let end = start;
    while (isIn[end + 1]) end += 1;
    const width = (end - start) * STEP + WIDTH;
    path += `M${start * STEP} 0h${width}v${STRIP_HEIGHT}h-${width}z`;
    start = end;
  }
  return path;
}
