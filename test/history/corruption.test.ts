/** A byte of a file is not what it was: rounds go on, the place is named, and repairing makes the history whole. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEEP } from '../../src/history/compact.ts';
import { DAY_MS } from '../../src/history/days.ts';
import { addDeliveries, addIncidents, addMaintenance } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { repair } from '../../src/history/repair.ts';
import { appendRound, importRounds, readRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';
import { deliveryEvent } from '../../src/incidents/delivery-event.ts';
import { incidentEvent } from '../../src/incidents/event.ts';
import { maintenanceEvent } from '../../src/incidents/maintenance-event.ts';
import type { RecordedObservation, RecordedRound } from '../../src/model.ts';

const START = Date.parse('2026-10-25T00:00:00Z');
const PER_DAY = 6;
const DAYS = 20;
const RUNS = Number(process.env.CORRUPTIONS ?? 40);

function round(n: number): RecordedRound {
  const observations = ['web/http', 'api/http', 'api/tcp'].map((address, index): RecordedObservation => {
    const [service = '', probe = ''] = address.split('/');
    const isDown = (n + index) % 7 === 0;
    return isDown
      ? { service, probe, outcome: 'down', reason: 'status', code: 503, latencyMs: 5, attempts: 3 }
      : { service, probe, outcome: 'up', latencyMs: 100 + ((n * 37 + index) % 90), attempts: 1 };
  });
  return { id: `${n}.1.test`, at: START + (n * DAY_MS) / PER_DAY, location: 'test', observations };
}

const T = START / 1000;
const INCIDENT = [
  incidentEvent.parse({
    v: 1,
    id: '2026-10-25-api/1-opened',
    t: T,
    incident: '2026-10-25-api',
    kind: 'opened',
    cause: 'api',
    impact: 'critical',
    services: [{ id: 'api', state: 'major_outage', since: T }],
  }),
  incidentEvent.parse({
    v: 1,
    id: '2026-10-25-api/2-resolved',
    t: T + 900,
    incident: '2026-10-25-api',
    kind: 'resolved',
    status: 'resolved',
    end: T + 600,
  }),
];
const DELIVERIES = (['claimed', 'sent'] as const).map((kind) =>
  deliveryEvent.parse({
    v: 1,
    id: `2026-10-26-web/1-opened@slack/1-${kind}`,
    t: START / 1000 + 86_400,
    channel: 'slack',
    kind,
    event: '2026-10-26-web/1-opened',
    by: 'a run',
    claim: 1,
  }),
);
const MAINTENANCE = [
  maintenanceEvent.parse({
    v: 1,
    id: '2026-10-26-move/p001-00000000',
    t: T,
    maintenance: '2026-10-26-move',
    kind: 'announced',
    title: 'Moving',
    services: ['api'],
    start: T + 86_400,
    end: T + 90_000,
    text: 'We move.',
  }),
];

test(
  'any byte of any file',
  async () => {
    const origin = await mkdtemp(join(tmpdir(), 'vedette-corrupt-'));
    try {
      await importRounds(
        origin,
        Array.from({ length: DAYS * PER_DAY }, (_, n) => round(n)),
      );
      await addIncidents(origin, () => INCIDENT);
      await addMaintenance(origin, () => MAINTENANCE);
      await addDeliveries(origin, () => DELIVERIES);
      const whole = await allFiles(origin);
      expect((await verify(openFolder(origin))).flaws).toEqual([]);
      expect([...whole.keys()].map((path) => path.split('/')[0])).toEqual(
        expect.arrayContaining([
          'raw',
          'hourly',
          'daily',
          'schema',
          'meta.json',
          'incidents',
          'maintenance',
          'notifications',
        ]),
      );
      const next = round(DAYS * PER_DAY);
      let noticed = 0;
      const place = fc.record({
        path: fc.constantFrom(...whole.keys()),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        byte: fc.integer({ min: 0, max: 255 }),
      });
      const property = fc.asyncProperty(place, async ({ path, at, byte }) => {
        const bytes = Buffer.from(whole.get(path)!);
        const offset = Math.floor(at * bytes.length);
        bytes[offset] = byte;
        await writeFile(join(origin, path), bytes);

        await appendRound(origin, next);
        const { rounds } = await readRounds(origin, 0);
        expect(rounds.at(-1)).toMatchObject({ id: next.id, observations: { length: 3 } });
        const { flaws } = await verify(openFolder(origin));
        if (flaws.length > 0) noticed += 1;
        expect(flaws.filter((flaw) => !concerns(flaw.path, path))).toEqual([]);
        await repair(openFolder(origin), { now: next.at, keep: KEEP, knownSchemas: [encodeRound(next).schema] });
        expect((await verify(openFolder(origin))).flaws).toEqual([]);
        expect((await readRounds(origin, 0)).errors).toEqual([]);

        await rm(origin, { recursive: true });
        await restore(origin, whole);
      });
      await fc.assert(property, { numRuns: RUNS });
      // The rest made another valid number of one, in rounds that no digest stands for yet.
      expect(noticed).toBeGreaterThan(RUNS / 2);
    } finally {
      await rm(origin, { recursive: true, force: true });
    }
  },
  60_000 + RUNS * 400,
);

/** A digest is checked against its rounds, rounds against their schema. */
function concerns(flawed: string, changed: string): boolean {
  const kind = changed.split('/')[0]!;
  return flawed === changed || kind === 'schema' || (kind === 'raw' && /^(daily|hourly)\//.test(flawed));
}

async function allFiles(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const)),
  );
}

async function restore(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
