/** One writer at a time on this machine. Between machines git decides, when history is published. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
    if (await create(file)) return;
    if (!(await isAbandoned(file)) || !(await clearAway(file))) await sleep(WAIT_MS);
  }
  const message = `${file} has been held for a minute; delete it if nothing writes`;
  throw Object.assign(new Error(message), { code: 'EBUSY', syscall: 'lock' });
}

/** With its holder's name in it from the first moment: whoever dies here must not leave a lock without one. */
async function create(file: string): Promise<boolean> {
  const temporary = `${file}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, holderName());
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** One at a time, or the second would clear away the lock that the first has just taken. */
async function clearAway(file: string): Promise<boolean> {
  const guard = `${file}.clearing`;
  try {
    await writeFile(guard, '', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isOld(guard)) await rm(guard, { force: true });
    return false;
  }
  try {
    if (await isAbandoned(file)) await rm(file, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

async function isOld(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > STALE_MS;
}

async function isAbandoned(file: string): Promise<boolean> {
  const holder = await readFile(file, 'utf8').catch(() => '');
  return hasDied(holder) ?? isOld(file);
}

/** Tells this process from one before it with the same number: in a container that is started again all are alike. */
const OWN = randomUUID();

/** This process, for others to see whether it still lives. */
export function holderName(): string {
  return `${process.pid} ${hostname()} ${OWN}`;
}

/** Undefined for one on another machine, who cannot be asked. */
export function hasDied(holder: string): boolean | undefined {
  const [pid, host, own] = holder.split(' ');
  if (!pid || host !== hostname()) return undefined;
  return Number(pid) === process.pid ? own !== OWN : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
