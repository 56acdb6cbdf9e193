/** A folder of ours beside git's own, for one publisher at a time: what lies in it belongs to us or to one that was killed. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasDied, withLock } from '../lock.ts';
import { PublishError } from './publish-error.ts';
import { baseRef, mergedRef, type Repository, tipRef, trackingRef } from './repository.ts';

/** How long a git that outlived its publisher may still hold a lock. */
const ORPHAN_MS = 1000;
const NAME = 'work-';

/** Marks the work with a folder that is there for as long. */
export async function inScratch<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
  const { scratch, place } = repository;
  const turn = withLock(scratch, async () => {
    place.signal.throwIfAborted();
    await clearAfterKill(repository);
    await mkdir(scratch, { recursive: true });
    // Another name each time: a git that outlived its publisher may still write in its folder.
    const folder = await mkdtemp(join(scratch, NAME));
    try {
      return await work();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EBUSY') throw error;
    throw new PublishError('busy', `history is being published from here already: ${error.message}`, { cause: error });
  });
  return Promise.race([turn, whenAborted(place.signal, turn)]);
}

/** Waiting for a turn does not hear the signal; the turn itself does, and is waited for. */
async function whenAborted(signal: AbortSignal, turn: Promise<unknown>): Promise<never> {
  const ended = new AbortController();
  turn.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  const patience = 2 * ORPHAN_MS;
  return new Promise((_, reject) => {
    const abort = (): void => {
      sleep(patience, undefined, { signal: ended.signal }).then(
        () => reject(signal.reason),
        () => undefined,
      );
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: ended.signal });
  });
}

/**
 * A git that is killed leaves its lock files, and then every later one fails on them. Those of refs that only we write,
 * and others that are younger than the publisher that did not end, are its own.
 */
async function clearAfterKill(repository: Repository): Promise<void> {
  const { commonDir, gitDir, scratch, place } = repository;
  const names = await readdir(scratch);
  await clearLocksOfDead(names.filter((name) => /^\.lock\..*\.tmp$/.test(name)).map((name) => join(scratch, name)));
  for (const name of names) if (/^seen\.json\..*\.tmp$/.test(name)) await rm(join(scratch, name), { force: true });
  const left = names.filter((name) => name.startsWith(NAME)).map((name) => join(scratch, name));
  if (left.length === 0) return;
  const began = await Promise.all(left.map(async (folder) => (await stat(folder)).birthtimeMs));
  const locks = [
    join(commonDir, `${tipRef(repository)}.lock`),
    join(gitDir, `${baseRef(repository)}.lock`),
    join(gitDir, `${mergedRef(repository)}.lock`),
    join(commonDir, `${trackingRef(repository)}.lock`),
    join(commonDir, 'shallow.lock'),
  ];
  const stale: string[] = [];
  for (const lock of locks) {
    const info = await stat(lock).catch(() => undefined);
    if (info && info.mtimeMs >= Math.min(...began)) stale.push(lock);
  }
  if (stale.length > 0) await sleep(ORPHAN_MS, undefined, { signal: place.signal });
  for (const lock of stale) await rm(lock, { force: true });
  for (const folder of left) await rm(folder, { recursive: true, force: true });
}

/** Of those who were killed before they had their turn; whoever had not even written a name has its number in the file's. */
async function clearLocksOfDead(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const [, pid] = /\.lock\.(\d+)\./.exec(file) ?? [];
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    // One of our own number may be about to be written by us.
    if (!holder && Number(pid) === process.pid) continue;
    if (hasDied(holder || `${pid} ${hostname()}`)) await rm(file, { force: true });
  }
}
