/**
 * Brings the folder of history to its branch. The push is the transaction: on a rejected one, what this folder has
 * beyond its base is done again to the new tip. Killed at any moment, the next run finds every line where it was.
 */
import { blobOf, type Changes, commitOnTip, type Signed } from './commit.ts';
import { type Attempt, compete, type Pace } from './compete.ts';
import { headCommit, knownOf } from './known.ts';
import { readLocal } from './local.ts';
import { type Local, type Merge, mergeOnto, type Settle } from './merge-onto.ts';
import { PublishError } from './publish-error.ts';
import { leaveRefs, prepareRefs, remember } from './remember.ts';
import { fetchTip, push } from './remote.ts';
import { inRepository, type Repository, type Target } from './repository.ts';
import { inScratch } from './scratch.ts';
import { takeSnapshot } from './snapshot.ts';
import { tidy } from './tidy.ts';
import { type Surroundings, withinTime } from './time-limit.ts';
import type { NewObject } from './tree-object.ts';

export interface PublishOptions extends Target, Signed, Surroundings, Pace {
  /** Says what would be published; only what this clone knows of the remote is brought up to date. */
  dryRun: boolean;
  /** Digests and retention of what is about to be published. Not asked when nothing is. */
  settle?: Settle;
}

export interface Published {
  /** The branch's tip afterwards; undefined while there is none. */
  commit: string | undefined;
  tries: number;
  /** New on the branch, or in a dry run, what would be. */
  lines: number;
  /** False when the branch had everything already, and in a dry run. */
  pushed: boolean;
}

export function publish(options: PublishOptions): Promise<Published> {
  return withinTime(options, `publishing ${options.folder}`, async (env, signal) => {
    return inRepository(options, env, signal, async (repository) => {
      const published = await inScratch(repository, () => publishFrom(repository, options));
      if (published.pushed) await tidy(repository);
      return published;
    });
  });
}

/** The commit to build on. `isNew` when the remote has no such branch. */
interface Tip {
  commit: string | undefined;
  isNew: boolean;
}

async function publishFrom(repository: Repository, options: PublishOptions): Promise<Published> {
  const { signal } = repository.place;
  let known = await knownOf(repository);
  // Asking moves it, where nothing was brought together yet.
  const seen = known.merged;
  let first: Tip = { commit: known.tip, isNew: false };
  const isAsked = known.tip === undefined || options.dryRun;
  if (isAsked) {
    const ask = async (): Promise<Attempt<Tip>> => ({ outcome: 'done', value: await askForTip(repository) });
    first = (await compete(ask, options, signal)).value;
    known = await knownOf(repository);
  }
  const local = await readLocal(repository, { bases: known.bases, tip: first.commit, seen }, takeSnapshot);
  const attempt = async (earlier: number): Promise<Attempt<Omit<Published, 'tries'>>> => {
    const tip = earlier === 0 ? first : await askForTip(repository);
    const merge = await mergeOnto(repository, local, tip.commit, options.settle);
    const isTold = isAsked || earlier > 0;
    return publishOnto(repository, { tip, merge, local, isTold, options });
  };
  const { value, tries } = await compete(attempt, options, signal);
  return { ...value, tries };
}

/** A branch that the remote has lost begins where it ended; one that it never had, where this clone is. */
async function askForTip(repository: Repository): Promise<Tip> {
  const commit = await fetchTip(repository);
  if (commit !== undefined) return { commit, isNew: false };
  const { head, remote, branch, ownBranch, isShallow } = repository;
  // Without its past a remote takes no commit that has one.
  if (ownBranch) return { commit: isShallow ? undefined : (await knownOf(repository)).tip, isNew: true };
  if (head.isOnBranch) return { commit: await headCommit(repository), isNew: true };
  throw new PublishError(
    'no-branch',
    `${remote} has no branch ${branch}, and it is not checked out here; push it once: git push ${remote} ${branch}`,
  );
}

interface Transaction {
  tip: Tip;
  merge: Merge;
  local: Local;
  /** The remote has said itself that this is its tip. */
  isTold: boolean;
  options: PublishOptions;
}

async function publishOnto(
  repository: Repository,
  { tip, merge, local, isTold, options }: Transaction,
): Promise<Attempt<Omit<Published, 'tries'>>> {
  const { lines } = merge;
  const idle = { outcome: 'done', value: { commit: tip.commit, lines, pushed: false } } as const;
  if (options.dryRun) return idle;
  const { changes, blobs } = contentsOf(repository, merge);
  const files = new Map(
    [...merge.tip, ...changes].filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const isNothingNew = changes.size === 0 && (!tip.isNew || tip.commit === undefined);
  if (isNothingNew) {
    // The next one need not ask again.
    if (isTold && tip.commit !== undefined) await remember(repository, local.own, { tip: tip.commit, files });
    return idle;
  }
  const { message, author } = options;
  const commit =
    changes.size === 0
      ? tip.commit!
      : await commitOnTip(repository, { tip: tip.commit, changes, blobs, message, author });
  repository.place.signal.throwIfAborted();
  const pushing = push(repository, commit, tip.isNew ? undefined : tip.commit);
  const refs = prepareRefs(repository);
  try {
    const pushed = await pushing;
    if (pushed.outcome === 'lost') return pushed;
    await remember(repository, local.own, { tip: commit, files }, refs);
    return { outcome: 'done', value: { commit, lines, pushed: true } };
  } finally {
    await leaveRefs(refs);
  }
}

/** Ids of what changes, and the contents that git may not have yet. */
function contentsOf(repository: Repository, { changes }: Merge): { changes: Changes; blobs: NewObject[] } {
  const blobs: NewObject[] = [];
  const ids = [...changes].map(([path, content]): [string, string | undefined] => {
    if (!content || 'id' in content) return [path, content?.id];
    const blob = blobOf(repository, content.text);
    blobs.push(blob);
    return [path, blob.id];
  });
  return { changes: new Map(ids), blobs };
}
