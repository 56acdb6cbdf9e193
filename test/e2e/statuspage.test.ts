/** A built site through an incident and a maintenance, read by clients that others have written for Statuspage. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Statuspage } from 'statuspage.io';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { writeFixture } from '../fixture.ts';
import { type Documents, read, SHAPE_NAMES } from '../site/statuspage-shapes.ts';
import type { AeroReport } from './aero-client.fixture.ts';
import { type BuiltSite, buildSite } from './built-site.ts';

const AERO = fileURLToPath(new URL('./aero-client.fixture.ts', import.meta.url));

const START = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;
const INCIDENT = '2026-11-20-database-1';

const PAST = [
  {
    kind: 'opened',
    t: START - HOUR / 2,
    since: (START - HOUR) / 1000,
    cause: 'database-1',
    impact: 'critical',
    services: [
      { id: 'database-1', state: 'major_outage' },
      { id: 'service-1', state: 'major_outage' },
    ],
  },
  { kind: 'update', t: START + HOUR, by: 'person', status: 'identified', text: 'A **disk** is full.' },
  {
    kind: 'resolved',
    t: START + 3 * HOUR,
    since: (START - HOUR) / 1000,
    end: (START + 2.5 * HOUR) / 1000,
    status: 'resolved',
    reason: 'recovered',
    services: [
      { id: 'database-1', state: 'operational', was: 'major_outage' },
      { id: 'service-1', state: 'operational', was: 'major_outage' },
    ],
  },
  {
    kind: 'update',
    t: START + 26 * HOUR,
    by: 'person',
    author: 'Ada',
    status: 'postmortem',
    text: '## What happened\n\nLogs were **never** rotated & filled the disk.',
  },
];

interface Moment {
  end: number;
  isBroken: boolean;
  builtAfterMs?: number;
}

/** The same site at an instant: what comes later has not been written yet. */
function siteAt({ end, isBroken, builtAfterMs = 60_000 }: Moment): Promise<BuiltSite> {
  return buildSite(async (folder) => {
    const { config, history } = await writeFixture(folder, {
      services: 12,
      days: 2,
      everyMs: HOUR / 2,
      outageAtEnd: isBroken,
      end,
    });
    const source = parse(await readFile(config, 'utf8'));
    const maintenance = [
      {
        title: 'New disks',
        services: ['service-11'],
        start: new Date(START + HOUR / 2).toISOString(),
        end: new Date(START + 3 * HOUR).toISOString(),
      },
    ];
    const page = { ...source.page, url: 'https://status.example/' };
    await writeFile(config, stringify({ ...source, page, maintenance }));
    await writeFile(join(history, 'meta.json'), JSON.stringify({ created: '2026-11-01T00:00:00Z' }));
    const lines = PAST.map((event, index) => ({
      v: 1,
      id: `${INCIDENT}/${index + 1}-${event.kind}`,
      incident: INCIDENT,
      ...event,
      t: event.t / 1000,
    }));
    await mkdir(join(history, 'incidents'));
    const written = lines.filter(({ t }) => t * 1000 <= end).map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(join(history, 'incidents', '2026.ndjson'), written.join(''));
    return { config, history, end: end + builtAfterMs };
  });
}

async function documentsOf(site: BuiltSite): Promise<Documents> {
  const all = await Promise.all(
    SHAPE_NAMES.map(async (name) => {
      const response = await fetch(`${site.address}api/v2/${name}.json`);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringMatching(/^application\/json/),
      ]);
      return [name, read(name, await response.text())];
    }),
  );
  return Object.fromEntries(all) as Documents;
}

async function readByAero({ address }: BuiltSite): Promise<AeroReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [AERO, address]);
  return JSON.parse(stdout);
}

function clientOf(site: BuiltSite): Statuspage {
  const client = new Statuspage('vedette');
  client.setApiUrl(site.address.replace(/\/$/, ''));
  return client;
}

