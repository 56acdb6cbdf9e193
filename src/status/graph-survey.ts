/** The graph as a map for people: who needs whom, what is critical and why, and what hangs on a single service. */
import type { Dependency, Service } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import { type State, severityRank } from '../model.ts';
import { type Loss, lossesOf } from './losses.ts';

/** `named`: services.yml says so · `unused`: nobody depends on it · `unused-cycle`: nor on the cycle that it is in. */
export type CriticalReason = 'named' | 'unused' | 'unused-cycle';

export interface SurveyedService {
  id: string;
  name: string;
  group?: string;
  /** Undefined when the overall state is not about it. */
  criticalBecause?: CriticalReason;
  isProbed: boolean;
  /** The longest way to it from a service that nobody depends on, in steps; a cycle counts as one service. */
  depth: number;
  /** Those that depend on it directly, by hard or soft edges. */
  users: readonly string[];
  dependsOn: readonly Dependency[];
  lossMakes: Loss;
}

export interface GraphSurvey {
  /** In the order of services.yml. */
  services: readonly SurveyedService[];
  /** In the order of their first services; services that name no group last. */
  groups: readonly { name?: string; services: readonly string[] }[];
  /** Services that all depend on each other. */
  cycles: readonly (readonly string[])[];
  /** Their loss alone makes an outage of the overall state; those that take most with them first. */
  singlePointsOfFailure: readonly string[];
  /** Never called up, because nobody looks. */
  unprobed: readonly string[];
  /** Nobody depends on them by a hard or soft edge. */
  unused: readonly string[];
  /** Steps on the longest way down. */
  depth: number;
}

export function surveyGraph(graph: Graph): GraphSurvey {
  const losses = lossesOf(graph);
  const depths = depthsOf(graph);
  const critical = new Set(graph.critical.map(({ id }) => id));
  const services = graph.services.map((service): SurveyedService => {
    const { id, name, group, probes, dependsOn } = service;
    return {
      id,
      name,
      ...(group !== undefined && { group }),
      ...(critical.has(id) && { criticalBecause: criticalReason(graph, service) }),
      isProbed: probes.length > 0,
      depth: depths.get(id)!,
      users: usersOf(graph, id),
      dependsOn,
      lossMakes: losses.get(id)!,
    };
  });
  const idsOf = (wanted: (service: SurveyedService) => boolean): string[] =>
    services.filter(wanted).map(({ id }) => id);
  const position = new Map(services.map(({ id }, index) => [id, index]));
  const inOrder = (ids: readonly string[]): string[] => [...ids].sort((a, b) => position.get(a)! - position.get(b)!);
  return {
    services,
    groups: groupsOf(services),
    cycles: graph.components
      .filter(({ length }) => length > 1)
      .map(inOrder)
      .sort(([a], [b]) => position.get(a!)! - position.get(b!)!),
    singlePointsOfFailure: singlePointsOfFailure(services),
    unprobed: idsOf(({ isProbed }) => !isProbed),
    unused: idsOf(({ users }) => users.length === 0),
    depth: services.reduce((most, { depth }) => Math.max(most, depth), 0),
  };
}

function criticalReason(graph: Graph, service: Service): CriticalReason {
  if (service.critical) return 'named';
  return usersOf(graph, service.id).length === 0 ? 'unused' : 'unused-cycle';
}

function usersOf(graph: Graph, id: string): string[] {
  const using = graph.users.get(id)!.filter(({ strength }) => strength !== 'insight');
  return [...new Set(using.map(({ service }) => service))];
}

/** Users first, so that each is known before what it needs. */
function depthsOf(graph: Graph): Map<string, number> {
  const depthOfComponent = graph.components.map(() => 0);
  for (const component of [...graph.components.keys()].reverse()) {
    const edges = graph.components[component]!.flatMap((id) => graph.dependencies.get(id)!);
    for (const edge of edges) {
      if (edge.strength === 'insight') continue;
      for (const target of targetsOf(edge)) {
        const below = graph.componentOf.get(target)!;
        if (below === component) continue;
        depthOfComponent[below] = Math.max(depthOfComponent[below]!, depthOfComponent[component]! + 1);
      }
    }
  }
  return new Map(graph.services.map(({ id }) => [id, depthOfComponent[graph.componentOf.get(id)!]!]));
}

function groupsOf(services: readonly SurveyedService[]): GraphSurvey['groups'] {
  const byName = Map.groupBy(services, ({ group }) => group);
  const named = [...byName].map(([name, members]) => ({
    ...(name !== undefined && { name }),
    services: members.map(({ id }) => id),
  }));
  return [...named.filter(({ name }) => name !== undefined), ...named.filter(({ name }) => name === undefined)];
}

function singlePointsOfFailure(services: readonly SurveyedService[]): string[] {
  const isOutage = (overall: State): boolean => severityRank(overall) >= severityRank('partial_outage');
  return services
    .filter(({ lossMakes }) => isOutage(lossMakes.overall))
    .sort(
      ({ lossMakes: a }, { lossMakes: b }) =>
        severityRank(b.overall) - severityRank(a.overall) || b.down - a.down || b.degraded - a.degraded,
    )
    .map(({ id }) => id);
}
