/** A branch of history without its past: the files stay, what they were on the way is let go. */
import { commitAsRoot, type Signed } from './commit.ts';
import { type Attempt, compete, type Pace } from './compete.ts';
import { git } from './git.ts';
import { PublishError } from './publish-error.ts';
import { setRefs } from './remember.ts';
import { defaultBranchOf, fetchTip, push } from './remote.ts';
import { inRepository, type Repository, type Target } from './repository.ts';
import { inScratch } from './scratch.ts';
import { type Surroundings, withinTime } from './time-limit.ts';

export interface SquashOptions extends Target, Signed, Surroundings, Pace {}

/** `squashed` is false when there is no branch, or nothing behind its last commit. */
export interface Squashed {
  commit: string | undefined;
  tries: number;
  squashed: boolean;
}

/** The branch becomes one commit with the same files, unless somebody publishes meanwhile; then once more. */
export function squashBranch(options: SquashOptions): Promise<Squashed> {
  return withinTime(options, `squashing ${options.branch ?? 'the branch'}`, async (env, signal) => {
    return inRepository(options, env, signal, async (repository) => {
      await refuseOthers(repository);
      const attempt = (): Promise<Attempt<Omit<Squashed, 'tries'>>> => squashOnce(repository, options);
      return inScratch(repository, async () => {
        const { value, tries } = await compete(attempt, options, signal);
        return { ...value, tries };
      });
    });
  });
}

async function squashOnce(repository: Repository, signed: Signed): Promise<Attempt<Omit<Squashed, 'tries'>>> {
  const tip = await fetchTip(repository);
  if (tip === undefined || !(await hasParents(repository, tip))) {
    return { outcome: 'done', value: { commit: tip, squashed: false } };
  }
  const commit = await commitAsRoot(repository, tip, signed);
  const result = await push(repository, commit, tip);
  if (result.outcome === 'lost') return result;
  await setRefs(repository, { tip: commit });
  return { outcome: 'done', value: { commit, squashed: true } };
}

/** As it is written in the commit: a clone that is cut off shows it without parents. */
async function hasParents({ place }: Repository, commit: string): Promise<boolean> {
  const [header = ''] = (await git(place, ['cat-file', 'commit', commit])).split('\n\n');
  return /^parent /m.test(header);
}

/** Only history that lives alone may lose its past: on any other branch it is the project's. */
async function refuseOthers(repository: Repository): Promise<void> {
  const { branch, remote, ownBranch, head } = repository;
  const refuse = (why: string): never => {
    const fix = 'only a branch that holds nothing but history is squashed; give it one of its own with history.branch';
    throw new PublishError('not-own-branch', `${branch} is not squashed: ${why}; ${fix}`);
  };
  if (!ownBranch) refuse('it is not only for history');
  if (head.isOnBranch) refuse('it is checked out here');
  if ((await defaultBranchOf(repository)) === branch) refuse(`it is the default branch of ${remote}`);
}
