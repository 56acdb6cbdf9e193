import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/history/days.ts';
import { importRounds, readRounds } from '../../src/history/store.ts';
import type { RecordedRound } from '../../src/model.ts';
import { type Place, placeWith } from './cli.ts';

const START = Date.parse('2026-10-20T00:00:00Z');

function round(n: number): RecordedRound {
  return {
    id: `${n}.1.here`,
    at: START + n * 6 * 3_600_000,
    location: 'here',
    observations: [
      { service: 'web', probe: 'http', outcome: 'up', latencyMs: 100 + n, attempts: 1 },
      n % 8 === 0
        ? { service: 'db', probe: 'tcp', outcome: 'down', reason: 'refused', phase: 'connect', attempts: 3 }
        : { service: 'db', probe: 'tcp', outcome: 'up', latencyMs: 3, attempts: 1 },
    ],
  };
}

/** Four rounds a day, for thirty days but the twentieth to the twenty-second. */
async function placeWithHistory(): Promise<Place> {
  const place = await placeWith('services: { web: https://web.example, db: { probes: [{ tcp: "db.example:1" }] } }');
  const all = Array.from({ length: 120 }, (_, n) => round(n)).filter(({ at }) => {
    const day = (at - START) / DAY_MS;
    return day < 19 || day >= 22;
  });
  await importRounds(join(place.folder, 'history'), all);
  return place;
}

test('status: since when, with which gaps, how large', async () => {
  await using place = await placeWithHistory();
  const { code, stdout, stderr } = await place.run(['history', 'status']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "known     2026-10-20 00:00 UTC to 2026-11-18 18:00 UTC
    readings  216 of 2 probes by here
    details   56 rounds of 14 days, hours of 26 days
    digests   26 days
    gaps      2026-11-08 to 2026-11-10
    size      17.6 kB: raw 4.9 kB, hourly 9.1 kB, daily 3.6 kB, schema 39 B
              81.57 bytes a reading in this folder, without what git keeps
    "
  `);
  const json = JSON.parse((await place.run(['history', 'status', '--json'])).stdout) as object;
  expect(json).toMatchObject({
    span: { from: '2026-10-20T00:00:00.000Z', to: '2026-11-18T18:00:00.000Z' },
    readings: 216,
    probes: ['db/tcp', 'web/http'],
    gaps: [{ from: '2026-11-08', to: '2026-11-10' }],
    locations: ['here'],
  });
});

test('status: several locations, in any script', async () => {
  await using place = await placeWith();
  const rounds = Array.from({ length: 8 }, (_, n) => ({
    ...round(n),
    id: `${n}.1`,
    location: n % 2 ? 'Zürich' : '東京',
  }));
  await importRounds(join(place.folder, 'history'), rounds);
  const { stdout } = await place.run(['history', 'status']);
  expect(stdout).toContain('by Zürich, 東京\n');
  expect(stdout).toContain('digests   1 day\n');
});

test('status: an empty history, and none', async () => {
  await using place = await placeWith();
  const none = await place.run(['history', 'status']);
  expect([none.code, none.stderr]).toEqual([
    1,
    'vedette: there is no history in history; name its folder with --history\n',
  ]);
  await mkdir(join(place.folder, 'history'));
  const empty = await place.run(['history', 'status']);
  expect([empty.code, empty.stdout]).toEqual([0, 'The history is empty.\n']);
});

describe('verify and repair', () => {
  test('a whole history', async () => {
    await using place = await placeWithHistory();
    const { code, stdout, stderr } = await place.run(['history', 'verify']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "The history is whole: 56 rounds and 26 digests of days.
      "
    `);
    expect((await place.run(['history', 'repair'])).stdout).toBe('There was nothing to repair.\n');
  });

  test('flaws are named with their places; repair moves them aside, and all is whole again', async () => {
    await using place = await placeWithHistory();
    const history = join(place.folder, 'history');
    const path = (file: string): string => join(history, file);
    const text = await readFile(path('raw/2026-11-18.ndjson'), 'utf8');
    const lines = text.trim().split('\n');
    await writeFile(
      path('raw/2026-11-18.ndjson'),
      `${[lines[1], 'oops', lines[0], lines[2], lines[2], lines[3]].join('\n')}\n`,
    );
    await appendFile(path('raw/2026-11-17.ndjson'), `${lines[3]!.replace('119.1', '300.1')}\n{"v":1,"id":"torn`);
    await appendFile(path('daily/2026-10.ndjson'), '{"v":1,"d":"2026-10-31"}\n');
    await rm(path('hourly/2026-11-16.ndjson'));
    await writeFile(path('meta.json'), '');
    const before = await place.run(['history', 'verify']);
    expect([before.code, before.stdout]).toEqual([1, '']);
    expect(before.stderr).toMatchInlineSnapshot(`
      "history/meta.json  is no {"v":1,…}
      history/raw/2026-11-17.ndjson:5  is of 2026-11-18
      history/raw/2026-11-17.ndjson  ends in an unfinished line; the next round drops it
      history/raw/2026-11-18.ndjson:2  is not JSON
      history/raw/2026-11-18.ndjson:3  is older than the line before it
      history/raw/2026-11-18.ndjson:5  has the id of raw/2026-11-18.ndjson:4
      history/daily/2026-10.ndjson:13  is no digest
      history/hourly/2026-11-16.ndjson  is not what its rounds say
      history/daily/2026-11.ndjson  the digest of 2026-11-17 is not what its rounds say
      history/hourly/2026-11-17.ndjson  is not what its rounds say

      10 flaws in 58 rounds and 26 digests of days; vedette history repair mends them
      "
    `);

    const repaired = await place.run(['history', 'repair']);
    expect(repaired.code).toBe(0);
    const [aside] = await readdir(path('aside'));
    expect(repaired.stdout).toMatch(
      new RegExp(`^\\d lines moved to history/aside/${aside}\\.\nRepaired; see: vedette history verify\n$`),
    );
    const moved = (await readFile(path(`aside/${aside}`), 'utf8')).trim().split('\n');
    expect(moved.map((line) => JSON.parse(line) as object)).toEqual(
      expect.arrayContaining([
        { v: 1, from: 'raw/2026-11-18.ndjson:2', why: 'is not JSON', text: 'oops' },
        { v: 1, from: 'raw/2026-11-17.ndjson:6', why: 'is not JSON', text: '{"v":1,"id":"torn' },
      ]),
    );
    expect(await place.run(['history', 'verify'])).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(path('raw/2026-11-18.ndjson'), 'utf8')).toBe(
      `${[...lines.slice(0, 3), ...[lines[3]!, lines[3]!.replace('119.1', '300.1')].sort()].join('\n')}\n`,
    );
  });

  test('a schema that is missing comes back from services.yml', async () => {
    await using place = await placeWithHistory();
    const schema = join(place.folder, 'history', 'schema');
    const [name] = await readdir(schema);
    const before = await readFile(join(schema, name!), 'utf8');
    await rm(join(schema, name!));
    expect((await place.run(['history', 'verify'])).code).toBe(1);
    expect((await place.run(['history', 'repair'])).stderr).toContain(`schema/${name}  written again`);
    expect(await readFile(join(schema, name!), 'utf8')).toBe(before);
    expect((await place.run(['history', 'verify'])).code).toBe(0);
    expect((await readdir(join(place.folder, 'history'))).includes('aside')).toBe(false);
  });
});

