/**
 * One place that probes, and what its own rounds say: what is confirmed and since when, what is usual, and whether the
 * place itself was at fault.
 */
import type { Exemptions } from '../calendar/calendar.ts';
import type { Service } from '../config/config.ts';
import type { Graph } from '../config/graph.ts';
import { isFailing, type RecordedObservation, type RecordedRound } from '../model.ts';
import { confirm } from './confirm.ts';
import { probeOf } from './own-state.ts';
import { cut, type Exemption, isFailingNow } from './probe-memory.ts';
import { faultEvidence, isProberFault, isSilent, LEAST, MAX_FAULT_ROUNDS } from './prober-fault.ts';
import {
  type Habits,
  isEverRead,
  lastRecorded,
  type ServiceMemory,
  settle,
  startService,
  takeReadings,
} from './service-memory.ts';

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

/** With rounds further apart than this a second look comes too late to be worth waiting for. */
const SLOW_CADENCE_MS = 600_000;
const GAPS_REMEMBERED = 21;

export function createLocation(name: string, graph: Graph, habits: Habits): Location {
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

      const watched = usersOfFailing(graph, memories);
      for (const memory of memories.values()) {
        const { id } = memory.service;
        const readings = isFault ? [] : (observations.get(id) ?? []);
        if (isFault) for (const probe of memory.probes.values()) cut(probe);
        takeReadings(memory, readings, {
          at: round.at,
          exemption: exemptionOf(id),
          habits,
          isWatched: watched.has(id),
        });
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

/**
 * They may well be the next to suffer, but not of themselves: those of a cycle wait for what is outside of it. As of the
 * round before, so that the order of services does not matter.
 */
function usersOfFailing(graph: Graph, memories: ReadonlyMap<string, ServiceMemory>): Set<string> {
  const users = new Set<string>();
  for (const [id, { state }] of memories) {
    if (!isFailing(state)) continue;
    for (const { service, strength } of graph.users.get(id)!) {
      const isOutside = graph.componentOf.get(service) !== graph.componentOf.get(id);
      if (strength !== 'insight' && isOutside) users.add(service);
    }
  }
  return users;
}

function isAnyExempt({ inMaintenance, outsideHours }: Exemptions): boolean {
  return inMaintenance.size + outsideHours.size > 0;
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

/** Zero when there are fewer than two. */
export function medianGap(times: readonly number[]): number {
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}
