/** A small platform as a maintainer might watch it, with ninety days behind it: what the pictures of the documents show. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DAY_MS, dayOf } from '../../src/history/days.ts';
import { addIncidents } from '../../src/history/event-folders.ts';
import { encodeRound } from '../../src/history/raw.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import type { RecordedObservation } from '../../src/model.ts';
import { seeded } from '../fixture.ts';
import type { SiteFiles } from './built-site.ts';

const END = Date.parse('2026-11-20T12:00:00Z');
const EVERY_MS = 600_000;
const DAYS = 90;
/** Rounds in which the database is down by now. */
const BROKEN_ROUNDS = 4;
const INCIDENT = '2026-11-20-database';

export interface Picture {
  /** The database fails, and people have said so. */
  isBroken: boolean;
  language?: string;
}

const http = (host: string, more: object = {}): object => ({
  http: { url: `https://${host}.example.org/health`, ...more },
});

const SERVICES = {
  website: {
    group: 'Shop',
    description: 'What customers see.',
    dependsOn: ['api', { service: 'search', strength: 'soft' }],
    probes: [http('www')],
  },
  checkout: {
    group: 'Shop',
    description: 'Takes orders and money.',
    critical: true,
    dependsOn: ['api', 'payments'],
    probes: [http('checkout')],
  },
  search: { group: 'Shop', description: 'Finds products.', dependsOn: ['index'], probes: [http('search')] },
  api: {
    name: 'API',
    group: 'Platform',
    owner: '#platform',
    description: 'Everything the shop knows comes through here.',
    notes: 'Look at the database first; without it nothing here answers.',
    links: { runbook: 'https://wiki.example.org/api', dashboard: 'https://graphs.example.org/api' },
    objective: '99.5% over 30d',
    dependsOn: ['database', { service: 'queue', strength: 'soft' }, 'login'],
    probes: [http('api', { version: { json: '$.version' }, prefer: { json: { '$.pending': { below: 500 } } } })],
  },
  login: { name: 'Sign-in', group: 'Platform', dependsOn: ['database'], probes: [http('login')] },
  payments: { group: 'Platform', dependsOn: ['card-processor'], probes: [http('payments')] },
  queue: { group: 'Platform', description: 'Hands work to machines.', probes: [{ tcp: 'queue.example.org:5672' }] },
  mail: {
    group: 'Platform',
    expectedHours: 'Mon-Fri 06:00-22:00 Europe/Berlin',
    dependsOn: ['queue'],
    probes: [http('mail')],
  },
  database: { group: 'Foundations', probes: [{ tcp: 'db.example.org:5432' }] },
  index: { name: 'Search index', group: 'Foundations', probes: [{ tcp: 'index.example.org:9200' }] },
  'card-processor': { group: 'Outside', description: 'Another company.', probes: [http('cards')] },
} satisfies Record<string, object>;

/** Milliseconds of an ordinary answer. */
const USUAL: Readonly<Record<string, number>> = {
  website: 180,
  checkout: 240,
  search: 90,
  api: 60,
  login: 70,
  payments: 310,
  queue: 6,
  mail: 45,
  database: 4,
  index: 12,
  'card-processor': 420,
};

/** Those that answer nothing without it. */
const NEED_DATABASE = ['database', 'api', 'login', 'website', 'checkout'];

/** Troubles of the past: who, from which day before the newest, at which hour, for how many rounds. */
const TROUBLES = [
  { services: ['database', 'api', 'login', 'website', 'checkout'], daysAgo: 31, hour: 3, rounds: 5 },
  { services: ['search', 'index'], daysAgo: 17, hour: 14, rounds: 9 },
  { services: ['card-processor', 'payments', 'checkout'], daysAgo: 58, hour: 9, rounds: 3 },
  { services: ['mail'], daysAgo: 9, hour: 11, rounds: 4 },
] as const;

export async function writePicture(folder: string, { isBroken, language }: Picture): Promise<SiteFiles> {
  const config = join(folder, 'services.yml');
  const history = join(folder, 'history');
  await writeFile(
    config,
    stringify({
      page: {
        title: 'Example status',
        description: 'The shop at example.org and what it stands on.',
        support: { label: 'Ask us', url: 'mailto:ops@example.org' },
        ...(language !== undefined && { language }),
      },
      schedule: { every: '10m' },
      services: SERVICES,
      maintenance: [
        {
          title: 'New disks for the database',
          services: ['database'],
          start: '2026-12-01T02:00:00Z',
          end: '2026-12-01T04:00:00Z',
        },
      ],
    }),
  );
  await writeRounds(history, isBroken);
  await addIncidents(history, () => [...PAST, ...(isBroken ? PRESENT : [])]);
  return { config, history, end: END + 60_000 };
}

