/**
 * The contract of a probe kind. `probes/<kind>.ts` exports one of these as its default and is thereby registered; its
 * first comment is its user documentation.
 */
import type { z } from 'zod';
import type { Phase, Reading } from '../model.ts';
import type { Connection, Target } from './connection.ts';

export interface ProbeKind<Schema extends z.ZodType = z.ZodType> {
  /** What stands beside the kind's name in services.yml, parsed into the shape that `run` wants. */
  settings: Schema;
  /** The target in a few characters, for tables and pages; never a secret. */
  describe(settings: z.output<Schema>): string;
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
  /** Wall clock, for what expires. Milliseconds since 1970 UTC. */
  now(): number;
}

export function defineProbe<Schema extends z.ZodType>(kind: ProbeKind<Schema>): ProbeKind<Schema> {
  return kind;
}
