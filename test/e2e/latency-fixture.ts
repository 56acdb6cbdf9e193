/** Sixty days of latencies as services have them, seeded: a calm one, one with gaps, a spread one, and a young one. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DAY_MS, dayOf } from '../../src/history/days.ts';
import { encodeRound } from '../../src/history/raw.ts';
import type { RecordedObservation } from '../../src/model.ts';
import { seeded } from '../fixture.ts';
import type { SiteFiles } from './built-site.ts';

const END = Date.parse('2026-11-20T18:00:00Z');
const EVERY_MS = 600_000;
const DAYS = 60;

/** Milliseconds on a day, the newest being 0; undefined when it was not read at all. */
type Shape = (daysAgo: number, random: () => number) => number | undefined;

const SHAPES: Readonly<Record<string, Shape>> = {
  'shop/http': (daysAgo, random) => tailed(daysAgo < 9 ? 150 : 115 + 10 * Math.sin(daysAgo / 3), random, 3),
  'shop/tcp': (_, random) => tailed(4, random, 1),
  'search/http': (daysAgo, random) => {
    if ([5, 6, 7, 13, 15].includes(daysAgo)) return undefined;
    return tailed(daysAgo === 3 ? 900 : 60, random, daysAgo === 3 ? 14 : 8);
  },
  'mail/http': () => 200,
  // In front of a queue whose backlog is measured beside.
  'queue/http': () => 30,
  'young/http': (daysAgo, random) => (daysAgo < 2 ? tailed(90, random, 2) : undefined),
  'silent/http': () => undefined,
};

export async function writeLatencies(folder: string): Promise<SiteFiles> {
  const config = join(folder, 'services.yml');
  const history = join(folder, 'history');
  const http = { http: 'http://127.0.0.1:1/' };
  const services = {
    shop: { probes: [http, { tcp: '127.0.0.1:1' }] },
    ...Object.fromEntries(['search', 'mail', 'queue', 'young', 'silent'].map((id) => [id, { probes: [http] }])),
  };
  const maintenance = [
    { title: 'New disks', services: ['search'], start: '2026-11-01T22:00:00Z', end: '2026-11-02T03:00:00Z' },
  ];
  await writeFile(config, stringify({ schedule: { every: '10m' }, services, maintenance }));
  await mkdir(join(history, 'raw'), { recursive: true });
  await mkdir(join(history, 'schema'), { recursive: true });
  const random = seeded(11);
  const linesByDay = new Map<string, string[]>();
  for (let at = END - DAYS * DAY_MS; at <= END; at += EVERY_MS) {
    const observations = Object.entries(SHAPES).flatMap(([address, shape]): RecordedObservation[] => {
      const [service = '', probe = ''] = address.split('/');
      const daysAgo = Math.floor(END / DAY_MS) - Math.floor(at / DAY_MS);
      const ms = shape(daysAgo, random);
      const measured = service === 'queue' ? measuredOn(daysAgo, Math.sin(at / 7e6)) : {};
      return ms === undefined ? [] : [{ service, probe, outcome: 'up', attempts: 1, latencyMs: ms, ...measured }];
    });
    const { line, schema } = encodeRound(
      { id: `${at / 1000}.1.local`, at, location: 'local', observations },
      Object.keys(SHAPES),
    );
    await writeFile(join(history, 'schema', `${schema.name}.json`), schema.text);
    linesByDay.set(dayOf(at), [...(linesByDay.get(dayOf(at)) ?? []), line]);
  }
  for (const [day, lines] of linesByDay)
    await writeFile(join(history, 'raw', `${day}.ndjson`), `${lines.join('\n')}\n`);
  return { config, history, end: END };
}

/** Mostly near `usual`, and one in fifty up to `tail` times slower. */
function tailed(usual: number, random: () => number, tail: number): number {
  const slow = random() < 0.02 ? 1 + tail * random() : 1;
  return Math.round(usual * (0.85 + 0.3 * random()) * slow);
}

/** `wave` from -1 to 1. What a server calls its version is its own affair. */
function measuredOn(daysAgo: number, wave: number): Partial<RecordedObservation> {
  const release = RELEASES.findLast(({ until }) => daysAgo <= until)!;
  const backlog = Math.round((daysAgo < 12 ? 340 : 120) * (1 + 0.4 * wave));
  return {
    version: release.version,
    values: [
      // Nobody asked for two days.
      ...(daysAgo === 20 || daysAgo === 21 ? [] : [{ name: '$.pending', value: backlog }]),
      ...(daysAgo < 2 ? [{ name: 'free', value: 71.5 - daysAgo, unit: '%' }] : []),
    ],
  };
}

const RELEASES = [
  { until: 60, version: '1.3.9' },
  { until: 40, version: '1.4.0' },
  { until: 12, version: '1.5.0"><img src=x>' },
  { until: 4, version: '1.5.1' },
];
