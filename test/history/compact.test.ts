import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compact, dailyHead, KEEP, writeDigests } from '../../src/history/compact.ts';
import { DAY_MS, dayOf } from '../../src/history/days.ts';
import { openFolder } from '../../src/history/folder.ts';
import { encodeRound } from '../../src/history/raw.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';
import type { RecordedRound } from '../../src/model.ts';
import { roundOf } from './rounds.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-compact-'));
});
afterEach(() => rm(folder, { recursive: true }));

let number = 0;
/** A round with an id of its own. */
function round(at: number, seen = 'up 80', location = 'test'): RecordedRound {
  number += 1;
  return roundOf(at, { 'web/http': seen }, { id: `${number}.1.${location}`, location });
}

async function append(...instants: number[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const at of instants) warnings.push(...(await appendRound(folder, round(at))).warnings);
  return warnings;
}

const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
const names = async (kind: string): Promise<string[]> =>
  (await openFolder(folder).names(kind)).map((name) => name.replace('.ndjson', ''));
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Rounds in each day's digest, all months together. */
async function counted(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const month of await names('daily')) {
    for (const line of lines(await read(`daily/${month}.ndjson`))) {
      const head = dailyHead(line);
      if (head) sums[head.day] = (sums[head.day] ?? 0) + head.rounds;
    }
  }
  return sums;
}

/** Everything under the folder, by path. */
async function everything(): Promise<Record<string, string>> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'latin1')])),
  );
}

/** The files of days, without going through rounds: a line at noon of each. */
async function writeDays(first: number, count: number, kinds: readonly ('raw' | 'hourly')[] = ['raw']): Promise<void> {
  const files = openFolder(folder);
  for (let index = 0; index < count; index += 1) {
    const at = first + index * DAY_MS;
    const { line, schema } = encodeRound(round(at));
    await files.write(`schema/${schema.name}.json`, schema.text);
    for (const kind of kinds) await files.write(`${kind}/${dayOf(at)}.ndjson`, `${line}\n`);
  }
}

describe('a day is digested', () => {
  test('by the first round of the next UTC day, and not before', async () => {
    await append(NOON, NOON + 11 * HOUR);
    expect([await names('daily'), await names('hourly')]).toEqual([[], []]);
    await append(NOON + 12 * HOUR);
    expect([await names('daily'), await names('hourly')]).toEqual([['2026-11'], ['2026-11-20']]);
    expect(await counted()).toEqual({ '2026-11-20': 2 });
    expect(lines(await read('hourly/2026-11-20.ndjson')).length).toBe(2);
  });

  test('once: the rounds after that write nothing but their line', async () => {
    await append(NOON, NOON + DAY_MS);
    const files = openFolder(folder);
    expect(await compact(files, NOON + DAY_MS)).toEqual({ digested: [], deleted: [] });
    const before = await read('daily/2026-11.ndjson');
    await append(NOON + DAY_MS + HOUR);
    expect(await read('daily/2026-11.ndjson')).toBe(before);
  });

  test('when nobody looked for weeks, too', async () => {
    await append(NOON - 40 * DAY_MS, NOON);
    expect(await counted()).toEqual({ '2026-10-11': 1 });
  });

  test('in the file of its month', async () => {
    await append(
      ...['2026-11-30', '2026-12-01', '2026-12-31', '2027-01-01'].map((day) => Date.parse(`${day}T12:00:00Z`)),
    );
    expect(await names('daily')).toEqual(['2026-11', '2026-12']);
    expect(lines(await read('daily/2026-12.ndjson')).length).toBe(2);
  });

  test('location by location, in the same order whatever came first', async () => {
    const [oslo, bern, next] = [round(NOON, 'up 80', 'oslo'), round(NOON, 'up 80', 'bern'), round(NOON + DAY_MS)];
    for (const own of [oslo, bern, next]) await appendRound(folder, own);
    const locations = lines(await read('daily/2026-11.ndjson')).map((line) => dailyHead(line)?.location);
    expect(locations).toEqual(['bern', 'oslo']);
  });

  test('again to the same bytes, from lines in any order', async () => {
    await append(NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + DAY_MS, NOON + 2 * DAY_MS);
    const before = await everything();
    const raw = await read('raw/2026-11-20.ndjson');
    await rm(join(folder, 'daily'), { recursive: true });
    await rm(join(folder, 'hourly'), { recursive: true });
    await writeDigests(openFolder(folder), '2026-11-20', `${lines(raw).reverse().join('\n')}\n`);
    await compact(openFolder(folder), NOON + 2 * DAY_MS);
    expect(await everything()).toEqual(before);
  });

  test('with locations of any script, and read back under their names', async () => {
    await appendRound(folder, round(NOON, 'up 80', '東京'));
    await append(NOON + DAY_MS);
    expect(dailyHead(lines(await read('daily/2026-11.ndjson'))[0]!)).toMatchObject({ location: '東京', rounds: 1 });
  });
});

