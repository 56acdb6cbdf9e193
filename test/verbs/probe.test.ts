import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRounds } from '../../src/history/store.ts';
import { serveHttp } from '../servers.ts';
import { CLI, placeWith } from './cli.ts';

let server: Server;
let port = 0;
let closed: number[] = [];

beforeAll(async () => {
  server = createServer((_, response) => response.end('pong'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  closed = await Promise.all(Array.from({ length: 3 }, freePort));
});
afterAll(() => {
  server.close();
});

/** A port that nobody listens on: one that was just given back. */
async function freePort(): Promise<number> {
  const listener = createTcpServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: free } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return free;
}

const upAndDown = (): string => `
defaults: { retries: 0, timeout: 5s }
services:
  web: { dependsOn: [api], probes: [{ http: "http://127.0.0.1:${port}/ping" }] }
  api: { probes: [{ tcp: "127.0.0.1:${closed[0]}" }] }
`;
const idsIn = async (folder: string): Promise<string[]> =>
  (await readRounds(join(folder, 'history'), 0)).rounds.map(({ id }) => id);

test('a round is shown as a table, recorded, and ends with 0 whatever it found', async () => {
  await using place = await placeWith(upAndDown());
  const { code, stdout, stderr } = await place.run(['probe']);
  expect([code, stderr]).toEqual([0, '']);
  const steady = stdout
    .replaceAll(/\d+ ms \([^)]*\) */g, 'N ms ')
    .replaceAll(/LATENCY +/g, 'LATENCY ')
    .replaceAll(/:\d{4,5}\b/g, ':PORT')
    .replace(/\d+\.\d s/, 'N s');
  expect(steady).toMatchInlineSnapshot(`
    "SERVICE  PROBE  OUTCOME  LATENCY REASON
    web      http   up       N ms 200 OK
    api      tcp    down     N ms refused: connection refused

    2 probes in N s: 1 up, 1 down.
    "
  `);
  expect((await idsIn(place.folder)).length).toBe(1);
});

test('--json prints one object that programs can rely on', async () => {
  await using place = await placeWith(upAndDown());
  const { code, stdout, stderr } = await place.run(['probe', '--json'], { VEDETTE_LOCATION: 'attic' });
  expect([code, stderr, stdout.trimEnd().split('\n').length]).toEqual([0, '', 1]);
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const ms = expect.any(Number);
  expect(JSON.parse(stdout)).toEqual({
    round: {
      id: expect.stringMatching(/^[0-9a-z]{16}\.1\.attic$/),
      at: instant,
      location: 'attic',
      durationMs: ms,
      proberFault: false,
      cancelled: false,
      warnings: [],
    },
    observations: [
      {
        service: 'web',
        probe: 'http',
        kind: 'http',
        at: instant,
        outcome: 'up',
        message: expect.any(String),
        facts: expect.objectContaining({ status: 200, address: '127.0.0.1' }),
        warnings: [],
        latencyMs: ms,
        phases: expect.objectContaining({ connect: ms, ttfb: ms, body: ms }),
        attempts: [{ at: instant, outcome: 'up', latencyMs: ms, message: expect.any(String) }],
      },
      {
        service: 'api',
        probe: 'tcp',
        kind: 'tcp',
        at: instant,
        outcome: 'down',
        reason: 'refused',
        phase: 'connect',
        message: expect.any(String),
        facts: expect.any(Object),
        warnings: [],
        latencyMs: ms,
        phases: expect.objectContaining({ connect: ms }),
        attempts: [
          {
            at: instant,
            outcome: 'down',
            reason: 'refused',
            phase: 'connect',
            latencyMs: ms,
            message: expect.any(String),
          },
        ],
      },
    ],
  });
});

describe('--only', () => {
  test('probes what is named, and records no more', async () => {
    await using place = await placeWith(upAndDown());
    const { code, stdout } = await place.run(['probe', '--only', 'web', '--json']);
    expect([code, JSON.parse(stdout).observations.map(({ service }: { service: string }) => service)]).toEqual([
      0,
      ['web'],
    ]);
    const { rounds } = await readRounds(join(place.folder, 'history'), 0);
    expect(rounds.map(({ observations }) => observations.map(({ service }) => service))).toEqual([['web']]);
  });

  test('may be repeated', async () => {
    await using place = await placeWith(upAndDown());
    const { stdout } = await place.run(['probe', '--only', 'web', '--only', 'api', '--json', '--no-write']);
    expect(JSON.parse(stdout).observations.length).toBe(2);
  });

  test('of a service that does not exist is a usage error', async () => {
    await using place = await placeWith(upAndDown());
    const problem = 'vedette: no service is called "wbe"; did you mean web?\n';
    expect(await place.run(['probe', '--only', 'wbe'])).toEqual({ code: 2, stdout: '', stderr: problem });
  });
});

