/**
 * Services that nobody probes and that would explain why others fail: all who need them, and can be seen, do. Between the
 * two may stand others that nobody probes.
 */
import type { Dependency } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';

export interface Suspicion {
  /** The worst and the first of those who need it. */
  severity: number;
  onset: number;
  /** Observed services that need it and fail. */
  failing: ReadonlySet<string>;
  /** How many of them fail for no other reason that anybody sees; at least one. */
  witnesses: number;
  /** The most witnesses that it or a suspect below it has. */
  reach: number;
  /** What it weighs beside others, 1 or more: with those below it, each step half as much. */
  mass: number;
}

/** What is known when suspicion begins. */
export interface Evidence {
  /** What is wrong with a service, as far as that was seen or shines through from below. */
  troubleOf(service: string): { severity: number; onset: number } | undefined;
  isUnseen(service: string): boolean;
  /** Whether a dependency fails badly enough to be why its user, which is so bad, does. */
  isReason(edge: Dependency, severity: number): boolean;
  /** As bad as a soft dependency can make its user. */
  limited: number;
}

/** What is further away is the likelier to have been stopped on the way. */
const FURTHER = 0.5;

/** Dependencies first. */
export function suspectsIn(graph: Graph, evidence: Evidence): Map<string, Suspicion> {
  const above = aboveAll(graph, evidence);
  const suspects = new Map<string, Suspicion>();
  for (const id of graph.components.flat()) {
    const { isWell, failing, clear } = above.get(id) ?? NOTHING;
    if (isWell || clear.size === 0) continue;
    const troubles = [...failing].map((user) => evidence.troubleOf(user)!);
    const below = strictlyBelow(graph, id).flatMap((target) => suspects.get(target) ?? []);
    suspects.set(id, {
      severity: Math.max(...troubles.map(({ severity }) => severity)),
      onset: Math.min(...troubles.map(({ onset }) => onset)),
      failing,
      witnesses: clear.size,
      reach: Math.max(clear.size, ...below.map(({ reach }) => reach)),
      mass: 1 + FURTHER * below.reduce((sum, { mass }) => sum + mass, 0),
    });
  }
  return suspects;
}

/** What stands above an unprobed service. */
interface Above {
  /** Somebody who cannot do without it works. */
  isWell: boolean;
  failing: ReadonlySet<string>;
  /** Of the failing, those with no other reason. */
  clear: ReadonlySet<string>;
}

const NOTHING: Above = { isWell: false, failing: new Set(), clear: new Set() };
const WELL: Above = { ...NOTHING, isWell: true };

function aboveAll(graph: Graph, evidence: Evidence): Map<string, Above> {
  const above = new Map<string, Above>();
  for (const members of graph.components.toReversed()) {
    // What the members of a cycle know of one another would depend on where one begins; they know what is outside of it.
    const known = members.length > 1 ? new Map(above) : above;
    for (const id of members) {
      if (evidence.isUnseen(id) && !evidence.troubleOf(id)) above.set(id, aboveOf(graph, id, known, evidence));
    }
  }
  return above;
}

function aboveOf(graph: Graph, id: string, above: ReadonlyMap<string, Above>, evidence: Evidence): Above {
  const failing = new Set<string>();
  const clear = new Set<string>();
  for (const user of new Set(graph.users.get(id)!.map(({ service }) => service))) {
    const edges = graph.dependencies.get(user)!.filter((edge) => reaches(edge, id));
    if (edges.length === 0) continue;
    const isSoft = edges.every(({ strength }) => strength === 'soft');
    const trouble = evidence.troubleOf(user);
    if (evidence.isUnseen(user)) {
      // That one between them works, as its own users say, does not say that all below it do.
      const further = above.get(user) ?? NOTHING;
      for (const each of further.failing) failing.add(each);
      for (const each of further.clear) clear.add(each);
    } else if (!trouble) {
      if (!isSoft) return WELL;
    } else if (!isSoft || trouble.severity <= evidence.limited) {
      failing.add(user);
      // Whoever has another reason to fail says nothing.
      const hasReason = graph.dependencies.get(user)!.some((edge) => evidence.isReason(edge, trouble.severity));
      if (!hasReason) clear.add(user);
    }
  }
  return { isWell: false, failing, clear };
}

/** Whether a service fails, or is degraded, when this one does. A group does without one of its members, unless it needs all. */
function reaches(edge: Dependency, id: string): boolean {
  if (edge.strength === 'insight') return false;
  return edge.anyOf ? edge.anyOf.includes(id) && edge.need === edge.anyOf.length : edge.service === id;
}

/** Its dependencies outside of its own cycle. */
function strictlyBelow(graph: Graph, id: string): string[] {
  const targets = graph.dependencies
    .get(id)!
    .flatMap((edge) => targetsOf(edge).filter((target) => reaches(edge, target)))
    .filter((target) => graph.componentOf.get(target) !== graph.componentOf.get(id));
  return [...new Set(targets)];
}
