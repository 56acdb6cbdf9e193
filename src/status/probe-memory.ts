/** What is remembered of one probe at one location: its last readings, what is usual for it, whether it is confirmed to fail. */
import type { ProbeConfig } from '../config/config.ts';
import type { Outcome, Reason } from '../model.ts';
import { createPast, type ItsPast, interrupt, type Judged, remember } from './against-itself.ts';

/** With the outcome that counts: what was up may be slow beside the probe's own past. */
export interface LatestReading extends Judged {
  at: number;
}

/** What confirmation needs to know of a reading. */
export interface Glimpse {
  at: number;
  failing: boolean;
  reason: Reason | undefined;
  /** Rounds after it were discarded: nobody knows what was between it and the next. */
  isCut?: true;
}

export interface ProbeMemory {
  essential: boolean;
  confirm: ProbeConfig['confirm'];
  /** So many spreads above the usual are no chance. */
  unusualAbove: number;
  /** The last readings, oldest first, as many as confirmation looks at. */
  recent: Glimpse[];
  latest: LatestReading;
  /** The latest outcome as the prober saw it. */
  recorded: Outcome;
  past: ItsPast;
  /** So many readings are still left out of what is usual. */
  restless: number;
  unread: number;
  confirmed: boolean;
  /** It has been up since we began to look, or since its last maintenance or long absence. */
  seenUp: boolean;
  onset: number | undefined;
  clearedAt: number;
}

/** Why a service may fail without being called broken. */
export type Exemption = 'maintenance' | 'outside-hours';

/** A last state outlives so many rounds without a reading. */
export const MAX_ROUNDS_UNREAD = 3;
/** An incident stays open for so many more readings, and what is read meanwhile is not yet usual. */
const READINGS_TO_CALM = 2;

/** What holds for a probe that services.yml says nothing else of. */
export interface ProbeDefaults {
  confirm: ProbeConfig['confirm'];
  unusualAbove: number;
}

export function startProbe(
  config: ProbeConfig | undefined,
  defaults: ProbeDefaults,
  first: LatestReading,
): ProbeMemory {
  return {
    essential: config?.essential ?? true,
    confirm: config?.confirm ?? defaults.confirm,
    unusualAbove: config?.unusualAbove ?? defaults.unusualAbove,
    recent: [],
    latest: first,
    recorded: first.outcome,
    past: createPast(),
    restless: 0,
    unread: 0,
    confirmed: false,
    seenUp: false,
    onset: undefined,
    clearedAt: Number.NEGATIVE_INFINITY,
  };
}

/** What a confirmed incident leaves behind, its first up reading and two more, is not yet usual. */
export function learn(probe: ProbeMemory, reading: Judged): void {
  const isApart = probe.confirmed || probe.restless > 0;
  remember(probe.past, reading, isApart);
  if (probe.confirmed) probe.restless = READINGS_TO_CALM;
  else if (probe.restless > 0) probe.restless -= 1;
}

export function clear(probe: ProbeMemory, at: number): void {
  probe.confirmed = false;
  probe.onset = undefined;
  probe.clearedAt = at;
}

export function forget(probe: ProbeMemory, at: number, exemption: Exemption): void {
  clear(probe, at);
  probe.recent = [];
  // Who answers outside of its hours is known to be up when they begin.
  probe.seenUp = exemption === 'outside-hours' && probe.latest.outcome === 'up';
  interrupt(probe.past);
}

/** A round was discarded. */
export function cut({ recent }: ProbeMemory): void {
  const last = recent.at(-1);
  if (last) last.isCut = true;
}

/** After too long without a reading neither an outage nor its absence is known any more. */
export function lose(probe: ProbeMemory): void {
  probe.confirmed = false;
  probe.seenUp = false;
  interrupt(probe.past);
}

export function isFailingNow(probe: ProbeMemory, at: number): boolean {
  const last = probe.recent.at(-1);
  return last !== undefined && last.at === at && last.failing;
}

/** A failure that is not confirmed yet is not told: what was up stays so, what never was is unknown. */
export function verdictOf({ essential, confirmed, seenUp, latest }: ProbeMemory): {
  essential: boolean;
  outcome: Outcome;
} {
  return { essential, outcome: confirmed ? latest.outcome : seenUp ? 'up' : 'unknown' };
}