describe('a late line rolls its day up again', () => {
  test('with the next round at the latest', async () => {
    await append(NOON, NOON + DAY_MS, NOON + HOUR, NOON + DAY_MS + HOUR);
    expect(await counted()).toEqual({ '2026-11-20': 2 });
    expect(lines(await read('hourly/2026-11-20.ndjson')).length).toBe(2);
  });

  test('at once: the page that is built now must not show the old day', async () => {
    await append(NOON, NOON + DAY_MS, NOON + HOUR);
    expect(await counted()).toEqual({ '2026-11-20': 2 });
  });

  test('as if it had been there in time', async () => {
    const [first, late, next] = [round(NOON), round(NOON + HOUR), round(NOON + DAY_MS)];
    for (const own of [first, late, next]) await appendRound(folder, own);
    const before = await everything();
    await rm(folder, { recursive: true });
    for (const own of [first, next, late]) await appendRound(folder, own);
    expect(await everything()).toEqual(before);
  });

  test('into aside/ with a warning, once the rounds of its day are gone', async () => {
    await writeDays(NOON - 20 * DAY_MS, 20);
    await append(NOON);
    expect(await names('raw')).not.toContain('2026-10-31');
    const late = round(NOON - 20 * DAY_MS + HOUR);
    for (let time = 0; time < 2; time += 1) {
      const { file, warnings } = await appendRound(folder, late);
      expect(file).toBe(join(folder, 'aside', '2026-10-31.ndjson'));
      expect(warnings).toEqual([`${file}: a late round is kept here, as those of 2026-10-31 are kept no longer`]);
    }
    // Twice is once there, too.
    expect(lines(await read('aside/2026-10-31.ndjson'))).toEqual([encodeRound(late).line]);
    expect((await counted())['2026-10-31']).toBe(1);
  });

  test('into aside/ behind a line that was left unfinished there', async () => {
    await writeDays(NOON - 20 * DAY_MS, 20);
    await append(NOON, NOON - 20 * DAY_MS + HOUR);
    await appendFile(join(folder, 'aside', '2026-10-31.ndjson'), '{"v":1,"id":"ha');
    await append(NOON - 20 * DAY_MS + 2 * HOUR);
    const kept = lines(await read('aside/2026-10-31.ndjson'));
    expect(kept.map((line) => (JSON.parse(line) as { t: number }).t * 1000)).toEqual(
      [1, 2].map((hour) => NOON - 20 * DAY_MS + hour * HOUR),
    );
  });
});

