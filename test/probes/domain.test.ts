import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, request as sendRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFileCache, FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { certificates, closedPort, serveBytes, serveHttp, serveHttps, serveTcp, type TestServer } from '../servers.ts';

const { settings } = (await loadRegistry()).get('domain')!;
const NOW = Date.parse('2026-12-01T12:00:00Z');
const DAY_MS = 86_400_000;

const registration = (days: number, more: object = {}) => ({
  objectClassName: 'domain',
  ldhName: 'example.org',
  events: [
    { eventAction: 'registration', eventDate: '2001-01-01T00:00:00Z' },
    { eventAction: 'expiration', eventDate: new Date(NOW + days * DAY_MS).toISOString() },
  ],
  status: ['active'],
  ...more,
});

const answering =
  (body: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/rdap+json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function probe(listener: RequestListener, more: object = {}) {
  await using server = await serveHttp(listener);
  const [observation] = await run([task('domain', { name: 'example.org', server: server.url, ...more })], {
    now: () => NOW,
  });
  return observation!;
}

describe('how long it is registered', () => {
  test.each<[number, object, object]>([
    [31.5, {}, { outcome: 'up', message: 'the registration ends in 31 days, on 2027-01-02' }],
    [29, {}, { outcome: 'degraded', reason: 'expiring', message: 'the registration ends in 29 days, on 2026-12-30' }],
    [-1.5, {}, { outcome: 'down', reason: 'expiring', message: 'the registration ended 1 day ago' }],
    [29, { expiresWithin: '14d' }, { outcome: 'up' }],
    [50, { expiresWithin: '60d' }, { outcome: 'degraded' }],
    [5, { expiresWithin: { down: '7d' } }, { outcome: 'down', reason: 'expiring' }],
  ])('%d days, %j', async (days, more, expected) => {
    expect(await probe(answering(registration(days)), more)).toMatchObject(expected);
  });
});

test('asks for the name in RDAP, and keeps the date as a fact', async () => {
  let asked = '';
  const observation = await probe((request, response) => {
    asked = `${request.method} ${request.url} ${request.headers.accept}`;
    answering(registration(90))(request, response);
  });
  expect(asked).toBe('GET /domain/example.org application/rdap+json, application/json');
  expect(observation.facts).toEqual({ expiresAt: '2027-03-01T12:00:00.000Z', registryStatus: ['active'] });
});

test.each<[string, unknown, number, object]>([
  [
    'taken away already',
    registration(300, { status: ['redemption period'] }),
    200,
    { outcome: 'down', reason: 'expiring', message: 'the registry says: redemption period' },
  ],
  [
    'not registered',
    { errorCode: 404 },
    404,
    { outcome: 'down', reason: 'dns-not-found', message: 'the registry knows no such domain' },
  ],
  [
    'no date',
    registration(1, { events: [] }),
    200,
    { outcome: 'unknown', reason: 'source', message: 'the registry does not say when the registration ends' },
  ],
  [
    'no date that is one',
    registration(1, { events: [{ eventAction: 'expiration', eventDate: 'soon' }] }),
    200,
    { outcome: 'unknown', reason: 'source' },
  ],
  [
    'a failing registry',
    'oops',
    503,
    {
      outcome: 'unknown',
      reason: 'source',
      message: expect.stringMatching(/^the registry 127\.0\.0\.1:\d+ answers with status 503$/),
    },
  ],
  ['too many questions', {}, 429, { outcome: 'unknown', reason: 'source' }],
  [
    'no JSON',
    '<html>',
    200,
    { outcome: 'unknown', reason: 'source', message: expect.stringContaining('does not answer in RDAP') },
  ],
  ['another object', { objectClassName: 'nameserver' }, 200, { outcome: 'unknown', reason: 'source' }],
])('%s', async (_, body, status, expected) => {
  expect(await probe(answering(body, status))).toMatchObject(expected);
});

test('redirects lead to the registry, but not without end and not elsewhere than the web', async () => {
  const to =
    (next: (url: string) => string): RequestListener =>
    (request, response) => {
      if (request.url === '/registry/domain/example.org') return answering(registration(90))(request, response);
      response.writeHead(302, { location: next(request.url!) }).end();
    };
  expect(await probe(to((url) => `/registry${url}`))).toMatchObject({ outcome: 'up' });
  expect(await probe(to((url) => `${url}x`))).toMatchObject({
    outcome: 'unknown',
    reason: 'source',
    message: expect.stringContaining('redirects more than 5 times'),
  });
  expect(await probe(to(() => 'file:///etc/passwd'))).toMatchObject({ outcome: 'unknown', reason: 'source' });
  expect(await probe(to(() => 'http://['))).toMatchObject({ outcome: 'unknown', reason: 'source' });
});

test('the answer is remembered for a day, one that is down for an hour', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-cache-'));
  let asked = 0;
  let days = 10;
  let at = NOW;
  await using server = await serveHttp((request, response) => {
    asked += 1;
    answering(registration(days))(request, response);
  });
  const surroundings = { folder, env: {}, cache: createFileCache(folder, () => at) };
  const next = async (passedMs: number) => {
    at += passedMs;
    const settings = { name: 'example.org', server: server.url };
    const [observation] = await run([task('domain', settings)], { surroundings, now: () => at });
    return [observation!.outcome, asked];
  };
  expect(await next(0)).toEqual(['degraded', 1]);
  days = 90;
  expect(await next(DAY_MS - 1)).toEqual(['degraded', 1]);
  expect(await next(1)).toEqual(['up', 2]);
  days = -1;
  expect(await next(DAY_MS)).toEqual(['down', 3]);
  expect(await next(3_599_999)).toEqual(['down', 3]);
  days = 400;
  expect(await next(1)).toEqual(['up', 4]);
  await rm(folder, { recursive: true });
});

