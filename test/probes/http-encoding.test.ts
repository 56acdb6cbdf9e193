/** Compressed bodies, honest and not. */
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { serveHttp, serveTcp, type TestServer } from '../servers.ts';

const page = `a haystack with a needle ${'and hay '.repeat(500)}`;
const needle = { expect: { body: { contains: 'needle' } } };

function sending(encoding: string, body: Buffer | string): Promise<TestServer> {
  return serveHttp((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));
}

describe.concurrent.each<[string, string, Buffer]>([
  ['gzip', 'gzip', gzipSync(page)],
  ['gzip by its old name, in capitals', 'X-GZIP', gzipSync(page)],
  ['br', 'br', brotliCompressSync(page)],
  ['deflate in zlib', 'deflate', deflateSync(page)],
  ['deflate, bare', 'deflate', deflateRawSync(page)],
  ['zstd', 'zstd', zstdCompressSync(page)],
  ['identity', 'identity', Buffer.from(page)],
])('%s', (_, encoding, body) => {
  test('is read by rules', async () => {
    await using server = await sending(encoding, body);
    const rules = { ...needle.expect, size: page.length };
    const reading = await probeOnce('http', { url: server.url, expect: rules });
    expect(reading).toMatchObject({ outcome: 'up', facts: { bytes: body.length } });
    if (encoding !== 'identity') expect(reading.facts).toMatchObject({ decodedBytes: page.length });
  });

  test('that is cut short on the wire is truncated', async () => {
    await using server = await serveTcp((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.end(body.subarray(0, body.length - 5));
      });
    });
    expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'down', reason: 'truncated', phase: 'body' });
  });
});

test('asks for what it can read', async () => {
  let asked: string | undefined;
  await using server = await serveHttp(({ headers }, response) => {
    asked = String(headers['accept-encoding']);
    response.end();
  });
  await probeOnce('http', server.url);
  expect(asked).toBe('zstd, br, gzip, deflate');
});

describe.concurrent.each([
  ['says gzip, is not', 'gzip', 'no gzip, but a needle'],
  ['says br, is not', 'br', 'no brotli, but a needle'],
  ['says deflate, is not', 'deflate', '\xff\xffno deflate, but a needle'],
  ['says zstd, is not', 'zstd', 'no zstd, but a needle'],
  ['gzip without its end', 'gzip', gzipSync(page).subarray(0, 40)],
  ['an unknown encoding', 'rot13', 'n arrqyr'],
  ['two encodings', 'gzip, br', brotliCompressSync(gzipSync(page))],
])('%s', (_, encoding, body) => {
  test.each([
    ['up when no rule needs the body', {}, { outcome: 'up' }],
    [
      'up when a rule is about headers',
      { expect: { header: { 'content-encoding': { exists: true } } } },
      { outcome: 'up' },
    ],
    ['encoding under a rule for it', needle, { outcome: 'down', reason: 'encoding' }],
    ['encoding under a rule for its size', { expect: { size: { above: 1 } } }, { outcome: 'down', reason: 'encoding' }],
    [
      'degraded when it is only preferred',
      { prefer: { size: { above: 1 } } },
      { outcome: 'degraded', reason: 'encoding' },
    ],
    ['encoding as a health document', { health: 'auto' }, { outcome: 'down', reason: 'encoding' }],
  ])('%s', async (_name, rules, expected) => {
    await using server = await sending(encoding, body);
    expect(await probeOnce('http', { url: server.url, ...rules })).toMatchObject(expected);
  });
});

test.each(['HEAD', 'GET'])('nothing at all, said to be gzip, is no body: %s', async (method) => {
  await using server = await sending('gzip', '');
  expect(await probeOnce('http', { url: server.url, method, expect: { size: 0 } })).toMatchObject({ outcome: 'up' });
});

describe.each<[string, (zeros: Buffer) => Buffer]>([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateRawSync],
  ['zstd', zstdCompressSync],
])('a bomb of %s', (encoding, compress) => {
  test('is inflated to the cap and no further', async () => {
    await using server = await sending(encoding, compress(Buffer.alloc(400 * 2 ** 20)));
    const before = process.memoryUsage.rss();
    const settled = { expect: { size: { above: 1000 } } };
    const reading = await probeOnce('http', { url: server.url, maxBodyBytes: '64KiB', ...settled });
    expect(reading).toMatchObject({ outcome: 'up', facts: { decodedBytes: 65_536, bodyTruncated: true } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(60 * 2 ** 20);
    const judged = await probeOnce('http', { url: server.url, maxBodyBytes: '64KiB', ...needle });
    expect(judged).toMatchObject({ outcome: 'down', reason: 'body-too-large' });
    await expect.poll(() => server.connections.open).toBe(0);
  });
});

test('what no rule asks for is not decoded', async () => {
  await using server = await sending('gzip', gzipSync(page));
  const { facts } = await probeOnce('http', server.url);
  expect(facts).toMatchObject({ bytes: gzipSync(page).length });
  expect(facts).not.toHaveProperty('decodedBytes');
});

test('more on the wire than the cap is decoded as far as it goes', async () => {
  const noise = randomBytes(100_000).toString('latin1');
  await using server = await sending('gzip', gzipSync(`needle ${noise}`));
  const reading = await probeOnce('http', { url: server.url, maxBodyBytes: '32KiB', ...needle });
  expect(reading).toMatchObject({ outcome: 'up', facts: { bytes: 32_768, bodyTruncated: true } });
});

test('two hundred bombs at once need little memory', async () => {
  await using server = await sending('br', brotliCompressSync(Buffer.alloc(50 * 2 ** 20)));
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const tasks = Array.from({ length: 200 }, () => task('http', { url: server.url, ...needle }, { timeoutMs: 30_000 }));
  const readings = await run(tasks, { concurrency: 200 });
  clearInterval(timer);
  expect(new Set(readings.map(({ reason }) => reason))).toEqual(new Set(['body-too-large']));
  // Around it other tests leave garbage: enough room for that, far too little for 200 bombs.
  expect(most - before).toBeLessThan(400 * 2 ** 20);
});

test('a compressed body that never ends is a timeout in the body', async () => {
  await using server = await serveHttp((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write(gzipSync(page).subarray(0, 40));
  });
  const reading = await probeOnce('http', server.url, { timeoutMs: 300 });
  expect(reading).toMatchObject({ outcome: 'down', reason: 'timeout', phase: 'body' });
});
