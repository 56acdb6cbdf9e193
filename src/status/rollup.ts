/**
 * Own states → effective states, the overall state, and where the trouble probably comes from. Blame starts at what users
 * see and runs down failing dependencies; a cause is a failing service whose dependencies do not explain its failure.
 */
import type { Dependency, Service, Strength } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import { isFailing, type Outcome, type State, severityRank, worst } from '../model.ts';
import { blame, type Trouble } from './blame.ts';
import { ownState } from './own-state.ts';

export interface OwnInput {
  state: State;
  /** What it read last is no trouble of its own. */
  isOffDuty?: true;
  since?: number;
  /** The newest reading of each probe, confirmed or not. */
  latest?: ReadonlyMap<string, { at: number; outcome: Outcome; probe: string }>;
}

/** What a person has declared of a service: bad by definition, whatever is observed. */
export interface Declaration {
  incident: string;
  title: string;
  /** One that fails. */
  state: State;
  since: number;
}

export interface EffectiveStatus {
  state: State;
  /** The state is what a person has declared; probes say something better, or nothing. */
  isDeclared?: true;
  /** The dependency that the state comes from, for a service without readings of its own. */
  via?: string;
  /** This hard dependency is worse than what the service's own probes say. */
  atRiskThrough?: string;
}

export interface Cause {
  service: string;
  /** Of the trouble that critical services have, 0 to 1. The causes that are named need not make up all of it. */
  share: number;
  /** It is not probed; what needs it fails. */
  isSuspect: boolean;
  /** Of a suspect, the services that are seen to fail and need it, directly or through others that are not probed. */
  suspectedBy: readonly string[];
  /** From an affected critical service down to the cause. */
  chain: readonly string[];
  /** Services that need the cause, directly or not, by hard or soft edges; and how many of them are affected. */
  neededBy: number;
  affected: number;
}

export interface Rollup {
  /** At least as bad as what is declared. */
  overall: State;
  /** By service, of those that services.yml has. */
  declared: ReadonlyMap<string, Declaration>;
  effective: ReadonlyMap<string, EffectiveStatus>;
  /** The services that the overall state is about; what is declared is always among them. */
  critical: readonly string[];
  /** Critical services that are not well, in the order of services.yml. */
  affectedCritical: readonly string[];
  /** Most to blame first, at most three. */
  causes: readonly Cause[];
  /** Keep some of the blame, too, but are not named: too many, or with too little of it. */
  furtherCauses: readonly string[];
  /** None of the causes has so much of the blame that it explains the trouble. */
  isUnclear: boolean;
  /** Fail for reasons of their own, without any critical service feeling it. */
  contained: readonly string[];
  /** Fail because of a contained one, and no critical service feels it either. */
  containedEffects: readonly string[];
  /** Critical, and nothing is known of them. */
  unknownCritical: readonly string[];
  /** Nothing is known of them, critical or not. */
  unknown: readonly string[];
  inMaintenance: readonly string[];
  /** Where we are blind: services that an insight dependency of theirs fails. */
  blind: readonly { service: string; through: string }[];
}

/** What is less to blame is not named. */
const LEAST_SHARE = 0.1;
const MAX_CAUSES = 3;
const CLEAR_SHARE = 0.4;
const USUAL_ROUND_MS = 300_000;

export interface RollupOptions {
  /** The usual time between rounds: what fails much later than its user hardly explains it. */
  roundMs?: number;
  declared?: ReadonlyMap<string, Declaration>;
}

