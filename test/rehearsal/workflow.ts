/**
 * Runs a workflow file as GitHub would: jobs in the order of their needs, with conditions, matrices and outputs. What a
 * `uses:` does is in `actions.ts`.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import { isMet, resolve, type Scope } from './expression.ts';
import { type Conclusion, condition, type JobResult, runSteps, type Stage, step, texts, values } from './steps.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);

const job = z.object({
  name: z.string().optional(),
  needs: list,
  if: condition,
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.literal(false) }).optional(),
  strategy: z.object({ matrix: z.unknown() }).optional(),
  'continue-on-error': z.boolean().default(false),
  outputs: z.record(z.string(), z.string()).default({}),
  env: values,
  steps: z.array(step).min(1),
});
const workflow = z.object({ name: z.string(), env: values, jobs: z.record(z.string(), job) });
type Job = z.output<typeof job>;

export async function runWorkflow(source: string, stage: Stage): Promise<Record<string, JobResult>> {
  const { jobs, env } = workflow.parse(parse(source));
  const results: Record<string, JobResult> = {};
  for (let left = Object.keys(jobs); left.length > 0; ) {
    const ready = left.filter((id) => jobs[id]!.needs.every((need) => need in results));
    if (ready.length === 0) throw new Error(`jobs that wait for each other: ${left.join(', ')}`);
    const done = await Promise.all(
      ready.map((id) =>
        runJob(id, jobs[id]!, ancestorsOf(id, jobs), results, { ...stage, env: { ...stage.env, ...texts(env) } }),
      ),
    );
    ready.forEach((id, index) => {
      results[id] = done[index]!;
    });
    left = left.filter((id) => !ready.includes(id));
  }
  return results;
}

async function runJob(
  id: string,
  job: Job,
  ancestors: ReadonlySet<string>,
  done: Record<string, JobResult>,
  stage: Stage,
): Promise<JobResult> {
  const chain = [...ancestors];
  const has = (one: Conclusion): boolean => chain.some((need) => done[need]!.result === one);
  const needs = Object.fromEntries(job.needs.map((need) => [need, done[need]!]));
  const contexts = { ...stage.contexts, needs };
  // A job behind a skipped one is skipped as well, however far behind, unless it says what it thinks of that.
  const scope: Scope = { contexts, status: has('failure') ? 'failure' : has('skipped') ? 'skipped' : 'success' };
  if (!isMet(job.if, scope)) return { result: 'skipped', outputs: {}, log: '' };
  const run = () =>
    Promise.all(
      matrixOf(job, scope).map((matrix, index) =>
        runSteps(id, job, { ...contexts, matrix, strategy: { 'job-index': index } }, stage),
      ),
    );
  const runs = await (job.concurrency ? stage.oneByOne(job.concurrency.group, run) : run());
  return {
    result: runs.some(({ result }) => result === 'failure') && !job['continue-on-error'] ? 'failure' : 'success',
    outputs: Object.assign({}, ...runs.map(({ outputs }) => outputs)),
    log: runs.map(({ log }) => log).join('\n'),
  };
}

function ancestorsOf(id: string, jobs: Readonly<Record<string, Job>>): Set<string> {
  const found = new Set(jobs[id]!.needs);
  for (const need of found) for (const further of jobs[need]!.needs) found.add(further);
  return found;
}

/** `include` only, or one list a key. */
function matrixOf({ strategy }: Job, scope: Scope): Record<string, unknown>[] {
  if (!strategy) return [{}];
  const matrix = resolve(strategy.matrix, scope) as Record<string, unknown>;
  if (Array.isArray(matrix.include)) return matrix.include as Record<string, unknown>[];
  return Object.entries(matrix).reduce<Record<string, unknown>[]>(
    (rows, [key, list]) => rows.flatMap((row) => (list as unknown[]).map((value) => ({ ...row, [key]: value }))),
    [{}],
  );
}
