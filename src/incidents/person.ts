/**
 * What a person wants to say of incidents → the line that says it, or why it cannot be said. Deciding only: the instant
 * and the chance in ids come in.
 */
import { isFailing, type State } from '../model.ts';
import { instantInWords } from '../units.ts';
import { IMPACTS, type Impact, type IncidentEvent, type IncidentStatus, isEnd } from './event.ts';
import { type Incident, isOpen } from './incident.ts';
import { freeIdOf, slugOf } from './slug.ts';

export type Said = { event: IncidentEvent } | { problem: string };

/** Who writes, and when. */
export interface Writer {
  now: number;
  /** Tells lines apart that are written in the same second, here or elsewhere. */
  chance: string;
  author?: string;
}

export type DeclaredImpact = Exclude<Impact, 'none'>;
export const DECLARED_IMPACTS = IMPACTS.filter((impact): impact is DeclaredImpact => impact !== 'none');

/** What a service is that has an incident of such an impact. */
const STATE_OF: Readonly<Record<DeclaredImpact, State>> = {
  minor: 'degraded',
  major: 'partial_outage',
  critical: 'major_outage',
};

export interface Opening {
  title: string;
  services: readonly string[];
  impact: DeclaredImpact;
  status: IncidentStatus;
  text: string;
  /** When the trouble began; now when absent. */
  at?: number;
}

export function openIncident(opening: Opening, incidents: readonly Incident[], writer: Writer): Said {
  const { title, services, impact, status, text, at = writer.now } = opening;
  if (isEnd(status)) return { problem: `a new incident cannot be ${status}; open it, then resolve it` };
  if (at > writer.now)
    return { problem: `${instantInWords(at)} is still to come; for what is planned, add maintenance` };
  const taken = new Set(incidents.map(({ id }) => id));
  const incident = freeIdOf(at, slugOf(title, 'incident'), (id) => taken.has(id));
  const since = seconds(at);
  return {
    event: {
      ...lineOf(undefined, incident, writer),
      kind: 'opened',
      status,
      impact,
      since,
      services: services.map((id) => ({ id, state: STATE_OF[impact], since })),
      title,
      text,
    },
  };
}

export interface Update {
  status?: IncidentStatus;
  impact?: DeclaredImpact;
  text: string;
  /** When it was over, if it now is; now when absent. */
  at?: number;
}

export function updateIncident(incident: Incident, update: Update, writer: Writer): Said {
  const { status, impact, text } = update;
  const problem = whyNot(incident, update, writer);
  if (problem !== undefined) return { problem: `${incident.id} ${problem}` };
  const line = { ...lineOf(incident, incident.id, writer), text, ...(status && { status }) };
  if (status === 'resolved') return { event: { ...line, kind: 'resolved', ...resolving(incident, update, writer) } };
  if (status !== undefined && !isEnd(status) && !isOpen(incident)) {
    return { event: { ...line, kind: 'reopened', since: line.t, ...reopening(incident, impact) } };
  }
  return { event: { ...line, kind: 'update', ...(impact && changing(incident, impact)) } };
}

function whyNot(incident: Incident, { status, impact, at }: Update, { now }: Writer): string | undefined {
  const { resolution, endsAt = 0, startsAt } = incident;
  const isOver = !isOpen(incident);
  if (isOver && resolution === 'merged') {
    const into = incident.events.findLast((event) => event.into !== undefined)?.into;
    return `has become part of ${into ?? 'another incident'}; say it there`;
  }
  if (status === 'postmortem' && !isOver) return 'is open; resolve it before its postmortem';
  if (status === 'resolved' && isOver) {
    return `is resolved since ${instantInWords(endsAt)}; leave out --status to add a word, or give one to open it again`;
  }
  if (impact !== undefined && isOver && (status === undefined || isEnd(status))) {
    return 'is over, and its impact stays as it was';
  }
  if (impact !== undefined && !isOver && !incident.isDeclared) {
    return 'was opened by what the probes see, and its impact is measured';
  }
  if (at !== undefined && at > now) return `cannot have ended at ${instantInWords(at)}, which is still to come`;
  if (at !== undefined && at < startsAt) return `began at ${instantInWords(startsAt)}, and cannot have ended before`;
  return undefined;
}

function resolving({ declared }: Incident, { at }: Update, { now }: Writer): Partial<IncidentEvent> {
  const services = [...declared].map(([service, was]) => ({ id: service, state: 'operational' as const, was }));
  return { end: seconds(at ?? now), ...(services.length > 0 && { services }) };
}

/** What it was about is bad again: as bad as is said now, else as it was at worst. */
function reopening({ affected, impact }: Incident, said: DeclaredImpact | undefined): Partial<IncidentEvent> {
  const failing = [...affected].filter(([, { worst }]) => isFailing(worst));
  const services = failing.map(([id, { worst, state }]) => ({ id, state: said ? STATE_OF[said] : worst, was: state }));
  return { impact: said ?? impact, ...(services.length > 0 && { services }) };
}

function changing({ declared }: Incident, impact: DeclaredImpact): Partial<IncidentEvent> {
  return { impact, services: [...declared].map(([id, was]) => ({ id, state: STATE_OF[impact], was })) };
}

/** In the order in which they were written, also within a second. */
function lineOf(before: Incident | undefined, incident: string, { now, chance, author }: Writer) {
  const number = (before?.events ?? []).filter(({ by }) => by === 'person').length + 1;
  return {
    v: 1,
    id: `${incident}/p${String(number).padStart(3, '0')}-${chance}`,
    // Never before what it speaks of, though that came from a clock that is ahead.
    t: seconds(Math.max(now, before?.updatedAt ?? now)),
    incident,
    by: 'person',
    ...(author !== undefined && { author }),
  } as const;
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}
