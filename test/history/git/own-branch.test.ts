import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, describe, expect, vi } from 'vitest';
import { squashBranch } from '../../../src/history/git/squash.ts';
import { withLock } from '../../../src/history/lock.ts';
import { readRounds } from '../../../src/history/store.ts';
import { type Clone, DAY, ENV, makePlace, OWN, type Place, published } from './clones.ts';

const FETCHER = fileURLToPath(new URL('fetch-once.ts', import.meta.url));

const test = base.extend<{ place: Place; a: Clone; b: Clone }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern.
  place: async ({}, use) => {
    using place = makePlace();
    await use(place);
  },
  a: async ({ place }, use) => use(place.clone('a')),
  b: async ({ place }, use) => use(place.clone('b')),
});

const count = ({ git, remote }: Place): number => Number(git(remote, 'rev-list', '--count', 'history'));
const numbers = async ({ history }: Clone): Promise<number[]> => {
  const { rounds, errors, warnings } = await readRounds(history, 0);
  expect([errors, warnings]).toEqual([[], []]);
  return rounds.map(({ id }) => Number.parseInt(id, 10));
};

test('a branch that is not there yet is an empty history', async ({ a }) => {
  expect(await a.fetch()).toEqual({ commit: undefined, changed: 0 });
  await a.append(1);
  expect(await a.fetch()).toEqual({ commit: undefined, changed: 0 });
  expect(await numbers(a)).toEqual([1]);
});

test('what others published is brought here, with what was not published yet', async ({ place, a, b }) => {
  await a.append(1, 3);
  await a.publish(OWN);
  await b.append(2, 4);
  expect((await b.fetch()).changed).toBe(2);
  expect(await numbers(b)).toEqual([1, 2, 3, 4]);
  expect((await b.fetch()).changed).toBe(0);
  expect(await b.publish(OWN)).toMatchObject({ tries: 1, lines: 2 });
  expect(published(place, 'history')).toEqual([1, 2, 3, 4]);
  expect(b.git('status', '--porcelain')).toBe('?? history/');
});

test('what others took away goes here, too, and does not come back', async ({ place, a, b }) => {
  await a.append(1);
  a.write('history/raw/2026-11-01.ndjson', '{"id":"x","t":1}\n');
  await a.publish(OWN);
  await b.fetch();
  rmSync(join(a.history, 'raw/2026-11-01.ndjson'));
  await a.publish(OWN);
  await b.append(2);
  await b.publish(OWN);
  expect(readdirSync(join(b.history, 'raw'))).toHaveLength(2);
  await b.fetch();
  expect(readdirSync(join(b.history, 'raw'))).toEqual(['2026-11-20.ndjson']);
  await b.publish(OWN);
  expect(place.git(place.remote, 'ls-tree', '--name-only', 'history', 'history/raw/')).toBe(`history/${DAY}`);
});

