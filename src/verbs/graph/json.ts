/** The graph for programs. A shape that stays: keys are added, never changed; docs/operations.md describes it. */
import type { Dependency } from '../../config/config.ts';
import type { GraphSurvey, SurveyedService } from '../../status/graph-survey.ts';

export function asJson({ services, cycles, singlePointsOfFailure, unprobed, unused, depth }: GraphSurvey): object {
  return { v: 1, services: services.map(serviceAsJson), cycles, singlePointsOfFailure, unprobed, unused, depth };
}

function serviceAsJson(service: SurveyedService): object {
  const { id, name, group, criticalBecause, isProbed, depth, users, dependsOn, lossMakes } = service;
  return {
    id,
    name,
    group: group ?? null,
    critical: criticalBecause !== undefined,
    criticalBecause: criticalBecause ?? null,
    probed: isProbed,
    depth,
    users,
    dependsOn: dependsOn.map(edgeAsJson),
    lossMakes,
  };
}

function edgeAsJson({ service, anyOf, need, strength, note }: Dependency): object {
  const target = anyOf ? { anyOf, need } : { service };
  return { ...target, strength, ...(note !== undefined && { note }) };
}
