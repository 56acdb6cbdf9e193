/**
 * One place that probes, and what its own rounds say: what is confirmed and since when, what is usual, and whether the
 * place itself was at fault.
 */
import type { Exemptions } from '../calendar/calendar.ts';
import type { ProbeConfig, Service } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import {
  isFailing,
  type Outcome,
  type Reason,
  type RecordedObservation,
  type RecordedRound,
  type State,
} from '../model.ts';
import {
  createPast,
  type ItsPast,
  interrupt,
  type Judged,
  judge,
  remember,
  type Sensitivity,
} from './against-itself.ts';
import { FLAP_WINDOW, isFlapping } from './flapping.ts';
import { ownState, probeOf, readingOf } from './own-state.ts';
import { faultEvidence, isProberFault, isSilent, LEAST, MAX_FAULT_ROUNDS } from './prober-fault.ts';

export interface Location {
  name: string;
  services: ReadonlyMap<string, ServiceMemory>;
  advance(round: RecordedRound, exempt: Exemptions): void;
  /** Its newest round is discarded. */
  isAtFault(): boolean;
  /** What it says looks like a fault that has lasted too long to be one. */
  mayBeAtFault(): boolean;
  /** Usual time between its rounds; 0 when there was only one. */
  pace(): { lastAt: number; gapMs: number };
}

/** With the outcome that counts: what was up may be slow beside the probe's own past. */
export interface LatestReading extends Judged {
  at: number;
}

/** What confirmation needs to know of a reading. */
interface Glimpse {
  at: number;
  failing: boolean;
  reason: Reason | undefined;
}

export interface ProbeMemory {
  essential: boolean;
  confirm: ProbeConfig['confirm'];
  /** The last readings, oldest first, as many as confirmation looks at. */
  recent: Glimpse[];
  latest: LatestReading;
  /** The latest outcome as the prober saw it. */
  recorded: Outcome;
  past: ItsPast;
  /** So many readings are still left out of what is usual. */
  restless: number;
  unread: number;
  confirmed: boolean;
  /** It has been up since we began to look, or since its last maintenance or long absence. */
  seenUp: boolean;
  onset: number | undefined;
  clearedAt: number;
}

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

/** A last state outlives so many rounds without a reading. */
export const MAX_ROUNDS_UNREAD = 3;
/** With rounds further apart than this a second look comes too late to be worth waiting for. */
const SLOW_CADENCE_MS = 600_000;
const GAPS_REMEMBERED = 21;
/** An incident stays open for so many more readings, and what is read meanwhile is not yet usual. */
const READINGS_TO_CALM = 2;
const DEFAULT_CONFIRM = { needed: 2, window: 3 };

export function createLocation(name: string, graph: Graph, sensitivity: Sensitivity): Location {
  const memories = new Map(graph.services.map((service) => [service.id, startService(service, graph)]));
  const roundTimes: number[] = [];
  let gapMs = 0;
  let isFault = false;
  let faultRounds = 0;
  /** Services whose silence was believed after too long a fault, until they answer. */
  let believed = new Set<string>();

  return {
    name,
    services: memories,
    advance(round, exempt) {
      const exemptionOf = (id: string): Exemption | undefined =>
        exempt.inMaintenance.has(id) ? 'maintenance' : exempt.outsideHours.has(id) ? 'outside-hours' : undefined;
      roundTimes.push(round.at);
      if (roundTimes.length > GAPS_REMEMBERED) roundTimes.shift();
      gapMs = medianGap(roundTimes);
      const observations = byService(round, memories);
      // Silence that is expected is no news of our network.
      const expected = isAnyExempt(exempt)
        ? new Map([...observations].filter(([id]) => !exemptionOf(id)))
        : observations;
      const evidence = faultEvidence(graph, expected, {
        wasFailing: (id) => isFailing(lastRecorded(memories.get(id)!)),
        isProbed: (id) => observations.has(id) || isEverRead(memories.get(id)!),
        isFault,
      });
      const { canaries } = round;
      const looksLikeFault = canaries ? canaries === 'silent' : isProberFault(evidence);
      isFault = looksLikeFault && (canaries !== undefined || faultRounds < MAX_FAULT_ROUNDS);
      const isBelieved = looksLikeFault && !isFault;
      faultRounds = canaries ? 0 : isFault ? faultRounds + 1 : looksLikeFault ? faultRounds : 0;
      // Canaries leave no doubt whose failure it is.
      if (canaries) believed.clear();

      for (const memory of memories.values()) {
        const { id } = memory.service;
        const readings = isFault ? [] : (observations.get(id) ?? []);
        takeReadings(memory, readings, { at: round.at, exemption: exemptionOf(id), sensitivity });
      }
      const failingNow = isFault ? new Set<string>() : servicesFailingNow(memories, round.at, exemptionOf);
      const isSlow = gapMs > SLOW_CADENCE_MS;
      // What is believed has failed in as many rounds as nobody believed it.
      if (isBelieved) believed = new Set([...believed, ...evidence.silent]);
      confirm(memories, failingNow, (id) => isSlow || (isBelieved && believed.has(id)));
      for (const memory of memories.values()) settle(memory, round.at, exemptionOf(memory.service.id));
      believed = new Set(
        [...believed].filter((id) => [...memories.get(id)!.probes.values()].every(({ latest }) => isSilent(latest))),
      );
    },
    isAtFault: () => isFault,
    mayBeAtFault: () => !isFault && believed.size >= LEAST,
    pace: () => ({ lastAt: roundTimes.at(-1)!, gapMs }),
  };
}

