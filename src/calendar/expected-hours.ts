/** `Mon-Fri 08:00-18:00, Sat 10:00-14:00 Europe/Berlin`: when a service is meant to be up. */
import { DAY_MS, instantOf, isTimeZone, wallTimeAt } from './local-time.ts';
import { gapsBetween, joined, type Range, type Window } from './windows.ts';

export interface ExpectedHours {
  /** As it was written. */
  text: string;
  timeZone: string;
  windows: readonly DayWindow[];
}

/** Wall times, in milliseconds since the midnight with which its day begins; one over midnight ends after 24 hours. */
interface DayWindow {
  /** 0 is Monday. */
  day: number;
  from: number;
  to: number;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const MINUTE_MS = 60_000;

/** Days, then the times of these days, then perhaps others; the zone at the end. Without days it is every day. */
export function readExpectedHours(text: string): ExpectedHours | { problem: string } {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const timeZone = words.pop() ?? '';
  if (/^[\d:-]+$/.test(timeZone) || DAYS.includes(timeZone.slice(0, 3).toLowerCase()) || !isTimeZone(timeZone)) {
    return { problem: `${EXAMPLE}, with an IANA time zone at its end` };
  }
  const windows: DayWindow[] = [];
  let days: number[] = [];
  let isAfterTimes = false;
  for (const word of words) {
    const named = readDays(word);
    const times = readTimes(word);
    if (named) {
      days = isAfterTimes ? named : [...days, ...named];
      isAfterTimes = false;
    } else if (times) {
      windows.push(...(days.length > 0 ? days : EVERY_DAY).map((day) => ({ day, ...times })));
      isAfterTimes = true;
    } else {
      return {
        problem: `${EXAMPLE}; ${JSON.stringify(word.slice(0, 40))} is neither days nor times from 00:00 to 24:00`,
      };
    }
  }
  if (!isAfterTimes) return { problem: `${EXAMPLE}, with times after the days` };
  return { text, timeZone, windows };
}

const EXAMPLE = 'expected hours like Mon-Fri 08:00-18:00, Sat 10:00-14:00 Europe/Berlin';

/** `Mon`, `Fri-Mon`. */
function readDays(word: string): number[] | undefined {
  const [first, last = first, ...rest] = word.toLowerCase().split('-');
  const [from, to] = [DAYS.indexOf(first ?? ''), DAYS.indexOf(last ?? '')];
  if (from < 0 || to < 0 || rest.length > 0) return undefined;
  return EVERY_DAY.slice(0, ((to - from + 7) % 7) + 1).map((offset) => (from + offset) % 7);
}

/** `08:00-18:00`; one that ends no later than it begins ends on the next day. */
function readTimes(word: string): { from: number; to: number } | undefined {
  const [, ...digits] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(word) ?? [];
  const [h1 = 99, m1 = 99, h2 = 99, m2 = 99] = digits.map(Number);
  const [from, to] = [h1 * 60 + m1, h2 * 60 + m2];
  if (m1 > 59 || m2 > 59 || from >= 24 * 60 || to > 24 * 60 || from === to) return undefined;
  return { from: from * MINUTE_MS, to: (to < from ? to + 24 * 60 : to) * MINUTE_MS };
}

/** In order, cut to the range. */
export function openWindows({ timeZone, windows }: ExpectedHours, range: Range): Window[] {
  // One over midnight may begin on the day before.
  const first = Math.floor(wallTimeAt(range.from, timeZone) / DAY_MS) - 1;
  const last = Math.floor(wallTimeAt(range.to, timeZone) / DAY_MS);
  const found: Window[] = [];
  for (let day = first; day <= last; day += 1) {
    for (const { from, to } of windows.filter((window) => window.day === weekday(day))) {
      const [startsAt, endsAt] = [instantOf(day * DAY_MS + from, timeZone), instantOf(day * DAY_MS + to, timeZone)];
      found.push({ startsAt, endsAt });
    }
  }
  return joined(found, range);
}

/** The rest of the range. */
export function closedWindows(hours: ExpectedHours, range: Range): Window[] {
  return gapsBetween(openWindows(hours, range), range);
}

/** The next opening, of a service that is closed. */
export function nextOpening(hours: ExpectedHours, at: number): number {
  // There is one every week, and a change of clocks moves it by hours at most.
  return openWindows(hours, { from: at, to: at + 9 * DAY_MS })[0]!.startsAt;
}

/** Of days since 1970, which began with a Thursday. */
function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
