import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { serveHttp } from '../servers.ts';
import { CLI } from './cli.ts';
import { ENV, flawsIn, type GitPlace, idsIn, publishedIds, repositoryWith } from './git-place.ts';

// Many processes one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

const servicesAt = (url: string, every: string): string =>
  `schedule: { every: ${every} }\ndefaults: { retries: 0 }\nservices: { web: ${url} }\n`;

function watchIn({ folder }: GitPlace) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [CLI, 'watch'], { cwd: folder, env: { PATH, ...ENV } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  return { child, said, ended: once(child, 'close') };
}

const SOON = { timeout: 40_000, interval: 50 };

test('round after round is published, a services.yml that changes is read, and SIGTERM ends it', async () => {
  await using server = await serveHttp((_, response) => response.end());
  await using place = await repositoryWith(servicesAt(server.url, '1s'));
  const { child, said, ended } = watchIn(place);
  await expect.poll(() => publishedIds(place).length, SOON).toBeGreaterThanOrEqual(2);
  await writeFile(join(place.folder, 'services.yml'), 'services: 5');
  await expect.poll(() => said.stderr, SOON).toContain('services.yml:1:11  services: expected');
  const before = publishedIds(place).length;
  // With mistakes the last one without is used.
  await expect.poll(() => publishedIds(place).length, SOON).toBeGreaterThan(before);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(said.stdout).toMatch(/Stopped\.\n$/);
  const ids = await idsIn(place.history);
  expect(publishedIds(place)).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await flawsIn(place.history)).toEqual([]);
});

test('the round that runs is ended and published first; a second signal cuts it short', async () => {
  const waiting: (() => void)[] = [];
  await using server = await serveHttp((_, response) => void waiting.push(() => response.end()));
  await using place = await repositoryWith(servicesAt(server.url, '1h'));
  const first = watchIn(place);
  await expect.poll(() => waiting.length, SOON).toBe(1);
  first.child.kill('SIGTERM');
  await expect.poll(() => first.said.stderr, SOON).toContain('Stopping after this round');
  waiting[0]!();
  expect(await first.ended).toEqual([0, null]);
  expect(publishedIds(place).length).toBe(1);

  const second = watchIn(place);
  await expect.poll(() => waiting.length, SOON).toBe(2);
  second.child.kill('SIGINT');
  await expect.poll(() => second.said.stderr, SOON).toContain('Stopping after this round');
  second.child.kill('SIGINT');
  expect(await second.ended).toEqual([0, null]);
  expect(second.said.stderr).toContain('The round was cancelled');
  expect(await flawsIn(place.history)).toEqual([]);
});

test('it does not begin with a services.yml that is wrong', async () => {
  await using place = await repositoryWith('services: 5');
  expect((await place.run(['watch'], ENV)).code).toBe(1);
});
