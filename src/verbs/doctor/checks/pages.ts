import { defineCheck, ok, problem, warning } from '../check.ts';
import { pagesShape, unseen } from '../github.ts';

const SWITCH_ON = 'Settings → Pages → Source: GitHub Actions';

export default defineCheck({
  name: 'Pages',
  async ask({ github, workflows }) {
    return {
      answer: await github?.get('/pages', pagesShape),
      isUsed: workflows.some(({ jobs }) => jobs.some(({ actions }) => actions.includes('actions/deploy-pages'))),
    };
  },
  judge({ answer, isUsed }) {
    if (!answer) return [];
    if (!isUsed) return [ok('no workflow publishes there')];
    if (answer.kind === 'refused' && answer.status === 404) return [problem('Pages is off', SWITCH_ON)];
    if (answer.kind !== 'value') return [unseen(answer, 'give the token the permission `pages: read`')];
    const { build_type, html_url, https_enforced } = answer.value;
    if (build_type !== 'workflow')
      return [problem(`the source of Pages is a branch, so what the workflow deploys is refused`, SWITCH_ON)];
    if (https_enforced === false)
      return [warning(`${html_url ?? 'the page'} may be read without TLS`, 'Settings → Pages → Enforce HTTPS')];
    return [ok(`published by Actions at ${html_url ?? 'an address that GitHub does not say'}`)];
  },
});
