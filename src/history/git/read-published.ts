/** What the branch has, as far as the last publishing or fetching has shown; nobody is asked. */
import { knownOf } from './known.ts';
import { inRepository, type Target } from './repository.ts';
import { type Surroundings, withinTime } from './time-limit.ts';
import { readBlobs, treeOf } from './tree.ts';

/** Texts in latin1 by path inside the history; those that the branch does not have are left out. */
export function readPublished(
  options: Target & Surroundings,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return withinTime(options, `reading what is published of ${options.folder}`, (env, signal) =>
    inRepository(options, env, signal, async (repository) => {
      const { tip } = await knownOf(repository);
      const tree = await treeOf(repository, tip);
      const ids = new Map(
        paths.flatMap((path) => {
          const id = tree.get(path);
          return id === undefined ? [] : [[path, id] as const];
        }),
      );
      const texts = await readBlobs(repository, ids.values());
      return new Map([...ids].map(([path, id]) => [path, texts.get(id)!]));
    }),
  );
}
