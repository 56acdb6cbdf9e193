/** Which services and dependencies a diagram shows, and in which words: all of them, what is affected, or what is near one. */
import type { Dependency, Strength } from '../config/config.ts';
import { targetsOf } from '../config/graph.ts';
import { en, type Words } from '../messages/en.ts';
import { isFailing, type State, severityRank } from '../model.ts';
import type { Cause } from '../status/rollup.ts';
import { oneLine } from './label.ts';
import type { LinkView, ServiceView } from './service-view.ts';

export interface Constellation {
  /** In the order of services.yml; a group of interchangeable services stands behind the service that needs it. */
  nodes: readonly Node[];
  edges: readonly Edge[];
  /** Services that belong here and were left out, as there would be too many. */
  more: number;
}

export type Node = ServiceNode | GroupNode;

export interface ServiceNode {
  kind: 'service';
  id: string;
  name: string;
  state: State;
  word: string;
  /** "probable cause", "via Database", "not probed" */
  notes: readonly string[];
  isInherited: boolean;
  isProbed: boolean;
  isCause: boolean;
  /** The page is about it. */
  isCentre: boolean;
}

/** The junction of a dependency on some of several. */
export interface GroupNode {
  kind: 'group';
  id: string;
  /** "1 of 3", and these three. */
  name: string;
  of: number;
  /** Down when too few of them work. */
  state: State;
  /** "1 of 3 must work, 2 do" */
  word: string;
}

export interface Edge {
  from: string;
  to: string;
  strength: Strength;
  note?: string;
  /** Trouble came this way, from a probable cause. */
  isOnChain: boolean;
}

export interface Sky {
  services: readonly ServiceView[];
  causes: readonly Pick<Cause, 'service' | 'chain' | 'suspectedBy'>[];
  /** English unless given. */
  words?: Words;
}

/** All of it. */
export function wholeOf(sky: Sky): Constellation {
  return partOf(sky, new Set(sky.services.map(({ id }) => id)), 0);
}

const MOST_AFFECTED = 16;

/** What fails, what is at risk, and what leads from one to the other; the causes first when there is too much of it. */
export function affectedOf(sky: Sky, most = MOST_AFFECTED): Constellation {
  const chained = new Set(sky.causes.flatMap(({ chain }) => chain));
  for (const id of betweenOf(sky)) chained.add(id);
  const affected = sky.services.filter(
    ({ id, state, effective }) => isFailing(state) || effective.atRiskThrough !== undefined || chained.has(id),
  );
  const urgency = ({ id, isCause, state }: ServiceView): number =>
    (isCause ? 1000 : 0) + (chained.has(id) ? 100 : 0) + severityRank(state);
  const kept = affected.toSorted((a, b) => urgency(b) - urgency(a)).slice(0, most);
  return partOf(sky, new Set(kept.map(({ id }) => id)), affected.length - kept.length);
}

/** What nobody probes between a suspect and those who point at it. */
function betweenOf({ services, causes }: Sky): Set<string> {
  const byId = new Map(services.map((service) => [service.id, service]));
  const isPassage = (id: string): boolean => byId.get(id)!.state === 'unknown';
  const reachedFrom = (start: readonly string[], step: (service: ServiceView) => readonly LinkView[]) => {
    const reached = new Set(start);
    for (const id of reached) {
      for (const { id: next, strength } of step(byId.get(id)!)) {
        if (strength !== 'insight' && isPassage(next)) reached.add(next);
      }
    }
    return reached;
  };
  return new Set(
    causes.flatMap(({ service, suspectedBy }) => {
      if (suspectedBy.length === 0) return [];
      const above = reachedFrom([service], ({ neededBy }) => neededBy);
      return [...reachedFrom(suspectedBy, ({ dependsOn }) => dependsOn)].filter((id) => above.has(id));
    }),
  );
}

const HOPS = 2;
const MOST_A_HOP = 10;
const MOST_NEAR = 24;

