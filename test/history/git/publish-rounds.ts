/** Writes rounds of its own numbers and publishes each; the child of the tests of competition and of kills. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchHistory } from '../../../src/history/git/fetch.ts';
import { publish } from '../../../src/history/git/publish.ts';
import { PublishError } from '../../../src/history/git/publish-error.ts';
import { squashBranch } from '../../../src/history/git/squash.ts';
import { appendRound } from '../../../src/history/store.ts';
import { ENV, OWN, roundOf } from './clones.ts';

const [folder, first, last, extra] = process.argv.slice(2) as [string, string, string, 'squash' | 'fetch' | 'none'];
const target = { folder, env: ENV, message: 'Record a round', ...OWN };
process.stdout.write('ready\n');
let [most, contended] = [0, 0];

async function persistently(work: () => Promise<{ tries: number }>): Promise<void> {
  for (;;) {
    try {
      most = Math.max(most, (await work()).tries);
      return;
    } catch (error) {
      if (!(error instanceof PublishError && error.kind === 'contended')) throw error;
      contended += 1;
    }
  }
}

for (let n = Number(first); n < Number(last); n += 1) {
  await appendRound(folder, roundOf(n));
  if (extra === 'fetch') await fetchHistory(target);
  await persistently(() => publish({ ...target, dryRun: false }));
  process.stdout.write(`${n}\n`);
  if (extra === 'squash' && n % 3 === 0) await persistently(() => squashBranch({ ...target, message: 'Squash' }));
  await sleep(0);
}
process.stdout.write(`${JSON.stringify({ most, contended })}\n`);
