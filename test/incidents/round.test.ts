/** Rounds as they really run: what they mean for incidents is written after them, and found again after a crash. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.ts';
import { readIncidents } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import type { Outcome } from '../../src/model.ts';
import { defineProbe } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { type RoundResult, runRound } from '../../src/round.ts';
import { MINUTE, NOON } from '../status/sketch.ts';
import { placeWith } from '../verbs/cli.ts';

/** Services that say of themselves what they are; each round five minutes after the one before. */
async function theatre() {
  const place = await placeWith();
  const historyFolder = join(place.folder, 'history');
  let outcomes: Readonly<Record<string, Outcome>> = {};
  const actor = defineProbe({
    settings: z.string(),
    describe: (name) => name,
    run: async (name) => ({ outcome: outcomes[name] ?? 'up', message: 'as told' }),
  });
  const source = `
defaults: { retries: 0 }
services:
  shop: { dependsOn: [database], probes: [{ actor: shop }] }
  database: { probes: [{ actor: database }] }
`;
  const loaded = parseConfig('services.yml', source, { kinds: new Map([['actor', actor.settings]]), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  let count = 0;
  const play = (given: Readonly<Record<string, Outcome>>): Promise<RoundResult> => {
    outcomes = given;
    count += 1;
    const at = NOON + count * 5 * MINUTE + 123;
    return runRound({
      config: loaded.config,
      registry: new Map([['actor', actor]]),
      secrets: [],
      id: `${count}.1.here`,
      location: 'here',
      historyFolder,
      pendingFolders: [],
      surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
      write: true,
      concurrency: 2,
      signal: new AbortController().signal,
      now: () => at,
      monotonic: () => performance.now(),
    });
  };
  const file = join(historyFolder, 'incidents', '2026.ndjson');
  return {
    play,
    file,
    text: () => readFile(file, 'utf8').catch(() => ''),
    lines: async () => (await readIncidents(openFolder(historyFolder), historyFolder)).lines,
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

const ALL_WELL = {};
const DOWN = { shop: 'down', database: 'down' } as const;
const STORY = [ALL_WELL, DOWN, DOWN, DOWN, { shop: 'down' }, ALL_WELL, ALL_WELL, ALL_WELL] as const;

const ids = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

test('a round writes what it means for incidents, and says what was new', async () => {
  await using stage = await theatre();
  const told: string[][] = [];
  for (const seen of STORY) told.push(ids((await stage.play(seen)).events));
  expect(told).toEqual([
    [],
    [],
    ['2026-11-20-database/1-opened'],
    [],
    [],
    ['2026-11-20-database/2-monitoring'],
    ['2026-11-20-database/3-resolved'],
    [],
  ]);
  const lines = await stage.lines();
  expect(ids(lines)).toEqual(told.flat());
  expect(lines.at(-1)).toMatchObject({ since: NOON / 1000 + 600, end: NOON / 1000 + 1800, reason: 'recovered' });
});

test.each([...STORY.keys()])('killed after its observations, round %i is heard by the next', async (index) => {
  await using stage = await theatre();
  const events: string[] = [];
  for (const [number, seen] of STORY.entries()) {
    const before = await stage.text();
    const result = await stage.play(seen);
    if (number === index) {
      // As if it had been killed just before.
      if (before === '') await rm(stage.file, { force: true });
      else await writeFile(stage.file, before);
    } else events.push(...ids(result.events));
  }
  const expected = ['1-opened', '2-monitoring', '3-resolved'].map((rest) => `2026-11-20-database/${rest}`);
  expect(events).toEqual(expected);
  expect(ids(await stage.lines())).toEqual(expected);
});

test('what cannot be written is not told, and told when it can', async () => {
  await using stage = await theatre();
  for (const seen of [ALL_WELL, DOWN]) await stage.play(seen);
  // A folder in its place: nobody can write there, root included.
  await mkdir(stage.file, { recursive: true });
  expect((await stage.play(DOWN)).events).toEqual([]);
  await rm(stage.file, { recursive: true });
  const { events, unwritten } = await stage.play(DOWN);
  expect([ids(events), unwritten]).toEqual([['2026-11-20-database/1-opened'], undefined]);
  expect(events[0]!.t).toBe(NOON / 1000 + 900);
});
