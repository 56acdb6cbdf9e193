/** `vedette history publish`, `fetch`, `squash`: to, from and on the branch that holds the history. */
import type { Flags, Io, Verb } from '../../cli.ts';
import { fetchHistory } from '../../history/git/fetch.ts';
import { publish as publishFolder } from '../../history/git/publish.ts';
import { PublishError } from '../../history/git/publish-error.ts';
import { squashBranch } from '../../history/git/squash.ts';
import { settleDigests } from '../../history/settle.ts';
import type { Branch } from '../../round/publishing.ts';
import { plural } from '../../units.ts';
import { CONFIG_OPTION, configOf, HISTORY_OPTION } from './folder.ts';
import { AUTHOR_HELP, AUTHOR_OPTION, authorProblem, branchOf, REMOTE_OPTIONS } from './target.ts';

const OPTIONS = { ...HISTORY_OPTION, ...CONFIG_OPTION, ...REMOTE_OPTIONS } as const;

const WHERE = `  --history DIR    where observations are kept (default history)
  --config FILE    whose \`history.branch\` is used (default services.yml)
  --remote NAME    default origin
  --branch NAME    instead of \`history.branch\`, or of the branch that is checked out`;

export const publish: Verb = {
  summary: 'commit and push what was recorded, whatever others push meanwhile',
  help: `usage: vedette history publish [--remote NAME] [--branch NAME] [--author TEXT] [--dry-run]

Adds the lines of this folder to the branch and pushes. When somebody else was faster, they are added again to what is
there then, up to twelve times. Neither the work tree nor the index is touched, and no hook runs. With \`history.branch\`
the history lives on a branch of its own, which is made when it is missing.

${WHERE}
${AUTHOR_HELP}
  --message TEXT   of the commit (default "Record observations")
  --dry-run        say what would be published, and publish nothing

Exit code: 0 published, or nothing was new; 5 it could not be, and the lines are still here.`,
  options: {
    ...OPTIONS,
    ...AUTHOR_OPTION,
    message: { type: 'string', default: 'Record observations' },
    'dry-run': { type: 'boolean', default: false },
  },
  run: (flags, io) =>
    within(flags, io, async (target) => {
      const { lines, tries, pushed, commit } = await publishFolder({
        ...target,
        message: String(flags.message),
        dryRun: flags['dry-run'] === true,
        settle: settleDigests,
      });
      const what = plural(lines, 'new line');
      if (flags['dry-run']) return `${what} would be published.`;
      if (!pushed) return 'Nothing was new.';
      // Files that are written whole, such as what is deployed, have no lines to count.
      return `${lines === 0 ? 'Changes' : what} published as ${commit!.slice(0, 10)}${tries > 1 ? `, at the ${ordinal(tries)} try` : ''}.`;
    }),
};

export const fetch: Verb = {
  summary: 'bring the branch of the history into the folder',
  help: `usage: vedette history fetch [--remote NAME] [--branch NAME]

Brings the files of \`history.branch\` into the folder; lines here that were not published yet stay. A branch that is
missing is an empty history. Without \`history.branch\` there is nothing to do: the history came with the checkout.

${WHERE}`,
  options: OPTIONS,
  run: (flags, io) =>
    within(flags, io, async (target) => {
      if (!target.ownBranch && flags.branch === undefined) return 'The history is on the branch that is checked out.';
      const { commit, changed } = await fetchHistory(target);
      return commit === undefined ? 'The branch does not exist yet.' : `${plural(changed, 'file')} changed.`;
    }),
};

export const squash: Verb = {
  summary: 'let go of the past of the branch, and keep its files',
  help: `usage: vedette history squash [--remote NAME] [--branch NAME] [--author TEXT]

Replaces the branch by a single commit with the same files, unless somebody pushes meanwhile; then once more. Only for a
branch that holds nothing but history. Rounds that others record at the same time are not lost.

${WHERE}
${AUTHOR_HELP}`,
  options: { ...OPTIONS, ...AUTHOR_OPTION },
  run: (flags, io) =>
    within(flags, io, async (target) => {
      const { squashed } = await squashBranch({
        ...target,
        message: 'Keep the history, let go of its past',
      });
      return squashed ? 'The branch is one commit now.' : 'There was nothing to let go of.';
    }),
};

/** Prints what the work says, or why it could not be done. */
async function within(flags: Flags, io: Io, work: (target: Branch) => Promise<string>): Promise<number> {
  const problem = authorProblem(flags);
  if (problem !== undefined) {
    io.stderr.write(`vedette: ${problem}; see: vedette history publish --help\n`);
    return 2;
  }
  const config = await configOf(flags, io);
  if (!config) return 1;
  try {
    io.stdout.write(`${await work(branchOf(flags, config === 'none' ? undefined : config, io))}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    io.stderr.write(`vedette: ${error.message}\n`);
    return 5;
  }
}

function ordinal(count: number): string {
  return count === 2 ? 'second' : count === 3 ? 'third' : `${count}th`;
}
