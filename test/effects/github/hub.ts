/**
 * GitHub on loopback: the `emulate` package keeps issues and comments; what it lacks stands in front of it here, as
 * GitHub's documentation has it: ETags, limits, renames, issues that nobody but members may label, and being away.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';

export const REPOSITORY = 'acme/status';

export interface Hub {
  url: string;
  clock: Clock;
  /** `GET /issues 200`: what was asked by whoever uses `url`, tests left out. */
  log: string[];
  /** As one of the users of the test. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, of which a test reads a word.
  as(login: string): (method: string, path: string, body?: object) => Promise<any>;
  /** What the next requests meet before they reach GitHub. */
  meet: (request: { method: string; path: string }) => Meeting | undefined | Promise<Meeting | undefined>;
  /** What GitHub says is left. */
  left: number | undefined;
  close(): Promise<void>;
}

const STORY = Date.parse('2026-11-20T12:00:00Z');
const AS_APP = '"login":"github-actions[bot]",$1"type":"Bot"';

/** A connection that lay idle while git kept this process busy may have been closed by then. */
const ANEW = { connection: 'close' };

type Meeting = { status: number; headers?: Record<string, string>; body?: object } | 'cut' | 'cut-behind';

/** `bot` is who the token belongs to, `dev` has write access, `reader` belongs to the team and may only read. */
const USERS = ['bot', 'dev', 'reader', 'mallory'];

/** `isApp`: the token is that of a job, and writes as an app. The story begins at `startsAt`. */
export async function openHub({ isApp = false, startsAt = STORY } = {}): Promise<Hub> {
  const clock = createClock(startsAt);
  const emulator = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      tokens: Object.fromEntries(['acme', ...USERS].map((login) => [`token-${login}`, { login, scopes: ['repo'] }])),
      github: {
        users: ['acme', ...USERS].map((login) => ({ login })),
        repos: [{ owner: 'acme', name: 'status', auto_init: true }],
      },
    },
  });
  const direct = caller(emulator.url);
  for (const [login, permission] of [
    ['bot', 'push'],
    ['dev', 'push'],
    ['reader', 'pull'],
  ]) {
    await direct('acme')('PUT', `/collaborators/${login}`, { permission });
  }
  const hub: Hub = {
    url: '',
    clock,
    log: [],
    as: direct,
    meet: () => undefined,
    left: undefined,
    close: async () => {},
  };
  const renames = new Map<string, object[]>();
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const path = url.replace(/^\/repos\/acme\/status/, '').split('?')[0]!;
    const meeting = await hub.meet({ method, path });
    const log = (what: string | number): void => void hub.log.push(`${method} ${path} ${what}`);
    if (meeting === 'cut') {
      log('cut');
      request.socket.destroy();
      return;
    }
    if (meeting && typeof meeting === 'object') {
      log(meeting.status);
      response.writeHead(meeting.status, { 'content-type': 'application/json', ...meeting.headers });
      response.end(JSON.stringify(meeting.body ?? {}));
      return;
    }
    const body = await textOf(request);
    const answer = await fetch(`${emulator.url}${clock.inAddress(url)}`, {
      method,
      headers: { ...ANEW, authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
    if (meeting === 'cut-behind') {
      log('cut-behind');
      request.socket.destroy();
      return;
    }
    const told = clock.inText(await withEvents(path, await answer.text(), renames));
    const text = isApp ? told.replaceAll(/"login":"bot",(.*?)"type":"User"/g, AS_APP) : told;
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    const isSame = method === 'GET' && request.headers['if-none-match'] === etag;
    log(isSame ? 304 : answer.status);
    response.writeHead(isSame ? 304 : answer.status, {
      'content-type': 'application/json',
      etag,
      ...(hub.left !== undefined && { 'x-ratelimit-remaining': String(hub.left) }),
    });
    response.end(isSame ? undefined : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  hub.as = (login) => async (method, path, body) => {
    const number = /^\/issues\/(\d+)$/.exec(path)?.[1];
    if (method === 'PATCH' && number && body && 'title' in body) {
      // The emulation renames without an event.
      const before = await direct(login)('GET', path);
      const list = renames.get(number) ?? [];
      const actor = { login, type: 'User' };
      const event = { id: 900_000 + Number(number) * 100 + list.length, event: 'renamed', actor };
      renames.set(number, [
        ...list,
        { ...event, created_at: new Date().toISOString(), rename: { from: before.title, to: body.title } },
      ]);
    }
    return direct(login)(method, path, body);
  };
  hub.close = () => closeAll(server, emulator);
  return hub;
}

async function withEvents(path: string, text: string, renames: ReadonlyMap<string, object[]>): Promise<string> {
  const number = /^\/issues\/(\d+)\/events$/.exec(path)?.[1];
  const more = number === undefined ? undefined : renames.get(number);
  return more ? JSON.stringify([...JSON.parse(text), ...more]) : text;
}

function caller(url: string): Hub['as'] {
  return (login) => async (method, path, body) => {
    const response = await fetch(`${url}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { ...ANEW, authorization: `Bearer token-${login}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
}

async function closeAll(server: Server, emulator: Emulator): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await emulator.close();
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The time of the story: it passes as time does, and jumps when it is told to. */
export interface Clock {
  now(): number;
  advance(minutes: number): void;
  inText(text: string): string;
  inAddress(url: string): string;
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

function createClock(startsAt: number): Clock {
  const jumps = [{ real: 0, ahead: startsAt - Date.now() }];
  const told = (real: number): number => real + jumps.findLast((jump) => jump.real <= real)!.ahead;
  const real = (at: number): number => {
    const jump = jumps.findLast(({ real, ahead }) => real + ahead <= at)!;
    const next = jumps[jumps.indexOf(jump) + 1];
    return Math.min(at - jump.ahead, next?.real ?? Number.POSITIVE_INFINITY);
  };
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    now: () => told(Date.now()),
    advance: (minutes) => {
      // What was done before the jump stays before it.
      const jump = Date.now() + 2;
      while (Date.now() < jump);
      jumps.push({ real: jump, ahead: jumps.at(-1)!.ahead + minutes * 60_000 });
    },
    inText: (text) => text.replaceAll(INSTANT, (instant) => iso(told(Date.parse(instant)))),
    inAddress: (url) =>
      url.replace(/since=([^&]+)/, (_, since) => `since=${iso(real(Date.parse(decodeURIComponent(since))))}`),
  };
}

/** The emulation takes no 0. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
