/** When a failure is believed: seen again, seen by neighbours, or all the world has time for. */
import type { Glimpse, ProbeMemory } from './probe-memory.ts';
import type { ServiceMemory } from './service-memory.ts';

/**
 * By its own readings first; then along hard edges from what is confirmed to what fails, until nothing changes: the
 * order of services must not matter.
 */
export function confirm(
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
 * Those on end, and those before a success, or before rounds that were discarded, that gave the same reason: two false
 * readings around a good one are mostly not alike, and what flaps is.
 */
function alikeFailures(recent: readonly Glimpse[]): number {
  const reason = recent.at(-1)?.reason;
  let isUnbroken = true;
  let count = 0;
  for (const glimpse of recent.toReversed()) {
    isUnbroken &&= glimpse.failing && !glimpse.isCut;
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
