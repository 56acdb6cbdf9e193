/** Whole rounds that are killed with everything they started, at any moment, and started again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readIncidents } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { serveHttp } from '../servers.ts';
import { CLI } from './cli.ts';
import { ENV, flawsIn, type GitPlace, idsIn, publishedIds, repositoryWith } from './git-place.ts';

const KILLS = Number(process.env.VEDETTE_KILLS ?? 6);
/** A round takes about as long here, start included. */
const LONGEST_MS = 1500;

test(
  'a round that is killed at any moment loses nothing and does nothing twice',
  async () => {
    let status = 200;
    await using server = await serveHttp((_, response) => response.writeHead(status).end());
    const services = `defaults: { retries: 0, confirm: 1 of 1 }\nhistory: { branch: observed }\nservices: { web: ${server.url} }`;
    await using place = await repositoryWith(services);
    await place.run(['run'], { ...ENV, GITHUB_RUN_ID: '0' });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const delayMs = Math.random() * LONGEST_MS;
      const where = `kill ${kill}, ${delayMs.toFixed(0)} ms after its start`;
      // Each round but every third has something to say of an incident.
      status = kill % 3 === 0 ? status : status === 200 ? 500 : 200;
      await runAndKill(place, String(kill), delayMs);
      const kept = await idsIn(place.history);
      const again = await place.run(['run'], { ...ENV, GITHUB_RUN_ID: String(kill) });
      expect(
        [again.code, again.stderr.replaceAll(/^warning: a round of .* had not been kept;.*\n/gm, '')],
        where,
      ).toEqual([0, '']);
      const published = publishedIds(place, 'observed');
      expect(published, where).toEqual([...new Set(published)]);
      expect(published, where).toEqual(expect.arrayContaining([...kept, `${kill}.1.local`]));
      expect(await flawsIn(place.history), where).toEqual([]);
    }
    const { lines } = await readIncidents(openFolder(place.history), place.history);
    const events = lines.map(({ id }) => id);
    expect(events).toEqual([...new Set(events)]);
    expect(place.remote('show', 'observed:history/incidents/2026.ndjson').split('\n').length).toBe(events.length);
    place.remote('fsck', '--strict');
  },
  Math.max(120_000, 10_000 * KILLS),
);

async function runAndKill({ folder }: GitPlace, run: string, delayMs: number): Promise<void> {
  const { PATH = '' } = process.env;
  const env = { PATH, ...ENV, GITHUB_RUN_ID: run };
  const child = spawn(process.execPath, [CLI, 'run'], { cwd: folder, env, stdio: 'ignore', detached: true });
  const closed = once(child, 'close');
  await Promise.race([sleep(delayMs), closed]);
  try {
    // With its gits: a machine that is switched off spares none.
    process.kill(-child.pid!, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await closed;
}
