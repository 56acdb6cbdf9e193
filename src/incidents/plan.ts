/**
 * What a round means for incidents: which open, change, end. Deciding only. A round that our own network spoilt means
 * nothing.
 */
import { isFailing, type State, severityRank, worst } from '../model.ts';
import { evidenceOf } from '../status/headline.ts';
import { type EventKind, type Impact, type IncidentEvent, type IncidentStatus, isEnd } from './event.ts';
import { after, beganAt, type Incident, isOpen, numberOf } from './incident.ts';
import { joinDeclared } from './join.ts';
import { isCritical, isGood, isRead, type Look, onsetIn, stateIn, steadySince } from './look.ts';
import { type Matched, matchRoots } from './match.ts';
import { type Root, rootsOf } from './roots.ts';
import { freeIdOf } from './slug.ts';

export interface Plan {
  /** To be written, then told. */
  events: IncidentEvent[];
  /** All that there were, and the new ones, as they are after these events. */
  incidents: Incident[];
}

/** Who fails again so soon after its end has not really recovered. */
const QUIET_MS = 30 * 60_000;
const QUIET_ROUNDS = 6;
const CLEAR_SHARE = 0.4;

export function planIncidents(look: Look, incidents: readonly Incident[]): Plan {
  const { isBlind, isProberFault } = look.verdict;
  const open = incidents.filter((incident) => isOpen(incident) && incident.cause !== undefined);
  const roots = isBlind || isProberFault ? [] : rootsOf(look);
  if (isBlind || isProberFault || (roots.length === 0 && open.length === 0)) {
    return { events: [], incidents: [...incidents] };
  }
  const matched = joinDeclared(incidents, matchRoots(look, roots, open));
  const changed = new Map(incidents.map((incident) => [incident.id, incident]));
  const events: IncidentEvent[] = [];
  const add = (draft: Draft | undefined): void => {
    if (!draft) return;
    for (const event of numbered(look.at, changed.get(draft.incident), draft)) {
      events.push(event);
      changed.set(event.incident, after(changed.get(event.incident), event));
    }
  };
  for (const incident of [...open, ...matched.found]) {
    const root = matched.pairs.get(incident.id);
    const into = matched.becoming.get(incident.id);
    if (into !== undefined) add(becomePartOf(look, incident, into));
    else add(root ? goOn(look, incident, root) : cease(look, incident, matched));
  }
  for (const root of matched.fresh) add(begin(look, root, changed));
  return { events, incidents: [...changed.values()].sort(byStart) };
}

function byStart(a: Incident, b: Incident): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1);
}

/** What happens to one incident in this round: one event or more, and the services whose states changed. */
interface Draft {
  incident: string;
  steps: Step[];
  services?: IncidentEvent['services'];
}

type Step = { kind: EventKind } & Partial<Omit<IncidentEvent, 'v' | 'id' | 't' | 'incident' | 'kind' | 'by'>>;

