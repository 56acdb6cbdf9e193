/** The folder and the states of it that the branch has had. */
import { createdAt } from './begun-anew.ts';
import type { Local } from './merge-onto.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import { readBlobs, type Tree, treeOf } from './tree.ts';

/** `take` reads the folder; texts of what stands in one of the trees need not be kept. */
export async function readLocal(
  repository: Repository,
  commits: { bases: readonly string[]; tip: string | undefined; seen: string | undefined },
  take: (repository: Repository, known: readonly Tree[]) => Promise<Snapshot>,
): Promise<Local> {
  const tip = await treeOf(repository, commits.tip);
  const bases = await Promise.all(commits.bases.map((commit) => treeOf(repository, commit)));
  const own = await take(repository, [...bases, tip]);
  return { own, bases: await ancestorsOf(repository, own, bases), seen: await treeOf(repository, commits.seen) };
}

/**
 * A folder that was emptied and begun anew is not its base with every line taken away: its meta.json says when it was
 * created, and only states of the same folder tell what is missing from it.
 */
async function ancestorsOf(repository: Repository, own: Snapshot, bases: readonly Tree[]): Promise<readonly Tree[]> {
  const meta = own.get('meta.json');
  if (bases.every((base) => base.get('meta.json') === meta?.id)) return bases;
  const ids = [...bases.map((base) => base.get('meta.json')), meta?.id].filter((id) => id !== undefined);
  const stored = await readBlobs(
    repository,
    ids.filter((id) => id !== meta?.id || meta.text === undefined),
  );
  const here = createdAt(meta && (meta.text ?? stored.get(meta.id)));
  return bases.filter((base) => {
    const id = base.get('meta.json');
    return id === meta?.id || createdAt(id === undefined ? undefined : stored.get(id)) === here;
  });
}
