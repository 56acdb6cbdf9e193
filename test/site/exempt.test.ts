/** Nine days of a queue that restarts every night and of an office system that is switched off at night. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowsOf } from '../../src/calendar/recurrence.ts';
import { parseConfig } from '../../src/config/load.ts';
import { DAY_MS } from '../../src/history/days.ts';
import { loadHistory } from '../../src/history/load.ts';
import { importRounds } from '../../src/history/store.ts';
import { listed, upcomingOf } from '../../src/site/exempt.ts';
import { lookBackMs, type Site, viewOf } from '../../src/site/site.ts';
import { statusDocument } from '../../src/site/status-document.ts';
import { roundOf } from '../status/sketch.ts';

const loaded = parseConfig(
  'services.yml',
  `services:
  queue: { probes: [{ tcp: "queue:1" }] }
  office: { expectedHours: "Mon-Fri 08:00-18:00 Europe/Berlin", probes: [{ tcp: "office:1" }] }
  late: { expectedHours: "Mon-Fri 08:00-18:00 Europe/Berlin", probes: [{ tcp: "late:1" }] }
maintenance:
  - { title: Restart, services: [queue], start: "2026-11-01T03:00", timezone: Europe/Berlin, duration: 20m, repeat: FREQ=DAILY }
  - { title: Move, services: [queue, office], start: 2026-11-25T10:00Z, duration: 1h }
  - { title: Long ago, services: [queue], start: 2026-11-02T10:00Z, duration: 1h }
`,
  { kinds: 'opaque', env: {} },
);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;

const TEN_MINUTES = 600_000;
// A Thursday, nine days later a Saturday night.
const FROM = Date.parse('2026-11-12T00:00Z');
const TO = Date.parse('2026-11-21T20:00Z');
let folder: string;
let site: Site;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-exempt-'));
  const rounds = [];
  for (let at = FROM; at <= TO; at += TEN_MINUTES) {
    const isRestarting = windowsOf(config.maintenance[0]!, { from: at, to: at + 1 }).length > 0;
    const hour = (at % DAY_MS) / 3_600_000;
    const isOff = hour < 7 || hour >= 17 || [6, 0].includes(new Date(at).getUTCDay());
    const seen = {
      queue: isRestarting ? 'down refused' : 'up 20',
      office: isOff ? 'down refused' : 'up 20',
      // It is an hour late on each working day.
      late: isOff || hour < 8 ? 'down refused' : 'up 20',
    };
    rounds.push(roundOf(config.services, seen, at));
  }
  await importRounds(folder, rounds);
  const history = await loadHistory(folder, { leastRounds: 100, backMs: lookBackMs(config), renamed: new Map() });
  site = viewOf(config, history, { now: TO + 60_000, isDemo: false });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const serviceOf = (id: string) => site.services.find((service) => service.id === id)!;

describe('what nobody expects to work', () => {
  test('is out of the uptime, and counts as observed', () => {
    const uptimes = site.services.map(({ id, uptime }) => [id, uptime.words, uptime.coverage]);
    expect(uptimes).toEqual([
      ['queue', '100 %', '10 days, 100 % observed'],
      ['office', '100 %', '10 days, 100 % observed'],
      // Of each ten hours one.
      ['late', '90.00 %', '10 days, 100 % observed'],
    ]);
  });

  test('is told as such, with the next opening, and needs no attention', () => {
    const { word, note, hours, state } = serviceOf('office');
    expect({ word, note, hours, state }).toEqual({
      word: 'outside its hours',
      note: 'until 2026-11-23 07:00 UTC',
      hours: { text: 'Mon-Fri 08:00-18:00 Europe/Berlin', opensAt: Date.parse('2026-11-23T07:00Z') },
      state: 'maintenance',
    });
    expect([site.attention, site.headline.verdict, site.headline.because, site.counts]).toEqual([
      [],
      'All systems are operational.',
      ['Outside their hours until 2026-11-23 07:00 UTC: Office and Late.'],
      [
        { state: 'operational', words: '1 operational' },
        { state: 'maintenance', words: '2 outside its hours' },
      ],
    ]);
    expect(site.groups.map(({ summary }) => summary)).toEqual(['1/1 operational, 2 outside its hours']);
  });

  test('is drawn as such, not as maintenance', () => {
    expect([serviceOf('office').strip.label, serviceOf('queue').strip.label]).toEqual([
      'Last 90 days: 3 days outside its hours, 7 days without trouble, 80 days without data',
      'Last 90 days: 10 days without trouble, 80 days without data',
    ]);
  });

  test('stands in the document for programs', () => {
    const { services, maintenance } = statusDocument(site) as Record<'services' | 'maintenance', object[]>;
    expect(services[1]).toMatchObject({
      own: 'maintenance',
      expectedHours: 'Mon-Fri 08:00-18:00 Europe/Berlin',
      outsideHoursUntil: '2026-11-23T07:00:00.000Z',
    });
    expect(maintenance.slice(0, 3)).toEqual([
      { title: 'Long ago', services: ['queue'], start: '2026-11-02T10:00:00.000Z', end: '2026-11-02T11:00:00.000Z' },
      { title: 'Restart', services: ['queue'], start: '2026-11-22T02:00:00.000Z', end: '2026-11-22T02:20:00.000Z' },
      { title: 'Restart', services: ['queue'], start: '2026-11-23T02:00:00.000Z', end: '2026-11-23T02:20:00.000Z' },
    ]);
  });
});

test('what is still to come is told once each, the nearest first', () => {
  const told = site.upcoming.map(({ title, names, startsAt, further }) => [
    title,
    names.join(),
    new Date(startsAt).toISOString().slice(0, 16),
    further,
  ]);
  expect(told).toEqual([
    ['Restart', 'Queue', '2026-11-22T02:00', 89],
    ['Move', 'Queue,Office', '2026-11-25T10:00', 0],
  ]);
});

test('what lasts is told until it ends', () => {
  const at = (text: string) => upcomingOf(config.maintenance, Date.parse(text), (id) => id)[0]!.startsAt;
  expect([at('2026-11-22T02:19Z'), at('2026-11-22T02:20Z')]).toEqual([
    Date.parse('2026-11-22T02:00Z'),
    Date.parse('2026-11-23T02:00Z'),
  ]);
});

test('one by one it is 90 nights, by the clock there, and what does not repeat', () => {
  const windows = listed(config.maintenance, TO);
  expect(windows.filter(({ title }) => title === 'Restart')).toHaveLength(90);
  expect(windows.map(({ startsAt }) => startsAt)).toEqual(
    windows.map(({ startsAt }) => startsAt).sort((a, b) => a - b),
  );
});
