/** Which of the root causes that are seen now is which of the incidents that are open. */
import { isFailing } from '../model.ts';
import type { Incident } from './incident.ts';
import { isGood, type Look, onsetIn, stateIn, steadySince } from './look.ts';
import type { Root } from './roots.ts';

export interface Matched {
  /** By incident. */
  pairs: ReadonlyMap<string, Root>;
  /** By incident: what has not come back with its cause, so far. */
  awaited: ReadonlyMap<string, readonly Root[]>;
  /** Not the trouble of any open incident. */
  fresh: readonly Root[];
}

/**
 * The same cause is the same incident. What else is seen may be the same trouble with its blame moved: down to what has
 * been confirmed since, or up to what has not come back with its cause. What comes back a round later than its cause is
 * neither a new incident nor a new cause yet.
 */
export function matchRoots(look: Look, roots: readonly Root[], open: readonly Incident[]): Matched {
  const pairs = new Map<string, Root>();
  const taken = new Set<Root>();
  const byService = new Map(roots.map((root) => [root.service, root]));
  for (const incident of open) {
    const root = byService.get(incident.cause ?? '');
    if (!root || taken.has(root)) continue;
    pairs.set(incident.id, root);
    taken.add(root);
  }
  const left = open.filter(({ id, suppressedAt }) => !pairs.has(id) && suppressedAt === undefined);
  const moves = left.flatMap((incident) =>
    roots
      .filter((root) => !taken.has(root) && hasMoved(look, incident, root))
      .map((root) => ({
        incident,
        root,
        overlap: [...root.affected].filter((id) => incident.affected.has(id)).length,
      })),
  );
  moves.sort(
    (a, b) =>
      b.overlap - a.overlap ||
      a.incident.startsAt - b.incident.startsAt ||
      compare(a.incident.id, b.incident.id) ||
      compare(a.root.service, b.root.service),
  );
  for (const { incident, root } of moves) {
    if (pairs.has(incident.id) || taken.has(root)) continue;
    pairs.set(incident.id, root);
    taken.add(root);
  }
  const waiting = left.filter((incident) => !pairs.has(incident.id) && !isPastItsCause(look, incident));
  const awaited = new Map(
    waiting.map(({ id, affected }) => [id, roots.filter((root) => !taken.has(root) && affected.has(root.service))]),
  );
  const isAwaited = new Set([...awaited.values()].flat());
  const fresh = roots.filter((root) => !taken.has(root) && !isAwaited.has(root) && !isTooNew(look, root, roots));
  return { pairs, awaited, fresh };
}

/** It rests on a single reading, and in the next round may turn out to explain another root cause: that is told once. */
function isTooNew(look: Look, root: Root, roots: readonly Root[]): boolean {
  if (!root.affected.has(root.service) || onsetIn(look, root.service) !== look.at) return false;
  return root.affected.size > 1 && roots.some((other) => other !== root && root.affected.has(other.service));
}

function hasMoved(look: Look, incident: Incident, root: Root): boolean {
  const { cause, affected, isGuess } = incident;
  const isBelow = cause !== undefined && root.affected.has(cause);
  // What is seen to fail takes the place of a guess; who was thought to suffer from it only when that has proved wrong.
  const isSeen = isGuess && !affected.has(root.service) && [...root.affected].some((id) => affected.has(id));
  return isBelow || isSeen || (affected.has(root.service) && isPastItsCause(look, incident));
}

/** Its cause is good again, and for more than this round; so is all else of it that no longer fails. */
function isPastItsCause(look: Look, { cause, affected, isGuess }: Incident): boolean {
  const members = [...affected.keys()].filter((id) => look.graph.byId.has(id));
  const isSteady = members.every((id) => isFailing(stateIn(look, id)) || steadySince(look, id) < look.at);
  const isCauseGone = cause === undefined || !look.graph.byId.has(cause) || isGuess;
  return isSteady && (isCauseGone || isGood(look, cause));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
