/** What this clone can say of the branch without asking the remote. */
import { git, runGit } from './git.ts';
import { baseRef, mergedRef, type Repository, tipRef, trackingRef } from './repository.ts';

export interface Known {
  /** The branch's last commit as far as we know. */
  tip: string | undefined;
  /** Its commit that was last brought together with this folder. */
  merged: string | undefined;
  /** Commits whose history this folder once was. */
  bases: readonly string[];
}

export async function knownOf(repository: Repository): Promise<Known> {
  const names = [tipRef(repository), baseRef(repository), mergedRef(repository), trackingRef(repository)];
  const [ours, base, merged, tracked, branch] = await refsOf(repository, [...names, repository.head.ref ?? []].flat());
  const tip = await newerOf(repository, ours, tracked);
  const checkedOut = tip === undefined ? undefined : await publishedPart(repository, branch, tip);
  return {
    tip,
    merged: merged ?? tip,
    bases: [...new Set([base, checkedOut])].filter((commit) => commit !== undefined),
  };
}

/** Undefined before the first commit. */
export async function headCommit({ place }: Repository): Promise<string | undefined> {
  const { code, stdout } = await runGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}

async function refsOf({ place }: Repository, names: readonly string[]): Promise<(string | undefined)[]> {
  const list = await git(place, ['for-each-ref', '--format=%(refname)%00%(objectname)', ...names]);
  const found = new Map(list.split('\n').map((line) => line.split('\0') as [string, string]));
  return names.map((name) => found.get(name));
}

async function newerOf(repository: Repository, ours?: string, tracked?: string): Promise<string | undefined> {
  if (ours === undefined || tracked === undefined || ours === tracked) return ours ?? tracked;
  const { code } = await runGit(repository.place, ['merge-base', '--is-ancestor', ours, tracked]);
  return code === 0 ? tracked : ours;
}

/** The files of a work tree come from its HEAD; of that, what the branch has, too. Commits not pushed are own lines. */
async function publishedPart(
  repository: Repository,
  branch: string | undefined,
  tip: string,
): Promise<string | undefined> {
  if (repository.ownBranch) return undefined;
  const head = branch ?? (await headCommit(repository));
  if (head === undefined || head === tip) return head;
  const { code, stdout } = await runGit(repository.place, ['merge-base', head, tip]);
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}
