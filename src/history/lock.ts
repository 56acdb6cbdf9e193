/** One writer at a time on this machine. Between machines git decides, when history is published. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Writing a line takes milliseconds; whoever holds the lock longer, and cannot be asked, has died with it. */
const STALE_MS = 30_000;
const WAIT_MS = 20;
const PATIENCE_MS = 60_000;

/** Waits for its turn, does the work, and leaves no lock behind even if the work throws. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, '.lock');
  await take(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += WAIT_MS) {
    try {
      return await writeFile(file, `${process.pid} ${hostname()}`, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await sleep(WAIT_MS);
  }
  throw new Error(`${file} has been held for a minute; delete it if nothing writes`);
}

async function isAbandoned(file: string): Promise<boolean> {
  const [holder, info] = await Promise.all([readFile(file, 'utf8').catch(() => ''), stat(file).catch(() => undefined)]);
  if (!info) return false;
  const [pid, host] = holder.split(' ');
  // Between being made and being written the lock is empty; its holder is alive then.
  if (pid && host === hostname()) return !isAlive(Number(pid));
  return Date.now() - info.mtimeMs > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
