/**
 * Services that nobody probes and that would explain why others fail: those who need them fail, as far as anybody sees,
 * and none who cannot do without them works. Between the two may stand others that nobody probes.
 */
import type { Dependency } from '../config/config.ts';
import { type Graph, hasSpare, targetsOf } from '../config/graph.ts';

export interface Suspicion {
  /** The worst and the first of those who need it. */
  severity: number;
  onset: number;
  /** Services that are seen to fail and need it, by name; the first two hundred. */
  failing: readonly string[];
  /** How many of them fail for no other reason that anybody sees; at least one. */
  witnesses: number;
  /** The most witnesses that it or a suspect below it has. */
  reach: number;
  /** What it weighs beside others, 1 or more: with those below it, each step half as much. */
  mass: number;
}

interface Trouble {
  severity: number;
  onset: number;
  isTentative?: boolean;
}

/** What is known when suspicion begins. */
export interface Evidence {
  /** What is wrong with a service, as far as that was seen, said, or shines through from below. */
  troubleOf(service: string): Trouble | undefined;
  /** Nobody sees whether it works, though somebody may say so. */
  isUnseen(service: string): boolean;
  /** It may fail without being called broken, and so says nothing. */
  isExempt(service: string): boolean;
  /** Whether a dependency fails in a way that may be why its user, which is so bad, does. */
  isReason(edge: Dependency, severity: number): boolean;
  /** As bad as a soft dependency can make its user. */
  limited: number;
}

/** What is further away is the likelier to have been stopped on the way. */
const FURTHER = 0.5;

/** Dependencies first. The members of a cycle are one thing. */
export function suspectsIn(graph: Graph, evidence: Evidence): Map<string, Suspicion> {
  const found = aboveAll(graph, evidence);
  const below = new Map<string, string[]>();
  /** By how many suspects each is needed: it stands behind all of them together, not behind each. */
  const usersOf = new Map<string, number>();
  for (const id of found.keys()) {
    const targets = targetsBelow(graph, id).filter((target) => found.has(target));
    below.set(id, targets);
    for (const target of targets) usersOf.set(target, (usersOf.get(target) ?? 0) + 1);
  }
  const suspects = new Map<string, Suspicion>();
  const namesOf = memoized(({ failing }: Above) => [...failing].sort());
  for (const members of graph.components) {
    const own = members.filter((id) => found.has(id));
    if (own.length === 0) continue;
    const above = found.get(own[0]!)!;
    const { severity, onset, clear } = above;
    const further = new Set(own.flatMap((id) => below.get(id)!));
    const shares = [...further].map((id) => [suspects.get(id)!, usersOf.get(id)!] as const);
    const suspicion: Suspicion = {
      severity,
      onset,
      failing: namesOf(above),
      witnesses: clear.size,
      reach: shares.reduce((most, [{ reach }]) => Math.max(most, reach), clear.size),
      mass: 1 + FURTHER * shares.reduce((sum, [{ mass }, users]) => sum + mass / users, 0),
    };
    for (const id of own) suspects.set(id, suspicion);
  }
  return suspects;
}

/** What stands above an unprobed service: who fails, and of these who has no other reason. */
interface Above {
  failing: Set<string>;
  clear: Set<string>;
  severity: number;
  onset: number;
}

/** More say no more; thousands above thousands would fill the memory. */
const MOST_NAMES = 200;

/** Of those for whom somebody speaks, and nobody against; users first. */
function aboveAll(graph: Graph, evidence: Evidence): Map<string, Above> {
  const above = new Map<string, Above>();
  const reaching = memoized((user: string) => reachingEdges(graph, user));
  const isExplained = memoized((user: string) => {
    const severity = wholeSeverity(evidence.troubleOf(user)!);
    return graph.dependencies.get(user)!.some((edge) => evidence.isReason(edge, severity));
  });
  for (const members of graph.components.toReversed()) {
    const own = members.filter((id) => evidence.isUnseen(id) && !evidence.troubleOf(id));
    const found = own.length === 0 ? undefined : aboveOf(graph, own, { above, evidence, reaching, isExplained });
    if (found && found.clear.size > 0) for (const id of own) above.set(id, found);
  }
  return above;
}

