/** Events → incidents. What is open is never written down anywhere else. */
import { isFailing, type State, severityRank } from '../model.ts';
import { IMPACTS, type Impact, type IncidentEvent, type IncidentStatus, isEnd, type Resolution } from './event.ts';

/** One root cause, from its first sign until two good rounds have followed its last. */
export interface Incident {
  id: string;
  status: IncidentStatus;
  impact: Impact;
  /** The worst that it has been. */
  peakImpact: Impact;
  /** Who opened it; only a person's has a title of its own, and may have no cause. */
  openedBy: IncidentEvent['by'];
  /** A person has opened it, or opened it again: what it says of services holds whatever is observed, and it is theirs to end. */
  isDeclared: boolean;
  /** What persons have said that services are; of one that is over nothing. */
  declared: ReadonlyMap<string, State>;
  /** When a person said its status, while nobody else has said another since. */
  statedAt: number | undefined;
  title: string | undefined;
  cause: string | undefined;
  /** Every cause that it has had, the present one included. */
  causes: readonly string[];
  share: number | undefined;
  isGuess: boolean;
  isContained: boolean;
  chain: readonly string[];
  /** Those that fail or have failed through the cause, itself included; what they are now, and at worst were. */
  affected: ReadonlyMap<string, AffectedService>;
  /** When the trouble began, which is before it was confirmed and the incident opened. */
  startsAt: number;
  openedAt: number;
  updatedAt: number;
  /** When it was first good again, while that is watched. */
  monitoringAt: number | undefined;
  /** It has failed again while it was watched, since it was opened or reopened. */
  hasRelapsed: boolean;
  /** Since then its cause is in announced maintenance. */
  suppressedAt: number | undefined;
  /** The first good round, and when it was believed. */
  endsAt: number | undefined;
  resolvedAt: number | undefined;
  resolvedBy: IncidentEvent['by'] | undefined;
  resolution: Resolution | undefined;
  reopenings: number;
  /** In order of time. */
  events: readonly IncidentEvent[];
}

export interface AffectedService {
  state: State;
  worst: State;
  since: number;
}

export function isOpen({ status }: Incident): boolean {
  return !isEnd(status);
}

/**
 * Lines in any order, each perhaps more than once → incidents, earliest first. `renamed`: old id of a service → the one
 * that inherits its history.
 */
