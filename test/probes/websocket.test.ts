import type { Socket } from 'node:net';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { certificates, serveBytes, serveHttp, serveTcp, type TestServer } from '../servers.ts';
import { securing, serveSockets } from './tls-server.ts';
import { agreement, frame, serveWebSocket, unmask, upgradeOn } from './websocket-server.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('websocket')!;

const saying =
  (...frames: Buffer[]) =>
  (socket: Socket) =>
    void socket.write(Buffer.concat(frames));

async function probe(server: TestServer, more: object = {}, timeoutMs = 2000) {
  return probeOnce('websocket', { url: `ws://127.0.0.1:${server.port}/live?a=1`, ...more }, { timeoutMs });
}

const anyMessage = { expect: { message: { exists: true } } };

test('an upgrade is up, and ends with a close frame', async () => {
  const heard: Buffer[] = [];
  let asked = '';
  await using server = await serveWebSocket((socket, request) => {
    asked = request;
    socket.on('data', (chunk) => heard.push(chunk));
  });
  const observation = await probe(server, { headers: { Origin: 'https://example.org' } });
  expect(observation).toMatchObject({ outcome: 'up', message: 'upgraded', facts: { status: 101 } });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'ttfb']);
  expect(asked).toMatch(/^GET \/live\?a=1 HTTP\/1\.1\r\n/);
  expect(asked).toMatch(/^origin: https:\/\/example\.org\r$/m);
  expect(asked).toMatch(/^sec-websocket-key: [A-Za-z0-9+/]{22}==\r$/m);
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  expect(unmask(Buffer.concat(heard))).toMatchObject({ first: 0x88, isMasked: true, payload: Buffer.from([3, 232]) });
});

test('what is sent arrives masked, and the answer is judged', async () => {
  await using server = await serveWebSocket((socket) => {
    socket.once('data', (chunk) => {
      const { first, isMasked, payload } = unmask(chunk);
      socket.write(frame(0x81, `${first} ${isMasked} ${payload}`));
    });
  });
  const observation = await probe(server, { send: 'grüß dich', expect: { message: '129 true grüß dich' } });
  expect(observation).toMatchObject({ outcome: 'up', message: 'upgraded; a message came', facts: { bytes: 20 } });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'ttfb', 'talk']);
});

test.each([70_000, 300])('a message of %d bytes goes out whole', async (length) => {
  await using server = await serveWebSocket((socket) => {
    let count = 0;
    socket.on('data', (chunk) => {
      count += chunk.length;
      if (count >= length + (length < 65_536 ? 8 : 14)) socket.write(frame(0x81, 'all'));
    });
  });
  expect(await probe(server, { send: 'x'.repeat(length), expect: { message: 'all' } })).toMatchObject({
    outcome: 'up',
  });
});

test('a ping is answered while waiting', async () => {
  await using server = await serveWebSocket((socket) => {
    socket.write(frame(0x89, 'are you there'));
    socket.once('data', (chunk) => {
      const { first, payload } = unmask(chunk);
      socket.write(frame(0x81, `${first} ${payload}`));
    });
  });
  expect(await probe(server, { expect: { message: `${0x8a} are you there` } })).toMatchObject({ outcome: 'up' });
});

