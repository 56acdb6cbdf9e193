/** Runs the probes of a round: bounded concurrency, one deadline an attempt, another look after a failure. */
import type { Attempt, Observation, Reading } from '../model.ts';
import { type Connection, connect } from './connection.ts';
import type { ProbeContext, ProbeKind } from './define-probe.ts';
import { classify } from './failure.ts';
import { redact } from './redact.ts';
import { createStopwatch, roundMs } from './stopwatch.ts';

/** One probe of one service, ready to run. */
export interface Task {
  service: string;
  probe: string;
  kind: string;
  implementation: ProbeKind;
  settings: unknown;
  timeoutMs: number;
  retries: number;
  degradedAboveMs?: number;
  strict: boolean;
  invert: boolean;
}

export interface RunnerOptions {
  concurrency: number;
  secrets: readonly string[];
  /** Cancels the round; what is finished by then is kept, the rest is not observed. */
  signal: AbortSignal;
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
  onObservation?(observation: Observation): void;
}

/** After the first attempt ended. The second failure in a row is often the same hiccup; the third is an outage. */
const RETRY_AFTER_MS = [2000, 10_000, 20_000, 30_000, 40_000];

/** Observations in the order of the tasks; a cancelled round has fewer of them. */
export async function runProbes(tasks: readonly Task[], options: RunnerOptions): Promise<Observation[]> {
  const slots = createSlots(options.concurrency);
  const observations = await Promise.all(
    tasks.map(async (task) => {
      const observation = await observe(task, slots, options);
      if (observation) options.onObservation?.(observation);
      return observation;
    }),
  );
  return observations.filter((observation) => observation !== undefined);
}

async function observe(task: Task, slots: Slots, options: RunnerOptions): Promise<Observation | undefined> {
  const { signal, secrets, monotonic } = options;
  const attempts: Attempt[] = [];
  let firstEndedAt = 0;
  let last: Attempted | undefined;
  for (let tries = 0; tries <= task.retries; tries += 1) {
    if (tries > 0) await pause(firstEndedAt + RETRY_AFTER_MS[tries - 1]! - monotonic(), signal);
    if (signal.aborted) break;
    const tried = await slots.use(() => attempt(task, options));
    if (!tried) break;
    last = tried;
    if (tries === 0) firstEndedAt = monotonic();
    const { outcome, reason, phase, message } = last.reading;
    attempts.push({
      at: last.at,
      outcome,
      ...(reason && { reason }),
      ...(phase && { phase }),
      latencyMs: last.latencyMs,
      message: redact(message, secrets),
    });
    // One that hung is tried once more, not twice: it has already cost a whole deadline.
    if (outcome !== 'down' || (reason === 'timeout' && tries === 1)) break;
  }
  if (!last) return undefined;
  const reading = afterRetries(task, last.reading, attempts);
  const { service, probe, kind } = task;
  const { at, latencyMs, phases } = last;
  const { message, facts, warnings } = reading;
  // Only what comes from outside: a service may be called like the user of its database.
  const said = redact({ message, facts, warnings }, secrets);
  return { service, probe, kind, at, ...reading, ...said, latencyMs, phases, attempts };
}

interface Attempted {
  at: number;
  reading: Reading;
  latencyMs: number;
  phases: Observation['phases'];
}

/** Undefined when the round was cancelled: what we cut short ourselves says nothing, inverted or not. */
async function attempt(task: Task, { signal, now, monotonic }: RunnerOptions): Promise<Attempted | undefined> {
  if (signal.aborted) return undefined;
  const at = now();
  const stopwatch = createStopwatch(monotonic);
  const startedAt = monotonic();
  const deadline = new AbortController();
  const cancel = (): void => deadline.abort(signal.reason);
  const timer = setTimeout(() => deadline.abort(new DOMException('deadline', 'TimeoutError')), task.timeoutMs);
  signal.addEventListener('abort', cancel, { once: true });
  const connections: Connection[] = [];
  const enter = stopwatch.enter;
  const context: ProbeContext = {
    signal: deadline.signal,
    enter,
    now,
    async connect(target) {
      const connection = await connect(target, { signal: deadline.signal, enter });
      connections.push(connection);
      return connection;
    },
  };
  let reading: Reading;
  try {
    const result = await Promise.race([
      task.implementation.run(task.settings, context),
      rejectOnAbort(deadline.signal),
    ]);
    reading = { facts: {}, warnings: [], ...result };
  } catch (error) {
    reading = deadline.signal.aborted ? timedOut(task, stopwatch.current) : classify(error, stopwatch.current);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    // A kind that ignores its signal must not hold the socket or the round.
    if (!deadline.signal.aborted) deadline.abort(new DOMException('over', 'AbortError'));
    for (const { socket } of connections) socket.destroy();
  }
  if (signal.aborted) return undefined;
  stopwatch.stop();
  const latencyMs = roundMs(monotonic() - startedAt);
  return { at, reading: judged(task, reading, latencyMs), latencyMs, phases: stopwatch.phases };
}

function timedOut(task: Task, phase: Reading['phase']): Reading {
  const message = `no answer within ${task.timeoutMs / 1000} s`;
  return { outcome: 'down', reason: 'timeout', ...(phase && { phase }), message, facts: {}, warnings: [] };
}

/** What the common keys of a probe make of one reading. */
function judged({ invert, degradedAboveMs }: Task, reading: Reading, latencyMs: number): Reading {
  if (invert) return inverted(reading);
  if (reading.outcome !== 'up' || degradedAboveMs === undefined || latencyMs <= degradedAboveMs) return reading;
  const message = `${reading.message}, but took ${Math.round(latencyMs)} ms, expected at most ${degradedAboveMs} ms`;
  return { ...reading, outcome: 'degraded', reason: 'slow', message };
}

function inverted(reading: Reading): Reading {
  const { reason, phase, ...rest } = reading;
  if (reading.outcome === 'unknown') return reading;
  if (reading.outcome === 'down') return { ...rest, outcome: 'up', message: `fails as it should: ${reading.message}` };
  return { ...rest, outcome: 'down', reason: 'content', message: `succeeds and should not: ${reading.message}` };
}

/** Up after a failed attempt is up with the evidence kept, or degraded if the probe is strict. */
function afterRetries({ strict }: Task, reading: Reading, attempts: readonly Attempt[]): Reading {
  const failed = attempts.slice(0, -1);
  if (!strict || reading.outcome !== 'up' || failed.length === 0) return reading;
  const { reason, message } = failed[0]!;
  const degraded = {
    ...reading,
    outcome: 'degraded' as const,
    message: `${reading.message}, but only after a retry: ${message}`,
  };
  return reason ? { ...degraded, reason } : degraded;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

interface Slots {
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `size` pieces of work at once; the rest wait in line. */
function createSlots(size: number): Slots {
  const waiting: (() => void)[] = [];
  let free = size;
  return {
    async use(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
