import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dayOf } from '../../src/history/days.ts';
import { openFolder } from '../../src/history/folder.ts';
import { loadHistory } from '../../src/history/load.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';

const STEP_MS = 3 * 3_600_000;
const WRITER = fileURLToPath(new URL('append-for-ever.ts', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 8);

test('a writer that is killed at any moment loses no line that it had kept, and stops nobody after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-kill-'));
  try {
    const files = openFolder(folder);
    let next = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const delayMs = Math.random() * 120;
      const kept = await writeAndKill(folder, next, delayMs);
      const place = `kill ${kill}, ${delayMs.toFixed(1)} ms after the first line from ${next}`;
      const { rounds, errors, warnings } = await readRounds(folder, 0);
      expect([errors, warnings], place).toEqual([[], []]);
      const last = rounds.at(-1)!;
      // The last line may have been kept just before its number was said.
      next = Number(last.id) + 1;
      expect(next, place).toBeGreaterThanOrEqual(kept + 1);
      expect(next, place).toBeLessThanOrEqual(kept + 2);
      const after = { ...last, id: String(next), at: last.at + STEP_MS };
      expect((await appendRound(folder, after)).warnings, place).toEqual([]);
      next += 1;
      expect((await verify(files)).flaws, place).toEqual([]);
      expect(await roundsIn(folder), place).toBe(next);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

/** All rounds that were ever kept: those of days that are deleted are counted in their digests. */
async function roundsIn(folder: string): Promise<number> {
  const { rounds, days } = await loadHistory(folder, {
    leastRounds: 1e9,
    backMs: Number.MAX_VALUE,
    renamed: new Map(),
  });
  const raw = new Set(rounds.map(({ at }) => dayOf(at)));
  return rounds.length + days.filter(({ day }) => !raw.has(day)).reduce((sum, digest) => sum + digest.rounds, 0);
}

/** The number of the last round that the writer said it had kept. */
async function writeAndKill(folder: string, first: number, delayMs: number): Promise<number> {
  const writer: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, [WRITER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(writer, 'close');
  let last = -1;
  for await (const line of createInterface({ input: writer.stdout })) {
    if (last < 0) setTimeout(() => writer.kill('SIGKILL'), delayMs);
    last = Number(line);
  }
  const [, signal] = await closed;
  expect(signal, 'the writer ended by itself').toBe('SIGKILL');
  return last;
}