test.concurrent.each<[string, (socket: Socket) => void, string]>([
  ['text', saying(frame(0x81, 'hello')), 'hello'],
  ['binary', saying(frame(0x82, 'hello')), 'hello'],
  ['empty', saying(frame(0x81)), ''],
  ['long', saying(frame(0x81, 'x'.repeat(5000))), 'x'.repeat(5000)],
  [
    'in fragments, a ping between them',
    saying(frame(0x01, 'he'), frame(0x89), frame(0, 'l'), frame(0x80, 'lo')),
    'hello',
  ],
  ['a character across fragments', saying(frame(0x01, Buffer.from([0xc3])), frame(0x80, Buffer.from([0xbc]))), 'ü'],
  ['after a pong that nobody wants', saying(frame(0x8a), frame(0x81, 'hello')), 'hello'],
  [
    'byte by byte',
    async (socket) => {
      for (const byte of frame(0x81, 'hello')) {
        socket.write(Buffer.from([byte]));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    'hello',
  ],
])('a message: %s', async (_, talk, message) => {
  await using server = await serveWebSocket(talk);
  expect(await probe(server, { expect: { message } })).toMatchObject({ outcome: 'up' });
});

test('a message in the same packet as the upgrade', async () => {
  await using server = await serveTcp((socket) => {
    socket.once('data', (chunk) => {
      socket.write(Buffer.concat([Buffer.from(agreement(chunk.toString())), frame(0x81, 'hello')]));
    });
  });
  expect(await probe(server, { expect: { message: 'hello' } })).toMatchObject({ outcome: 'up' });
});

test('rules', async () => {
  await using server = await serveWebSocket(saying(frame(0x81, 'hello')));
  expect(await probe(server, { expect: { message: { contains: 'pong' } } })).toMatchObject({
    outcome: 'down',
    reason: 'content',
    message: 'the message is expected to contain "pong", got "hello"',
  });
  expect(await probe(server, { prefer: { message: 'pong' } })).toMatchObject({
    outcome: 'degraded',
    reason: 'content',
  });
});

test.each<[string, (socket: Socket) => void, object]>([
  ['silence', (socket) => void socket.resume(), { reason: 'timeout' }],
  ['FIN', (socket) => void socket.end(), { reason: 'closed' }],
  ['RST', (socket) => void setTimeout(() => socket.resetAndDestroy(), 50), { reason: 'reset' }],
  [
    'a close frame',
    saying(frame(0x88, Buffer.from([3, 243, ...Buffer.from('oops')]))),
    { reason: 'closed', message: 'the server closed the WebSocket with code 1011 (oops) without a message' },
  ],
  ['a masked frame', saying(Buffer.from([0x81, 0x80, 0, 0, 0, 0])), { reason: 'protocol', message: /it is masked$/ }],
  ['an extension', saying(frame(0xc1, 'x')), { reason: 'protocol' }],
  ['an unknown kind', saying(frame(0x83, 'x')), { reason: 'protocol' }],
  ['a ping in pieces', saying(frame(0x09)), { reason: 'protocol' }],
  ['a continuation of nothing', saying(frame(0x80, 'x')), { reason: 'protocol' }],
  ['a beginning inside a message', saying(frame(0x01, 'x'), frame(0x81, 'y')), { reason: 'protocol' }],
  ['text that is not UTF-8', saying(frame(0x81, Buffer.from([0xff]))), { reason: 'protocol' }],
  ['empty fragments without end', saying(frame(0x01), ...Array(2000).fill(frame(0))), { reason: 'protocol' }],
  ['a huge announcement', saying(Buffer.from('817f7fffffffffffffff', 'hex')), { reason: 'body-too-large' }],
])('down: %s instead of a message', async (_, talk, { message, ...expected }: { message?: string | RegExp }) => {
  await using server = await serveWebSocket(talk);
  const observation = await probe(server, anyMessage, 400);
  expect(observation).toMatchObject({ outcome: 'down', phase: 'talk', ...expected });
  if (message) expect(observation.message).toMatch(message);
  await expect.poll(() => server.connections.open).toBe(0);
});

test.each([200, 301, 401, 404, 503])('not upgraded: %d is a status', async (status) => {
  await using server = await serveHttp((_, response) => void response.writeHead(status).end('x'));
  expect(await probe(server, anyMessage)).toMatchObject({
    outcome: 'down',
    reason: 'status',
    message: expect.stringMatching(new RegExp(`^status ${status} .+, expected 101$`)),
    facts: { status },
  });
});

test('429 is degraded, as everywhere', async () => {
  await using server = await serveHttp((_, response) => void response.writeHead(429).end());
  expect(await probe(server)).toMatchObject({ outcome: 'degraded', reason: 'blocked', facts: { status: 429 } });
});

test.each<[string, (request: string) => string, string]>([
  ['a wrong accept', (request) => agreement(request, { accept: 'AAAA' }), 'does not fit our key'],
  ['an extension', (request) => agreement(request, { headers: 'Sec-WebSocket-Extensions: x\r\n' }), 'not offered'],
  ['another protocol', () => 'HTTP/1.1 101 ok\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n', 'not to WebSocket'],
  ['no protocol, with a promise', () => 'HTTP/1.1 101 ok\r\nConnection: Upgrade\r\n\r\n', 'not to WebSocket'],
  ['no protocol', () => 'HTTP/1.1 101 ok\r\n\r\n', 'not to WebSocket'],
])('switched, with %s', async (_, answer, message) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', (chunk) => socket.write(answer(chunk.toString('latin1'))));
  });
  expect(await probe(server, {}, 500)).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
    phase: 'ttfb',
    message: expect.stringContaining(message),
  });
});

test.each<[string, string, string]>([
  ['nothing', '', 'closed'],
  ['half a header', 'HTTP/1.1 101 Swit', 'closed'],
  ['endless headers', `HTTP/1.1 101 ok\r\n${'X-Y: z\r\n'.repeat(10_000)}`, 'headers-too-large'],
  ['endless 100s', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100), 'protocol'],
])('%s, then FIN', async (_, bytes, reason) => {
  await using server = await serveBytes(bytes);
  expect(await probe(server)).toMatchObject({ outcome: 'down', reason, phase: 'ttfb' });
});

describe('wss', () => {
  test('is judged like any TLS', async () => {
    const { authority } = await certificates();
    setDefaultCACertificates([...rootCertificates, authority]);
    const talk = (socket: Socket) => upgradeOn(socket, saying(frame(0x81, 'hello')));
    const good = await securing('ending', talk);
    const bad = await securing('expired', talk);
    await using server = await serveSockets(good);
    await using expired = await serveSockets(bad);
    const url = `wss://127.0.0.1:${server.port}/`;
    expect(await probeOnce('websocket', { url, expect: { message: 'hello' } })).toMatchObject({
      outcome: 'degraded',
      reason: 'expiring',
      message: 'upgraded; a message came; the certificate ends in 5 days',
      facts: { tls: { version: 'TLSv1.3' } },
    });
    expect(await probeOnce('websocket', `wss://127.0.0.1:${expired.port}/`)).toMatchObject({
      outcome: 'down',
      reason: 'tls-expired',
    });
  });
});

test('credentials of the URL are sent, and shown nowhere', async () => {
  let asked = '';
  await using server = await serveWebSocket((_, request) => {
    asked = request;
  });
  const url = `ws://admin:100%25@127.0.0.1:${server.port}/`;
  const observation = await probeOnce('websocket', url);
  expect(asked).toContain(`authorization: Basic ${Buffer.from('admin:100%').toString('base64')}`);
  expect(observation.facts.url).toBe(`ws://127.0.0.1:${server.port}/`);
  expect(describeTarget(settings.parse(url))).not.toContain('admin');
});

test.each([
  ['https://example.org/live', 'expected a URL with ws:// or wss://: write wss://example.org/live'],
  ['example.org', 'expected a URL with ws:// or wss://'],
  [{ url: 'ws://a', headers: { Upgrade: 'x' } }, 'expected none of those that the probe sets itself'],
  [{ url: 'ws://a', headers: { 'a b': 'x' } }, 'expected the name of a header'],
  [{ url: 'ws://a', headers: { a: 'x\r\ny' } }, 'expected one line of Latin-1 characters'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
