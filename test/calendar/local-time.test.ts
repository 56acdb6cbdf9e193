import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInstant } from '../../src/calendar/instant.ts';
import { instantOf, isTimeZone, wallTimeAt } from '../../src/calendar/local-time.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Antarctica/Troll',
  '+05:30',
];
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);

describe('a wall time', () => {
  test.each([
    ['in winter', '2026-12-01T03:00', 'Europe/Berlin', '2026-12-01T02:00'],
    ['in summer', '2026-07-01T03:00', 'Europe/Berlin', '2026-07-01T01:00'],
    ['that the clocks skip, east of Greenwich', '2027-03-28T02:30', 'Europe/Berlin', '2027-03-28T01:30'],
    ['that the clocks skip, west of Greenwich', '2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30'],
    ['that the clocks show twice, east of Greenwich', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30'],
    ['that the clocks show twice, west of Greenwich', '2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30'],
    ['skipped by half an hour', '2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45'],
    ['skipped by two hours', '2026-03-29T02:00', 'Antarctica/Troll', '2026-03-29T02:00'],
    ['on a day that was left out', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00'],
    ['at an offset', '2026-12-01T03:00', '+05:30', '2026-11-30T21:30'],
  ])('%s', (_, wall, timeZone, at) => {
    expect(iso(instantOf(Date.parse(`${wall}Z`), timeZone))).toBe(at);
  });
});

test('every instant is found again by its wall time, or is the later of two with the same', () => {
  const instants = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2040-01-01') });
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (at, timeZone) => {
      const found = instantOf(wallTimeAt(at, timeZone), timeZone);
      expect(wallTimeAt(found, timeZone)).toBe(wallTimeAt(at, timeZone));
      expect(found).toBeLessThanOrEqual(at);
      expect(at - found).toBeLessThanOrEqual(2 * 3_600_000);
    }),
    { numRuns: 1000 },
  );
});

test('every wall time has an instant, later ones no earlier than an hour that was skipped', () => {
  const walls = fc.integer({ min: Date.parse('2012-01-01'), max: Date.parse('2040-01-01') });
  fc.assert(
    fc.property(walls, fc.constantFrom(...ZONES), (wall, timeZone) => {
      const shown = wallTimeAt(instantOf(wall, timeZone), timeZone);
      expect(shown).toBeGreaterThanOrEqual(wall);
      expect(shown - wall).toBeLessThanOrEqual(2 * 3_600_000);
    }),
    { numRuns: 1000 },
  );
});

test('zones are those of the IANA, and offsets', () => {
  expect(['Europe/Berlin', 'UTC', '+05:30', 'Europe/Atlantis', '', 'Mon', '+99:00'].map(isTimeZone)).toEqual([
    ...[true, true, true],
    ...[false, false, false, false],
  ]);
});

test('an instant that is written knows the clock and the zone beside it', () => {
  const read = (text: string, timeZone?: string) => {
    const found = readInstant(text, timeZone);
    return found && [iso(found.at), iso(found.wall), found.timeZone].join(' ');
  };
  expect([
    read('2026-12-01T03:00', 'Europe/Berlin'),
    read('2026-12-01T03:00Z', 'Europe/Berlin'),
    read('2026-12-01T03:00+05:30'),
    read('2026-12-01T03:00Z'),
    read('2026-12-01T03:00'),
    read('2026-02-29T03:00Z'),
  ]).toEqual([
    '2026-12-01T02:00 2026-12-01T03:00 Europe/Berlin',
    '2026-12-01T03:00 2026-12-01T04:00 Europe/Berlin',
    '2026-11-30T21:30 2026-12-01T03:00 +05:30',
    '2026-12-01T03:00 2026-12-01T03:00 UTC',
    undefined,
    undefined,
  ]);
});
