/** What this clone knows of the branch from now on. Killed before this, the next run finds nothing new and does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { blobOf, commitOfFolder } from './commit.ts';
import { firstWords, type Running, startGit } from './git.ts';
import { PublishError } from './publish-error.ts';
import { baseRef, mergedRef, type Repository, tipRef } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import type { Tree } from './tree.ts';

/** Whoever packs refs holds a lock on each for a moment. */
const TRIES = 10;
const WAIT_MS = 100;

/** The folder as it was read is on the branch, whose tip has these files. */
export async function remember(
  repository: Repository,
  own: Snapshot,
  { tip, files }: { tip: string; files: Tree },
  refs?: Refs,
): Promise<void> {
  const isSame = own.size === files.size && [...own].every(([path, { id }]) => files.get(path) === id);
  await setRefs(repository, { tip, base: isSame ? tip : await commitOfSnapshot(repository, own) }, refs);
}

/** The branch has more than the folder, which we leave alone: a base of the branch's files would miss them in it. */
function commitOfSnapshot(repository: Repository, own: Snapshot): Promise<string> {
  const blobs = [...own.values()].flatMap(({ text }) => (text === undefined ? [] : blobOf(repository, text)));
  return commitOfFolder(repository, new Map([...own].map(([path, { id }]) => [path, id])), blobs);
}

/** A git that waits to be told of refs, so that its start costs no time when it is. It holds no lock before. */
export type Refs = Running;

export function prepareRefs({ place }: Repository): Refs {
  const refs = startGit(place, ['update-ref', '--stdin', '-z']);
  // Whoever waits for it hears of it; until then nobody does.
  refs.ended.catch(() => undefined);
  refs.stdout.resume();
  return refs;
}

/** Told nothing, it changes nothing. */
export async function leaveRefs(refs: Refs): Promise<void> {
  refs.stdin.end();
  await refs.ended.catch(() => undefined);
}

export async function setRefs(
  repository: Repository,
  { tip, base }: { tip: string; base?: string },
  refs: Refs = prepareRefs(repository),
): Promise<void> {
  const { place } = repository;
  // With a base the folder and this tip were brought together.
  const both = [
    [baseRef(repository), base],
    [mergedRef(repository), tip],
  ];
  const updates = [[tipRef(repository), tip], ...(base === undefined ? [] : both)];
  const input = updates.map(([ref, commit]) => `update ${ref}\0${commit}\0\0`).join('');
  for (let tries = 1; ; tries += 1) {
    const running = tries === 1 ? refs : prepareRefs(repository);
    running.stdin.end(input);
    const { code, stderr } = await running.ended;
    if (code === 0) return;
    if (tries === TRIES)
      throw new PublishError('git-failed', `git update-ref failed in ${place.cwd}: ${firstWords(stderr)}`);
    await sleep(WAIT_MS, undefined, { signal: place.signal });
  }
}
