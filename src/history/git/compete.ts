/** Trying again after somebody else was faster, each time after a longer wait that nobody can guess. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PublishError } from './publish-error.ts';

const MAX_TRIES = 12;
const MAX_OUTAGES = 2;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 8000;

export interface Pace {
  random?: (() => number) | undefined;
  wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

export type Attempt<T> = { outcome: 'done'; value: T } | { outcome: 'lost'; words: string };

/** The attempt is told how many were made before it. */
export async function compete<T>(
  attempt: (earlier: number) => Promise<Attempt<T>>,
  { random = Math.random, wait = pause }: Pace,
  signal: AbortSignal,
): Promise<{ value: T; tries: number }> {
  let words = '';
  let outages = 0;
  for (let earlier = 0; earlier < MAX_TRIES; earlier += 1) {
    if (earlier > 0) await wait(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (earlier - 1)), signal);
    const result = await attempt(earlier).catch((error: unknown): Attempt<T> => {
      if (!(error instanceof PublishError && error.isPassing) || outages === MAX_OUTAGES) throw error;
      outages += 1;
      return { outcome: 'lost', words: error.message };
    });
    if (result.outcome === 'done') return { value: result.value, tries: earlier + 1 };
    words = result.words;
  }
  const problem = `others were faster ${MAX_TRIES} times in a row, at last with: ${words}`;
  throw new PublishError('contended', `${problem}; nothing is lost, the next run publishes it`);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