describe('a branch that was lost and begun anew', () => {
  /** `a` has published; the branch goes, and `b` begins it again on another day. */
  const loseBranch = async (place: Place, a: Clone, b: Clone): Promise<void> => {
    await a.append(1, 2);
    await a.publish(OWN);
    place.git(place.remote, 'branch', '--quiet', '-D', 'history');
    await b.append(3);
    const meta = b.read('history/meta.json');
    b.write('history/meta.json', meta.replace(/"created":"[^"]*"/, '"created":"2026-11-21T00:00:00.000Z"'));
    await b.publish(OWN);
    expect(published(place, 'history')).toEqual([3]);
  };

  test('takes nothing from those who still have it, and gets it back', async ({ place, a, b }) => {
    await loseBranch(place, a, b);
    await a.fetch();
    expect(await numbers(a)).toEqual([1, 2, 3]);
    expect(await a.publish(OWN)).toMatchObject({ lines: 2 });
    expect(published(place, 'history')).toEqual([1, 2, 3]);
  });

  test('gets it back from who finds it so when publishing', async ({ place, a, b }) => {
    await loseBranch(place, a, b);
    await a.append(4);
    expect(await a.publish(OWN)).toMatchObject({ lines: 3 });
    expect(published(place, 'history')).toEqual([1, 2, 3, 4]);
  });

  test('takes nothing from who was killed when it had just been asked for', async ({ place, a, b }) => {
    await loseBranch(place, a, b);
    await withLock(a.history, async () => {
      // It waits for the folder, with what it has fetched.
      const child = spawn(process.execPath, [FETCHER, a.history], { stdio: 'inherit' });
      const ended = once(child, 'exit');
      const begun = place.git(place.remote, 'rev-parse', 'history');
      await vi.waitFor(() => expect(a.git('rev-parse', 'refs/vedette/history')).toBe(begun), 20_000);
      child.kill('SIGKILL');
      expect((await ended)[1]).toBe('SIGKILL');
    });
    await a.fetch();
    expect(await numbers(a)).toEqual([1, 2, 3]);
    expect(await a.publish(OWN)).toMatchObject({ lines: 2 });
    expect(published(place, 'history')).toEqual([1, 2, 3]);
  });

  test('takes nothing from who only looked what would be published', async ({ place, a, b }) => {
    await loseBranch(place, a, b);
    await a.append(4);
    expect(await a.publish({ ...OWN, dryRun: true })).toMatchObject({ lines: 3 });
    expect(await a.publish(OWN)).toMatchObject({ lines: 3 });
    expect(published(place, 'history')).toEqual([1, 2, 3, 4]);
    await a.fetch();
    expect(await numbers(a)).toEqual([1, 2, 3, 4]);
  });

  test('is the same history from then on: what is taken away there goes here', async ({ place, a, b }) => {
    await loseBranch(place, a, b);
    b.write('history/raw/2026-11-01.ndjson', '{"id":"x","t":1}\n');
    await b.publish(OWN);
    await a.fetch();
    await a.publish(OWN);
    await b.fetch();
    rmSync(join(b.history, 'raw/2026-11-01.ndjson'));
    await b.publish(OWN);
    await a.fetch();
    expect(readdirSync(join(a.history, 'raw'))).toEqual(['2026-11-20.ndjson']);
    expect(published(place, 'history')).toEqual([1, 2, 3]);
  });
});

test('a clone that is cut off fetches the last commit only', async ({ place, a }) => {
  for (const n of [1, 2, 3]) {
    await a.append(n);
    await a.publish(OWN);
  }
  const shallow = place.clone('shallow', '--depth=1');
  await shallow.fetch();
  expect(await numbers(shallow)).toEqual([1, 2, 3]);
  expect(shallow.git('rev-list', '--count', 'refs/vedette/history')).toBe('1');
  await a.append(4);
  await a.publish(OWN);
  await shallow.append(5);
  expect(await shallow.publish(OWN)).toMatchObject({ tries: 2, lines: 1 });
  expect(published(place, 'history')).toEqual([1, 2, 3, 4, 5]);
});

test('a branch is squashed to one commit with the same files, once', async ({ place, a }) => {
  await a.append(1);
  await a.publish(OWN);
  await a.append(2);
  await a.publish(OWN);
  const tree = place.git(place.remote, 'rev-parse', 'history^{tree}');
  expect(await a.squash()).toMatchObject({ tries: 1, squashed: true });
  expect([count(place), place.git(place.remote, 'rev-parse', 'history^{tree}')]).toEqual([1, tree]);
  expect(await a.squash()).toMatchObject({ squashed: false });
  await a.append(3);
  expect(await a.publish(OWN)).toMatchObject({ tries: 1, lines: 1 });
  expect(published(place, 'history')).toEqual([1, 2, 3]);
});

test('who had published before a squash publishes after it, and loses nothing', async ({ place, a, b }) => {
  await a.append(1);
  await a.publish(OWN);
  await b.append(2);
  await b.publish(OWN);
  await a.append(3);
  await a.publish(OWN);
  await b.squash();
  place.git(place.remote, 'gc', '--quiet', '--prune=now');
  await a.append(4);
  expect(await a.publish(OWN)).toMatchObject({ tries: 2, lines: 1 });
  expect(published(place, 'history')).toEqual([1, 2, 3, 4]);
  expect(count(place)).toBe(2);
  await a.fetch();
  expect(await numbers(a)).toEqual([1, 2, 3, 4]);
});

test('a shallow clone sees that there is something to squash', async ({ place, a }) => {
  await a.append(1);
  await a.publish(OWN);
  await a.append(2);
  await a.publish(OWN);
  const shallow = place.clone('shallow', '--depth=1');
  expect(await shallow.squash()).toMatchObject({ squashed: true });
  expect(count(place)).toBe(1);
});

test('only a branch of its own is squashed', async ({ place, a }) => {
  await a.append(1);
  await a.publish(OWN);
  const squash = (more: object) =>
    squashBranch({ folder: a.history, env: ENV, message: 'x', ...OWN, ...more }).then(
      () => 'squashed',
      (error) => `${error.kind}: ${error.message}`,
    );
  expect(await squash({ ownBranch: false })).toMatchInlineSnapshot(
    `"not-own-branch: history is not squashed: it is not only for history; only a branch that holds nothing but history is squashed; give it one of its own with history.branch"`,
  );
  expect(await squash({ branch: 'main' })).toMatchInlineSnapshot(
    `"not-own-branch: main is not squashed: it is checked out here; only a branch that holds nothing but history is squashed; give it one of its own with history.branch"`,
  );
  a.git('switch', '--quiet', '--create', 'other');
  expect(await squash({ branch: 'main' })).toMatchInlineSnapshot(
    `"not-own-branch: main is not squashed: it is the default branch of origin; only a branch that holds nothing but history is squashed; give it one of its own with history.branch"`,
  );
  expect(count(place)).toBe(1);
});

test('a branch that is checked out is not fetched into', async ({ a }) => {
  await expect(a.fetch('main')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[PublishError: main is checked out here, so its files are git's to change; bring them up to date with: git pull]`,
  );
});