/** What it needs and what needs it, and the same of those; what fails comes first when there is too much of it. */
export function neighbourhoodOf(sky: Sky, id: string): Constellation {
  const byId = new Map(sky.services.map((service) => [service.id, service]));
  const kept = new Set([id]);
  const left = new Set<string>();
  const directions = [
    (service: ServiceView) => service.dependsOn.map((link) => link.id),
    (service: ServiceView) => service.neededBy.map((link) => link.id),
  ];
  const edges = directions.map((step) => ({ step, ring: [id] }));
  for (let hop = 0; hop < HOPS; hop += 1) {
    for (const edge of edges) {
      const found = new Set(edge.ring.flatMap((each) => edge.step(byId.get(each)!)).filter((each) => !kept.has(each)));
      const ranked = [...found].sort((a, b) => severityRank(byId.get(b)!.state) - severityRank(byId.get(a)!.state));
      edge.ring = ranked.slice(0, Math.max(0, Math.min(MOST_A_HOP, MOST_NEAR - kept.size)));
      for (const each of edge.ring) kept.add(each);
      for (const each of ranked) left.add(each);
    }
  }
  return partOf(sky, kept, [...left].filter((each) => !kept.has(each)).length, id);
}

function partOf(
  { services, causes, words = en }: Sky,
  kept: ReadonlySet<string>,
  more: number,
  centre?: string,
): Constellation {
  const states = new Map(services.map(({ id, state }) => [id, state]));
  const chained = new Set(causes.flatMap(({ chain }) => chain.slice(1).map((to, index) => `${chain[index]} ${to}`)));
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  for (const view of services) {
    if (!kept.has(view.id)) continue;
    nodes.push(nodeOf(view, view.id === centre, words));
    for (const [index, dependency] of view.service.dependsOn.entries()) {
      const targets = targetsOf(dependency).filter((target) => kept.has(target));
      if (targets.length === 0) continue;
      const { strength, note } = dependency;
      const isOnChain = (target: string): boolean => strength !== 'insight' && chained.has(`${view.id} ${target}`);
      let from = view.id;
      if (dependency.anyOf) {
        const group = groupOf(view.id, index, dependency, states, words);
        nodes.push(group);
        const noted = note === undefined ? {} : { note: oneLine(note) };
        edges.push({ from, to: group.id, strength, ...noted, isOnChain: targets.some(isOnChain) });
        from = group.id;
      }
      const noted = note === undefined || dependency.anyOf ? {} : { note: oneLine(note) };
      for (const to of targets) edges.push({ from, to, strength, ...noted, isOnChain: isOnChain(to) });
    }
  }
  return { nodes, edges, more };
}

function nodeOf(view: ServiceView, isCentre: boolean, { service: said }: Words): ServiceNode {
  const isProbed = view.probes.length > 0;
  return {
    kind: 'service',
    id: view.id,
    name: oneLine(view.name) || view.id,
    state: view.state,
    word: view.word,
    notes: [
      ...(view.isCause ? [said.probableCause] : []),
      ...(view.note === undefined ? [] : [oneLine(view.note)]),
      ...(isProbed || view.note === said.notProbed ? [] : [said.notProbed]),
    ],
    isInherited: view.isInherited,
    isProbed,
    isCause: view.isCause,
    isCentre,
  };
}

function groupOf(
  service: string,
  index: number,
  { anyOf, need }: Extract<Dependency, { need: number }>,
  states: ReadonlyMap<string, State>,
  { map }: Words,
): GroupNode {
  const alive = anyOf.filter((id) => states.get(id) !== 'major_outage').length;
  const unknown = anyOf.filter((id) => states.get(id) === 'unknown').length;
  const whole = alive === anyOf.length ? 'operational' : 'degraded';
  return {
    kind: 'group',
    // No id of a service has a space.
    id: `${service} ${index}`,
    name: map.group(need, anyOf.length),
    of: anyOf.length,
    state: alive < need ? 'major_outage' : unknown > 0 && alive - unknown < need ? 'unknown' : whole,
    word: map.groupWord(need, anyOf.length, alive - unknown, unknown === 0),
  };
}
