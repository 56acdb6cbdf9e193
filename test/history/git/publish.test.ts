import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test as base, expect } from 'vitest';
import { type Clone, commit, DAY, makePlace, OWN, type Place, published } from './clones.ts';

const test = base.extend<{ place: Place; a: Clone }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern.
  place: async ({}, use) => {
    using place = makePlace();
    await use(place);
  },
  a: async ({ place }, use) => {
    await use(place.clone('a'));
  },
});

const tipOf = ({ git, remote }: Place, branch = 'main'): string => git(remote, 'rev-parse', `refs/heads/${branch}`);
const show = ({ git, remote }: Place, path: string, branch = 'main'): string =>
  git(remote, 'cat-file', 'blob', `refs/heads/${branch}:history/${path}`);

test('a round is published, and a second time there is nothing to publish', async ({ place, a }) => {
  await a.append(1);
  expect(await a.publish()).toEqual({ commit: tipOf(place), tries: 1, lines: 1, pushed: true });
  expect(published(place)).toEqual([1]);
  expect(place.git(place.remote, 'log', '--format=%s|%an <%ae>', 'main')).toBe(
    'Record a round|Vedette <vedette@localhost>\nStart|a <a@example.org>',
  );
  expect(await a.publish()).toEqual({ commit: tipOf(place), tries: 1, lines: 0, pushed: false });
});

test('the branch has exactly the files of the folder, without locks and temporary files', async ({ place, a }) => {
  await a.append(1);
  a.write('history/aside/raw/2026-11-19.ndjson', 'broken\n');
  a.write('history/.round-17.ndjson', 'a journal');
  a.write('history/raw/.2026-11-20.ndjson.17.tmp', 'half a');
  await a.publish();
  const files = place.git(place.remote, 'ls-tree', '-r', '--name-only', 'main').split('\n');
  expect(files.map((file) => file.replace(/[0-9a-f]{8}\.json/, 'SCHEMA'))).toEqual([
    'README.md',
    'history/aside/raw/2026-11-19.ndjson',
    'history/meta.json',
    `history/${DAY}`,
    'history/schema/SCHEMA',
  ]);
});

test('two clones that know nothing of each other add up, in order', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(3, 1);
  await b.append(2, 4);
  await a.publish();
  expect(await b.publish()).toMatchObject({ tries: 2, lines: 2, pushed: true });
  await a.append(5);
  expect(await a.publish()).toMatchObject({ tries: 2, lines: 1 });
  await b.append(6);
  await b.publish();
  await b.append(7);
  expect(await b.publish()).toMatchObject({ tries: 1 });
  expect(published(place)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('the same round from two clones is there once', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1, 2);
  await b.append(2, 3);
  await a.publish();
  await b.publish();
  expect(published(place)).toEqual([1, 2, 3]);
});

test('what others publish outside of history stays', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1);
  b.write('README.md', 'Changed\n');
  b.git('add', 'README.md');
  commit(b, 'Change');
  b.git('push', '--quiet');
  expect(await a.publish()).toMatchObject({ tries: 2, pushed: true });
  expect(place.git(place.remote, 'cat-file', 'blob', 'main:README.md')).toBe('Changed');
});

test('the work tree, the index and HEAD of the clone stay as they are', async ({ place, a }) => {
  await a.append(1);
  a.write('README.md', 'Staged\n');
  a.git('add', 'README.md');
  a.write('README.md', 'Staged, and changed again\n');
  a.write('new.txt', 'Not known to git\n');
  const seen = () => ({
    status: a.git('status', '--porcelain'),
    head: readFileSync(join(a.folder, '.git/HEAD'), 'utf8') + a.git('rev-parse', 'HEAD', 'refs/heads/main'),
    index: createHash('sha256')
      .update(readFileSync(join(a.folder, '.git/index')))
      .digest('hex'),
    readme: a.read('README.md'),
    history: a.read(`history/${DAY}`),
    reflog: a.git('reflog'),
  });
  const before = seen();
  const b = place.clone('b');
  await b.append(2);
  await b.publish();
  await a.publish();
  expect(seen()).toEqual(before);
  expect(published(place)).toEqual([1, 2]);
});

test('commits that were not pushed are not published, but the rounds in them are', async ({ place, a }) => {
  await a.append(1);
  a.write('secret.txt', 'not yet\n');
  a.git('add', '--all');
  commit(a, 'By hand');
  expect(await a.publish()).toMatchObject({ lines: 1, pushed: true });
  expect(published(place)).toEqual([1]);
  expect(place.git(place.remote, 'ls-tree', '-r', '--name-only', 'main')).not.toContain('secret.txt');
});

