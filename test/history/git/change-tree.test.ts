import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeTree } from '../../../src/history/git/change-tree.ts';
import { openObjects } from '../../../src/history/git/objects.ts';
import { storeObjects } from '../../../src/history/git/pack.ts';
import type { Repository } from '../../../src/history/git/repository.ts';
import { idOf, type NewObject } from '../../../src/history/git/tree-object.ts';

const RUNS = 15;

/** A repository without a work tree, as far as objects go. */
function makeRepository(hash: Repository['hash']) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-tree-'));
  const git = (input: string, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, input, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  git('', 'init', '--quiet', '--bare', `--object-format=${hash}`);
  const place = { cwd: folder, env: process.env, signal: new AbortController().signal };
  const objects = openObjects(place);
  const repository = { place, hash, objects, entries: new Map() } as unknown as Repository;
  const end = async (): Promise<void> => {
    await objects.close();
    rmSync(folder, { recursive: true });
  };
  return { repository, git, end };
}

/** Names that git sorts otherwise than a list of words: a folder `a` comes after `a.b`. */
const name = fc.constantFrom('a', 'a.b', 'a-b', 'a0', 'ä', '0', 'ab');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const changes = fc.array(fc.record({ path, isGone: fc.boolean() }), { minLength: 1, maxLength: 8 });

/** Of two paths one of which is a folder in the other, the last: none of ours is both. */
function withoutClashes(list: readonly { path: string; isGone: boolean }[]): typeof list {
  const clashes = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  return list.filter((one, index) => !list.slice(index + 1).some((later) => clashes(one.path, later.path)));
}

test.each(['sha1', 'sha256'] as const)(
  'trees are those that git itself makes of the same changes (%s)',
  async (hash) => {
    const { repository, git, end } = makeRepository(hash);
    const content = Buffer.from('content');
    const blob: NewObject = { type: 'blob', id: idOf('blob', content, hash), content };
    await storeObjects(repository, [blob]);
    const nothing = '0'.repeat(blob.id.length);
    const property = fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 3 }), async (steps) => {
      let root: string | undefined;
      git('', 'read-tree', '--empty');
      for (const step of steps.map(withoutClashes)) {
        const lines = step.map(({ path, isGone }) => `${isGone ? `0 ${nothing}` : `100644 ${blob.id}`}\t${path}\0`);
        git(lines.join(''), 'update-index', '-z', '--index-info');
        const paths = new Map(step.map(({ path, isGone }) => [path, isGone ? undefined : blob.id]));
        const changed = await changeTree(repository, root, paths);
        await storeObjects(repository, changed.trees);
        root = changed.id;
        expect(root).toBe(git('', 'write-tree'));
      }
    });
    await fc.assert(property, { numRuns: RUNS });
    git('', 'fsck', '--strict');
    await end();
  },
);

test('contents of any size are stored and read as they are, whatever was asked before', async () => {
  const { repository, end } = makeRepository('sha1');
  const contents = [0, 1, 15, 16, 2047, 2048, 70_000, 1_000_000].map((size) => Buffer.alloc(size, `${size}\n\0`));
  const blobs = contents.map((content): NewObject => ({ type: 'blob', id: idOf('blob', content, 'sha1'), content }));
  await storeObjects(repository, blobs);
  const names = blobs.flatMap(({ id }) => [id, 'f'.repeat(40)]);
  const read = await Promise.all(names.map((one) => repository.objects.read(one)));
  expect(read).toEqual(blobs.flatMap((blob) => [blob, undefined]));
  await end();
});
