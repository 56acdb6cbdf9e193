import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Constellation, startConstellation } from '../../src/demo/constellation.ts';
import { SERVICES } from '../../src/demo/platform.ts';
import { servicesYml } from '../../src/demo/services-yml.ts';
import { perform, STORY } from '../../src/demo/story.ts';
import { type Watched, watch } from '../../src/demo/watch.ts';
import { loadRegistry, type Registry, settingsOf } from '../../src/probing/registry.ts';

let folder: string;
let constellation: Constellation;
let config: Config;
let registry: Registry;
let rounds: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-demo-test-'));
  constellation = await startConstellation();
  const file = join(folder, 'services.yml');
  await writeFile(file, servicesYml(SERVICES, { ports: constellation.outerPorts, everyMs: 5000 }));
  registry = await loadRegistry();
  const loaded = await loadConfig(file, { kinds: settingsOf(registry), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  expect(loaded.notUsedYet).toEqual([]);
  config = loaded.config;
  rounds = 0;
});

afterEach(async () => {
  await constellation.close();
  await rm(folder, { recursive: true, force: true });
});

/** A round at an imagined time, five seconds after the one before: nothing here waits for the clock. */
async function look(): Promise<Watched> {
  rounds += 1;
  const now = Date.UTC(2026, 10, 20, 12) + rounds * 5000;
  const historyFolder = join(folder, 'history');
  return watch({
    config,
    registry,
    historyFolder,
    number: rounds,
    signal: AbortSignal.timeout(10_000),
    now: () => now,
  });
}

/** Everything that is not up, as `id outcome`. */
function trouble({ round }: Watched): string[] {
  return round.observations
    .filter(({ outcome }) => outcome !== 'up')
    .map(({ service, outcome }) => `${service} ${outcome}`);
}

describe('breaking one service', () => {
  test.each([
    ['database', ['gateway down', 'web down', 'api down', 'worker down', 'queue down', 'database down']],
    ['cache-a', ['cache-a down']],
    ['object-store', ['worker down', 'object-store down']],
    ['search', ['api degraded', 'search down']],
    ['mail', ['api degraded', 'mail down']],
    ['web', ['gateway down', 'web down']],
  ])('%s is felt by those that need it and by nobody else', async (id, expected) => {
    await constellation.break(id);
    expect(trouble(await look())).toEqual(expected);
    await constellation.repair(id);
    expect(trouble(await look())).toEqual([]);
  });

  test('the cache is down only without both replicas', async () => {
    await constellation.break('cache-a');
    await constellation.break('cache-b');
    expect(trouble(await look())).toEqual([
      'gateway down',
      'web down',
      'api down',
      'cache down',
      'cache-a down',
      'cache-b down',
    ]);
  });

  test('a slow database makes slow what needs it', async () => {
    await constellation.slow('database');
    const seen = trouble(await look());
    expect(seen).toEqual(['gateway', 'web', 'api', 'worker', 'queue', 'database'].map((id) => `${id} degraded`));
  });
});

test('without the uplink the prober sees nothing, and the platform goes on working', async () => {
  await constellation.setNetwork(false);
  const blind = await look();
  expect(blind.round.verdict.isProberFault).toBe(true);
  expect(blind.round.observations.every(({ reason }) => reason === 'refused')).toBe(true);
  await constellation.setNetwork(true);
  expect(trouble(await look())).toEqual([]);
});

test('the story is told as it was meant', async () => {
  const told: string[] = [];
  for (const { says, does } of STORY) {
    for (const action of does) await perform(action, constellation);
    const { headline } = await look();
    // A latency differs from run to run.
    told.push([says, headline.verdict, ...headline.because].join(' ').replaceAll(/\d+ ms/g, '… ms'));
  }
  expect(told).toMatchInlineSnapshot(`
    [
      "Everything works. Everything we can see is operational. Not known: Payment provider.",
      "The database slows down. Gateway and Worker are degraded. Probable cause: Database, degraded since 2026-11-20 12:00 UTC (0 s): slow, … ms. 5 of the 5 services that need it are affected. Affected: Gateway, Web, API and 2 more. Not known: Payment provider.",
      "The database goes down. Gateway and Worker are down. Probable cause: Database, down since 2026-11-20 12:00 UTC (0 s), in trouble for 5 s: connection refused. 5 of the 5 services that need it are affected. Affected: Gateway, Web, API and 2 more. Not known: Payment provider.",
      "The database is still down. Gateway and Worker are down. Probable cause: Database, down since 2026-11-20 12:00 UTC (5 s), in trouble for 10 s: connection refused. 5 of the 5 services that need it are affected. Affected: Gateway, Web, API and 2 more. Not known: Payment provider.",
      "The database is back, but slow. Gateway and Worker are degraded. Probable cause: Database, degraded since 2026-11-20 12:00 UTC (0 s), in trouble for 15 s: slow, … ms. 5 of the 5 services that need it are affected. Affected: Gateway, Web, API and 2 more. Not known: Payment provider.",
      "The database is well again. Everything we can see is operational. Not known: Payment provider.",
      "A cache replica dies. One failure is not yet news. Everything we can see is operational. Not known: Payment provider.",
      "The replica is still dead, and nobody above it suffers. The essential services we can see are operational. Contained: Cache replica A (down). Not known: Payment provider.",
      "The replica comes back. Everything we can see is operational. Not known: Payment provider.",
      "The prober loses its network; the platform goes on working. Unknown: our prober cannot reach the network. Too many services went silent in the same round, so the fault is probably ours. States below are the last known ones.",
      "The prober is still without a network. Unknown: our prober cannot reach the network. Too many services went silent in the same round, so the fault is probably ours. States below are the last known ones.",
      "The prober has its network back. Everything we can see is operational. Not known: Payment provider.",
    ]
  `);
});
