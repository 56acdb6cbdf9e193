/** Through proxies on loopback; what fails in one is never the target's fault. */
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { certificates, closedPort, serveBytes, serveHttp, serveHttps, serveTcp, type TestServer } from '../servers.ts';

beforeAll(async () => {
  const { authority } = await certificates();
  setDefaultCACertificates([...rootCertificates, authority]);
});

interface Seen {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
}

/** A proxy as it should be: tunnels for CONNECT, requests passed on for the rest. */
function serveProxy(seen: Seen[] = []): Promise<TestServer> {
  const record = ({ method, url, headers }: IncomingMessage): void =>
    void seen.push({ method, url, authorization: headers['proxy-authorization'] });
  const inner = createServer((request, response) => {
    record(request);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = sendRequest(request.url!, { method: request.method!, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  inner.on('connect', (request: IncomingMessage, socket: Socket) => {
    record(request);
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const side of [onward, socket]) side.on('error', () => undefined);
  });
  return serveTcp((socket) => void inner.emit('connection', socket));
}

const withUser = (url: string): string => url.replace('//', '//me:hunter2%21@');
const USER = `Basic ${Buffer.from('me:hunter2!').toString('base64')}`;

test.each(['http', 'https'] as const)(
  '%s is up through a proxy, which is named without its password',
  async (scheme) => {
    const answer = (_: unknown, response: { end(text: string): void }): void => response.end('pong');
    await using target = scheme === 'http' ? await serveHttp(answer) : await serveHttps('valid', answer);
    const seen: Seen[] = [];
    await using proxy = await serveProxy(seen);
    const reading = await probeOnce('http', { url: target.url, proxy: withUser(proxy.url), expect: { body: 'pong' } });
    expect(reading).toMatchObject({ outcome: 'up', facts: { status: 200, proxy: proxy.url } });
    expect(JSON.stringify(reading)).not.toMatch(/hunter2/);
    expect(seen).toEqual([
      scheme === 'http'
        ? { method: 'GET', url: `${target.url}/`, authorization: USER }
        : { method: 'CONNECT', url: `127.0.0.1:${target.port}`, authorization: USER },
    ]);
    expect(Object.keys(reading.phases)).toEqual(
      scheme === 'http' ? ['proxy', 'body'] : ['proxy', 'tls', 'ttfb', 'body'],
    );
  },
);

test('what the target answers through a proxy is judged as ever', async () => {
  await using target = await serveHttp((_, response) => response.writeHead(500).end());
  await using proxy = await serveProxy();
  const reading = await probeOnce('http', { url: target.url, proxy: proxy.url });
  expect(reading).toMatchObject({ outcome: 'down', reason: 'status', facts: { status: 500 } });
});

test('a bad certificate behind a tunnel is the target’s', async () => {
  await using target = await serveHttps('expired', (_, response) => response.end());
  await using proxy = await serveProxy();
  const reading = await probeOnce('http', { url: target.url, proxy: proxy.url });
  expect(reading).toMatchObject({ outcome: 'down', reason: 'tls-expired', phase: 'tls' });
});

test('a proxy that is spoken to in TLS', async () => {
  await using target = await serveHttps('valid', (_, response) => response.end());
  const { pairs } = await certificates();
  const { createServer: createTls } = await import('node:tls');
  const inner = createTls(pairs.valid, (socket) => {
    socket.once('data', (head) => {
      const port = Number(/:(\d+) HTTP/.exec(head.toString())?.[1]);
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const side of [onward, socket]) side.on('error', () => undefined);
    });
  });
  await using proxy = await serveTcp((socket) => void inner.emit('connection', socket));
  const reading = await probeOnce('http', { url: target.url, proxy: proxy.url.replace('http:', 'https:') });
  expect(reading).toMatchObject({ outcome: 'up' });
});

describe('the environment', () => {
  async function probeWith(env: Record<string, string>, url: string) {
    const surroundings = { folder: '.', env, cache: FORGETFUL_CACHE };
    const [observation] = await run([task('http', url)], { surroundings });
    return observation!;
  }

  test('names a proxy', async () => {
    await using target = await serveHttp((_, response) => response.end());
    await using proxy = await serveProxy();
    const without = proxy.url.replace('http://', '');
    expect(await probeWith({ http_proxy: without }, target.url)).toMatchObject({ facts: { proxy: proxy.url } });
    const exempt = await probeWith({ http_proxy: without, NO_PROXY: '127.0.0.1' }, target.url);
    expect(exempt.facts).not.toHaveProperty('proxy');
  });

  test.each(['socks5://127.0.0.1:1080', 'http://', '%'])('names one that we cannot use: %s', async (address) => {
    const reading = await probeWith({ http_proxy: address }, 'http://127.0.0.1:1/');
    expect(reading).toMatchObject({ outcome: 'unknown', reason: 'proxy' });
  });
});

describe.each(['http', 'https'])('%s: not the fault of the target', (scheme) => {
  const probeThrough = (port: number) =>
    probeOnce(
      'http',
      { url: `${scheme}://192.0.2.1/`, proxy: `http://me:hunter2@127.0.0.1:${port}` },
      { timeoutMs: 500 },
    );
  const fault = { outcome: 'unknown', reason: 'proxy', phase: 'proxy' };

  test('a closed port', async () => {
    const port = await closedPort();
    const message = `through the proxy http://127.0.0.1:${port}: connection refused`;
    expect(await probeThrough(port)).toMatchObject({ ...fault, message });
  });

  test.each([
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n', /answered 407, it wants a user/],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n', /the proxy answered 502$/],
    ['504', 'HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n', /the proxy answered 504$/],
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', /not valid HTTP$/],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`, /16 KiB$/],
    ['nothing, and an end', '', /closed|reset/],
  ])('%s', async (_, answer, message) => {
    await using proxy = await serveBytes(answer);
    const reading = await probeThrough(proxy.port);
    expect(reading).toMatchObject({ ...fault, message: expect.stringMatching(message) });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
    await expect.poll(() => proxy.connections.open).toBe(0);
  });

  test('silence', async () => {
    await using proxy = await serveTcp(() => undefined);
    expect(await probeThrough(proxy.port)).toMatchObject(fault);
    await expect.poll(() => proxy.connections.open).toBe(0);
  });
});

test('403 for a tunnel is the proxy’s refusal, for a plain request the answer', async () => {
  await using proxy = await serveBytes('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  const through = (url: string) => probeOnce('http', { url, proxy: proxy.url });
  expect(await through('https://192.0.2.1/')).toMatchObject({ outcome: 'unknown', reason: 'proxy' });
  expect(await through('http://192.0.2.1/')).toMatchObject({ outcome: 'down', reason: 'status' });
});

test('through a proxy too, a redirect does not lead to a private address', async () => {
  await using proxy = await serveBytes(
    'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n',
  );
  const reading = await probeOnce('http', { url: 'http://192.0.2.1/', proxy: proxy.url });
  expect(reading).toMatchObject({ outcome: 'down', reason: 'redirect' });
  expect(proxy.connections.total).toBe(1);
});
