/**
 * A repository on "GitHub", all on this machine: a bare remote that began as a copy of this tree, an API server, Pages as a
 * folder, services that fail when they are told to, a receiver of notifications. `run` does what a tick of the schedule
 * does: the workflow as it stands in the newest commit.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Hub, openHub, REPOSITORY } from '../effects/github/hub.ts';
import { serveHttp } from '../servers.ts';
import { actionsIn } from './actions.ts';
import type { Action, JobResult } from './steps.ts';
import { runWorkflow } from './workflow.ts';

type Actions = Readonly<Record<string, Action>>;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What a repository made from the template has no use for here; tests are never run there. */
const LEFT_OUT = /^(history|test|docs|dist)\//;

/** What a webhook is posted; more stands in docs/notifications.md. */
export interface Notification {
  id: string;
  event: string;
  text: string;
  over: boolean;
  incident: { cause: { id: string } | null } | null;
}

export interface Stage extends AsyncDisposable {
  hub: Hub;
  /** By service: the status that it answers with; 200 unless said. */
  status: Record<string, number>;
  /** What the webhook has received, oldest first. */
  notified: Notification[];
  /** How often the heartbeat was asked for. */
  heartbeats(): number;
  /** Runs until now. */
  runs(): number;
  /** Is waited for before a service answers: what happens in the middle of a round. */
  setMeanwhile(happening: (service: string) => void | Promise<void>): void;
  pages: { canDeploy: boolean };
  /** Artifacts by these names cannot be uploaded. */
  lost: Set<string>;
  /** The folder of the published page. */
  site: string;
  /** `main` on the remote. */
  git(...args: readonly string[]): string;
  /** Puts a file on `main`, as a person does who pushes. */
  push(path: string, text: string, message: string): void;
  run(options?: RunOptions): Promise<Record<string, JobResult>>;
  /** A file of the published page; undefined when there is none. */
  page(path: string): string | undefined;
  /** A fresh checkout, for a look at the history. */
  checkout(): string;
}

export interface RunOptions {
  id?: number;
  event?: string;
  /** Of the repository. */
  vars?: Record<string, string>;
  /** `npm ci` of the round itself is done as it is written, and not by the packages that are here. */
  installs?: boolean;
  /** Beside and instead of what every job has. */
  env?: Record<string, string>;
  /** Is waited for before an action does what it does. */
  before?: (action: string) => void | Promise<void>;
}