async function writeRounds(history: string, isBroken: boolean): Promise<void> {
  await mkdir(join(history, 'raw'), { recursive: true });
  await mkdir(join(history, 'schema'), { recursive: true });
  const random = seeded(5);
  const linesByDay = new Map<string, string[]>();
  for (let at = END - DAYS * DAY_MS; at <= END; at += EVERY_MS) {
    const observations = Object.keys(SERVICES).map((service) => observe(service, at, isBroken, random));
    const { line, schema } = encodeRound({ id: `${at / 1000}.1.gha`, at, location: 'gha', observations });
    await writeFile(join(history, 'schema', `${schema.name}.json`), schema.text);
    linesByDay.set(dayOf(at), [...(linesByDay.get(dayOf(at)) ?? []), line]);
  }
  for (const [day, lines] of linesByDay)
    await writeFile(join(history, 'raw', `${day}.ndjson`), `${lines.join('\n')}\n`);
}

function observe(
  service: keyof typeof USUAL,
  at: number,
  isBroken: boolean,
  random: () => number,
): RecordedObservation {
  const probe =
    'tcp' in ((SERVICES as Record<string, { probes: object[] }>)[service]!.probes[0] ?? {}) ? 'tcp' : 'http';
  const noise = random();
  const tail = random() < 0.03 ? 2 + random() : 1;
  const common = { service, probe, attempts: 1 };
  const isNow = isBroken && at > END - BROKEN_ROUNDS * EVERY_MS && NEED_DATABASE.includes(service);
  if (isNow || isInTrouble(service, at)) {
    return probe === 'tcp'
      ? { ...common, outcome: 'down', reason: 'refused', phase: 'connect', attempts: 3 }
      : { ...common, outcome: 'down', reason: 'status', code: 503, latencyMs: 12, attempts: 3 };
  }
  const daysAgo = Math.floor(END / DAY_MS) - Math.floor(at / DAY_MS);
  const wave = 1 + 0.15 * Math.sin((2 * Math.PI * at) / DAY_MS);
  // What came with a release went with the next one.
  const burden = service === 'api' && daysAgo < 12 && daysAgo >= 5 ? 1.9 : 1;
  const latencyMs = USUAL[service]! * wave * burden * tail * (0.85 + 0.3 * noise);
  const measured = service === 'api' ? measuredOn(daysAgo, wave * burden * (0.7 + 0.6 * noise)) : {};
  return { ...common, outcome: 'up', latencyMs: Math.max(1, Math.round(latencyMs)), ...measured };
}

function isInTrouble(service: string, at: number): boolean {
  return TROUBLES.some(({ services, daysAgo, hour, rounds }) => {
    const from = Math.floor(END / DAY_MS) * DAY_MS - daysAgo * DAY_MS + hour * 3_600_000;
    return (services as readonly string[]).includes(service) && at >= from && at < from + rounds * EVERY_MS;
  });
}

function measuredOn(daysAgo: number, load: number): Pick<RecordedObservation, 'values' | 'version'> {
  const release = RELEASES.findLast(({ until }) => daysAgo <= until)!;
  return { version: release.version, values: [{ name: '$.pending', value: Math.round(90 * load) }] };
}

const RELEASES = [
  { until: 90, version: '3.8.2' },
  { until: 25, version: '3.9.0' },
  { until: 11, version: '3.10.0' },
  { until: 4, version: '3.10.1' },
];

const seconds = (minutesAgo: number): number => END / 1000 - minutesAgo * 60;
const BASE = { v: 1, by: 'vedette', incident: INCIDENT } as const;
const PRESENT: IncidentEvent[] = [
  {
    ...BASE,
    id: `${INCIDENT}/1-opened`,
    t: seconds(20),
    kind: 'opened',
    status: 'investigating',
    impact: 'critical',
    since: seconds(30),
    cause: 'database',
    chain: ['website', 'api', 'database'],
    evidence: 'connection refused',
    services: NEED_DATABASE.map((id) => ({ id, state: 'major_outage', since: seconds(30) })),
  },
  {
    ...BASE,
    id: `${INCIDENT}/2-identified`,
    t: seconds(10),
    kind: 'identified',
    status: 'identified',
    cause: 'database',
  },
  {
    ...BASE,
    id: `${INCIDENT}/p003-ada`,
    by: 'person',
    author: 'Ada',
    t: seconds(4),
    kind: 'update',
    text: 'A disk is **full**. We are making room:\n\n- old logs are moved away\n- orders wait in the queue, none is lost\n\nNext word at 12:30 UTC.',
  },
];

const [PAST_FROM, PAST_TO] = [seconds(17 * 1440 - 120), seconds(17 * 1440 - 210)];
const PAST: IncidentEvent[] = [
  {
    v: 1,
    by: 'vedette',
    id: '2026-11-03-index/1-opened',
    incident: '2026-11-03-index',
    t: PAST_FROM + 600,
    kind: 'opened',
    status: 'investigating',
    impact: 'minor',
    since: PAST_FROM,
    cause: 'index',
    chain: ['search', 'index'],
    evidence: 'connection refused',
    services: ['index', 'search'].map((id) => ({ id, state: 'major_outage', since: PAST_FROM })),
  },
  {
    v: 1,
    by: 'vedette',
    id: '2026-11-03-index/2-resolved',
    incident: '2026-11-03-index',
    t: PAST_TO + 600,
    kind: 'resolved',
    status: 'resolved',
    reason: 'recovered',
    since: PAST_FROM,
    end: PAST_TO,
    services: ['index', 'search'].map((id) => ({ id, state: 'operational', was: 'major_outage', since: PAST_TO })),
  },
];
