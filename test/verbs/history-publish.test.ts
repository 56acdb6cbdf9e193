import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDeployed } from '../../src/history/deployed.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';
import type { Place } from './cli.ts';
import { ENV, repositoryWith } from './git-place.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');

async function record(place: Place, n: number): Promise<void> {
  const observations = [{ service: 'web', probe: 'http', outcome: 'up', latencyMs: 9, attempts: 1 }] as const;
  await appendRound(join(place.folder, 'history'), {
    id: `${n}.1.x`,
    at: NOON + n * 1000,
    location: 'x',
    observations,
  });
}

test('what was recorded is committed beside everything else, and nothing of the work tree is touched', async () => {
  await using place = await repositoryWith('services: { web: https://web.example }');
  await record(place, 1);
  await record(place, 2);
  await writeFile(join(place.folder, 'services.yml'), 'services: { web: https://other.example }');
  const dry = await place.run(['history', 'publish', '--dry-run'], ENV);
  expect(dry).toMatchObject({ code: 0, stdout: '2 new lines would be published.\n' });
  const author = ['--author', 'Robot <robot@example.org>'];
  const { code, stdout, stderr } = await place.run(['history', 'publish', '--message', 'Two rounds', ...author], ENV);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^2 new lines published as [0-9a-f]{10}\.\n$/);
  expect(place.git('-C', 'remote.git', 'log', '--format=%s %an %ae', 'main')).toBe(
    'Two rounds Robot robot@example.org\nStart a a@example.org',
  );
  expect(place.git('-C', 'remote.git', 'show', 'main:services.yml')).toContain('web.example');
  expect(place.git('status', '--porcelain', 'services.yml')).toBe('M services.yml');
  expect((await place.run(['history', 'publish'], ENV)).stdout).toBe('Nothing was new.\n');
  await writeDeployed(join(place.folder, 'history'), {
    at: NOON,
    shows: { configuration: 'c', states: 's', incidents: 'i', maintenance: 'm' },
  });
  const whole = await place.run(['history', 'publish'], ENV);
  expect(whole.stdout).toMatch(/^Changes published as [0-9a-f]{10}\.\n$/);
});

test('with history.branch the history has a branch of its own: published, fetched elsewhere, squashed', async () => {
  await using place = await repositoryWith('history: { branch: observed }\nservices: { web: https://web.example }');
  expect((await place.run(['history', 'fetch'], ENV)).stdout).toBe('The branch does not exist yet.\n');
  for (const n of [1, 2]) {
    await record(place, n);
    expect(await place.run(['history', 'publish'], ENV)).toMatchObject({ code: 0, stderr: '' });
  }
  expect(place.git('-C', 'remote.git', 'ls-tree', '--name-only', 'observed')).toBe('.gitattributes\nhistory');
  expect(place.git('-C', 'remote.git', 'ls-tree', '--name-only', 'main')).toBe('services.yml');
  expect(place.git('-C', 'remote.git', 'rev-list', '--count', 'observed')).toBe('2');
  expect((await place.run(['history', 'squash'], ENV)).stdout).toBe('The branch is one commit now.\n');
  expect(place.git('-C', 'remote.git', 'rev-list', '--count', 'observed')).toBe('1');

  await rm(join(place.folder, 'history'), { recursive: true });
  await record(place, 3);
  expect((await place.run(['history', 'fetch'], ENV)).stdout).toMatch(/^\d files? changed\.\n$/);
  const { rounds } = await readRounds(join(place.folder, 'history'), 0);
  expect(rounds.map(({ id }) => id)).toEqual(['1.1.x', '2.1.x', '3.1.x']);
});

test('without a branch of its own there is nothing to fetch, and nothing to squash', async () => {
  await using place = await repositoryWith('services: { web: https://web.example }');
  await record(place, 1);
  expect(await place.run(['history', 'fetch'], ENV)).toMatchObject({
    code: 0,
    stdout: 'The history is on the branch that is checked out.\n',
  });
  const { code, stderr } = await place.run(['history', 'squash'], ENV);
  expect(code).toBe(5);
  expect(stderr).toMatch(/^vedette: main is not squashed: .*history\.branch\n$/);
});

test.each([
  ['a remote that is gone', (place: Place) => rm(join(place.folder, 'remote.git'), { recursive: true })],
  ['no repository at all', (place: Place) => rm(join(place.folder, '.git'), { recursive: true })],
])('%s has an exit code of its own, and a message without a stack; the lines are still here', async (_, spoil) => {
  await using place = await repositoryWith('services: { web: https://web.example }');
  await record(place, 1);
  await spoil(place);
  const { code, stdout, stderr } = await place.run(['history', 'publish'], { ...ENV, GIT_CEILING_DIRECTORIES: '/tmp' });
  expect([code, stdout]).toEqual([5, '']);
  expect(stderr).toMatch(/^vedette: [^\n]+\n$/);
  expect((await readRounds(join(place.folder, 'history'), 0)).rounds.length).toBe(1);
});

test('an author that is none is a usage error', async () => {
  await using place = await repositoryWith('services: { web: https://web.example }');
  await record(place, 1);
  expect(await place.run(['history', 'publish', '--author', 'nobody'], ENV)).toMatchObject({
    code: 2,
    stderr: 'vedette: --author: expected "Name <address>", got "nobody"; see: vedette history publish --help\n',
  });
});
