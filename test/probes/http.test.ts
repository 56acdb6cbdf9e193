/** What is asked, and how the answer is judged. The wire, redirects and TLS have files of their own. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { serveBytes, serveHttp, type TestServer } from '../servers.ts';

const { settings } = (await loadRegistry()).get('http')!;

function answering(status: number, headers: Record<string, string> = {}, body = ''): Promise<TestServer> {
  return serveHttp((_, response) => response.writeHead(status, headers).end(body));
}

test.concurrent.each([
  [200, undefined, 'up'],
  [299, undefined, 'up'],
  [300, undefined, 'down'],
  [404, undefined, 'down'],
  [500, undefined, 'down'],
  [404, 404, 'up'],
  [200, 404, 'down'],
  [404, [200, 404], 'up'],
  [418, '400-499', 'up'],
  [500, '400-499', 'down'],
  [503, [200, '500-599'], 'up'],
  [301, 301, 'up'],
])('status %i, expected %j: %s', async (status, expected, outcome) => {
  await using server = await answering(status);
  const rules = expected === undefined ? {} : { expect: { status: expected } };
  const observation = await probeOnce('http', { url: server.url, ...rules });
  expect(observation).toMatchObject({ outcome, facts: { status }, ...(outcome === 'down' && { reason: 'status' }) });
});

describe.concurrent('rules', () => {
  const document = {
    status: 'ok',
    queue: { pending: 120 },
    load: '123.4',
    none: null,
    nodes: [{ up: true }, { up: false }],
  };
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-age': '5' };

  test.each([
    ['header, with a name in any case', { header: { 'Content-Type': { contains: 'json' } } }],
    ['header against a number, by its spelling', { header: { 'x-age': 5 } }],
    ['an absent header', { header: { 'x-powered-by': { exists: false } } }],
    ['body matches', { body: { matches: '"pending":\\s*\\d+' } }],
    ['body, a list of rules', { body: [{ contains: 'ok' }, { not: { contains: 'error' } }] }],
    ['size between', { size: { above: 10, below: 1000 } }],
    ['JSON is', { json: { '$.status': 'ok' } }],
    ['JSON oneOf', { json: { '$.status': { oneOf: ['ok', 'fine'] } } }],
    ['JSON null', { json: { '$.none': null } }],
    ['JSON above', { json: { '$.queue.pending': { above: 100, not: { is: 121 } } } }],
    ['JSON path that leads nowhere', { json: { '$.error': { exists: false } } }],
    ['JSON path with many values', { json: { '$.nodes[*].up': { oneOf: [true, false] } } }],
  ])('hold: %s', async (_, rules) => {
    await using server = await answering(200, headers, JSON.stringify(document));
    const preferred = await probeOnce('http', { url: server.url, expect: rules, prefer: rules });
    expect(preferred).toMatchObject({ outcome: 'up', message: '200 OK' });
  });

  test.each([
    ['header', { header: { 'content-type': { contains: 'html' } } }, 'header'],
    ['absent header', { header: { 'x-powered-by': 'magic' } }, 'header'],
    ['absent header, not', { header: { 'x-powered-by': { not: { is: 'magic' } } } }, 'header'],
    ['body', { body: { contains: 'needle' } }, 'content'],
    ['body not', { body: { not: { contains: 'ok' } } }, 'content'],
    ['size', { size: { above: 1000 } }, 'value'],
    ['JSON text', { json: { '$.status': 'fine' } }, 'content'],
    ['JSON number', { json: { '$.queue.pending': { below: 100 } } }, 'value'],
    ['a number in a string is no number', { json: { '$.load': { above: 100 } } }, 'value'],
    ['a number in a string is not that number', { json: { '$.load': 123.4 } }, 'content'],
    ['null is no number', { json: { '$.none': { below: 1 } } }, 'value'],
    ['one of many values', { json: { '$.nodes[*].up': true } }, 'content'],
    ['JSON path that leads nowhere', { json: { '$.error': { contains: 'x' } } }, 'content'],
    ['one of two rules', { body: [{ contains: 'ok' }, { contains: 'needle' }] }, 'content'],
  ])('fail: %s', async (_, rules, reason) => {
    await using server = await answering(200, headers, JSON.stringify(document));
    expect(await probeOnce('http', { url: server.url, expect: rules })).toMatchObject({ outcome: 'down', reason });
    expect(await probeOnce('http', { url: server.url, prefer: rules })).toMatchObject({ outcome: 'degraded', reason });
  });
});

test.each([
  [
    'a rule of expect, before one of prefer',
    { expect: { body: 'a' }, prefer: { body: 'b' } },
    'down',
    'the body is expected to be "a", got "pong"',
  ],
  [
    'a rule of prefer alone',
    { expect: { body: 'pong' }, prefer: { status: 204 } },
    'degraded',
    'status 200, expected 204',
  ],
  ['the status first', { expect: { status: 204, body: 'a' } }, 'down', 'status 200, expected 204'],
  ['several statuses', { expect: { status: [204, '300-399'] } }, 'down', 'status 200, expected 204, 300-399'],
  ['a page that is no JSON', { expect: { json: { '$.a': 1 } } }, 'down', 'the body is not JSON'],
])('says what failed: %s', async (_, rules, outcome, message) => {
  await using server = await answering(200, {}, 'pong');
  expect(await probeOnce('http', { url: server.url, ...rules })).toMatchObject({ outcome, message });
});

test('in a body that is no JSON every path leads nowhere', async () => {
  await using server = await answering(200, {}, '<html>');
  expect(
    await probeOnce('http', { url: server.url, expect: { json: { '$.error': { exists: false } } } }),
  ).toMatchObject({
    outcome: 'up',
  });
});

test.each([
  ['found anywhere', { '$..a': 1 }],
  ['shown', { '$[0]': 1 }],
  ['compared as text', { '$[0]': { contains: 'a' } }],
])('a document nested without measure is the fault of the target: %s', async (_, json) => {
  const depth = 100_000;
  await using server = await answering(200, {}, '['.repeat(depth) + ']'.repeat(depth));
  expect(await probeOnce('http', { url: server.url, expect: { json } })).toMatchObject({
    outcome: 'down',
    reason: 'content',
  });
});

test.concurrent.each([
  ['429', 429, {}, {}, { outcome: 'degraded', reason: 'blocked' }],
  ['429, expected', 429, {}, { status: 429 }, { outcome: 'up' }],
  ['429, in an expected range', 429, {}, { status: '400-499' }, { outcome: 'up' }],
  ['a challenge page', 403, { 'cf-mitigated': 'challenge' }, {}, { outcome: 'degraded', reason: 'blocked' }],
  ['a challenge with 200', 202, { 'x-amzn-waf-action': 'challenge' }, {}, { outcome: 'degraded', reason: 'blocked' }],
  ['a challenge, expected', 403, { 'cf-mitigated': 'challenge' }, { status: 403 }, { outcome: 'up' }],
  ['403 from a server against floods', 403, { server: 'ddos-guard' }, {}, { outcome: 'degraded', reason: 'blocked' }],
  ['503 from a server against floods', 503, { server: 'ddos-guard' }, {}, { outcome: 'down', reason: 'status' }],
  ['503 by way of Cloudflare', 503, { server: 'cloudflare' }, {}, { outcome: 'down', reason: 'status' }],
  ['403 without a challenge', 403, {}, {}, { outcome: 'down', reason: 'status' }],
])('turned away: %s', async (_, status, headers, rules, expected) => {
  await using server = await answering(status, headers);
  expect(await probeOnce('http', { url: server.url, expect: rules })).toMatchObject(expected);
});

test('what is hostile in an answer stays harmless and short in the message', async () => {
  await using server = await answering(200, { 'x-long': 'a'.repeat(5000) }, 'x');
  const { message } = await probeOnce('http', { url: server.url, expect: { header: { 'x-long': 'b' } } });
  expect(message).toBe(`header x-long is expected to be "b", got "${'a'.repeat(99)}…`);
});

describe.concurrent('the request', () => {
  async function requestOf(
    given: object,
  ): Promise<Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string }> {
    let seen: Awaited<ReturnType<typeof requestOf>> | undefined;
    await using server = await serveHttp(async (request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, headers, body: await text(request) };
      response.end();
    });
    const address = new URL('path' in given ? String(given.path) : '/', server.url);
    if ('user' in given) Object.assign(address, { username: given.user, password: 'p%40ss' });
    const { path, user, ...rest } = given as Record<string, unknown>;
    expect(await probeOnce('http', { url: address.href, ...rest })).toMatchObject({ outcome: 'up' });
    return seen!;
  }
  const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

  test('is a plain GET', async () => {
    const { method, url, headers, body } = await requestOf({ path: '/a/b?c=d%20e' });
    expect({ method, url, headers: Object.keys(headers).sort(), body }).toMatchInlineSnapshot(`
      {
        "body": "",
        "headers": [
          "accept",
          "accept-encoding",
          "connection",
          "host",
          "user-agent",
        ],
        "method": "GET",
        "url": "/a/b?c=d%20e",
      }
    `);
  });

  test.each([
    ['bearer', { auth: { bearer: 't0ken' } }, 'Bearer t0ken'],
    ['basic', { auth: { basic: { user: 'Ünal', password: 'a:b' } } }, basic('Ünal:a:b')],
    ['from the URL', { user: 'me' }, basic('me:p@ss')],
    ['from the URL, with a stray percent sign', { user: '100%' }, basic('100%:p@ss')],
    ['auth before the URL', { user: 'me', auth: { bearer: 't0ken' } }, 'Bearer t0ken'],
    ['a header before both', { auth: { bearer: 't0ken' }, headers: { Authorization: 'Other' } }, 'Other'],
  ])('carries credentials: %s', async (_, given, authorization) => {
    expect((await requestOf(given)).headers).toMatchObject({ authorization });
  });

  test('posts a body with its length in bytes', async () => {
    const { method, headers, body } = await requestOf({
      method: 'POST',
      body: 'größer',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect({ method, body }).toEqual({ method: 'POST', body: 'größer' });
    expect(headers).toMatchObject({ 'content-length': '8', 'content-type': 'text/plain' });
  });

  test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s without a body', async (method) => {
    expect(await requestOf({ method })).toMatchObject({ method, body: '' });
  });
});

test('a long reason phrase is cut, and says so', async () => {
  await using server = await serveBytes(`HTTP/1.1 200 ${'O'.repeat(100)}\r\ncontent-length: 0\r\n\r\n`);
  expect((await probeOnce('http', server.url)).message).toBe(`200 ${'O'.repeat(60)}…`);
});

test('a server that answers before it has read the request is up', async () => {
  await using server = await serveHttp((_, response) => response.writeHead(200, { connection: 'close' }).end('early'));
  const observation = await probeOnce('http', { url: server.url, method: 'POST', body: 'x'.repeat(4_000_000) });
  expect(observation).toMatchObject({ outcome: 'up' });
});

test('facts of a plain answer', async () => {
  await using server = await answering(200, {}, 'pong');
  const { facts } = await probeOnce('http', server.url.replace('//', '//user:hunter2@'));
  const { port, ...rest } = {
    ...facts,
    port: server.port,
    url: String(facts.url).replace(`${server.port}`, 'PORT'),
  };
  expect(rest).toMatchInlineSnapshot(`
    {
      "address": "127.0.0.1",
      "bytes": 4,
      "family": 4,
      "httpVersion": "1.1",
      "status": 200,
      "url": "http://127.0.0.1:PORT/",
    }
  `);
});

test.each([
  ['example.org', 'expected a URL with http:// or https://: write https://example.org'],
  ['ftp://example.org', 'expected a URL with http:// or https://'],
  [
    { url: 'https://example.org', expect: { status: '099' } },
    'expected a status from 100 to 999, or a range like 200-299',
  ],
  [{ url: 'https://example.org', expect: { status: '299-200' } }, 'expected a range from low to high'],
  [{ url: 'https://example.org', auth: {} }, 'expected either `basic` or `bearer`'],
  [{ url: 'https://example.org', headers: { 'a b': 'c' } }, 'expected the name of a header'],
  [{ url: 'https://example.org', headers: { a: 'b\nc' } }, 'expected one line of Latin-1 characters'],
  [{ url: 'https://example.org', headers: { a: 'snow ☃' } }, 'expected one line of Latin-1 characters'],
  [{ url: 'https://example.org', auth: { bearer: 't0ken\n' } }, 'expected one line of Latin-1 characters'],
])('settings: %j is refused', (value, message) => {
  const { error } = settings.safeParse(value);
  expect(JSON.stringify(error?.issues)).toContain(message);
});
