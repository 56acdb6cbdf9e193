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

test('a repeated maintenance is accepted, said to be without effect yet, and not taken for a single one', () => {
  const result = parse('start: 2026-12-01T02:00Z, duration: 20m, repeat: FREQ=WEEKLY');
  expect(result.ok && [result.config.maintenance, result.notUsedYet]).toEqual([[], ['maintenance[].repeat']]);
});
