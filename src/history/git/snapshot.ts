/** The folder of history at one moment. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { splitTorn } from '../files.ts';
import { withLock } from '../lock.ts';
import type { Repository } from './repository.ts';
import { openSeen } from './seen.ts';
import { isPublished, type Tree } from './tree.ts';
import { idOf } from './tree-object.ts';

export interface OwnFile {
  id: string;
  /** Latin1; absent when one of the known trees has the same content at this path. */
  text?: string;
}
const AT_A_TIME = 16;

export type Snapshot = ReadonlyMap<string, OwnFile>;

/** Between two writes of ours, so that a line never comes without the schema that it names. */
export async function takeSnapshot(repository: Repository, known: readonly Tree[]): Promise<Snapshot> {
  const isThere = await stat(repository.folder).then(
    (info) => info.isDirectory(),
    () => false,
  );
  return isThere ? withLock(repository.folder, () => readFolder(repository, known)) : new Map();
}

/** For those who hold the folder's lock. */
export async function readFolder(repository: Repository, known: readonly Tree[]): Promise<Snapshot> {
  const { folder, hash } = repository;
  const seen = await openSeen(repository);
  const snapshot = new Map<string, OwnFile>();
  const isKnown = (path: string, id: string): boolean => known.some((tree) => tree.get(path) === id);
  const read = async (path: string): Promise<void> => {
    const file = join(folder, path);
    // Before its content, so that a change in between shows the next time.
    const info = await stat(file, { bigint: true });
    let id = seen.idOf(path, info);
    if (id !== undefined && isKnown(path, id)) snapshot.set(path, { id });
    else {
      const bytes = untorn(path, await readFile(file));
      id = idOf('blob', bytes, hash);
      snapshot.set(path, isKnown(path, id) ? { id } : { id, text: bytes.toString('latin1') });
    }
    seen.add(path, info, id);
  };
  const paths = await pathsIn(folder);
  for (let start = 0; start < paths.length; start += AT_A_TIME) {
    await Promise.all(paths.slice(start, start + AT_A_TIME).map(read));
  }
  await seen.keep();
  return snapshot;
}

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isPublished)
    .sort();
}

/** What a killed writer left of a line is no line, and would be a broken one for ever. */
function untorn(path: string, bytes: Buffer): Buffer {
  if (!path.endsWith('.ndjson') || bytes.length === 0 || bytes.at(-1) === 10) return bytes;
  return Buffer.from(splitTorn(bytes.toString('latin1')).whole, 'latin1');
}
