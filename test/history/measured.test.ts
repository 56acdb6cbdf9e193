import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KEEP } from '../../src/history/compact.ts';
import { parseDaily } from '../../src/history/day-digest.ts';
import { exported } from '../../src/history/export.ts';
import { openFolder } from '../../src/history/folder.ts';
import { importLine } from '../../src/history/import.ts';
import { parseLine } from '../../src/history/lines.ts';
import { loadHistory } from '../../src/history/load.ts';
import { measuredByProbe } from '../../src/history/measured-days.ts';
import { decodeRound, encodeRound, rawLine } from '../../src/history/raw.ts';
import { repair } from '../../src/history/repair.ts';
import { importRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';
import type { RecordedObservation, RecordedRound, Value } from '../../src/model.ts';
import { daysOf, digestsOf } from './rounds.ts';

type Measured = Pick<RecordedObservation, 'values' | 'version'>;

function roundOf(
  at: string,
  seen: Readonly<Record<string, Measured>>,
  given: Partial<RecordedRound> = {},
): RecordedRound {
  const instant = Date.parse(at);
  const observations = Object.entries(seen).map(([address, measured]): RecordedObservation => {
    const [service = '', probe = ''] = address.split('/');
    return { service, probe, outcome: 'up', latencyMs: 12, attempts: 1, ...measured };
  });
  return {
    id: `${instant / 1000}.1.${given.location ?? 'test'}`,
    at: instant,
    location: 'test',
    observations,
    ...given,
  };
}

const pending = (value: number): Value => ({ name: '$.pending', value });
const free = (value: number): Value => ({ name: 'free', value, unit: '%' });

test('names stand together, and numbers together', () => {
  const round = roundOf('2026-11-20T10:00:00Z', {
    'db/command': { values: [free(71.5), { name: 'load', value: 0.4 }] },
    'queue/http': { values: [pending(143)], version: '1.4.0' },
    'web/http': {},
  });
  const { line, schema } = encodeRound(round);
  expect(line).toMatchInlineSnapshot(
    `"{"v":1,"id":"1795168800.1.test","t":1795168800,"loc":"test","s":"81c4c572","ms":[12,12,12],"vk":[[0,"free","%"],[0,"load"],[1,"$.pending"]],"val":[71.5,0.4,143],"ver":[[1,"1.4.0"]]}"`,
  );
  const parsed = rawLine.parse(JSON.parse(line));
  expect(decodeRound(parsed, JSON.parse(schema.text).probes)).toEqual(round);
});

test('what goes in comes out', () => {
  const words = fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme' });
  const value = fc
    .record(
      { name: words, value: fc.double({ noNaN: true, noDefaultInfinity: true }), unit: words },
      { requiredKeys: ['name', 'value'] },
    )
    // JSON has one zero.
    .map((one) => ({ ...one, value: one.value + 0 }));
  const values = fc.uniqueArray(value, { minLength: 1, maxLength: 8, selector: ({ name }) => name });
  const measured = fc.record({ values, version: words }, { requiredKeys: [] });
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}\/[a-z]{1,3}$/), measured, { noNullPrototype: true }),
      (seen) => {
        const round = roundOf('2026-11-20T10:00:00Z', seen);
        const { line, schema } = encodeRound(round);
        const parsed = parseLine(line);
        if (!('line' in parsed)) throw new Error(parsed.problem);
        const decoded = decodeRound(parsed.line, JSON.parse(schema.text).probes);
        const byAddress = (list: readonly RecordedObservation[]) =>
          new Map(list.map((one) => [`${one.service}/${one.probe}`, one]));
        expect(byAddress(decoded.observations)).toEqual(byAddress(round.observations));
      },
    ),
  );
});

test.each([
  ['a name that is a number', { vk: [[0, 3]], val: [1] }, 'vk: expected lists of column, name, unit'],
  ['a column that is none', { vk: [[-1, 'a']], val: [1] }, 'vk: expected lists of column, name, unit'],
  ['a number that is a word', { vk: [[0, 'a']], val: ['1'] }, 'val: expected a list of numbers'],
  ['a number that is none', { vk: [[0, 'a']], val: [null] }, 'val: expected a list of numbers'],
  ['a version that is a number', { ver: [[0, 1]] }, 'ver: expected lists of column, version'],
])('refused in a round: %s', (_, keys, problem) => {
  const line = { v: 1, id: 'x', t: 1, loc: 'gha', s: '00000000', ms: [12], ...keys };
  expect(parseLine(JSON.stringify(line))).toEqual({ problem, isNewer: false });
});

