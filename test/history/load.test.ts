import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spansByProbe } from '../../src/history/day-digest.ts';
import { DAY_MS, dayOf, startOf } from '../../src/history/days.ts';
import { openFolder } from '../../src/history/folder.ts';
import { merge, percentile } from '../../src/history/histogram.ts';
import { type LoadedHistory, type LoadOptions, loadHistory } from '../../src/history/load.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { appendRound } from '../../src/history/store.ts';
import type { RecordedRound, Span } from '../../src/model.ts';
import { roundOf, type Seen } from './rounds.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-load-'));
});
afterEach(() => rm(folder, { recursive: true }));

function load(options: Partial<LoadOptions> = {}): Promise<LoadedHistory> {
  return loadHistory(folder, { leastRounds: 5, backMs: 90 * DAY_MS, renamed: new Map(), ...options });
}

let number = 0;
async function append(at: number, seen: Seen, location = 'test'): Promise<void> {
  number += 1;
  await appendRound(folder, roundOf(at, seen, { id: `${number}.1.${location}`, location }));
}

/** Rounds five minutes apart. */
async function appendSome(from: number, ...seen: readonly Seen[]): Promise<void> {
  for (const [index, own] of seen.entries()) await append(from + index * 5 * MINUTE, own);
}

const addresses = ({ rounds }: LoadedHistory): string[][] =>
  rounds.map(({ observations }) => observations.map(({ service, probe }) => `${service}/${probe}`));
const daysOf = ({ days }: LoadedHistory): string[] => days.map(({ day, location }) => `${day} ${location}`);
const said = ({ warnings, errors }: LoadedHistory) => {
  const short = (list: readonly string[]): string[] => list.map((line) => line.replaceAll(`${folder}/`, ''));
  return { warnings: short(warnings), errors: short(errors) };
};
const QUIET = { warnings: [], errors: [] };
const UP = { 'web/http': 'up 80' };

function spansIn({ days }: LoadedHistory): Record<string, Record<string, Span[]>> {
  const byLocation = Map.groupBy(days, ({ location }) => location);
  return Object.fromEntries(
    [...byLocation].map(([location, own]) => [location, Object.fromEntries(spansByProbe(own))]),
  );
}

describe('of an empty history', () => {
  test.each(['none', 'an empty folder', 'empty folders'])('%s', async (kind) => {
    if (kind === 'none') await rm(folder, { recursive: true });
    if (kind === 'empty folders') {
      await openFolder(folder).write('raw/x', '');
      await openFolder(folder).write('daily/x', '');
    }
    const nothing = { rounds: [], days: [], incidents: [], maintenance: [], months: [], warnings: [], errors: [] };
    expect(await load()).toEqual(nothing);
    await openFolder(folder).write('meta.json', '{}');
  });
});

describe('the newest days come round by round, and all of them as digests', () => {
  beforeEach(async () => {
    for (let day = 6; day >= 0; day -= 1) await appendSome(NOON - day * DAY_MS, UP, UP);
  });

  test.each([
    [1, 2],
    [5, 6],
    [100, 14],
  ])('at least %d, by whole days: %d rounds', async (leastRounds, count) => {
    const history = await load({ leastRounds });
    expect([history.rounds.length, history.days.length]).toEqual([count, 7]);
    expect(said(history)).toEqual(QUIET);
  });

  test('the last of them from its rounds, for its day is not over', async () => {
    const { days } = await load();
    expect(days.at(-1)).toMatchObject({ day: '2026-11-20', rounds: 2, gap: 300 });
  });

  test('from the day on that was asked for', async () => {
    const history = await load({ backMs: 2 * DAY_MS });
    expect(daysOf(history)).toEqual(['2026-11-18 test', '2026-11-19 test', '2026-11-20 test']);
  });

  test('also when the newest is weeks old: how old it is, is for the page to say', async () => {
    const history = await load({ backMs: -30 * DAY_MS });
    expect([history.rounds.length, history.days.length]).toEqual([6, 0]);
  });
});

test('over a turn of the year and by location, days are in order', async () => {
  const newYear = Date.parse('2027-01-01T12:00:00Z');
  for (let day = 2; day >= 0; day -= 1) {
    for (const location of ['oslo', 'bern', '東京']) await append(newYear - day * DAY_MS, UP, location);
  }
  const days = ['2026-12-30', '2026-12-31', '2027-01-01'];
  const history = await load();
  expect(daysOf(history)).toEqual(days.flatMap((day) => ['bern', 'oslo', '東京'].map((place) => `${day} ${place}`)));
  expect(new Set(history.rounds.map(({ location }) => location))).toEqual(
    new Set(history.days.map(({ location }) => location)),
  );
});

