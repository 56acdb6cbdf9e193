/**
 * Why a service was in trouble, asked afterwards: somebody says that it began at an instant, and every other service is
 * judged by the same measure, what it was just then against what it had been. Blame then runs down the graph.
 */

import type { Config } from '../config/config.ts';
import { buildGraph, type Graph, targetsOf } from '../config/graph.ts';
import type { RecordedRound } from '../model.ts';
import { type Blamed, blame, type Trouble } from './blame.ts';
import { evidenceOf, predicate } from './headline.ts';
import {
  type Excess,
  earlierExcessOf,
  emptySeries,
  excessOf,
  type Metric,
  measureInWords,
  type Series,
  THETA,
  takeValue,
  withEarlierRound,
} from './measured-trouble.ts';
import { type Answer, createReplay } from './replay.ts';
import { troublesOf } from './rollup.ts';
import type { OwnStatus } from './timeline.ts';

export const METRICS: readonly Metric[] = ['outcome', 'latency', 'failures'];

export interface Question {
  /** The service that is in trouble. */
  service: string;
  since: number;
  /** What is newer was not known yet; the newest round when absent. */
  at?: number;
  /** In what unit it suffers. */
  metric: Metric;
}

export interface Explained {
  at: number;
  /** Most blamed first. */
  causes: readonly (Blamed & { evidence: string })[];
}

export interface Explanation {
  /** Rounds in order of time. */
  take(round: RecordedRound): void;
  answer(): Explained;
}

/** When nothing below it stands out, it is looked at once more, more closely. */
const CLOSER_THETA = 1.5;
const MAX_CAUSES = 10;
const GAPS = 21;
const USUAL_ROUND_MS = 300_000;

export function createExplanation(config: Config, { service, since, at, metric }: Question): Explanation {
  const graph = buildGraph(config.services);
  const replay = createReplay(config);
  const series = new Map(graph.services.map(({ id }) => [id, emptySeries()]));
  const gaps: number[] = [];
  let last = Number.NaN;
  let answer: Answer | undefined;
  return {
    take(round) {
      if (at !== undefined && round.at > at) return;
      if (round.at > last) gaps.push(round.at - last);
      if (gaps.length > GAPS) gaps.shift();
      last = round.at;
      if (metric === 'outcome') answer = replay.answer(round);
      else
        for (const observation of round.observations) takeValue(series, observation, { at: round.at, since, metric });
    },
    answer() {
      const roundMs = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? USUAL_ROUND_MS;
      const asked = { graph, service, since, roundMs };
      const causes =
        metric === 'outcome' ? byOutcome(asked, answer?.own ?? new Map()) : byMeasure(asked, series, metric);
      return { at: at ?? (Number.isNaN(last) ? since : last), causes: causes.slice(0, MAX_CAUSES) };
    },
  };
}

interface Asked {
  graph: Graph;
  service: string;
  since: number;
  roundMs: number;
}

type Causes = (Blamed & { evidence: string })[];

function byOutcome({ graph, service, since, roundMs }: Asked, own: ReadonlyMap<string, OwnStatus>): Causes {
  const troubles = troublesOf(graph, own);
  const declared = troubles.get(service);
  // It is bad because somebody says so; how bad, at most as what was seen.
  if (!declared) troubles.set(service, { severity: 1, onset: since });
  const isUnseen = (id: string): boolean => (own.get(id)?.state ?? 'unknown') === 'unknown';
  const isLost = (id: string): boolean => own.get(id)?.state === 'major_outage';
  const blamed = blame(graph, { troubles, start: [service], declared: new Set([service]), isUnseen, isLost, roundMs });
  return blamed.map((cause) => {
    const status = own.get(cause.service);
    const seen = status && evidenceOf(status);
    const state = status ? predicate(status.state) : 'unknown';
    return {
      ...cause,
      evidence: cause.isSuspect ? suspicionInWords(cause.suspectedBy) : seen ? `${state}: ${seen}` : state,
    };
  });
}

function servicesBelow(graph: Graph, id: string): Set<string> {
  const reached = new Set([id]);
  for (const member of reached) {
    for (const edge of graph.dependencies.get(member)!) {
      if (edge.strength !== 'insight') for (const target of targetsOf(edge)) reached.add(target);
    }
  }
  reached.delete(id);
  return reached;
}

function byMeasure(asked: Asked, taken: ReadonlyMap<string, Series>, metric: Metric): Causes {
  const { graph, service, since, roundMs } = asked;
  const series = withEarlierRound(taken, asked, metric);
  let excesses = new Map<string, Excess>();
  for (const [id, own] of series) {
    const excess = excessOf(own, metric);
    if (excess) excesses.set(id, excess);
  }
  const troublesAbove = (theta: number, known = excesses): Map<string, Trouble> => {
    const bad = [...known].filter(([id, { x, z }]) => x > 0 && (z >= theta || id === service));
    const troubles = new Map(bad.map(([id, { x, z, onset }]): [string, Trouble] => [id, { severity: x, onset, z }]));
    const least = Math.min(...[...troubles.values()].map(({ severity }) => severity));
    if (!troubles.has(service)) troubles.set(service, { severity: Number.isFinite(least) ? least : 1, onset: since });
    return troubles;
  };
  const explain = (troubles: Map<string, Trouble>): Blamed[] => {
    const { severity } = troubles.get(service)!;
    return blame(graph, {
      troubles,
      start: [service],
      declared: new Set([service]),
      isUnseen: (id) => series.get(id)!.before.length === 0 && series.get(id)!.during.length === 0,
      isLost: (id) => troubles.has(id),
      weights: { lost: severity, limited: severity / 2 },
      roundMs,
    });
  };
  const isSeenBelow = (causes: readonly Blamed[]): boolean =>
    causes.some((cause) => !cause.isSuspect && cause.service !== service);
  let blamed = explain(troublesAbove(THETA));
  // A suspect is no finding: whoever was seen, if only on a closer look, comes first.
  if (!isSeenBelow(blamed)) {
    const closer = explain(troublesAbove(CLOSER_THETA));
    if (isSeenBelow(closer)) blamed = closer;
  }
  // What is named may itself suffer, from what began a little ahead of `since`.
  const first = blamed.find(({ isSuspect }) => !isSuspect)?.service ?? service;
  const below = servicesBelow(graph, first);
  const withEarlier = new Map(excesses);
  for (const id of below) {
    const excess = earlierExcessOf(series.get(id)!, asked, metric);
    if (excess) withEarlier.set(id, excess);
  }
  const earlier = explain(troublesAbove(THETA, withEarlier));
  if (below.has(earlier[0]?.service ?? '') && !earlier[0]!.isSuspect) [blamed, excesses] = [earlier, withEarlier];
  return blamed.map((cause) => {
    const excess = excesses.get(cause.service);
    return {
      ...cause,
      evidence: cause.isSuspect ? suspicionInWords(cause.suspectedBy) : measureInWords(excess, metric),
    };
  });
}

const NAMED = 3;

/** It is not probed: what speaks is who fails. */
function suspicionInWords(suspectedBy: readonly string[]): string {
  const further = suspectedBy.length - NAMED;
  const names = [...suspectedBy.slice(0, NAMED), ...(further > 0 ? [`${further} more`] : [])];
  const list = new Intl.ListFormat('en-GB').format(names);
  return `not probed; would explain why ${list} ${suspectedBy.length === 1 ? 'fails' : 'fail'}`;
}