export function incidentsFrom(
  lines: readonly IncidentEvent[],
  renamed: ReadonlyMap<string, string> = new Map(),
): Incident[] {
  const incidents = new Map<string, Incident>();
  const seen = new Set<string>();
  for (const line of [...lines].sort(byTime)) {
    if (seen.has(line.id)) continue;
    seen.add(line.id);
    const event = renamed.size > 0 ? withNewNames(line, renamed) : line;
    const incident = incidents.get(event.incident);
    // What is said of an incident that nobody has opened has no place.
    if (incident || event.kind === 'opened') incidents.set(event.incident, after(incident, event));
  }
  return [...incidents.values()].sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

/** By time, then by number: one round may write several lines about an incident. */
function byTime(a: IncidentEvent, b: IncidentEvent): number {
  return a.t - b.t || numberOf(a) - numberOf(b) || (a.id < b.id ? -1 : 1);
}

/** `2026-11-20-database/3-resolved` is the third; a person's have none, and come last in their second. */
export function numberOf({ id }: Pick<IncidentEvent, 'id'>): number {
  return Number(/\/(\d+)-[a-z]+$/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

/** The incident as it is after an event. */
export function after(incident: Incident | undefined, event: IncidentEvent): Incident {
  const before = incident ?? opened(event);
  if (event.edits !== undefined) {
    const updatedAt = Math.max(before.updatedAt, event.t * 1000);
    return { ...before, updatedAt, events: before.events.map((line) => reworded(line, event)) };
  }
  const { kind, status = before.status, impact = before.impact, cause = before.cause } = event;
  const at = event.t * 1000;
  const isNewCause = event.cause !== undefined;
  const begins = kind === 'opened' || kind === 'reopened';
  return {
    ...before,
    isDeclared: begins ? event.by === 'person' : before.isDeclared,
    declared: isEnd(status) ? NOBODY : declaredAfter(before.declared, event),
    statedAt: event.status === undefined ? before.statedAt : event.by === 'person' ? at : undefined,
    title: event.title ?? before.title,
    status,
    impact,
    peakImpact: IMPACTS.indexOf(impact) > IMPACTS.indexOf(before.peakImpact) ? impact : before.peakImpact,
    cause,
    causes: cause === undefined || before.causes.includes(cause) ? before.causes : [...before.causes, cause],
    share: isNewCause ? event.share : (event.share ?? before.share),
    isGuess: event.isGuess ?? (isNewCause ? false : before.isGuess),
    isContained: event.isContained ?? before.isContained,
    chain: event.chain ?? before.chain,
    affected: affectedAfter(before.affected, event),
    updatedAt: Math.max(before.updatedAt, at),
    ...watchAfter(before, event, status),
    events: [...before.events, event],
    reopenings: before.reopenings + (kind === 'reopened' ? 1 : 0),
  };
}

/** The line that an edit is of says what it now says, and nothing when it was taken back. */
export function reworded<Line extends { id: string; text?: string | undefined }>(
  line: Line,
  {
    edits,
    isWithdrawn,
    text = '',
  }: { edits?: string | undefined; isWithdrawn?: true | undefined; text?: string | undefined },
): Line {
  return line.id === edits ? { ...line, text: isWithdrawn ? '' : text } : line;
}

type Watch = Pick<
  Incident,
  'monitoringAt' | 'hasRelapsed' | 'suppressedAt' | 'endsAt' | 'resolvedAt' | 'resolvedBy' | 'resolution'
>;

const UNWATCHED: Watch = {
  monitoringAt: undefined,
  hasRelapsed: false,
  suppressedAt: undefined,
  endsAt: undefined,
  resolvedAt: undefined,
  resolvedBy: undefined,
  resolution: undefined,
};

/** How far it is on its way to its end. */
function watchAfter(before: Incident, event: IncidentEvent, status: IncidentStatus): Watch {
  const at = event.t * 1000;
  const { monitoringAt, hasRelapsed, suppressedAt, endsAt, resolvedAt, resolvedBy, resolution } = before;
  const watch = { monitoringAt, hasRelapsed, suppressedAt, endsAt, resolvedAt, resolvedBy, resolution };
  if (event.kind === 'suppressed') return { ...watch, suppressedAt: at };
  if (event.kind === 'resumed') return { ...watch, suppressedAt: undefined };
  if (isEnd(status)) {
    if (isEnd(before.status)) return watch;
    const end = event.end === undefined ? at : event.end * 1000;
    return { ...watch, endsAt: end, resolvedAt: at, resolvedBy: event.by, resolution: event.reason };
  }
  if (isEnd(before.status)) return UNWATCHED;
  if (status === 'monitoring') return { ...watch, monitoringAt: before.monitoringAt ?? at };
  return { ...watch, monitoringAt: undefined, hasRelapsed: hasRelapsed || event.kind === 'relapsed' };
}

/** When its trouble began, this time. */
export function beganAt({ events, startsAt }: Incident): number {
  const last = events.findLast(({ kind }) => kind === 'opened' || kind === 'reopened');
  return last?.since === undefined ? startsAt : last.since * 1000;
}

function opened(event: IncidentEvent): Incident {
  const at = event.t * 1000;
  return {
    id: event.incident,
    status: 'investigating',
    impact: 'none',
    peakImpact: 'none',
    openedBy: event.by,
    isDeclared: false,
    declared: NOBODY,
    statedAt: undefined,
    title: undefined,
    cause: undefined,
    causes: [],
    share: undefined,
    isGuess: false,
    isContained: false,
    chain: [],
    affected: new Map(),
    startsAt: event.since === undefined ? at : event.since * 1000,
    openedAt: at,
    updatedAt: at,
    ...UNWATCHED,
    reopenings: 0,
    events: [],
  };
}

const NOBODY: Incident['declared'] = new Map();

function declaredAfter(before: Incident['declared'], { by, services = [] }: IncidentEvent): Incident['declared'] {
  if (by !== 'person' || services.length === 0) return before;
  const said = new Map([...before, ...services.map(({ id, state }) => [id, state] as const)]);
  return new Map([...said].filter(([, state]) => isFailing(state)));
}

function affectedAfter(before: Incident['affected'], { t, services = [] }: IncidentEvent): Incident['affected'] {
  if (services.length === 0) return before;
  const affected = new Map(before);
  for (const { id, state, since } of services) {
    const known = before.get(id);
    const isWorse = severityRank(state) > severityRank(known?.worst ?? 'operational');
    affected.set(id, {
      state,
      worst: known && !isWorse ? known.worst : state,
      since: since === undefined ? (known?.since ?? t * 1000) : since * 1000,
    });
  }
  return affected;
}

function withNewNames(event: IncidentEvent, renamed: ReadonlyMap<string, string>): IncidentEvent {
  const heir = (id: string): string => renamed.get(id) ?? id;
  return {
    ...event,
    ...(event.cause !== undefined && { cause: heir(event.cause) }),
    ...(event.chain && { chain: event.chain.map(heir) }),
    ...(event.services && { services: event.services.map((each) => ({ ...each, id: heir(each.id) })) }),
  };
}
