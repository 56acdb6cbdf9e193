/**
 * Who is probably to blame. Blame starts at what users see and runs down failing dependencies; a service keeps the part
 * that its dependencies do not explain. The shares of all causes are 1 together.
 */
import type { Dependency } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import { type Suspicion, suspectsIn } from './suspects.ts';

/** What is wrong with a service: how bad, in any unit that is the same for all of them, and since when. */
export interface Trouble {
  /** Above 0. */
  severity: number;
  onset: number;
  /** How unusual it is; decides between equals. */
  z?: number;
  /** It rests on a single reading, which may be false. */
  isTentative?: boolean;
}

export interface BlameInput {
  /** Of services that were seen to fail. */
  troubles: ReadonlyMap<string, Trouble>;
  /** Where blame starts: the affected critical services, or the one that somebody declared an incident of. */
  start: readonly string[];
  /** Somebody says that they fail: if any dependency of one does, it keeps nothing for itself. */
  declared?: ReadonlySet<string>;
  /** Nobody probes it, or nobody has lately: it can only be concluded what it is. */
  isUnseen(service: string): boolean;
  /** It is in maintenance, or outside of its hours: that it works says nothing. */
  isExempt?(service: string): boolean;
  /** For groups: whether a member is lost altogether. */
  isLost(service: string): boolean;
  /** What a lost group, and at most a lost spare or a soft dependency, weighs in the unit of the severities. */
  weights?: { lost: number; limited: number };
  /** Between two rounds; a dependency that fails more than two of them later than its user hardly explains it. */
  roundMs: number;
}

export interface Blamed {
  service: string;
  /** 0 to 1. */
  share: number;
  /** From where blame started down to the service, along the largest flow. */
  chain: readonly string[];
  /** It is not probed, and suspected only because of who fails. */
  isSuspect: boolean;
  /** Of a suspect, who is seen to fail and needs it, directly or through others that are not probed; by name. */
  suspectedBy: readonly string[];
}

const STATES = { lost: 2, limited: 1 };
const ONSET_SLACK_ROUNDS = 2;
const LATE = 0.1;
/** Sums of fractions in another order differ in their last digits, which must not decide. */
const TINY = 1e-9;
/** How far an unprobed service is suspected that two or more, or only one, of its failing users point at. */
const SUSPECTED = { byMany: 0.6, byOne: 0.4 };
/** Of two suspects, one behind the other, the one behind takes so much when more users point at it. */
const BELOW = 0.9;
/** How much a suspect is suspected beside a rival that more users point at: something else would have to fail, too. */
const OUTDONE = 0.1;

/** A service as blame sees it: what was observed, or what is concluded of one that nobody probes. */
interface Node extends Trouble {
  isObserved: boolean;
  suspicion?: Suspicion;
}

/** Most blamed first. */
export function blame(graph: Graph, input: BlameInput): Blamed[] {
  const alone = withUnprobed(graph, input);
  const nodes = withCycles(graph, alone);
  const starting = input.start.filter((id) => nodes.has(id));
  const total = starting.reduce((sum, id) => sum + nodes.get(id)!.severity, 0);
  if (total === 0) return [];
  const flow = createFlow();
  for (const id of starting) flow.add(id, nodes.get(id)!.severity / total, undefined);
  // Users first: all that flows to a component has come before its turn.
  for (const members of graph.components.toReversed()) {
    const carried = members.reduce((sum, id) => sum + flow.of(id), 0);
    if (carried > 0) passOn(graph, { members, carried, alone, nodes, flow, input });
  }
  return ranked(graph, flow, nodes);
}

/** What is on its way, what stayed where, and by which way most of it came. */
interface Flow {
  kept: Map<string, number>;
  of(id: string): number;
  add(id: string, amount: number, from: string | undefined): void;
  /** From the start to the service. */
  chainTo(id: string): string[];
}

function createFlow(): Flow {
  const carried = new Map<string, number>();
  const main = new Map<string, { from: string | undefined; amount: number }>();
  return {
    kept: new Map(),
    of: (id) => carried.get(id) ?? 0,
    add(id, amount, from) {
      carried.set(id, (carried.get(id) ?? 0) + amount);
      const best = main.get(id);
      // Of equals the start, then the first by name: the order of edges must not matter.
      const isFirst = (from ?? '') < (best?.from ?? '');
      const isMore = best !== undefined && amount > best.amount + TINY;
      const isAsMuch = best !== undefined && Math.abs(amount - best.amount) <= TINY;
      if (!best || isMore || (isAsMuch && isFirst)) main.set(id, { from, amount });
    },
    chainTo(id) {
      const chain = new Set<string>();
      for (let at: string | undefined = id; at !== undefined && !chain.has(at); at = main.get(at)?.from) chain.add(at);
      return [...chain].reverse();
    },
  };
}