describe('export and import', () => {
  test('what is exported as NDJSON and imported elsewhere is the same', async () => {
    await using place = await placeWithHistory();
    const { stdout } = await place.run(['history', 'export', '--format', 'ndjson']);
    await writeFile(join(place.folder, 'rounds.ndjson'), stdout);
    const imported = await place.run(['history', 'import', '--file', 'rounds.ndjson', '--history', 'copy']);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const [before, after] = await Promise.all(
      ['history', 'copy'].map((name) => readRounds(join(place.folder, name), 0)),
    );
    expect(after!.rounds).toEqual(before!.rounds);
    const again = await place.run(['history', 'import', '--file', 'rounds.ndjson', '--history', 'copy']);
    expect(again.stdout).toMatch(/^\d+ rounds read, 0 of them kept\.\n$/);
    expect((await place.run(['history', 'verify', '--history', 'copy'])).code).toBe(0);
  });

  test('what canaries said is exported, imported and given to a replay', async () => {
    await using place = await placeWith('services: { web: https://web.example }\n');
    const line = (at: string, more: object): string =>
      JSON.stringify({ at, id: at, ...more, observations: [{ service: 'web', outcome: 'up', latencyMs: 80 }] });
    const lines = [
      line('2026-11-20T12:00:00.000Z', { canaries: 'answered' }),
      line('2026-11-20T12:05:00.000Z', { proberFault: true, canaries: 'silent' }),
      line('2026-11-20T12:10:00.000Z', {}),
    ];
    await writeFile(join(place.folder, 'rounds.ndjson'), lines.join('\n'));
    expect((await place.run(['history', 'import', '--file', 'rounds.ndjson'])).code).toBe(0);
    const { stdout } = await place.run(['history', 'export', '--format', 'ndjson']);
    await writeFile(join(place.folder, 'again.ndjson'), stdout);
    const replayed = await place.run(['replay', '--observations', 'again.ndjson', '--json']);
    const answers = replayed.stdout.trim().split('\n');
    expect(answers.map((text) => JSON.parse(text)).map(({ proberFault, canaries }) => [proberFault, canaries])).toEqual(
      [
        [false, 'answered'],
        [true, 'silent'],
        [false, undefined],
      ],
    );
  });

  test('CSV has a row an observation', async () => {
    await using place = await placeWithHistory();
    const { stdout } = await place.run([
      'history',
      'export',
      '--format',
      'csv',
      '--from',
      '2026-11-18',
      '--to',
      '2026-11-18T06:00Z',
    ]);
    expect(stdout).toMatchInlineSnapshot(`
      "at,round,location,service,probe,outcome,reason,phase,code,latencyMs,attempts,values,version
      2026-11-18T00:00:00.000Z,116.1.here,here,db,tcp,up,,,,3,1,,
      2026-11-18T00:00:00.000Z,116.1.here,here,web,http,up,,,,216,1,,
      "
    `);
  });

  test('rounds that something else recorded', async () => {
    await using place = await placeWith();
    await writeFile(
      join(place.folder, 'rounds.ndjson'),
      [
        '{"at":"2026-11-20T12:00:00Z","observations":[{"service":"queue","outcome":"up","latencyMs":143},{"service":"db","outcome":"down","reason":"refused","latencyMs":0}]}',
        '',
        '{"at":"2026-11-20T13:05:00+01:00","observations":[{"service":"queue","latencyMs":12}]}',
      ].join('\n'),
    );
    expect(await place.run(['history', 'import', '--file', 'rounds.ndjson'])).toMatchObject({
      code: 0,
      stdout: '2 rounds read, 2 of them kept.\n',
    });
    const { rounds } = await readRounds(join(place.folder, 'history'), 0);
    expect(rounds.map(({ at, observations }) => [new Date(at).toISOString(), observations])).toEqual([
      [
        '2026-11-20T12:00:00.000Z',
        [
          { service: 'db', probe: 'imported', outcome: 'down', reason: 'refused', attempts: 1 },
          { service: 'queue', probe: 'imported', outcome: 'up', latencyMs: 143, attempts: 1 },
        ],
      ],
      [
        '2026-11-20T12:05:00.000Z',
        [{ service: 'queue', probe: 'imported', outcome: 'unknown', latencyMs: 12, attempts: 1 }],
      ],
    ]);
  });

  test('one bad line, and nothing is imported', async () => {
    await using place = await placeWith();
    await writeFile(
      join(place.folder, 'rounds.ndjson'),
      '{"at":"2026-11-20T12:00:00Z","observations":[{"service":"queue","outcome":"up"}]}\n{"at":"yesterday","observations":[]}\nnope\n',
    );
    const { code, stderr } = await place.run(['history', 'import', '--file', 'rounds.ndjson']);
    expect([code, stderr]).toMatchInlineSnapshot(`
      [
        1,
        "rounds.ndjson:2  at: expected an instant like 2026-11-20T12:00:00Z
      rounds.ndjson:3  is not JSON

      Nothing was imported.
      ",
      ]
    `);
    expect(await readdir(place.folder)).toEqual(['rounds.ndjson']);
  });
});

test('usage', async () => {
  await using place = await placeWithHistory();
  const said = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stderr } = await place.run(['history', ...args]);
    return [code, stderr];
  };
  expect(await said('foo')).toEqual([2, 'vedette: unknown: history "foo"; see: vedette history --help\n']);
  expect(await said('export', '--format', 'xml')).toEqual([
    2,
    'vedette: --format: expected csv or ndjson, got "xml"; see: vedette history export --help\n',
  ]);
  expect(await said('export', '--format', 'csv', '--from', 'then')).toEqual([
    2,
    'vedette: --from, --to: expected an instant like 2026-11-20T12:00:00Z; see: vedette history export --help\n',
  ]);
  expect(await said('import')).toEqual([2, 'vedette: --file is missing; see: vedette history import --help\n']);
  expect(await said('import', '--file', 'nothing.ndjson')).toEqual([1, expect.stringContaining('ENOENT')]);
  expect((await said())[0]).toBe(2);
  expect((await place.run(['history', '--help'])).stdout).toContain('vedette history <what>');
});