export function rollUp(
  given: Graph,
  own: ReadonlyMap<string, OwnInput>,
  { roundMs = USUAL_ROUND_MS, declared: said = new Map() }: RollupOptions = {},
): Rollup {
  const declared = new Map([...said].filter(([id]) => given.byId.has(id)));
  const graph = declared.size === 0 ? given : withCritical(given, declared);
  const effective = effectiveStates(graph, own, declared);
  const stateOf = (id: string): State => effective.get(id)!.state;
  const affectedCritical = graph.critical.filter(({ id }) => isFailing(stateOf(id))).map(({ id }) => id);
  const felt = failingBelow(graph, affectedCritical, stateOf);
  const { causes, furtherCauses } = causesOf(graph, { start: affectedCritical, own, stateOf, roundMs, declared });
  // Of a suspect nobody sees that it fails, and yet it is why others do.
  const suspected = causes.flatMap(({ suspectedBy }) => suspectedBy);
  const effects = failingAbove(graph, [...felt, ...suspected], stateOf);
  const unfelt = new Set(idsOf(graph, (id) => isFailing(stateOf(id)) && !felt.has(id) && !effects.has(id)));
  const isBlamed = (id: string): boolean => furtherCauses.includes(id) || causes.some(({ service }) => service === id);
  const contained = new Set(unexplainedIn(graph, unfelt, own, stateOf).filter((id) => !isBlamed(id)));
  return {
    overall: worseOf(overallState(given, stateOf), declaredState(declared)),
    declared,
    effective,
    critical: graph.critical.map(({ id }) => id),
    affectedCritical,
    causes,
    furtherCauses,
    isUnclear: causes.length > 0 && causes[0]!.share < CLEAR_SHARE,
    contained: idsOf(graph, (id) => contained.has(id)),
    containedEffects: idsOf(graph, (id) => unfelt.has(id) && !contained.has(id) && !isBlamed(id)),
    unknownCritical: graph.critical.filter(({ id }) => stateOf(id) === 'unknown').map(({ id }) => id),
    unknown: idsOf(graph, (id) => stateOf(id) === 'unknown'),
    inMaintenance: idsOf(graph, (id) => own.get(id)?.state === 'maintenance'),
    blind: graph.services.flatMap(({ id, dependsOn }) =>
      dependsOn
        .filter(({ strength }) => strength === 'insight')
        .flatMap((edge) => targetsOf(edge).filter((target) => isFailing(stateOf(target))))
        .map((through) => ({ service: id, through })),
    ),
  };
}

/** Somebody says that it matters. */
function withCritical(graph: Graph, declared: ReadonlyMap<string, Declaration>): Graph {
  const critical = new Set([...graph.critical.map(({ id }) => id), ...declared.keys()]);
  return { ...graph, critical: graph.services.filter(({ id }) => critical.has(id)) };
}

/** The worst that is declared; operational when nothing is. */
export function declaredState(declared: Rollup['declared']): State {
  return worst([...declared.values()].map(({ state }) => state));
}

function worseOf(state: State, other: State): State {
  return severityRank(other) > severityRank(state) ? other : state;
}

/** Dependencies first; inside a cycle again and again until nothing gets worse, at most three times a member. */
function effectiveStates(
  graph: Graph,
  own: ReadonlyMap<string, OwnInput>,
  declared: Rollup['declared'],
): Map<string, EffectiveStatus> {
  const result = new Map<string, EffectiveStatus>(graph.services.map(({ id }) => [id, { state: 'unknown' }]));
  for (const members of graph.components) {
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of members) {
        const before = result.get(id)!;
        const seen = effectiveState(graph.byId.get(id)!, own.get(id)?.state ?? 'unknown', result);
        const after = withDeclared(seen, declared.get(id));
        // In a cycle the first to impose a state is where it came in; later it comes back from everywhere.
        const isSame = before.via !== undefined && before.state === after.state;
        result.set(id, isSame ? before : after);
        changed ||= members.length > 1 && severityRank(after.state) > severityRank(before.state);
      }
    }
  }
  return result;
}

function withDeclared(seen: EffectiveStatus, declared: Declaration | undefined): EffectiveStatus {
  if (!declared || severityRank(seen.state) >= severityRank(declared.state)) return seen;
  return { state: declared.state, isDeclared: true };
}

/** Who has readings of its own is what they say, and at risk; only who has none inherits outright. */
function effectiveState(
  service: Service,
  own: State,
  effective: ReadonlyMap<string, EffectiveStatus>,
): EffectiveStatus {
  if (own === 'maintenance') return { state: own };
  const heaviest = heaviestImposed(service, effective, own === 'unknown' ? ['hard', 'soft'] : ['hard']);
  if (own === 'unknown') return heaviest ?? { state: own };
  const isAtRisk = heaviest !== undefined && severityRank(heaviest.state) > severityRank(own);
  return isAtRisk ? { state: own, atRiskThrough: heaviest.via } : { state: own };
}

interface Imposed {
  state: State;
  via: string;
}

/** The first of the worst that edges of these strengths impose; undefined when nothing below fails. */
function heaviestImposed(
  { dependsOn }: Service,
  effective: ReadonlyMap<string, EffectiveStatus>,
  strengths: readonly Strength[],
): Imposed | undefined {
  let heaviest: Imposed | undefined;
  for (const edge of dependsOn) {
    if (!strengths.includes(edge.strength)) continue;
    const imposed = imposedBy(edge, effective);
    if (imposed && (!heaviest || severityRank(imposed.state) > severityRank(heaviest.state))) heaviest = imposed;
  }
  return heaviest;
}

