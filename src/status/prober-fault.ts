/** When many unrelated services fall silent at once, it is our network that failed, not they. */
import { type Graph, hasSpare, targetsOf } from '../config/graph.ts';
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
  /** Witnesses that were read this round: services whose silence nobody else that we see explains. */
  read: number;
  /** Those of them that newly failed without any answer. */
  silent: readonly string[];
  /** The others that were read this round, and how many of them answered, well or badly. */
  users: { read: number; answered: number };
}

/** What is known of services before the round. */
export interface Before {
  wasFailing(service: string): boolean;
  /** Whether anybody ever looks at it. */
  isProbed(service: string): boolean;
  /** The round before was a fault by this rule. */
  isFault: boolean;
}

export function isProberFault({ read, silent, users }: FaultEvidence): boolean {
  // Whoever is reached everywhere else has a network: when all users answer, and are no fewer, the silence is real.
  const hasNetwork = users.answered === users.read && users.read >= silent.length;
  return silent.length >= Math.max(LEAST, SHARE * read) && !hasNetwork;
}

/**
 * Witnesses are services without dependencies. For a dependency that nobody probes, those that need it stand in, but not
 * twice for the same one if they cannot do without it. While a fault lasts everybody is a witness: where our network is
 * broken, edges explain nothing.
 */
export function faultEvidence(
  graph: Graph,
  observations: ReadonlyMap<string, readonly RecordedObservation[]>,
  before: Before,
): FaultEvidence {
  let read = 0;
  const silent: string[] = [];
  const users = { read: 0, answered: 0 };
  for (const { id } of graph.services) {
    const known = (observations.get(id) ?? []).filter(({ outcome }) => outcome !== 'unknown');
    if (known.length === 0) continue;
    const needs = needsOf(graph, id);
    if (!before.isFault && needs.length > 0 && needs.every(before.isProbed)) {
      users.read += 1;
      if (!known.every(isSilent)) users.answered += 1;
      continue;
    }
    read += 1;
    if (!before.wasFailing(id) && known.every(needs.length === 0 ? isSilent : isUnreached)) silent.push(id);
  }
  const unprobed = silent.map((id) => cannotSpare(graph, id).filter((need) => !before.isProbed(need)));
  const isOneFailure = !before.isFault && haveOneInCommon(unprobed);
  return { read, silent: isOneFailure ? silent.slice(0, 1) : silent, users };
}

function needsOf({ dependencies }: Graph, service: string): string[] {
  return dependencies
    .get(service)!
    .filter(({ strength }) => strength !== 'insight')
    .flatMap(targetsOf);
}

/** Each of them alone takes it down. Without a soft one, or one of a group that has a spare, it would still answer. */
function cannotSpare({ dependencies }: Graph, service: string): string[] {
  return dependencies
    .get(service)!
    .filter((edge) => edge.strength === 'hard' && !hasSpare(edge))
    .flatMap(targetsOf);
}

function haveOneInCommon([first = [], ...rest]: readonly (readonly string[])[]): boolean {
  return rest.reduce((common, list) => common.filter((name) => list.includes(name)), first).length > 0;
}

export function isSilent({ outcome, reason, phase }: RecordedObservation): boolean {
  if (outcome !== 'down' || reason === undefined) return false;
  if (reason === 'timeout') return phase === undefined || BEFORE_FIRST_BYTE.includes(phase);
  return SILENT.includes(reason);
}

/** Not even a connection: behind an open one a request may hang because of something that the service needs. */
function isUnreached(observation: RecordedObservation): boolean {
  const { reason, phase } = observation;
  return isSilent(observation) && (reason !== 'timeout' || phase === 'dns' || phase === 'connect');
}
