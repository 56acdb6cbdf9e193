import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { type Site, viewOf } from '../../src/site/site.ts';
import { serialized, statuspageDocument } from '../../src/site/statuspage/documents.ts';
import { statuspageId } from '../../src/site/statuspage/id.ts';
import { MINUTE, NOON, roundOf, type Seen } from '../status/sketch.ts';
import { type Documents, read, SHAPE_NAMES, type ShapeName } from './statuspage-shapes.ts';

const HOUR = 60 * MINUTE;

interface Given {
  page?: object;
  /** The critical ones are those that nobody needs. */
  services?: Record<string, object>;
  maintenance?: object[];
  /** What was seen in each of four rounds, five minutes apart, the last at noon; up where nothing is said. */
  seen?: Record<string, Seen>;
  incidents?: IncidentEvent[];
  /** After noon. */
  builtAfterMs?: number;
  hasNoRounds?: boolean;
  /** In the last round our own network failed. */
  isBlind?: boolean;
  /** What no configuration would let through. */
  change?: (config: Config) => Config;
}

const WEB = {
  web: { group: 'Front', dependsOn: ['db'], probes: [{ tcp: 'web:1' }] },
  shop: { group: 'Front', probes: [{ tcp: 'shop:1' }] },
  db: { description: 'Keeps all.', probes: [{ tcp: 'db:1' }] },
  report: { critical: false, probes: [{ tcp: 'report:1' }] },
};

function siteOf(given: Given): Site {
  const { services = WEB, seen = {}, incidents = [], builtAfterMs = 0, page = {}, maintenance = [] } = given;
  const source = stringify({ page: { title: 'Example', ...page }, services, maintenance });
  const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = given.change?.(loaded.config) ?? loaded.config;
  const probed = config.services.filter(({ probes }) => probes.length > 0);
  const all = { ...Object.fromEntries(probed.map(({ id }) => [id, 'up 20'])), ...seen };
  const rounds = [3, 2, 1, 0].map((ago) => roundOf(config.services, all, NOON - ago * 5 * MINUTE));
  if (given.isBlind) {
    const silent = Object.fromEntries(probed.map(({ id }) => [id, 'down refused']));
    rounds[3] = { ...roundOf(config.services, silent, NOON), canaries: 'silent' };
  }
  return viewOf(
    config,
    { rounds: given.hasNoRounds ? [] : rounds, days: [], incidents, createdAt: NOON - 48 * HOUR },
    { now: NOON + builtAfterMs, isDemo: false },
  );
}

function documentsOf(site: Site): Documents {
  const all = SHAPE_NAMES.map((name) => [name, read(name, serialized(statuspageDocument(name, site)))]);
  return Object.fromEntries(all) as Documents;
}

function statusesOf({ components }: Documents['components']): Record<string, string> {
  return Object.fromEntries(components.map(({ name, status }) => [name, status]));
}

const DOWN = 'down refused';
const WORK = { title: 'Upgrade', services: ['db'], start: '2026-11-20T11:30Z', end: '2026-11-20T12:30Z' };

test.each<[string, Given, string, string]>([
  ['all is well', {}, 'none', 'All Systems Operational'],
  ['a main service is slow', { seen: { web: 'degraded' } }, 'minor', 'Partially Degraded Service'],
  [
    'one of three main services is down',
    { services: { ...WEB, api: {}, ...apis() }, seen: { api: DOWN } },
    'major',
    'Partial System Outage',
  ],
  ['half of the main services are down', { seen: { shop: DOWN } }, 'critical', 'Major System Outage'],
  ['a failure is contained', { seen: { report: DOWN } }, 'minor', 'Minor Service Outage'],
  ['there is only maintenance', { maintenance: [WORK] }, 'none', 'Service Under Maintenance'],
  [
    'a failure is contained beside maintenance',
    { maintenance: [WORK], seen: { report: DOWN } },
    'minor',
    'Minor Service Outage',
  ],
  ['one service is unknown', { seen: { report: 'unknown' } }, 'none', 'All Observed Systems Operational'],
  [
    'nothing is known',
    { seen: { web: 'unknown', shop: 'unknown', db: 'unknown', report: 'unknown' } },
    'minor',
    'Current State Unknown',
  ],
  ['there was no round', { hasNoRounds: true }, 'minor', 'Current State Unknown'],
  ['all was well and is too old', { builtAfterMs: 9 * HOUR }, 'minor', 'Current State Unknown'],
  ['all was well and is a little old', { builtAfterMs: 20 * MINUTE }, 'none', 'All Systems Operational'],
  ['a failure is too old', { seen: { shop: DOWN }, builtAfterMs: 9 * HOUR }, 'minor', 'Current State Unknown'],
])('%s', (_, given, indicator, description) => {
  const { status, summary } = documentsOf(siteOf(given));
  expect(status.status).toEqual({ indicator, description });
  expect(summary.status).toEqual(status.status);
});

