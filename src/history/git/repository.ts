/** The clone that a folder of history lies in: what it knows of the branch, read once and without changing anything. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { firstWords, type GitPlace, runGit } from './git.ts';
import { type Objects, openObjects } from './objects.ts';
import { PublishError } from './publish-error.ts';
import type { Tree } from './tree.ts';
import type { Entry } from './tree-object.ts';

/** Where history lies on a branch of its own. */
const OWN_FOLDER = 'history';

export interface Target {
  folder: string;
  remote?: string | undefined;
  branch?: string | undefined;
  ownBranch: boolean;
}

export interface Repository {
  place: GitPlace;
  /** The folder of history, absolute, without links. */
  folder: string;
  /** Ours, in the folder of git that all work trees share. */
  scratch: string;
  commonDir: string;
  /** Of this work tree. */
  gitDir: string;
  isShallow: boolean;
  hash: 'sha1' | 'sha256';
  remote: string;
  branch: string;
  ownBranch: boolean;
  /** The history's folder on the branch. */
  path: string;
  head: { ref: string | undefined; isOnBranch: boolean };
  objects: Objects;
  /** What was read once: by commit, and by the id of a folder. Neither changes. */
  trees: Map<string, Tree>;
  entries: Map<string, readonly Entry[]>;
}

/** The last commit of the branch that this clone knows. */
export const tipRef = ({ branch }: Repository): string => `refs/vedette/${branch}`;
/**
 * The folder as it was when all of it was on the branch. Of each work tree its own: another one's folder has other lines,
 * and those that it lacks would seem to have been taken away.
 */
export const baseRef = ({ branch }: Repository): string => `refs/worktree/vedette/${branch}`;
/**
 * The branch as it was when the folder was last brought together with it. Asking the remote does not move this one: whoever
 * is killed behind that would no longer see that the branch was begun anew.
 */
export const mergedRef = ({ branch }: Repository): string => `refs/worktree/vedette-merged/${branch}`;
export const trackingRef = ({ remote, branch }: Repository): string => `refs/remotes/${remote}/${branch}`;

/** Hands the repository to the work, and ends what reads from it. */
export async function inRepository<T>(
  target: Target,
  env: GitPlace['env'],
  signal: AbortSignal,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const { existing, folder } = await locate(resolve(target.folder));
  const outside: GitPlace = { cwd: existing, env, signal };
  const objects = openObjects(outside);
  try {
    return await work(await openRepository(target, { outside, folder, objects }));
  } finally {
    await objects.close();
  }
}

interface Opened {
  outside: GitPlace;
  folder: string;
  objects: Objects;
}

async function openRepository(target: Target, { outside, folder, objects }: Opened): Promise<Repository> {
  const { env, signal } = outside;
  const [facts, config] = await Promise.all([factsOf(outside, folder), configOf(outside)]);
  const { root, commonDir, gitDir, isShallow, hash, head } = facts;
  const place: GitPlace = { cwd: root, env, signal };
  const remote = target.remote ?? 'origin';
  checkRemote(remote, config, root);
  const current = head?.slice('refs/heads/'.length);
  const upstream = current === undefined ? undefined : upstreamOf(current, remote, config);
  const branch = checkBranch(target.branch ?? upstream);
  const path = target.ownBranch ? OWN_FOLDER : relative(root, folder).split(sep).join('/');
  if (path === '' || path.startsWith('../')) {
    const problem = `${folder} is not a folder inside the work tree ${root}`;
    throw new PublishError('bad-folder', `${problem}; history needs one of its own, as ${join(root, OWN_FOLDER)}`);
  }
  return {
    place,
    folder,
    scratch: join(commonDir, 'vedette'),
    commonDir,
    gitDir,
    isShallow,
    hash,
    remote,
    branch,
    ownBranch: target.ownBranch,
    path,
    head: { ref: head, isOnBranch: upstream === branch },
    objects,
    trees: new Map(),
    entries: new Map(),
  };
}

/** The folder need not be there yet; git is asked from the nearest one that is. */
async function locate(folder: string): Promise<{ existing: string; folder: string }> {
  try {
    const real = await realpath(folder);
    return { existing: real, folder: real };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    const parent = await locate(dirname(folder));
    return { existing: parent.existing, folder: join(parent.folder, basename(folder)) };
  }
}

async function factsOf(place: GitPlace, folder: string) {
  const questions = [
    '--show-toplevel',
    '--git-common-dir',
    '--git-dir',
    '--is-shallow-repository',
    '--show-object-format',
  ];
  const asked = ['rev-parse', '--path-format=absolute', ...questions, '--symbolic-full-name', 'HEAD'];
  const { stdout, stderr } = await runGit(place, asked);
  const [root = '', commonDir = '', gitDir = '', isShallow, hash, head] = stdout.toString('utf8').split('\n');
  if (hash === 'sha1' || hash === 'sha256') {
    const ref = head?.startsWith('refs/') ? head : await unbornHead(place);
    return { root, commonDir, gitDir, isShallow: isShallow === 'true', hash, head: ref } as const;
  }
  const problem = `${folder} is in no work tree of git that can be used (${firstWords(stderr)})`;
  const fix = 'history is published from a clone: run this in one, or make one with git clone';
  throw new PublishError('no-repository', `${problem}; ${fix}`);
}

/** A branch without a commit has a name, too; a detached HEAD has none. */
async function unbornHead(place: GitPlace): Promise<string | undefined> {
  const { code, stdout } = await runGit(place, ['symbolic-ref', '--quiet', 'HEAD']);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

type GitConfig = ReadonlyMap<string, string>;

async function configOf(place: GitPlace): Promise<GitConfig> {
  const { stdout } = await runGit(place, ['config', '--null', '--get-regexp', String.raw`^(remote|branch)\.`]);
  const entries = stdout.toString('utf8').split('\0').filter(Boolean);
  return new Map(
    entries.map((entry) => {
      const [name = '', ...value] = entry.split('\n');
      return [name, value.join('\n')];
    }),
  );
}

function checkRemote(remote: string, config: GitConfig, root: string): void {
  if (config.has(`remote.${remote}.url`) || config.has(`remote.${remote}.pushurl`)) return;
  const names = [...config.keys()].flatMap((name) => /^remote\.(.*)\.url$/.exec(name)?.[1] ?? []);
  const known = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
  throw new PublishError(
    'no-remote',
    `${root} has no remote called ${JSON.stringify(remote)}, ${known}; name one, or add it: git remote add ${remote} URL`,
  );
}

function upstreamOf(branch: string, remote: string, config: GitConfig): string {
  const merge = config.get(`branch.${branch}.merge`);
  const isOfRemote = config.get(`branch.${branch}.remote`) === remote;
  return isOfRemote && merge?.startsWith('refs/heads/') ? merge.slice('refs/heads/'.length) : branch;
}

/** It becomes part of a refspec, in which some characters have a meaning. */
function checkBranch(branch: string | undefined): string {
  if (branch === undefined) {
    const problem = 'no branch is checked out, so history does not know where to go';
    throw new PublishError('no-branch', `${problem}; name the branch, or check one out: git switch main`);
  }
  const isName =
    /^(?![-/.])[^\p{Cc} ~^:?*[\\]+(?<![/.])$/u.test(branch) && !/\.\.|\/\/|\/\.|@\{|\.lock(\/|$)/.test(branch);
  if (isName && branch !== '@') return branch;
  throw new PublishError('no-branch', `${JSON.stringify(branch)} is no name of a branch; expected one like main`);
}
