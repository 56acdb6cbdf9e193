/** How old an answer is, how long, and where its request came from. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { serveHttp } from '../servers.ts';

const { settings, files } = (await loadRegistry()).get('http')!;
const HOUR_MS = 3_600_000;

const ago = (ms: number): string => new Date(Date.now() - ms).toUTCString();

describe('age', () => {
  test.each<[string, Record<string, string>, object, object]>([
    ['young enough', { 'last-modified': ago(HOUR_MS / 2) }, { below: '1h' }, { outcome: 'up' }],
    [
      'too old',
      { 'last-modified': ago(3 * HOUR_MS) },
      { below: '1h' },
      { outcome: 'down', reason: 'stale', message: 'the answer is 3 h old, expected less than 60 min' },
    ],
    ['by the header Age', { age: '30' }, { below: '1m' }, { outcome: 'up' }],
    ['by the header Age, too old', { age: '90' }, { below: '1m' }, { outcome: 'down', reason: 'stale' }],
    ['Last-Modified before Age', { age: '5', 'last-modified': ago(HOUR_MS) }, { below: '1m' }, { reason: 'stale' }],
    ['a clock ahead of ours', { 'last-modified': ago(-HOUR_MS) }, { below: '1s' }, { outcome: 'up' }],
    ['too young', { age: '5' }, { above: '1h' }, { outcome: 'down', reason: 'stale' }],
    ['no header', {}, { below: '1h' }, { outcome: 'down', reason: 'header' }],
    ['no date', { 'last-modified': 'lately' }, { below: '1h' }, { outcome: 'down', reason: 'header' }],
    ['no number', { age: 'old' }, { below: '1h' }, { outcome: 'down', reason: 'header' }],
    ['no header, not', {}, { not: { above: '1h' } }, { outcome: 'down', reason: 'header' }],
    ['no header, as it should be', {}, { exists: false }, { outcome: 'up' }],
  ])('%s', async (_, headers, age, expected) => {
    await using server = await serveHttp((_request, response) => response.writeHead(200, headers).end('x'));
    expect(await probeOnce('http', { url: server.url, expect: { age } })).toMatchObject(expected);
  });

  test('that is only preferred is degraded', async () => {
    await using server = await serveHttp((_, response) => response.writeHead(200, { age: '90' }).end());
    const reading = await probeOnce('http', { url: server.url, prefer: { age: { below: '1m' } } });
    expect(reading).toMatchObject({ outcome: 'degraded', reason: 'stale' });
  });
});

test.each([
  ['a unit', { below: '1KiB', above: 3 }, 'up'],
  ['a number', 4, 'up'],
  ['a list', [{ above: '1B' }, { not: { is: 5 } }], 'up'],
  ['too much', { above: '1KiB' }, 'down'],
])('size: %s', async (_, size, outcome) => {
  await using server = await serveHttp((_request, response) => response.end('pong'));
  expect(await probeOnce('http', { url: server.url, expect: { size } })).toMatchObject({ outcome });
});

test('the body may stand in a file, beside services.yml', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-body-'));
  try {
    await writeFile(join(folder, 'query.json'), Buffer.from([0xff, 0x00, 0x7b]));
    let seen = 0;
    await using server = await serveHttp(async (request, response) => {
      seen = Number(request.headers['content-length']);
      await text(request);
      response.end();
    });
    const given = { url: server.url, method: 'POST', bodyFile: 'query.json' };
    const surroundings = { folder, env: {}, cache: FORGETFUL_CACHE };
    expect(await run([task('http', given)], { surroundings })).toMatchObject([{ outcome: 'up' }]);
    expect(seen).toBe(3);
    expect(files?.(settings.parse(given))).toEqual(['query.json']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  [{ body: 'a', bodyFile: 'b' }, 'expected either `body` or `bodyFile`'],
  [{ expect: { age: { below: 5 } } }, 'expected a duration like 5s or 2m'],
  [{ expect: { age: { below: '1h', above: '2h' } } }, 'expected `above` to be less than `below`'],
  [{ expect: { size: {} } }, 'expected at least one of is, oneOf, above, below, exists, not'],
  [{ expect: { size: { below: '5 bananas' } } }, 'expected a size like 64KiB or 1MiB'],
  [{ proxy: 'proxy.example.org:3128' }, 'expected a URL with http:// or https://'],
  [{ versions: [] }, 'Too small'],
  [{ versions: [3] }, 'Invalid input'],
  [{ health: 'spring' }, 'expected'],
])('settings: %j is refused', (given, message) => {
  const { error } = settings.safeParse({ url: 'https://example.org', ...given });
  expect(JSON.stringify(error?.issues)).toContain(message);
});