describe('what is kept no longer goes', () => {
  test.each<[string, object, number, number, number]>([
    ['14 days of rounds and 90 of hours', {}, 95, 14, 90],
    ['as few as one', { rawMs: DAY_MS, hourlyMs: DAY_MS }, 5, 1, 1],
    ['of a few hours only the day that has begun', { rawMs: 6 * HOUR, hourlyMs: 6 * HOUR }, 5, 0, 0],
    ['rounds longer than hours', { rawMs: 30 * DAY_MS, hourlyMs: 2 * DAY_MS }, 35, 30, 2],
  ])('%s', async (_, keep, days, rawDays, hourlyDays) => {
    await writeDays(NOON - days * DAY_MS, days + 1, ['raw', 'hourly']);
    await compact(openFolder(folder), NOON, { ...KEEP, ...keep });
    const ago = (days: number): string => dayOf(NOON - days * DAY_MS);
    const [raw, hourly] = [await names('raw'), await names('hourly')];
    // A day of which a part is younger than that is kept whole.
    expect([raw[0], raw.at(-1), raw.length]).toEqual([ago(rawDays), ago(0), rawDays + 1]);
    expect([hourly[0], hourly.length]).toEqual([ago(hourlyDays), hourlyDays + 1]);
    expect(Object.keys(await counted()).length).toBe(days);
  });

  test('but not the newest, when nobody looked for a month or the clock jumps ahead', async () => {
    await writeDays(NOON - 5 * DAY_MS, 5);
    await compact(openFolder(folder), NOON + 60 * DAY_MS);
    expect((await names('raw')).length).toBe(5);
  });

  test('and no rounds that no digest holds', async () => {
    await writeDays(NOON - 30 * DAY_MS, 30);
    const day = dayOf(NOON - 30 * DAY_MS);
    await writeFile(join(folder, 'raw', `${day}.ndjson`), 'broken\n');
    const { deleted } = await compact(openFolder(folder), NOON);
    expect(deleted.length).toBe(15);
    expect(await names('raw')).toContain(day);
  });

  test.each([
    ['a broken line', '{"v":1,"id":"ha\n'],
    ['a line of a later version', '{"v":2,"id":"later"}\n'],
  ])('and no day with %s, which no digest holds either', async (_, line) => {
    await writeDays(NOON - 30 * DAY_MS, 30);
    const path = `raw/${dayOf(NOON - 30 * DAY_MS)}.ndjson`;
    await appendFile(join(folder, path), line);
    await append(NOON, NOON + HOUR);
    expect(await read(path)).toContain(line);
    expect((await names('raw')).length).toBe(16);
  });

  test('although a merge has doubled a line', async () => {
    await writeDays(NOON - 30 * DAY_MS, 30);
    const path = `raw/${dayOf(NOON - 30 * DAY_MS)}.ndjson`;
    await appendFile(join(folder, path), await read(path));
    expect((await compact(openFolder(folder), NOON)).deleted).toContain(path);
    expect((await counted())[dayOf(NOON - 30 * DAY_MS)]).toBe(1);
  });
});

describe('what is broken stays', () => {
  test('in a day that is digested from the rest', async () => {
    await append(NOON);
    await appendFile(join(folder, 'raw', '2026-11-20.ndjson'), Buffer.from([0x7b, 0xff, 0xfe, 0x0a]));
    await append(NOON + HOUR, NOON + DAY_MS, NOON + DAY_MS + HOUR);
    expect(await counted()).toEqual({ '2026-11-20': 2 });
    expect(
      (await readFile(join(folder, 'raw', '2026-11-20.ndjson'))).includes(Buffer.from([0x7b, 0xff, 0xfe, 0x0a])),
    ).toBe(true);
    expect((await readRounds(folder, 0)).rounds.length).toBe(4);
  });

  test('in the digests of a month, when others are written', async () => {
    await append(NOON, NOON + DAY_MS);
    await appendFile(join(folder, 'daily', '2026-11.ndjson'), '{"v":2,"d":"2026-11-21"}\n{"v":1,"d":\n');
    await append(NOON + 2 * DAY_MS, NOON + 3 * DAY_MS);
    const kept = lines(await read('daily/2026-11.ndjson')).map((line) => dailyHead(line)?.day ?? line);
    expect(kept).toEqual(['2026-11-20', '{"v":2,"d":"2026-11-21"}', '{"v":1,"d":', '2026-11-21', '2026-11-22']);
  });

  test('and is mended by whoever mends the raw line', async () => {
    await append(NOON, NOON + HOUR);
    const whole = await read('raw/2026-11-20.ndjson');
    await writeFile(join(folder, 'raw', '2026-11-20.ndjson'), whole.replace('{"v":1', '{'));
    await append(NOON + DAY_MS);
    expect(await counted()).toEqual({ '2026-11-20': 1 });
    await writeFile(join(folder, 'raw', '2026-11-20.ndjson'), whole);
    await append(NOON + DAY_MS + HOUR);
    expect(await counted()).toEqual({ '2026-11-20': 2 });
  });
});

