/**
 * The contract of a probe kind. `probes/<kind>.ts` exports one of these as its default and is thereby registered; its
 * first comment is its user documentation.
 */
import type { z } from 'zod';
import type { Phase, Reading } from '../model.ts';
import type { Connection, Target } from './connection.ts';
import type { Program, ProgramRun } from './run-program.ts';
import type { TlsOptions } from './tls.ts';

export interface ProbeKind<Schema extends z.ZodType = z.ZodType> {
  /** What stands beside the kind's name in services.yml, parsed into the shape that `run` wants. */
  settings: Schema;
  /** The target in a few characters, for tables and pages; never a secret. */
  describe(settings: z.output<Schema>): string;
  /**
   * Whom it asks, as a name or an address without a port: when probes are shared out between machines, those that ask the
   * same host stay together. When absent, the probes of a service do.
   */
  host?(settings: z.output<Schema>): string;
  /** Files that the settings name; `vedette check` says when one cannot be read. */
  files?(settings: z.output<Schema>): readonly string[];
  /**
   * Returns what it learnt. May throw a `ProbeFailure`, a system error or the signal's abort: the runner knows what
   * they mean. Anything else that it throws is taken for our own bug, and the outcome is unknown.
   */
  run(settings: z.output<Schema>, context: ProbeContext): Promise<ProbeResult>;
}

/** What a kind returns: a reading, with empty facts and warnings left out. */
export type ProbeResult = Pick<Reading, 'outcome' | 'message'> & Partial<Reading>;

export interface ProbeContext {
  /** Aborts at the deadline of this attempt, and when the round is cancelled. */
  signal: AbortSignal;
  /** Says that a phase begins now; the one before it ends. */
  enter(phase: Phase): void;
  /** Opens a socket: resolve, connect, TLS, each phase timed. The runner closes it after the attempt. */
  connect(target: Target): Promise<Connection>;
  /** Speaks TLS on a connection that is open already, for protocols that agree on it first. */
  secure(connection: Connection, host: string, tls: TlsOptions): Promise<Connection>;
  /** The bytes of a file that the settings name, relative to the folder of services.yml. */
  readFile(path: string): Promise<Buffer>;
  /** The proxy that the environment names for an address (`HTTPS_PROXY`, `NO_PROXY` …); undefined for none. */
  proxyFor(url: URL): string | undefined;
  /** Whether programs of services.yml may be run here; not where a stranger may have written the file. */
  mayRunCommands: boolean;
  /** Runs a program in the folder of services.yml; of our environment it gets PATH and LANG. The signal ends it. */
  runProgram(program: Program, signal: AbortSignal): Promise<ProgramRun>;
  /** Whether this is a runner that GitHub hosts, which let no ICMP out. */
  isHostedRunner: boolean;
  /** What may be remembered from round to round. */
  cache: Cache;
  /** Wall clock, for what expires. Milliseconds since 1970 UTC. */
  now(): number;
}

/** Text by key, each with its own end; a lost one costs a question more, so nothing else may depend on it. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
}

export function defineProbe<Schema extends z.ZodType>(kind: ProbeKind<Schema>): ProbeKind<Schema> {
  return kind;
}
