/** The workflow as it stands in `.github/workflows/probe.yml`, every shell step as it is written, from the first run on. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIncidents } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { readRounds } from '../../src/history/store.ts';
import { openStage, type Stage } from '../rehearsal/stage.ts';
import type { JobResult } from '../rehearsal/steps.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

const servicesYml = (url: string): string => `page: { title: Acme, url: "https://status.example.org" }
notifications:
  - webhook: { url: "${url}/hook" }
services:
  shop: { dependsOn: [api], probes: [{ http: "${url}/shop", retries: 0 }] }
  api: { dependsOn: [database], probes: [{ http: "${url}/api", retries: 0 }] }
  database: { probes: [{ http: "${url}/database", retries: 0 }] }
`;

const results = (jobs: Record<string, JobResult>): Record<string, string> =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));

describe('from the first run to the end of an outage', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(servicesYml);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('the first run publishes a page', async () => {
    const jobs = await stage.run({ installs: true });
    expect(results(jobs), log(jobs)).toEqual({
      plan: 'skipped',
      observe: 'skipped',
      round: 'success',
      page: 'success',
      deploy: 'success',
    });
    expect(stage.page('index.html')).toContain('data-state="operational"');
    expect(stage.git('log', '--format=%s', 'main')).toBe('Record a deployment\nRecord observations\nStart');
    await seemsRight(stage, 1);
  });

  test('an ordinary run records, and leaves the page', async () => {
    const jobs = await stage.run();
    expect(results(jobs), log(jobs)).toMatchObject({ round: 'success', page: 'skipped', deploy: 'skipped' });
    await seemsRight(stage, 2);
  });
});

/** What must hold after every run. */
async function seemsRight(stage: Stage, rounds: number): Promise<void> {
  const folder = stage.checkout();
  const history = join(folder, 'history');
  execFileSync(process.execPath, [CLI, 'history', 'verify', '--history', history], { stdio: 'pipe' });
  expect((await readRounds(history, 0)).rounds).toHaveLength(rounds);
  const { errors } = await readIncidents(openFolder(history), history);
  expect(errors).toEqual([]);
}

function log(jobs: Record<string, JobResult>): string {
  return Object.values(jobs)
    .map((job) => job.log)
    .join('\n');
}