describe('a kill between a line and its digest is repaired by the next round', () => {
  test.each<[string, (before: string) => Promise<void>]>([
    ['none of the digests were written', () => rm(join(folder, 'daily'), { recursive: true })],
    ['the older ones are still there', (before) => writeFile(join(folder, 'daily', '2026-11.ndjson'), before)],
    [
      'the last one is torn',
      async () => writeFile(join(folder, 'daily', '2026-11.ndjson'), (await read('daily/2026-11.ndjson')).slice(0, -9)),
    ],
  ])('%s', async (_, undo) => {
    await append(NOON, NOON + DAY_MS);
    const before = await read('daily/2026-11.ndjson');
    await append(NOON + DAY_MS + HOUR, NOON + 2 * DAY_MS);
    const after = await read('daily/2026-11.ndjson');
    await undo(before);
    await append(NOON + 2 * DAY_MS + HOUR);
    expect(await read('daily/2026-11.ndjson')).toBe(after);
  });
});

describe('a clock that jumps', () => {
  test.each([
    ['an hour back over midnight', [12, 23.9, 24.1, 23.2, 24.2]],
    ['an hour ahead over midnight, and back', [12, 22.5, 24.5, 23, 23.5, 24.1]],
    ['a day ahead and back', [12, 36, 13, 37]],
    ['a month ahead and back', [12, 12 + 720, 13, 14, 36]],
    ['a year back and ahead', [12, 12 - 8760, 13, 36]],
  ])('%s loses no line, and keeps their order', async (_, hours) => {
    const instants = hours.map((hour) => NOON + Math.round((hour - 12) * HOUR));
    expect(await append(...instants)).toEqual([]);
    const { rounds, errors } = await readRounds(folder, 0);
    expect(rounds.map(({ at }) => at)).toEqual(instants.toSorted((a, b) => a - b));
    expect(errors).toEqual([]);
    // Whatever is digested holds all that is there.
    const digests = await counted();
    for (const day of Object.keys(digests)) {
      expect([day, digests[day]]).toEqual([day, instants.filter((at) => dayOf(at) === day).length]);
    }
  });

  test('at random: each round is in raw, or counted in a digest, or set aside', async () => {
    const jump = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(5 * 60_000, HOUR, 6 * HOUR) },
      { weight: 2, arbitrary: fc.integer({ min: -30, max: 30 }).map((hours) => hours * HOUR) },
      { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }).map((days) => days * DAY_MS) },
    );
    const keep = { rawMs: 2 * DAY_MS, hourlyMs: 3 * DAY_MS };
    const property = fc.asyncProperty(fc.array(jump, { minLength: 1, maxLength: 25 }), async (jumps) => {
      await rm(folder, { recursive: true, force: true });
      let at = NOON;
      const instants: number[] = [];
      for (const ms of jumps) {
        at += ms;
        instants.push(at);
        await appendRound(folder, round(at), [], keep);
      }
      const digests = await counted();
      for (const [day, all] of Map.groupBy(instants, dayOf)) {
        const path = `${day}.ndjson`;
        const lined = async (kind: string): Promise<number> =>
          lines((await openFolder(folder).read(`${kind}/${path}`)) ?? '').length;
        const inRaw = await lined('raw');
        const kept = inRaw > 0 ? inRaw : (digests[day] ?? 0) + (await lined('aside'));
        expect([day, kept]).toEqual([day, all.length]);
        if (inRaw > 0 && digests[day] !== undefined) expect([day, digests[day]]).toEqual([day, inRaw]);
      }
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
