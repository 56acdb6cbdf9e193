/** One round in a process of its own: argv has the tasks by group, stdout how it went and what it took. */
import { keepMemorySmall } from '../../src/probing/memory.ts';

// As the command line does it: first this, then what allocates.
keepMemorySmall();
const { run, task } = await import('../probing/probe-once.ts');

export interface Group {
  settings: unknown;
  count: number;
  expectedMs?: number;
}

export interface RoundOfGroups {
  groups: readonly Group[];
  timeoutMs: number;
  retries: number;
}

export interface ChildRound {
  durationMs: number;
  peakMiB: number;
  /** How many ended with each reason, or with each outcome that has none. */
  counts: Record<string, number>;
}

const { groups, timeoutMs, retries } = JSON.parse(process.argv[2]!) as RoundOfGroups;
const tasks = groups.flatMap(({ settings, count, expectedMs = 0 }) =>
  Array.from({ length: count }, () => task('http', settings, { timeoutMs, retries, expectedMs })),
);
const startedAt = performance.now();
const observations = await run(tasks, { concurrency: 200 });
const durationMs = performance.now() - startedAt;
const counts: Record<string, number> = {};
for (const { outcome, reason = outcome } of observations) counts[reason] = (counts[reason] ?? 0) + 1;
const result: ChildRound = { durationMs, peakMiB: process.resourceUsage().maxRSS / 1024, counts };
process.stdout.write(JSON.stringify(result));
