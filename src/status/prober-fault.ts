/** When many unrelated services fall silent at once, it is our network that failed, not they. */
import type { Graph } from '../config/graph.ts';
import type { Reason, RecordedObservation } from '../model.ts';

const SHARE = 0.4;
/** One service that falls silent says nothing of our network. */
export const LEAST = 2;
/** By then two services in one data centre may truly have failed together: the failures are believed. */
export const MAX_FAULT_ROUNDS = 3;

/** Nothing came back from the target, so it may as well be that nothing went out. */
const SILENT: readonly Reason[] = ['refused', 'unreachable', 'dns-not-found', 'dns-no-address', 'dns-server'];
const BEFORE_FIRST_BYTE = ['dns', 'connect', 'proxy', 'tls', 'ttfb'];

export interface FaultEvidence {
  /** Services without dependencies that were read this round. */
  read: number;
  /** Those of them that newly failed without any answer. */
  silent: readonly string[];
  /** Services with dependencies that were read this round, and how many of them answered, well or badly. */
  users: { read: number; answered: number };
}

export function isProberFault({ read, silent, users }: FaultEvidence): boolean {
  // Whoever is reached everywhere else has a network: when all users answer, and are no fewer, the silence is real.
  const hasNetwork = users.answered === users.read && users.read >= silent.length;
  return silent.length >= Math.max(LEAST, SHARE * read) && !hasNetwork;
}

export function faultEvidence(
  graph: Graph,
  observations: ReadonlyMap<string, readonly RecordedObservation[]>,
  wasFailing: (service: string) => boolean,
): FaultEvidence {
  let read = 0;
  const silent: string[] = [];
  const users = { read: 0, answered: 0 };
  for (const { id, dependsOn } of graph.services) {
    const known = (observations.get(id) ?? []).filter(({ outcome }) => outcome !== 'unknown');
    if (known.length === 0) continue;
    if (dependsOn.some(({ strength }) => strength !== 'insight')) {
      users.read += 1;
      if (!known.every(isSilent)) users.answered += 1;
      continue;
    }
    read += 1;
    if (!wasFailing(id) && known.every(isSilent)) silent.push(id);
  }
  return { read, silent, users };
}

export function isSilent({ outcome, reason, phase }: RecordedObservation): boolean {
  if (outcome !== 'down' || reason === undefined) return false;
  if (reason === 'timeout') return phase === undefined || BEFORE_FIRST_BYTE.includes(phase);
  return SILENT.includes(reason);
}
