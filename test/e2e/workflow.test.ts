/** The steps of the scheduled workflow, run as they are written, in a clone with a real remote. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readRounds } from '../../src/history/store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
}
interface Workflow {
  permissions: object;
  concurrency: { 'cancel-in-progress': boolean };
  jobs: Record<'probe' | 'page', { permissions: Record<string, string>; steps: Step[] }>;
}

const text = readFileSync(join(ROOT, '.github/workflows/status.yml'), 'utf8');
const workflow = parse(text) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

test('actions are pinned by commit, with the version beside it', () => {
  for (const { uses } of steps) if (uses) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
  for (const line of text.split('\n').filter((line) => line.includes('uses:')))
    expect(line).toMatch(/# v\d+\.\d+\.\d+$/);
});

test('no expression stands in a shell command, and permissions are the least', () => {
  for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  expect(workflow.permissions).toEqual({});
  expect(workflow.jobs.probe.permissions).toEqual({ contents: 'write', issues: 'write' });
  expect(workflow.jobs.page.permissions).toEqual({ contents: 'read', pages: 'write', 'id-token': 'write' });
  expect(workflow.concurrency['cancel-in-progress']).toBe(false);
});

describe('in a clone', () => {
  const work = mkdtempSync(join(tmpdir(), 'vedette-workflow-'));
  const [remote, clone] = [join(work, 'remote.git'), join(work, 'clone')];
  let server: Server;

  beforeAll(async () => {
    server = createServer((_, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
    for (const file of files.split('\0').filter((file) => file !== '' && !file.startsWith('history/'))) {
      cpSync(join(ROOT, file), join(clone, file), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    writeFileSync(join(clone, 'services.yml'), `services:\n  web: http://127.0.0.1:${port}/\n`);
    git('init', '--quiet', '--bare', '--initial-branch=main', remote);
    git('init', '--quiet', '--initial-branch=main', clone);
    git('-C', clone, 'remote', 'add', 'origin', remote);
    git('-C', clone, 'add', '--all');
    git('-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message=Start');
    git('-C', clone, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  });
  afterAll(() => {
    server.close();
    rmSync(work, { recursive: true, force: true });
  });

  test('two rounds are recorded, committed and pushed, and the page is built', async () => {
    await runSteps(workflow.jobs.probe.steps, '101');
    await runSteps(workflow.jobs.probe.steps, '102');
    const log = execFileSync('git', ['-C', remote, 'log', '--format=%s', 'main'], { encoding: 'utf8' });
    expect(log.trim().split('\n')).toEqual(['Record observations', 'Record observations', 'Start']);
    const { rounds, warnings, errors } = await readRounds(join(clone, 'history'), 0);
    expect(rounds.map(({ id }) => id).sort()).toEqual(['101.1.gha', '102.1.gha']);
    expect([...warnings, ...errors]).toEqual([]);

    await runSteps(workflow.jobs.page.steps, '102');
    expect(readFileSync(join(clone, 'dist/index.html'), 'utf8')).toContain('data-state="operational"');
  });

  test('a run that is started again records nothing twice', async () => {
    await runSteps(workflow.jobs.probe.steps, '102');
    const { rounds } = await readRounds(join(clone, 'history'), 0);
    expect(rounds).toHaveLength(2);
  });

  /** All but the installation, which the packages that are here stand in for. */
  async function runSteps(list: readonly Step[], run: string): Promise<void> {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: work,
      GITHUB_ACTIONS: 'true',
      GITHUB_RUN_ID: run,
      GITHUB_RUN_ATTEMPT: '1',
    };
    for (const { run: script, if: condition } of list) {
      if (script === undefined || script.startsWith('npm ci') || condition !== undefined) continue;
      await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd: clone,
        env,
      });
    }
  }
});

function git(...args: string[]): void {
  execFileSync('git', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
