import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect, onTestFinished } from 'vitest';
import { publish } from '../../../src/history/git/publish.ts';
import { type Clone, DAY, ENV, makePlace, OWN, type Place, published } from './clones.ts';

const test = base.extend<{ place: Place; a: Clone }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern.
  place: async ({}, use) => {
    using place = makePlace();
    await use(place);
  },
  a: async ({ place }, use) => {
    const a = place.clone('a');
    await a.append(1);
    await use(a);
  },
});

/** What is said, without the paths of this run. */
async function failure(work: Promise<unknown>, { folder }: Place): Promise<string> {
  const error = await work.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toMatchObject({ name: 'PublishError' });
  return `${error.kind}: ${error.message.replaceAll(folder, '…')}`;
}

function hook(place: Place, name: string, script: string): void {
  const file = join(place.remote, 'hooks', name);
  mkdirSync(join(place.remote, 'hooks'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

test('a remote that refuses is not asked again, and its words are told', async ({ place, a }) => {
  hook(place, 'pre-receive', `echo asked >> ${place.folder}/asked; echo 'Only robots after nine.' >&2; exit 1`);
  expect(await failure(a.publish(), place)).toMatchInlineSnapshot(
    `"rejected: origin does not take the history on main: [remote rejected] (pre-receive hook declined) (Only robots after nine.); let whoever publishes push to main there, or give history a branch of its own"`,
  );
  expect(readdirSync(place.folder)).toContain('asked');
  expect(place.git(place.folder, 'grep', '--no-index', '-c', 'asked', '--', 'asked')).toBe('asked:1');
  rmSync(join(place.remote, 'hooks/pre-receive'));
  await a.publish();
  expect(published(place)).toEqual([1]);
});

test('a branch that is checked out on the other side is a refusal', async ({ place, a }) => {
  const other = place.clone('other');
  a.git('remote', 'set-url', 'origin', other.folder);
  expect(await failure(a.publish(), place)).toMatch(
    /^rejected: origin does not take .*branch is currently checked out/,
  );
});

test('a push that others overtake again and again is given up, and nothing is lost', async ({ place, a }) => {
  hook(
    place,
    'pre-receive',
    'read old new ref; unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; git update-ref refs/heads/main "$(git commit-tree -p "$old" -m x "$old^{tree}")"',
  );
  place.git(place.remote, 'config', 'user.name', 'x');
  place.git(place.remote, 'config', 'user.email', 'x');
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  expect(await failure(a.publish({ wait, random: () => 1 }), place)).toMatchInlineSnapshot(
    `"contended: others were faster 12 times in a row, at last with: [remote rejected] (failed to update ref); nothing is lost, the next run publishes it"`,
  );
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 8000, 8000, 8000, 8000]);
  rmSync(join(place.remote, 'hooks/pre-receive'));
  expect(await a.publish()).toMatchObject({ lines: 1, pushed: true });
});

test('a remote that says nothing is given up after the time there is', async ({ place, a }) => {
  const open = new Set<Socket>();
  const server = createServer((socket) => void open.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  a.git('remote', 'set-url', 'origin', `git://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
  const start = performance.now();
  const said = await failure(a.publish({ timeoutMs: 700 }), place);
  expect(said).toMatchInlineSnapshot(
    `"timeout: publishing …/a/history took longer than 0.7 s and was given up; the remote may be hanging; nothing is lost, the next run does it; check the network with: git ls-remote"`,
  );
  expect(performance.now() - start).toBeLessThan(4000);
  a.git('remote', 'set-url', 'origin', place.remote);
  expect(await a.publish()).toMatchObject({ lines: 1, pushed: true });
});

test('who is told to stop throws the reason it was given', async ({ a }) => {
  const reason = new Error('enough');
  await expect(a.publish({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('a remote that nobody listens at is unreachable, after more than one try', async ({ place, a }) => {
  a.git('remote', 'set-url', 'origin', 'git://127.0.0.1:1/x');
  let waits = 0;
  const wait = async () => {
    waits += 1;
  };
  expect(await failure(a.publish({ wait }), place)).toMatchInlineSnapshot(
    `"unreachable: origin cannot be reached: fatal: unable to connect to 127.0.0.1: 127.0.0.1[0: 127.0.0.1]: errno=Connection refused; check the address and the network: git ls-remote origin"`,
  );
  expect(waits).toBe(2);
});

test('a remote that disappears between two steps is unreachable, and publishing works when it is back', async ({
  place,
  a,
}) => {
  const b = place.clone('b');
  await b.append(2);
  await b.publish();
  const away = `${place.remote}.away`;
  const wait = async () => renameSync(place.remote, away);
  expect(await failure(a.publish({ wait }), place)).toMatchInlineSnapshot(
    `"unreachable: origin cannot be reached: fatal: '…/remote.git' does not appear to be a git repository; check the address and the network: git ls-remote origin"`,
  );
  renameSync(away, place.remote);
  await a.publish();
  expect(published(place)).toEqual([1, 2]);
});

test('without git the error says what to install', async ({ place, a }) => {
  expect(await failure(a.publish({ env: { ...ENV, PATH: '' } }), place)).toMatchInlineSnapshot(
    `"git-missing: history is published with git, which cannot be started here (spawn git ENOENT); install git 2.31 or newer, or add its folder to PATH"`,
  );
});

base('a folder outside of any repository', async () => {
  using place = makePlace();
  const folder = mkdtempSync(join(tmpdir(), 'vedette-outside-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const work = publish({ folder: join(folder, 'history'), env: ENV, ownBranch: false, message: 'x', dryRun: false });
  expect((await failure(work, place)).replaceAll(folder, 'OUTSIDE')).toMatchInlineSnapshot(
    `"no-repository: OUTSIDE/history is in no work tree of git that can be used (fatal: not a git repository (or any of the parent directories): .git); history is published from a clone: run this in one, or make one with git clone"`,
  );
});

test('a remote without a name', async ({ place, a }) => {
  expect(await failure(a.publish({ remote: 'upstream' }), place)).toMatchInlineSnapshot(
    `"no-remote: …/a has no remote called "upstream", it has origin; name one, or add it: git remote add upstream URL"`,
  );
});

test('the whole repository is no folder of history', async ({ place, a }) => {
  expect(await failure(a.publish({ folder: a.folder }), place)).toMatchInlineSnapshot(
    `"bad-folder: …/a is not a folder inside the work tree …/a; history needs one of its own, as …/a/history"`,
  );
});

test.for(['-x', 'a b', 'a..b', 'a:b', '+a', 'a.lock', '@', '/a', 'refs/'])(
  'no name of a branch: %s',
  async (branch, { a }) => {
    await expect(a.publish({ branch })).rejects.toMatchObject({ kind: 'no-branch' });
  },
);

describe('what a publisher that was killed left behind', () => {
  const leftovers = [
    'refs/vedette/main',
    'refs/worktree/vedette/main',
    'refs/worktree/vedette-merged/main',
    'refs/remotes/origin/main',
    'shallow',
  ];

  test('is cleared away: lock files of git and folders of ours', async ({ place, a }) => {
    await a.publish();
    const scratch = join(a.folder, '.git/vedette');
    mkdirSync(join(scratch, 'work-killed'), { recursive: true });
    for (const name of leftovers) writeFileSync(join(a.folder, '.git', `${name}.lock`), '');
    await a.append(2);
    await a.publish();
    expect(published(place)).toEqual([1, 2]);
    expect(readdirSync(scratch).filter((name) => name !== 'seen.json')).toEqual([]);
    for (const name of leftovers) expect(readdirSync(join(a.folder, '.git', name, '..'))).not.toContain(`${name}.lock`);
    expect(a.git('rev-parse', 'refs/vedette/main', 'origin/main').split('\n')).toHaveLength(2);
    a.git('fetch', '--quiet');
  });

  test('but not a lock that was there before it', async ({ a }) => {
    const lock = join(a.folder, '.git/shallow.lock');
    writeFileSync(lock, 'of somebody else');
    utimesSync(lock, 1, 1);
    mkdirSync(join(a.folder, '.git/vedette/work-killed'), { recursive: true });
    await a.publish();
    expect(readdirSync(join(a.folder, '.git'))).toContain('shallow.lock');
  });
});

test('links and folders of other names in the history are left alone', async ({ place, a }) => {
  symlinkSync('/etc/passwd', join(a.history, 'raw/link.ndjson'));
  mkdirSync(join(a.history, '.hidden'));
  writeFileSync(join(a.history, '.hidden/file'), 'x');
  await a.publish(OWN);
  expect(place.git(place.remote, 'ls-tree', '-r', '--name-only', 'history')).not.toMatch(/link|hidden/);
  expect(published(place, 'history', DAY)).toEqual([1]);
});
