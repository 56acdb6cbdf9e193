import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { calendarOf } from '../../src/site/feeds/calendar.ts';
import type { MaintenanceView } from '../../src/site/maintenance-view.ts';
import { NOON, siteOf } from './world.ts';

const SOURCE = `
page: { title: "Example, status; all", url: "https://example.github.io/repo/" }
services: { db: { name: Database, probes: [] }, web: { name: "Wéb, 网站", probes: [] } }
maintenance:
  - { title: "Upgrade; of \\\\ the, database", services: [db, web], start: "2026-12-01T02:00:00Z", duration: 2h }
  - title: Weekly restart
    services: [web]
    start: 2026-11-01T03:00:00
    duration: 30m
    timezone: Europe/Berlin
    repeat: FREQ=WEEKLY
`;

function eventsIn(text: string): InstanceType<typeof ICAL.Event>[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
}

/** Of every content line; what RFC 5545 says of their form. */
function problemsIn(text: string): string[] {
  const lines = text.split('\r\n');
  return [
    ...(lines.at(-1) === '' ? [] : ['no break at the end']),
    ...lines.filter((line) => Buffer.byteLength(line) > 75).map((line) => `long: ${line}`),
    ...lines.filter((line) => /[\n\r\p{Cc}]/u.test(line)).map((line) => `control: ${JSON.stringify(line)}`),
    ...(Buffer.from(text).toString() === text && !text.includes('\ufffd') ? [] : ['a torn character']),
  ];
}

test('a calendar reads what was announced as it was meant', () => {
  const text = calendarOf(siteOf({ source: SOURCE }));
  expect(problemsIn(text)).toEqual([]);
  const events = eventsIn(text);
  const upgrade = events.find(({ summary }) => summary.startsWith('Upgrade'))!;
  expect(upgrade.summary).toBe('Upgrade; of \\ the, database');
  expect(upgrade.description).toContain('Services: Database, Wéb, 网站');
  expect([upgrade.uid, upgrade.sequence]).toEqual(['2026-12-01-upgrade-of-the-database@example.github.io', 0]);
  expect([upgrade.startDate.toJSDate(), upgrade.endDate.toJSDate()].map((date) => date.toISOString())).toEqual([
    '2026-12-01T02:00:00.000Z',
    '2026-12-01T04:00:00.000Z',
  ]);
  for (const { startDate } of events) expect(startDate.zone).toBe(ICAL.Timezone.utcTimezone);
});

test('what repeats is an event a time for 90 days, by the clock of its zone', () => {
  const weekly = eventsIn(calendarOf(siteOf({ source: SOURCE }))).filter(({ summary }) => summary === 'Weekly restart');
  const coming = weekly.filter(({ startDate }) => startDate.toJSDate().getTime() > NOON);
  expect(coming).toHaveLength(13);
  expect(coming[0]!.uid).toBe('2026-11-22-weekly-restart-20261122T020000Z@example.github.io');
  expect(new Set(weekly.map(({ uid }) => uid)).size).toBe(weekly.length);
});

test('nothing but what is announced lies ahead', () => {
  for (const event of eventsIn(calendarOf(siteOf({ source: SOURCE })))) {
    for (const name of ['dtstamp', 'created', 'last-modified']) {
      const value = event.component.getFirstPropertyValue(name) as InstanceType<typeof ICAL.Time>;
      expect(value.toJSDate().getTime(), name).toBeLessThanOrEqual(NOON);
    }
  }
});

test('what is cancelled stays, as cancelled, with its number', () => {
  const site = siteOf({ source: SOURCE });
  const cancel = (event: MaintenanceView): MaintenanceView => ({ ...event, status: 'cancelled', sequence: 2 });
  const [before, after] = [site, { ...site, maintenances: site.maintenances.map(cancel) }].map((one) =>
    eventsIn(calendarOf(one)),
  );
  expect(after!.map(({ uid }) => uid)).toEqual(before!.map(({ uid }) => uid));
  for (const { component, sequence } of after!) {
    expect([component.getFirstPropertyValue('status'), sequence]).toEqual(['CANCELLED', 2]);
  }
});

test('a calendar without events is one, too', () => {
  const text = calendarOf(siteOf({ source: 'services: { web: https://example.org }' }));
  expect(problemsIn(text)).toEqual([]);
  expect(eventsIn(text)).toEqual([]);
  expect(new ICAL.Component(ICAL.parse(text)).getAllSubcomponents()).toHaveLength(1);
});

test.each([
  ['lines', 'one\ntwo\r\nEND:VEVENT\r\nX:y'],
  ['wide characters at every fold', '😀'.repeat(200)],
  ['controls and overrides', 'a\u0000b\u0085c\u202ed\u2028e'],
  ['marks', '\\n \\; , : " \' <b>'],
  ['length', 'x'.repeat(100_000)],
])('hostile text is text: %s', (_, title) => {
  const site = siteOf({ source: SOURCE });
  const evil = site.maintenances.map((event) => ({ ...event, title, services: [{ id: 'db', name: title }] }));
  const text = calendarOf({ ...site, maintenances: evil });
  expect(problemsIn(text)).toEqual([]);
  const events = eventsIn(text);
  expect(events).toHaveLength(site.maintenances.length);
  // What neither disguises nor ends a line comes back as it was.
  const plain = title.replaceAll(/[^\P{Cc}\n]|\u202e/gu, '');
  expect(events[0]!.summary.replace('… (cut)', '')).toBe(plain.slice(0, 500));
});
