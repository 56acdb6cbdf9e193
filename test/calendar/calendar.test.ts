import { expect, test } from 'vitest';
import { createCalendar } from '../../src/calendar/calendar.ts';
import { type ExpectedHours, openWindows, readExpectedHours } from '../../src/calendar/expected-hours.ts';
import { DAY_MS } from '../../src/calendar/local-time.ts';
import { windowsOf } from '../../src/calendar/recurrence.ts';
import type { Maintenance } from '../../src/model.ts';

const START = Date.parse('2026-01-01T00:00Z');
const hours = readExpectedHours('Mon-Fri 08:00-18:00, Sat 22:00-02:30 Europe/Berlin') as ExpectedHours;
const services = [{ id: 'queue', expectedHours: hours }, { id: 'web' }];
const nightly: Maintenance = {
  title: 'Backup',
  services: ['web'],
  startsAt: START + 90 * 60_000,
  endsAt: START + 150 * 60_000,
  repeat: { rule: 'FREQ=DAILY', timeZone: 'Europe/Berlin', firstWall: START + 150 * 60_000, except: [] },
};

test('windows that overlap are all in force, from their start to before their end', () => {
  const spans = [
    { title: 'One', services: ['a', 'b'], startsAt: 10, endsAt: 20 },
    { title: 'Two', services: ['b', 'c'], startsAt: 15, endsAt: 30 },
  ];
  const { exemptAt } = createCalendar([], spans);
  const told = [9, 10, 15, 19, 20, 30, 12].map((at) => [...exemptAt(at).inMaintenance].sort().join(''));
  expect(told).toEqual(['', 'ab', 'abc', 'abc', 'bc', '', 'ab']);
});

test('through a year it says what the windows say, forwards and at random', () => {
  const calendar = createCalendar(services, [nightly]);
  const forwards = Array.from({ length: 9000 }, (_, index) => START + index * 59 * 60_000);
  const scattered = forwards.map((_, index) => START + ((index * 7919 * 60_000) % (365 * DAY_MS)));
  for (const at of [...forwards, ...scattered]) {
    const { inMaintenance, outsideHours } = calendar.exemptAt(at);
    const instant = { from: at, to: at + 1 };
    expect([inMaintenance.has('web'), outsideHours.has('queue'), inMaintenance.has('queue')]).toEqual([
      windowsOf(nightly, instant).length > 0,
      openWindows(hours, instant).length === 0,
      false,
    ]);
  }
});

test('outside of its hours it says when they begin again', () => {
  const { exemptAt } = createCalendar(services, []);
  const opensAt = exemptAt(Date.parse('2026-11-20T17:00Z')).outsideHours.get('queue')!;
  expect(new Date(opensAt).toISOString()).toBe('2026-11-21T21:00:00.000Z');
});

test('a year of a hundred thousand rounds asks it in well under a second', () => {
  const calendar = createCalendar(services, [nightly]);
  const began = process.threadCpuUsage();
  let exempt = 0;
  for (let index = 0; index < 100_000; index += 1) {
    exempt += calendar.exemptAt(START + index * 315_000).outsideHours.size;
  }
  expect(exempt).toBeGreaterThan(60_000);
  expect(msOf(process.threadCpuUsage(began))).toBeLessThan(1500);
});

/** Of computing: what else this machine does meanwhile counts for nothing. */
function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
