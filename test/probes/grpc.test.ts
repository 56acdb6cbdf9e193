import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { type CertificateName, certificates, serveBytes, serveHttp, serveTcp, type TestServer } from '../servers.ts';
import { type Answer, type Asked, framed, refuse, respond, serveGrpc } from './grpc-server.ts';
import { continuation, data, field, flood, headers, OK, reset, serveFrames } from './http-2-frames.ts';
import { securing, serveSockets } from './tls-server.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('grpc')!;
const { authority, pairs } = await certificates();

beforeAll(() => setDefaultCACertificates([...rootCertificates, authority]));

function probe({ port }: TestServer, more: object = {}, timeoutMs = 2000) {
  return probeOnce('grpc', { host: '127.0.0.1', port, ...more }, { timeoutMs });
}

test('SERVING is up; the question is that of the health protocol', async () => {
  let asked: Asked | undefined;
  await using server = await serveGrpc((stream, question) => {
    asked = question;
    respond(1)(stream, question);
  });
  const observation = await probe(server, { service: 'shop.v1.Orders', metadata: { 'X-Key': 'a' } });
  expect(observation).toMatchObject({
    outcome: 'up',
    message: 'SERVING',
    facts: { status: 200, httpVersion: '2', grpcStatus: 0, address: '127.0.0.1' },
  });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'ttfb', 'body']);
  expect(asked?.headers).toMatchObject({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':scheme': 'http',
    ':authority': `127.0.0.1:${server.port}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    'x-key': 'a',
  });
  expect(asked?.body.toString('latin1')).toBe('\0\0\0\0\x10\n\x0eshop.v1.Orders');
});

test('without a service the message is empty', async () => {
  let body: Buffer | undefined;
  await using server = await serveGrpc((stream, question) => {
    body = question.body;
    respond(1)(stream, question);
  });
  expect(await probe(server)).toMatchObject({ outcome: 'up' });
  expect(body).toEqual(Buffer.alloc(5));
});

const down = (reason: string, message: string) => ({ outcome: 'down', reason, message });

test.each<[string, Answer, object]>([
  ['NOT_SERVING', respond(2), down('content', 'the server answers NOT_SERVING, expected SERVING')],
  ['SERVICE_UNKNOWN', respond(3), down('content', 'the server answers SERVICE_UNKNOWN, expected SERVING')],
  ['UNKNOWN', respond(0), down('content', 'the server answers UNKNOWN, expected SERVING')],
  [
    'an empty message',
    respond(framed(Buffer.alloc(0))),
    down('content', 'the server answers UNKNOWN, expected SERVING'),
  ],
  ['a number without a name', respond(9), down('content', 'the server answers status 9, expected SERVING')],
  ['5', refuse(5, 'no%20such'), down('content', 'the server does not know the service "x": no such')],
  ['12', refuse(12), down('protocol', 'the server does not offer the health protocol')],
  ['14', refuse(14, '100%'), down('status', 'gRPC status 14, UNAVAILABLE: 100%')],
  ['16', refuse(16), down('status', 'gRPC status 16, UNAUTHENTICATED')],
  ['99', refuse(99), down('status', 'gRPC status 99, a code that gRPC does not know')],
  ['14 after a message', respond(1, { 'grpc-status': '14' }), down('status', 'gRPC status 14, UNAVAILABLE')],
  ['no trailers', respond(1, {}), down('protocol', 'the answer is not gRPC')],
  ['0 and no message', refuse(0), down('truncated', 'the answer ends before its message')],
  ['half a message', respond(Buffer.from([0, 0, 0, 0, 2, 8])), down('truncated', 'the answer ends inside its message')],
  [
    'two messages',
    respond(Buffer.concat([framed(Buffer.from([8, 1])), framed(Buffer.from([8, 1]))])),
    down('protocol', 'the answer holds more than one message'),
  ],
  [
    'compressed',
    respond(Buffer.from([1, 0, 0, 0, 0])),
    down('protocol', 'the answer is compressed, though we did not offer it'),
  ],
  ['no protobuf', respond(framed(Buffer.from('hello'))), down('protocol', 'the answer is not a HealthCheckResponse')],
  [
    'an endless number',
    respond(framed(Buffer.alloc(20, 0xff))),
    down('protocol', 'the answer is not a HealthCheckResponse'),
  ],
  ['too much', respond(Buffer.alloc(100_000)), down('body-too-large', 'the answer is longer than 16384 bytes')],
  [
    'HTTP 503',
    (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
    down('status', 'status 503, expected 200'),
  ],
  [
    'a web page',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('hi');
    },
    down('protocol', 'the answer is not gRPC'),
  ],
  [
    'a reset stream',
    (stream) => stream.close(7),
    { outcome: 'down', reason: 'reset', message: expect.stringContaining('REFUSED_STREAM') },
  ],
])('%s', async (_, answer, expected) => {
  await using server = await serveGrpc(answer);
  expect(await probe(server, { service: 'x' })).toMatchObject(expected);
  await expect.poll(() => server.connections.open).toBe(0);
});

test('unknown fields are passed over', async () => {
  const others = Buffer.from([0x12, 2, 8, 2, 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x28, 0x96, 1, 8, 1]);
  await using server = await serveGrpc(respond(framed(others)));
  expect(await probe(server)).toMatchObject({ outcome: 'up' });
});

test('HTTP 429 is degraded, as everywhere', async () => {
  await using server = await serveGrpc((stream) => stream.respond({ ':status': 429 }, { endStream: true }));
  expect(await probe(server)).toMatchObject({ outcome: 'degraded', reason: 'blocked' });
});

const SETTINGS = Buffer.from('000000040000000000', 'hex');
const goaway = (code: string): Buffer => Buffer.from(`00000807000000000000000000000000${code}`, 'hex');

test.each<[string, (socket: Socket) => void, object]>([
  ['FIN', (socket) => void socket.once('data', () => socket.end()), { reason: 'closed', phase: 'ttfb' }],
  [
    'FIN after its settings',
    (socket) => void socket.once('data', () => socket.end(SETTINGS)),
    { reason: 'closed', phase: 'ttfb' },
  ],
  ['RST', (socket) => void socket.once('data', () => socket.resetAndDestroy()), { reason: 'reset', phase: 'ttfb' }],
  [
    'GOAWAY',
    (socket) => void socket.once('data', () => socket.write(Buffer.concat([SETTINGS, goaway('02')]))),
    { reason: 'protocol', phase: 'ttfb' },
  ],
  [
    'GOAWAY for being asked too often',
    (socket) => void socket.once('data', () => socket.write(Buffer.concat([SETTINGS, goaway('0b')]))),
    { reason: 'protocol', phase: 'ttfb', message: 'the server ends HTTP/2 with ENHANCE_YOUR_CALM' },
  ],
  ['settings, then silence', (socket) => void socket.write(SETTINGS), { reason: 'timeout', phase: 'ttfb' }],
  ['random bytes', (socket) => void socket.write(Buffer.alloc(5000, 0xa5)), { reason: 'protocol', phase: 'ttfb' }],
])('down: %s', async (_, talk, expected) => {
  await using server = await serveTcp((socket) => {
    socket.resume();
    talk(socket);
  });
  expect(await probe(server, {}, 500)).toMatchObject({ outcome: 'down', ...expected });
  await expect.poll(() => server.connections.open).toBe(0);
});

const LONG = field('x-a', 'a'.repeat(9000));
const GRPC = Buffer.concat([OK, field('content-type', 'application/grpc')]);

test.each<[string, Buffer[], string]>([
  ['in two pieces', [headers(Buffer.concat([OK, LONG]), { end: false }), continuation(LONG, { end: true })], 'ttfb'],
  ['in one, by the table', [headers(Buffer.concat([OK, indexed('a'.repeat(3900), 10_000)]))], 'ttfb'],
  [
    'at the end',
    [
      headers(GRPC),
      data(framed(Buffer.from([8, 1]))),
      headers(LONG, { end: false, endStream: true }),
      continuation(LONG, { end: true }),
    ],
    'body',
  ],
])('headers of more than 16 KiB %s are too large', async (_, frames, phase) => {
  await using server = await serveFrames((socket) => socket.write(Buffer.concat(frames)));
  expect(await probe(server)).toMatchObject({ outcome: 'down', reason: 'headers-too-large', phase });
  await expect.poll(() => server.connections.open).toBe(0);
});

/** One header in the table, and so many times a byte that names it. */
function indexed(value: string, count: number): Buffer {
  const [, ...entry] = field('x-a', value);
  return Buffer.concat([Buffer.from([0x40, ...entry]), Buffer.alloc(count, 0xbe)]);
}

test.each<[string, Buffer]>([
  ['long', field('x-a', 'a'.repeat(16_000))],
  ['short', field('x-a', 'a')],
  ['empty', Buffer.alloc(0)],
])('endless headers in pieces that are %s: too large, and soon over', async (_, piece) => {
  let sent = () => 0;
  await using server = await serveFrames((socket) => {
    socket.write(headers(OK, { end: false }));
    sent = flood(socket, piece);
  });
  expect(await probe(server)).toMatchObject({ outcome: 'down', reason: 'headers-too-large', phase: 'ttfb' });
  await expect.poll(() => server.connections.open).toBe(0);
  expect(sent()).toBeLessThan(4 * 1024 * 1024);
});

test('200 short headers are not too large', async () => {
  const many = Buffer.concat([GRPC, field('grpc-status', '5'), ...Array(200).fill(field('x-a', 'a'))]);
  await using server = await serveFrames((socket) => socket.write(headers(many, { endStream: true })));
  expect(await probe(server)).toMatchObject({ outcome: 'down', reason: 'content', facts: { grpcStatus: 5 } });
});

test.each<[string, Buffer[], object]>([
  ['before an answer', [reset(0)], { outcome: 'down', reason: 'closed', phase: 'ttfb' }],
  [
    'after the whole answer',
    [
      headers(GRPC),
      data(framed(Buffer.from([8, 1]))),
      headers(field('grpc-status', '0'), { endStream: true }),
      reset(0),
    ],
    { outcome: 'up' },
  ],
])('a stream that is reset without an error, %s', async (_, frames, expected) => {
  await using server = await serveFrames((socket) => socket.write(Buffer.concat(frames)));
  expect(await probe(server)).toMatchObject(expected);
  await expect.poll(() => server.connections.open).toBe(0);
});

test('silence after the headers is a timeout in the body', async () => {
  await using server = await serveGrpc((stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }),
  );
  expect(await probe(server, {}, 300)).toMatchObject({ outcome: 'down', reason: 'timeout', phase: 'body' });
});

test('FIN in the middle of the answer', async () => {
  await using server = await serveGrpc((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write(Buffer.from([0, 0]), () => setTimeout(() => stream.session?.socket.destroySoon?.(), 20));
    setTimeout(() => void server.close(), 100);
  });
  expect(await probe(server)).toMatchObject({ outcome: 'down', reason: 'truncated', phase: 'body' });
});

test('a server of HTTP/1.1 is a matter of the protocol', async () => {
  await using server = await serveHttp((_, response) => response.end('hi'));
  expect(await probe(server)).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
    message: 'the server does not speak HTTP/2',
  });
  await using garbage = await serveBytes('SSH-2.0-OpenSSH_9.2\r\n');
  expect(await probe(garbage)).toMatchObject({ outcome: 'down', reason: 'protocol' });
});

async function serveSecure(certificate: CertificateName, answer: Answer): Promise<TestServer> {
  const server = createSecureServer({ ...pairs[certificate] });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, { headers, body: Buffer.alloc(0) });
  });
  server.on('sessionError', () => undefined).on('tlsClientError', () => undefined);
  return serveSockets((socket) => void server.emit('connection', socket));
}

test.each<[CertificateName, object | true, object]>([
  ['valid', true, { outcome: 'up', facts: { tls: { version: 'TLSv1.3' } } }],
  ['ending', true, { outcome: 'degraded', reason: 'expiring', message: 'SERVING; the certificate ends in 5 days' }],
  ['wrongHost', {}, { outcome: 'down', reason: 'tls-name', phase: 'tls' }],
  ['wrongHost', { verify: false }, { outcome: 'up', warnings: [expect.stringContaining('not verified')] }],
])('TLS: %s, %j', async (certificate, tls, expected) => {
  await using server = await serveSecure(certificate, respond(1));
  expect(await probe(server, { tls })).toMatchObject(expected);
});

test('TLS without HTTP/2', async () => {
  await using server = await serveSockets(await securing('valid'));
  expect(await probe(server, { tls: true })).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
    message: 'the server does not offer HTTP/2 (h2 by ALPN)',
  });
});

test.each([
  ['https://api.example.org:1', 'expected host:port like db.example.org:5432'],
  [{ host: 'a', port: 1, tls: 'yes' }, 'expected true or a mapping'],
  [{ host: 'a', port: 1, metadata: { 'Content-Type': 'x' } }, 'expected none of those that the probe sets itself'],
  [{ host: 'a', port: 1, metadata: { ':path': 'x' } }, 'expected the name of a header'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});

test('describe() names the target', () => {
  expect(describeTarget(settings.parse('[::1]:50051'))).toBe('[::1]:50051');
});
