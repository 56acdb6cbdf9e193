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
import { serveHttp, type TestServer } from '../servers.ts';
import { type Job, readWorkflow } from '../workflow-lint.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'vedette-init-'));
const [vedette, upstream, shop, remote] = ['vedette', 'vedette.git', 'shop', 'shop.git'].map((name) =>
  join(work, name),
) as [string, string, string, string];
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
    .map((name) => readWorkflow(readFileSync(join(folder, name), 'utf8')))
    .filter(({ on }) => typeof on === 'object' && on !== null && 'schedule' in on);
  expect(scheduled.length).toBeGreaterThan(0);
  const places: string[] = [];
  for (const run of ['101', '102'])
    for (const { jobs } of scheduled) for (const job of Object.values(jobs)) places.push(await runJob(job, run));

  expect(git('-C', remote, 'log', '--format=%s', 'trunk')).toBe('Have a status page\nShop');
  expect(git('-C', remote, 'ls-tree', '--name-only', 'status-history').split('\n')).toContain('history');
  expect(git('-C', remote, 'rev-list', '--count', 'status-history')).toBe('2');
  const page = places.map((place) => join(place, 'dist/index.html')).findLast((file) => existsSync(file));
  expect(readFileSync(page!, 'utf8')).toContain('data-state="operational"');
  expect(parse(readFileSync(join(dirname(page!), 'status.json'), 'utf8'))).toMatchObject({
    overall: { state: 'operational' },
  });
});

/** On a machine of its own, as far as a folder is one. All but the installation, which the packages that are here stand in for. */
async function runJob({ steps = [] }: Job, run: string): Promise<string> {
  const place = mkdtempSync(join(work, 'job-'));
  const env = { ...ENV, GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: '1', GITHUB_REF_NAME: 'trunk' };
  for (const step of steps) {
    const { uses = '', run: script, with: given = {} } = step;
    if (uses.startsWith('actions/checkout@')) checkOut(place, given);
    if (script === undefined || script.startsWith('npm ci') || 'if' in step) continue;
    await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd: place, env });
  }
  return place;
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
