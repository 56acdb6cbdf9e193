/** HTTP/2, agreed on by ALPN. */
import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, Socket } from 'node:net';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { certificates, serveBytes, serveHttps } from '../servers.ts';
import { continuation, data, field, flood, headers, OK, reset, serveFrames } from './http-2-frames.ts';

beforeAll(async () => {
  const { authority } = await certificates();
  setDefaultCACertificates([...rootCertificates, authority]);
});

type Talk = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: Socket) => void;

interface Served extends AsyncDisposable {
  url: string;
  port: number;
  open(): number;
}

async function serving(server: Http2Server | Http2SecureServer, scheme: string, talk: Talk): Promise<Served> {
  const sockets = new Set<Socket>();
  let raw: Socket | undefined;
  server.on('connection', (socket: Socket) => {
    raw = socket;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    talk(stream, headers, raw!);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function serveHttp2(talk: Talk, { allowHTTP1 = false } = {}): Promise<Served> {
  const { pairs } = await certificates();
  return serving(createSecureServer({ ...pairs.valid, allowHTTP1 }), 'https', talk);
}

const pong: Talk = (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] });
  stream.end('pong');
};

test('is spoken with a server that can, and judged like the other', async () => {
  await using server = await serveHttp2(pong, { allowHTTP1: true });
  const rules = { header: { 'set-cookie': 'a=1, b=2' }, body: 'pong', size: 4 };
  const reading = await probeOnce('http', { url: server.url, expect: rules });
  expect(reading).toMatchObject({
    outcome: 'up',
    message: '200',
    facts: { status: 200, httpVersion: '2', bytes: 4, tls: { version: 'TLSv1.3' } },
  });
  expect(Object.keys(reading.phases)).toEqual(['dns', 'connect', 'tls', 'ttfb', 'body']);
  await expect.poll(server.open).toBe(0);
});

test('the request says what it says in HTTP/1.1', async () => {
  let seen: IncomingHttpHeaders = {};
  let body = '';
  await using server = await serveHttp2((stream, headers) => {
    seen = headers;
    stream.on('data', (chunk) => {
      body += chunk;
    });
    stream.on('end', () => pong(stream, headers, new Socket()));
  });
  const settings = {
    url: `${server.url}/a?b`,
    method: 'POST',
    body: 'größe',
    headers: { 'X-Key': 'k', Connection: 'close', TE: 'trailers' },
    auth: { bearer: 't0ken' },
  };
  expect(await probeOnce('http', settings)).toMatchObject({ outcome: 'up' });
  expect(body).toBe('größe');
  expect(seen).toMatchObject({
    ':method': 'POST',
    ':path': '/a?b',
    ':authority': `127.0.0.1:${server.port}`,
    'content-length': '7',
    'x-key': 'k',
    authorization: 'Bearer t0ken',
  });
  expect(seen).not.toHaveProperty('host');
});

test.each([
  ['1.1 alone, with a server that speaks both', [1.1], true, { outcome: 'up', facts: { httpVersion: '1.1' } }],
  ['2 alone, with a server that speaks both', [2], true, { outcome: 'up', facts: { httpVersion: '2' } }],
  ['1.1 alone, with a server that speaks only 2', [1.1], false, { outcome: 'down', reason: 'protocol' }],
])('versions: %s', async (_, versions, allowHTTP1, expected) => {
  const { pairs } = await certificates();
  const server = createSecureServer({ ...pairs.valid, allowHTTP1 }, (_request, response) => response.end('pong'));
  await using served = await serving(server, 'https', () => undefined);
  expect(await probeOnce('http', { url: served.url, versions })).toMatchObject(expected);
});

test('versions: 2 alone, with a server that has never heard of it', async () => {
  await using server = await serveHttps('valid', (_, response) => response.end('pong'));
  expect(await probeOnce('http', { url: server.url, versions: [2] })).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
  });
});

test('versions: 2 alone, without TLS, is spoken at once', async () => {
  await using server = await serving(createServer(), 'http', pong);
  expect(await probeOnce('http', { url: server.url, versions: [2] })).toMatchObject({
    outcome: 'up',
    facts: { httpVersion: '2' },
  });
});