test('--no-write leaves the history as it is, whether there is one or not', async () => {
  await using place = await placeWith(upAndDown());
  expect((await place.run(['probe', '--no-write'])).code).toBe(0);
  expect(await readdir(place.folder)).toEqual(['services.yml']);
});

test('--history names another folder', async () => {
  await using place = await placeWith(upAndDown());
  await place.run(['probe', '--history', 'elsewhere']);
  expect((await readdir(place.folder)).sort()).toEqual(['elsewhere', 'services.yml']);
});

test('the same attempt of the same run is recorded once, another attempt again', async () => {
  await using place = await placeWith(upAndDown());
  const run = (attempt: string) =>
    place.run(['probe', '--only', 'web'], { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: attempt });
  await run('1');
  await run('1');
  await run('2');
  expect((await idsIn(place.folder)).sort()).toEqual(['42.1.gha', '42.2.gha']);
});

describe('the prober itself', () => {
  const silent = (): string => `
defaults: { retries: 0 }
services:
  a: { probes: [{ tcp: "127.0.0.1:${closed[0]}" }] }
  b: { probes: [{ tcp: "127.0.0.1:${closed[1]}" }] }
  c: { probes: [{ tcp: "127.0.0.1:${closed[2]}" }] }
`;

  test('is blamed when all is silent at once: exit code 3, and the round is recorded as such', async () => {
    await using place = await placeWith(silent());
    const { code, stdout, stderr } = await place.run(['probe']);
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toContain('Prober fault: too many services went silent at once; our own network probably failed.');
    expect((await idsIn(place.folder)).length).toBe(1);
    expect(JSON.parse((await place.run(['probe', '--json'])).stdout).round.proberFault).toBe(true);
  });

  test('is believed in the fourth round on end', async () => {
    await using place = await placeWith(silent());
    const codes: (number | null)[] = [];
    for (let round = 0; round < 4; round += 1) codes.push((await place.run(['probe'])).code);
    expect(codes).toEqual([3, 3, 3, 0]);
  });
});

// A silent one is asked for ten seconds before it is believed.
describe.concurrent('canaries', () => {
  const silent = (...canaries: string[]): string => `
canaries: ${JSON.stringify(canaries)}
defaults: { retries: 0 }
services:
  a: { probes: [{ tcp: "127.0.0.1:${closed[0]}" }] }
  b: { probes: [{ tcp: "127.0.0.1:${closed[1]}" }] }
`;
  const up = (canary: string): string => `
canaries: ${JSON.stringify([canary])}
services: { web: "http://127.0.0.1:${port}/" }
`;

  test.each([
    ['a status of 500', (url: string) => `${url}/500`],
    ['a redirect, which is not followed', (url: string) => `${url}/away`],
    ['a connection', (url: string) => url.replace('http', 'tcp')],
  ])('%s is an answer: what is silent is down', async (_, addressOf) => {
    await using canary = await serveHttp((request, response) => {
      response.writeHead(request.url === '/500' ? 500 : 302, { location: 'http://127.0.0.1:1/' }).end();
    });
    // One that answers is enough, and nobody waits for the other.
    await using place = await placeWith(silent('tcp://192.0.2.1:9', addressOf(canary.url)));
    const { code, stdout } = await place.run(['probe', '--json']);
    const { round, observations } = JSON.parse(stdout);
    expect([code, round.proberFault, round.canaries]).toEqual([0, false, 'answered']);
    expect(observations.map(({ service }: { service: string }) => service)).toEqual(['a', 'b']);
    const { rounds } = await readRounds(join(place.folder, 'history'), 0);
    expect(rounds).toMatchObject([{ canaries: 'answered', observations: [{ service: 'a' }, { service: 'b' }] }]);
  });

  test('that are silent make every round a fault of ours, and the page and a replay say so', async () => {
    await using place = await placeWith(up(`http://someone:secret@127.0.0.1:${closed[0]}`));
    const first = await place.run(['probe']);
    expect([first.code, first.stderr]).toEqual([3, '']);
    expect(first.stdout).toContain('Prober fault: no canary answered; our own network failed.');
    const [round] = (await readRounds(join(place.folder, 'history'), 0)).rounds;
    expect(round).toMatchObject({ isProberFault: true, canaries: 'silent' });
    const [day] = await readdir(join(place.folder, 'history', 'raw'));
    expect(await readFile(join(place.folder, 'history', 'raw', day!), 'utf8')).not.toContain('secret');
    const { stdout } = await place.run(['history', 'export', '--format', 'ndjson']);
    await writeFile(join(place.folder, 'rounds.ndjson'), stdout);
    const replayed = await place.run(['replay', '--observations', 'rounds.ndjson', '--json']);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ overall: 'unknown', proberFault: true, canaries: 'silent' });
  });

  test('in GitHub Actions are its API, unless services.yml names others', async () => {
    await using place = await placeWith(up(`http://127.0.0.1:${port}/`));
    const env = { GITHUB_API_URL: `http://127.0.0.1:${closed[0]}` };
    expect((await place.run(['probe', '--no-write'], env)).code).toBe(0);
    await writeFile(join(place.folder, 'services.yml'), `services: { web: "http://127.0.0.1:${port}/" }\n`);
    expect((await place.run(['probe', '--no-write'], env)).code).toBe(3);
    expect((await place.run(['probe', '--no-write'])).code).toBe(0);
  });
});

