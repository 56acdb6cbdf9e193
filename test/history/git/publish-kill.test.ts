import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openFolder } from '../../../src/history/folder.ts';
import { verify } from '../../../src/history/verify.ts';
import { type Clone, DAY, makePlace, OWN, published } from './clones.ts';

const WRITER = fileURLToPath(new URL('publish-rounds.ts', import.meta.url));
const KILLS = Number(process.env.VEDETTE_KILLS ?? 8);
/** About as long as one takes that has to try again. */
const LONGEST_MS = 250;
/** Numbers of the rounds of the other writer. */
const OTHERS = 3000;

test('a publisher that is killed at any moment loses nothing, publishes nothing twice and stops nobody', async () => {
  using place = makePlace();
  const [a, b] = [place.clone('a'), place.clone('b')];
  let next = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const delayMs = Math.random() * LONGEST_MS;
    const withGit = kill % 3 > 0;
    const where = `kill ${kill} of ${withGit ? 'all' : 'the publisher only'}, ${delayMs.toFixed(1)} ms after its start`;
    // Another is faster, so that the killed one has to fetch, too.
    await b.append(OTHERS + kill);
    await b.publish(OWN);
    await publishAndKill(a, { first: next, delayMs, withGit, isFetching: kill % 2 === 0 });
    next = a.numbers().filter((n) => n < OTHERS).length;
    // With nothing new to publish it may know nothing of the last push; with something new it has to.
    await a.append(next);
    next += 1;
    expect(await a.publish(OWN), where).toMatchObject({ pushed: true });
    const expected = [...numbers(0, next), ...numbers(OTHERS, kill + 1)];
    // A folder that has everything is published as it is, also when its writer was late.
    const there = published(place, 'history', DAY).sort((x, y) => x - y);
    expect(there, where).toEqual(expected);
    expect((await verify(openFolder(a.history))).flaws, where).toEqual([]);
    expect(leftovers(a), where).toEqual([]);
  }
  place.git(place.remote, 'fsck', '--strict');
  a.git('fsck', '--connectivity-only');
  expect(a.git('status', '--porcelain')).toBe('?? history/');
}, 600_000);

const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, n) => first + n);

async function publishAndKill(
  { history }: Clone,
  { first, delayMs, withGit, isFetching }: { first: number; delayMs: number; withGit: boolean; isFetching: boolean },
): Promise<void> {
  const child = spawn(
    process.execPath,
    [WRITER, history, String(first), String(OTHERS), isFetching ? 'fetch' : 'none'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const closed = once(child, 'exit');
  await once(child.stdout, 'data');
  await sleep(delayMs);
  if (withGit) killAll(child);
  else child.kill('SIGKILL');
  const [, signal] = await closed;
  expect(signal, 'the publisher ended by itself').toBe('SIGKILL');
}

/** With what it started on this side; the other side of a push is another machine, and goes on. */
function killAll(child: ChildProcess): void {
  child.kill('SIGSTOP');
  const victims = process.platform === 'linux' ? descendants(child.pid!) : [];
  child.kill('SIGKILL');
  for (const pid of victims) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function descendants(pid: number): number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    const facts = /^\d+$/.test(name) ? /\) \S (\d+) /.exec(readProc(name, 'stat')) : null;
    return facts ? [{ pid: Number(name), parent: Number(facts[1]) }] : [];
  });
  const below = (parent: number): number[] =>
    parents
      .filter(
        (process) => process.parent === parent && !/receive-pack|upload-pack/.test(readProc(process.pid, 'cmdline')),
      )
      .flatMap((process) => [process.pid, ...below(process.pid)]);
  return below(pid);
}

function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function leftovers({ folder }: Clone): string[] {
  const names = readdirSync(join(folder, '.git'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.lock$|^vedette\/(?!seen\.json$)/.test(name));
}