interface Passing {
  members: readonly string[];
  carried: number;
  /** Each by itself, and each as the cycle that it is part of. */
  alone: ReadonlyMap<string, Node>;
  nodes: ReadonlyMap<string, Node>;
  flow: Flow;
  input: BlameInput;
}

/** By what a trouble is explained, to which part of it, 0 to 1, and along whose edge. */
type Explained = Map<string, { share: number; from: string }>;

/** Keeps what nothing below explains, and passes the rest on. The members of a cycle act as one. */
function passOn(graph: Graph, { members, carried, alone, nodes, flow, input }: Passing): void {
  const bad = members.filter((id) => alone.has(id)).sort(byTrouble(alone));
  const first = bad[0]!;
  const whole = nodes.get(first)!;
  const inside = new Set(members);
  const explained: Explained = new Map();
  for (const user of bad) {
    for (const edge of graph.dependencies.get(user)!) {
      for (const [target, share] of explanations(edge, whole, inside, { nodes, input })) {
        // Two edges to the same service, or two members that need it, are one explanation.
        if (share > (explained.get(target)?.share ?? 0)) explained.set(target, { share, from: user });
      }
    }
  }
  shareSuspicion(explained, nodes);
  const sum = [...explained.values()].reduce((total, { share }) => total + share, 0);
  // What was declared, or is only concluded from what it needs, has nothing of its own.
  const isDeclared = input.start.some((id) => inside.has(id) && input.declared?.has(id));
  const isConcluded = !whole.isObserved && !whole.suspicion;
  // A suspicion is no finding: beside it, who is declared keeps what it leaves.
  const isAnySeen = [...explained.keys()].some((id) => !nodes.get(id)!.suspicion);
  const isExcused = isConcluded ? explained.size > 0 : isDeclared && isAnySeen;
  const keep = isExcused ? 0 : Math.max(0, 1 - sum);
  if (keep > 0) flow.kept.set(first, keep * carried);
  const weights = [...explained].map(([target, { share, from }]) => ({
    target,
    from,
    weight: share * (1 + Math.log2(Math.max(1, usersOf(graph, target)))),
  }));
  const weight = weights.reduce((total, each) => total + each.weight, 0);
  for (const { target, from, weight: own } of weights) {
    flow.add(target, ((1 - keep) * carried * own) / weight, from);
  }
  // What came into a cycle at one member leaves it, or stays, at another.
  const entry = [...bad].sort((a, b) => flow.of(b) - flow.of(a) || (a < b ? -1 : 1))[0]!;
  for (const id of bad) if (flow.of(id) === 0) flow.add(id, 0, entry);
}

/** Suspects are rivals: at most one of them did it, so together they explain as much as the likeliest would alone. */
function shareSuspicion(explained: Explained, nodes: ReadonlyMap<string, Node>): void {
  const rivals = [...explained].flatMap(([id, { share, from }]) => {
    const { suspicion } = nodes.get(id)!;
    return suspicion ? [{ id, share, from, ...suspicion }] : [];
  });
  const most = Math.max(...rivals.map(({ share }) => share));
  const reach = Math.max(...rivals.map((rival) => rival.reach));
  const weightOf = (rival: { share: number; reach: number; mass: number }): number =>
    rival.share * rival.mass * (rival.reach < reach ? OUTDONE : 1);
  const total = rivals.reduce((sum, rival) => sum + weightOf(rival), 0);
  for (const rival of rivals) {
    explained.set(rival.id, { share: (weightOf(rival) * most) / total, from: rival.from });
  }
}

