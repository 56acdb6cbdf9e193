/** One attempt of one probe: its deadline, its tools, and what its outcome means. */
import type { Observation, Reading } from '../model.ts';
import { type Connection, type ConnectOptions, connect, secureConnection } from './connection.ts';
import type { ProbeContext, ProbeKind } from './define-probe.ts';
import { isHostedRunner, mayRunCommands, proxiesOf, readFileIn, type Surroundings } from './environment.ts';
import { classify, ProbeFailure } from './failure.ts';
import { runProgram } from './run-program.ts';
import { createStopwatch, roundMs } from './stopwatch.ts';
import { createTlsContexts, type TlsContexts } from './tls.ts';

/** Handlers of an abort run at once; this is for the promises behind them. */
const LAST_WORD_MS = 50;

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
  /** How long it is likely to take, by its last reading: the longest begin first. */
  expectedMs?: number;
}

export interface AttemptOptions {
  /** Cancels the attempt. */
  signal: AbortSignal;
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
  tools: Tools;
}

/** What all attempts of a round share. */
export type Tools = Pick<
  ProbeContext,
  'readFile' | 'proxyFor' | 'mayRunCommands' | 'runProgram' | 'isHostedRunner' | 'cache'
> & {
  tlsContexts: TlsContexts;
};

export function createTools({ folder, env, cache }: Surroundings): Tools {
  const readFile = readFileIn(folder);
  return {
    readFile,
    tlsContexts: createTlsContexts(readFile),
    proxyFor: proxiesOf(env),
    mayRunCommands: mayRunCommands(env),
    runProgram: (program, signal) => runProgram(program, { folder, env, signal }),
    isHostedRunner: isHostedRunner(env),
    cache,
  };
}

export interface Attempted {
  at: number;
  reading: Reading;
  latencyMs: number;
  phases: Observation['phases'];
}

/** Undefined when the round was cancelled: what we cut short ourselves says nothing, inverted or not. */
export async function attempt(task: Task, options: AttemptOptions): Promise<Attempted | undefined> {
  const { signal, now, monotonic, tools } = options;
  if (signal.aborted) return undefined;
  const at = now();
  const stopwatch = createStopwatch(monotonic);
  const startedAt = monotonic();
  const deadline = new AbortController();
  const cancel = (): void => deadline.abort(signal.reason);
  const timer = setTimeout(() => deadline.abort(new DOMException('deadline', 'TimeoutError')), task.timeoutMs);
  signal.addEventListener('abort', cancel, { once: true });
  const { tlsContexts, ...shared } = tools;
  const connecting = { signal: deadline.signal, enter: stopwatch.enter, tlsContexts };
  const { connections, ...connectors } = createConnectors(connecting);
  const context: ProbeContext = { ...shared, ...connectors, signal: deadline.signal, enter: stopwatch.enter, now };
  const running = (async () => task.implementation.run(task.settings, context))();
  let reading: Reading;
  try {
    const result = await Promise.race([running, rejectOnAbort(deadline.signal)]);
    reading = { facts: {}, warnings: [], ...result };
  } catch (error) {
    const isOver = deadline.signal.aborted;
    const failure = isOver ? await lastWord(running) : error;
    const isSilent = isOver && failure === undefined;
    reading = isSilent ? timedOut(task, stopwatch.current) : classify(failure, stopwatch.current);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    // A kind that ignores its signal must not hold the socket or the round.
    if (!deadline.signal.aborted) deadline.abort(new DOMException('over', 'AbortError'));
    // The last first: TLS must go before the socket below it, or Node may crash.
    for (const { socket } of connections.toReversed()) socket.destroy();
  }
  if (signal.aborted) return undefined;
  stopwatch.stop();
  const latencyMs = roundMs(monotonic() - startedAt);
  return { at, reading: judged(task, reading, latencyMs), latencyMs, phases: stopwatch.phases };
}

/** Remembers what was opened, so that it is closed whatever the kind does. */
function createConnectors(
  options: ConnectOptions,
): Pick<ProbeContext, 'connect' | 'secure'> & { connections: Connection[] } {
  const connections: Connection[] = [];
  const keep = (connection: Connection): Connection => {
    connections.push(connection);
    // Too late: the attempt is over, and nobody else would close it.
    if (options.signal.aborted) connection.socket.destroy();
    return connection;
  };
  return {
    connections,
    connect: async (target) => keep(await connect(target, options)),
    secure: async (connection, host, tls) => keep(await secureConnection(connection, host, tls, options)),
  };
}

/** A kind that is cut off may know more than that it was slow: whose silence it was, which status had come. */
async function lastWord(running: Promise<unknown>): Promise<ProbeFailure | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, LAST_WORD_MS, undefined);
  });
  const said = await Promise.race([
    running.then(
      () => undefined,
      (error: unknown) => error,
    ),
    silence,
  ]);
  clearTimeout(timer);
  return said instanceof ProbeFailure ? said : undefined;
}

function timedOut(task: Task, phase: Reading['phase']): Reading {
  const hasBegun = phase === 'body' || phase === 'talk';
  const message = `${hasBegun ? 'not finished' : 'no answer'} within ${task.timeoutMs / 1000} s`;
  // A proxy that says nothing is no fault of the target behind it.
  if (phase === 'proxy')
    return {
      outcome: 'unknown',
      reason: 'proxy',
      phase,
      message: `the proxy gave ${message}`,
      facts: {},
      warnings: [],
    };
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

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
