import { durationInWords, instantInWords, plural } from '../../../units.ts';
import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { type ApiAnswer, type Run, runList, unseen } from '../github.ts';
import { scheduledFiles, WORKFLOWS } from '../workflow-files.ts';

const ASKED = 20;
/** GitHub leaves hours out; longer than this it never has on ordinary days. */
const LONG_MS = 6 * 3_600_000;

export default defineCheck({
  name: 'runs',
  async ask({ github, workflows, now }) {
    const files = github ? scheduledFiles(workflows) : [];
    const answers = await Promise.all(
      files.map(async ({ path }) => {
        const name = path.slice(WORKFLOWS.length + 1);
        const query = `/actions/workflows/${encodeURIComponent(name)}/runs?per_page=${ASKED}&exclude_pull_requests=true`;
        return { name, answer: (await github!.get(query, runList)) as ApiAnswer<{ workflow_runs: Run[] }> };
      }),
    );
    return { answers, now };
  },
  judge: ({ answers, now }) =>
    answers.map(({ name, answer }) => {
      if (answer.kind === 'value') return judge(name, answer.value.workflow_runs, now);
      // The check of the schedule says that it is not there.
      return unseen(answer, 'give the token the permission `actions: read`');
    }),
});

/** `runs`: the newest first. */
function judge(name: string, runs: readonly Run[], now: number): Finding {
  const ended = runs.filter(({ conclusion }) => conclusion && !['cancelled', 'skipped'].includes(conclusion));
  if (ended.length === 0)
    return warning(`${name} has not ended a run yet`, `gh workflow run ${name}, and look at how it goes`);
  const successAt = ended.findIndex(({ conclusion }) => conclusion === 'success');
  const logs = `gh run list --workflow ${name} --status failure, and \`gh run view --log-failed\``;
  const last = ended[0]!;
  if (successAt < 0)
    return problem(`the last ${plural(ended.length, 'run')} of ${name} failed (${last.conclusion})`, logs);
  const success = ended[successAt]!;
  const ago = `${durationInWords(Math.max(0, now - success.created_at))} ago (${instantInWords(success.created_at)})`;
  if (successAt > 0)
    return warning(`the last ${plural(successAt, 'run')} of ${name} failed; the last good one was ${ago}`, logs);
  const failed = ended.filter(({ conclusion }) => conclusion !== 'success').length;
  const words = `${name} went well ${ago}; ${failed} of the last ${ended.length} failed`;
  if (now - success.created_at > LONG_MS)
    return problem(`${words}, and none came since`, `gh workflow run ${name}; see https://www.githubstatus.com`);
  return failed * 2 > ended.length ? warning(words, logs) : ok(words);
}
