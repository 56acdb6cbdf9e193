import { expect, test } from 'vitest';
import { parseConfig } from '../src/config/load.ts';
import { DAY_MS } from '../src/history/days.ts';
import type { IncidentEvent } from '../src/incidents/event.ts';
import { incidentsFrom } from '../src/incidents/incident.ts';
import { incidentViews } from '../src/site/incident-view.ts';
import { maintenanceViews } from '../src/site/maintenance-view.ts';
import { lookBackMs } from '../src/site/site.ts';

test.each([
  ['the 90 days of the strip', '', 90],
  ['no more for a shorter promise', ', objective: 99.9% over 30d', 90],
  ['a longer promise, and the day before it', ', objective: 99.9% over 365d', 366],
])('a page looks back %s', (_, objective, days) => {
  const source = `services: { web: { probes: [{ http: "https://web.example/" }]${objective} } }`;
  const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(lookBackMs(loaded.config) / DAY_MS).toBe(days);
});

test('incidents: open ones first, then the newest; a person’s words are plain', () => {
  const at = Date.parse('2026-11-20T12:00:00Z') / 1000;
  const line = (incident: string, n: number, given: Partial<IncidentEvent>): IncidentEvent => {
    const event = { v: 1, t: at + n * 60, incident, kind: 'opened', by: 'vedette', ...given } as const;
    return { ...event, id: `${incident}/${n}-${event.kind}` };
  };
  const down = { cause: 'db', services: [{ id: 'db', state: 'major_outage' as const }], impact: 'critical' as const };
  const over = { kind: 'resolved', status: 'resolved', reason: 'recovered' } as const;
  const incidents = incidentsFrom([
    line('old', -20_000, down),
    line('old', -19_000, { ...over, end: at - 19_000 * 60 }),
    line('lately', -20, down),
    line('lately', -10, { ...over, since: at - 1200, end: at - 600 }),
    line('open', -200, { ...down, status: 'identified' }),
    line('open', -100, { kind: 'update', by: 'person', author: 'ada', text: 'It is \u202ehere.' }),
  ]);
  const views = incidentViews(incidents, (id) => id.toUpperCase());
  expect(views.map(({ id, title, isOpen }) => [id, title, isOpen])).toEqual([
    ['open', 'DB is down', true],
    ['lately', 'DB is down', false],
    ['old', 'DB is down', false],
  ]);
  expect(views[0]!.updates.map(({ status, text, author }) => [status, text, author])).toEqual([
    ['identified', 'It is here.', 'ada'],
    ['identified', 'DB is down.', undefined],
  ]);
  expect(views[1]!.updates[0]!.text).toBe('Recovered at 11:50 UTC after 10 min.');
});

test('maintenance: one event a time, with an id that lasts', () => {
  const nameOf = (id: string): string => id.toUpperCase();
  const instant = (text: string): number => Date.parse(text);
  const once = (title: string, start: string, end: string) => ({
    title,
    services: ['db'],
    startsAt: instant(start),
    endsAt: instant(end),
  });
  const views = maintenanceViews(
    [
      once('Upgrade: größer!', '2026-11-20T02:00:00Z', '2026-11-20T04:00:00Z'),
      once('Upgrade größer', '2026-11-20T05:00:00Z', '2026-11-20T06:00:00Z'),
      once('保守', '2026-12-01T02:00:00Z', '2026-12-01T04:00:00Z'),
    ],
    { asOf: instant('2026-11-20T05:30:00Z'), createdAt: instant('2026-11-01T00:00:00Z'), nameOf },
  );
  expect(views.map(({ id, status, updates }) => [id, status, updates.length])).toEqual([
    ['2026-11-20-upgrade-grosser', 'completed', 3],
    ['2026-11-20-upgrade-grosser-2', 'in_progress', 2],
    ['2026-12-01-maintenance', 'scheduled', 1],
  ]);
  expect(views[0]).toMatchObject({ services: [{ id: 'db', name: 'DB' }], updatedAt: instant('2026-11-20T04:00:00Z') });
});
