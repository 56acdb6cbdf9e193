/** What becomes of each file of history when what was changed here is done again to the tip. Pure. */

import type { Snapshot } from './snapshot.ts';
import type { Tree } from './tree.ts';

export interface Sides {
  bases: readonly Tree[];
  own: Snapshot;
  tip: Tree;
}

/** `own`: as it is here; `gone`: taken away; `merge`: line by line. */
export type Step = 'own' | 'gone' | 'merge';

/** Paths that are not named stay as the tip has them. */
export function planMerge({ bases, own, tip }: Sides): Map<string, Step> {
  const plan = new Map<string, Step>();
  const candidates = new Set([...own.keys(), ...bases.flatMap((base) => [...base.keys()])]);
  for (const path of candidates) {
    const before = bases.map((base) => base.get(path));
    const step = decide(path, before, own.get(path), tip.get(path));
    if (step) plan.set(path, step);
  }
  return plan;
}

function decide(
  path: string,
  before: readonly (string | undefined)[],
  own: { id: string; text?: string } | undefined,
  tip: string | undefined,
): Step | undefined {
  if (own?.id === tip || before.includes(own?.id)) return undefined;
  if (isImmutable(path)) return own && tip === undefined ? 'own' : undefined;
  // Gone from here since every base; a file that somebody else has changed since is kept.
  if (!own) return tip !== undefined && before.includes(tip) ? 'gone' : undefined;
  if (tip === undefined) return 'own';
  // Without its text it is what a known tip had, and the tip we look at came after.
  if (own.text === undefined) return undefined;
  return before.length > 0 && before.every((id) => id === tip) ? 'own' : 'merge';
}

/** Named by their content, or written once: what is on the branch is right. */
function isImmutable(path: string): boolean {
  return path === 'meta.json' || path.startsWith('schema/');
}
