import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEEP } from '../../src/history/compact.ts';
import { DAY_MS } from '../../src/history/days.ts';
import { openFolder } from '../../src/history/folder.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { type Repaired, repair } from '../../src/history/repair.ts';
import { importRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';
import type { RecordedRound } from '../../src/model.ts';
import { roundOf } from './rounds.ts';

const START = Date.parse('2026-10-25T00:00:00Z');
const DAYS = 25;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-repair-'));
  await importRounds(
    folder,
    Array.from({ length: DAYS * 6 }, (_, n) => round(n)),
  );
});
afterEach(() => rm(folder, { recursive: true }));

function round(n: number): RecordedRound {
  return roundOf(START + (n * DAY_MS) / 6, { 'web/http': `up ${100 + n}` });
}

function read(path: string): Promise<string> {
  return readFile(join(folder, path), 'utf8');
}

function repaired(): Promise<Repaired> {
  return repair(openFolder(folder), { now: START + DAYS * DAY_MS, keep: KEEP, knownSchemas: [] });
}

async function flaws(): Promise<string[]> {
  const verified = await verify(openFolder(folder));
  return verified.flaws.map(({ path, problem }) => `${path}  ${problem}`);
}

test('a line of a day whose rounds are gone goes aside, and the digest of that day stays', async () => {
  const days = await read('daily/2026-10.ndjson');
  const stray = encodeRound({ ...round(1), id: 'stray.1.test' }).line;
  await appendFile(join(folder, 'raw/2026-11-18.ndjson'), `${stray}\n`);
  const { aside, done } = await repaired();
  expect(done).toContain('raw/2026-11-18.ndjson:7  is of 2026-10-25, whose rounds are kept no longer: moved aside');
  expect(JSON.parse(await read(aside!))).toMatchObject({ from: 'raw/2026-11-18.ndjson:7', text: stray });
  expect(await read('daily/2026-10.ndjson')).toBe(days);
  expect(await readdir(join(folder, 'raw'))).not.toContain('2026-10-25.ndjson');
  expect(await flaws()).toEqual([]);
});

test('what goes aside is word for word what it was, in any script', async () => {
  const broken = '{"v":1,"id":"1.1.Zürich","loc":"東京"}';
  await appendFile(join(folder, 'raw/2026-11-18.ndjson'), `${broken}\n`);
  const { aside } = await repaired();
  expect(JSON.parse(await read(aside!))).toMatchObject({ from: 'raw/2026-11-18.ndjson:7', text: broken });
});

test('digests that are out of order are sorted, also when their rounds are gone', async () => {
  const whole = await read('daily/2026-10.ndjson');
  const [first, second, ...rest] = whole.split('\n');
  await writeFile(join(folder, 'daily/2026-10.ndjson'), [second, first, ...rest].join('\n'));
  expect(await flaws()).toEqual(['daily/2026-10.ndjson  is out of order, or there twice']);
  expect((await repaired()).done).toEqual(['daily/2026-10.ndjson  put in order']);
  expect(await read('daily/2026-10.ndjson')).toBe(whole);
  expect(await flaws()).toEqual([]);
});
