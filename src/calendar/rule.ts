/** RFC 5545 rules as people write them, checked part by part: a misspelt one must not announce nothing, or all days. */
import { isCalendarDay } from './instant.ts';
import { DAY_MS, instantOf } from './local-time.ts';

export type ReadRule = { rule: string; lastAt?: number } | { problem: string };

const EXAMPLE = 'expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU';
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const DAYS = 'MO|TU|WE|TH|FR|SA|SU';
/** Windows of an hour all day long; more would be one window. */
const MOST_A_DAY = 24;

/** Part → what its value must be. */
const PARTS: Readonly<Record<string, { rule: string; fits(value: string): boolean }>> = {
  FREQ: {
    rule: 'is DAILY, WEEKLY, MONTHLY or YEARLY; for several times a day write FREQ=DAILY;BYHOUR=3,15',
    fits: (value) => FREQUENCIES.includes(value),
  },
  INTERVAL: { rule: 'is a number from 1 to 1000', fits: (value) => isWithin(value, 1, 1000) },
  COUNT: { rule: 'is a number from 1 to 10000', fits: (value) => isWithin(value, 1, 10_000) },
  UNTIL: { rule: 'is a day like 20271231 or a time like 20271231T030000Z', fits: isUntil },
  BYDAY: {
    rule: 'is a list of MO TU WE TH FR SA SU, with a number before them like 1SU or -1SU in months and years',
    fits: (value) => eachOf(value, (day) => new RegExp(`^([+-]?([1-9]|[1-4]\\d|5[0-3]))?(${DAYS})$`).test(day)),
  },
  BYMONTHDAY: { rule: 'is a list of 1 to 31 or -31 to -1', fits: (value) => eachOf(value, isSignedUpTo(31)) },
  BYYEARDAY: { rule: 'is a list of 1 to 366 or -366 to -1', fits: (value) => eachOf(value, isSignedUpTo(366)) },
  BYWEEKNO: { rule: 'is a list of 1 to 53 or -53 to -1', fits: (value) => eachOf(value, isSignedUpTo(53)) },
  BYSETPOS: { rule: 'is a list of 1 to 366 or -366 to -1', fits: (value) => eachOf(value, isSignedUpTo(366)) },
  BYMONTH: { rule: 'is a list of 1 to 12', fits: (value) => eachOf(value, (month) => isWithin(month, 1, 12)) },
  BYHOUR: { rule: 'is a list of 0 to 23', fits: (value) => eachOf(value, (hour) => isWithin(hour, 0, 23)) },
  BYMINUTE: { rule: 'is a list of 0 to 59', fits: (value) => eachOf(value, (minute) => isWithin(minute, 0, 59)) },
  WKST: { rule: 'is one of MO TU WE TH FR SA SU', fits: (value) => new RegExp(`^(${DAYS})$`).test(value) },
};

/** `UNTIL` becomes an instant of the zone: with a day alone, the end of that day. */
export function readRule(text: string, timeZone: string): ReadRule {
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(';')) {
    const [, key, value] = /^\s*([A-Z]+)=(\S+?)\s*$/.exec(part) ?? [];
    if (key === undefined || value === undefined) return { problem: EXAMPLE };
    const known = PARTS[key];
    if (!known) return { problem: `${EXAMPLE}; ${key} is none of its parts (${Object.keys(PARTS).join(', ')})` };
    if (parts.has(key)) return { problem: `${key} stands twice in this rule` };
    if (!known.fits(value)) return { problem: `${key} ${known.rule}` };
    parts.set(key, value);
  }
  const problem = disagreement(parts);
  if (problem !== undefined) return { problem };
  const rule = [...parts].filter(([key]) => key !== 'UNTIL').map(([key, value]) => `${key}=${value}`);
  const until = parts.get('UNTIL');
  return { rule: rule.join(';'), ...(until !== undefined && { lastAt: untilAt(until, timeZone) }) };
}

/** What RFC 5545 does not allow together. */
function disagreement(parts: ReadonlyMap<string, string>): string | undefined {
  const freq = parts.get('FREQ');
  if (freq === undefined) return `${EXAMPLE}; FREQ is missing`;
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL exclude each other; keep one';
  if (parts.has('BYSETPOS') && ![...parts.keys()].some((key) => key.startsWith('BY') && key !== 'BYSETPOS')) {
    return 'BYSETPOS picks among what another part lists, like BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1';
  }
  const isOrdinal = /\d/.test(parts.get('BYDAY') ?? '');
  if (isOrdinal && !['MONTHLY', 'YEARLY'].includes(freq)) return `BYDAY takes no numbers beside FREQ=${freq}`;
  if (isOrdinal && parts.has('BYWEEKNO')) return 'BYDAY takes no numbers beside BYWEEKNO';
  if (parts.has('BYMONTHDAY') && freq === 'WEEKLY') return 'BYMONTHDAY has no meaning beside FREQ=WEEKLY';
  for (const key of ['BYYEARDAY', 'BYWEEKNO']) {
    if (parts.has(key) && freq !== 'YEARLY') return `${key} has no meaning beside FREQ=${freq}, only beside YEARLY`;
  }
  const timesADay = ['BYHOUR', 'BYMINUTE'].reduce(
    (product, key) => product * (parts.get(key) ?? '').split(',').length,
    1,
  );
  return timesADay > MOST_A_DAY ? 'expected at least an hour from one start to the next' : undefined;
}

function isUntil(value: string): boolean {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(?:T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/.exec(value) ?? [];
  return year !== undefined && isCalendarDay(`${year}-${month}-${day}`) && (time !== undefined || value.length === 8);
}

function untilAt(value: string, timeZone: string): number {
  const wall = Date.UTC(Number(value.slice(0, 4)), Number(value.slice(4, 6)) - 1, Number(value.slice(6, 8)));
  if (value.length === 8) return instantOf(wall + DAY_MS, timeZone) - 1;
  const [hours, minutes, seconds] = [9, 11, 13].map((index) => Number(value.slice(index, index + 2))) as [
    number,
    number,
    number,
  ];
  const timed = wall + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return value.endsWith('Z') ? timed : instantOf(timed, timeZone);
}

function eachOf(value: string, fits: (item: string) => boolean): boolean {
  return value.split(',').every(fits);
}

function isSignedUpTo(max: number): (value: string) => boolean {
  return (value) => isWithin(value.replace(/^[+-]/, ''), 1, max);
}

function isWithin(value: string, min: number, max: number): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) >= min && Number(value) <= max;
}