/** Three main services that stand for themselves. */
function apis(): Record<string, object> {
  return Object.fromEntries(['api', 'mail', 'files'].map((id) => [id, { probes: [{ tcp: `${id}:1` }] }]));
}

test('a group stands before its members and is as bad as the worst of them', () => {
  const { components } = documentsOf(siteOf({ seen: { shop: DOWN, web: 'degraded' } })).components;
  expect(components.map(({ name, group, position, status }) => [name, group, position, status])).toEqual([
    ['Front', true, 1, 'major_outage'],
    ['Web', false, 1, 'degraded_performance'],
    ['Shop', false, 2, 'major_outage'],
    ['Db', false, 2, 'operational'],
    ['Report', false, 3, 'operational'],
  ]);
  const [front, web, shop, db] = components;
  expect(front).toMatchObject({ components: [web!.id, shop!.id], group_id: null });
  expect([web!.group_id, shop!.group_id, db!.group_id]).toEqual([front!.id, front!.id, null]);
});

test('what is unknown is neither called operational nor down, and the description says so', () => {
  const { components } = documentsOf(siteOf({ seen: { db: 'unknown', report: 'unknown' } })).components;
  const [db, report] = ['Db', 'Report'].map((name) => components.find((component) => component.name === name)!);
  expect(db).toMatchObject({
    status: 'degraded_performance',
    description: 'The state is unknown. Keeps all.',
    vedette: { effective: 'unknown' },
  });
  expect(report!.description).toBe('The state is unknown.');
});

test('what is too old is not told of components either, and what is only last known says so', () => {
  const old = documentsOf(siteOf({ builtAfterMs: 9 * HOUR, seen: { shop: DOWN } }));
  expect(new Set(Object.values(statusesOf(old.components)))).toEqual(new Set(['degraded_performance']));
  expect(old.components.components.find(({ name }) => name === 'Shop')!.description).toBe(
    'The state is unknown; last known: down.',
  );
  expect(old.status.vedette).toMatchObject({
    state: 'unknown',
    overall: 'unknown',
    lastKnown: { overall: 'major_outage' },
    isLastKnown: true,
  });
  expect(old.components.components.find(({ name }) => name === 'Shop')).toMatchObject({
    vedette: { own: 'unknown', effective: 'unknown', lastKnown: { own: 'major_outage', effective: 'major_outage' } },
  });
  const stale = documentsOf(siteOf({ builtAfterMs: 20 * MINUTE }));
  expect(stale.components.components.at(-1)!.description).toBe('This is the last known state.');
  expect(stale.status.vedette).toMatchObject({ state: 'stale', isLastKnown: true });
});

test('a failure of our own network is no news of components', () => {
  const { status, components } = documentsOf(siteOf({ isBlind: true, seen: { report: DOWN } }));
  expect(status.status).toEqual({ indicator: 'minor', description: 'Current State Unknown' });
  expect(statusesOf(components)).toMatchObject({ Db: 'operational', Report: 'major_outage' });
  expect(components.components.at(-1)!.description).toBe('This is the last known state.');
});

