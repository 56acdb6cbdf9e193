/** A constellation with a past to tell of: incidents by the lifecycle and by people, maintenance of every kind. */
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { addIncidents } from '../../src/history/event-folders.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { plainText } from '../../src/site/markdown.ts';
import { type Fixture, writeFixture } from '../fixture.ts';

const END = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3600;

export interface PastOptions {
  /** Of the page; none when absent. */
  url?: string;
  /** In titles, names and updates. */
  text?: string;
  days?: number;
  services?: number;
  /** So many more that are over, one after the other into the past. */
  further?: number;
}

export async function writePast(
  folder: string,
  { url, text, days = 30, services = 20, further = 0 }: PastOptions,
): Promise<Fixture> {
  const fixture = await writeFixture(folder, { services, days, everyMs: 1_800_000, outageAtEnd: true, end: END });
  const config = parse(await readFile(fixture.config, 'utf8')) as {
    page: object;
    services: Record<string, { name?: string }>;
    maintenance?: object[];
  };
  const shown = text && plainText(text, text.length);
  if (shown !== undefined) config.services['service-1']!.name = shown;
  config.page = { ...config.page, ...(url !== undefined && { url }) };
  config.maintenance = [
    {
      title: shown ?? 'Storage is moved to new disks',
      services: ['service-15', 'service-16'],
      start: '2026-11-20T11:30:00Z',
      end: '2026-11-20T15:00:00Z',
    },
    {
      title: 'Certificates are renewed',
      services: ['service-12'],
      start: '2026-12-01T02:00:00Z',
      end: '2026-12-01T02:30:00Z',
    },
    {
      title: 'Weekly restart',
      services: ['service-11'],
      start: '2026-10-04T03:00:00Z',
      end: '2026-10-04T03:20:00Z',
      repeat: 'FREQ=WEEKLY;BYDAY=SU',
    },
    {
      title: 'Database upgrade',
      services: ['database-2'],
      start: '2026-11-10T02:00:00Z',
      end: '2026-11-10T04:00:00Z',
    },
  ];
  await writeFile(fixture.config, stringify(config));
  const events = [...told(text), ...furtherIncidents(further)];
  await addIncidents(fixture.history, () => events);
  return fixture;
}

function told(text: string | undefined): IncidentEvent[] {
  const end = END / 1000;
  const down = 'major_outage' as const;
  const base = { v: 1, by: 'vedette' } as const;
  const person = { v: 1, by: 'person', author: text?.slice(0, 200) ?? 'Ada' } as const;
  const open = '2026-11-20-database-1';
  const slow = '2026-11-17-service-12';
  const old = '2026-10-29-database-2';
  return [
    {
      ...base,
      id: `${open}/1-opened`,
      t: end - HOUR,
      incident: open,
      kind: 'opened',
      status: 'investigating',
      impact: 'critical',
      since: end - HOUR,
      cause: 'database-1',
      chain: ['service-1', 'database-1'],
      evidence: 'connection refused',
      services: ['database-1', 'service-1', 'service-2', 'service-3'].map((id) => ({
        id,
        state: down,
        since: end - HOUR,
      })),
    },
    {
      ...base,
      id: `${open}/2-identified`,
      t: end - HOUR / 2,
      incident: open,
      kind: 'identified',
      status: 'identified',
      cause: 'database-1',
    },
    {
      ...person,
      id: `${open}/ada-1`,
      t: end - HOUR / 4,
      incident: open,
      kind: 'update',
      ...(text !== undefined && { title: text.slice(0, 300) }),
      text: (
        text ??
        'A disk is **full**. We are making room:\n\n- old logs are moved\n- `fsck` runs\n\nNext word at 12:30 UTC.'
      ).slice(0, 20_000),
    },
    {
      ...base,
      id: `${slow}/1-opened`,
      t: end - 70 * HOUR,
      incident: slow,
      kind: 'opened',
      status: 'investigating',
      impact: 'minor',
      since: end - 70 * HOUR,
      cause: 'service-12',
      evidence: 'slow, 410 ms against 60 ms usual',
      services: [{ id: 'service-12', state: 'degraded', since: end - 70 * HOUR }],
    },
    {
      ...base,
      id: `${slow}/2-resolved`,
      t: end - 69 * HOUR,
      incident: slow,
      kind: 'resolved',
      status: 'resolved',
      reason: 'recovered',
      since: end - 70 * HOUR,
      end: end - 69 * HOUR,
    },
    {
      ...base,
      id: `${old}/1-opened`,
      t: end - 530 * HOUR,
      incident: old,
      kind: 'opened',
      status: 'investigating',
      impact: 'major',
      since: end - 530 * HOUR,
      cause: 'database-2',
      services: [{ id: 'database-2', state: down, since: end - 530 * HOUR }],
    },
    {
      ...base,
      id: `${old}/2-resolved`,
      t: end - 440 * HOUR,
      incident: old,
      kind: 'resolved',
      status: 'resolved',
      reason: 'recovered',
      since: end - 530 * HOUR,
      end: end - 440 * HOUR,
    },
  ];
}

/** Every eleven hours one, for an hour. */
function furtherIncidents(count: number): IncidentEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const since = END / 1000 - (600 + index * 11) * HOUR;
    const incident = `${new Date(since * 1000).toISOString().slice(0, 10)}-service-${index}`;
    const about = { v: 1, by: 'vedette', incident } as const;
    const services = [{ id: 'service-13', state: 'degraded' as const, since }];
    return [
      {
        ...about,
        id: `${incident}/1-opened`,
        t: since,
        kind: 'opened',
        impact: 'minor',
        cause: 'service-13',
        services,
      },
      {
        ...about,
        id: `${incident}/2-resolved`,
        t: since + HOUR,
        kind: 'resolved',
        status: 'resolved',
        end: since + HOUR,
      },
    ] satisfies IncidentEvent[];
  }).flat();
}
