import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { appendRound, readRounds } from '../../src/history/store.ts';

const WRITER = fileURLToPath(new URL('append-for-ever.ts', import.meta.url));
const KILLS = 10;

test('a writer that is killed at any moment loses no line that it had kept, and stops nobody after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-kill-'));
  try {
    let next = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const delayMs = Math.random() * 60;
      const kept = await writeAndKill(folder, next, delayMs);
      const { rounds, errors, warnings } = await readRounds(folder, 0);
      const place = `kill ${kill}, ${delayMs.toFixed(1)} ms after the first line from ${next}`;
      expect([errors, warnings], place).toEqual([[], []]);
      expect(
        rounds.map(({ id }) => Number(id)),
        place,
      ).toEqual(Array.from({ length: rounds.length }, (_, index) => index));
      expect(
        rounds.every(({ observations }) => observations.length === 300),
        place,
      ).toBe(true);
      // The last line may have been kept just before its number was said.
      expect(rounds.length, place).toBeGreaterThanOrEqual(kept + 1);
      expect(rounds.length, place).toBeLessThanOrEqual(kept + 2);
      next = rounds.length;
      const appended = await appendRound(folder, { ...rounds.at(-1)!, id: String(next), at: rounds.at(-1)!.at + 1000 });
      expect(appended.warnings, place).toEqual([]);
      next += 1;
    }
    expect((await readRounds(folder, 0)).rounds.length).toBe(next);
  } finally {
    await rm(folder, { recursive: true });
  }
});

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
