/**
 * The glossary in code. Every word here has one meaning in the whole repository; instants are milliseconds since
 * 1970 UTC, durations milliseconds, and arrays of words are ordered from best to worst where there is a worst.
 */

/** What one observation says of its target. `unknown` is the prober's ignorance: never up, never the target's fault. */
export const OUTCOMES = ['up', 'degraded', 'down', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the public is told about a service. The first four are ordered by severity, the last two stand outside. */
export const STATES = ['operational', 'degraded', 'partial_outage', 'major_outage', 'maintenance', 'unknown'] as const;
export type State = (typeof STATES)[number];

/** Where in a probe the time went, and where it failed. */
export const PHASES = ['dns', 'connect', 'proxy', 'tls', 'ttfb', 'body', 'talk'] as const;
export type Phase = (typeof PHASES)[number];

/** Why a target is not plainly up. A closed list: people filter by it; the message beside it is free text. */
export const TARGET_REASONS = [
  'refused',
  'unreachable',
  'reset',
  'closed',
  'timeout',
  'dns-not-found',
  'dns-no-address',
  'dns-server',
  'tls-expired',
  'tls-not-yet-valid',
  'tls-untrusted',
  'tls-name',
  'tls-version',
  'tls-weak',
  'tls-client-cert',
  'tls-not-tls',
  'protocol',
  'headers-too-large',
  'body-too-large',
  'truncated',
  'encoding',
  'redirect',
  'status',
  'header',
  'content',
  'slow',
  'blocked',
  'expiring',
  'stale',
  'value',
  'no-data',
] as const;

/** Why we do not know. The outcome beside one of these is always unknown. */
export const PROBER_REASONS = ['proxy', 'unsupported-here', 'prober-fault', 'source', 'bug'] as const;

export const REASONS = [...TARGET_REASONS, ...PROBER_REASONS] as const;
export type Reason = (typeof REASONS)[number];

/** What a probe returns. */
export interface Reading {
  outcome: Outcome;
  reason?: Reason;
  phase?: Phase;
  /** One sentence for people, without a full stop. */
  message: string;
  /** What else was learnt: `status`, `address`, `tls` … JSON values only. */
  facts: Readonly<Record<string, unknown>>;
  warnings: readonly string[];
  /** Numbers that it read from its target, to be drawn over time; each name once. */
  values?: readonly Value[];
  /** Which version of itself the target says is deployed. */
  version?: string;
}

/** `{ name: '$.pending', value: 143 }`, `{ name: 'size', value: 5120, unit: 'B' }` */
export interface Value {
  name: string;
  /** Finite. */
  value: number;
  /** As who measured writes it: `s`, `%`, `B`. */
  unit?: string;
}

/** One try inside a round. */
export interface Attempt extends Pick<Reading, 'outcome' | 'reason' | 'phase' | 'message'> {
  at: number;
  latencyMs: number;
}

/** A reading with its service, probe and time. */
export interface Observation extends Reading {
  service: string;
  probe: string;
  kind: string;
  at: number;
  /** Of the last attempt. */
  latencyMs: number;
  /** Milliseconds in each phase of the last attempt, summed over redirects. */
  phases: Readonly<Partial<Record<Phase, number>>>;
  /** Every attempt, the last included. */
  attempts: readonly Attempt[];
}

/** The part of an observation that history keeps, and all that states are worked out from. */
export interface RecordedObservation {
  service: string;
  probe: string;
  outcome: Outcome;
  reason?: Reason;
  phase?: Phase;
  /** A number that says more than the reason: an HTTP status, an exit code. */
  code?: number;
  /** Absent when there was no answer. */
  latencyMs?: number;
  /** The share of requests that failed, 0 to 1, when the source counts many. */
  failureRatio?: number;
  /** It came without an outcome: what it was like is to be worked out from `latencyMs` and `failureRatio`; until then `up`. */
  isMeasurement?: true;
  /** How many attempts the round made; 1 when it does not say. */
  attempts: number;
  values?: readonly Value[];
  version?: string;
}

/** Whether one of the addresses that tell whether we have a network answered; `silent` when all were asked in vain. */
export const CANARY_ANSWERS = ['answered', 'silent'] as const;
export type CanaryAnswer = (typeof CANARY_ANSWERS)[number];

/** The probe of an observation that names none: it stands for its service as a whole. */
export const WHOLE_SERVICE = 'imported';

/** One scheduled run as history keeps it. */
export interface RecordedRound {
  id: string;
  at: number;
  location: string;
  observations: readonly RecordedObservation[];
  /** It was judged to be our own failure when it ran: kept, and no news of the services. */
  isProberFault?: boolean;
  /** Absent when no canary was asked, or the round was cancelled meanwhile. */
  canaries?: CanaryAnswer;
}

/** What was known of a probe from one instant to another; what was not known is no span. */
export interface Span {
  from: number;
  to: number;
  outcome: Exclude<Outcome, 'unknown'>;
}

/** An announced span in which a service may fail without being called broken; with `repeat` the first of many. */
export interface Maintenance {
  title: string;
  services: readonly string[];
  startsAt: number;
  endsAt: number;
  repeat?: Repeat;
}

/** How a maintenance comes again, by the clock on the wall of its zone. */
export interface Repeat {
  /** RFC 5545, checked, without UNTIL. */
  rule: string;
  /** An IANA name, or an offset like +05:30. */
  timeZone: string;
  /** What that clock shows at the first start, as milliseconds since 1970 in Greenwich. */
  firstWall: number;
  /** None starts later. */
  lastAt?: number;
  /** Days there, `2026-12-27`, on which it is left out. */
  except: readonly string[];
}

/** `worst(['degraded', 'operational'])` is `degraded`; of nothing, operational. Not for maintenance and unknown. */
export function worst(states: Iterable<State>): State {
  let result: State = 'operational';
  for (const state of states) if (severityRank(state) > severityRank(result)) result = state;
  return result;
}

/** 0 for what is well, in maintenance or unknown; 1 degraded, 2 partial outage, 3 major outage. For comparing only. */
export function severityRank(state: State): number {
  const rank = STATES.indexOf(state);
  return rank <= STATES.indexOf('major_outage') ? rank : 0;
}

export function isFailing(state: State): boolean {
  return severityRank(state) > 0;
}