/** How much of its user's trouble each bad service behind an edge explains, 0 to 1. */
function explanations(
  edge: Dependency,
  user: Node,
  inside: ReadonlySet<string>,
  { nodes, input }: Pick<Passing, 'nodes' | 'input'>,
): [string, number][] {
  if (edge.strength === 'insight') return [];
  const { lost, limited } = input.weights ?? STATES;
  const bad = targetsOf(edge).filter((id) => nodes.has(id) && !inside.has(id));
  const lostAt = lossOf(edge, nodes, input);
  return bad.map((id) => {
    const target = nodes.get(id)!;
    const { severity, onset, isTentative } = target;
    // Nobody sees which members of a group are lost; a suspect is one that it cannot do without.
    const isGroup = edge.anyOf !== undefined && !target.suspicion;
    const isSpare = isGroup && lostAt === undefined;
    const weight = lostAt === undefined ? severity : lost;
    const weighed = edge.strength === 'soft' || isSpare ? Math.min(weight, limited) : weight;
    // A first failure, seen only after its user had failed, is as likely a false reading.
    const slackRounds = isTentative ? 0 : ONSET_SLACK_ROUNDS;
    // Of what is only concluded nobody saw when it began; it fails in the form, and since when, those below it do.
    const isLate = user.isObserved && (lostAt ?? onset) > user.onset + slackRounds * input.roundMs;
    const share = Math.min(1, weighed / user.severity) / (isGroup ? bad.length : 1);
    return [id, share * (isLate ? LATE : 1) * confidenceIn(target, user)];
  });
}

/** That a target explains its user: what was seen, or shines through, is no guess. */
function confidenceIn({ suspicion }: Node, user: Node): number {
  if (!suspicion) return 1;
  if (user.suspicion) return suspicion.reach > user.suspicion.witnesses ? BELOW : 1 - 1 / user.suspicion.mass;
  return suspicion.reach > 1 ? SUSPECTED.byMany : SUSPECTED.byOne;
}

/**
 * A service that nobody probes is transparent: it is as bad as the worst that it needs. When nothing that it needs is bad,
 * it may be a suspect.
 */
function withUnprobed(graph: Graph, input: BlameInput): Map<string, Node> {
  const { troubles, isUnseen } = input;
  const nodes = new Map<string, Node>();
  for (const [id, trouble] of troubles) nodes.set(id, { ...trouble, isObserved: true });
  const isUnprobed = (id: string): boolean => isUnseen(id) && !troubles.has(id);
  // Dependencies first, so that trouble shines through one after the other.
  for (const members of graph.components) {
    // In a cycle as long as it reaches further members; each can only become worse, and by what others are.
    for (let isChanging = true; isChanging; ) {
      isChanging = false;
      for (const id of members.filter(isUnprobed)) {
        const below = graph.dependencies.get(id)!.flatMap((edge) => throughEdge(edge, nodes, input));
        if (below.length === 0) continue;
        const { severity, onset } = worstOf(below);
        const known = nodes.get(id);
        if (known && severity <= known.severity && onset >= known.onset) continue;
        nodes.set(id, { severity, onset, isObserved: false });
        isChanging = members.length > 1;
      }
    }
  }
  const suspects = suspectsIn(graph, {
    troubleOf: (id) => nodes.get(id),
    isUnseen,
    isExempt: input.isExempt ?? (() => false),
    isReason: (edge, severity) => isReason(edge, severity, nodes, input),
    limited: limitOf(input),
  });
  for (const [id, suspicion] of suspects) {
    const { severity, onset } = suspicion;
    nodes.set(id, { severity, onset, isObserved: false, suspicion });
  }
  return nodes;
}

/** What shines through an edge: a soft dependency or a lost spare degrades at most. */
function throughEdge(edge: Dependency, nodes: ReadonlyMap<string, Node>, input: BlameInput): Trouble[] {
  if (edge.strength === 'insight') return [];
  const { limited } = input.weights ?? STATES;
  const lostAt = lossOf(edge, nodes, input);
  const isLimited = edge.strength === 'soft' || (edge.anyOf !== undefined && lostAt === undefined);
  return targetsOf(edge)
    .flatMap((target) => nodes.get(target) ?? [])
    .map(({ severity, onset }) => ({
      severity: isLimited ? Math.min(severity, limited) : severity,
      onset: lostAt ?? onset,
    }));
}

/** As bad as a soft dependency or a lost spare can make its user. What is measured is never an outage. */
function limitOf({ weights }: BlameInput): number {
  return weights ? Number.POSITIVE_INFINITY : STATES.limited;
}

/** Whether it fails in a way that may be why its user, which is so bad, does. */
function isReason(edge: Dependency, severity: number, nodes: ReadonlyMap<string, Node>, input: BlameInput): boolean {
  if (edge.strength === 'insight' || !targetsOf(edge).some((id) => nodes.has(id))) return false;
  const isLimited = edge.strength === 'soft' || (edge.anyOf !== undefined && lossOf(edge, nodes, input) === undefined);
  return !isLimited || severity <= limitOf(input);
}

