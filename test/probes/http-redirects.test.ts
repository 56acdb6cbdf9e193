import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createTools } from '../../src/probing/attempt.ts';
import { connect, type Target } from '../../src/probing/connection.ts';
import type { ProbeContext } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { serveHttp, type TestServer } from '../servers.ts';

const registry = await loadRegistry();

/** `/n` redirects to `/n-1`, and `/0` answers. */
const countdown: RequestListener = ({ url }, response) => {
  const left = Number(url?.slice(1));
  if (left > 0) response.writeHead(302, { location: `/${left - 1}` });
  response.end('ok');
};

function redirecting(location: string | undefined, status = 302): RequestListener {
  return (_, response) => void response.writeHead(status, location === undefined ? {} : { location }).end();
}

test.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
  await using server = await serveHttp((request, response) =>
    request.url === '/end' ? response.end('ok') : redirecting('/end', status)(request, response),
  );
  const { outcome, facts } = await probeOnce('http', server.url);
  expect(outcome).toBe('up');
  expect(facts).toMatchObject({
    status: 200,
    url: `${server.url}/end`,
    redirects: [{ url: `${server.url}/`, status }],
  });
});

test.each([
  ['as many as allowed', '/3', 3, { outcome: 'up' }],
  ['one too many', '/4', 3, { outcome: 'down', reason: 'redirect', message: 'more than 3 redirects' }],
  ['ten by default', '/10', undefined, { outcome: 'up' }],
  ['eleven by default', '/11', undefined, { outcome: 'down', reason: 'redirect', message: 'more than 10 redirects' }],
])('limit: %s', async (_, path, redirects, expected) => {
  await using server = await serveHttp(countdown);
  expect(await probeOnce('http', { url: `${server.url}${path}`, redirects })).toMatchObject(expected);
});

test('a loop ends at the limit', async () => {
  await using server = await serveHttp(redirecting('/'));
  expect(await probeOnce('http', server.url)).toMatchObject({
    outcome: 'down',
    reason: 'redirect',
    facts: { status: 302 },
  });
});

test.each([
  ['to file:', 'file:///etc/passwd', 'the redirect leads to file:, not to http or https'],
  ['to javascript:', 'javascript:alert(1)', 'the redirect leads to javascript:, not to http or https'],
  ['to a bad URL', 'http://[::1', 'the redirect leads to no valid URL'],
])('%s is refused', async (_, location, message) => {
  await using server = await serveHttp(redirecting(location));
  expect(await probeOnce('http', server.url)).toMatchObject({
    outcome: 'down',
    reason: 'redirect',
    message,
    facts: { status: 302 },
  });
});

test.each([
  ['without Location', undefined, 10],
  ['with redirects: 0', '/elsewhere', 0],
])('%s it is judged by its status', async (_, location, redirects) => {
  await using server = await serveHttp(redirecting(location));
  const plain = { url: server.url, redirects };
  expect(await probeOnce('http', plain)).toMatchObject({
    outcome: 'down',
    reason: 'status',
    message: 'status 302, expected 200-299',
  });
  expect(await probeOnce('http', { ...plain, expect: { status: 302 } })).toMatchObject({ outcome: 'up' });
});

test('a private address may lead to a private address', async () => {
  await using end = await serveHttp((_, response) => response.end('ok'));
  await using server = await serveHttp(redirecting(`${end.url.replace('127.0.0.1', 'localhost')}/`));
  expect(await probeOnce('http', { url: server.url, family: 4 })).toMatchObject({ outcome: 'up' });
});

describe('from a public address to a private one', () => {
  const { settings, run } = registry.get('http')!;
  /** Dials the server for `public.example`, as if that were out in the world; all else is true. */
  async function probePublic(server: TestServer, given: object) {
    const signal = AbortSignal.timeout(5000);
    const enter = (): void => undefined;
    const tools = createTools({ folder: '.', env: {}, cache: FORGETFUL_CACHE });
    const dial = (target: Target) => connect(target, { signal, enter, tlsContexts: tools.tlsContexts });
    const context: ProbeContext = {
      ...tools,
      secure: () => expect.unreachable('no kind of TLS is spoken here'),
      signal,
      enter,
      now: Date.now,
      connect: async (target) =>
        target.host === 'public.example'
          ? { ...(await dial({ ...target, host: '127.0.0.1', publicOnly: false })), isPrivate: false }
          : dial(target),
    };
    return run(settings.parse({ url: `http://public.example:${server.port}/1`, ...given }), context);
  }

  test.each(['127.0.0.1', 'localhost', '0.0.0.0', '[::ffff:127.0.0.1]'])('%s is refused', async (host) => {
    await using server = await serveHttp((_, response) => redirecting(`http://${host}:${server.port}/0`)(_, response));
    await expect(probePublic(server, {})).rejects.toMatchObject({ reason: 'redirect' });
    expect(server.connections.total).toBe(1);
  });

  test('with allowPrivate it is followed', async () => {
    await using server = await serveHttp((request, response) =>
      request.url === '/0' ? response.end('ok') : redirecting(`http://127.0.0.1:${server.port}/0`)(request, response),
    );
    expect(await probePublic(server, { allowPrivate: true })).toMatchObject({ outcome: 'up' });
  });

  test('one public redirect in between does not help', async () => {
    await using server = await serveHttp(({ url }, response) => {
      const next = url === '/1' ? `http://public.example:${server.port}/0` : `http://127.0.0.1:${server.port}/`;
      response.writeHead(302, { location: next }).end();
    });
    await expect(probePublic(server, {})).rejects.toMatchObject({ reason: 'redirect' });
    expect(server.connections.total).toBe(2);
  });
});