function isAnyExempt({ inMaintenance, outsideHours }: Exemptions): boolean {
  return inMaintenance.size + outsideHours.size > 0;
}

function startService(service: Service, graph: Graph): ServiceMemory {
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

function byService(
  round: RecordedRound,
  known: ReadonlyMap<string, { service: Service }>,
): Map<string, RecordedObservation[]> {
  const result = new Map<string, RecordedObservation[]>();
  for (const observation of round.observations) {
    const service = known.get(observation.service)?.service;
    // A probe that services.yml no longer has says nothing of the service as it is now.
    if (!service || (service.probes.length > 0 && !probeOf(service, observation.probe))) continue;
    const list = result.get(observation.service);
    if (list) list.push(observation);
    else result.set(observation.service, [observation]);
  }
  return result;
}

/** Why a service may fail without being called broken. */
type Exemption = 'maintenance' | 'outside-hours';

interface RoundContext {
  at: number;
  exemption: Exemption | undefined;
  sensitivity: Sensitivity;
}

function takeReadings(
  memory: ServiceMemory,
  observations: readonly RecordedObservation[],
  { at, exemption, sensitivity }: RoundContext,
): void {
  for (const probe of memory.probes.values()) probe.unread += 1;
  const readings: RecordedObservation[] = [];
  for (const observation of observations) {
    if (observation.outcome === 'unknown') continue;
    const probe = memory.probes.get(observation.probe) ?? startProbe(memory, observation, at);
    const reading = exemption ? observation : judge(observation, probe.past, sensitivity);
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

/** What a confirmed incident leaves behind, its first up reading and two more, is not yet usual. */
function learn(probe: ProbeMemory, reading: Judged): void {
  const isApart = probe.confirmed || probe.restless > 0;
  remember(probe.past, reading, isApart);
  if (probe.confirmed) probe.restless = READINGS_TO_CALM;
  else if (probe.restless > 0) probe.restless -= 1;
}

function startProbe(memory: ServiceMemory, observation: RecordedObservation, at: number): ProbeMemory {
  const config = probeOf(memory.service, observation.probe);
  const probe: ProbeMemory = {
    essential: config?.essential ?? true,
    confirm: config?.confirm ?? DEFAULT_CONFIRM,
    recent: [],
    latest: { ...observation, at },
    recorded: observation.outcome,
    past: createPast(),
    restless: 0,
    unread: 0,
    confirmed: false,
    seenUp: false,
    onset: undefined,
    clearedAt: Number.NEGATIVE_INFINITY,
  };
  memory.probes.set(observation.probe, probe);
  return probe;
}

function clear(probe: ProbeMemory, at: number): void {
  probe.confirmed = false;
  probe.onset = undefined;
  probe.clearedAt = at;
}

function forget(probe: ProbeMemory, at: number, exemption: Exemption): void {
  clear(probe, at);
  probe.recent = [];
  // Who answers outside of its hours is known to be up when they begin.
  probe.seenUp = exemption === 'outside-hours' && probe.latest.outcome === 'up';
  interrupt(probe.past);
}

/** After too long without a reading neither an outage nor its absence is known any more. */
function lose(probe: ProbeMemory): void {
  probe.confirmed = false;
  probe.seenUp = false;
  interrupt(probe.past);
}

function servicesFailingNow(
  memories: ReadonlyMap<string, ServiceMemory>,
  at: number,
  exemptionOf: (service: string) => Exemption | undefined,
): Set<string> {
  const result = new Set<string>();
  for (const [id, { probes }] of memories) {
    if (!exemptionOf(id) && [...probes.values()].some((probe) => isFailingNow(probe, at))) result.add(id);
  }
  return result;
}

function isFailingNow(probe: ProbeMemory, at: number): boolean {
  const last = probe.recent.at(-1);
  return last !== undefined && last.at === at && last.failing;
}

/**
 * By its own readings first; then along hard edges from what is confirmed to what fails, until nothing changes: the
 * order of services must not matter.
 */
function confirm(
  memories: ReadonlyMap<string, ServiceMemory>,
  failingNow: ReadonlySet<string>,
  isTrustedAtOnce: (service: string) => boolean,
): void {
  for (const id of failingNow) {
    const { probes } = memories.get(id)!;
    for (const probe of probes.values()) {
      const failures = alikeFailures(probe.recent);
      if (failures >= probe.confirm.needed || (isTrustedAtOnce(id) && failedThroughout(probe))) markConfirmed(probe);
    }
  }
  const isConfirmed = (id: string): boolean =>
    [...memories.get(id)!.probes.values()].some(({ confirmed }) => confirmed);
  const confirmed = new Set([...memories.keys()].filter(isConfirmed));
  const queue = [...confirmed];
  const confirmAll = (id: string): void => {
    for (const probe of memories.get(id)!.probes.values()) markConfirmed(probe);
    if (!confirmed.has(id)) queue.push(id);
    confirmed.add(id);
  };
  // One round on a slow machine makes everybody slow at once, so slowness is no witness.
  const isWitness = (id: string): boolean =>
    failingNow.has(id) && [...memories.get(id)!.probes.values()].some((probe) => isWitnessing(probe));
  for (const id of failingNow) {
    const failingNeighbours = memories.get(id)!.neighbours.filter(isWitness);
    if (failingNeighbours.length >= 2) confirmAll(id);
  }
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const neighbour of memories.get(id)!.hardNeighbours) {
      if (failingNow.has(neighbour)) confirmAll(neighbour);
    }
  }
}

/**
 * Those on end, and those before a success that gave the same reason: two false readings around a good one are mostly not
 * alike, and what flaps is.
 */
function alikeFailures(recent: readonly Glimpse[]): number {
  const reason = recent.at(-1)?.reason;
  let isUnbroken = true;
  let count = 0;
  for (const glimpse of recent.toReversed()) {
    isUnbroken &&= glimpse.failing;
    if (glimpse.failing && (isUnbroken || glimpse.reason === reason)) count += 1;
  }
  return count;
}

function isWitnessing({ recent, latest, recorded }: ProbeMemory): boolean {
  const last = recent.at(-1);
  return last?.at === latest.at && last.failing && !(recorded === 'up' && latest.reason === 'slow');
}

function markConfirmed(probe: ProbeMemory): void {
  const last = probe.recent.at(-1);
  if (!last?.failing) return;
  probe.confirmed = true;
  probe.onset ??= probe.recent.find(({ at, failing }) => failing && at > probe.clearedAt)?.at ?? last.at;
}

/** A degraded reading after several attempts ended with a success; one that is merely slower than usual failed nowhere. */
function failedThroughout({ recorded, latest }: ProbeMemory): boolean {
  return recorded === 'down' || (recorded === 'degraded' && latest.attempts === 1);
}

function settle(memory: ServiceMemory, at: number, exemption: Exemption | undefined): void {
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

/** A failure that is not confirmed yet is not told: what was up stays so, what never was is unknown. */
function verdictOf({ essential, confirmed, seenUp, latest }: ProbeMemory): { essential: boolean; outcome: Outcome } {
  return { essential, outcome: confirmed ? latest.outcome : seenUp ? 'up' : 'unknown' };
}

/** What the prober saw last, confirmed or not: who was slower than usual did answer, and may newly fall silent. */
function lastRecorded({ probes }: ServiceMemory): State {
  return ownState([...probes.values()].map(({ essential, recorded }) => ({ essential, outcome: recorded })));
}

function isEverRead({ service, probes }: ServiceMemory): boolean {
  return service.probes.length > 0 || probes.size > 0;
}

/** Zero when there are fewer than two. */
export function medianGap(times: readonly number[]): number {
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}
