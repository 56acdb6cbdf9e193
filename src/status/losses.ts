/**
 * What the loss of each service alone would make of the others and of the overall state, by what the edges promise: a hard
 * dependency passes its state on, a soft one degrades, a group takes its user down once its quorum is lost. Every other
 * service is taken to work. It agrees with `rollUp`, but follows only the users of what is lost: a `rollUp` for every
 * service would take minutes where there are thousands.
 */
import type { Dependency } from '../config/config.ts';
import { buildGraph, type Graph, targetsOf } from '../config/graph.ts';
import type { State } from '../model.ts';
import { outageOf } from './rollup.ts';

export interface Loss {
  /** The overall state that it makes. */
  overall: State;
  /** Services that would be down, itself included. */
  down: number;
  /** Services that would still work, but worse. */
  degraded: number;
}

const WELL = 0;
const DEGRADED = 1;
const DOWN = 2;

/** The edges by the place of services instead of by names, in one row of numbers: they are followed millions of times. */
interface Uses {
  /** The uses of service n stand from `starts[n]` to before `starts[n + 1]`. */
  starts: Uint32Array;
  users: Uint32Array;
  isSoft: Uint8Array;
  /** Place of the group that the edge leads through; of none, `NO_GROUP`. */
  groups: Int32Array;
  /** Of each group: how many members may be down without its user noticing. */
  spares: readonly number[];
}

const NO_GROUP = -1;

/** By id, in the order of services.yml. */
export function lossesOf(graph: Graph): Map<string, Loss> {
  const indexOf = new Map(graph.services.map(({ id }, index) => [id, index]));
  const critical = graph.critical.map(({ id, weight }) => ({ index: indexOf.get(id)!, weight }));
  const weightOfAll = critical.reduce((sum, { weight }) => sum + weight, 0);
  const overall = (levels: Uint8Array): State => {
    if (critical.length === 0) return 'unknown';
    let worst: number = WELL;
    let weightDown = 0;
    for (const { index, weight } of critical) {
      worst = Math.max(worst, levels[index]!);
      if (levels[index] === DOWN) weightDown += weight;
    }
    if (worst === DOWN) return outageOf(weightDown, weightOfAll);
    return worst === DEGRADED ? 'degraded' : 'operational';
  };
  const lose = simulation(usesOf(graph, indexOf), graph.services.length);
  const losses = new Map<string, Loss>();
  for (const members of fatedAlike(graph)) {
    const { levels, down, affected } = lose(indexOf.get(members[0]!)!);
    const loss = { overall: overall(levels), down, degraded: affected - down };
    for (const id of members) losses.set(id, loss);
  }
  return new Map(graph.services.map(({ id }) => [id, losses.get(id)!]));
}

/** Services that take each other down: what the loss of one makes, the loss of each of them makes. */
function fatedAlike({ services }: Graph): readonly (readonly string[])[] {
  const isPlain = (edge: Dependency): boolean => edge.strength === 'hard' && edge.service !== undefined;
  return buildGraph(services.map((service) => ({ ...service, dependsOn: service.dependsOn.filter(isPlain) })))
    .components;
}

/** For each service, the edges that lead to it. Insight edges carry no state. */
function usesOf(graph: Graph, indexOf: ReadonlyMap<string, number>): Uses {
  const uses = graph.services.map((): { user: number; isSoft: boolean; group: number }[] => []);
  const spares: number[] = [];
  for (const [user, { dependsOn }] of graph.services.entries()) {
    for (const edge of dependsOn) {
      if (edge.strength === 'insight') continue;
      const group = edge.anyOf ? spares.push(edge.anyOf.length - edge.need) - 1 : NO_GROUP;
      for (const target of targetsOf(edge))
        uses[indexOf.get(target)!]!.push({ user, isSoft: edge.strength === 'soft', group });
    }
  }
  const all = uses.flat();
  const starts = new Uint32Array(uses.length + 1);
  for (const [index, { length }] of uses.entries()) starts[index + 1] = starts[index]! + length;
  return {
    starts,
    users: Uint32Array.from(all, ({ user }) => user),
    isSoft: Uint8Array.from(all, ({ isSoft }) => Number(isSoft)),
    groups: Int32Array.from(all, ({ group }) => group),
    spares,
  };
}

/** Says what a loss makes of each service. A level only rises, so every cycle ends. The levels are good until the next call. */
function simulation(
  { starts, users, isSoft, groups, spares }: Uses,
  count: number,
): (lost: number) => { levels: Uint8Array; down: number; affected: number } {
  const levels = new Uint8Array(count);
  const membersDown = new Uint32Array(spares.length);
  /** At most twice the number of services: each is degraded once and down once. */
  const waiting = new Uint32Array(2 * count);

  return (lost) => {
    levels.fill(WELL);
    membersDown.fill(0);
    levels[lost] = DOWN;
    waiting[0] = lost;
    let end = 1;
    let down = 1;
    let affected = 1;
    // In the order of discovery, once for each level; what a service is by now is all that counts.
    const told = new Uint8Array(count);
    for (let next = 0; next < end; next += 1) {
      const service = waiting[next]!;
      const level = levels[service]!;
      if (told[service] === level) continue;
      told[service] = level;
      for (let use = starts[service]!; use < starts[service + 1]!; use += 1) {
        const group = groups[use]!;
        let imposed = level;
        if (group !== NO_GROUP) {
          if (level === DOWN) membersDown[group]! += 1;
          imposed = membersDown[group]! > spares[group]! ? DOWN : WELL;
        }
        if (isSoft[use] && imposed === DOWN) imposed = DEGRADED;
        const user = users[use]!;
        const before = levels[user]!;
        if (before >= imposed) continue;
        if (before === WELL) affected += 1;
        if (imposed === DOWN) down += 1;
        levels[user] = imposed;
        waiting[end++] = user;
      }
    }
    return { levels, down, affected };
  };
}
