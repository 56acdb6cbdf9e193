/** A tree with some of its files changed, as new trees for the folders on their way. */
import { asBytes } from '../folder.ts';
import type { Repository } from './repository.ts';
import { entriesOf } from './tree.ts';
import { type Entry, encodeTree, idOf, isFolder, type NewObject } from './tree-object.ts';

/** Content by path from the root: an id, or undefined to take the file away. */
type Paths = ReadonlyMap<string, string | undefined>;

/** The new root, and what of it git does not have yet. */
export async function changeTree(
  repository: Repository,
  root: string | undefined,
  paths: Paths,
): Promise<{ id: string; trees: NewObject[] }> {
  const trees: NewObject[] = [];
  const bytes = new Map([...paths].map(([path, id]) => [asBytes(path), id]));
  const id = (await changeFolder(repository, root, bytes, trees)) ?? addTree(repository, [], trees);
  return { id, trees };
}

/** Undefined for a folder that is empty now: git has none. */
async function changeFolder(
  repository: Repository,
  tree: string | undefined,
  paths: Paths,
  trees: NewObject[],
): Promise<string | undefined> {
  const before = tree === undefined ? [] : await entriesOf(repository, tree);
  const entries = new Map<string, Entry>(before.map((entry) => [entry.name, entry]));
  for (const [path, id] of paths) {
    if (path.includes('/')) continue;
    if (id !== undefined) entries.set(path, { mode: '100644', name: path, id });
    else if (!isFolderThere(entries, path)) entries.delete(path);
  }
  for (const [name, inner] of innerOf(paths)) {
    const known = isFolderThere(entries, name) ? entries.get(name)!.id : undefined;
    const id = await changeFolder(repository, known, inner, trees);
    if (id !== undefined) entries.set(name, { mode: '40000', name, id });
    else if (known !== undefined) entries.delete(name);
  }
  return entries.size === 0 ? undefined : addTree(repository, [...entries.values()], trees);
}

function isFolderThere(entries: ReadonlyMap<string, Entry>, name: string): boolean {
  const entry = entries.get(name);
  return entry !== undefined && isFolder(entry);
}

/** By folder, with paths from there on. */
function innerOf(paths: Paths): Map<string, Map<string, string | undefined>> {
  const folders = new Map<string, Map<string, string | undefined>>();
  for (const [path, id] of paths) {
    const slash = path.indexOf('/');
    if (slash === -1) continue;
    const name = path.slice(0, slash);
    const inner = folders.get(name) ?? new Map();
    folders.set(name, inner.set(path.slice(slash + 1), id));
  }
  return folders;
}

function addTree({ hash }: Repository, entries: readonly Entry[], trees: NewObject[]): string {
  const content = encodeTree(entries);
  const id = idOf('tree', content, hash);
  trees.push({ type: 'tree', id, content });
  return id;
}