test('gzip and redirects', async () => {
  await using server = await serveHttp2((stream, headers) => {
    if (headers[':path'] === '/') return stream.respond({ ':status': 302, location: '/end' }, { endStream: true });
    stream.respond({ ':status': 200, 'content-encoding': 'gzip' });
    stream.end(gzipSync('needle'));
  });
  const reading = await probeOnce('http', { url: server.url, expect: { body: 'needle' } });
  expect(reading).toMatchObject({ outcome: 'up', facts: { decodedBytes: 6, url: `${server.url}/end` } });
});

describe.each<[string, Talk, object]>([
  ['silence', () => undefined, { outcome: 'down', reason: 'timeout', phase: 'ttfb' }],
  ['a refused stream', (stream) => stream.close(7), { outcome: 'down', reason: 'reset', phase: 'ttfb' }],
  ['a cancelled stream', (stream) => stream.close(8), { outcome: 'down', reason: 'closed', phase: 'ttfb' }],
  [
    'a reset in the body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('po', () => setTimeout(() => stream.destroy(new Error('out of order')), 30));
    },
    { outcome: 'down', reason: 'reset', phase: 'body', facts: { status: 200 } },
  ],
  [
    'shorter than its length',
    (stream) => {
      stream.respond({ ':status': 200, 'content-length': '9' });
      stream.end('pong');
    },
    { outcome: 'down', reason: 'protocol', facts: { status: 200 } },
  ],
  ['GOAWAY', (stream) => stream.session!.goaway(11), { outcome: 'down', reason: 'protocol', phase: 'ttfb' }],
  [
    'the end of the connection in the body',
    (stream, _, raw) => {
      stream.respond({ ':status': 200 });
      stream.write('po', () => setTimeout(() => raw.destroy(), 30));
    },
    { outcome: 'down', reason: 'truncated', phase: 'body', facts: { status: 200 } },
  ],
  [
    'the end of the connection before an answer',
    (_, __, raw) => void setTimeout(() => raw.destroy(), 30),
    { outcome: 'down', reason: 'closed', phase: 'ttfb' },
  ],
  [
    'headers of more than 16 KiB',
    (stream) => {
      stream.respond({ ':status': 200, 'x-a': 'a'.repeat(9000), 'x-b': 'b'.repeat(9000) });
      stream.end();
    },
    { outcome: 'down', reason: 'headers-too-large', phase: 'ttfb' },
  ],
  [
    'endless 103s',
    (stream) => {
      for (let count = 0; count < 50; count += 1) stream.additionalHeaders({ ':status': 103 });
    },
    { outcome: 'down', reason: 'protocol', phase: 'ttfb' },
  ],
  [
    'one 103',
    (stream, headers, raw) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
      pong(stream, headers, raw);
    },
    { outcome: 'up' },
  ],
  [
    'an endless body',
    (stream) => {
      stream.respond({ ':status': 200 });
      const timer = setInterval(() => stream.writableNeedDrain || stream.write('x'.repeat(65_536)), 1);
      stream.on('close', () => clearInterval(timer));
    },
    { outcome: 'up', facts: { bytes: 102_400, bodyTruncated: true } },
  ],
  ['503', (stream) => stream.respond({ ':status': 503 }, { endStream: true }), { outcome: 'down', reason: 'status' }],
])('%s', (_, talk, expected) => {
  test('', async () => {
    await using server = await serveHttp2(talk);
    const reading = await probeOnce('http', { url: server.url, maxBodyBytes: '100KiB' }, { timeoutMs: 1000 });
    expect(reading).toMatchObject(expected);
    await expect.poll(server.open).toBe(0);
  });
});

test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'])(
  'what is no HTTP/2 is protocol: %j',
  async (bytes) => {
    await using server = await serveBytes(bytes);
    expect(await probeOnce('http', { url: server.url, versions: [2] })).toMatchObject({
      outcome: 'down',
      reason: 'protocol',
    });
  },
);

