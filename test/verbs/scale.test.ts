/** A round on several machines: planned, shared out, put together by one writer. */
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { readRounds } from '../../src/history/store.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { loadRegistry, settingsOf } from '../../src/probing/registry.ts';
import { cutShards } from '../../src/probing/shards.ts';
import { observeShard } from '../../src/round.ts';
import { serveHttp } from '../servers.ts';
import { placeWith } from './cli.ts';
import { ENV, flawsIn, publishedIds, repositoryWith } from './git-place.ts';

// Many processes one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

const LOCATIONS = ['asia', 'eu', 'us'];

describe('plan', () => {
  const services = (count: number): string =>
    Array.from({ length: count }, (_, n) => `  s${n}: https://s${n}.example`).join('\n');

  test('a matrix has a job for each location and shard', async () => {
    await using place = await placeWith(`
locations: [{ id: eu }, { id: asia, runner: [self-hosted, asia] }]
heartbeat: "\${NOT_NEEDED_HERE}"
services:\n${services(3)}`);
    const { code, stdout, stderr } = await place.run(['plan', '--matrix', '--shards', '2']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      include: [
        { location: 'eu', shard: '1/2', runner: ['ubuntu-24.04'] },
        { location: 'eu', shard: '2/2', runner: ['ubuntu-24.04'] },
        { location: 'asia', shard: '1/2', runner: ['self-hosted', 'asia'] },
        { location: 'asia', shard: '2/2', runner: ['self-hosted', 'asia'] },
      ],
    });
    expect((await place.run(['plan'])).stdout).toBe('3 probes, 2 locations, 2 jobs.\n');
  });

  test('never more jobs than a matrix takes', async () => {
    const locations = Array.from({ length: 30 }, (_, n) => `{ id: l${n} }`).join(', ');
    await using place = await placeWith(`locations: [${locations}]\nservices:\n${services(5000)}`);
    const { code, stdout, stderr } = await place.run(['plan', '--matrix']);
    expect([code, JSON.parse(stdout).include.length]).toEqual([0, 240]);
    expect(stderr).toBe(
      'warning: 5000 probes would take 10 shards, a matrix takes 8 for each of 30 locations; each has more to do\n',
    );
    expect(await place.run(['plan', '--matrix', '--shards', '9'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'vedette: --shards: 30 locations of 9 shards are 270 jobs, a matrix takes 256: at most 8 shards; see: vedette plan --help\n',
    });
    expect((await place.run(['plan', '--shards', 'many'])).code).toBe(2);
  });

  test('without locations there is nothing to share', async () => {
    await using place = await placeWith('services: { web: https://web.example }');
    expect(await place.run(['plan', '--matrix'])).toMatchObject({
      code: 2,
      stderr: 'vedette: services.yml names no `locations` that could share the work; see: vedette plan --help\n',
    });
  });
});

test('shards are written, and merged into a round of each location; strangers’ files do no harm', async () => {
  await using server = await serveHttp((_, response) => response.end());
  const place = await repositoryWith(`
locations: [{ id: eu }, { id: us }]
services: { web: "${server.url}", program: { probes: [{ command: { run: [ok.sh] } }] } }`);
  await using _ = place;
  await writeFile(join(place.folder, 'ok.sh'), '#!/bin/sh\necho fine\n', { mode: 0o755 });
  const env = { ...ENV, GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '1' };
  for (const location of ['eu', 'us']) {
    for (const shard of ['1/2', '2/2']) {
      const out = join('parts', `${location}-${shard[0]}`, 'observed.ndjson');
      const ended = await place.run(['probe', '--location', location, '--shard', shard, '--out', out], env);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toBe(`${location}, shard ${shard}: 1 of 1 probe written to ${out}.\n`);
    }
  }
  expect(place.git('status', '--porcelain')).not.toContain('history');
  const parts = join(place.folder, 'parts');
  await writeFile(join(parts, 'hostile.ndjson'), '{"v":1,"id":"5.1.eu"\n');
  await symlink('/etc/passwd', join(parts, 'link.ndjson'));
  await mkdir(join(parts, 'empty'));
  for (const _ of [1, 2]) {
    const merged = await place.run(['run', '--merge', 'parts'], env);
    expect(merged.code).toBe(0);
    expect(merged.stderr).toMatch(/^warning: parts\/hostile\.ndjson: does not begin like the file of a shard .*\n$/);
    expect(merged.stdout).toContain('4 files of shards: eu 2, us 2.\n');
  }
  expect(publishedIds(place).sort()).toEqual(['5.1.eu', '5.1.us']);
  expect(await flawsIn(place.history)).toEqual([]);

  await rm(parts, { recursive: true });
  await mkdir(parts);
  const none = await place.run(['run', '--merge', 'parts'], env);
  expect([none.code, none.stderr]).toEqual([
    3,
    'warning: eu: no observation came from there\nwarning: us: no observation came from there\n',
  ]);
  await rm(parts, { recursive: true });
  const missing = await place.run(['run', '--merge', 'parts'], env);
  expect([missing.code, missing.stderr]).toEqual([3, `warning: there is no folder parts\n${none.stderr}`]);
});

