/** What servers do on the wire, well and badly. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { probeOnce } from '../probing/probe-once.ts';
import { serveBytes, serveTcp } from '../servers.ts';

const ok = (headers: string, body = ''): string => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`;
const needsBody = { expect: { body: { contains: 'needle' } } };

test.concurrent.each([
  ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['HTTP/0.9, a body without a head', '<html>hello</html>'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok'],
  ['status 099', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
  ['a header without a colon', ok('content-length 2', 'ok')],
  ['a space before the colon', ok('content-length : 2', 'ok')],
  ['two lengths', ok('content-length: 2\r\ncontent-length: 3', 'ok!')],
  ['a length and chunks', ok('content-length: 2\r\ntransfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n')],
  ['a chunk of no size', ok('transfer-encoding: chunked', 'zz\r\nok\r\n0\r\n\r\n')],
  ['101 unasked', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ['101 unasked without an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['the alert of a TLS server', Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])],
])('%s is protocol', async (_, answer) => {
  await using server = await serveBytes(answer);
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'down', reason: 'protocol' });
});

test.concurrent.each([
  ['100 then 200', `HTTP/1.1 100 Continue\r\n\r\n${ok('content-length: 2', 'ok')}`],
  ['103 then 200', `HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n${ok('content-length: 2', 'ok')}`],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['204 with the length of a body', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok'],
  ['a body longer than announced', ok('content-length: 2', 'ok and more')],
  ['a body longer than announced, and close', ok('content-length: 2\r\nconnection: close', 'ok and more')],
  ['a body until the end of the connection', ok('content-type: text/plain', 'ok')],
  ['chunks', ok('transfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n')],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nok'],
  ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n'],
])('%s is up', async (_, answer) => {
  await using server = await serveBytes(answer);
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'up' });
});

test('bare line feeds come with a hint', async () => {
  await using server = await serveBytes('HTTP/1.1 200 OK\ncontent-length: 2\n\nok');
  const { message } = await probeOnce('http', server.url);
  expect(message).toBe('the answer is not valid HTTP: a line ends without CR LF');
});

test('status 999 is a status like another', async () => {
  await using server = await serveBytes('HTTP/1.1 999 Denied\r\ncontent-length: 0\r\n\r\n');
  expect(await probeOnce('http', server.url)).toMatchObject({
    outcome: 'down',
    reason: 'status',
    facts: { status: 999 },
  });
});

test.concurrent.for<[string, (socket: Socket) => void, object]>([
  ['accept, then FIN', (socket) => socket.end(), { reason: 'closed', phase: 'ttfb' }],
  ['accept, then RST', (socket) => socket.resetAndDestroy(), { reason: 'reset' }],
  ['FIN after the request', after((socket) => socket.end()), { reason: 'closed', phase: 'ttfb' }],
  ['RST after the request', after((socket) => socket.resetAndDestroy()), { reason: 'reset', phase: 'ttfb' }],
  [
    'FIN inside the head',
    after((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-')),
    { reason: 'closed', phase: 'ttfb' },
  ],
  [
    'RST in the body',
    after((socket) =>
      socket.write(ok('content-length: 9', 'ok'), () => setTimeout(() => socket.resetAndDestroy(), 50)),
    ),
    { reason: 'reset', phase: 'body', facts: { status: 200 } },
  ],
  [
    'shorter than its length',
    after((socket) => socket.end(ok('content-length: 9', 'ok'))),
    { reason: 'truncated', phase: 'body', facts: { status: 200 } },
  ],
  [
    'chunks cut short',
    after((socket) => socket.end(ok('transfer-encoding: chunked', '9\r\nok'))),
    { reason: 'truncated', phase: 'body', facts: { status: 200 } },
  ],
  [
    'headers of more than 16 KiB',
    after((socket) => socket.end(ok(`x-long: ${'a'.repeat(17_000)}`, 'ok'))),
    { reason: 'headers-too-large', phase: 'ttfb' },
  ],
  [
    'endless headers',
    after(endless('HTTP/1.1 200 OK\r\n', 'x-more: and more\r\n'.repeat(50))),
    { reason: 'headers-too-large' },
  ],
  ['endless 100s', after(endless('', 'HTTP/1.1 100 Continue\r\n\r\n')), { reason: 'protocol', phase: 'ttfb' }],
  [
    'one byte of the head at a time',
    after(endless('HTTP/1.1 200 OK\r\n', 'x', 100)),
    { reason: 'timeout', phase: 'ttfb' },
  ],
  ['one byte of the body at a time', after(endless(ok('x-a: b'), 'x', 100)), { reason: 'timeout', phase: 'body' }],
])('%s', async ([, talk, expected], { expect }) => {
  await using server = await serveTcp(talk);
  const observation = await probeOnce('http', server.url, { timeoutMs: 1000 });
  expect(observation).toMatchObject({ outcome: 'down', ...expected });
  await expect.poll(() => server.connections.open).toBe(0);
});

test('an endless body is up when no rule needs it, and not read beyond the cap', async () => {
  await using server = await serveTcp(after(endless(ok('content-type: text/plain'), 'x'.repeat(65_536))));
  const observation = await probeOnce('http', { url: server.url, maxBodyBytes: '100KiB' });
  expect(observation).toMatchObject({ outcome: 'up', facts: { bytes: 102_400, bodyTruncated: true } });
});

test('a rule that fails within the cap might hold beyond it: body-too-large', async () => {
  await using server = await serveTcp(after(endless(ok('content-type: text/plain'), 'x'.repeat(1000))));
  const observation = await probeOnce('http', { url: server.url, maxBodyBytes: 1000, ...needsBody });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'body-too-large' });
  expect(observation.message).toMatchInlineSnapshot(
    `"the body is longer than 1000 bytes; the body is expected to contain "needle", got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"`,
  );
});

test('a rule that the beginning of an endless body settles is up', async () => {
  await using server = await serveTcp(after(endless(ok('content-type: text/plain', 'a needle'), 'x'.repeat(1000))));
  expect(await probeOnce('http', { url: server.url, maxBodyBytes: 1000, ...needsBody })).toMatchObject({
    outcome: 'up',
  });
});

test.concurrent.each([
  ['body is', { body: 'x'.repeat(1000) }],
  ['body not', { body: { not: { contains: 'error' } } }],
  ['size below', { size: { below: 2000 } }],
  ['size is', { size: 1000 }],
])('a rule that the rest of a long body could break is body-too-large: %s', async (_, expected) => {
  await using server = await serveTcp(after(endless(ok('content-type: text/plain'), 'x'.repeat(1000))));
  const observation = await probeOnce('http', { url: server.url, maxBodyBytes: 1000, expect: expected });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'body-too-large' });
});

test.concurrent.each([
  ['no rule needs the body: up', {}, { outcome: 'up' }],
  ['a rule needs the body: encoding', needsBody, { outcome: 'down', reason: 'encoding' }],
])('says gzip, is not, and %s', async (_, rules, expected) => {
  await using server = await serveBytes(ok('content-encoding: gzip\r\ncontent-length: 6', 'needle'));
  expect(await probeOnce('http', { url: server.url, ...rules })).toMatchObject(expected);
});

/** Acts on the first bytes of the request. */
function after(act: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => void socket.once('data', () => act(socket));
}

/** Writes `again` until nobody listens any more: as fast as it is read, or one piece an interval. */
function endless(first: string, again: string, everyMs = 0): (socket: Socket) => void {
  return (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.writableNeedDrain || socket.write(again), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}