describe('a service that was renamed', () => {
  const renamed = new Map([['site', 'web']]);

  test('in the middle of a day has one history, before and after the day is digested', async () => {
    const old = { 'db/tcp': 'up 5', 'site/http': 'up 80' };
    const young = { 'db/tcp': 'up 5', 'web/http': 'up 80' };
    await appendSome(NOON, old, { ...old, 'site/http': 'down' }, young, young);
    const expected = [
      { from: NOON, to: NOON + 5 * MINUTE, outcome: 'up' },
      { from: NOON + 5 * MINUTE, to: NOON + 10 * MINUTE, outcome: 'down' },
      { from: NOON + 10 * MINUTE, to: NOON + 25 * MINUTE, outcome: 'up' },
    ];
    const before = await load({ renamed });
    expect(addresses(before)).toEqual(Array(4).fill(['db/tcp', 'web/http']));
    expect(Object.keys(spansIn(before).test!)).toEqual(['db/tcp', 'web/http']);
    expect(spansIn(before).test!['web/http']).toEqual(expected);
    await append(NOON + DAY_MS, young);
    expect(spansIn(await load({ renamed })).test!['web/http']!.slice(0, 3)).toEqual(expected);
  });

  test('without being said to have been is two', async () => {
    await appendSome(NOON, { 'site/http': 'up 80' }, UP);
    expect(addresses(await load())).toEqual([['site/http'], ['web/http']]);
    expect(Object.keys(spansIn(await load()).test!)).toEqual(['site/http', 'web/http']);
  });
});

test('a service that was removed stays in what was', async () => {
  await appendSome(NOON - DAY_MS, { 'old/tcp': 'up 5', ...UP }, { 'old/tcp': 'up 5', ...UP });
  await appendSome(NOON, UP, UP);
  const spans = spansIn(await load()).test!;
  expect(spans['old/tcp']).toEqual([{ from: NOON - DAY_MS, to: NOON - DAY_MS + 15 * MINUTE, outcome: 'up' }]);
  expect(spans['web/http']!.length).toBe(2);
});

describe('a digest that cannot be read', () => {
  beforeEach(async () => {
    await appendSome(NOON - 2 * DAY_MS, UP);
    await appendSome(NOON - DAY_MS, UP);
    await appendSome(NOON, UP);
  });
  const month = (): string => join(folder, 'daily', '2026-11.ndjson');

  test.each([
    ['no JSON', '{"v":1,"d":', { warnings: [], errors: ['daily/2026-11.ndjson:3  is not JSON'] }],
    ['something else', '{"v":1}', { warnings: [], errors: ['daily/2026-11.ndjson:3  is no digest'] }],
    [
      'of a later version',
      '{"v":2,"d":"2026-11-17"}',
      { warnings: ['daily/2026-11.ndjson:3  has version 2, this Vedette reads 1'], errors: [] },
    ],
  ])('is named with file and line: %s', async (_, line, expected) => {
    await appendFile(month(), `${line}\n`);
    const history = await load();
    expect(said(history)).toEqual(expected);
    expect(history.days.length).toBe(3);
  });

  test('is worked out from its rounds, while those are kept', async () => {
    const [first, second] = (await readFile(month(), 'utf8')).split('\n');
    await writeFile(month(), `${first}\n${second!.slice(0, -10)}\n`);
    const history = await load();
    expect(said(history).errors).toEqual(['daily/2026-11.ndjson:2  is not JSON']);
    expect(daysOf(history)).toEqual(['2026-11-18 test', '2026-11-19 test', '2026-11-20 test']);
  });

  test('for want of its schema is an error, and the others are read', async () => {
    const [name] = await openFolder(folder).names('schema');
    await writeFile(join(folder, 'schema', name!), 'torn');
    const schema = name!.replace('.json', '');
    const { errors } = said(await load({ leastRounds: 1 }));
    expect(errors).toEqual(
      ['raw/2026-11-20.ndjson:1', 'daily/2026-11.ndjson:1', 'daily/2026-11.ndjson:2'].map(
        (place) => `${place}  names schema ${schema}, which is missing or unreadable`,
      ),
    );
  });

  test('stands in the file of another month and does not count', async () => {
    await writeFile(join(folder, 'daily', '2026-12.ndjson'), await readFile(month(), 'utf8'));
    await writeFile(join(folder, 'daily', 'notes.ndjson'), 'hello\n');
    expect((await load()).days.length).toBe(3);
    expect(said(await load())).toEqual(QUIET);
  });
});