/** When a group fell short of what is needed of it; undefined when it has not, or is none. */
function lossOf(edge: Dependency, nodes: ReadonlyMap<string, Trouble>, { isLost }: BlameInput): number | undefined {
  if (!edge.anyOf) return undefined;
  const lost = edge.anyOf.filter(isLost).map((id) => nodes.get(id)?.onset ?? Number.NEGATIVE_INFINITY);
  lost.sort((a, b) => a - b);
  return lost[edge.anyOf.length - edge.need];
}

/** From outside a cycle is one thing: as bad as its worst member, since its first. */
function withCycles(graph: Graph, alone: ReadonlyMap<string, Node>): Map<string, Node> {
  const nodes = new Map(alone);
  for (const members of graph.components) {
    if (members.length === 1) continue;
    const bad = members.flatMap((id) => alone.get(id) ?? []);
    for (const id of members) if (alone.has(id)) nodes.set(id, { ...alone.get(id)!, ...worstOf(bad) });
  }
  return nodes;
}

function worstOf(troubles: readonly Trouble[]): Trouble {
  return {
    severity: Math.max(...troubles.map(({ severity }) => severity)),
    onset: Math.min(...troubles.map(({ onset }) => onset)),
  };
}

/** What was seen before what is only concluded; worst first, then earliest, then by name. */
function byTrouble(nodes: ReadonlyMap<string, Node>): (a: string, b: string) => number {
  return (a, b) => {
    const [one, other] = [nodes.get(a)!, nodes.get(b)!];
    if (one.isObserved !== other.isObserved) return one.isObserved ? -1 : 1;
    return other.severity - one.severity || one.onset - other.onset || (a < b ? -1 : 1);
  };
}

function ranked(graph: Graph, flow: Flow, nodes: ReadonlyMap<string, Node>): Blamed[] {
  const suspicionOf = (id: string): Suspicion | undefined => nodes.get(id)!.suspicion;
  const causes = [...flow.kept].map(([service, share]): Blamed => {
    const suspicion = suspicionOf(service);
    return {
      service,
      share: Math.round(share * 1e9) / 1e9,
      chain: flow.chainTo(service),
      isSuspect: suspicion !== undefined,
      suspectedBy: suspicion?.failing ?? [],
    };
  });
  // What suspects have, that one user alone points at, stands with what that user keeps: the trouble is there or below.
  const headOf = ({ service, chain }: Blamed): string => {
    const user = chain.findLast((id) => !suspicionOf(id)) ?? service;
    return suspicionOf(service)?.witnesses === 1 && flow.kept.has(user) ? user : service;
  };
  const together = new Map<string, number>();
  for (const cause of causes) together.set(headOf(cause), (together.get(headOf(cause)) ?? 0) + cause.share);
  const z = (id: string): number => nodes.get(id)?.z ?? 0;
  const earlier = (a: string, b: string): number => {
    const later = nodes.get(a)!.onset - nodes.get(b)!.onset;
    return later || usersOf(graph, b) - usersOf(graph, a) || z(b) - z(a) || (a < b ? -1 : 1);
  };
  const byShare = (a: Blamed, b: Blamed): number => {
    const share = b.share - a.share;
    if (Math.abs(share) > TINY) return share;
    if (!a.isSuspect || !b.isSuspect) return earlier(a.service, b.service);
    // Of suspects the one that others stand behind, then the nearer.
    const through = flow.of(b.service) - flow.of(a.service);
    if (Math.abs(through) > TINY) return through;
    return a.chain.length - b.chain.length || (a.service < b.service ? -1 : 1);
  };
  const byHead = (a: Blamed, b: Blamed): number => {
    const [one, other] = [headOf(a), headOf(b)];
    if (one === other) return byShare(a, b);
    const share = together.get(other)! - together.get(one)!;
    return Math.abs(share) > TINY ? share : earlier(one, other);
  };
  // The first, with the one beside it; then whatever else is likely.
  const groups = [...Map.groupBy(causes.sort(byHead), headOf).values()];
  const likely = groups[0]?.slice(0, 2) ?? [];
  return [...likely, ...causes.filter((cause) => !likely.includes(cause)).sort(byShare)];
}

/** Who needs it directly, by hard or soft edges. */
function usersOf(graph: Graph, id: string): number {
  return new Set(graph.users.get(id)!.flatMap(({ service, strength }) => (strength === 'insight' ? [] : service))).size;
}
