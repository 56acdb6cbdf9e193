/** Who watches the watcher: an address that hears of every round, and raises the alarm when it does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AfterRound } from './effect.ts';

const TIMEOUT_MS = 10_000;
const TRIES = 2;
const WAIT_MS = 1000;

/** The address is a secret: it stands in no message. */
export function heartbeat(url: string): AfterRound {
  return {
    name: 'heartbeat',
    async run({ signal }) {
      let problem = '';
      for (let tries = 1; tries <= TRIES; tries += 1) {
        if (tries > 1) await sleep(WAIT_MS, undefined, { signal });
        const heard = await ping(url, signal);
        if (heard === 'heard') return { warnings: [] };
        problem = heard.problem;
      }
      return { warnings: [`the heartbeat was not heard: ${problem}`] };
    },
  };
}

async function ping(url: string, signal: AbortSignal): Promise<'heard' | { problem: string }> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, deadline]) });
    // Whatever it says, only that it answers counts; nobody reads on.
    await response.body?.cancel();
    return response.ok ? 'heard' : { problem: `its answer was ${response.status}` };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (deadline.aborted) return { problem: `no answer within ${TIMEOUT_MS / 1000} s` };
    // The message of the error names the host; its code does not.
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    return { problem: typeof code === 'string' ? code : 'no connection' };
  }
}