test('a clone that is cut off publishes, also after others did', async ({ place, a }) => {
  await a.append(1);
  await a.publish();
  const shallow = place.clone('shallow', '--depth=1');
  expect(shallow.git('rev-parse', '--is-shallow-repository')).toBe('true');
  await shallow.append(3);
  expect(await shallow.publish()).toMatchObject({ tries: 1, lines: 1 });
  await a.append(2);
  await a.publish();
  await shallow.append(4);
  expect(await shallow.publish()).toMatchObject({ tries: 2, lines: 1 });
  expect(published(place)).toEqual([1, 2, 3, 4]);
  expect(shallow.git('rev-parse', '--is-shallow-repository')).toBe('true');
});

test('with a detached HEAD the branch has to be named', async ({ place, a }) => {
  a.git('checkout', '--quiet', '--detach');
  await a.append(1);
  await expect(a.publish()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[PublishError: no branch is checked out, so history does not know where to go; name the branch, or check one out: git switch main]`,
  );
  expect(await a.publish({ branch: 'main' })).toMatchObject({ lines: 1, pushed: true });
  expect(published(place)).toEqual([1]);
});

test('the branch is the one that the checked out one follows', async ({ place, a }) => {
  a.git('switch', '--quiet', '--create', 'work', '--track', 'origin/main');
  await a.append(1);
  await a.publish();
  expect(published(place, 'main')).toEqual([1]);
});

base('the first push ever goes to a remote that is empty', async () => {
  using place = makePlace(null);
  const a = place.clone('a');
  await a.append(1);
  expect(await a.publish()).toMatchObject({ lines: 1, pushed: true });
  expect(published(place)).toEqual([1]);
  await a.append(2);
  expect(await a.publish()).toMatchObject({ tries: 1, lines: 1 });
});

base('the first push of a clone with commits takes them along', async () => {
  using place = makePlace(null);
  const a = place.clone('a');
  await a.append(1);
  a.git('add', '--all');
  commit(a, 'Start');
  expect(await a.publish()).toMatchObject({ pushed: true });
  expect(tipOf(place)).toBe(a.git('rev-parse', 'HEAD'));
});

test('a branch that is neither there nor checked out is an error', async ({ a }) => {
  await a.append(1);
  await expect(a.publish({ branch: 'other' })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[PublishError: origin has no branch other, and it is not checked out here; push it once: git push origin other]`,
  );
});

test('a branch of its own begins without a past, and holds nothing but history', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1);
  await b.append(2);
  expect(await a.publish(OWN)).toMatchObject({ tries: 1, lines: 1, pushed: true });
  expect(await b.publish(OWN)).toMatchObject({ tries: 1, lines: 1, pushed: true });
  expect(published(place, 'history')).toEqual([1, 2]);
  const { git, remote } = place;
  expect(git(remote, 'rev-list', '--max-parents=0', 'history')).not.toBe(git(remote, 'rev-parse', 'main'));
  expect(git(remote, 'cat-file', 'blob', 'history:.gitattributes')).toBe(
    'history/** -text merge=binary linguist-generated',
  );
  expect(git(remote, 'ls-tree', '--name-only', 'history')).toBe('.gitattributes\nhistory');
});

test('lines that are taken away here are taken away there, others stay', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1);
  appendFileSync(join(a.history, DAY), Buffer.from([0x7b, 0xff, 0x00, 0x0a]));
  await a.append(2);
  await a.publish();
  await b.append(3);
  await b.publish();
  expect(show(place, DAY)).toContain('{\xff\0\n');
  const mended = a.read(`history/${DAY}`).replace('{\xff\0\n', '');
  a.write(`history/${DAY}`, mended);
  a.write('history/aside/raw/2026-11-20.ndjson', '{\xff\0\n');
  a.git('fetch', '--quiet');
  await a.publish();
  expect(published(place)).toEqual([1, 2, 3]);
  expect(show(place, 'aside/raw/2026-11-20.ndjson')).toBe('{\xff\0');
});

test('a folder that goes back to an older state takes nothing away from the branch', async ({ place, a }) => {
  await a.append(1);
  await a.publish();
  a.git('reset', '--quiet', '--hard', 'origin/main');
  await a.append(2);
  await a.publish();
  a.git('checkout', '--quiet', '--', 'history');
  await a.append(3);
  await a.publish();
  expect(published(place)).toEqual([1, 2, 3]);
});

