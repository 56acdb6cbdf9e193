/** Whether the jobs of the workflows last as long as the rounds that they are to make. */
import type { Config } from '../config/config.ts';
import { callersOf, type WorkflowFile } from './doctor/workflow-files.ts';

type Schedule = Config['schedule'];

const MINUTE_MS = 60_000;
/** For what comes before the first round, and for the last one with all that follows from it. */
const MARGIN_MS = 4 * MINUTE_MS;

/** A job that ends before its rounds do. */
interface ShortJob {
  path: string;
  job: string;
  hasMinutes: number;
  needsMinutes: number;
}

/** Minutes that a job has to have, whole ones as GitHub counts them. */
function minutesFor({ everyMs, rounds }: Schedule): number {
  return Math.ceil(((rounds - 1) * everyMs + MARGIN_MS) / MINUTE_MS);
}

/** One round has to be made whatever time there is, so only several can be too many. */
export function shortJobs(schedule: Schedule, files: readonly WorkflowFile[]): ShortJob[] {
  if (schedule.rounds === 1) return [];
  const needsMinutes = minutesFor(schedule);
  return callersOf(files, 'run').flatMap(({ file: { path }, job: { name, timeoutMinutes } }) =>
    timeoutMinutes !== undefined && timeoutMinutes < needsMinutes
      ? [{ path, job: name, hasMinutes: timeoutMinutes, needsMinutes }]
      : [],
  );
}

export function shortJobInWords({ path, job, hasMinutes }: ShortJob, { rounds }: Schedule): string {
  return `${path}, job ${job}: ends after ${hasMinutes} min, before \`schedule.rounds: ${rounds}\` are done`;
}

/** What GitHub fails beyond this must be split otherwise. */
const MOST_MINUTES = 360;

export function shortJobFix({ needsMinutes }: ShortJob): string {
  return needsMinutes <= MOST_MINUTES
    ? `timeout-minutes: ${needsMinutes} at the job, or fewer rounds`
    : `fewer rounds: on GitHub no job lasts longer than ${MOST_MINUTES} min`;
}

/**
 * Milliseconds that the job we run in has, as the workflow in the checkout says; undefined elsewhere, and where it does not
 * say it in a number.
 */
export function timeOfThisJob(
  env: Readonly<Record<string, string | undefined>>,
  files: readonly WorkflowFile[],
): number | undefined {
  const { GITHUB_WORKFLOW_REF = '', GITHUB_JOB } = env;
  // `owner/name/.github/workflows/probe.yml@refs/heads/main`
  const path = GITHUB_WORKFLOW_REF.split('@')[0]!.split('/').slice(2).join('/');
  const job = files.find((file) => file.path === path)?.jobs.find(({ name }) => name === GITHUB_JOB);
  return job?.timeoutMinutes === undefined ? undefined : job.timeoutMinutes * MINUTE_MS;
}

/** Whether a round that begins so long after the first will be over in time. */
export function isInTime(beginsAfterMs: number, jobMs: number | undefined): boolean {
  return jobMs === undefined || beginsAfterMs + MARGIN_MS <= jobMs;
}
