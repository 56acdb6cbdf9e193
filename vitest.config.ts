import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Holds a whole round against the clock. Beside another file that needs both cores, it would time that one. */
const TIMED = ['test/faults/deadlines.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/summary-reporter.ts'],
    // As many as there are cores. By itself vitest would leave a core idle; one more makes a busy machine of it.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...TIMED],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Some play a whole outage; on a machine with other work that takes minutes.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: TIMED,
          testTimeout: 60_000,
          // One at a time, when all others are done.
          fileParallelism: false,
        },
      },
    ],
  },
});