describe('a proxy that the environment names', () => {
  beforeAll(async () => {
    const { authority } = await certificates();
    setDefaultCACertificates([...rootCertificates, authority]);
  });

  /** Tunnels for CONNECT, requests passed on for the rest; `seen` gets what was asked of it. */
  function serveProxy(seen: string[] = []): Promise<TestServer> {
    const inner = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      const onward = sendRequest(request.url!, { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    inner.on('connect', (request: IncomingMessage, socket: Socket) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      const onward = connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const side of [onward, socket]) side.on('error', () => undefined);
      // What is piped to nowhere any more is read on, or its end would go unnoticed.
      onward.on('close', () => socket.resume());
    });
    return serveTcp((socket) => void inner.emit('connection', socket));
  }

  async function probeThrough(env: Record<string, string>, server: string, timeoutMs = 2000) {
    const surroundings = { folder: '.', env, cache: FORGETFUL_CACHE };
    const settings = { name: 'example.org', server };
    const [observation] = await run([task('domain', settings, { timeoutMs })], { surroundings, now: () => NOW });
    return observation!;
  }

  const USER = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
  const named = (proxy: string) => ({ http_proxy: proxy, HTTPS_PROXY: proxy });

  test.each(['http', 'https'])('is used to a registry with %s, on every hop', async (scheme) => {
    const listener: RequestListener = (request, response) => {
      if (request.url === '/next') return answering(registration(90))(request, response);
      response.writeHead(302, { location: '/next' }).end();
    };
    await using registry = await (scheme === 'http' ? serveHttp(listener) : serveHttps('valid', listener));
    const seen: string[] = [];
    await using proxy = await serveProxy(seen);
    const reading = await probeThrough(named(proxy.url.replace('//', '//me:hunter2@')), registry.url);
    expect(reading).toMatchObject({ outcome: 'up' });
    const tunnel = `CONNECT 127.0.0.1:${registry.port} ${USER}`;
    expect(seen).toEqual(
      scheme === 'https'
        ? [tunnel, tunnel]
        : [`GET ${registry.url}/domain/example.org ${USER}`, `GET ${registry.url}/next ${USER}`],
    );
    await expect.poll(() => proxy.connections.open).toBe(0);
  });

  test('is not used where NO_PROXY says so', async () => {
    await using registry = await serveHttp(answering(registration(90)));
    const env = { ...named(`http://127.0.0.1:${await closedPort()}`), NO_PROXY: '127.0.0.1' };
    expect(await probeThrough(env, registry.url)).toMatchObject({ outcome: 'up' });
  });

  describe.each(['http', 'https'])('to a registry with %s: its faults are its own', (scheme) => {
    const server = `${scheme}://192.0.2.1`;
    const fault = { outcome: 'unknown', reason: 'proxy', phase: 'proxy' };

    test('a closed port', async () => {
      const port = await closedPort();
      const message = `through the proxy http://127.0.0.1:${port}: connection refused`;
      const reading = await probeThrough(named(`http://me:hunter2@127.0.0.1:${port}`), server);
      expect(reading).toMatchObject({ ...fault, message });
      expect(JSON.stringify(reading)).not.toContain('hunter2');
    });

    test.each(['407 Proxy Authentication Required', '502 Bad Gateway'])('%s', async (status) => {
      await using proxy = await serveBytes(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
      expect(await probeThrough(named(proxy.url), server)).toMatchObject(fault);
    });

    test('silence', async () => {
      await using proxy = await serveTcp(() => undefined);
      const message = `through the proxy ${proxy.url}: the registry 192.0.2.1 did not answer in time`;
      expect(await probeThrough(named(proxy.url), server, 300)).toMatchObject({ ...fault, message });
      await expect.poll(() => proxy.connections.open).toBe(0);
    });

    test('an address that we cannot use', async () => {
      expect(await probeThrough(named('socks5://127.0.0.1:1080'), server)).toMatchObject({
        outcome: 'unknown',
        reason: 'proxy',
      });
    });
  });

  test('a silent registry behind a tunnel is the source', async () => {
    await using registry = await serveHttps('valid', () => undefined);
    await using proxy = await serveProxy();
    expect(await probeThrough(named(proxy.url), registry.url, 300)).toMatchObject({
      outcome: 'unknown',
      reason: 'source',
      phase: 'ttfb',
    });
  });
});

test('a registry that cannot be found is not the fault of the domain', async () => {
  const observation = await probeOnce('domain', { name: 'example.org', server: 'http://127.0.0.1:1' });
  expect(observation).toMatchObject({
    outcome: 'unknown',
    reason: 'source',
    message: 'the registry 127.0.0.1:1 cannot be asked: connection refused',
  });
});

test.each([
  ['https://example.org', 'expected a name like example.org: write example.org'],
  ['org', 'expected a registered domain like example.org'],
  ['192.0.2.1', 'expected a registered domain like example.org'],
  [{ name: 'a.org', server: 'rdap.org' }, 'expected a URL with http:// or https://'],
  [{ name: 'a.org', expiresWithin: '30' }, 'expected a duration like 5s or 2m'],
  [{ name: 'a.org', expiresWithin: { degraded: '1d', down: '2d' } }, 'expected `down` to be no longer than `degraded`'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
