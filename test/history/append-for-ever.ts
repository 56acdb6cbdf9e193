/** Appends rounds to the folder until it is killed, and says the number of each on a line once it is kept. */

import { appendRound } from '../../src/history/store.ts';
import type { RecordedObservation } from '../../src/model.ts';

const [folder, first] = process.argv.slice(2) as [string, string];
const START = Date.parse('2026-11-20T00:00:00Z');
/** Eight rounds a day, so that days end, are digested, and are deleted in time. */
const STEP_MS = 3 * 3_600_000;

for (let n = Number(first); ; n += 1) {
  const observations = Array.from({ length: 300 }, (_, index): RecordedObservation => {
    // Another set of probes now and then, so that schemas are written, too.
    return { service: `service-${index + (n % 7)}`, probe: 'http', outcome: 'up', latencyMs: 100 + index, attempts: 1 };
  });
  await appendRound(folder, { id: String(n), at: START + n * STEP_MS, location: 'test', observations });
  process.stdout.write(`${n}\n`);
}
