/** What the workflows of a repository do, as far as it concerns us; read from the files beside services.yml. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export interface WorkflowFile {
  /** `.github/workflows/status.yml`. */
  path: string;
  /** Why it cannot be read; the rest is empty then. */
  problem?: string;
  /** Of its schedule. */
  crons: string[];
  jobs: WorkflowJob[];
}

export interface WorkflowJob {
  name: string;
  /** Verbs of ours that it calls: `probe`, `history publish`. */
  verbs: string[];
  /** Names of actions, without their version. */
  actions: string[];
  /** Names of variables that it hands to its steps. */
  env: string[];
  /** Undefined where neither the job nor the file says it. */
  permissions: Permissions | undefined;
  /** After which GitHub ends it; undefined where an expression says it. */
  timeoutMinutes: number | undefined;
}
type Permissions = z.output<typeof permissions>;

/** A repository has a few; of more than that the rest would not be ours. */
const MAX_FILES = 100;
export const WORKFLOWS = '.github/workflows';
/**
 * `node src/cli.ts probe`, `npm run vedette -- probe`, `vedette history publish`. Not `run --deployed --no-publish`, which
 * writes one file on its own machine, and `run --deploys`, which only looks: they need no right.
 */
const CALL = /(?:cli\.ts|\bvedette(?:\s+--)?)\s+(?!run --(?:deployed --no-publish|deploys)\b)(history \w+|[a-z]+)/g;

/** What GitHub gives a job that does not say it. */
const USUAL_TIMEOUT_MINUTES = 360;

const env = z.record(z.string(), z.unknown()).catch({});
const permissions = z.union([z.string(), z.record(z.string(), z.string())]);
const shape = z.object({
  on: z.unknown(),
  env: env.optional(),
  permissions: permissions.optional(),
  jobs: z.record(
    z.string(),
    z.object({
      env: env.optional(),
      permissions: permissions.optional(),
      'timeout-minutes': z.union([z.number(), z.string()]).default(USUAL_TIMEOUT_MINUTES),
      steps: z
        .array(z.object({ run: z.string().optional(), uses: z.string().optional(), env: env.optional() }))
        .default([]),
    }),
  ),
});
const scheduled = z.object({ schedule: z.array(z.object({ cron: z.string() })) });

export async function readWorkflowFiles(root: string): Promise<WorkflowFile[]> {
  const names = await readdir(join(root, WORKFLOWS)).catch(() => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(
    files.slice(0, MAX_FILES).map(async (name) => {
      const path = `${WORKFLOWS}/${name}`;
      const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
      return text === undefined ? broken(path, 'cannot be read') : readWorkflowFile(path, text);
    }),
  );
}

export function readWorkflowFile(path: string, text: string): WorkflowFile {
  let raw: unknown;
  try {
    raw = parse(text, { maxAliasCount: 100 });
  } catch {
    return broken(path, 'is no YAML');
  }
  const { data } = shape.safeParse(raw);
  if (!data) return broken(path, 'is no workflow');
  return {
    path,
    crons: scheduled.safeParse(data.on).data?.schedule.map(({ cron }) => cron) ?? [],
    jobs: Object.entries(data.jobs).map(([name, job]) => ({
      name,
      verbs: job.steps.flatMap(({ run = '' }) => [...run.matchAll(CALL)].map(([, verb]) => verb!)),
      actions: job.steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []),
      env: [data, job, ...job.steps].flatMap(({ env = {} }) => Object.keys(env)),
      permissions: job.permissions ?? data.permissions,
      timeoutMinutes: typeof job['timeout-minutes'] === 'number' ? job['timeout-minutes'] : undefined,
    })),
  };
}

function broken(path: string, problem: string): WorkflowFile {
  return { path, problem, crons: [], jobs: [] };
}

/** The jobs that call one of these verbs, with their files. */
export function callersOf(
  files: readonly WorkflowFile[],
  ...verbs: string[]
): { file: WorkflowFile; job: WorkflowJob }[] {
  return files.flatMap((file) =>
    file.jobs.filter((job) => job.verbs.some((verb) => verbs.includes(verb))).map((job) => ({ file, job })),
  );
}

/** The files that probe by the clock. */
export function scheduledFiles(files: readonly WorkflowFile[]): WorkflowFile[] {
  const probing = new Set(callersOf(files, 'probe', 'run').map(({ file }) => file));
  return files.filter((file) => file.crons.length > 0 && probing.has(file));
}
