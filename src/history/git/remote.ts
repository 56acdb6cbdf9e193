/** The other side: what it has, what it takes, and what its refusals mean. */
import { firstWords, git, runGit } from './git.ts';
import { knownOf } from './known.ts';
import { PublishError } from './publish-error.ts';
import { type Repository, tipRef } from './repository.ts';

/** `lost`: somebody else was faster; with what was there now it may be tried again. */
export type PushResult = { outcome: 'done' } | { outcome: 'lost'; words: string };

/**
 * The commit becomes the branch's tip if that is still the expected one, or if none is expected, there is none. Without
 * this a branch that somebody has put back on purpose would get back what was taken from it.
 */
export async function push(repository: Repository, commit: string, expected: string | undefined): Promise<PushResult> {
  const { place, remote, branch } = repository;
  const ref = `refs/heads/${branch}`;
  const { code, stdout, stderr } = await runGit(place, [
    ...['-c', `remote.${remote}.mirror=false`],
    ...['push', '--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'],
    ...[`--force-with-lease=${ref}:${expected ?? ''}`, remote, `${commit}:${ref}`],
  ]);
  if (code === 0) return { outcome: 'done' };
  const refusal = /^!\t[^\t]*\t(.*)$/m.exec(stdout.toString('utf8'))?.[1];
  if (refusal === undefined) throw connectionFailed(repository, stderr);
  if (isRace(refusal)) return { outcome: 'lost', words: refusal };
  const said = wordsOfRemote(stderr);
  const problem = `${remote} does not take the history on ${branch}: ${refusal}${said && ` (${said})`}`;
  const fix = `let whoever publishes push to ${branch} there, or give history a branch of its own`;
  throw new PublishError('rejected', `${problem}; ${fix}`);
}

/** Local checks and the remote's own locks; everything else a remote says is a decision. */
function isRace(refusal: string): boolean {
  if (refusal.startsWith('[rejected]')) return true;
  if (!refusal.startsWith('[remote rejected]')) return false;
  return /cannot lock ref|failed to (update|lock|write) ref|incorrect old value|already exists|shallow update|fetch first|internal server error|commit_refs/i.test(
    refusal,
  );
}

function wordsOfRemote(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => /^remote: (.*\S)/.exec(line)?.[1] ?? []);
  return lines
    .join(' ')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 500);
}

/** Brings the branch's last commit here; undefined when the remote has no such branch. */
export async function fetchTip(repository: Repository): Promise<string | undefined> {
  const { place, remote, branch, isShallow, ownBranch } = repository;
  const ref = tipRef(repository);
  // A clone that is cut off stays so. One that has some of the branch asks for the rest only.
  const isFirst = isShallow && ownBranch && (await knownOf(repository)).tip === undefined;
  const { code, stderr } = await runGit(place, [
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-prune'],
    ...(isFirst ? ['--depth=1'] : []),
    ...[remote, `+refs/heads/${branch}:${ref}`],
  ]);
  if (code === 0) return git(place, ['rev-parse', '--verify', ref]);
  if (/couldn't find remote ref/i.test(stderr)) return undefined;
  throw connectionFailed(repository, stderr);
}

/** The branch that visitors of the remote see; undefined when it does not say. */
export async function defaultBranchOf(repository: Repository): Promise<string | undefined> {
  const { code, stdout, stderr } = await runGit(repository.place, ['ls-remote', '--symref', repository.remote, 'HEAD']);
  if (code !== 0) throw connectionFailed(repository, stderr);
  return /^ref: refs\/heads\/(.*)\tHEAD$/m.exec(stdout.toString('utf8'))?.[1];
}

const FORBIDDEN =
  /permission denied|authentication failed|could not read (username|password)|terminal prompts disabled|access denied|not granted|returned error: 40[13]|protected/i;
const MISSING = /does not appear to be a git repository|repository .*not found|not found|no such (file|repository)/i;
const PASSING =
  /could not resolve host|connection|timed out|hung up|early eof|rpc failed|returned error: 5\d\d|unexpected disconnect|temporary failure/i;
const OURS =
  /unable to (create|write|append)|no space left|read-only|cannot lock ref|insufficient permission|object file|index-pack failed/i;

function connectionFailed({ remote, place }: Repository, stderr: string): PublishError {
  const words = [wordsOfRemote(stderr), firstWords(stderr)].filter(Boolean).join('; ');
  if (FORBIDDEN.test(stderr)) {
    const fix = `check who may push there, and with which key or token: git push --dry-run ${remote}`;
    return new PublishError('rejected', `${remote} lets nobody in without the right to: ${words}; ${fix}`);
  }
  if (OURS.test(stderr)) {
    return new PublishError('git-failed', `git cannot write in ${place.cwd}: ${words}`, {
      isPassing: /lock/.test(stderr),
    });
  }
  const isMissing = MISSING.test(stderr);
  const fix = `check the address and the network: git ls-remote ${remote}`;
  return new PublishError('unreachable', `${remote} cannot be reached: ${words}; ${fix}`, {
    isPassing: !isMissing && PASSING.test(stderr),
  });
}