/** What an edge makes of the service that has it, and through whom; undefined when it makes nothing worse. */
function imposedBy(edge: Dependency, effective: ReadonlyMap<string, EffectiveStatus>): Imposed | undefined {
  const stateOf = (id: string): State => effective.get(id)?.state ?? 'unknown';
  const isSoft = edge.strength === 'soft';
  if (edge.service !== undefined) {
    const state = stateOf(edge.service);
    return isFailing(state) ? { state: isSoft ? 'degraded' : state, via: edge.service } : undefined;
  }
  if (!isQuorumLost(edge, stateOf)) return undefined;
  const via = edge.anyOf.find((id) => stateOf(id) === 'major_outage')!;
  return { state: isSoft ? 'degraded' : 'major_outage', via };
}

function isQuorumLost(
  { anyOf, need }: { anyOf: readonly string[]; need: number },
  stateOf: (id: string) => State,
): boolean {
  return anyOf.filter((id) => stateOf(id) !== 'major_outage').length < need;
}

function overallState({ critical }: Graph, stateOf: (id: string) => State): State {
  if (critical.every(({ id }) => stateOf(id) === 'unknown')) return 'unknown';
  const weight = (services: readonly Service[]): number => services.reduce((sum, service) => sum + service.weight, 0);
  const states = critical.map(({ id }) => stateOf(id));
  const worstState = worst(states);
  if (severityRank(worstState) <= severityRank('degraded')) return worstState;
  return outageOf(weight(critical.filter(({ id }) => stateOf(id) === 'major_outage')), weight(critical));
}

/** At least half of the weight of the critical services makes an outage a major one. */
export function outageOf(weightDown: number, weightOfAll: number): State {
  return weightDown * 2 >= weightOfAll ? 'major_outage' : 'partial_outage';
}

/** The given services and every failing one that they reach along failing dependencies. */
function failingBelow(graph: Graph, start: readonly string[], stateOf: (id: string) => State): Set<string> {
  const reached = new Set(start);
  for (const id of reached) {
    for (const edge of graph.dependencies.get(id)!) {
      if (edge.strength === 'insight') continue;
      for (const target of targetsOf(edge)) if (isFailing(stateOf(target))) reached.add(target);
    }
  }
  return reached;
}

/** Failing services that need one of the given ones: their failure is an effect, felt by no critical service. */
function failingAbove(graph: Graph, start: readonly string[], stateOf: (id: string) => State): Set<string> {
  const reached = new Set(start);
  for (const id of reached) {
    for (const { service, strength } of graph.users.get(id)!) {
      if (strength !== 'insight' && isFailing(stateOf(service))) reached.add(service);
    }
  }
  return reached;
}

function causesOf(
  graph: Graph,
  { start, own, stateOf, roundMs, declared }: { start: readonly string[]; roundMs: number } & Known,
): Pick<Rollup, 'causes' | 'furtherCauses'> {
  const isLost = (id: string): boolean => stateOf(id) === 'major_outage';
  const isUnseen = (id: string): boolean => (own.get(id)?.state ?? 'unknown') === 'unknown';
  const blamed = blame(graph, {
    troubles: withDeclaredTroubles(troublesOf(graph, own), declared),
    start,
    declared: new Set(declared.keys()),
    isUnseen,
    isExempt: (id) => own.get(id)?.state === 'maintenance' || own.get(id)?.isOffDuty === true,
    isLost,
    roundMs,
  });
  const named = blamed.filter(({ share }, index) => index === 0 || share >= LEAST_SHARE).slice(0, MAX_CAUSES);
  const causes = named.map((cause) => {
    const needing = usersOf(graph, cause.service);
    const affected = [...needing].filter((id) => isFailing(stateOf(id))).length;
    return { ...cause, neededBy: needing.size, affected };
  });
  // The order is not by share alone: a suspect stands beside its user.
  const others = blamed.filter((cause) => !named.includes(cause));
  return { causes, furtherCauses: others.map(({ service }) => service) };
}

interface Known {
  own: ReadonlyMap<string, OwnInput>;
  stateOf(id: string): State;
  declared: Rollup['declared'];
}

