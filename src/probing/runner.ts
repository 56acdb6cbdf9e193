/** Runs the probes of a round: the slow ones first, so many at once, another look after a failure. */
import type { Attempt, Observation, Reading } from '../model.ts';
import { type Attempted, attempt, createTools, type Task, type Tools } from './attempt.ts';
import type { Surroundings } from './environment.ts';
import { boundedMeasures } from './measured.ts';
import { redact } from './redact.ts';

export type { Task } from './attempt.ts';

export interface RunnerOptions {
  surroundings: Surroundings;
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
/** Where this machine ran out of something: as often, with half as much at once each time. */
const MAX_OWN_FAULTS = 3;
const OWN_FAULT_PAUSE_MS = 250;

/** Observations in the order of the tasks; a cancelled round has fewer of them. */
export async function runProbes(tasks: readonly Task[], options: RunnerOptions): Promise<Observation[]> {
  const slots = createSlots(options.concurrency);
  const tools = createTools(options.surroundings);
  const observations = new Map<Task, Observation>();
  // One that hangs and begins last makes the whole round longer by its deadline.
  const slowestFirst = [...tasks].sort((a, b) => (b.expectedMs ?? 0) - (a.expectedMs ?? 0));
  await Promise.all(
    slowestFirst.map(async (task) => {
      const observation = await observe(task, slots, tools, options);
      if (!observation) return;
      observations.set(task, observation);
      options.onObservation?.(observation);
    }),
  );
  return tasks.flatMap((task) => observations.get(task) ?? []);
}

async function observe(
  task: Task,
  slots: Slots,
  tools: Tools,
  options: RunnerOptions,
): Promise<Observation | undefined> {
  const { signal, secrets, monotonic } = options;
  const attempts: Attempt[] = [];
  let firstEndedAt = 0;
  let last: Attempted | undefined;
  for (let tries = 0; ; tries += 1) {
    if (tries > 0) await pause(firstEndedAt + RETRY_AFTER_MS[tries - 1]! - monotonic(), signal);
    const tried = await attemptWithin(slots, task, tools, options);
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
    if (!awaitsAnother(task, last.reading, attempts)) break;
  }
  if (!last) return undefined;
  const isCutShort = signal.aborted && awaitsAnother(task, last.reading, attempts);
  const reading = isCutShort ? unsettled(last.reading) : afterRetries(task, last.reading, attempts);
  const { service, probe, kind } = task;
  const { at, latencyMs, phases } = last;
  const { message, facts, warnings, values, version, ...verdict } = reading;
  // Only what comes from outside: a service may be called like the user of its database.
  const said = redact({ message, facts, warnings }, secrets);
  // Cut afterwards: half a secret would not be found.
  const measured = boundedMeasures(redact({ ...(values && { values }), ...(version && { version }) }, secrets));
  return { service, probe, kind, at, ...verdict, ...said, ...measured, latencyMs, phases, attempts };
}

/** Undefined when the round was cancelled first. When this machine runs out of handles, less is done at once. */
async function attemptWithin(
  slots: Slots,
  task: Task,
  tools: Tools,
  options: RunnerOptions,
): Promise<Attempted | undefined> {
  for (let faults = 0; ; faults += 1) {
    if (options.signal.aborted) return undefined;
    let size = slots.size;
    const tried = await slots.use(() => {
      size = slots.size;
      return attempt(task, { ...options, tools });
    });
    if (tried?.reading.reason !== 'prober-fault' || faults === MAX_OWN_FAULTS) return tried;
    slots.shrink(Math.ceil(size / 2));
    await pause(OWN_FAULT_PAUSE_MS, options.signal);
  }
}

function awaitsAnother({ retries }: Task, { outcome, reason }: Reading, { length }: readonly Attempt[]): boolean {
  // One that hung is tried once more, not twice: it has already cost a whole deadline.
  return outcome === 'down' && length <= Math.min(retries, reason === 'timeout' ? 1 : retries);
}

/** What the next attempt would have said nobody knows. */
function unsettled({ message, facts, warnings }: Reading): Reading {
  return { outcome: 'unknown', message: `cancelled before another try: ${message}`, facts, warnings };
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
  readonly size: number;
  use<T>(work: () => Promise<T>): Promise<T>;
  /** From now on at most so many at once; never more than before. */
  shrink(size: number): void;
}

/** At most `size` pieces of work at once; the rest wait in line. */
function createSlots(initialSize: number): Slots {
  const waiting: (() => void)[] = [];
  let size = initialSize;
  let busy = 0;
  return {
    get size() {
      return size;
    },
    async use(work) {
      if (busy >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
      try {
        return await work();
      } finally {
        // Whoever is next takes over the place, unless there are fewer places now.
        const next = busy <= size ? waiting.shift() : undefined;
        if (next) next();
        else busy -= 1;
      }
    },
    shrink(wanted) {
      size = Math.max(1, Math.min(size, wanted));
    },
  };
}
