/** What the folder has beyond its base, done again to a tip. */
import type { Merged } from '../settle.ts';
import { isBegunAnew, withoutPast } from './begun-anew.ts';
import { isLedger, mergeLines } from './merge.ts';
import { planMerge } from './plan-merge.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import { readBlobs, type Tree, treeOf } from './tree.ts';

/** What the folder holds, and states of it that the branch has had. */
export interface Local {
  own: Snapshot;
  bases: readonly Tree[];
  /** The branch as it was last brought together with the folder; empty when it never was. */
  seen: Tree;
}

/** Files to write anew, or, when undefined, to take away. Only what is asked for is read. */
export type Settle = (merged: Merged) => Promise<ReadonlyMap<string, string | undefined>>;

export interface Merge {
  /** What the tip has. */
  tip: Tree;
  /** What becomes of it: a text, an id of what git has already, or undefined for a file that goes. */
  changes: ReadonlyMap<string, Content | undefined>;
  /** New lines. */
  lines: number;
}

export type Content = { text: string } | { id: string };

export async function mergeOnto(
  repository: Repository,
  given: Local,
  commit: string | undefined,
  settle?: Settle,
): Promise<Merge> {
  const tip = await treeOf(repository, commit);
  const local = (await isBegunAnew(repository, given.seen, tip)) ? await withoutPast(repository, given) : given;
  const plan = planMerge({ ...local, tip });
  if (plan.size === 0) return { tip, changes: new Map(), lines: 0 };
  const involved = [...plan.keys()].flatMap((path) => [tip, ...local.bases].flatMap((tree) => tree.get(path) ?? []));
  const blobs = await readBlobs(repository, involved);
  const textIn = (tree: Tree, path: string): string | undefined => blobs.get(tree.get(path) ?? '');
  const changes = new Map<string, Content | undefined>();
  const merged: string[] = [];
  for (const [path, step] of plan) {
    const { id, text } = local.own.get(path) ?? {};
    if (step === 'gone') changes.set(path, undefined);
    else if (text === undefined) changes.set(path, { id: id! });
    else if (step === 'own') changes.set(path, { text });
    else {
      const theirs = textIn(tip, path) ?? '';
      const both = mergeLines(path, { bases: local.bases.map((base) => textIn(base, path)), own: text, tip: theirs });
      if (both !== theirs) changes.set(path, { text: both });
      if (both !== theirs && both !== text) merged.push(path);
    }
  }
  if (settle && changes.size > 0) await applySettled(repository, { tip, changes, merged }, settle);
  const lines = [...changes].map(([path, content]) =>
    isLedger(path) && content && 'text' in content ? countNew(content.text, textIn(tip, path)) : 0,
  );
  return { tip, changes, lines: lines.reduce((sum, count) => sum + count, 0) };
}

async function applySettled(
  repository: Repository,
  { tip, changes, merged }: { tip: Tree; changes: Map<string, Content | undefined>; merged: readonly string[] },
  settle: Settle,
): Promise<void> {
  const contentOf = (path: string): Content | undefined => {
    const id = tip.get(path);
    return changes.has(path) ? changes.get(path) : id === undefined ? undefined : { id };
  };
  const read = async (path: string): Promise<string | undefined> => {
    const content = contentOf(path);
    if (!content || 'text' in content) return content?.text;
    return (await readBlobs(repository, [content.id])).get(content.id);
  };
  const paths = [...new Set([...tip.keys(), ...changes.keys()])].filter((path) => contentOf(path)).sort();
  for (const [path, text] of await settle({ paths, changed: [...changes.keys()], merged, read })) {
    const id = tip.get(path);
    const theirs = id === undefined ? undefined : (await readBlobs(repository, [id])).get(id);
    if (text === theirs) changes.delete(path);
    else changes.set(path, text === undefined ? undefined : { text });
  }
}

function countNew(text: string, before = ''): number {
  const known = new Set(before.split('\n'));
  return text.split('\n').filter((line) => line !== '' && !known.has(line)).length;
}
