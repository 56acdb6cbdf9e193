/** Whole rounds with effects, over a real remote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.ts';
import type { AfterContext, AfterRound, BeforeRound } from '../../src/effects/effect.ts';
import { addMaintenance } from '../../src/history/event-folders.ts';
import type { Outcome } from '../../src/model.ts';
import { defineProbe } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { publishingTo } from '../../src/round/publishing.ts';
import { runRound, runWholeRound, type WholeRound } from '../../src/round.ts';
import { ENV, makePlace } from '../history/git/clones.ts';
import { MINUTE, NOON } from '../status/sketch.ts';

/** One service that is as it is told, in a clone with a remote. */
function stage() {
  const place = makePlace();
  const clone = place.clone('runner');
  let outcome: Outcome = 'up';
  const actor = defineProbe({
    settings: z.string(),
    describe: (name) => name,
    run: async () => ({ outcome, message: 'as told' }),
  });
  const source = 'services: { web: { probes: [{ actor: web, retries: 0, confirm: 1 of 1 }] } }';
  const loaded = parseConfig('services.yml', source, { kinds: new Map([['actor', actor.settings]]), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  let count = 0;
  const play = (
    told: Outcome,
    effects: { before?: BeforeRound[]; after?: AfterRound[] },
    remote = 'origin',
  ): Promise<WholeRound> => {
    outcome = told;
    count += 1;
    const now = () => NOON + count * 5 * MINUTE;
    return runWholeRound({
      config,
      historyFolder: clone.history,
      now,
      env: {},
      before: effects.before ?? [],
      after: effects.after ?? [],
      publishing: publishingTo({ folder: clone.history, remote, ownBranch: false, env: ENV }),
      secrets: [],
      siteSource: source,
      record: () =>
        runRound({
          config,
          registry: new Map([['actor', actor]]),
          secrets: [],
          id: `${count}.1.here`,
          location: 'here',
          historyFolder: clone.history,
          pendingFolders: [],
          surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
          write: true,
          concurrency: 1,
          signal: new AbortController().signal,
          now,
          monotonic: () => performance.now(),
        }),
    });
  };
  return { place, clone, play, [Symbol.dispose]: () => place[Symbol.dispose]() };
}

/** Remembers what it was told. */
function listener(): AfterRound & { told: string[][] } {
  const told: string[][] = [];
  const ids = (events: AfterContext['events']): string => events.map(({ id }) => id).join(' ');
  return {
    name: 'listener',
    told,
    run: async ({ events, recent }) => {
      told.push([ids(events), ids(recent)]);
      return { warnings: [] };
    },
  };
}

test('what is heard before a round holds for it', async () => {
  using scene = stage();
  const announcing: BeforeRound = {
    name: 'announcing',
    run: async ({ historyFolder, now }) => {
      const [start, end] = [now() / 1000 - 60, now() / 1000 + 3600];
      const line = { v: 1, id: 'm/p001-x', t: start, maintenance: 'm', kind: 'announced', title: 'Move' } as const;
      await addMaintenance(historyFolder, () => [{ ...line, services: ['web'], start, end }]);
      return { warnings: [] };
    },
  };
  const { recorded } = await scene.play('down', { before: [announcing] });
  expect(recorded.moment.rollup.effective.get('web')?.state).toBe('maintenance');
  expect(scene.place.git(scene.place.remote, 'ls-tree', '-r', '--name-only', 'main')).toContain('history/maintenance/');
});

test('events are told once, after they were published; one that was missed stands among the recent ones', async () => {
  using scene = stage();
  const after = listener();
  await scene.play('up', { after: [after] });
  // Killed before its effects, or as here without any.
  const [opened] = (await scene.play('down', {})).recorded.events.map(({ id }) => id);
  await scene.play('down', { after: [after] });
  expect(opened).toBe('2026-11-20-web/1-opened');
  expect(after.told).toEqual([
    ['', ''],
    ['', opened],
  ]);
});

test('nobody is told of a round that could not be published; the next one publishes it', async () => {
  using scene = stage();
  const after = listener();
  await scene.play('up', { after: [after] });
  const lost = await scene.play('down', { after: [after] }, 'nowhere');
  expect(lost.unpublished).toContain('no remote called "nowhere"');
  expect(lost.recorded.events.length).toBe(1);
  const next = await scene.play('down', { after: [after] });
  expect(next).not.toHaveProperty('unpublished');
  expect(after.told).toEqual([
    ['', ''],
    ['', '2026-11-20-web/1-opened'],
  ]);
});

test('what an effect writes into the history it can publish itself', async () => {
  using scene = stage();
  const keeping: AfterRound = {
    name: 'keeping',
    run: async ({ historyFolder, publish }) => {
      mkdirSync(join(historyFolder, 'sent'), { recursive: true });
      writeFileSync(join(historyFolder, 'sent', '2026.ndjson'), '{"id":"x"}\n');
      await publish('Record what was sent');
      return { warnings: [] };
    },
  };
  expect((await scene.play('up', { after: [keeping] })).warnings).toEqual([]);
  expect(scene.place.git(scene.place.remote, 'show', 'main:history/sent/2026.ndjson')).toBe('{"id":"x"}');
  expect(scene.place.git(scene.place.remote, 'log', '-1', '--format=%s', 'main')).toBe('Record what was sent');
});