describe('a history that is damaged', () => {
  test('is told on stderr, and the round is recorded all the same', async () => {
    await using place = await placeWith(upAndDown());
    await place.run(['probe']);
    const [day] = await readdir(join(place.folder, 'history', 'raw'));
    const file = join(place.folder, 'history', 'raw', day!);
    await writeFile(file, `${await readFile(file, 'utf8')}no json\n{"v":1,"id`);
    const { code, stdout, stderr } = await place.run(['probe']);
    expect(code).toBe(0);
    expect(stdout).toContain('2 probes in');
    expect(stderr).toMatch(
      /^warning: .*: dropped an unfinished last line of 10 bytes\n.*:2 {2}is not JSON; this line is left out until it is mended or deleted\n$/,
    );
    expect((await idsIn(place.folder)).length).toBe(2);
  });

  test('a file where the folder should be: the round runs, and the next one finds what it saw', async () => {
    await using place = await placeWith(upAndDown());
    const env = { VEDETTE_PENDING: join(place.folder, 'pending') };
    const { code, stderr } = await place.run(['probe', '--history', 'services.yml'], env);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^warning: the history cannot be read: ENOTDIR.*\nvedette: the observations cannot be written to services\.yml \(EEXIST.*\) and are kept in .*\/pending\/\.round-[0-9a-f]{16}\.ndjson; the next round adds them\n$/,
    );
    const next = await place.run(['probe', '--only', 'api'], env);
    expect(next.stderr).toMatch(/^warning: a round of .* had not been kept; 2 observations of it now are\n$/);
    const { rounds } = await readRounds(join(place.folder, 'history'), 0);
    expect(rounds.map(({ observations }) => observations.length)).toEqual([2, 1]);
    expect(await readdir(join(place.folder, 'pending'))).toEqual([]);
  });
});

describe('colours', () => {
  const ESCAPE = String.fromCharCode(27);

  test('none when the output is no terminal', async () => {
    await using place = await placeWith(upAndDown());
    const { stdout, stderr } = await place.run(['probe', '--no-write']);
    expect(`${stdout}${stderr}`).not.toContain(ESCAPE);
  });

  // `script` gives the child a terminal; it comes with util-linux.
  test.runIf(process.platform === 'linux')('on a terminal, unless NO_COLOR is set', async () => {
    await using place = await placeWith(upAndDown());
    const onTerminal = async (env: Record<string, string>): Promise<string> => {
      const command = `'${process.execPath}' '${CLI}' probe --no-write`;
      const options = {
        cwd: place.folder,
        env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env },
      };
      // Not one that waits: its target is a server of this very process.
      const { stdout } = await promisify(execFile)('/usr/bin/script', ['-qec', command, '/dev/null'], options);
      return stdout;
    };
    const COLOUR = `${ESCAPE}[3`;
    expect(await onTerminal({})).toContain(COLOUR);
    expect(await onTerminal({ NO_COLOR: '1' })).not.toContain(COLOUR);
  });
});

test('numbers and the version are kept with the round, and given back', async () => {
  let version = '1.4.0';
  await using target = await serveHttp((_, response) => response.end(JSON.stringify({ version, pending: 143 })));
  await using place = await placeWith(`
services:
  queue:
    probes:
      - http: { url: "${target.url}", version: { json: $.version }, prefer: { json: { $.pending: { below: 500 } } } }
`);
  await place.run(['probe']);
  version = '1.5.0';
  await place.run(['probe']);
  const { stdout } = await place.run(['history', 'export', '--format', 'ndjson']);
  const rounds = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const values = [{ name: '$.pending', value: 143 }];
  expect(rounds.map(({ observations }) => observations[0])).toMatchObject([
    { outcome: 'up', values, version: '1.4.0' },
    { outcome: 'up', values, version: '1.5.0' },
  ]);
  expect(await place.run(['history', 'verify'])).toMatchObject({ code: 0 });
});