test('our own facts stand beside: dependencies, causes, coverage, age', () => {
  const { summary } = documentsOf(siteOf({ seen: { db: DOWN, web: DOWN } }));
  const web = summary.components.find(({ name }) => name === 'Web')!;
  const db = summary.components.find(({ name }) => name === 'Db')!;
  expect(web).toMatchObject({
    vedette: {
      id: 'web',
      own: 'major_outage',
      causes: ['db'],
      dependsOn: [{ service: 'db', component: db.id, strength: 'hard' }],
      coverage: expect.any(Number),
    },
  });
  expect(summary.vedette).toEqual({
    state: 'major_outage',
    overall: 'major_outage',
    isLastKnown: false,
    causes: [{ service: 'db', component: db.id, share: 1, chain: ['web', 'db'] }],
    age: { probedAt: '2026-11-20T12:00:00.000Z', staleAfter: 900, unknownAfter: 1800 },
  });
});

test('ids are twelve characters, differ by kind, and last', () => {
  expect([
    statuspageId('component', 'web'),
    statuspageId('incident', 'web'),
    statuspageId('update', ''),
  ]).toMatchInlineSnapshot(`
    [
      "ldaeerkszqh7",
      "wgf526e7iclc",
      "s5gk8fmbkov4",
    ]
  `);
  const ids = Array.from({ length: 20_000 }, (_, index) => statuspageId('update', `${index}`));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[a-z0-9]{12}$/.test(id))).toBe(true);
});

function line(incident: string, minutes: number, given: Partial<IncidentEvent>): IncidentEvent {
  const base = { v: 1, t: NOON / 1000 + minutes * 60, incident, kind: 'opened', by: 'vedette' } as const;
  return { ...base, id: `${incident}/${minutes + 10_000}-${given.kind ?? 'opened'}`, ...given };
}

const BROKEN = { id: 'db', state: 'major_outage' } as const;
const BEGAN = NOON / 1000 - 3600;
const OPENED: Partial<IncidentEvent> = { cause: 'db', impact: 'critical', since: BEGAN, services: [BROKEN] };
const RESOLVED = { kind: 'resolved', status: 'resolved', reason: 'recovered', since: BEGAN } as const;

test('an incident from its beginning to its end', () => {
  const past = [
    line('2026-11-20-db', -50, OPENED),
    line('2026-11-20-db', -40, { kind: 'update', by: 'person', status: 'identified', text: 'A **disk** is full.' }),
    line('2026-11-20-db', -20, { kind: 'monitoring', status: 'monitoring' }),
    line('2026-11-20-db', -10, {
      ...RESOLVED,
      end: NOON / 1000 - 1500,
      services: [{ id: 'db', state: 'operational', was: 'major_outage' }],
    }),
  ];
  const steps = past.map((_, index) => documentsOf(siteOf({ incidents: past.slice(0, index + 1) })));
  expect(steps.map(({ incidents }) => incidents.incidents[0]!.status)).toEqual([
    'investigating',
    'identified',
    'monitoring',
    'resolved',
  ]);
  expect(steps.map((step) => step['incidents/unresolved'].incidents.length)).toEqual([1, 1, 1, 0]);
  expect(steps.map((step) => step.summary.incidents.length)).toEqual([1, 1, 1, 0]);
  expect(new Set(steps.map(({ incidents }) => incidents.incidents[0]!.id)).size).toBe(1);
  const { components, incident_updates, ...incident } = steps.at(-1)!.incidents.incidents[0]!;
  expect(incident).toMatchInlineSnapshot(`
    {
      "created_at": "2026-11-20T11:10:00.000Z",
      "id": "nr30b0s2fllo",
      "impact": "critical",
      "monitoring_at": "2026-11-20T11:40:00.000Z",
      "name": "Db is down",
      "page_id": "1h157d8ujl07",
      "reminder_intervals": null,
      "resolved_at": "2026-11-20T11:50:00.000Z",
      "shortlink": "../../incidents/2026-11-20-db/",
      "started_at": "2026-11-20T11:00:00.000Z",
      "status": "resolved",
      "updated_at": "2026-11-20T11:50:00.000Z",
      "vedette": {
        "cause": "db",
        "causes": [
          "db",
        ],
        "id": "2026-11-20-db",
      },
    }
  `);
  expect(components.map(({ name }) => name)).toEqual(['Db']);
  expect(
    incident_updates.map(({ status, body, affected_components }) => [status, body, affected_components.length]),
  ).toMatchInlineSnapshot(`
    [
      [
        "resolved",
        "Recovered at 11:35 UTC after 35 min.",
        1,
      ],
      [
        "monitoring",
        "It works again. We watch whether it lasts.",
        0,
      ],
      [
        "identified",
        "A **disk** is full.",
        0,
      ],
      [
        "investigating",
        "Db is down.",
        1,
      ],
    ]
  `);
  expect(incident_updates[0]!.affected_components).toEqual([
    { code: components[0]!.id, name: 'Db', old_status: 'major_outage', new_status: 'operational' },
  ]);
});

