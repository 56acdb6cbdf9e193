/** What this clone knows of the branch from now on. Killed before this, the next run finds nothing new and does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { blobOf, commitOfFolder } from './commit.ts';
import { gitBytes } from './git.ts';
import { PublishError } from './publish-error.ts';
import { baseRef, type Repository, tipRef } from './repository.ts';
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
): Promise<void> {
  const isSame = own.size === files.size && [...own].every(([path, { id }]) => files.get(path) === id);
  await setRefs(repository, { tip, base: isSame ? tip : await commitOfSnapshot(repository, own) });
}

/** The branch has more than the folder, which we leave alone: a base of the branch's files would miss them in it. */
function commitOfSnapshot(repository: Repository, own: Snapshot): Promise<string> {
  const blobs = [...own.values()].flatMap(({ text }) => (text === undefined ? [] : blobOf(repository, text)));
  return commitOfFolder(repository, new Map([...own].map(([path, { id }]) => [path, id])), blobs);
}

export async function setRefs(repository: Repository, { tip, base }: { tip: string; base?: string }): Promise<void> {
  const updates = [[tipRef(repository), tip], ...(base === undefined ? [] : [[baseRef(repository), base]])];
  const input = updates.map(([ref, commit]) => `update ${ref}\0${commit}\0\0`).join('');
  for (let tries = 1; ; tries += 1) {
    try {
      await gitBytes(repository.place, ['update-ref', '--stdin', '-z'], {
        input: Buffer.from(input).toString('latin1'),
      });
      return;
    } catch (error) {
      if (!(error instanceof PublishError) || error.kind !== 'git-failed' || tries === TRIES) throw error;
      await sleep(WAIT_MS, undefined, { signal: repository.place.signal });
    }
  }
}
