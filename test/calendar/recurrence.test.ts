import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInstant } from '../../src/calendar/instant.ts';
import { DAY_MS, wallTimeAt } from '../../src/calendar/local-time.ts';
import { problemOf, windowsOf } from '../../src/calendar/recurrence.ts';
import { readRule } from '../../src/calendar/rule.ts';
import type { Maintenance } from '../../src/model.ts';

const MINUTE = 60_000;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

function repeated(start: string, timeZone: string, rule: string, minutes = 20, except: string[] = []): Maintenance {
  const { at, wall } = readInstant(start, timeZone)!;
  const read = readRule(rule, timeZone);
  if ('problem' in read) throw new Error(read.problem);
  const repeat = { rule: read.rule, timeZone, firstWall: wall, except };
  return {
    title: 'Restart',
    services: ['queue'],
    startsAt: at,
    endsAt: at + minutes * MINUTE,
    repeat: { ...repeat, ...(read.lastAt !== undefined && { lastAt: read.lastAt }) },
  };
}

function startsOf(maintenance: Maintenance, from: string, to: string): string[] {
  const range = { from: Date.parse(`${from}T00:00Z`), to: Date.parse(`${to}T00:00Z`) };
  return windowsOf(maintenance, range).map(({ startsAt }) => iso(startsAt));
}

