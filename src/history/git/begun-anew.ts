/** Whether a history is still the one that it was: meta.json says when it began. */
import type { Local } from './merge-onto.ts';
import type { Repository } from './repository.ts';
import { readBlobs, type Tree } from './tree.ts';

/**
 * A branch that was lost and begun anew has taken nothing away: what is missing from it is what it has lost. Squashing keeps
 * meta.json, which says when the history began.
 */
export async function isBegunAnew(repository: Repository, seen: Tree, tip: Tree): Promise<boolean> {
  const [before, now] = [seen.get('meta.json'), tip.get('meta.json')];
  if (before === undefined || before === now) return false;
  const texts = await readBlobs(repository, now === undefined ? [before] : [before, now]);
  return createdAt(texts.get(before)) !== createdAt(texts.get(now ?? ''));
}

/** All of it is own then, also what stood on the branch and was not kept in memory for that. */
export async function withoutPast(repository: Repository, { own, seen }: Local): Promise<Local> {
  const missing = [...own.values()].flatMap(({ id, text }) => (text === undefined ? [id] : []));
  const texts = await readBlobs(repository, missing);
  const whole = [...own].map(([path, { id, text = texts.get(id)! }]) => [path, { id, text }] as const);
  return { own: new Map(whole), bases: [], seen };
}

/** Of the text of a meta.json. */
export function createdAt(meta: string | undefined): unknown {
  try {
    return JSON.parse(meta ?? '').created;
  } catch {
    return meta;
  }
}