test('the 50 newest incidents are listed, by when they were told, and every one that goes on', () => {
  const ended = Array.from({ length: 60 }, (_, n) => [
    line(`ended-${n}`, -10 * n - 20, OPENED),
    line(`ended-${n}`, -10 * n - 15, RESOLVED),
  ]).flat();
  const site = siteOf({ incidents: [line('long-ago', -2000, OPENED), line('now', -1, OPENED), ...ended] });
  const { incidents, ...others } = documentsOf(site);
  const slugs = (list: { vedette: { id?: unknown } }[]): unknown[] => list.map(({ vedette }) => vedette.id);
  expect(slugs(incidents.incidents)).toEqual(['now', ...Array.from({ length: 49 }, (_, n) => `ended-${n}`)]);
  expect(slugs(others['incidents/unresolved'].incidents)).toEqual(['now', 'long-ago']);
});

test('maintenance: scheduled, in progress, completed, and what repeats does not hide the rest', () => {
  const daily = {
    title: 'Restart',
    services: ['shop'],
    start: '2026-10-01T03:00Z',
    duration: '20m',
    repeat: 'FREQ=DAILY',
  };
  const later = { title: 'Move', services: ['web', 'db'], start: '2026-11-25T10:00Z', duration: '1h' };
  const documents = documentsOf(siteOf({ maintenance: [daily, WORK, later] }));
  const all = documents['scheduled-maintenances'].scheduled_maintenances;
  const names = (name: ShapeName & `scheduled${string}`): string[] =>
    documents[name].scheduled_maintenances.map((each) => each.name);
  expect(all).toHaveLength(50);
  expect(all.filter(({ status }) => status === 'completed')).toHaveLength(25);
  expect(all.filter(({ name }) => name !== 'Restart').map(({ name, status }) => [name, status])).toEqual([
    ['Move', 'scheduled'],
    ['Upgrade', 'in_progress'],
  ]);
  expect(all.map((each) => each.scheduled_for)).toEqual(
    all
      .map((each) => each.scheduled_for)
      .sort()
      .reverse(),
  );
  expect(names('scheduled-maintenances/active')).toEqual(['Upgrade']);
  expect(names('scheduled-maintenances/upcoming').slice(0, 6)).toEqual([...Array(5).fill('Restart'), 'Move']);
  expect(documents.summary.scheduled_maintenances.slice(0, 2).map((each) => each.name)).toEqual(['Upgrade', 'Restart']);
  expect(documents['scheduled-maintenances/active'].scheduled_maintenances[0]).toMatchObject({
    impact: 'none',
    scheduled_for: '2026-11-20T11:30:00.000Z',
    scheduled_until: '2026-11-20T12:30:00.000Z',
    resolved_at: null,
    incident_updates: [{ status: 'in_progress' }, { status: 'scheduled' }],
  });
  expect(statusesOf(documents.components)).toMatchObject({ Db: 'under_maintenance' });
});