/** It is bad because somebody says so, and at least as bad as they say. */
function withDeclaredTroubles(troubles: Map<string, Trouble>, declared: Rollup['declared']): Map<string, Trouble> {
  for (const [id, { state, since }] of declared) {
    const seen = troubles.get(id);
    const severity = Math.max(SEVERITIES[state] ?? 0, seen?.severity ?? 0);
    troubles.set(id, { severity, onset: Math.min(since, seen?.onset ?? since) });
  }
  return troubles;
}

const SEVERITIES: Partial<Record<State, number>> = { major_outage: 2, partial_outage: 1.5, degraded: 1 };
/** While it rests on a single reading. */
const TENTATIVE = 0.5;

/** What is confirmed, and what failed in its newest reading: a root often fails first, or in the same round. */
export function troublesOf(graph: Graph, own: ReadonlyMap<string, OwnInput>): Map<string, Trouble> {
  const troubles = new Map<string, Trouble>();
  for (const { id, probes } of graph.services) {
    const { state = 'unknown', since, latest, isOffDuty } = own.get(id) ?? {};
    if (state === 'maintenance' || isOffDuty) continue;
    const readings = [...(latest?.values() ?? [])];
    const newest = Math.max(Number.NEGATIVE_INFINITY, ...readings.map(({ at }) => at));
    if (isFailing(state)) {
      const isSingle = readings.length > 0 && since !== undefined && since >= newest;
      const severity = SEVERITIES[state]! * (isSingle ? TENTATIVE : 1);
      troubles.set(id, { severity, onset: since ?? newest, isTentative: isSingle });
      continue;
    }
    if (readings.every(({ outcome }) => outcome === 'up')) continue;
    const verdicts = readings.map(({ probe, outcome }) => ({
      outcome,
      essential: probes.find((each) => each.id === probe)?.essential ?? true,
    }));
    const seen = SEVERITIES[ownState(verdicts)];
    if (seen !== undefined) troubles.set(id, { severity: seen * TENTATIVE, onset: newest, isTentative: true });
  }
  return troubles;
}

/** Services that fail and that no failing dependency explains; of a cycle its worst and earliest member. */
function unexplainedIn(
  graph: Graph,
  among: ReadonlySet<string>,
  own: ReadonlyMap<string, OwnInput>,
  stateOf: (id: string) => State,
): string[] {
  const explained = new Set<number>();
  for (const id of among) {
    for (const edge of graph.dependencies.get(id)!) {
      const component = graph.componentOf.get(id)!;
      const leavesCycle = targetsOf(edge).some(
        (target) => graph.componentOf.get(target) !== component && among.has(target),
      );
      if (leavesCycle && explains(edge, own.get(id)?.state ?? 'unknown', stateOf)) explained.add(component);
    }
  }
  const ownFailing = [...among].filter((id) => isFailing(own.get(id)?.state ?? 'unknown'));
  const rank = (id: string): [number, number] => [-severityRank(own.get(id)!.state), own.get(id)!.since ?? 0];
  const sorted = ownFailing
    .filter((id) => !explained.has(graph.componentOf.get(id)!))
    .sort((a, b) => compare(rank(a), rank(b)) || (a < b ? -1 : 1));
  return sorted.filter(
    (id, index) => sorted.findIndex((other) => graph.componentOf.get(other) === graph.componentOf.get(id)) === index,
  );
}

/** Whether an edge's failure is enough to explain the service's own: a soft edge or a lost spare degrades at most. */
function explains(edge: Dependency, own: State, stateOf: (id: string) => State): boolean {
  if (edge.strength === 'insight' || !targetsOf(edge).some((id) => isFailing(stateOf(id)))) return false;
  const isLimited = edge.strength === 'soft' || (edge.anyOf !== undefined && !isQuorumLost(edge, stateOf));
  return !isLimited || severityRank(own) <= severityRank('degraded');
}

/** Everyone who needs it by hard or soft edges, directly or not. */
function usersOf(graph: Graph, id: string): Set<string> {
  const reached = new Set<string>([id]);
  for (const member of reached) {
    for (const { service, strength } of graph.users.get(member)!) if (strength !== 'insight') reached.add(service);
  }
  reached.delete(id);
  return reached;
}

function idsOf(graph: Graph, predicate: (id: string) => boolean): string[] {
  return graph.services.filter(({ id }) => predicate(id)).map(({ id }) => id);
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}
