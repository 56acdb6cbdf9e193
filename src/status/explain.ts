/**
 * Why a service was in trouble, asked afterwards: somebody says that it began at an instant, and every other service is
 * judged by the same measure, what it was just then against what it had been. Blame then runs down the graph.
 */

import type { Config } from '../config/config.ts';
import { buildGraph, type Graph, targetsOf } from '../config/graph.ts';
import type { RecordedObservation, RecordedRound } from '../model.ts';
import { plural } from '../units.ts';
import { type Blamed, blame, type Trouble } from './blame.ts';
import { evidenceOf, predicate } from './headline.ts';
import { type Answer, createReplay } from './replay.ts';
import { troublesOf } from './rollup.ts';
import type { OwnStatus } from './timeline.ts';

export const METRICS = ['outcome', 'latency', 'failures'] as const;
export type Metric = (typeof METRICS)[number];

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

const THETA = 3;
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

/** What was measured of one service: all of it before, and the first two readings of the trouble. */
interface Series {
  before: number[];
  /** Of the newest reading in `before`. */
  beforeAt: number;
  during: number[];
  onset: number;
  /** Of the round that was taken last; of several probes the first speaks. */
  lastAt: number;
}

function emptySeries(): Series {
  return { before: [], beforeAt: Number.NaN, during: [], onset: 0, lastAt: Number.NaN };
}

function takeValue(
  series: ReadonlyMap<string, Series>,
  observation: RecordedObservation,
  { at, since, metric }: { at: number; since: number; metric: Metric },
): void {
  const own = series.get(observation.service);
  const value = metric === 'latency' ? observation.latencyMs : failureOf(observation);
  if (!own || value === undefined || own.lastAt === at) return;
  own.lastAt = at;
  if (at < since) {
    own.before.push(value);
    own.beforeAt = at;
  } else if (own.during.length < 2) {
    if (own.during.length === 0) own.onset = at;
    own.during.push(value);
  }
}

/** A reading that failed altogether is a share of 1. */
function failureOf({ failureRatio, outcome }: RecordedObservation): number | undefined {
  if (failureRatio !== undefined) return failureRatio;
  return outcome === 'down' ? 1 : outcome === 'unknown' ? undefined : 0;
}

/** How much more it was than usual, and how unusual that is. */
interface Excess {
  x: number;
  z: number;
  usual: number;
  during: number;
  readings: number;
  onset: number;
}

/** Least spreads: of milliseconds, and of shares. */
const LEAST_SPREAD = { latency: 1, failures: 0.001, outcome: 1 };
const LEAST_READINGS = 10;
/** In standard deviations above the middle. */
const PERCENTILE_95 = 1.645;

function excessOf({ before, during, onset }: Series, metric: Metric): Excess | undefined {
  if (during.length === 0 || before.length < LEAST_READINGS) return undefined;
  const usual = median(before);
  const spread = Math.max(spreadOf(before, usual, metric), 0.05 * usual, LEAST_SPREAD[metric]);
  const now = during.reduce((sum, value) => sum + value, 0) / during.length;
  // What was slow before is not this trouble.
  const x = now - Math.max(usual, before.at(-1)!);
  return { x, z: x / spread, usual, during: now, readings: before.length, onset };
}

/** Shares of failures are mostly 0, so that their median deviation is: then what happens now and then is the noise. */
function spreadOf(values: readonly number[], usual: number, metric: Metric): number {
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - usual)));
  if (metric !== 'failures') return deviation;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(deviation, (sorted[Math.floor(0.95 * sorted.length)]! - usual) / PERCENTILE_95);
}

/**
 * Whoever says since when has noticed it then. When the reading just ahead of that, less than a round earlier, already
 * stood out, the trouble began with that round.
 */
function withEarlierRound(
  series: ReadonlyMap<string, Series>,
  { service, since, roundMs }: Asked,
  metric: Metric,
): ReadonlyMap<string, Series> {
  const told = series.get(service)!;
  const began = shifted(told);
  const excess =
    told.beforeAt > since - roundMs ? excessOf({ ...began, during: [began.during[0]!] }, metric) : undefined;
  if (!excess || excess.z < THETA) return series;
  return new Map([...series].map(([id, own]) => [id, own.beforeAt === told.beforeAt ? shifted(own) : own]));
}

/** The newest reading before is the first of the trouble instead. */
function shifted(own: Series): Series {
  const { before, beforeAt, during } = own;
  return { ...own, before: before.slice(0, -1), during: [before.at(-1)!, ...during.slice(0, 1)], onset: beforeAt };
}

/** Who suffers by what it needs may do so two rounds later; by then what it needs is slow as it was just before. */
const ROUNDS_AHEAD = 2;

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

/** Of one that began to stand out shortly ahead of `since`, and so does not stand out of its last reading. */
function earlierExcessOf(own: Series, { since, roundMs }: Asked, metric: Metric): Excess | undefined {
  let began = own;
  for (let count = 1; count <= ROUNDS_AHEAD && own.before.length > count; count += 1) {
    began = shifted({ ...began, beforeAt: own.beforeAt - (count - 1) * roundMs });
    if (began.onset < since - ROUNDS_AHEAD * roundMs) return undefined;
    const excess = excessOf(began, metric);
    if (!excess || excess.x <= 0 || excess.z < THETA) continue;
    // And it has lasted since then.
    const spread = excess.x / excess.z;
    const all = [...own.before.slice(-count), ...own.during];
    if (all.every((value) => value - excess.usual >= THETA * spread)) return excess;
  }
  return undefined;
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

function measureInWords(excess: Excess | undefined, metric: Metric): string {
  if (!excess) return 'too few readings to tell what is usual';
  const { x, z, usual, during, readings } = excess;
  const inUnit = (value: number): string =>
    metric === 'latency' ? `${Number(value.toPrecision(3))} ms` : `${Number((value * 100).toPrecision(3))} % failing`;
  const words = `${inUnit(during)}, usually ${inUnit(usual)} (median of ${plural(readings, 'reading')} before)`;
  return `${words}; ${inUnit(x)} more, ${z.toFixed(1)} times the usual spread`;
}

const NAMED = 3;

/** It is not probed: what speaks is who fails. */
function suspicionInWords(suspectedBy: readonly string[]): string {
  const further = suspectedBy.length - NAMED;
  const names = [...suspectedBy.slice(0, NAMED), ...(further > 0 ? [`${further} more`] : [])];
  const list = new Intl.ListFormat('en-GB').format(names);
  return `not probed; would explain why ${list} ${suspectedBy.length === 1 ? 'fails' : 'fail'}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
