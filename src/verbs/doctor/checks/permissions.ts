import { defineCheck, type Finding, ok, problem, warning } from '../check.ts';
import { tokenShape, unseen } from '../github.ts';
import { callersOf, type WorkflowFile, type WorkflowJob } from '../workflow-files.ts';

/** What the token of a job needs for what the job does. */
const NEEDS: readonly { what: string; permissions: readonly string[]; does(job: WorkflowJob): boolean }[] = [
  {
    what: 'publishes the history',
    permissions: ['contents'],
    does: ({ verbs }) => verbs.includes('history publish') || verbs.includes('run'),
  },
  { what: 'keeps incidents as issues', permissions: ['issues'], does: ({ verbs }) => verbs.includes('run') },
  {
    what: 'deploys to Pages',
    permissions: ['pages', 'id-token'],
    does: ({ actions }) => actions.includes('actions/deploy-pages'),
  },
];

export default defineCheck({
  name: 'permissions',
  async ask({ github, workflows }) {
    const isLeftOpen = workflows.some(({ jobs }) =>
      jobs.some((job) => job.permissions === undefined && needsOf(job).length > 0),
    );
    return {
      workflows,
      // Only who administers a repository may see it, so it is not asked for nothing.
      byDefault: isLeftOpen ? await github?.get('/actions/permissions/workflow', tokenShape) : undefined,
    };
  },
  judge({ workflows, byDefault }) {
    if (callersOf(workflows, 'probe', 'run').length === 0) return [];
    const findings = workflows.flatMap((file) => file.jobs.flatMap((job) => judge(file, job, byDefault)));
    return findings.length > 0 ? findings : [ok('each job may do what it does')];
  },
});

type Default = Parameters<typeof unseen>[0] | { kind: 'value'; value: { default_workflow_permissions: string } };

function needsOf(job: WorkflowJob): { what: string; permission: string }[] {
  return NEEDS.filter(({ does }) => does(job)).flatMap(({ what, permissions }) =>
    permissions.map((permission) => ({ what, permission })),
  );
}

function judge({ path }: WorkflowFile, job: WorkflowJob, byDefault: Default | undefined): Finding[] {
  const needs = needsOf(job);
  const all = [...new Set(needs.map(({ permission }) => `${permission}: write`))].join(', ');
  const place = `${path}, job ${job.name}`;
  const fix = `permissions: { ${all} } at the job`;
  const { permissions } = job;
  if (permissions === 'write-all')
    return [warning(`${place}: may write everything`, needs.length > 0 ? fix : 'permissions: {} at the job')];
  if (permissions === undefined && needs.length > 0) {
    if (byDefault?.kind === 'value' && byDefault.value.default_workflow_permissions === 'write') return [];
    if (byDefault?.kind === 'value')
      return [problem(`${place}: says no permissions, and those of the repository only read`, fix)];
    return byDefault ? [unseen(byDefault, fix)] : [warning(`${place}: leaves its permissions to the repository`, fix)];
  }
  const given = typeof permissions === 'object' ? permissions : {};
  return needs
    .filter(({ permission }) => given[permission] !== 'write')
    .map(({ what, permission }) => problem(`${place}: ${what} without ${permission}: write`, fix));
}
