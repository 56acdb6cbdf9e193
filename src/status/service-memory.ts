/** What is remembered of one service at one location, by its probes there. */
import type { Service } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import { isFailing, type RecordedObservation, type State } from '../model.ts';
import { judge, SENSITIVITY, type Sensitivity } from './against-itself.ts';
import { FLAP_WINDOW, isFlapping } from './flapping.ts';
import { ownState, probeOf, readingOf } from './own-state.ts';
import {
  clear,
  type Exemption,
  forget,
  type LatestReading,
  learn,
  lose,
  MAX_ROUNDS_UNREAD,
  type ProbeDefaults,
  type ProbeMemory,
  startProbe,
  verdictOf,
} from './probe-memory.ts';

export interface ServiceMemory {
  service: Service;
  hardNeighbours: readonly string[];
  neighbours: readonly string[];
  probes: Map<string, ProbeMemory>;
  state: State;
  since: number | undefined;
  changedAt: number | undefined;
  /** Failing or not, the last 21 readings. */
  changes: boolean[];
  flapping: boolean;
}

export function startService(service: Service, graph: Graph): ServiceMemory {
  const links = [
    ...service.dependsOn.flatMap((edge) =>
      targetsOf(edge).map((target) => ({ service: target, strength: edge.strength })),
    ),
    ...(graph.users.get(service.id) ?? []),
  ];
  const ids = (wanted: readonly string[]): string[] => [
    ...new Set(links.filter(({ strength }) => wanted.includes(strength)).map((link) => link.service)),
  ];
  return {
    service,
    hardNeighbours: ids(['hard']),
    neighbours: ids(['hard', 'soft']),
    probes: new Map(),
    state: 'unknown',
    since: undefined,
    changedAt: undefined,
    changes: [],
    flapping: false,
  };
}

/** How readings are judged, where a probe says nothing else. */
export interface Habits extends Sensitivity, ProbeDefaults {}

export const HABITS: Habits = { ...SENSITIVITY, confirm: { needed: 2, window: 3 } };

/** Something that it needs fails: then two thirds of what is else no chance are none. */
const CLOSER = 2 / 3;

interface RoundContext {
  at: number;
  exemption: Exemption | undefined;
  habits: Habits;
  /** Something that it needs fails. */
  isWatched: boolean;
}

export function takeReadings(
  memory: ServiceMemory,
  observations: readonly RecordedObservation[],
  { at, exemption, habits, isWatched }: RoundContext,
): void {
  for (const probe of memory.probes.values()) probe.unread += 1;
  const readings: RecordedObservation[] = [];
  for (const observation of observations) {
    if (observation.outcome === 'unknown') continue;
    const probe = probeIn(memory, { ...observation, at }, habits);
    const { latencyFloorMs } = habits;
    const reading = exemption
      ? observation
      : judge(observation, probe.past, { unusualAbove: probe.unusualAbove * (isWatched ? CLOSER : 1), latencyFloorMs });
    readings.push(reading);
    probe.latest = { ...reading, at };
    probe.recorded = observation.outcome;
    probe.unread = 0;
    if (exemption) continue;
    learn(probe, reading);
    probe.recent.push({ at, failing: reading.outcome !== 'up', reason: reading.reason });
    if (probe.recent.length > probe.confirm.window) probe.recent.shift();
    if (reading.outcome !== 'up') continue;
    clear(probe, at);
    probe.seenUp = true;
  }
  // Readings in an announced maintenance, or outside of the hours, neither confirm nor clear anything.
  if (exemption) for (const probe of memory.probes.values()) forget(probe, at, exemption);
  for (const probe of memory.probes.values()) if (probe.unread > MAX_ROUNDS_UNREAD) lose(probe);
  const reading = readingOf(memory.service, readings);
  if (reading === 'unknown' || exemption) return;
  memory.changes.push(isFailing(reading));
  if (memory.changes.length > FLAP_WINDOW) memory.changes.shift();
  memory.flapping = isFlapping(memory.changes, memory.flapping);
}

function probeIn({ service, probes }: ServiceMemory, first: LatestReading, habits: Habits): ProbeMemory {
  const known = probes.get(first.probe);
  if (known) return known;
  const probe = startProbe(probeOf(service, first.probe), habits, first);
  probes.set(first.probe, probe);
  return probe;
}

export function settle(memory: ServiceMemory, at: number, exemption: Exemption | undefined): void {
  // Most services are well in most rounds.
  if (memory.state === 'operational' && !exemption && areWell(memory.probes)) return;
  const probes = [...memory.probes.values()].filter(({ unread }) => unread <= MAX_ROUNDS_UNREAD);
  // Outside of its hours nothing is confirmed: who does not fail there is what it was seen to be.
  const isWell = exemption === 'outside-hours' && probes.length > 0 && probes.every(({ seenUp }) => seenUp);
  const state = exemption && !isWell ? 'maintenance' : ownState(probes.map(verdictOf));
  const onsets = probes.flatMap(({ onset }) => (onset === undefined ? [] : [onset]));
  if (state !== memory.state) memory.changedAt = at;
  if (isFailing(state)) {
    // A failure that is told late began with its first reading; one that gets worse does so now.
    if (!isFailing(memory.state)) memory.changedAt = Math.min(...onsets);
    memory.since = Math.min(...onsets);
  } else if (state !== memory.state) memory.since = at;
  memory.state = state;
}

function areWell(probes: ServiceMemory['probes']): boolean {
  let isAnyRead = false;
  for (const { confirmed, seenUp, unread } of probes.values()) {
    if (unread > MAX_ROUNDS_UNREAD) continue;
    if (confirmed || !seenUp) return false;
    isAnyRead = true;
  }
  return isAnyRead;
}

/** What the prober saw last, confirmed or not: who was slower than usual did answer, and may newly fall silent. */
export function lastRecorded({ probes }: ServiceMemory): State {
  return ownState([...probes.values()].map(({ essential, recorded }) => ({ essential, outcome: recorded })));
}

export function isEverRead({ service, probes }: ServiceMemory): boolean {
  return service.probes.length > 0 || probes.size > 0;
}
