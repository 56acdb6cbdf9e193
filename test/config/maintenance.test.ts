import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problems.ts';

function parse(entry: string) {
  const source = `services: { web: {} }\nmaintenance: [{ title: Work, services: [web], ${entry} }]`;
  return parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
}

/** Begin and end, as ISO 8601 in UTC to the minute. */
function spanOf(entry: string): string {
  const result = parse(entry);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  const { startsAt, endsAt } = result.config.maintenance[0]!;
  return [startsAt, endsAt].map((at) => new Date(at).toISOString().slice(0, 16)).join(' → ');
}

function problemsIn(entry: string): string[] {
  const result = parse(entry);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('instants', () => {
  test.each([
    ['in UTC', 'start: 2026-12-01T02:00:00Z, end: 2026-12-01T04:00:00Z', '2026-12-01T02:00 → 2026-12-01T04:00'],
    ['without seconds', 'start: 2026-12-01T02:00Z, end: 2026-12-01T04:00Z', '2026-12-01T02:00 → 2026-12-01T04:00'],
    ['with a space', 'start: 2026-12-01 02:00Z, duration: 2h', '2026-12-01T02:00 → 2026-12-01T04:00'],
    ['with milliseconds', 'start: 2026-12-01T02:00:00.000Z, duration: 2h', '2026-12-01T02:00 → 2026-12-01T04:00'],
    ['with an offset', 'start: "2026-12-01T02:00+05:30", duration: 30m', '2026-11-30T20:30 → 2026-11-30T21:00'],
    [
      'offsets that differ',
      'start: "2026-12-01T02:00+01:00", end: 2026-12-01T02:00Z',
      '2026-12-01T01:00 → 2026-12-01T02:00',
    ],
    [
      'an offset beside a time zone is the one that counts',
      'start: 2026-12-01T02:00Z, timezone: Asia/Tokyo, duration: 1h',
      '2026-12-01T02:00 → 2026-12-01T03:00',
    ],
    [
      'a time zone in winter',
      'start: "2026-12-01T02:00", timezone: Europe/Berlin, duration: 1h',
      '2026-12-01T01:00 → 2026-12-01T02:00',
    ],
    [
      'a time zone in summer',
      'start: "2026-07-01T02:00", timezone: Europe/Berlin, duration: 1h',
      '2026-07-01T00:00 → 2026-07-01T01:00',
    ],
    [
      'a time zone with half an hour',
      'start: "2026-07-01T02:00", timezone: Asia/Kolkata, duration: 1h',
      '2026-06-30T20:30 → 2026-06-30T21:30',
    ],
    ['29 February in a leap year', 'start: 2028-02-29T00:00Z, duration: 1d', '2028-02-29T00:00 → 2028-03-01T00:00'],
  ])('%s', (_, entry, span) => {
    expect(spanOf(entry)).toBe(span);
  });

  test.each([
    [
      'the night the clocks go forward is an hour shorter',
      'Europe/Berlin',
      '2027-03-28T01:30',
      '2027-03-28T03:30',
      '2027-03-28T00:30 → 2027-03-28T01:30',
    ],
    [
      'the night the clocks go back is an hour longer',
      'Europe/Berlin',
      '2026-10-25T01:30',
      '2026-10-25T03:30',
      '2026-10-24T23:30 → 2026-10-25T02:30',
    ],
    [
      'west of Greenwich, forward',
      'America/New_York',
      '2026-03-08T01:30',
      '2026-03-08T03:30',
      '2026-03-08T06:30 → 2026-03-08T07:30',
    ],
    [
      'west of Greenwich, back',
      'America/New_York',
      '2026-11-01T00:30',
      '2026-11-01T02:30',
      '2026-11-01T04:30 → 2026-11-01T07:30',
    ],
  ])('%s', (_, timezone, start, end, span) => {
    expect(spanOf(`start: "${start}", end: "${end}", timezone: ${timezone}`)).toBe(span);
  });

  test('an hour that does not exist begins when the clocks have gone forward', () => {
    expect(spanOf('start: "2027-03-28T02:30", timezone: Europe/Berlin, duration: 1h')).toBe(
      '2027-03-28T01:30 → 2027-03-28T02:30',
    );
  });
});

describe('refused', () => {
  const instantRule = 'expected an instant like 2026-12-01T02:00:00Z, or one without offset beside `timezone`';
  test.each([
    [
      '30 February',
      'start: 2026-02-30T00:00Z, duration: 1h',
      [`maintenance[0].start: ${instantRule}, got "2026-02-30T00:00Z"`],
    ],
    [
      '29 February in a common year',
      'start: 2026-02-29T00:00Z, duration: 1h',
      [`maintenance[0].start: ${instantRule}, got "2026-02-29T00:00Z"`],
    ],
    [
      '25 o’clock',
      'start: 2026-12-01T25:00Z, duration: 1h',
      [`maintenance[0].start: ${instantRule}, got "2026-12-01T25:00Z"`],
    ],
    [
      'a day without a time',
      'start: 2026-12-01, duration: 1h',
      [`maintenance[0].start: ${instantRule}, got "2026-12-01"`],
    ],
    ['a word', 'start: tomorrow, duration: 1h', [`maintenance[0].start: ${instantRule}, got "tomorrow"`]],
    [
      'neither offset nor time zone',
      'start: "2026-12-01T02:00", duration: 1h',
      [`maintenance[0].start: ${instantRule}, got "2026-12-01T02:00"`],
    ],
    [
      'a time zone that does not exist',
      'start: 2026-12-01T02:00Z, duration: 1h, timezone: Europe/Atlantis',
      ['maintenance[0].timezone: expected an IANA time zone like Europe/Berlin, got "Europe/Atlantis"'],
    ],
    [
      'an end before its start',
      'start: 2026-12-01T04:00Z, end: 2026-12-01T02:00Z',
      ['maintenance[0].end: expected an end after the start, got "2026-12-01T02:00Z"'],
    ],
    [
      'an end at its start',
      'start: 2026-12-01T04:00Z, end: "2026-12-01T05:00+01:00"',
      ['maintenance[0].end: expected an end after the start, got "2026-12-01T05:00+01:00"'],
    ],
    ['neither end nor duration', 'start: 2026-12-01T02:00Z', ['maintenance[0]: expected either `end` or `duration`']],
    [
      'both end and duration',
      'start: 2026-12-01T02:00Z, end: 2026-12-01T04:00Z, duration: 2h',
      ['maintenance[0]: expected either `end` or `duration`'],
    ],
    [
      'no duration to speak of',
      'start: 2026-12-01T02:00Z, duration: 0s',
      ['maintenance[0].duration: expected a duration above zero, got "0s"'],
    ],
  ])('%s', (_, entry, problems) => {
    expect(problemsIn(entry)).toEqual(problems);
  });

  test('a maintenance of nobody', () => {
    const result = parseConfig(
      'services.yml',
      'services: { web: {} }\nmaintenance: [{ title: x, services: [], start: 2026-12-01T02:00Z, duration: 1h }]',
      { kinds: 'opaque', env: {} },
    );
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'services.yml:2:37  maintenance[0].services: expected at least 1 in the list',
    ]);
  });
});

