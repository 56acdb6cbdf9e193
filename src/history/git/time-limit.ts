import type { GitPlace } from './git.ts';
import { PublishError } from './publish-error.ts';

export interface Surroundings {
  /** The process's own when absent; git needs its keys and proxies from it. */
  env?: GitPlace['env'];
  signal?: AbortSignal;
  /** Of the whole; two minutes when absent. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;

/** Ends the work when its time is over, with an error that says so. Throws the caller's own reason when it gave the signal. */
export async function withinTime<T>(
  { env = process.env, signal, timeoutMs = TIMEOUT_MS }: Surroundings,
  what: string,
  work: (env: GitPlace['env'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const time = AbortSignal.timeout(timeoutMs);
  try {
    return await work(env, signal ? AbortSignal.any([signal, time]) : time);
  } catch (error) {
    if (error instanceof PublishError) throw error;
    if (signal?.aborted) throw signal.reason;
    if (!time.aborted) throw error;
    const problem = `${what} took longer than ${timeoutMs / 1000} s and was given up; the remote may be hanging`;
    const fix = 'nothing is lost, the next run does it; check the network with: git ls-remote';
    throw new PublishError('timeout', `${problem}; ${fix}`, { cause: error });
  }
}
