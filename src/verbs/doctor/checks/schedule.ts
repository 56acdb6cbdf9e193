import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { folderShape, repositoryShape, unseen, workflowList } from '../github.ts';
import { scheduledFiles, WORKFLOWS } from '../workflow-files.ts';

/** `schedule` fires on the default branch only, and not where it was switched off. */
export default defineCheck({
  name: 'schedule',
  async ask({ github, workflows, repository }) {
    const files = scheduledFiles(workflows).map(({ path }) => path);
    const known = await github?.get('', repositoryShape);
    const branch = known?.kind === 'value' ? known.value.default_branch : undefined;
    if (!github || branch === undefined || files.length === 0) return undefined;
    return {
      files,
      branch,
      here: repository.branch,
      onBranch: await github.get(`/contents/${WORKFLOWS}?ref=${encodeURIComponent(branch)}`, folderShape),
      states: await github.get('/actions/workflows?per_page=100', workflowList),
    };
  },
  judge(facts) {
    if (!facts) return [];
    const { files, branch, here, onBranch, states } = facts;
    if (onBranch.kind !== 'value' && !(onBranch.kind === 'refused' && onBranch.status === 404))
      return [unseen(onBranch, 'give the token the permission `contents: read`')];
    if (states.kind !== 'value') return [unseen(states, 'give the token the permission `actions: read`')];
    const there = onBranch.kind === 'value' ? onBranch.value.map(({ path }) => path) : [];
    const stateOf = new Map(states.value.workflows.map(({ path, state }) => [path, state]));
    return files.map((file): Finding => {
      if (!there.includes(file))
        return problem(
          `${file} is not on the default branch, ${branch}, and schedules fire nowhere else`,
          here === undefined || here === branch ? `git push origin ${branch}` : `merge ${here} into ${branch}`,
        );
      return judge(file, stateOf.get(file));
    });
  },
});

function judge(file: string, state: string | undefined): Finding {
  const name = file.slice(WORKFLOWS.length + 1);
  const enable = `gh workflow enable ${name}, or Actions → the workflow → Enable workflow`;
  switch (state) {
    case 'active':
      return ok(`${file} is active`);
    case 'disabled_inactivity':
      return problem(`${file} was switched off: 60 days without a commit by a person`, enable);
    case 'disabled_manually':
    case 'disabled_fork':
      return problem(`${file} is switched off (${state.replace('disabled_', '')})`, enable);
    case undefined:
      return warning(`${file} is not known to Actions yet`, `gh workflow run ${name}`);
    default:
      return warning(`${file} is ${state}`, enable);
  }
}
