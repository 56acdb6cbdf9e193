import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closedWindows,
  type ExpectedHours,
  nextOpening,
  openWindows,
  readExpectedHours,
} from '../../src/calendar/expected-hours.ts';
import { DAY_MS } from '../../src/calendar/local-time.ts';

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

function hours(text: string): ExpectedHours {
  const found = readExpectedHours(text);
  if ('problem' in found) throw new Error(found.problem);
  return found;
}

/** `from`, and how many days; open windows as `begin/end` in UTC. */
function open(text: string, from: string, days: number): string[] {
  const at = Date.parse(`${from}T00:00Z`);
  return openWindows(hours(text), { from: at, to: at + days * DAY_MS }).map(
    ({ startsAt, endsAt }) => `${iso(startsAt)}/${iso(endsAt).slice(8)}`,
  );
}

// 2026-11-20 is a Friday.
describe('open', () => {
  test.each([
    [
      'working days',
      'Mon-Fri 08:00-18:00 Europe/Berlin',
      '2026-11-20',
      4,
      ['2026-11-20T07:00/20T17:00', '2026-11-23T07:00/23T17:00'],
    ],
    [
      'several groups',
      'Mon-Fri 08:00-18:00, Sat 10:00-14:00 UTC',
      '2026-11-20',
      3,
      ['2026-11-20T08:00/20T18:00', '2026-11-21T10:00/21T14:00'],
    ],
    [
      'several windows a day',
      'Fri 08:00-12:00, 13:00-18:00 UTC',
      '2026-11-20',
      2,
      ['2026-11-20T08:00/20T12:00', '2026-11-20T13:00/20T18:00'],
    ],
    [
      'a list of days',
      'Fri, Sun 08:00-09:00 UTC',
      '2026-11-20',
      3,
      ['2026-11-20T08:00/20T09:00', '2026-11-22T08:00/22T09:00'],
    ],
    [
      'days over the end of the week',
      'Sat-Mon 08:00-09:00 UTC',
      '2026-11-20',
      4,
      ['2026-11-21T08:00/21T09:00', '2026-11-22T08:00/22T09:00', '2026-11-23T08:00/23T09:00'],
    ],
    ['over midnight', 'Fri 22:00-06:00 UTC', '2026-11-20', 3, ['2026-11-20T22:00/21T06:00']],
    ['over midnight, begun the day before', 'Thu 22:00-06:00 UTC', '2026-11-20', 3, ['2026-11-20T00:00/20T06:00']],
    ['until midnight', 'Fri 18:00-24:00 UTC', '2026-11-20', 2, ['2026-11-20T18:00/21T00:00']],
    ['whole days run into each other', 'Fri-Sat 00:00-24:00 UTC', '2026-11-20', 4, ['2026-11-20T00:00/22T00:00']],
    [
      'every day, without days',
      '08:00-09:00 UTC',
      '2026-11-20',
      2,
      ['2026-11-20T08:00/20T09:00', '2026-11-21T08:00/21T09:00'],
    ],
    ['windows that overlap are one', 'Fri 08:00-12:00 10:00-14:00 UTC', '2026-11-20', 1, ['2026-11-20T08:00/20T14:00']],
    ['in summer an hour earlier', 'Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-03', 1, ['2026-07-03T06:00/03T16:00']],
    [
      'the night the clocks go back is longer',
      'Sat 22:00-06:00 Europe/Berlin',
      '2026-10-24',
      2,
      ['2026-10-24T20:00/25T05:00'],
    ],
    [
      'the night the clocks go forward is shorter',
      'Sat 22:00-06:00 Europe/Berlin',
      '2026-03-28',
      2,
      ['2026-03-28T21:00/29T04:00'],
    ],
    ['far from Greenwich', 'Mon 08:00-18:00 Pacific/Kiritimati', '2026-11-22', 1, ['2026-11-22T18:00/23T00:00']],
  ])('%s', (_, text, from, days, expected) => {
    expect(open(text, from, days)).toEqual(expected);
  });
});

test('the next opening', () => {
  const at = Date.parse('2026-11-20T17:00Z');
  expect(iso(nextOpening(hours('Mon-Fri 08:00-18:00 Europe/Berlin'), at))).toBe('2026-11-23T07:00');
  expect(iso(nextOpening(hours('Fri 08:00-18:00 Europe/Berlin'), at))).toBe('2026-11-27T07:00');
});

const texts = fc.constantFrom(
  'Mon-Fri 08:00-18:00 Europe/Berlin',
  '22:00-06:00 America/New_York',
  'Sat 02:30-03:30, Sun 01:00-02:15 Australia/Lord_Howe',
  'Mon-Sun 00:00-24:00 America/Santiago',
  'Sun 02:15-02:45 Europe/Berlin',
);

test('open and closed together are all of the time', () => {
  const property = fc.property(
    texts,
    fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2030-01-01') }),
    fc.integer({ min: 0, max: 30 * DAY_MS }),
    (text, from, length) => {
      const range = { from, to: from + length };
      const all = [...openWindows(hours(text), range), ...closedWindows(hours(text), range)];
      all.sort((a, b) => a.startsAt - b.startsAt);
      expect(all.reduce((sum, { startsAt, endsAt }) => sum + endsAt - startsAt, 0)).toBe(length);
      expect(all.every(({ startsAt }, index) => startsAt === (all[index - 1]?.endsAt ?? from))).toBe(true);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('the windows of a day do not depend on the range that asks', () => {
  const property = fc.property(
    texts,
    fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
    fc.integer({ min: 1, max: 9 * DAY_MS }),
    fc.nat({ max: DAY_MS }),
    (text, from, length, within) => {
      const at = from + (within % length);
      const isOpen = (range: { from: number; to: number }): boolean =>
        openWindows(hours(text), range).some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
      expect(isOpen({ from, to: from + length })).toBe(isOpen({ from: at, to: at + HOUR }));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

describe('refused', () => {
  const rule = 'expected hours like Mon-Fri 08:00-18:00, Sat 10:00-14:00 Europe/Berlin';
  test.each([
    ['Mon-Fri 08:00-18:00', `${rule}, with an IANA time zone at its end`],
    ['Mon-Fri 08:00-18:00 Europe/Atlantis', `${rule}, with an IANA time zone at its end`],
    ['Europe/Berlin', `${rule}, with times after the days`],
    ['Mon-Fri Europe/Berlin', `${rule}, with times after the days`],
    ['Mon-Fry 08:00-18:00 UTC', `${rule}; "Mon-Fry" is neither days nor times from 00:00 to 24:00`],
    ['Mon-Fri 8-18 UTC', `${rule}; "8-18" is neither days nor times from 00:00 to 24:00`],
    ['Mon 08:00-24:30 UTC', `${rule}; "08:00-24:30" is neither days nor times from 00:00 to 24:00`],
    ['Mon 08:60-18:00 UTC', `${rule}; "08:60-18:00" is neither days nor times from 00:00 to 24:00`],
    ['Mon 08:00-08:00 UTC', `${rule}; "08:00-08:00" is neither days nor times from 00:00 to 24:00`],
    ['Mon-Tue-Wed 08:00-18:00 UTC', `${rule}; "Mon-Tue-Wed" is neither days nor times from 00:00 to 24:00`],
  ])('%s', (text, problem) => {
    expect(readExpectedHours(text)).toEqual({ problem });
  });
});