describe('what a page shows does not depend on whether days are digested yet', () => {
  const outcome = fc.constantFrom('up 80', 'up 120', 'up 7000', 'down', 'degraded 900', 'unknown', '-');
  const sketched = fc.record({
    gapMs: fc.constantFrom(0, MINUTE, 5 * MINUTE, 5 * MINUTE, 6 * MINUTE, 6 * HOUR, 30 * HOUR),
    db: outcome,
    web: outcome,
    location: fc.constantFrom('bern', 'oslo', '東京'),
    isProberFault: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });

  /** As appending would leave them, without any digest. */
  async function writeRaw(rounds: readonly RecordedRound[]): Promise<void> {
    const files = openFolder(folder);
    for (const [day, own] of Map.groupBy(rounds, ({ at }) => dayOf(at))) {
      const encoded = own.map((round) => encodeRound(round));
      for (const { schema } of encoded) await files.write(`schema/${schema.name}.json`, schema.text);
      const text = encoded.map(({ line }) => `${line}\n`).join('');
      await files.write(`raw/${day}.ndjson`, Buffer.from(text).toString('latin1'));
    }
  }

  function percentilesIn({ days }: LoadedHistory): Record<string, (number | undefined)[]> {
    const sums: Record<string, Map<number, number>> = {};
    for (const { probes, histograms } of days) {
      for (const [column, probe] of probes.entries()) {
        sums[probe] ??= new Map();
        merge(sums[probe], histograms[column]!);
      }
    }
    return Object.fromEntries(
      Object.entries(sums).map(([probe, sum]) => [probe, [0.5, 0.95, 0.99].map((share) => percentile(sum, share))]),
    );
  }

  test('nor on whether their rounds are still there', async () => {
    const property = fc.asyncProperty(fc.array(sketched, { minLength: 1, maxLength: 30 }), async (list) => {
      await rm(folder, { recursive: true, force: true });
      let at = startOf(NOON) - 4 * DAY_MS;
      const rounds = list.map(({ gapMs, db, web, location, isProberFault }, index) => {
        at += gapMs;
        const seen = { ...(db !== '-' && { 'db/tcp': db }), ...(web !== '-' && { 'web/http': web }) };
        return roundOf(at, seen, { id: `${String(index).padStart(3, '0')}.1.${location}`, location, isProberFault });
      });
      await writeRaw(rounds);
      const backMs = Number.MAX_VALUE;
      const before = await load({ backMs });
      const expected = { spans: spansIn(before), percentiles: percentilesIn(before) };
      // Another location, days later: all days before it are digested, and it changes none of their spans.
      await append(at + 3 * DAY_MS, UP, 'later');
      for (const isKept of [true, false]) {
        if (!isKept) await rm(join(folder, 'raw'), { recursive: true });
        const after = await load({ backMs });
        after.days = after.days.filter(({ location }) => location !== 'later');
        expect({ spans: spansIn(after), percentiles: percentilesIn(after) }).toEqual(expected);
        expect(said(after)).toEqual(QUIET);
      }
    });
    await fc.assert(property, { numRuns: 15 });
  });
});

test('incidents come in order of time; a line that is none is named', async () => {
  await mkdir(join(folder, 'incidents'));
  const line = (id: string, t: number): string =>
    JSON.stringify({ v: 1, id, t, incident: '1970-01-01-web', kind: 'update', by: 'person', text: '東京', later: 1 });
  await writeFile(
    join(folder, 'incidents', '2026.ndjson'),
    [line('b', 20), 'oops', line('a', 10), '{"v":2,"id":"c","t":30}', '{"v":1,"t":5}', ''].join('\n'),
  );
  const history = await load();
  expect(history.incidents.map(({ id, text }) => [id, text])).toEqual([
    ['a', '東京'],
    ['b', '東京'],
  ]);
  const { warnings, errors } = said(history);
  expect(errors).toEqual([
    'incidents/2026.ndjson:2  is not JSON',
    'incidents/2026.ndjson:5  is no line of an incident: id: Invalid input: expected string, received undefined',
  ]);
  expect(warnings).toEqual(['incidents/2026.ndjson:4  has version 2, this Vedette reads 1']);
});
