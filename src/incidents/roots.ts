/** The root causes that a round shows: every failing service belongs to at least one. */
import { targetsOf } from '../config/graph.ts';
import { isFailing, severityRank } from '../model.ts';
import { explainedBy, explains, isCritical, type Look, onsetIn, stateIn } from './look.ts';

export interface Root {
  service: string;
  /** Of the trouble that it explains, 0 to 1; undefined when the blame lies with what is not confirmed. */
  share: number | undefined;
  /** Not probed, and only suspected. */
  isGuess: boolean;
  /** No critical service feels it. */
  isContained: boolean;
  chain: readonly string[];
  /** Failing services that it explains, itself included if it is seen to fail. */
  affected: ReadonlySet<string>;
}

/** By name. */
export function rootsOf(look: Look): Root[] {
  const { rollup } = look;
  const failing = [...rollup.effective].filter(([, { state }]) => isFailing(state)).map(([id]) => id);
  if (failing.length === 0) return [];
  const roots = [...blamedRoots(look), ...rollup.contained.map((service) => rootAt(look, service, { share: 1 }))];
  const covered = new Set(roots.flatMap(({ affected }) => [...affected]));
  for (const id of failing.sort()) {
    if (covered.has(id)) continue;
    // Blame went to what failed only once, or does not begin at anything above: the lowest that is sure.
    const root = rootAt(look, lowestBelow(look, id), {});
    roots.push(root.isContained ? { ...root, share: 1 } : root);
    for (const each of [id, ...root.affected]) covered.add(each);
  }
  return roots.sort((a, b) => (a.service < b.service ? -1 : 1));
}

interface Blamed {
  service: string;
  share: number;
  isSuspect: boolean;
  chain: readonly string[];
  affected: ReadonlySet<string>;
}

/**
 * Of those that keep blame, a service is a root unless what lies below it explains it better than it does itself; one
 * that nobody probes only when it explains somebody so. Who failed only once is left for the next round.
 */
function blamedRoots(look: Look): Root[] {
  const { causes, furtherCauses } = look.rollup;
  const named: Blamed[] = [
    ...causes.map((cause) => ({ ...cause, affected: explainedBy(look, cause.service) })),
    // They have less than the last that is named; it is not known how much.
    ...furtherCauses
      .filter((service) => isFailing(stateIn(look, service)))
      .map((service) => {
        const affected = explainedBy(look, service);
        return { service, share: 0, isSuspect: false, chain: [service], affected };
      }),
  ].filter(({ service, isSuspect }) => isSuspect || isFailing(stateIn(look, service)));
  // Of thousands that fail each for itself, none explains another.
  const explaining = named.filter(({ service, affected }) => affected.size > (affected.has(service) ? 1 : 0));
  const below = (blamed: Blamed): Blamed[] =>
    explaining.filter((other) => other !== blamed && other.affected.has(blamed.service));
  const sum = (list: readonly Blamed[]): number => list.reduce((total, { share }) => total + share, 0);
  const isExplained = (blamed: Blamed): boolean => below(blamed).length > 0 && sum(below(blamed)) >= blamed.share;
  const explained = new Set(named.filter((blamed) => !blamed.isSuspect && isExplained(blamed)));
  const isRoot = (blamed: Blamed): boolean =>
    blamed.isSuspect ? [...explained].some(({ service }) => blamed.affected.has(service)) : !explained.has(blamed);
  const candidates = named.filter(isRoot);
  // Of suspects that would explain the same, one did it: the likeliest, until more is known.
  const isRival = (blamed: Blamed, place: number): boolean =>
    blamed.isSuspect &&
    candidates
      .slice(0, place)
      .some((other) => other.isSuspect && [...blamed.affected].every((id) => other.affected.has(id)));
  const roots = candidates.filter((blamed, place) => !isRival(blamed, place));
  const chosen = new Set(roots);
  const rest = named.filter((blamed) => !chosen.has(blamed));
  return roots.map(({ service, share, isSuspect, chain, affected }) => {
    const related = rest.filter((other) => affected.has(other.service) || other.affected.has(service));
    return rootAt(look, service, {
      share: share === 0 ? 1 : share / (share + sum(related)),
      isSuspect,
      chain,
      affected,
    });
  });
}

function rootAt(look: Look, service: string, known: Partial<Blamed>): Root {
  const { share, isSuspect = false, chain = [service], affected = explainedBy(look, service) } = known;
  const isContained = ![...affected].some((id) => isCritical(look, id));
  return { service, share: share && Number(share.toPrecision(6)), isGuess: isSuspect, isContained, chain, affected };
}

/** Down along what explains it, to a service that is seen to fail and that nothing outside its cycle explains. */
function lowestBelow(look: Look, id: string): string {
  const { graph, own } = look;
  const reached = new Set([id]);
  const lowest: string[] = [];
  for (const member of reached) {
    const below = (graph.dependencies.get(member) ?? [])
      .flatMap((edge) => targetsOf(edge))
      .filter((target) => isFailing(stateIn(look, target)) && explains(look, target, member));
    for (const target of below) reached.add(target);
    const component = graph.componentOf.get(member);
    const isLast = below.every((target) => graph.componentOf.get(target) === component);
    if (isLast && isFailing(own.get(member)?.state ?? 'unknown')) lowest.push(member);
  }
  const rank = (service: string): number => severityRank(stateIn(look, service));
  lowest.sort((a, b) => rank(b) - rank(a) || onsetIn(look, a) - onsetIn(look, b) || (a < b ? -1 : 1));
  return lowest[0] ?? id;
}
