/**
 * The 90-day strip: one picture a service, drawn as what differs from 90 good days, so that a page of 200 services stays
 * small. Kinds differ in height as well as in colour.
 */
import type { Spans } from '../status/uptime.ts';
import { coverageRatio, percentInWords, uptimeRatio } from '../status/uptime.ts';
import { durationInWords, plural } from '../units.ts';

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
  /** The picture in one sentence. */
  label: string;
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

export function stripOf(days: readonly Day[]): Strip {
  const kinds = days.map(kindOf);
  const indices = (kind: DayKind): number[] => kinds.flatMap((each, index) => (each === kind ? [index] : []));
  const marks = DAY_KINDS.filter((kind) => kind !== 'operational')
    .map((kind) => ({ kind, path: bars(indices(kind), HEIGHTS[kind]) }))
    .filter(({ path }) => path !== '');
  const exceptional = days.filter((_, index) => kinds[index] === 'degraded' || kinds[index] === 'down');
  return {
    label: labelOf(kinds),
    blank: runs(kinds.map((kind) => kind !== 'operational')),
    marks,
    exceptions: exceptional.map(({ date, spans }) => ({ date, words: dayInWords(spans) })).reverse(),
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

function labelOf(kinds: readonly DayKind[]): string {
  const count = (kind: DayKind): number => kinds.filter((each) => each === kind).length;
  const parts = [
    count('down') > 0 && `${plural(count('down'), 'day')} with an outage`,
    count('degraded') > 0 && `${plural(count('degraded'), 'day')} degraded`,
    count('maintenance') > 0 && `${plural(count('maintenance'), 'day')} in maintenance`,
    count('off-hours') > 0 && `${plural(count('off-hours'), 'day')} outside its hours`,
    count('operational') > 0 && `${plural(count('operational'), 'day')} without trouble`,
    count('no-data') > 0 && `${plural(count('no-data'), 'day')} without data`,
  ].filter((part) => part !== false);
  return `Last ${STRIP_DAYS} days: ${parts.join(', ')}`;
}

function dayInWords(spans: Spans): string {
  const ratio = uptimeRatio(spans);
  const parts = [
    spans.down > 0 && `down for ${durationInWords(spans.down)}`,
    spans.degraded > 0 && `degraded for ${durationInWords(spans.degraded)}`,
    ratio !== undefined && `${percentInWords(ratio)} up`,
    `${percentInWords(coverageRatio(spans), 0)} of the day observed`,
  ];
  return parts.filter((part) => part !== false).join(', ');
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
