import { instantInWords } from '../../../units.ts';
import { defineCheck, ok, problem, warning } from '../check.ts';
import { rateLimit, repositoryShape, unseen } from '../github.ts';

/** Below this share of its requests a round may run out of them. */
const LITTLE = 0.1;

export default defineCheck({
  name: 'GitHub',
  async ask({ github, repository, isOnActions }) {
    return {
      name: github?.repository,
      isOnActions,
      isOnGitHub: isOnActions || repository.remotes.some(({ github }) => github !== undefined),
      repository: await github?.get('', repositoryShape),
      rate: await github?.get('//rate_limit', rateLimit),
    };
  },
  judge({ name, isOnActions, isOnGitHub, repository, rate }) {
    if (!repository || !rate) {
      if (!isOnGitHub) return [];
      const byHand = 'GITHUB_TOKEN=$(gh auth token), and GITHUB_REPOSITORY=owner/name if no remote says it';
      const fix = isOnActions ? 'env: { GITHUB_TOKEN: "${{ github.token }}" } at the step' : byHand;
      return [warning('was not asked, for want of a token: Pages, workflows and runs are not known', fix)];
    }
    if (repository.kind === 'refused' && repository.status === 301)
      return [problem(`${name} has moved`, 'git remote set-url origin, with the new address')];
    if (repository.kind !== 'value')
      return [unseen(repository, 'see whether GITHUB_REPOSITORY and GITHUB_TOKEN belong together')];
    if (repository.value.archived)
      return [problem(`${name} is archived: nothing runs in it`, 'Settings → General → Unarchive this repository')];
    if (rate.kind !== 'value') return [unseen(rate, 'see whether the token is still valid')];
    const { limit, remaining, reset } = rate.value.resources.core;
    const left = `${remaining} of ${limit} requests are left until ${instantInWords(reset * 1000)}`;
    const fix = 'wait until then; see what else uses the same token';
    if (remaining === 0) return [problem(left, fix)];
    return [remaining < LITTLE * limit ? warning(left, fix) : ok(`${name}: ${left}`)];
  },
});
