/** What a scheduled round does beside probing: what it hears before, whom it tells after. Types only. */
import type { Config } from '../config/config.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import type { RoundVerdict } from '../status/timeline.ts';

/** Before anything is probed, such as reading what people wrote in issues. What it writes into the history holds for the round. */
export interface BeforeRound {
  /** For warnings about it: "GitHub issues". */
  name: string;
  run(context: EffectContext): Promise<EffectReport>;
}

/** After the round is recorded and published, such as notifications. A round that could not be published is followed by none. */
export interface AfterRound {
  name: string;
  run(context: AfterContext): Promise<EffectReport>;
}

export interface EffectContext {
  config: Config;
  historyFolder: string;
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number;
  env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the time of this effect is over. Whoever goes on is left behind. */
  signal: AbortSignal;
  /** Commits and pushes what the effect wrote under the history; throws when that could not be done. Nothing to do without git. */
  publish(message: string): Promise<void>;
}

export interface AfterContext extends EffectContext {
  /** What this round was the first to write down. */
  events: readonly IncidentEvent[];
  /**
   * All of the last day by its time, `events` included, oldest first. A process may have been killed, and a push refused,
   * between an event and its effects: who keeps in the history by id what is done finds here what is not.
   */
  recent: readonly IncidentEvent[];
  /** Of the last round; several locations have one each. */
  verdict: RoundVerdict;
}

export interface EffectReport {
  /** For whoever runs the round; never with a secret in it. */
  warnings: readonly string[];
}