test('fewer numbers than names, and columns beyond the schema, are left out', () => {
  const line = {
    v: 1,
    id: 'x',
    t: 1,
    loc: 'gha',
    s: '00000000',
    ms: [12],
    vk: [
      [0, 'a'],
      [0, 'b'],
      [7, 'c'],
    ],
    val: [1],
  };
  expect(decodeRound(rawLine.parse(line), ['web/http']).observations).toEqual([
    { service: 'web', probe: 'http', outcome: 'up', latencyMs: 12, attempts: 1, values: [{ name: 'a', value: 1 }] },
  ]);
});

const DAY = [
  roundOf('2026-11-20T10:00:00Z', { 'queue/http': { values: [pending(5)], version: '1.0' }, 'web/http': {} }),
  roundOf('2026-11-20T10:05:00Z', { 'queue/http': { values: [pending(9)], version: '1.0' }, 'web/http': {} }),
  // Our own failure says nothing of the queue.
  roundOf(
    '2026-11-20T10:10:00Z',
    { 'queue/http': { values: [pending(1000)], version: '0' }, 'web/http': {} },
    { isProberFault: true },
  ),
  roundOf('2026-11-20T10:15:00Z', { 'queue/http': { version: '1.1' }, 'web/http': {} }),
  roundOf('2026-11-20T10:20:00Z', { 'queue/http': { values: [pending(7)], version: '1.1' }, 'web/http': {} }),
];

describe('a day', () => {
  test('says how often, the least, the median and the greatest, and when versions changed', () => {
    const [{ daily } = { daily: [] }] = digestsOf(DAY);
    const { vk, val, ver } = JSON.parse(daily[0]!);
    expect({ vk, val, ver }).toEqual({
      vk: [[0, '$.pending']],
      val: [[3, 5, 7, 9]],
      ver: { 0: [36_000, '1.0', 36_900, '1.1'] },
    });
  });

  test('without numbers is as it was before there were any', () => {
    const [{ daily } = { daily: [] }] = digestsOf([roundOf('2026-11-20T10:00:00Z', { 'web/http': {} })]);
    expect(Object.keys(JSON.parse(daily[0]!))).toEqual(['v', 'd', 'loc', 's', 'n', 't0', 'cov', 'h']);
    expect(daysOf([roundOf('2026-11-20T10:00:00Z', { 'web/http': {} })])[0]!.measures).toEqual({
      values: [],
      sightings: [],
    });
  });

  test('on which versions flap keeps seven of them and the last', () => {
    const rounds = Array.from({ length: 60 }, (_, index) =>
      roundOf(new Date(Date.parse('2026-11-20T10:00:00Z') + index * 60_000).toISOString(), {
        'queue/http': { version: `1.${index}` },
      }),
    );
    const [day] = daysOf(rounds);
    expect(day!.measures.sightings.map(({ version }) => version)).toEqual([
      ...Array.from({ length: 7 }, (_, index) => `1.${index}`),
      '1.59',
    ]);
  });

  test.each([
    ['fewer numbers than names', { vk: [[0, 'a']], val: [] }],
    ['three numbers', { vk: [[0, 'a']], val: [[1, 2, 3]] }],
    ['a word among them', { vk: [[0, 'a']], val: [[1, 2, '3', 4]] }],
    ['a version without its time', { ver: { 0: ['1.0'] } }],
    ['a version of no column', { ver: { a: [1, '1.0'] } }],
  ])('is refused with %s', (_, keys) => {
    const line = { v: 1, d: '2026-11-20', loc: 'x', s: 'a', n: 1, t0: 0, cov: [], h: [[]], ...keys };
    expect(parseDaily(JSON.stringify(line), () => ['web/http'])).toEqual({
      problem: 'vk, val, ver: expected names with four numbers each, and versions with their times',
      isNewer: false,
    });
  });

  test('of several locations has the least and the greatest of all, and the middle of their medians', () => {
    const at = (location: string, value: number, minute: number) =>
      roundOf(`2026-11-20T10:0${minute}:00Z`, { 'queue/http': { values: [pending(value)] } }, { location });
    const days = daysOf([at('a', 10, 0), at('a', 20, 1), at('a', 30, 2), at('b', 900, 0), at('c', 15, 0)]);
    expect(measuredByProbe(days).get('queue/http')!.values).toEqual([
      { name: '$.pending', byDay: new Map([['2026-11-20', { count: 5, min: 10, p50: 20, max: 900 }]]) },
    ]);
  });
});

