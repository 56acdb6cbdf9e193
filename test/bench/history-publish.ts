/** Adds rounds to a clone of a year and publishes each; beside it, git add, commit and push by hand. Prints both times. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { KEEP } from '../../src/history/compact.ts';
import { publish } from '../../src/history/git/publish.ts';
import { settleDigests } from '../../src/history/settle.ts';
import { appendRound } from '../../src/history/store.ts';
import type { RecordedRound } from '../../src/model.ts';
import { roundsOf, type World } from './history-world.ts';

const [clone, plain, worldText] = process.argv.slice(2) as [string, string, string];
const world = JSON.parse(worldText) as World;
const ROUNDS = 9;
const author = { name: 'Vedette', email: 'vedette@localhost' };

/** The day after the last of the world. */
const rounds = roundsOf({ ...world, days: 1, startsAt: world.startsAt + world.days * 86_400_000, seed: 7 });
const next = (): RecordedRound => {
  const { id, ...rest } = rounds.next().value!;
  return { ...rest, id: `next-${id}` };
};

const publishMs: number[] = [];
const plainMs: number[] = [];
// Taken in turns, so that what else the machine does falls on both. The first ends a day, and is not counted.
for (let n = 0; n <= ROUNDS; n += 1) {
  const folder = join(clone, 'history');
  await appendRound(folder, next(), [], KEEP);
  const startedAt = performance.now();
  const { pushed } = await publish({
    folder,
    branch: 'main',
    ownBranch: false,
    author,
    message: 'Record a round',
    dryRun: false,
    settle: settleDigests,
  });
  if (!pushed) throw new Error('nothing was pushed');
  if (n > 0) publishMs.push(performance.now() - startedAt);

  await appendRound(join(plain, 'history'), next(), [], KEEP);
  const plainAt = performance.now();
  for (const args of [
    ['add', 'history'],
    ['commit', '--quiet', '--message=Record a round'],
    ['push', '--quiet'],
  ]) {
    const who = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
    execFileSync('git', [...who, ...args], { cwd: plain, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (n > 0) plainMs.push(performance.now() - plainAt);
}
process.stdout.write(JSON.stringify({ publishMs, plainMs }));
