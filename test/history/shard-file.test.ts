import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readShard, type ShardFile, writeShard } from '../../src/history/shard-file.ts';

const HEAD = { id: '7.1.eu', at: 1_795_000_000_000, location: 'eu', shard: { index: 2, of: 8 }, probes: 2 };
const WEB = {
  service: 'web',
  probe: 'http',
  outcome: 'up',
  latencyMs: 12.5,
  attempts: 1,
  values: [{ name: 'size', value: 5120, unit: 'B' }],
  version: 'v1.2',
} as const;
const DB = { service: 'db', probe: 'tcp', outcome: 'down', reason: 'refused', phase: 'connect', attempts: 3 } as const;

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-shard-'));
  file = join(folder, 'inner', 'eu-2.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (): void => {
  const writer = writeShard(file, HEAD);
  writer.add(WEB);
  writer.add(DB);
  writer.end({ canaries: 'answered' });
};

test('what was written is read', async () => {
  write();
  expect(await readShard(file)).toEqual({
    ...HEAD,
    observations: [WEB, DB],
    end: { canaries: 'answered' },
    broken: 0,
  });
});

test('torn after any byte, what is whole counts', async () => {
  write();
  const whole = await readFile(file, 'utf8');
  const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index);
  for (let length = whole.length; length >= 0; length -= 1) {
    await truncate(file, length);
    const read = await readShard(file);
    // A line that only lacks its newline is whole.
    const lines = ends.filter((end) => end <= length).length;
    if (lines === 0) expect(read, `${length} bytes`).toHaveProperty('problem');
    else {
      const { observations, end, broken } = read as ShardFile;
      expect([observations.length, end !== undefined, broken], `${length} bytes`).toEqual([
        Math.min(lines - 1, 2),
        lines === 4,
        0,
      ]);
    }
  }
});

test.each([
  ['nothing', ''],
  ['no JSON', 'hello\n'],
  ['null', 'null\n'],
  ['another version', '{"v":2}\n'],
  ['a path for a location', `${JSON.stringify({ v: 1, ...HEAD, location: '../eu' })}\n`],
  ['an id with markup', `${JSON.stringify({ v: 1, ...HEAD, id: '<b>' })}\n`],
  ['a shard that is not', `${JSON.stringify({ v: 1, ...HEAD, shard: { index: 2, of: 1e9 } })}\n`],
  ['a time that is none', `${JSON.stringify({ v: 1, ...HEAD, at: 1e300 })}\n`],
])('%s is no file of a shard, and no error of ours', async (_, text) => {
  write();
  await writeFile(file, text);
  expect(await readShard(file)).toHaveProperty('problem');
});

test('lines that nobody of us has written are counted and left out', async () => {
  write();
  const lines = [
    { ...WEB, outcome: 'splendid' },
    { ...WEB, latencyMs: -1 },
    { ...WEB, attempts: 1e9 },
    { ...WEB, service: 'x'.repeat(5000) },
    { ...WEB, code: '<script>' },
    [],
  ];
  const text = [{ v: 1, ...HEAD }, ...lines, { ...WEB, isMeasurement: true, extra: 1 }].map((line) =>
    JSON.stringify(line),
  );
  await writeFile(file, `${text.join('\n')}\n\x00\xff\n`);
  expect(await readShard(file)).toMatchObject({ observations: [WEB], broken: 7, end: undefined });
});

test('one that is too long is not read', async () => {
  write();
  await truncate(file, 17 * 1024 * 1024);
  expect(await readShard(file)).toEqual({ problem: 'is longer than 16 MiB' });
});