test('the rules are about the last answer', async () => {
  await using server = await serveHttp(countdown);
  const observation = await probeOnce('http', { url: `${server.url}/1`, expect: { status: 200, body: 'ok' } });
  expect(observation).toMatchObject({ outcome: 'up' });
});

interface Seen extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  body: string;
}

/** Redirects `/` to `location`, keeps what the request after it looked like. */
function recording(seen: Seen[], status: number, location: string): RequestListener {
  return async (request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: await text(request) });
    if (url === '/') response.writeHead(status, { location, 'set-cookie': 'session=1' });
    response.end();
  };
}

const SECRETS = { headers: { 'X-Key': 'k', Cookie: 'c=1' }, auth: { bearer: 't0ken' } };

test('the same origin is told everything again, but no cookie that it set', async () => {
  const seen: Seen[] = [];
  await using server = await serveHttp(recording(seen, 302, '/end'));
  await probeOnce('http', { url: server.url, ...SECRETS });
  expect(seen[1]).toMatchObject({
    url: '/end',
    headers: { authorization: 'Bearer t0ken', 'x-key': 'k', cookie: 'c=1' },
  });
});

test('another origin, be it another port, is told nothing', async () => {
  const seen: Seen[] = [];
  await using other = await serveHttp(recording(seen, 200, ''));
  await using server = await serveHttp(redirecting(`${other.url.replace('//', '//eve:pw@')}/end`));
  expect(await probeOnce('http', { url: server.url, ...SECRETS })).toMatchObject({ outcome: 'up' });
  expect(Object.keys(seen[0]!.headers).sort()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
  expect(seen[0]!.headers.host).toBe(new URL(other.url).host);
});

test('secrets dropped once stay dropped on the way back', async () => {
  const seen: Seen[] = [];
  await using home = await serveHttp(async (request, response) => {
    seen.push({ ...request, body: '', headers: request.headers, url: request.url, method: request.method });
    if (request.url === '/') response.writeHead(302, { location: `${away.url}/` });
    response.end();
  });
  await using away = await serveHttp((_, response) => response.writeHead(302, { location: `${home.url}/end` }).end());
  expect(await probeOnce('http', { url: home.url, ...SECRETS })).toMatchObject({ outcome: 'up' });
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t0ken', undefined]);
});

test.each([
  [301, 'GET', ''],
  [302, 'GET', ''],
  [303, 'GET', ''],
  [307, 'POST', 'hello'],
  [308, 'POST', 'hello'],
])('after %i a POST becomes %s %s', async (status, method, body) => {
  const seen: Seen[] = [];
  await using server = await serveHttp(recording(seen, status, '/end'));
  await probeOnce('http', { url: server.url, method: 'POST', body: 'hello' });
  expect(seen[1]).toMatchObject({ method, body });
  expect(seen[1]!.headers['content-length']).toBe(body === '' ? undefined : '5');
});

test.each([307, 308])('%i does not take a body to another origin', async (status) => {
  const asked: string[] = [];
  await using elsewhere = await serveHttp(({ url }, response) => {
    asked.push(url!);
    response.end('ok');
  });
  await using server = await serveHttp(redirecting(`${elsewhere.url}/take`, status));
  const reading = await probeOnce('http', { url: server.url, method: 'POST', body: 'token=secret' });
  expect(reading).toMatchObject({ outcome: 'down', reason: 'redirect', facts: { status } });
  expect(reading.message).toBe(`the redirect would take the request body to ${elsewhere.url}`);
  expect(asked).toEqual([]);
});
