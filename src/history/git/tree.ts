/** The history on a commit: which files, and what is in them. */
import { asBytes, asText } from '../folder.ts';
import { PublishError } from './publish-error.ts';
import type { Repository } from './repository.ts';
import { type Entry, isFolder, parseTree } from './tree-object.ts';

/** Paths inside the history → ids of their content. */
export type Tree = ReadonlyMap<string, string>;

/** The history on a commit; empty when it has none. */
export async function treeOf(repository: Repository, commit: string | undefined): Promise<Tree> {
  if (commit === undefined) return new Map();
  const tree = repository.trees.get(commit) ?? (await readTree(repository, commit));
  repository.trees.set(commit, tree);
  return tree;
}

async function readTree(repository: Repository, commit: string): Promise<Tree> {
  let folder = await rootOf(repository, commit);
  for (const name of asBytes(repository.path).split('/')) {
    const inside = (await entriesOf(repository, folder)).find((entry) => entry.name === name && isFolder(entry));
    if (!inside) return new Map();
    folder = inside.id;
  }
  return new Map(await filesIn(repository, folder, ''));
}

/** The id of the tree of a commit. */
export async function rootOf({ objects, place }: Repository, commit: string): Promise<string> {
  const root = await objects.read(`${commit}^{tree}`);
  if (root?.type === 'tree') return root.id;
  throw new PublishError('git-failed', `git has no commit ${commit} in ${place.cwd}; see: git fsck`);
}

export async function entriesOf(
  { objects, place, hash, entries }: Repository,
  tree: string,
): Promise<readonly Entry[]> {
  const known = entries.get(tree);
  if (known) return known;
  const object = await objects.read(tree);
  if (object?.type !== 'tree') {
    throw new PublishError('git-failed', `git has no folder ${tree} in ${place.cwd}; see: git fsck`);
  }
  const list = parseTree(object.content, hash);
  entries.set(tree, list);
  return list;
}

async function filesIn(repository: Repository, tree: string, folder: string): Promise<[string, string][]> {
  const entries = await entriesOf(repository, tree);
  const lists = await Promise.all(
    entries.map(async (entry): Promise<[string, string][]> => {
      const path = `${folder}${asText(entry.name)}`;
      if (isFolder(entry)) return filesIn(repository, entry.id, `${path}/`);
      return entry.mode.startsWith('100') && isPublished(path) ? [[path, entry.id]] : [];
    }),
  );
  return lists.flat();
}

/** Locks, journals and temporary files are this machine's own. */
export function isPublished(path: string): boolean {
  return path.split('/').every((part) => !part.startsWith('.'));
}

/** Contents by their ids, latin1. */
export async function readBlobs({ objects, place }: Repository, ids: Iterable<string>): Promise<Map<string, string>> {
  const read = async (id: string): Promise<[string, string]> => {
    const object = await objects.read(id);
    if (object?.type === 'blob') return [id, object.content.toString('latin1')];
    throw new PublishError('git-failed', `git has no content ${id} in ${place.cwd}; see: git fsck`);
  };
  return new Map(await Promise.all([...new Set(ids)].map(read)));
}