test('away from GitHub the shards of a round know it by VEDETTE_RUN_ID, and are none without', async () => {
  await using server = await serveHttp((_, response) => response.end());
  const port = new URL(server.url).port;
  await using place = await repositoryWith(`
locations: [{ id: eu }]
services: { web: "${server.url}", other: "http://localhost:${port}" }`);
  const observe = (shard: string, env: Record<string, string>) => {
    const args = ['probe', '--location', 'eu', '--shard', shard, '--out', `parts/${shard[0]}.ndjson`];
    return place.run(args, { ...ENV, ...env });
  };
  expect(await observe('1/2', {})).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'vedette: the machines of a round know it by its id: set VEDETTE_RUN_ID, the same on all of them and another for every round; see: vedette probe --help\n',
  });
  expect((await observe('1/2', { VEDETTE_RUN_ID: 'a b' })).stderr).toBe(
    'vedette: VEDETTE_RUN_ID: expected at most 100 letters, digits, dots, - and _, got "a b"; see: vedette probe --help\n',
  );
  for (const run of ['7781', '7782']) {
    for (const shard of ['1/2', '2/2'])
      expect(await observe(shard, { VEDETTE_RUN_ID: run })).toMatchObject({ code: 0, stderr: '' });
    const merged = await place.run(['run', '--merge', 'parts'], ENV);
    expect(merged).toMatchObject({ code: 0, stderr: '' });
    expect(merged.stdout).toContain('2 files of shards: eu 2.\n');
  }
  expect(publishedIds(place)).toEqual(['7781.1.eu', '7782.1.eu']);

  // One machine alone, at one location, is no part of anything.
  expect(await place.run(['probe', '--location', 'eu', '--out', 'whole.ndjson'], ENV)).toMatchObject({ code: 0 });
});

test.each([
  [['--shard', '1/2'], '--shard: give --out FILE, too'],
  [['--out', 'x', '--shard', '3/2'], '--shard: expected one of several, like 2/8, got "3/2"'],
  [['--out', 'x', '--json'], '--out goes with neither --only nor --json nor --no-write'],
])('probe %j is a usage error', async (args, problem) => {
  await using place = await placeWith('services: { web: https://web.example }');
  expect(await place.run(['probe', ...args])).toMatchObject({
    code: 2,
    stderr: `vedette: ${problem}; see: vedette probe --help\n`,
  });
});

test('5000 services, 3 locations, 8 shards, of which one dies and one is lost: the others count', async () => {
  const hosts = await Promise.all(
    // Each a host of its own, to a shard.
    Array.from({ length: 40 }, (_, n) => serveOn(`127.0.1.${n + 1}`, (_, response) => response.end('fine'))),
  );
  try {
    const services = Array.from({ length: 5000 }, (_, n) => `  s${n}: ${hosts[n % hosts.length]!.url}/${n}`);
    const yml = `locations: [${LOCATIONS.map((id) => `{ id: ${id} }`).join(', ')}]\ndefaults: { retries: 0 }\n`;
    const place = await repositoryWith(`${yml}services:\n${services.join('\n')}\n`);
    await using _ = place;
    const parts = join(place.folder, 'parts');
    const shares = await observeAll(place.folder, parts);
    // One is lost with all it had, one was killed in the middle of a line.
    const [lost, torn] = ['asia-3.ndjson', 'eu-5.ndjson'].map((name) => join(parts, name)) as [string, string];
    await rm(lost);
    const lines = (await readFile(torn, 'utf8')).split('\n');
    await truncate(torn, lines.slice(0, 101).join('\n').length + 20);

    const merged = await place.run(['run', '--merge', 'parts'], ENV);
    expect(merged.code).toBe(0);
    expect(merged.stderr.trimEnd().split('\n')).toEqual([
      'warning: asia: no word of 1 shard (3/8); their probes were not read',
      expect.stringMatching(/eu-5\.ndjson: ended after 100 of \d+ observations; the rest was not read$/),
    ]);
    expect(merged.stdout).toMatch(/: operational\n/);
    const { rounds, errors } = await readRounds(place.history, 0);
    expect(errors).toEqual([]);
    const seen = new Map(rounds.map(({ location, observations }) => [location, observations]));
    expect([...seen].map(([location, { length }]) => [location, length])).toEqual([
      ['asia', 5000 - shares[2]!.size],
      ['eu', 5000 - shares[4]!.size + 100],
      ['us', 5000],
    ]);
    // Neither up nor down: not read.
    const inAsia = new Set(seen.get('asia')!.map(({ service, probe }) => `${service}/${probe}`));
    expect([...shares[2]!].filter((address) => inAsia.has(address))).toEqual([]);
    expect(new Set(rounds.flatMap(({ observations }) => observations.map(({ outcome }) => outcome)))).toEqual(
      new Set(['up']),
    );
    expect(await flawsIn(place.history)).toEqual([]);
    expect(place.remote('log', '--format=%s', 'main')).toBe('Record observations\nStart');
  } finally {
    for (const { server } of hosts) server.close();
  }
});

/** As 24 machines would, one after the other; the shards of each location. */
async function observeAll(folder: string, parts: string): Promise<ReadonlySet<string>[]> {
  const registry = await loadRegistry();
  const loaded = await loadConfig(join(folder, 'services.yml'), { kinds: settingsOf(registry), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems.slice(0, 3)));
  const { config } = loaded;
  const probes = config.services.flatMap(({ id, probes }) =>
    probes.map((probe) => ({ ...probe, service: id, probe: probe.id, implementation: registry.get(probe.kind)! })),
  );
  const shares = cutShards(probes, 8);
  for (const location of LOCATIONS) {
    for (const [index, share] of shares.entries()) {
      const { observations } = await observeShard({
        config,
        registry,
        secrets: [],
        surroundings: { folder, env: {}, cache: FORGETFUL_CACHE },
        share,
        shard: { index: index + 1, of: 8 },
        file: join(parts, `${location}-${index + 1}.ndjson`),
        id: `1.1.${location}`,
        location,
        concurrency: 200,
        signal: new AbortController().signal,
        now: Date.now,
        monotonic: () => performance.now(),
      });
      if (observations.length !== share.size) throw new Error('a shard has not observed all of its probes');
    }
  }
  return shares;
}

async function serveOn(host: string, listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  return { server, url: `http://${host}:${(server.address() as AddressInfo).port}` };
}
