/** The steps of one job, each `run:` executed by bash as it is written. Where GitHub has a machine, here is a folder. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { interpolate, isMet, resolve, type Scope } from './expression.ts';

export const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});
export const condition = z.union([z.string(), z.boolean()]).optional();

export const step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  if: condition,
  uses: z.string().optional(),
  with: values,
  run: z.string().optional(),
  env: values,
  shell: z.literal('bash').optional(),
  'working-directory': z.string().optional(),
  'continue-on-error': z.union([z.boolean(), z.string()]).default(false),
});
type Step = z.output<typeof step>;

export type Conclusion = 'success' | 'failure' | 'skipped';

export interface JobResult {
  result: Conclusion;
  outputs: Record<string, string>;
  /** What the steps printed, each under its name. */
  log: string;
}

export interface StepPlace {
  /** The folder of the job, which steps begin in. */
  workspace: string;
  env: Record<string, string>;
  signal: AbortSignal;
}

/** What an action does here: outputs, or it throws and the step has failed. */
export type Action = (inputs: Readonly<Record<string, string>>, place: StepPlace) => Promise<Record<string, string>>;

/** Of a job, what its steps need. */
export interface Steps {
  env: Readonly<Record<string, string | number | boolean>>;
  outputs: Readonly<Record<string, string>>;
  steps: readonly Step[];
}

export interface Stage {
  /** By the name before the `@`. */
  actions: Readonly<Record<string, Action>>;
  contexts: Readonly<Record<'github' | 'vars' | 'secrets', Readonly<Record<string, unknown>>>>;
  /** Beside what each job has. */
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** The jobs of one group, of whichever run. */
  oneByOne<Result>(group: string, job: () => Promise<Result>): Promise<Result>;
}

export async function runSteps(id: string, job: Steps, contexts: Scope['contexts'], stage: Stage): Promise<JobResult> {
  const home = await mkdtemp(join(tmpdir(), `vedette-job-${id}-`));
  const workspace = join(home, 'work');
  const temp = join(home, 'temp');
  await mkdir(workspace);
  await mkdir(temp);
  const runner = { temp, os: 'Linux', arch: 'X64' };
  const steps: Record<string, { outputs: Record<string, string>; outcome: Conclusion; conclusion: Conclusion }> = {};
  const log: string[] = [];
  let status: Scope['status'] = 'success';
  const all = { ...contexts, runner, steps };
  let env: Record<string, string> = {
    ...stage.env,
    RUNNER_TEMP: temp,
    GITHUB_WORKSPACE: workspace,
    GITHUB_JOB: id,
    HOME: home,
  };
  env = { ...env, ...filled(texts(job.env), { contexts: { ...all, env }, status }) };
  try {
    for (const [index, one] of job.steps.entries()) {
      const scope: Scope = { contexts: { ...all, env }, status };
      const name = one.name ?? one.uses ?? one.id ?? `step ${index + 1}`;
      if (!isMet(one.if, scope)) {
        if (one.id) steps[one.id] = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' };
        continue;
      }
      const place = { workspace, env: { ...env, ...filled(texts(one.env), scope) }, signal: stage.signal };
      const { outcome, outputs, printed, added } = await runStep(one, scope, place, stage.actions);
      const isForgiven = resolve(one['continue-on-error'], scope) === true;
      const conclusion = outcome === 'failure' && isForgiven ? 'success' : outcome;
      if (one.id) steps[one.id] = { outputs, outcome, conclusion };
      if (conclusion === 'failure') status = 'failure';
      env = { ...env, ...added };
      log.push(`== ${name}: ${outcome}\n${printed}`);
    }
    const scope: Scope = { contexts: { ...all, env }, status };
    return {
      result: status === 'success' ? 'success' : 'failure',
      outputs: filled(job.outputs, scope),
      log: log.join('\n'),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

interface StepResult {
  outcome: 'success' | 'failure';
  outputs: Record<string, string>;
  /** For the environment of the steps behind it. */
  added: Record<string, string>;
  printed: string;
}

async function runStep(one: Step, scope: Scope, place: StepPlace, actions: Stage['actions']): Promise<StepResult> {
  if (one.run !== undefined) return runShell(interpolate(one.run, scope), one['working-directory'], place);
  const name = one.uses!.replace(/@.*/s, '');
  const action = actions[name];
  if (!action) throw new Error(`nobody has said here what ${name} does`);
  try {
    const outputs = await action(filled(texts(one.with), scope), place);
    return { outcome: 'success', outputs, added: {}, printed: '' };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { outcome: 'failure', outputs: {}, added: {}, printed: error.message };
  }
}

/** An action that does not succeed, as it may on GitHub. */
export class StepFailure extends Error {}

async function runShell(
  script: string,
  folder: string | undefined,
  { workspace, env, signal }: StepPlace,
): Promise<StepResult> {
  const temp = env.RUNNER_TEMP!;
  const files = {
    script: join(temp, 'step.sh'),
    output: join(temp, 'output'),
    env: join(temp, 'env'),
    summary: join(temp, 'summary'),
  };
  await Promise.all([files.output, files.env, files.summary].map((file) => writeFile(file, '')));
  await writeFile(files.script, script);
  const told = { GITHUB_OUTPUT: files.output, GITHUB_ENV: files.env, GITHUB_STEP_SUMMARY: files.summary };
  const child = spawn('bash', ['--noprofile', '--norc', '-e', files.script], {
    cwd: folder === undefined ? workspace : join(workspace, folder),
    env: { ...env, ...told },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return {
    outcome: code === 0 ? 'success' : 'failure',
    outputs: assignments(await readFile(files.output, 'utf8')),
    added: assignments(await readFile(files.env, 'utf8')),
    printed,
  };
}

/** `name=value`, and `name<<END` with lines up to END. */
export function assignments(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, operator, rest] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const end = operator === '<<' ? lines.indexOf(rest!) : -1;
    found[name] =
      operator === '='
        ? rest!
        : lines
            .splice(0, end + 1)
            .slice(0, -1)
            .join('\n');
  }
  return found;
}

export function texts(record: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, String(value)]));
}

function filled(record: Readonly<Record<string, string>>, scope: Scope): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, text]) => [key, interpolate(text, scope)]));
}