beforeAll(() => {
  // Loopback is not asked for through a proxy.
  vi.stubEnv('NO_PROXY', '127.0.0.1');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const IDS = new Set<string>();

describe.each([
  {
    when: 'opened, and maintenance is scheduled',
    moment: { end: START, isBroken: true },
    status: { indicator: 'critical', description: 'Major System Outage' },
    incident: ['investigating'],
    maintenance: ['scheduled'],
    component: 'operational',
  },
  {
    when: 'updated, and maintenance is in progress',
    moment: { end: START + 1.5 * HOUR, isBroken: true },
    status: { indicator: 'critical', description: 'Major System Outage' },
    incident: ['identified', 'investigating'],
    maintenance: ['in_progress', 'scheduled'],
    component: 'under_maintenance',
  },
  {
    when: 'resolved, and maintenance is completed',
    moment: { end: START + 4 * HOUR, isBroken: false },
    status: { indicator: 'none', description: 'All Systems Operational' },
    incident: ['resolved', 'identified', 'investigating'],
    maintenance: ['completed', 'in_progress', 'scheduled'],
    component: 'operational',
  },
  {
    when: 'explained a day later',
    moment: { end: START + 27 * HOUR, isBroken: false },
    status: { indicator: 'none', description: 'All Systems Operational' },
    incident: ['postmortem', 'resolved', 'identified', 'investigating'],
    maintenance: ['completed', 'in_progress', 'scheduled'],
    component: 'operational',
  },
])('an incident is $when', ({ moment, status, incident, maintenance, component }) => {
  let site: BuiltSite;
  let documents: Documents;
  beforeAll(async () => {
    site = await siteAt(moment);
    documents = await documentsOf(site);
  });
  afterAll(() => site.close());

  const isOpen = incident[0] !== 'resolved' && incident[0] !== 'postmortem';
  const isActive = maintenance[0] === 'in_progress';
  const isUpcoming = maintenance[0] === 'scheduled';

  test('every document has the documented shape, and they agree', () => {
    const { summary, incidents } = documents;
    expect(summary.status).toEqual(status);
    expect(documents.status.status).toEqual(status);
    expect(summary.components).toEqual(documents.components.components);
    expect(summary.incidents).toEqual(documents['incidents/unresolved'].incidents);
    expect(incidents.incidents.map(({ incident_updates }) => incident_updates.map((update) => update.status))).toEqual([
      incident,
    ]);
    expect(summary.incidents).toHaveLength(isOpen ? 1 : 0);
    expect(incidents.incidents[0]!.shortlink).toBe(`https://status.example/incidents/${INCIDENT}/`);
    const [planned] = documents['scheduled-maintenances'].scheduled_maintenances;
    expect(planned!.incident_updates.map((update) => update.status)).toEqual(maintenance);
    expect(planned!.status).toBe(maintenance[0]);
    expect(summary.scheduled_maintenances).toHaveLength(isActive || isUpcoming ? 1 : 0);
    expect(summary.components.find(({ name }) => name === 'Service 11')!.status).toBe(component);
    expect(Object.values(documents).map(({ page }) => page)).toEqual(Array(SHAPE_NAMES.length).fill(summary.page));
  });

  test('ids and what refers to them hold together, now and before', () => {
    const { components, incidents } = documents.summary;
    const ids = new Set(components.map(({ id }) => id));
    expect(ids.size).toBe(components.length);
    for (const each of components) {
      if (each.group) for (const member of each.components) expect(ids).toContain(member);
      else expect(ids).toContain(each.group_id);
    }
    for (const each of incidents.flatMap(({ incident_updates }) => incident_updates))
      for (const { code } of each.affected_components) expect(ids).toContain(code);
    const known = IDS.size;
    for (const id of ids) IDS.add(id);
    IDS.add(documents.incidents.incidents[0]!.id);
    expect([0, IDS.size]).toContain(known);
  });

  test('its page, all feeds and status.json tell the same updates', async () => {
    const words = incident.map((one) => `${one[0]!.toUpperCase()}${one.slice(1)}`);
    const html = await site.read(`incidents/${INCIDENT}/index.html`);
    expect(
      [...html.matchAll(/<div class="update"[^>]*> ?<p class="note"><b>(\w+)<\/b>/g)].map(([, word]) => word),
    ).toEqual(words);
    const told = JSON.parse(await site.read('status.json')).incidents.find(({ id }: { id: string }) => id === INCIDENT);
    expect([told.status, told.updates.map((update: { status: string }) => update.status)]).toEqual([
      incident[0],
      incident,
    ]);
    const statesIn = (text: string): string[] =>
      [
        ...text
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .matchAll(/<strong>(\w+)<\/strong> - /g),
      ].map(([, word]) => word!);
    for (const folder of ['', 'services/service-1/', 'services/database-1/']) {
      for (const file of ['history.atom', 'history.rss']) {
        expect([folder + file, statesIn(await site.read(folder + file))]).toEqual([folder + file, words]);
      }
      const { items } = JSON.parse(await site.read(`${folder}feed.json`));
      expect(statesIn(items[0].content_html)).toEqual(words);
      expect(statesIn(await site.read(`${folder}updates.atom`))).toEqual(words);
    }
    const spoken = [
      html,
      await site.read('history.atom'),
      await site.read('history.rss'),
      await site.read('feed.json'),
    ];
    const isExplained = incident[0] === 'postmortem';
    for (const text of spoken) expect(text.includes('filled the disk')).toBe(isExplained);
    const [newest] = documents.incidents.incidents[0]!.incident_updates;
    expect(newest!.body.includes('Logs were **never** rotated & filled the disk.')).toBe(isExplained);
    // It is over as of when it was, whenever it is explained.
    const { resolved_at: resolvedAt } = documents.incidents.incidents[0]!;
    expect(resolvedAt).toBe(isOpen ? null : new Date(START + 3 * HOUR).toISOString());
  });

  test('@aero/statuspage reads all eight documents', async () => {
    const { summary, ...report } = await readByAero(site);
    const shared = { status: report.status.status, components: report.components, incidents: report.unresolved };
    expect(summary).toMatchObject(shared);
    expect(summary.status).toEqual(status);
    expect(summary.page).toMatchObject({ name: 'Fixture status', updated: new Date(moment.end).toISOString() });
    expect(summary.components.map(({ name, children }) => [name, children.length])).toEqual([
      ['Group 1', 10],
      ['Group 2', 2],
    ]);
    expect(summary.components[1]!.children.map((each) => [each.name, each.status])).toEqual([
      ['Database 2', 'operational'],
      ['Service 11', component],
    ]);
    const [told] = report.incidents;
    expect(told).toMatchObject({ name: 'Database 1 is down', impact: 'critical', status: incident[0] });
    expect(told!.updates.map((update) => update.status)).toEqual(incident);
    expect(told!.updated).toBe(told!.updates[0]!.updated);
    expect(report.unresolved).toHaveLength(isOpen ? 1 : 0);
    expect(summary.maintenances.map((each) => each.status)).toEqual(isActive || isUpcoming ? [maintenance[0]] : []);
    expect([report.all, report.active, report.upcoming].map((list) => list.map(({ name }) => name))).toEqual([
      ['New disks'],
      isActive ? ['New disks'] : [],
      isUpcoming ? ['New disks'] : [],
    ]);
  });

  test('statuspage.io reads the six documents it knows', async () => {
    const { api } = clientOf(site);
    const { scheduledMaintenances, incidents } = api;
    expect(await api.getSummary()).toEqual(documents.summary);
    expect(await api.getStatus()).toEqual(documents.status);
    expect(await api.getComponents()).toEqual(documents.components);
    expect(await incidents.getAll()).toEqual(documents.incidents);
    expect(await incidents.getUnresolved()).toEqual(documents['incidents/unresolved']);
    // Whichever maintenance it is asked for, it reads the same document.
    const upcoming = documents['scheduled-maintenances/upcoming'];
    expect(await scheduledMaintenances.getAll()).toEqual(upcoming);
    expect(await scheduledMaintenances.getActive()).toEqual(upcoming);
    expect(await scheduledMaintenances.getUpcoming()).toEqual(upcoming);
  });
});

test('a later build of the same data is the same bytes, and one that is too late says so', async () => {
  const moment = { end: START, isBroken: false };
  const sites = await Promise.all([
    siteAt(moment),
    siteAt({ ...moment, builtAfterMs: HOUR }),
    siteAt({ ...moment, builtAfterMs: 9 * HOUR }),
  ]);
  const [first, second, late] = sites;
  for (const name of SHAPE_NAMES) {
    const path = `api/v2/${name}.json`;
    expect(await second!.read(path), path).toBe(await first!.read(path));
  }
  const { summary } = await documentsOf(late!);
  expect(summary.status).toEqual({ indicator: 'minor', description: 'Current State Unknown' });
  expect(summary.components.every((each) => each.status === 'degraded_performance')).toBe(true);
  expect((await readByAero(late!)).status.status).toEqual(summary.status);
  await Promise.all(sites.map((site) => site.close()));
});
