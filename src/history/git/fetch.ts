/** Brings a branch of history into the folder, with what was not published yet kept on top of it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../files.ts';
import { withLock } from '../lock.ts';
import { compete, type Pace } from './compete.ts';
import { knownOf } from './known.ts';
import { readLocal } from './local.ts';
import { type Content, mergeOnto } from './merge-onto.ts';
import { PublishError } from './publish-error.ts';
import { setRefs } from './remember.ts';
import { fetchTip } from './remote.ts';
import { inRepository, type Repository, type Target } from './repository.ts';
import { inScratch } from './scratch.ts';
import { readFolder, type Snapshot } from './snapshot.ts';
import { type Surroundings, withinTime } from './time-limit.ts';
import { readBlobs } from './tree.ts';

export interface FetchOptions extends Omit<Target, 'ownBranch'>, Surroundings, Pace {}

export interface Fetched {
  /** Undefined when the remote has no such branch, which is an empty history. */
  commit: string | undefined;
  /** Files written or taken away here. */
  changed: number;
}

/** Contents in memory at a time. */
const BATCH = 32;

/** Only for a branch of its own: on any other, the files of the work tree are git's to change. */
export function fetchHistory(options: FetchOptions): Promise<Fetched> {
  return withinTime(options, `fetching history into ${options.folder}`, async (env, signal) => {
    return inRepository({ ...options, ownBranch: true }, env, signal, async (repository) => {
      if (repository.head.isOnBranch) {
        const problem = `${repository.branch} is checked out here, so its files are git's to change`;
        throw new PublishError('not-own-branch', `${problem}; bring them up to date with: git pull`);
      }
      return inScratch(repository, async () => {
        // Asking moves it.
        const { merged: seen } = await knownOf(repository);
        const ask = async () => ({ outcome: 'done', value: await fetchTip(repository) }) as const;
        const { value: tip } = await compete(ask, options, signal);
        if (tip === undefined) return { commit: undefined, changed: 0 };
        return withLock(repository.folder, () => bringHere(repository, tip, seen));
      });
    });
  });
}

async function bringHere(repository: Repository, tip: string, seen: string | undefined): Promise<Fetched> {
  const { bases } = await knownOf(repository);
  const local = await readLocal(repository, { bases, tip, seen }, readFolder);
  const merge = await mergeOnto(repository, local, tip);
  const wanted = new Map<string, Content>([...merge.tip].map(([path, id]) => [path, { id }]));
  for (const [path, content] of merge.changes) {
    if (content) wanted.set(path, content);
    else wanted.delete(path);
  }
  const written = await write(repository, local.own, wanted);
  const gone = [...local.own.keys()].filter((path) => !wanted.has(path));
  for (const path of gone) await rm(join(repository.folder, path), { force: true });
  await setRefs(repository, { tip, base: tip });
  return { commit: tip, changed: written + gone.length };
}

/** Schemas before the lines that name them, for the case that it ends half-way. */
async function write(repository: Repository, own: Snapshot, wanted: ReadonlyMap<string, Content>): Promise<number> {
  const changed = [...wanted].filter(([path, content]) => isOther(own.get(path), content));
  const ordered = [
    ...changed.filter(([path]) => !path.endsWith('.ndjson')),
    ...changed.filter(([path]) => path.endsWith('.ndjson')),
  ];
  for (let start = 0; start < ordered.length; start += BATCH) {
    const batch = ordered.slice(start, start + BATCH);
    const ids = batch.flatMap(([, content]) => ('id' in content ? content.id : []));
    const texts = await readBlobs(repository, ids);
    for (const [path, content] of batch) {
      const text = 'id' in content ? texts.get(content.id)! : content.text;
      await writeWhole(join(repository.folder, path), text, 'latin1');
    }
  }
  return ordered.length;
}

function isOther(own: { id: string; text?: string } | undefined, content: Content): boolean {
  return 'id' in content ? content.id !== own?.id : content.text !== own?.text;
}