interface Known {
  above: ReadonlyMap<string, Above>;
  evidence: Evidence;
  reaching(user: string): ReadonlyMap<string, 'hard' | 'soft'>;
  isExplained(user: string): boolean;
}

/** Of members of one cycle, mostly of one service; undefined when somebody works who could not without. */
function aboveOf(
  graph: Graph,
  members: readonly string[],
  { above, evidence, reaching, isExplained }: Known,
): Above | undefined {
  const inside = new Set(members);
  const passed = new Set<Above>();
  const all: Above = { failing: new Set(), clear: new Set(), severity: 0, onset: Number.POSITIVE_INFINITY };
  const take = (user: string, isClear: boolean): void => {
    const { severity, onset } = evidence.troubleOf(user)!;
    all.failing.add(user);
    if (isClear) all.clear.add(user);
    all.severity = Math.max(all.severity, severity);
    all.onset = Math.min(all.onset, onset);
  };
  const mayFailBy = (user: string, strength: 'hard' | 'soft'): boolean =>
    strength === 'hard' || wholeSeverity(evidence.troubleOf(user)!) <= evidence.limited;
  for (const id of members) {
    for (const user of new Set(graph.users.get(id)!.map(({ service }) => service))) {
      const strength = reaching(user).get(id);
      if (strength === undefined || inside.has(user)) continue;
      const trouble = evidence.troubleOf(user);
      if (evidence.isUnseen(user)) {
        // That one between them works, as its own users say, does not say that all below it do.
        const further = above.get(user);
        if (!further) continue;
        if (strength === 'hard') passed.add(further);
        else for (const each of further.failing) if (mayFailBy(each, strength)) take(each, further.clear.has(each));
      } else if (!trouble) {
        if (strength === 'hard' && !evidence.isExempt(user)) return undefined;
        // Whoever has another reason to fail says nothing.
      } else if (mayFailBy(user, strength)) take(user, !isExplained(user));
    }
  }
  // Long chains have one and the same above them.
  if (all.failing.size === 0 && passed.size === 1) return [...passed][0];
  for (const further of passed) {
    for (const each of further.failing) all.failing.add(each);
    for (const each of further.clear) all.clear.add(each);
    all.severity = Math.max(all.severity, further.severity);
    all.onset = Math.min(all.onset, further.onset);
  }
  return { ...all, failing: firstByName(all.failing), clear: firstByName(all.clear) };
}

function firstByName(names: Set<string>): Set<string> {
  return names.size <= MOST_NAMES ? names : new Set([...names].sort().slice(0, MOST_NAMES));
}

/** While it rests on one reading it counts half; an outage is one all the same. */
function wholeSeverity({ severity, isTentative = false }: Trouble): number {
  return isTentative ? 2 * severity : severity;
}

/** What a service fails with, or is degraded by. */
function reachingEdges(graph: Graph, user: string): Map<string, 'hard' | 'soft'> {
  const reached = new Map<string, 'hard' | 'soft'>();
  for (const edge of graph.dependencies.get(user)!) {
    if (edge.strength === 'insight' || hasSpare(edge)) continue;
    for (const target of targetsOf(edge)) {
      if (reached.get(target) !== 'hard') reached.set(target, edge.strength);
    }
  }
  return reached;
}

/** Its dependencies outside of its own cycle. */
function targetsBelow(graph: Graph, id: string): string[] {
  const component = graph.componentOf.get(id);
  return [...reachingEdges(graph, id).keys()].filter((target) => graph.componentOf.get(target) !== component);
}

function memoized<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.has(key) ? known.get(key)! : compute(key);
    known.set(key, value);
    return value;
  };
}