test('what was called off is completed, and no longer upcoming', () => {
  const site = siteOf({ maintenance: [{ ...WORK, start: '2026-11-21T10:00Z', end: '2026-11-21T11:00Z' }] });
  const [planned] = site.maintenances;
  const update = { id: 'off', at: NOON, status: 'cancelled', text: 'Not needed.' } as const;
  const updates = [update, ...planned!.updates];
  const off = { ...planned!, status: 'cancelled', updatedAt: NOON, updates } as const;
  const documents = documentsOf({ ...site, maintenances: [off] });
  expect(documents['scheduled-maintenances/upcoming'].scheduled_maintenances).toEqual([]);
  expect(documents['scheduled-maintenances'].scheduled_maintenances[0]).toMatchObject({
    status: 'completed',
    resolved_at: '2026-11-20T12:00:00.000Z',
    incident_updates: [{ status: 'completed', body: 'Not needed.' }, { status: 'scheduled' }],
    vedette: { isCancelled: true },
  });
});

test('links are what the configuration says, else relative to the document', () => {
  const given = { incidents: [line('2026-11-20-db', -50, OPENED)] };
  const links = (site: Site, name: 'incidents' | 'incidents/unresolved'): string[] => {
    const { page, incidents } = documentsOf(site)[name];
    return [page.url, incidents[0]!.shortlink];
  };
  const published = siteOf({ ...given, page: { url: 'https://example.org/status/' } });
  const link = 'https://example.org/status/incidents/2026-11-20-db/';
  expect(links(published, 'incidents')).toEqual(['https://example.org/status', link]);
  expect(links(published, 'incidents/unresolved')).toEqual(['https://example.org/status', link]);
  const unnamed = siteOf(given);
  expect(links(unnamed, 'incidents')).toEqual(['../../', '../../incidents/2026-11-20-db/']);
  expect(links(unnamed, 'incidents/unresolved')).toEqual(['../../../', '../../../incidents/2026-11-20-db/']);
});

test('dates are of the data, never of the build', () => {
  const given = { maintenance: [WORK], incidents: [line('2026-11-20-db', -50, OPENED)] };
  for (const name of SHAPE_NAMES) {
    const [now, later] = [0, 10 * MINUTE].map((builtAfterMs) =>
      serialized(statuspageDocument(name, siteOf({ ...given, builtAfterMs }))),
    );
    expect(later, name).toBe(now);
  }
  expect(documentsOf(siteOf(given)).status.page.updated_at).toBe('2026-11-20T12:00:00.000Z');
  const told = siteOf({ incidents: [line('2026-11-20-db', 2, OPENED)] });
  expect(documentsOf(told).status.page.updated_at).toBe('2026-11-20T12:02:00.000Z');
});

test.each([
  ['HTML', '<img src=x onerror=alert(1)></script><script>alert(1)</script>'],
  ['control characters', 'a\u0000\u0007b\u001b[31m\u007f\u0085c'],
  ['marks that turn the direction', 'pay\u202egnp.exe \u2066x\u2069 \u200fy'],
  ['halves of pairs', `${'x'.repeat(199)}\u{1f600}\ud800`],
  ['a novel', 'long '.repeat(20_000)],
  ['nothing that can be seen', '\u202e\u0000 \u0007'],
  ['line separators', 'one\u2028two\u2029three\nfour'],
])('hostile text stays harmless: %s', (_, evil) => {
  const change = (config: Config): Config => ({
    ...config,
    page: { ...config.page, title: evil },
    services: config.services.map((service) => ({ ...service, name: evil, description: evil, group: evil })),
    maintenance: config.maintenance.map((entry) => ({ ...entry, title: evil })),
  });
  const words = { title: evil.slice(0, 300), text: evil.slice(0, 20_000), author: evil.slice(0, 200) };
  const incidents = [
    line('by-person', -50, { by: 'person', ...words, services: [BROKEN] }),
    line('by-us', -40, OPENED),
  ];
  const site = siteOf({ maintenance: [WORK], incidents, change });
  const documents = SHAPE_NAMES.map((name) => serialized(statuspageDocument(name, site)));
  for (const [index, name] of SHAPE_NAMES.entries()) read(name, documents[index]!);
  for (const json of documents) {
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(json.length).toBeLessThan(60_000);
  }
});
