/** What a round has shown of the whole constellation, asked the way incidents need it. */
import { type Graph, hasSpare, targetsOf } from '../config/graph.ts';
import { isFailing, type State, severityRank } from '../model.ts';
import { medianGap } from '../status/location.ts';
import type { Rollup } from '../status/rollup.ts';
import type { OwnStatus, RoundVerdict } from '../status/timeline.ts';

export interface Look {
  at: number;
  /** The usual time between rounds until then; 0 when there was none before. */
  gapMs: number;
  graph: Graph;
  verdict: Pick<RoundVerdict, 'isProberFault' | 'isBlind'>;
  own: ReadonlyMap<string, OwnStatus>;
  rollup: Rollup;
}

const TIMES_REMEMBERED = 22;

/** Of the instants of all rounds so far, in order. */
export function usualGapMs(times: readonly number[]): number {
  return medianGap(times.slice(-TIMES_REMEMBERED));
}

/** Unknown for a service that services.yml does not have. */
export function stateIn({ rollup }: Look, id: string): State {
  return rollup.effective.get(id)?.state ?? 'unknown';
}

/** The overall state is about it. Asked of each service of each incident, so it is not searched for. */
export function isCritical({ graph }: Look, id: string): boolean {
  let critical = criticalIn.get(graph);
  if (!critical) {
    critical = new Set(graph.critical.map((service) => service.id));
    criticalIn.set(graph, critical);
  }
  return critical.has(id);
}

const criticalIn = new WeakMap<Graph, ReadonlySet<string>>();

/** When its state became what it is. A service that only inherits has changed with the last of those it inherits from. */
export function steadySince(look: Look, id: string): number {
  const times = sourcesOf(look, id).map(({ changedAt, since }) => changedAt ?? since ?? Number.NEGATIVE_INFINITY);
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

/** When a failing service began to fail. */
export function onsetIn(look: Look, id: string): number {
  const failing = sourcesOf(look, id).filter(({ state }) => isFailing(state));
  return Math.min(look.at, ...failing.flatMap(({ since }) => since ?? []));
}

/** A service that is seen, or all that lie below one that is not. */
function sourcesOf({ graph, own }: Look, id: string): OwnStatus[] {
  const alone = own.get(id);
  if (alone && alone.state !== 'unknown') return [alone];
  const reached = new Set([id]);
  for (const member of reached) {
    for (const edge of graph.dependencies.get(member) ?? []) {
      if (edge.strength !== 'insight') for (const target of targetsOf(edge)) reached.add(target);
    }
  }
  return [...reached].flatMap((member) => own.get(member) ?? []);
}

/** It was seen to work, and nothing that was read last says otherwise. Nobody can see it of one without probes. */
export function isGood({ graph, own, rollup }: Look, id: string): boolean {
  const state = rollup.effective.get(id)?.state;
  if (state === 'unknown') return graph.byId.get(id)?.probes.length === 0;
  return state === 'operational' && [...own.get(id)!.latest.values()].every(({ outcome }) => outcome === 'up');
}

/** The round has read it. */
export function isRead({ at, own }: Look, id: string): boolean {
  return [...(own.get(id)?.latest.values() ?? [])].some((reading) => reading.at === at);
}

/**
 * Failing services that a service explains, itself included if it fails: those that need it, directly or not. A soft
 * dependency or a lost spare explains no more than being degraded. Those at risk do not fail, and are none of them. Behind
 * a service that nobody sees it goes on through others that nobody sees.
 */
export function explainedBy(look: Look, cause: string): Set<string> {
  const { graph } = look;
  const reached = new Set([cause]);
  for (const id of reached) {
    const isUnseen = stateIn(look, id) === 'unknown';
    for (const { service } of graph.users.get(id) ?? []) {
      if (reached.has(service)) continue;
      const state = stateIn(look, service);
      const isBetween = isUnseen && state === 'unknown' && cannotSpare(look, id, service);
      if (isBetween || (isFailing(state) && explains(look, id, service))) reached.add(service);
    }
  }
  return new Set([...reached].filter((id) => isFailing(stateIn(look, id))));
}

function cannotSpare({ graph }: Look, target: string, user: string): boolean {
  return (graph.dependencies.get(user) ?? []).some(
    (edge) => edge.strength === 'hard' && targetsOf(edge).includes(target) && !hasSpare(edge),
  );
}

export function explains(look: Look, target: string, user: string): boolean {
  const isDegradedOnly = severityRank(stateIn(look, user)) <= severityRank('degraded');
  return (look.graph.dependencies.get(user) ?? []).some((edge) => {
    if (edge.strength === 'insight' || !targetsOf(edge).includes(target)) return false;
    const isLost = (id: string): boolean => stateIn(look, id) === 'major_outage';
    const isSpare = edge.anyOf !== undefined && edge.anyOf.filter((id) => !isLost(id)).length >= edge.need;
    return isDegradedOnly || (edge.strength === 'hard' && !isSpare);
  });
}