test('in a table they are two columns, and no formula', () => {
  const measured = { values: [pending(5), free(71.5)], version: '=1+1' };
  const [, row] = [...exported([roundOf('2026-11-20T10:00:00Z', { 'queue/http': measured })], 'csv')];
  expect(row).toMatch(/,\$\.pending=5; free=71\.5%,'=1\+1\r\n$/);
});

test('what was exported can be imported', () => {
  const [line] = [...exported(DAY.slice(0, 1), 'ndjson')];
  expect(importLine(line!)).toEqual({ round: DAY[0] });
});

test.each([
  ['a name twice', [pending(1), pending(2)]],
  ['a number that is a word', [{ name: 'a', value: '1' }]],
  ['too many', Array.from({ length: 9 }, (_, index) => ({ name: `a${index}`, value: index }))],
  ['an endless name', [{ name: 'a'.repeat(65), value: 1 }]],
])('is not imported: %s', (_, values) => {
  const observations = [{ service: 'web', outcome: 'up', values }];
  expect(importLine(JSON.stringify({ at: '2026-11-20T10:00:00Z', observations }))).toHaveProperty('problem');
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vedette-measured-'));
    const rounds = Array.from({ length: 20 * 4 }, (_, index) =>
      roundOf(new Date(Date.parse('2026-10-28T00:00:00Z') + index * 6 * 3_600_000).toISOString(), {
        'queue/http': { values: [pending(index)], version: `ver${index < 40 ? 1 : 2} ü` },
      }),
    );
    await importRounds(folder, rounds);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = () =>
    loadHistory(folder, { leastRounds: 1, backMs: 60 * 86_400_000, renamed: new Map([['queue', 'line']]) });
  const flaws = async () => (await verify(openFolder(folder))).flaws;

  test('they outlive the rounds, follow their service to its new name, and are whole', async () => {
    expect(await flaws()).toEqual([]);
    expect(await readdir(join(folder, 'raw'))).not.toContain('2026-10-28.ndjson');
    const { days, rounds, errors } = await load();
    expect(errors).toEqual([]);
    const { values, versions } = measuredByProbe(days).get('line/http')!;
    expect(values[0]!.byDay.get('2026-10-28')).toEqual({ count: 4, min: 0, p50: 1, max: 3 });
    expect(values[0]!.byDay.get('2026-11-16')).toEqual({ count: 4, min: 76, p50: 77, max: 79 });
    expect(versions.find(({ version }) => version === 'ver2 ü')!.at).toBe(Date.parse('2026-11-07T00:00:00Z'));
    expect(rounds.at(-1)!.observations[0]).toMatchObject({ values: [pending(79)], version: 'ver2 ü' });
  });

  test('what is broken of them is found, moved aside, and made again from the rounds', async () => {
    const [daily, raw] = [join(folder, 'daily/2026-11.ndjson'), join(folder, 'raw/2026-11-16.ndjson')];
    const whole = await readFile(daily, 'utf8');
    await writeFile(
      daily,
      whole.replace('"val":[[4,76,77,79]]', '"val":[[4,76,77,78]]').replace('"val":[[4,72', '"val":[["x",72'),
    );
    await writeFile(raw, (await readFile(raw, 'utf8')).replace('"val":[79]', '"val":["79"]'));
    expect((await flaws()).map(({ path, problem }) => `${path}  ${problem}`)).toMatchInlineSnapshot(`
      [
        "raw/2026-11-16.ndjson  val: expected a list of numbers",
        "daily/2026-11.ndjson  vk, val, ver: expected names with four numbers each, and versions with their times",
        "daily/2026-11.ndjson  the digest of 2026-11-15 is not what its rounds say",
      ]
    `);
    const repaired = await repair(openFolder(folder), {
      now: Date.parse('2026-11-17T00:00:00Z'),
      keep: KEEP,
      knownSchemas: [],
    });
    expect(repaired.done).toMatchInlineSnapshot(`
      [
        "raw/2026-11-16.ndjson:4  val: expected a list of numbers: moved aside",
        "raw/2026-11-16.ndjson  written again",
        "daily/2026-11.ndjson:15  vk, val, ver: expected names with four numbers each, and versions with their times: moved aside",
      ]
    `);
    expect(await flaws()).toEqual([]);
    const lines = (await readFile(daily, 'utf8')).split('\n');
    expect(lines.find((line) => line.includes('2026-11-15'))).toContain('"val":[[4,72,73,75]]');
  });
});
