/**
 * Maintenance that comes again. A rule is worked out on wall times, as if in Greenwich, and each of them then becomes
 * an instant of its zone: what begins at 03:00 does so in winter and in summer.
 */
import { RRuleTemporal } from 'rrule-temporal';
import type { Maintenance, Repeat } from '../model.ts';
import { DAY_MS, instantOf, wallTimeAt } from './local-time.ts';
import type { Range, Window } from './windows.ts';

/** When a maintenance is, as far as it touches the range; in order, uncut. */
export function windowsOf({ startsAt, endsAt, repeat }: Maintenance, { from, to }: Range): Window[] {
  if (!repeat) return startsAt < to && endsAt > from ? [{ startsAt, endsAt }] : [];
  const durationMs = endsAt - startsAt;
  return startsOf(repeat, { from: from - durationMs, to })
    .map((at) => ({ startsAt: at, endsAt: at + durationMs }))
    .filter((window) => window.startsAt < to && window.endsAt > from);
}

function startsOf(repeat: Repeat, { from, to }: Range): number[] {
  const { timeZone, lastAt = Number.POSITIVE_INFINITY, except } = repeat;
  // An hour that does not exist moves its start to a later wall time, never by a day.
  const walls = wallsBetween(repeat, wallTimeAt(from, timeZone) - DAY_MS, wallTimeAt(to, timeZone) + DAY_MS);
  return walls
    .filter((wall) => !except.includes(new Date(wall).toISOString().slice(0, 10)))
    .map((wall) => instantOf(wall, timeZone))
    .filter((at) => at <= lastAt);
}

const rules = new WeakMap<Repeat, RRuleTemporal>();

function wallsBetween(repeat: Repeat, from: number, to: number): number[] {
  let rule = rules.get(repeat);
  if (!rule) {
    const start = new Date(repeat.firstWall).toISOString().replaceAll(/[-:]|\.\d+Z/g, '');
    rule = new RRuleTemporal({ rruleString: `DTSTART;TZID=UTC:${start}\nRRULE:${repeat.rule}` });
    rules.set(repeat, rule);
  }
  return rule.between(new Date(from), new Date(to), true).map(({ epochMilliseconds }) => epochMilliseconds);
}

export interface RepeatProblem {
  key: 'start' | 'repeat' | 'length';
  message: string;
}

/** Long enough for a leap day to come again, even from 2096 on. */
const LOOK_AHEAD_MS = 9 * 366 * DAY_MS;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2099;
const LEAST_GAP_MS = 3_600_000;

/** What makes no sense although each part of it does. */
export function problemOf(repeat: Repeat, durationMs: number): RepeatProblem | undefined {
  const { firstWall } = repeat;
  const year = new Date(firstWall).getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    return { key: 'start', message: `expected a year from ${FIRST_YEAR} to ${LAST_YEAR} beside \`repeat\`` };
  }
  const walls = wallsBetween(repeat, firstWall, firstWall + LOOK_AHEAD_MS);
  if (walls.length === 0) return { key: 'repeat', message: 'there is no such day in the years after `start`' };
  if (walls[0] !== firstWall) {
    const next = new Date(walls[0]!).toISOString().slice(0, 16);
    return { key: 'start', message: `expected a start that fits \`repeat\`, the next is ${next}` };
  }
  const gaps = walls.slice(1).map((wall, index) => wall - walls[index]!);
  if (gaps.some((gap) => gap < LEAST_GAP_MS)) {
    return { key: 'repeat', message: 'expected at least an hour from one start to the next' };
  }
  if (gaps.some((gap) => gap <= durationMs)) {
    return { key: 'length', message: 'expected an end before the next one begins' };
  }
  return undefined;
}