test('a folder that was emptied takes nothing away from the branch', async ({ place, a }) => {
  await a.append(1);
  await a.publish(OWN);
  rmSync(a.history, { recursive: true });
  expect(await a.publish(OWN)).toMatchObject({ pushed: false });
  await a.append(61);
  await a.publish(OWN);
  expect(published(place, 'history')).toEqual([1, 61]);
});

test('a file that was taken away here goes there, unless somebody has changed it since', async ({ place, a }) => {
  const b = place.clone('b');
  a.write('history/raw/2026-11-01.ndjson', '{"id":"x","t":1}\n');
  a.write('history/raw/2026-11-02.ndjson', '{"id":"y","t":1}\n');
  await a.append(1);
  await a.publish(OWN);
  await b.fetch();
  appendFileSync(join(b.history, 'raw/2026-11-02.ndjson'), '{"id":"z","t":2}\n');
  await b.publish(OWN);
  for (const day of ['01', '02']) rmSync(join(a.history, `raw/2026-11-${day}.ndjson`));
  await a.publish(OWN);
  const files = place.git(place.remote, 'ls-tree', '--name-only', 'history', 'history/raw/');
  expect(files).toBe(`history/raw/2026-11-02.ndjson\nhistory/${DAY}`);
});

test('an unfinished last line is not published', async ({ place, a }) => {
  await a.append(1);
  appendFileSync(join(a.history, DAY), '{"v":1,"id":"2.1.te');
  await a.publish();
  expect(published(place)).toEqual([1]);
});

test('meta.json and schemas of the branch stay', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1);
  await a.publish();
  await b.append(61);
  await b.publish();
  expect(show(place, 'meta.json')).toContain('2026-11-20T12:00:10.000Z');
});

test('digests are settled before they are published, on what was merged', async ({ place, a }) => {
  const b = place.clone('b');
  await a.append(1);
  await a.publish();
  await b.append(2);
  const asked: unknown[] = [];
  const result = await b.publish({
    settle: async ({ paths, merged, read }) => {
      const raw = (await read(DAY)) ?? '';
      asked.push({ paths: paths.length, merged, lines: raw.split('\n').length - 1 });
      return new Map([['daily/2026-11.ndjson', `{"d":"2026-11-20","n":${raw.split('\n').length - 1}}\n`]]);
    },
  });
  expect(asked).toEqual([
    { paths: 3, merged: [], lines: 1 },
    { paths: 3, merged: [DAY], lines: 2 },
  ]);
  expect(result).toMatchObject({ tries: 2, lines: 2, pushed: true });
  expect(show(place, 'daily/2026-11.ndjson')).toBe('{"d":"2026-11-20","n":2}');
  expect(existsSync(join(b.history, 'daily'))).toBe(false);
});

test('a dry run says what would be published, and publishes nothing', async ({ place, a }) => {
  const before = tipOf(place);
  await a.append(1, 2);
  expect(await a.publish({ dryRun: true })).toEqual({ commit: before, tries: 1, lines: 2, pushed: false });
  expect(tipOf(place)).toBe(before);
});