describe('what repeats', () => {
  test('is kept by the clock on the wall, with the rule and the days that are left out', () => {
    const entry = 'start: "2026-11-29T03:00", timezone: Europe/Berlin, duration: 20m, except: [2026-12-27]';
    const result = parse(`${entry}, repeat: freq=weekly;until=20271231`);
    expect(result.ok && [result.config.maintenance[0], result.notUsedYet]).toEqual([
      {
        title: 'Work',
        services: ['web'],
        startsAt: Date.parse('2026-11-29T02:00Z'),
        endsAt: Date.parse('2026-11-29T02:20Z'),
        repeat: {
          rule: 'FREQ=WEEKLY',
          timeZone: 'Europe/Berlin',
          firstWall: Date.parse('2026-11-29T03:00Z'),
          lastAt: Date.parse('2027-12-31T23:00Z') - 1,
          except: ['2026-12-27'],
        },
      },
      [],
    ]);
  });

  const start = 'start: "2026-11-29T03:00", timezone: Europe/Berlin';
  test.each([
    [
      'a rule that is none',
      `${start}, duration: 20m, repeat: weekly`,
      ['maintenance[0].repeat: expected a rule of RFC 5545 like FREQ=WEEKLY;BYDAY=SU, got "weekly"'],
    ],
    [
      'a rule that never comes true',
      `${start}, duration: 20m, repeat: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`,
      [
        'maintenance[0].repeat: there is no such day in the years after `start`, got "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"',
      ],
    ],
    [
      'a start on another day',
      `${start}, duration: 20m, repeat: FREQ=WEEKLY;BYDAY=MO`,
      [
        'maintenance[0].start: expected a start that fits `repeat`, the next is 2026-11-30T03:00, got "2026-11-29T03:00"',
      ],
    ],
    [
      'a duration that never ends',
      `${start}, duration: 8d, repeat: FREQ=WEEKLY`,
      ['maintenance[0].duration: expected an end before the next one begins, got "8d"'],
    ],
    [
      'an end that never comes',
      `${start}, end: "2026-11-30T03:00", repeat: FREQ=DAILY`,
      ['maintenance[0].end: expected an end before the next one begins, got "2026-11-30T03:00"'],
    ],
    [
      'neither duration nor end',
      `${start}, repeat: FREQ=DAILY`,
      ['maintenance[0]: expected either `end` or `duration`'],
    ],
    [
      'an unknown zone is one mistake',
      'start: "2026-11-29T03:00", timezone: Europe/Atlantis, duration: 20m, repeat: FREQ=DAILY',
      ['maintenance[0].timezone: expected an IANA time zone like Europe/Berlin, got "Europe/Atlantis"'],
    ],
    [
      'exceptions from nothing',
      `${start}, duration: 20m, except: [2026-12-27]`,
      ['maintenance[0].except: expected `except` beside `repeat`'],
    ],
    [
      'an exception that is no day',
      `${start}, duration: 20m, repeat: FREQ=DAILY, except: [2026-02-29]`,
      ['maintenance[0].except[0]: expected a day like 2026-12-27, got "2026-02-29"'],
    ],
  ])('%s', (_, entry, problems) => {
    expect(problemsIn(entry)).toEqual(problems);
  });
});

describe('expected hours', () => {
  const hoursOf = (text: string) =>
    parseConfig('services.yml', `services: { web: { expectedHours: "${text}" } }`, { kinds: 'opaque', env: {} });

  test('are read into windows by the clock there', () => {
    const result = hoursOf('Mon 08:00-18:00 Europe/Berlin');
    expect(result.ok && [result.config.services[0]!.expectedHours, result.notUsedYet]).toEqual([
      {
        text: 'Mon 08:00-18:00 Europe/Berlin',
        timeZone: 'Europe/Berlin',
        windows: [{ day: 0, from: 8 * 3_600_000, to: 18 * 3_600_000 }],
      },
      [],
    ]);
  });

  test('that cannot be read are named with their place', () => {
    const result = hoursOf('Mon-Fri 8-18');
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'services.yml:1:35  services.web.expectedHours: expected hours like Mon-Fri 08:00-18:00, Sat 10:00-14:00 Europe/Berlin, with an IANA time zone at its end, got "Mon-Fri 8-18"',
    ]);
  });
});