export async function openStage(servicesYml: (url: string) => string): Promise<Stage> {
  const work = mkdtempSync(join(tmpdir(), 'vedette-rehearsal-'));
  const [remote, site, tools] = ['remote.git', 'site', 'tools'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  const status: Record<string, number> = {};
  const notified: Notification[] = [];
  const pages = { canDeploy: true };
  const lost = new Set<string>();
  let heartbeats = 0;
  let runs = 0;
  let meanwhile: (service: string) => void | Promise<void> = () => {};
  const services = await serveHttp(async (request, response) => {
    const name = request.url!.slice(1);
    if (request.method === 'POST') {
      notified.push(JSON.parse(await textOf(request)));
      response.end();
      return;
    }
    if (name === 'heartbeat') heartbeats += 1;
    else await meanwhile(name);
    response.statusCode = status[name] ?? 200;
    response.end(name);
  });
  // Rounds ask this machine for the time, so GitHub has the same; a job's token writes as an app.
  const hub = await openHub({ isApp: true, startsAt: Date.now() });
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

  const seed = join(work, 'seed');
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of files
    .split('\0')
    .filter((name) => name !== '' && !LEFT_OUT.test(name) && existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, file), join(seed, file));
  }
  writeFileSync(join(seed, 'services.yml'), servicesYml(services.url));
  git(work, 'init', '-q', '--bare', '-b', 'main', remote);
  git(seed, 'init', '-q', '-b', 'main');
  git(seed, 'remote', 'add', 'origin', remote);
  git(seed, 'add', '--all');
  git(seed, 'commit', '-q', '-m', 'Start');
  git(seed, 'push', '-q', 'origin', 'main');

  putTools(tools);
  const registry = registryOf(process.env);
  let last = 100;
  let copies = 0;
  const groups = new Map<string, Promise<unknown>>();
  const checkout = (): string => {
    copies += 1;
    const folder = join(work, `copy-${copies}`);
    git(work, 'clone', '-q', remote, folder);
    return folder;
  };
  return {
    hub,
    status,
    notified,
    heartbeats: () => heartbeats,
    runs: () => runs,
    setMeanwhile: (happening) => {
      meanwhile = happening;
    },
    pages,
    lost,
    site,
    git: (...args) => git(remote, ...args),
    push(path, text, message) {
      git(seed, 'pull', '-q', '--rebase', 'origin', 'main');
      mkdirSync(dirname(join(seed, path)), { recursive: true });
      writeFileSync(join(seed, path), text);
      git(seed, 'add', '--all');
      git(seed, 'commit', '-q', '-m', message);
      git(seed, 'push', '-q', 'origin', 'main');
    },
    run({ id, event = 'schedule', vars = {}, installs = false, env = {}, before = () => {} } = {}) {
      runs += 1;
      last = id ?? last + 1;
      const run = String(last);
      const github = { event_name: event, ref_name: 'main', token: 'token-bot', repository: REPOSITORY, run_id: run };
      const artifacts = join(work, `artifacts-${run}-${copies++}`);
      mkdirSync(artifacts);
      return runWorkflow(git(remote, 'show', 'main:.github/workflows/probe.yml'), {
        actions: delayed(
          actionsIn({ remote, branch: 'main', artifacts, lost, site, canDeploy: () => pages.canDeploy }),
          before,
        ),
        contexts: { github, vars, secrets: {} },
        env: {
          ...registry,
          PATH: [tools, dirname(process.execPath), process.env.PATH].join(':'),
          REHEARSAL_PACKAGES: join(ROOT, 'node_modules'),
          ...(installs && { REHEARSAL_INSTALLS: 'yes' }),
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_API_URL: hub.url,
          GITHUB_EVENT_NAME: event,
          GITHUB_REF_NAME: 'main',
          GITHUB_REPOSITORY: REPOSITORY,
          GITHUB_RUN_ID: run,
          GITHUB_RUN_ATTEMPT: '1',
          ...env,
        },
        signal: AbortSignal.timeout(600_000),
        oneByOne(group, job) {
          const ended = (groups.get(group) ?? Promise.resolve()).then(job, job);
          groups.set(group, ended);
          return ended;
        },
      });
    },
    page: (path) => {
      const file = join(site, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    checkout,
    async [Symbol.asyncDispose]() {
      await hub.close();
      await services.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

function delayed(actions: Actions, before: (action: string) => void | Promise<void>): Actions {
  return Object.fromEntries(
    Object.entries(actions).map(([name, act]): [string, Action] => [
      name,
      async (...given) => {
        await before(name);
        return act(...given);
      },
    ]),
  );
}

/** Every job installs the same; all but one get the packages that are here. */
function putTools(folder: string): void {
  mkdirSync(folder);
  const npm = execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh
if [ "$1" = ci ] && { [ -z "$REHEARSAL_INSTALLS" ] || [ "$2" != --omit=dev ]; }; then exec ln -s "$REHEARSAL_PACKAGES" node_modules; fi
exec ${npm} "$@"
`;
  writeFileSync(join(folder, 'npm'), script, { mode: 0o755 });
}

/** Where packages come from is this machine's to say; a job has another home, and perhaps another Node. */
function registryOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['registry', 'cafile', 'cache', 'globalconfig', 'userconfig'];
  const said = execFileSync('npm', ['config', 'get', ...names], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const entries = said.split('\n').flatMap((line) => {
    const [, name, value] = /^([a-z]+)=(.*)$/.exec(line) ?? [];
    return name && value && !['null', 'undefined'].includes(value) ? [[`npm_config_${name}`, value]] : [];
  });
  return Object.fromEntries(entries);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