describe('when it is', () => {
  test.each([
    [
      '03:00 in winter and in summer',
      repeated('2027-03-14T03:00', 'Europe/Berlin', 'FREQ=WEEKLY'),
      '2027-03-01',
      '2027-04-10',
      '2027-03-14T02:00 2027-03-21T02:00 2027-03-28T01:00 2027-04-04T01:00',
    ],
    [
      'skipped by the clocks: as much later as they jump',
      repeated('2027-03-27T02:30', 'Europe/Berlin', 'FREQ=DAILY'),
      '2027-03-27',
      '2027-03-30',
      '2027-03-27T01:30 2027-03-28T01:30 2027-03-29T00:30',
    ],
    [
      'shown twice by the clocks: the first',
      repeated('2026-10-24T02:30', 'Europe/Berlin', 'FREQ=DAILY'),
      '2026-10-24',
      '2026-10-27',
      '2026-10-24T00:30 2026-10-25T00:30 2026-10-26T01:30',
    ],
    [
      'west of Greenwich',
      repeated('2026-03-07T02:30', 'America/New_York', 'FREQ=DAILY'),
      '2026-03-07',
      '2026-03-10',
      '2026-03-07T07:30 2026-03-08T07:30 2026-03-09T06:30',
    ],
    [
      'COUNT counts from the first',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=WEEKLY;COUNT=3'),
      '2026-12-01',
      '2027-12-01',
      '2026-12-06T03:00 2026-12-13T03:00',
    ],
    [
      'UNTIL a day includes it, by the clock there',
      repeated('2026-11-29T23:30', 'America/New_York', 'FREQ=DAILY;UNTIL=20261201'),
      '2026-11-29',
      '2027-12-01',
      '2026-11-30T04:30 2026-12-01T04:30 2026-12-02T04:30',
    ],
    [
      'UNTIL an instant includes it',
      repeated('2026-11-29T03:00', 'Europe/Berlin', 'FREQ=DAILY;UNTIL=20261130T020000Z'),
      '2026-11-29',
      '2027-12-01',
      '2026-11-29T02:00 2026-11-30T02:00',
    ],
    [
      'UNTIL a time without Z is one there',
      repeated('2026-11-29T03:00', 'Europe/Berlin', 'FREQ=DAILY;UNTIL=20261130T025959'),
      '2026-11-29',
      '2027-12-01',
      '2026-11-29T02:00',
    ],
    [
      'the last Sunday of a month',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=MONTHLY;BYDAY=-1SU'),
      '2026-11-01',
      '2027-02-01',
      '2026-11-29T03:00 2026-12-27T03:00 2027-01-31T03:00',
    ],
    [
      'the last working day of a month',
      repeated('2026-11-30T03:00', 'UTC', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'),
      '2026-11-01',
      '2027-02-01',
      '2026-11-30T03:00 2026-12-31T03:00 2027-01-29T03:00',
    ],
    [
      'every other week on two days',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE'),
      '2026-11-29',
      '2026-12-17',
      '2026-11-29T03:00 2026-12-09T03:00 2026-12-13T03:00',
    ],
    [
      'a leap day',
      repeated('2028-02-29T03:00', 'UTC', 'FREQ=YEARLY'),
      '2026-01-01',
      '2037-01-01',
      '2028-02-29T03:00 2032-02-29T03:00 2036-02-29T03:00',
    ],
    [
      'twice a day',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=DAILY;BYHOUR=3,15'),
      '2026-11-29',
      '2026-12-01',
      '2026-11-29T03:00 2026-11-29T15:00 2026-11-30T03:00 2026-11-30T15:00',
    ],
    [
      'not on the days that are named',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=WEEKLY', 20, ['2026-12-06']),
      '2026-11-29',
      '2026-12-14',
      '2026-11-29T03:00 2026-12-13T03:00',
    ],
    [
      'week 53, where there is one',
      repeated('2026-12-31T03:00', 'UTC', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH'),
      '2026-01-01',
      '2040-01-01',
      '2026-12-31T03:00 2032-12-30T03:00 2037-12-31T03:00',
    ],
    [
      'before its first there is none',
      repeated('2026-11-29T03:00', 'UTC', 'FREQ=DAILY'),
      '2020-01-01',
      '2026-11-29',
      '',
    ],
  ])('%s', (_, maintenance, from, to, starts) => {
    expect(startsOf(maintenance, from, to).join(' ')).toBe(starts);
  });

  test('what touches the range, uncut', () => {
    const nightly = repeated('2026-11-29T23:00', 'UTC', 'FREQ=DAILY', 120);
    const range = { from: Date.parse('2026-12-01T00:30Z'), to: Date.parse('2026-12-01T23:00Z') };
    expect(windowsOf(nightly, range).map(({ startsAt, endsAt }) => [iso(startsAt), iso(endsAt)])).toEqual([
      ['2026-11-30T23:00', '2026-12-01T01:00'],
    ]);
  });
});

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Cairo'];

test('through a year and all its changes of clocks the clock shows the same at each start', () => {
  const property = fc.property(
    fc.constantFrom(...ZONES),
    fc.integer({ min: 0, max: 24 * 60 - 1 }),
    fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU'),
    (timeZone, minute, rule) => {
      const time = new Date(minute * MINUTE).toISOString().slice(11, 16);
      const maintenance = repeated(`2026-01-01T${time}`, timeZone, rule);
      const year = { from: Date.parse('2026-01-02T00:00Z'), to: Date.parse('2027-01-02T00:00Z') };
      const windows = windowsOf(maintenance, year);
      const shown = windows.map(({ startsAt }) => wallTimeAt(startsAt, timeZone) % DAY_MS);
      const moved = shown.filter((wall) => wall !== minute * MINUTE);
      // Only where the hour does not exist, at most once a change.
      expect(moved.length).toBeLessThanOrEqual(1);
      for (const wall of moved) expect(wall - minute * MINUTE).toBeLessThanOrEqual(60 * MINUTE);
      expect(windows.length).toBeGreaterThanOrEqual(52);
      expect(windows.every(({ startsAt, endsAt }) => endsAt - startsAt === 20 * MINUTE)).toBe(true);
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test('the windows of a whole are those of its parts', () => {
  const daily = repeated('2026-01-01T02:30', 'Europe/Berlin', 'FREQ=DAILY;BYHOUR=2,14', 90);
  const from = Date.parse('2026-01-01T00:00Z');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 * DAY_MS }),
      fc.integer({ min: 0, max: 40 * DAY_MS }),
      (start, length) => {
        const [a, b, c] = [from + start, from + start + Math.floor(length / 2), from + start + length] as const;
        const both = [...windowsOf(daily, { from: a, to: b }), ...windowsOf(daily, { from: b, to: c })];
        const seen = [...new Map(both.map((window) => [window.startsAt, window])).values()];
        expect(windowsOf(daily, { from: a, to: c })).toEqual(a < b ? seen : windowsOf(daily, { from: b, to: c }));
      },
    ),
    { numRuns: 200 },
  );
});

describe('refused', () => {
  const problem = (start: string, rule: string, minutes = 20) => {
    const { repeat } = repeated(start, 'UTC', rule);
    return problemOf(repeat!, minutes * MINUTE);
  };

  test.each([
    [
      'a start that the rule does not name',
      problem('2026-11-29T03:00', 'FREQ=WEEKLY;BYDAY=MO'),
      'start: expected a start that fits `repeat`, the next is 2026-11-30T03:00',
    ],
    [
      'a day that no month has',
      problem('2026-11-29T03:00', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
      'repeat: there is no such day in the years after `start`',
    ],
    [
      'the same, day by day',
      problem('2026-11-29T03:00', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'),
      'repeat: there is no such day in the years after `start`',
    ],
    [
      'one that is always',
      problem('2026-11-29T03:00', 'FREQ=DAILY', 24 * 60),
      'length: expected an end before the next one begins',
    ],
    [
      'one that ends too late now and then',
      problem('2026-11-30T03:00', 'FREQ=WEEKLY;BYDAY=MO,TU', 25 * 60),
      'length: expected an end before the next one begins',
    ],
    [
      'one in every few minutes',
      problem('2026-11-29T03:00', 'FREQ=DAILY;BYMINUTE=0,20', 5),
      'repeat: expected at least an hour from one start to the next',
    ],
    ['long ago', problem('1999-11-29T03:00', 'FREQ=DAILY'), 'start: expected a year from 2000 to 2099 beside `repeat`'],
    ['a week of seven days without an hour', problem('2026-11-29T03:00', 'FREQ=DAILY', 23 * 60), undefined],
    ['29 February', problem('2096-02-29T03:00', 'FREQ=YEARLY'), undefined],
    ['once', problem('2026-11-29T03:00', 'FREQ=DAILY;COUNT=1', 48 * 60), undefined],
  ])('%s', (_, found, expected) => {
    expect(found && `${found.key}: ${found.message}`).toBe(expected);
  });

  test.each([
    ['', 'expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU'],
    ['weekly', 'expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU'],
    ['RRULE:FREQ=WEEKLY', 'expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU'],
    ['BYDAY=SU', 'expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU; FREQ is missing'],
    ['FREQ=WEEKLY;FREQ=DAILY', 'FREQ stands twice in this rule'],
    ['FREQ=MINUTELY', 'FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; for several times a day write FREQ=DAILY;BYHOUR=3,15'],
    ['FREQ=WEEKLY;INTERVAL=0', 'INTERVAL is a number from 1 to 1000'],
    [
      'FREQ=WEEKLY;BYDAY=XX',
      'BYDAY is a list of MO TU WE TH FR SA SU, with a number before them like 1SU or -1SU in months and years',
    ],
    ['FREQ=WEEKLY;BYDAY=1SU', 'BYDAY takes no numbers beside FREQ=WEEKLY'],
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH is a list of 1 to 12'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY is a list of 1 to 31 or -31 to -1'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS picks among what another part lists, like BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
    ['FREQ=WEEKLY;COUNT=3;UNTIL=20271231', 'COUNT and UNTIL exclude each other; keep one'],
    ['FREQ=WEEKLY;UNTIL=20270229', 'UNTIL is a day like 20271231 or a time like 20271231T030000Z'],
    ['FREQ=WEEKLY;UNTIL=20271231Z', 'UNTIL is a day like 20271231 or a time like 20271231T030000Z'],
    ['FREQ=DAILY;BYWEEKNO=3', 'BYWEEKNO has no meaning beside FREQ=DAILY, only beside YEARLY'],
    ['FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40', 'expected at least an hour from one start to the next'],
  ])('%j', (rule, expected) => {
    expect(readRule(rule, 'UTC')).toEqual({ problem: expected });
  });

  test('FREQ=HOURLY and others say which parts there are', () => {
    const found = readRule('FREQ=WEEKLY;BYSECOND=3', 'UTC');
    expect('problem' in found && found.problem).toContain('BYSECOND is none of its parts (FREQ, INTERVAL,');
  });
});

test('lower case is as good', () => {
  expect(readRule('freq=weekly; byday=su', 'UTC')).toEqual({ rule: 'FREQ=WEEKLY;BYDAY=SU' });
});
