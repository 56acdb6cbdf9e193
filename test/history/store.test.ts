import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayOf } from '../../src/history/days.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';
import type { RecordedRound } from '../../src/model.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const DAY = '2026-11-20.ndjson';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-history-'));
});
afterEach(() => rm(folder, { recursive: true }));

const raw = (name = DAY): string => join(folder, 'raw', name);
const text = (name = DAY): Promise<string> => readFile(raw(name), 'utf8');

function round(n: number, at = NOON + n * MINUTE, services = ['web', 'api']): RecordedRound {
  const observations = services.map((service) => ({
    service,
    probe: 'tcp',
    outcome: 'up' as const,
    latencyMs: 10 + n,
    attempts: 1,
  }));
  return { id: `${n}.1.test`, at, location: 'test', observations };
}

async function append(...numbers: number[]): Promise<void> {
  for (const n of numbers) await appendRound(folder, round(n));
}

/** Ids without run and location, then what was said, with the folder left out. */
async function read(since = 0) {
  const { rounds, warnings, errors } = await readRounds(folder, since);
  const short = (lines: string[]): string[] => lines.map((line) => line.replaceAll(`${folder}/`, ''));
  return { ids: rounds.map(({ id }) => Number.parseInt(id, 10)), warnings: short(warnings), errors: short(errors) };
}

const clean = (...ids: number[]) => ({ ids, warnings: [], errors: [] });

test('a folder that is not there is an empty history', async () => {
  expect(await readRounds(join(folder, 'none'), 0)).toEqual({ rounds: [], warnings: [], errors: [] });
});

test('what is appended is read, in order of time', async () => {
  await append(2, 1, 3);
  expect(await read()).toEqual(clean(1, 2, 3));
  expect((await readRounds(folder, 0)).rounds[0]!.observations).toEqual([
    { service: 'api', probe: 'tcp', outcome: 'up', latencyMs: 11, attempts: 1 },
    { service: 'web', probe: 'tcp', outcome: 'up', latencyMs: 11, attempts: 1 },
  ]);
});

test('the folder holds what the manual says, and nothing else', async () => {
  await append(1, 2);
  const names = await readdir(folder, { recursive: true });
  const [schema] = await readdir(join(folder, 'schema'));
  expect(names.sort()).toEqual(['meta.json', 'raw', `raw/${DAY}`, 'schema', `schema/${schema}`]);
  const content = await readFile(join(folder, 'schema', schema!), 'utf8');
  expect(schema).toBe(`${createHash('sha256').update(content).digest('hex').slice(0, 8)}.json`);
  expect(content).toBe('{"v":1,"probes":["api/tcp","web/tcp"]}\n');
});

test('meta.json is written once and never again', async () => {
  await append(1);
  const before = await readFile(join(folder, 'meta.json'), 'utf8');
  expect(before).toBe('{"v":1,"created":"2026-11-20T12:01:00.000Z","tz":"UTC"}\n');
  await append(2);
  expect(await readFile(join(folder, 'meta.json'), 'utf8')).toBe(before);
});

test('a schema for each set of probes, written once', async () => {
  await appendRound(folder, round(1));
  await appendRound(folder, round(2, NOON, ['web', 'api', 'db']));
  await appendRound(folder, round(3, NOON + MINUTE, ['api', 'web']));
  expect((await readdir(join(folder, 'schema'))).length).toBe(2);
});

describe('appending twice is appending once', () => {
  test('the same round', async () => {
    await append(1, 2);
    const before = await text();
    await append(1, 2, 1);
    expect(await text()).toBe(before);
  });

  test('an id that is part of another is another', async () => {
    await append(11);
    await append(1);
    expect(await read()).toEqual(clean(1, 11));
  });

  test('a line that stands twice is read once', async () => {
    await append(1);
    await appendFile(raw(), await text());
    expect(await read()).toEqual(clean(1));
  });
});

describe('a torn last line', () => {
  beforeEach(async () => {
    await append(1, 2);
    const whole = await text();
    await writeFile(raw(), whole.slice(0, -20));
  });

  test('is left out with a warning when it is read', async () => {
    expect(await read()).toEqual({ ids: [1], warnings: [`raw/${DAY}: left out an unfinished last line`], errors: [] });
  });

  test('is dropped with a warning by the next append', async () => {
    const { warnings } = await appendRound(folder, round(3));
    expect(warnings.map((line) => line.replace(/\d+ bytes/, 'N bytes'))).toEqual([
      `${raw()}: dropped an unfinished last line of N bytes`,
    ]);
    expect(await read()).toEqual(clean(1, 3));
  });

  test('can be appended again, since it was never whole', async () => {
    await append(2);
    expect(await read()).toEqual(clean(1, 2));
  });
});

test('letters of every language come through unharmed, round after round', async () => {
  await appendRound(folder, { ...round(1), id: '1.ü.東京', location: '東京' });
  await append(2);
  await appendRound(folder, { ...round(1), id: '1.ü.東京', location: '東京' });
  const { rounds } = await readRounds(folder, 0);
  expect(rounds.map(({ id, location }) => [id, location])).toEqual([
    ['1.ü.東京', '東京'],
    ['2.1.test', 'test'],
  ]);
});

