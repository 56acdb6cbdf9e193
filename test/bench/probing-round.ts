/** One round of N probes against a local server, by one of the ways that are compared. Prints CPU and wall time. */
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { Client as UndiciClient } from 'undici';
import { keepMemorySmall } from '../../src/probing/memory.ts';
import type { Task } from '../../src/probing/runner.ts';

const mode = process.argv[2]!;
const url = new URL(process.argv[3]!);
const count = Number(process.argv[4]);
/** The authority's certificate for https; for `blackbox` the address to ask, with the target's still to be added. */
const extra = process.argv[5] ?? '';
const port = Number(url.port);
const CONCURRENCY = 200;

type Round = (paths: readonly string[]) => Promise<number>;

const ROUNDS: Readonly<Record<string, () => Promise<Round>>> = {
  async vedette() {
    // As the command line does it: first this, then what allocates.
    keepMemorySmall();
    const { FORGETFUL_CACHE } = await import('../../src/probing/environment.ts');
    const { loadRegistry } = await import('../../src/probing/registry.ts');
    const { runProbes } = await import('../../src/probing/runner.ts');
    const kind = (await loadRegistry()).get('http')!;
    return async (paths) => {
      const tasks = paths.map(
        (path): Task => ({
          service: path,
          probe: 'http',
          kind: 'http',
          implementation: kind,
          settings: kind.settings.parse({
            url: `${url.origin}/${path}`,
            ...(url.protocol === 'https:' && { tls: { ca: extra } }),
          }),
          timeoutMs: 10_000,
          retries: 0,
          strict: false,
          invert: false,
        }),
      );
      const observations = await runProbes(tasks, {
        surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
        concurrency: CONCURRENCY,
        secrets: [],
        signal: new AbortController().signal,
        now: Date.now,
        monotonic: () => performance.now(),
      });
      return observations.filter(({ outcome }) => outcome === 'up').length;
    };
  },
  raw: async () => (paths) => pool(paths, askRaw),
  http: async () => (paths) => pool(paths, askHttp),
  async undici() {
    // Only here: loading it would count as memory of the others.
    const { Client } = await import('undici');
    return (paths) => pool(paths, (path) => askUndici(path, Client));
  },
  blackbox: async () => (paths) => pool(paths, askBlackbox),
};

const secureContext =
  url.protocol === 'https:' && mode === 'raw' ? createSecureContext({ ca: readFileSync(extra) }) : undefined;

function open(onConnect: () => void): Socket {
  if (secureContext) return connectTls({ host: '127.0.0.1', port, secureContext }, onConnect);
  return connect({ host: '127.0.0.1', port }, onConnect);
}

/** Connect, write the request by hand, read to the end: what the runtime can do at best. */
function askRaw(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = open(() => socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('end', () => {
      socket.destroy();
      resolve(text.startsWith('HTTP/1.1 200'));
    });
    socket.on('error', reject);
  });
}

function askHttp(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: `/${path}`, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
    });
    request.on('error', reject);
    request.end();
  });
}

async function askUndici(path: string, Client: typeof UndiciClient): Promise<boolean> {
  const client = new Client(`http://127.0.0.1:${port}`, { pipelining: 0 });
  try {
    const { statusCode, body } = await client.request({ path: `/${path}`, method: 'GET' });
    await body.text();
    return statusCode === 200;
  } finally {
    await client.destroy();
  }
}

async function askBlackbox(path: string): Promise<boolean> {
  const response = await fetch(`${extra}${encodeURIComponent(`${url.origin}/${path}`)}`);
  return /^probe_success 1$/m.test(await response.text());
}

async function pool(paths: readonly string[], ask: (path: string) => Promise<boolean>): Promise<number> {
  const queue = paths.values();
  let good = 0;
  const work = async (): Promise<void> => {
    for (const path of queue) if (await ask(path)) good += 1;
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return good;
}

const round = await ROUNDS[mode]!();
const paths = Array.from({ length: count }, (_, index) => `s${index}`);
// Once without counting: a scheduled round is short, but the question here is what a probe costs, not a start.
await round(paths.slice(0, 100));
const cpu = process.cpuUsage();
const startedAt = performance.now();
const good = await round(paths);
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
if (good !== count) throw new Error(`${good} of ${count} were up`);
process.stdout.write(
  JSON.stringify({ cpuMs: (user + system) / 1000, wallMs, rssMiB: process.resourceUsage().maxRSS / 1024 }),
);
