/** The history on a commit: which files, and what is in them. */
import { gitBytes } from './git.ts';
import { PublishError } from './publish-error.ts';
import type { Repository } from './repository.ts';

/** Paths inside the history → ids of their content. */
export type Tree = ReadonlyMap<string, string>;

/** The history on a commit; empty when it has none. */
export async function treeOf(repository: Repository, commit: string | undefined): Promise<Tree> {
  if (commit === undefined) return new Map();
  const tree = repository.trees.get(commit) ?? (await readTree(repository, commit));
  repository.trees.set(commit, tree);
  return tree;
}

async function readTree({ place, path }: Repository, commit: string): Promise<Tree> {
  const list = await gitBytes(place, ['ls-tree', '-r', '-z', '--full-tree', commit, `${path}/`]);
  const entries = list.toString('utf8').split('\0').filter(Boolean);
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const [facts = '', full = ''] = entry.split('\t');
      const [mode = '', , id = ''] = facts.split(' ');
      const inside = full.slice(path.length + 1);
      return mode.startsWith('100') && isPublished(inside) ? [[inside, id]] : [];
    }),
  );
}

/** Locks, journals and temporary files are this machine's own. */
export function isPublished(path: string): boolean {
  return path.split('/').every((part) => !part.startsWith('.'));
}

/** Contents by their ids, latin1. */
export async function readBlobs({ place }: Repository, ids: Iterable<string>): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)];
  const texts = new Map<string, string>();
  if (wanted.length === 0) return texts;
  const output = await gitBytes(place, ['cat-file', '--batch'], { input: `${wanted.join('\n')}\n` });
  let position = 0;
  for (const id of wanted) {
    const end = output.indexOf(10, position);
    const [, type, size] = output.toString('latin1', position, end).split(' ');
    if (type !== 'blob')
      throw new PublishError('git-failed', `git has no content ${id} in ${place.cwd}; see: git fsck`);
    position = end + 1 + Number(size) + 1;
    texts.set(id, output.toString('latin1', end + 1, position - 1));
  }
  return texts;
}