test('a whole last line that only lacks its newline is kept', async () => {
  await append(1, 2);
  await writeFile(raw(), (await text()).trimEnd());
  expect(await read()).toEqual(clean(1, 2));
  expect((await appendRound(folder, round(3))).warnings).toEqual([]);
  expect(await read()).toEqual(clean(1, 2, 3));
});

describe('a broken line in the middle', () => {
  // Bytes that are no text, a zero byte among them: what a bad disk leaves.
  const broken = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a]);
  beforeEach(async () => {
    await append(1);
    await appendFile(raw(), broken);
    await append(2);
  });

  test('is an error that names file and line, and the others are read', async () => {
    expect(await read()).toEqual({ ids: [1, 2], warnings: [], errors: [`raw/${DAY}:2  is not JSON`] });
  });

  test('keeps its bytes when rounds are appended', async () => {
    await append(3);
    const bytes = await readFile(raw());
    expect(bytes.includes(broken)).toBe(true);
    expect((await read()).ids).toEqual([1, 2, 3]);
  });
});

test.each([
  ['no line of ours', '{"hello":1}', 'v: Invalid input: expected 1'],
  ['no mapping', '[1]', 'Invalid input: expected object, received array'],
  [
    'a missing id',
    '{"v":1,"t":1,"loc":"x","s":"00000000","ms":[]}',
    'id: Invalid input: expected string, received undefined',
  ],
])('a line that is %s is an error that says why', async (_, line, why) => {
  await append(1);
  await appendFile(raw(), `${line}\n`);
  await append(2);
  expect(await read()).toEqual({ ids: [1, 2], warnings: [], errors: [`raw/${DAY}:2  ${why}`] });
});

test('a newer version is skipped with a warning, and kept', async () => {
  await append(1);
  const newer = '{"v":2,"id":"x","something":"else"}';
  await appendFile(raw(), `${newer}\n`);
  await append(2);
  expect(await read()).toEqual({
    ids: [1, 2],
    warnings: [`raw/${DAY}:2  has version 2, this Vedette reads 1`],
    errors: [],
  });
  expect(await text()).toContain(newer);
});

test('unknown keys are ignored', async () => {
  await append(1);
  await writeFile(raw(), (await text()).replace('{"v":1,', '{"v":1,"mood":"good",'));
  expect(await read()).toEqual(clean(1));
});

test.each([
  ['missing', undefined],
  ['torn', '{"v":1,"pro'],
])('a schema that is %s is an error on the lines that name it, and only on those', async (_, content) => {
  await append(1);
  const [schema] = await readdir(join(folder, 'schema'));
  await appendRound(folder, round(2, NOON, ['other']));
  if (content === undefined) await rm(join(folder, 'schema', schema!));
  else await writeFile(join(folder, 'schema', schema!), content);
  const error = `raw/${DAY}:2  names schema ${schema!.replace('.json', '')}, which is missing or unreadable`;
  expect(await read()).toEqual({ ids: [2], warnings: [], errors: [error] });
});

describe('a day is a UTC day', () => {
  const LAST_SECOND = Date.parse('2026-11-20T23:59:59.999Z');

  test.each([
    [Date.parse('2026-11-20T00:00:00Z'), '2026-11-20'],
    [LAST_SECOND, '2026-11-20'],
    [LAST_SECOND + 1, '2026-11-21'],
    [Date.parse('2026-12-31T23:30:00-01:00'), '2027-01-01'],
    [Date.parse('2028-02-29T12:00:00Z'), '2028-02-29'],
    [0, '1970-01-01'],
  ])('%i is in %s', (at, day) => {
    expect(dayOf(at)).toBe(day);
  });

  test('rounds on both sides of midnight are in two files', async () => {
    await appendRound(folder, round(1, LAST_SECOND));
    await appendRound(folder, round(2, LAST_SECOND + 1));
    expect((await readdir(join(folder, 'raw'))).sort()).toEqual(['2026-11-20.ndjson', '2026-11-21.ndjson']);
    expect(await read()).toEqual(clean(1, 2));
  });

  test('reading since an instant begins with its day', async () => {
    await appendRound(folder, round(1, NOON - 86_400_000));
    await appendRound(folder, round(2, NOON));
    await appendRound(folder, round(3, NOON + 86_400_000));
    expect(await read(NOON + 5 * MINUTE)).toEqual(clean(2, 3));
  });

  test('other files beside the days are not read', async () => {
    await append(1);
    await writeFile(join(folder, 'raw', 'notes.ndjson'), 'hello\n');
    await writeFile(join(folder, 'raw', `.${DAY}.17.tmp`), 'half a');
    await mkdir(join(folder, 'raw', 'old'));
    expect(await read()).toEqual(clean(1));
  });
});
