/** `vedette init` for a repository of somebody else, and then its workflows, run as they are written, with real remotes. */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { actionsIn } from '../rehearsal/actions.ts';
import type { Stage } from '../rehearsal/steps.ts';
import { runWorkflow } from '../rehearsal/workflow.ts';
import { serveHttp, type TestServer } from '../servers.ts';
import { readWorkflow } from '../workflow-lint.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'vedette-init-'));
const [vedette, upstream, shop, remote] = ['vedette', 'vedette.git', 'shop', 'shop.git'].map((name) =>
  join(work, name),
) as [string, string, string, string];
const [site, tools] = [join(work, 'site'), join(work, 'tools')];
const ENV = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: work,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: tmpdir(),
};
let server: TestServer;

function git(...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  return execFileSync('git', [...who, ...args], {
    env: ENV,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

beforeAll(async () => {
  server = await serveHttp((_, response) => response.end('ok'));
  // A clone of Vedette whose commit is upstream, as somebody has who wants to use it.
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of files.split('\0').filter((file) => file !== '' && !file.startsWith('history/')))
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(vedette, file), { recursive: true });
  git('init', '--quiet', '--bare', '--initial-branch=main', upstream);
  git('init', '--quiet', '--initial-branch=main', vedette);
  git('-C', vedette, 'add', '--all');
  git('-C', vedette, 'commit', '--quiet', '--message=Vedette');
  git('-C', vedette, 'remote', 'add', 'origin', upstream);
  git('-C', vedette, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  // By its name on GitHub from now on, which nobody asks here.
  git('-C', vedette, 'remote', 'set-url', 'origin', 'https://github.com/acme/vedette.git');
  symlinkSync(join(ROOT, 'node_modules'), join(vedette, 'node_modules'));
  mkdirSync(tools);
  writeFileSync(join(tools, 'npm'), '#!/bin/sh\n', { mode: 0o755 });
  // A repository with code of its own.
  git('init', '--quiet', '--bare', '--initial-branch=trunk', remote);
  git('init', '--quiet', '--initial-branch=trunk', shop);
  mkdirSync(join(shop, 'src'));
  writeFileSync(join(shop, 'package.json'), '{ "name": "shop", "private": true }\n');
  writeFileSync(join(shop, 'src/shop.js'), 'console.log("open");\n');
  git('-C', shop, 'add', '--all');
  git('-C', shop, 'commit', '--quiet', '--message=Shop');
  git('-C', shop, 'remote', 'add', 'origin', remote);
  git('-C', shop, 'push', '--quiet', '--set-upstream', 'origin', 'trunk');
});
afterAll(async () => {
  await server?.close();
  rmSync(work, { recursive: true, force: true });
});

test('a foreign repository has rounds on a branch of its own, and a page, and else is as it was', async () => {
  const args = ['init', '--dir', shop, '--github', '--service', `web=${server.url}/`];
  const { stdout } = await promisify(execFile)(process.execPath, [join(vedette, 'src/cli.ts'), ...args], {
    cwd: work,
    env: ENV,
  });
  expect(stdout).toContain('1. Commit what was written, and push it to trunk.\n');
  git('-C', shop, 'add', '--all');
  git('-C', shop, 'commit', '--quiet', '--message=Have a status page');
  git('-C', shop, 'push', '--quiet', 'origin', 'trunk');

  const folder = join(shop, '.github/workflows');
  const scheduled = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => Object.keys(readWorkflow(text).on as object).includes('schedule'));
  expect(scheduled).toHaveLength(1);
  for (const run of ['101', '102']) {
    const jobs = await runWorkflow(scheduled[0]!, stageOf(run));
    expect(jobs.round!.result, jobs.round!.log).toBe('success');
  }

  expect(git('-C', remote, 'log', '--format=%s', 'trunk')).toBe('Have a status page\nShop');
  expect(git('-C', remote, 'ls-tree', '--name-only', 'status-history').split('\n')).toContain('history');
  expect(git('-C', remote, 'log', '--format=%s', 'status-history').split('\n')).toEqual([
    'Record observations',
    'Record a deployment',
    'Record observations',
  ]);
  expect(readFileSync(join(site, 'index.html'), 'utf8')).toContain('data-state="operational"');
  expect(parse(readFileSync(join(site, 'status.json'), 'utf8'))).toMatchObject({ overall: { state: 'operational' } });
});

/** All but the installation, which the packages that are here stand in for. */
function stageOf(run: string): Stage {
  const artifacts = join(work, `artifacts-${run}`);
  mkdirSync(artifacts);
  const actions = actionsIn({
    remote,
    branch: 'trunk',
    artifacts,
    lost: new Set(),
    site,
    canDeploy: () => true,
  });
  return {
    actions: {
      ...actions,
      'actions/checkout': async (given, { workspace }) => {
        checkOut(workspace, given);
        return {};
      },
    },
    contexts: { github: { event_name: 'schedule', ref_name: 'trunk', token: '' }, vars: {}, secrets: {} },
    env: {
      ...ENV,
      PATH: `${tools}:${ENV.PATH}`,
      GITHUB_ACTIONS: 'true',
      GITHUB_RUN_ID: run,
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REF_NAME: 'trunk',
    },
    signal: AbortSignal.timeout(300_000),
    oneByOne: (_, job) => job(),
  };
}

function checkOut(place: string, { repository, ref, path = '.' }: Record<string, unknown>): void {
  const folder = join(place, String(path));
  if (repository === undefined) {
    git('clone', '--quiet', '--depth=1', `file://${remote}`, folder);
    return;
  }
  expect(repository).toBe('acme/vedette');
  git('clone', '--quiet', upstream, folder);
  git('-C', folder, 'checkout', '--quiet', String(ref));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}