describe('by hand', () => {
  const probe = (port: number, more: object = {}) =>
    probeOnce('http', { url: `http://127.0.0.1:${port}`, versions: [2], ...more });

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
    expect(await probe(server.port)).toMatchObject({ outcome: 'down', reason: 'headers-too-large', phase: 'ttfb' });
    await expect.poll(() => server.connections.open).toBe(0);
    expect(sent()).toBeLessThan(4 * 1024 * 1024);
  });

  // It is the process that Node would abort, as it collects what the probes left.
  test.each(['http', 'grpc'])('kind %s survives many servers with endless headers', async (kind) => {
    await using server = await serveFrames((socket) => {
      socket.write(headers(OK, { end: false }));
      flood(socket, field('x-a', 'a'.repeat(16_000)));
    });
    const { port } = server;
    const aim = kind === 'grpc' ? { host: '127.0.0.1', port } : { url: `http://127.0.0.1:${port}`, versions: [2] };
    const tasks = Array.from({ length: 500 }, () => task(kind, aim, { timeoutMs: 10_000 }));
    const before = process.memoryUsage().rss;
    const seen = await run(tasks, { concurrency: 200 });
    expect(new Set(seen.map(({ reason }) => reason))).toEqual(new Set(['headers-too-large']));
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  test('endless headers after the body', async () => {
    await using server = await serveFrames((socket) => {
      socket.write(
        Buffer.concat([headers(OK), data('pong'), headers(field('x-a', 'a'), { end: false, endStream: true })]),
      );
      flood(socket, field('x-a', 'a'.repeat(16_000)));
    });
    const expected = { outcome: 'down', reason: 'headers-too-large', phase: 'body', facts: { status: 200 } };
    expect(await probe(server.port)).toMatchObject(expected);
  });

  test('headers of more than 16 KiB in two pieces', async () => {
    const long = field('x-a', 'a'.repeat(9000));
    await using server = await serveFrames((socket) => {
      socket.write(headers(Buffer.concat([OK, long]), { end: false }));
      socket.write(continuation(long, { end: true }));
    });
    expect(await probe(server.port)).toMatchObject({ outcome: 'down', reason: 'headers-too-large', phase: 'ttfb' });
  });

  test('200 short headers are not too large', async () => {
    const many = Buffer.concat([OK, ...Array(200).fill(field('x-a', 'a'))]);
    await using server = await serveFrames((socket) => socket.write(headers(many, { endStream: true })));
    expect(await probe(server.port)).toMatchObject({ outcome: 'up' });
  });

  const NINE = headers(Buffer.concat([OK, field('content-length', '9')]));
  const truncated = { outcome: 'down', reason: 'truncated', phase: 'body', facts: { status: 200 } };

  test.each<[string, Buffer[], object]>([
    ['before an answer', [], { outcome: 'down', reason: 'closed', phase: 'ttfb' }],
    ['before the body', [NINE], truncated],
    ['in the body', [NINE, data('pong')], truncated],
    ['at the announced length', [NINE, data('ping pong')], { outcome: 'up', facts: { bytes: 9 } }],
    ['after the end', [NINE, data('ping pong', { endStream: true })], { outcome: 'up', facts: { bytes: 9 } }],
    ['after an end of no announced length', [headers(OK), data('pong', { endStream: true })], { outcome: 'up' }],
    ['after headers that are all', [headers(OK, { endStream: true })], { outcome: 'up', facts: { bytes: 0 } }],
  ])('a stream that is reset without an error, %s', async (_, frames, expected) => {
    // At once, and with time to notice what came before.
    for (const pauseMs of [0, 30]) {
      await using server = await serveFrames((socket) => {
        const last = (): void => void (socket.destroyed || socket.write(reset(0)));
        if (pauseMs === 0) socket.write(Buffer.concat([...frames, reset(0)]));
        else socket.write(Buffer.concat(frames), () => setTimeout(last, pauseMs));
      });
      expect(await probe(server.port, { expect: { body: { matches: 'p?' } } })).toMatchObject(expected);
      await expect.poll(() => server.connections.open).toBe(0);
    }
  });

  test('the length of what was asked for with HEAD is that of another answer', async () => {
    const head = headers(Buffer.concat([OK, field('content-length', '9')]), { endStream: true });
    await using server = await serveFrames((socket) => socket.write(Buffer.concat([head, reset(0)])));
    expect(await probe(server.port, { method: 'HEAD' })).toMatchObject({ outcome: 'up' });
  });
});
