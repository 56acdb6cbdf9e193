/** Loads the history in the folder, as a page does. Prints how long it took, and how long parsing alone does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spansByProbe } from '../../src/history/day-digest.ts';
import { loadHistory } from '../../src/history/load.ts';

/** As the site does it. */
const LEAST_ROUNDS = 100;
const folder = process.argv[2]!;

const startedAt = performance.now();
const { days, rounds, errors } = await loadHistory(folder, {
  leastRounds: LEAST_ROUNDS,
  backMs: Number.MAX_VALUE,
  renamed: new Map(),
});
const spans = spansByProbe(days);
const loadMs = performance.now() - startedAt;
if (errors.length > 0 || spans.size === 0) throw new Error(`nothing was loaded: ${errors.join('\n')}`);

const parsedAt = performance.now();
const daily = readdirSync(join(folder, 'daily')).map((name) => join(folder, 'daily', name));
const raw = readdirSync(join(folder, 'raw'))
  .slice(-2)
  .map((name) => join(folder, 'raw', name));
for (const file of [...daily, ...raw]) {
  for (const line of readFileSync(file, 'utf8').split('\n')) if (line !== '') JSON.parse(line);
}
const parseMs = performance.now() - parsedAt;
process.stdout.write(JSON.stringify({ loadMs, parseMs, days: days.length, rounds: rounds.length }));
