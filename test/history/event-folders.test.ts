import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addIncidents, readIncidents } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { mergeLines } from '../../src/history/git/merge.ts';
import { repair } from '../../src/history/repair.ts';
import { verify } from '../../src/history/verify.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-incidents-'));
});
afterEach(() => rm(folder, { recursive: true }));

const T = Date.parse('2026-11-20T12:00:00Z') / 1000;

function event(n: number, given: Partial<IncidentEvent> = {}): IncidentEvent {
  const kind = n === 1 ? 'opened' : 'update';
  return { v: 1, id: `2026-11-20-db/${n}-${kind}`, t: T + n, incident: '2026-11-20-db', kind, by: 'vedette', ...given };
}

const FILE = 'incidents/2026.ndjson';
const text = (): Promise<string> => readFile(join(folder, FILE), 'utf8');
const ids = async (): Promise<string[]> => (await readIncidents(openFolder(folder), folder)).lines.map(({ id }) => id);

test('adding twice is adding once, in the order of time', async () => {
  expect(await addIncidents(folder, () => [event(1), event(3)])).toEqual([event(1), event(3)]);
  expect(await addIncidents(folder, () => [event(2), event(3)])).toEqual([event(2)]);
  expect(await ids()).toEqual([event(1).id, event(2).id, event(3).id]);
  expect((await text()).split('\n').length).toBe(4);
});

test('a line is of the year in which it happened, and is known by its id in all of them', async () => {
  const newYear = Date.parse('2027-01-01T00:00:00Z') / 1000;
  await addIncidents(folder, () => [event(1), event(2, { t: newYear })]);
  expect(await addIncidents(folder, () => [event(1, { t: newYear })])).toEqual([]);
  expect(await openFolder(folder).names('incidents')).toEqual(['2026.ndjson', '2027.ndjson']);
});

test('many at once lose nothing', async () => {
  await Promise.all([...Array(20).keys()].map((n) => addIncidents(folder, () => [event(n + 1), event(1)])));
  expect((await ids()).length).toBe(20);
});

test('a torn end is dropped, and what cannot be read stays where it is', async () => {
  await mkdir(join(folder, 'incidents'));
  await writeFile(
    join(folder, FILE),
    `${JSON.stringify(event(1))}\noops\n${JSON.stringify(event(3))}\n{"v":1,"id":"to`,
  );
  const { errors, warnings } = await readIncidents(openFolder(folder), folder);
  expect([errors, warnings].flat().map((each) => each.replace(`${folder}/`, ''))).toEqual([
    `${FILE}:2  is not JSON`,
    `${FILE}: left out an unfinished last line`,
  ]);
  await addIncidents(folder, () => [event(2)]);
  const firsts = (await text()).split('\n').map((line) => line.slice(0, 30));
  expect(firsts.map((line) => /db\/\d/.exec(line)?.[0] ?? line)).toEqual(['db/1', 'oops', 'db/2', 'db/3', '']);
});

test('publishing keeps the lines of both sides', () => {
  const [base, ours, theirs] = [[1], [1, 2], [1, 3]].map((numbers) =>
    numbers.map((n) => `${JSON.stringify(event(n))}\n`).join(''),
  ) as [string, string, string];
  const merged = mergeLines(FILE, { bases: [base], own: ours, tip: theirs });
  expect(merged).toBe([1, 2, 3].map((n) => `${JSON.stringify(event(n))}\n`).join(''));
});

test('verify names what is wrong, and repair moves it aside', async () => {
  await addIncidents(folder, () => [event(1)]);
  const twin = JSON.stringify({ ...event(1), text: 'another' });
  await writeFile(join(folder, FILE), `${await text()}${twin}\n{"v":1,"id":"x","t":1}\n{"v":2,"id":"later"}\n`);
  await writeFile(join(folder, 'meta.json'), '{"v":1,"created":"2026-11-20T12:00:00.000Z","tz":"UTC"}\n');
  const { flaws, unknown } = await verify(openFolder(folder));
  expect([...flaws, ...unknown].map(({ line, problem }) => [line, problem])).toEqual([
    [2, 'has the id of another line'],
    [3, 'is no line of an incident: incident: Invalid input: expected string, received undefined'],
    [4, 'has version 2, this Vedette reads 1'],
  ]);
  const keep = { rawMs: 1e9, hourlyMs: 1e9 };
  expect(await repair(openFolder(folder), { now: T * 1000, keep, knownSchemas: [] })).toMatchObject({ moved: 2 });
  expect((await verify(openFolder(folder))).flaws).toEqual([]);
  expect((await text()).split('\n').length).toBe(3);
});