/** The services go with the first. */
function numbered(at: number, before: Incident | undefined, { incident, steps, services }: Draft): IncidentEvent[] {
  const numbers = (before?.events ?? []).filter(({ by }) => by === 'vedette').map(numberOf);
  const last = Math.max(0, ...numbers.filter((number) => number < Number.MAX_SAFE_INTEGER));
  return steps.map(({ kind, ...rest }, index) => ({
    v: 1,
    id: `${incident}/${last + 1 + index}-${kind}`,
    t: seconds(at),
    incident,
    kind,
    by: 'vedette',
    ...rest,
    ...(index === 0 && services && services.length > 0 && { services }),
  }));
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

/** A root cause that no open incident is about: one that has not really recovered, or a new one. */
function begin(look: Look, root: Root, incidents: ReadonlyMap<string, Incident>): Draft | undefined {
  const onset = onsetOf(look, root);
  const earlier = [...incidents.values()].filter(
    (incident) => isOver(incident) && incident.causes.includes(root.service),
  );
  // Somebody has said that this is over, and it has not been good since: they know better.
  if (earlier.some(({ resolvedBy, resolvedAt = 0 }) => resolvedBy === 'person' && onset <= resolvedAt))
    return undefined;
  const quietMs = Math.max(QUIET_MS, QUIET_ROUNDS * look.gapMs);
  const again = earlier
    .filter(({ endsAt = 0 }) => onset - endsAt <= quietMs)
    .sort((a, b) => b.endsAt! - a.endsAt! || (a.id < b.id ? -1 : 1))[0];
  const services = changesIn(look, again, { root });
  const impact = impactOf(look, again, services);
  const step = { ...causeIn(look, root), status: statusOf(root), impact };
  if (again) return { incident: again.id, steps: [{ kind: 'reopened', ...step, since: seconds(onset) }], services };
  const incident = freeIdOf(onset, root.service, (id) => incidents.has(id));
  return { incident, steps: [{ kind: 'opened', ...step, since: seconds(onset) }], services };
}

/** Ended by itself or by a person, not for becoming something else. */
function isOver({ status, resolution }: Incident): boolean {
  return isEnd(status) && resolution !== 'merged' && resolution !== 'removed';
}

function onsetOf(look: Look, { service, affected }: Root): number {
  if (affected.has(service)) return onsetIn(look, service);
  return Math.min(...[...affected].map((id) => onsetIn(look, id)));
}

function causeIn({ own }: Look, { service, share, isGuess, isContained, chain }: Root): Partial<Step> {
  const status = own.get(service);
  const evidence = status && evidenceOf(status);
  return {
    cause: service,
    ...(share !== undefined && { share: Math.floor(share * 100) / 100 }),
    ...(isGuess && { isGuess }),
    isContained,
    chain: [...chain],
    ...(evidence && { evidence }),
  };
}

/** Named with enough of the blame, and seen. */
function statusOf({ share = 0, isGuess }: Root): IncidentStatus {
  return share >= CLEAR_SHARE && !isGuess ? 'identified' : 'investigating';
}

/** It lasts. */
function goOn(look: Look, incident: Incident, root: Root): Draft | undefined {
  const services = changesIn(look, incident, { root });
  const status = statusOf(root);
  const steps: Step[] = [];
  const evidence = causeIn(look, root).evidence;
  const isMoving = root.service !== incident.cause && !isSameCycle(look, incident, root);
  // What a person has said of its status holds for the trouble that they knew of.
  const isStated = incident.isDeclared || (incident.statedAt !== undefined && onsetOf(look, root) <= incident.statedAt);
  const isUnderWatch = incident.status === 'monitoring' && !isStated;
  const current = isUnderWatch ? (incident.isGuess ? 'investigating' : 'identified') : incident.status;
  if (incident.suppressedAt !== undefined) {
    steps.push({ kind: 'resumed', status: current, ...(evidence && { evidence }) });
  } else if (isUnderWatch) steps.push({ kind: 'relapsed', status: current, ...(evidence && { evidence }) });
  if (isMoving) {
    steps.push({ kind: 'cause', ...causeIn(look, root), isGuess: root.isGuess, ...(!isStated && { status }) });
  } else if (!isStated && current === 'investigating' && status === 'identified' && root.service === incident.cause) {
    steps.push({ kind: 'identified', ...causeIn(look, root), isGuess: false, status });
  }
  return withImpact(look, incident, steps, services);
}

/** The members of a cycle take turns at being the worst; who was named first stays so while it fails. */
function isSameCycle({ graph, ...look }: Look, { cause = '' }: Incident, { service }: Root): boolean {
  const component = graph.componentOf.get(service);
  return component === graph.componentOf.get(cause) && isFailing(look.rollup.effective.get(cause)?.state ?? 'unknown');
}

function withImpact(
  look: Look,
  incident: Incident,
  steps: Step[],
  services: NonNullable<IncidentEvent['services']>,
): Draft | undefined {
  const impact = impactOf(look, incident, services);
  const isContained = !criticalStates(look, incident, services).some(isFailing);
  const isWorse = IMPACT_RANK[impact] > IMPACT_RANK[incident.impact];
  // That it is bad at all, and how bad at least, is for those to say who have declared it.
  if (isWorse || (impact !== incident.impact && !incident.isDeclared)) {
    steps.push({ kind: isWorse ? 'escalated' : 'deescalated', impact, isContained });
  }
  if (steps.length === 0 && services.length > 0) steps.push({ kind: 'affected', isContained });
  return steps.length > 0 ? { incident: incident.id, steps, services } : undefined;
}

const IMPACT_RANK: Readonly<Record<Impact, number>> = { none: 0, minor: 1, major: 2, critical: 3 };

/** Its cause is no root cause any more. */
function cease(look: Look, incident: Incident, { pairs, awaited, fresh }: Matched): Draft | undefined {
  const { id, cause = '', affected, suppressedAt } = incident;
  if (incident.isDeclared) return withImpact(look, incident, [], changesIn(look, incident, {}));
  const known = [cause, ...affected.keys()].filter((each) => look.graph.byId.has(each));
  const members = [...new Set(known)];
  const end = (step: Partial<Step>): Draft => ({
    incident: id,
    steps: [{ kind: 'resolved', status: 'resolved', since: seconds(beganAt(incident)), ...step }],
    services: endStates(look, incident),
  });
  if (members.length === 0) return end({ reason: 'removed', end: seconds(look.at) });
  const failing = members.filter((each) => isFailing(stateIn(look, each)));
  const elsewhere = [
    ...[...pairs].map(([into, root]) => ({ into, root })),
    ...fresh.map((root) => ({ into: id, root })),
  ];
  const isLeft = (each: string): boolean => !elsewhere.some(({ root }) => root.affected.has(each));
  // Its cause is well or in maintenance, and somebody is late.
  if (failing.some(isLeft)) {
    const felt = (awaited.get(id) ?? []).flatMap((root) => [...root.affected]);
    return withImpact(look, incident, [], changesIn(look, incident, { felt }));
  }
  const heir = elsewhere.find(({ root }) => failing.some((each) => root.affected.has(each)));
  const isCauseGood = !incident.isGuess && (!look.graph.byId.has(cause) || isGood(look, cause));
  if (heir && !isCauseGood && stateIn(look, cause) !== 'maintenance') {
    return end({ reason: 'merged', end: seconds(look.at), ...(heir.into !== id && { into: heir.into }) });
  }
  if (stateIn(look, cause) === 'maintenance') {
    if (suppressedAt !== undefined) return undefined;
    return { incident: id, steps: [{ kind: 'suppressed', status: 'monitoring' }] };
  }
  const good = members.filter((each) => !failing.includes(each) && stateIn(look, each) !== 'maintenance');
  if (!isGoodRound(look, incident, good)) return undefined;
  const steady = Math.max(...good.map((each) => steadySince(look, each)));
  // A service may have been good for long by those who still look at it; then the first good round is when we watched.
  const isKnown = steady > lastTroubleAt(incident);
  const goodSince = isKnown ? steady : (incident.monitoringAt ?? look.at);
  if (goodSince < look.at) {
    return suppressedAt === undefined
      ? end({ reason: 'recovered', end: seconds(goodSince) })
      : end({ reason: 'maintenance', end: seconds(suppressedAt) });
  }
  // Who comes and goes is watched in silence.
  if (incident.status === 'monitoring' || (incident.hasRelapsed && isKnown)) return undefined;
  return { incident: id, steps: [{ kind: 'monitoring', status: 'monitoring' }] };
}

/** Somebody has declared what it is about, too; it goes on there. */
function becomePartOf(look: Look, incident: Incident, into: string): Draft {
  const since = seconds(beganAt(incident));
  const end = { since, reason: 'merged', end: seconds(look.at), into } as const;
  return {
    incident: incident.id,
    steps: [{ kind: 'resolved', status: 'resolved', ...end }],
    services: endStates(look, incident),
  };
}

/** When a round last said that something of it fails. */
function lastTroubleAt({ events }: Incident): number {
  const said = events.filter(({ by, kind }) => by === 'vedette' && kind !== 'monitoring' && kind !== 'suppressed');
  return Math.max(...said.map(({ t }) => t * 1000));
}

/** Everything of it was seen good, and its cause, or when nobody sees that, somebody, in this very round. */
function isGoodRound(look: Look, { cause = '' }: Incident, members: readonly string[]): boolean {
  if (members.some((id) => look.own.get(id)?.isFlapping)) return false;
  if (!members.every((id) => isGood(look, id))) return false;
  const isProbed = (look.graph.byId.get(cause)?.probes.length ?? 0) > 0;
  return isProbed ? isRead(look, cause) : members.some((id) => isRead(look, id));
}

/**
 * Worse is believed at once, as it was confirmed; better when it has lasted for a second round, and never of who comes and
 * goes: so a service that cannot make up its mind fills no page.
 */
function changesIn(
  look: Look,
  incident: Incident | undefined,
  { root, felt = [...(root?.affected ?? [])] }: { root?: Root; felt?: readonly string[] },
): NonNullable<IncidentEvent['services']> {
  // What ended with the incident begins anew with it.
  const before = incident && isOpen(incident) ? incident.affected : new Map<string, { state: State }>();
  const ids = [...new Set([...before.keys(), ...felt])].sort();
  return ids.flatMap((id) => {
    const seen = stateIn(look, id);
    const said = incident?.declared.get(id) ?? 'operational';
    const state = severityRank(said) > severityRank(seen) ? said : seen;
    const was = before.get(id)?.state;
    const isElsewhere = isFailing(state) && root !== undefined && !root.affected.has(id);
    const change = severityRank(state) - severityRank(was ?? 'operational');
    if (isElsewhere || change === 0 || !look.graph.byId.has(id)) return [];
    if (change < 0 && (steadySince(look, id) >= look.at || look.own.get(id)?.isFlapping)) return [];
    const isNew = !isFailing(was ?? 'operational');
    return [{ id, state, ...(was && { was }), ...(isNew && { since: seconds(onsetIn(look, id)) }) }];
  });
}

/** As it leaves them. */
function endStates(look: Look, { affected }: Incident): NonNullable<IncidentEvent['services']> {
  return [...affected]
    .filter(([id, { state }]) => state !== stateIn(look, id) && look.graph.byId.has(id))
    .map(([id, { state }]) => ({ id, state: stateIn(look, id), was: state }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const IMPACT_OF: Partial<Record<State, Impact>> = { partial_outage: 'major', major_outage: 'critical' };

/** The worst of the critical services that it affects; what none of them feels is minor. */
function impactOf(look: Look, incident: Incident | undefined, services: IncidentEvent['services']): Impact {
  return IMPACT_OF[worst(criticalStates(look, incident, services).filter(isFailing))] ?? 'minor';
}

/** Of the critical services in it, when these have changed. */
function criticalStates(look: Look, incident: Incident | undefined, changed: IncidentEvent['services'] = []): State[] {
  const states = new Map<string, State>();
  if (incident && isOpen(incident)) for (const [id, { state }] of incident.affected) states.set(id, state);
  for (const { id, state } of changed) states.set(id, state);
  return [...states].filter(([id]) => isCritical(look, id)).map(([, state]) => state);
}
