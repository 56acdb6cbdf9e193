import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { withLock } from '../../src/history/lock.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-lock-'));
  folders.push(folder);
  return folder;
}

test('rounds that are written at the same time are all kept', async () => {
  const folder = await folderFor();
  const observations = [{ service: 'web', probe: 'http', outcome: 'up', latencyMs: 5, attempts: 1 }] as const;
  const ids = Array.from({ length: 40 }, (_, index) => `${index}.1.local`);
  await Promise.all(
    ids.map((id) =>
      appendRound(folder, { id, at: Date.parse('2026-11-20T12:00:00Z'), location: 'local', observations }),
    ),
  );
  const { rounds, errors } = await readRounds(folder, 0);
  expect(rounds.map(({ id }) => id).sort()).toEqual(ids.sort());
  expect(errors).toEqual([]);
  expect(await readdir(folder)).not.toContain('.lock');
});

test('work waits for the work before it', async () => {
  const folder = await folderFor();
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, () =>
      withLock(folder, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
});

test('the lock of a process that was killed is taken over', async () => {
  const folder = await folderFor();
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  await writeFile(join(folder, '.lock'), `${child.pid} ${hostname()}`);
  expect(await withLock(folder, async () => 'mine')).toBe('mine');
});

test('the lock of a process with our number is taken over: a container was started again', async () => {
  const folder = await folderFor();
  await writeFile(join(folder, '.lock'), `${process.pid} ${hostname()} another`);
  expect(await withLock(folder, async () => 'mine')).toBe('mine');
});

test('work that fails leaves no lock behind', async () => {
  const folder = await folderFor();
  await expect(withLock(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});