test('what is set up for work by hand neither runs nor changes bytes', async ({ place, a }) => {
  const hooks = join(a.folder, '.git/hooks');
  mkdirSync(hooks, { recursive: true });
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'post-commit',
    'pre-push',
    'reference-transaction',
    'post-index-change',
  ]) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\necho ${hook} >> ${place.folder}/hooked\nexit 1\n`);
    chmodSync(join(hooks, hook), 0o755);
  }
  a.write('.gitattributes', 'history/** text eol=crlf filter=shout\n');
  for (const [name, value] of [
    ['commit.gpgSign', 'true'],
    ['core.autocrlf', 'true'],
    ['core.hooksPath', hooks],
    ['push.default', 'nothing'],
    ['push.gpgSign', 'true'],
    ['filter.shout.clean', 'tr a-z A-Z'],
    ['filter.shout.required', 'true'],
    ['core.splitIndex', 'true'],
    ['remote.origin.mirror', 'true'],
    ['user.useConfigOnly', 'true'],
  ] as const)
    a.git('config', name, value);
  await a.append(1);
  a.write('history/aside/windows.txt', 'one\r\ntwo\n');
  const b = place.clone('b');
  await b.append(2);
  await b.publish();
  await a.publish();
  expect(published(place)).toEqual([1, 2]);
  expect(show(place, 'aside/windows.txt')).toBe('one\r\ntwo');
  expect(existsSync(join(place.folder, 'hooked'))).toBe(false);
});

test('a name for the commit is taken from git, or from who publishes', async ({ place, a }) => {
  a.git('config', 'user.name', 'Ada');
  a.git('config', 'user.email', 'ada@example.org');
  await a.append(1);
  await a.publish();
  await a.append(2);
  await a.publish({ author: { name: 'Böt', email: 'bot@example.org' }, message: 'Zwölf' });
  expect(Buffer.from(place.git(place.remote, 'log', '-2', '--format=%an %cn %s', 'main'), 'latin1').toString()).toBe(
    'Böt Böt Zwölf\nAda Ada Record a round',
  );
});

test('history deeper in the repository is published where it lies, and as history/ on its own branch', async ({
  place,
  a,
}) => {
  await a.append(1);
  mkdirSync(join(a.folder, 'status pages'));
  renameSync(a.history, join(a.folder, 'status pages/ünser'));
  const folder = join(a.folder, 'status pages/ünser');
  await a.publish({ folder });
  await a.publish({ folder, ...OWN });
  expect(place.git(place.remote, 'ls-tree', '-r', '-z', '--name-only', 'main')).toContain(
    Buffer.from(`status pages/ünser/${DAY}`).toString('latin1'),
  );
  expect(published(place, 'history')).toEqual([1]);
});

test('each work tree of a clone has a base of its own', async ({ place, a }) => {
  await a.append(1, 2);
  await a.publish(OWN);
  a.git('worktree', 'add', '--quiet', '--detach', '../second');
  const second = place.at('second');
  await second.append(3);
  await second.publish(OWN);
  expect(published(place, 'history')).toEqual([1, 2, 3]);
});

test('after a publication the clone knows the tip', async ({ place, a }) => {
  await a.append(1);
  const { commit: tip } = await a.publish(OWN);
  expect(a.git('rev-parse', 'refs/vedette/history')).toBe(tip);
  expect(tipOf(place, 'history')).toBe(tip);
});

test('a branch that the remote has lost is published again as a whole', async ({ place, a }) => {
  const b = place.clone('b');
  await b.append(3);
  await b.publish(OWN);
  await a.append(1);
  await a.publish(OWN);
  place.git(place.remote, 'update-ref', '-d', 'refs/heads/history');
  await a.append(2);
  await a.publish(OWN);
  expect(published(place, 'history')).toEqual([1, 2, 3]);
});

test('a commit that was taken from the branch on purpose does not come back', async ({ place, a }) => {
  const b = place.clone('b');
  b.write('secret.txt', 'never\n');
  b.git('add', 'secret.txt');
  commit(b, 'A mistake');
  b.git('push', '--quiet');
  await a.append(1);
  await a.publish();
  place.git(place.remote, 'update-ref', 'refs/heads/main', 'main~2');
  await a.append(2);
  expect(await a.publish()).toMatchObject({ tries: 2, pushed: true });
  expect(place.git(place.remote, 'log', '--format=%s', 'main')).toBe('Record a round\nStart');
});

test('a file is read again when it changed, even in place, without another size or date', async ({ place, a }) => {
  await a.append(1);
  const file = join(a.history, DAY);
  const old = statSync(file);
  await sleep(2100);
  await a.publish(OWN);
  const text = a.read(`history/${DAY}`);
  a.write(`history/${DAY}`, text.replace('1.1.test', '7.1.test'));
  utimesSync(file, old.atime, old.mtime);
  expect(await a.publish(OWN)).toMatchObject({ pushed: true, lines: 1 });
  expect(published(place, 'history')).toEqual([7]);
});

test('a clone that publishes for long has its objects packed', async () => {
  using place = makePlace();
  const clone = place.clone('a');
  await clone.append(1);
  // As many loose objects as git itself takes for too many; it looks into this folder only.
  for (let n = 0, found = 0; found < 30; n += 1) {
    const id = createHash('sha1')
      .update(`blob ${String(n).length}\0${n}`)
      .digest('hex');
    if (!id.startsWith('17')) continue;
    clone.write('blob', String(n));
    clone.git('hash-object', '-w', 'blob');
    found += 1;
  }
  rmSync(join(clone.folder, 'blob'));
  clone.git('repack', '-q', '-a', '-d');
  const loose = (): number => Number(/^count: (\d+)$/m.exec(clone.git('count-objects', '-v'))![1]);
  expect(loose()).toBeGreaterThanOrEqual(30);
  expect(await clone.publish()).toMatchObject({ pushed: true });
  // What nothing refers to stays for two weeks; what was published is packed.
  expect(loose()).toBe(30);
  await clone.append(2);
  expect(await clone.publish()).toMatchObject({ pushed: true });
});
