/** Faults of the machine that probes and of the round as a whole: cases 59 to 63 and 66 of probing.md. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.ts';
import { readRounds } from '../../src/history/store.ts';
import type { Observation } from '../../src/model.ts';
import { defineProbe } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { runRound } from '../../src/round.ts';
import { run, task } from '../probing/probe-once.ts';
import { serveHttp, serveTcp } from '../servers.ts';
import { CLI, placeWith } from '../verbs/cli.ts';
import { hasNamespaces, inNamespace } from './namespace.ts';
import { spawned } from './spawned.ts';

interface Printed {
  round: { proberFault: boolean; cancelled: boolean; warnings: string[] };
  observations: Observation[];
}

const parsed = (stdout: string): Printed => JSON.parse(stdout) as Printed;

test('case 59: 300 targets and 64 handles: tried again with less at once, and nobody is down for it', async () => {
  await using server = await serveHttp((_, response) => void setTimeout(() => response.end('ok'), 50));
  const services = Array.from({ length: 300 }, (_, i) => `  s${i}: { probes: [{ http: "${server.url}/${i}" }] }`);
  await using place = await placeWith(`services:\n${services.join('\n')}\n`);
  const command = 'ulimit -n 64; exec "$@"';
  const args = ['-c', command, 'bash', process.execPath, CLI, 'probe', '--json'];
  const { code, stdout, stderr } = await spawned('bash', args, { cwd: place.folder });
  // That it was busy with 300 targets it may say; case 61 is about that.
  expect(stderr.replace(/^warning: this machine was busy for .*\n/, '')).toBe('');
  const { observations } = parsed(stdout);
  expect(observations.length).toBe(300);
  const said = observations.map(({ outcome, reason }) => reason ?? outcome);
  expect(said.filter((word) => word !== 'up' && word !== 'prober-fault')).toEqual([]);
  expect(said.filter((word) => word === 'up').length).toBeGreaterThan(270);
  expect(code).toBe(0);
});

test('case 60: the wall clock jumps; latencies and deadlines do not', async () => {
  await using fast = await serveHttp((_, response) => response.end('ok'));
  await using silent = await serveTcp(() => undefined);
  let jumps = 0;
  const now = (): number => {
    jumps += 1;
    return Date.now() + (jumps % 2 === 0 ? 1 : -1) * 86_400_000;
  };
  const startedAt = performance.now();
  const observations = await run([task('http', fast.url), task('http', silent.url, { timeoutMs: 500 })], { now });
  expect(observations).toMatchObject([{ outcome: 'up' }, { outcome: 'down', reason: 'timeout', phase: 'ttfb' }]);
  const took = performance.now() - startedAt;
  expect(took).toBeLessThan(5000);
  for (const { latencyMs, phases } of observations) {
    for (const ms of [latencyMs, ...Object.values(phases)]) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(took + 1);
    }
  }
});

test('case 61: the event loop stalls, and the round says so', async () => {
  const stalling = defineProbe({
    settings: z.number(),
    describe: () => 'stall',
    async run(ms) {
      for (const end = performance.now() + ms; performance.now() < end; );
      return { outcome: 'up', message: 'stalled' };
    },
  });
  const play = async (ms: number): Promise<readonly string[]> => {
    const registry = new Map([['stall', stalling]]);
    const source = `services: { a: { probes: [{ stall: ${ms} }] } }`;
    const loaded = parseConfig('services.yml', source, { kinds: new Map([['stall', stalling.settings]]), env: {} });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { warnings } = await runRound({
      config: loaded.config,
      registry,
      secrets: [],
      id: 'stalled',
      location: 'here',
      historyFolder: join(import.meta.dirname, 'no-such-history'),
      pendingFolders: [],
      surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
      write: false,
      concurrency: 1,
      signal: new AbortController().signal,
      now: Date.now,
      monotonic: () => performance.now(),
    });
    return warnings;
  };
  expect(await play(900)).toEqual([expect.stringMatching(/^this machine was busy for up to \d+ ms at a time/)]);
  expect(await play(0)).toEqual([]);
});

/** Of two services one answers at once and one never; `isHalfDone` resolves when the first was read. */
async function halfARound() {
  const { promise: isHalfDone, resolve } = Promise.withResolvers<void>();
  await using stack = new AsyncDisposableStack();
  const fast = stack.use(await serveHttp((_, response) => response.end('ok', () => setTimeout(resolve, 500))));
  const silent = stack.use(await serveTcp(() => undefined));
  const place = stack.use(
    await placeWith(`
defaults: { timeout: 60s }
services:
  fast: { probes: [{ http: "${fast.url}/" }] }
  silent: { probes: [{ http: "${silent.url}/" }] }
`),
  );
  const all = stack.move();
  return { place, isHalfDone, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test.concurrent.each([
  [62, 'SIGTERM'],
  [62, 'SIGINT'],
] as const)('case %i: %s in the middle of a round; what had finished is kept', async (_, signal) => {
  await using half = await halfARound();
  const { place, isHalfDone } = half;
  const { code, stdout, stderr } = await spawned(process.execPath, [CLI, 'probe', '--json'], {
    cwd: place.folder,
    onStart: (child) => void isHalfDone.then(() => child.kill(signal)),
  });
  expect(code).toBe(0);
  expect(stderr).toBe('The round was cancelled; what had finished was kept.\n');
  const { round, observations } = parsed(stdout);
  expect(round.cancelled).toBe(true);
  expect(observations).toMatchObject([{ service: 'fast', outcome: 'up' }]);
  const raw = join(place.folder, 'history', 'raw');
  const [day] = await readdir(raw);
  expect((await readFile(join(raw, day!), 'utf8')).trim().split('\n').length).toBe(1);
});

test('case 63: SIGKILL in the middle of a round; the next one keeps what had finished', async () => {
  await using half = await halfARound();
  const { place, isHalfDone } = half;
  const probe = [CLI, 'probe', '--json'];
  const killed = await spawned(process.execPath, probe, {
    cwd: place.folder,
    onStart: (child) => void isHalfDone.then(() => child.kill('SIGKILL')),
  });
  expect(killed.code).toBe(null);
  const next = await spawned(process.execPath, [...probe, '--only', 'fast'], { cwd: place.folder });
  expect(next.stderr).toMatch(/^warning: a round of [-\dT:.]+Z had not been kept; 1 observation of it now are\n$/);
  const { rounds, errors } = await readRounds(join(place.folder, 'history'), 0);
  expect(errors).toEqual([]);
  expect(rounds.map(({ observations }) => observations.map(({ service, outcome }) => [service, outcome]))).toEqual([
    [['fast', 'up']],
    [['fast', 'up']],
  ]);
  expect(await readdir(join(place.folder, 'history'))).toEqual(['meta.json', 'raw', 'schema']);
});

test.runIf(hasNamespaces)('case 66: the local network is down, and the round is the prober’s own fault', async () => {
  await using place = await placeWith(`
defaults: { retries: 0, timeout: 2s }
services:
  a: { probes: [{ http: "http://203.0.113.1/" }] }
  b: { probes: [{ tcp: "203.0.113.2:443" }] }
  c: { probes: [{ http: "http://www.example.test/" }] }
  d: { probes: [{ http: "http://[2001:db8::1]/" }] }
`);
  const command = [process.execPath, CLI, 'probe', '--json'];
  const { code, stdout } = await inNamespace('ip link set lo up', command, place.folder);
  expect(parsed(stdout).round).toMatchObject({ proberFault: true });
  expect(code).toBe(3);
});

test.runIf(hasNamespaces)(
  'case 66 with canaries: one service that is silent is enough',
  { timeout: 40_000 },
  async () => {
    await using place = await placeWith(`
canaries: [http://203.0.113.1/, "tcp://www.example.test:443"]
defaults: { retries: 0, timeout: 2s }
services: { a: { probes: [{ tcp: "203.0.113.2:443" }] } }
`);
    const command = [process.execPath, CLI, 'probe', '--json'];
    const { code, stdout } = await inNamespace('ip link set lo up', command, place.folder);
    expect(parsed(stdout).round).toMatchObject({ proberFault: true, canaries: 'silent' });
    expect(code).toBe(3);
  },
);
