/** Runs a program of this machine without a shell: bounded in what it says, ended with everything it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ProbeFailure } from './failure.ts';

export interface Program {
  /** A path from the folder, or a name to look up in PATH. */
  path: string;
  args: readonly string[];
  /** Beside PATH and LANG, which are all that it inherits. */
  env?: Readonly<Record<string, string>>;
}

/** Where a program runs. */
export interface ProgramSurroundings {
  /** Its working directory, where relative paths begin. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export type ProgramRun =
  | { started: true; exitCode: number | null; killedBy: NodeJS.Signals | null; stdout: string; stderr: string }
  | { started: false; message: string };

const MAX_OUTPUT_BYTES = 64 * 1024;
/** What a program left running in the background may hold its output open; nobody waits for that. */
const AFTER_EXIT_MS = 100;

/** Throws the signal's reason, and system errors that are this machine's own fault. */
export async function runProgram(
  { path, args, env = {} }: Program,
  { folder, env: inherited, signal }: ProgramSurroundings,
): Promise<ProgramRun> {
  signal.throwIfAborted();
  const { PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LANG = 'C.UTF-8' } = inherited;
  // A group of its own, so that what a plugin starts ends with it.
  const child = spawn(path, args, {
    cwd: folder,
    env: { PATH, LANG, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  const stdout = beginningOf(child.stdout);
  const stderr = beginningOf(child.stderr);
  const abort = (): void => killGroup(child);
  signal.addEventListener('abort', abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    const [exitCode, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, name) => resolve([code, name]));
      child.once('exit', () => {
        timer = setTimeout(() => {
          killGroup(child);
          child.stdout?.destroy();
          child.stderr?.destroy();
        }, AFTER_EXIT_MS);
      });
    });
    signal.throwIfAborted();
    return { started: true, exitCode, killedBy, stdout: stdout(), stderr: stderr() };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return notStarted(path, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function notStarted(path: string, error: unknown): ProgramRun {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { started: false, message: `there is no program ${path}` };
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOEXEC')
    return { started: false, message: `${path} is no program that may be run here` };
  if (code === 'E2BIG') return { started: false, message: `the arguments of ${path} are too long` };
  if (code === 'EAGAIN')
    throw new ProbeFailure('prober-fault', 'this machine can start no more programs', { cause: error });
  throw error;
}

/** Reads to the end, so that the program is not held up, and keeps the first 64 KiB. */
function beginningOf(stream: Readable | null | undefined): () => string {
  const chunks: Buffer[] = [];
  let left = MAX_OUTPUT_BYTES;
  // Without handles for pipes there is no stream, and the error says so.
  stream?.on('data', (chunk: Buffer) => {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  });
  stream?.on('error', () => undefined);
  return () => Buffer.concat(chunks).toString('utf8');
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of them have ended already.
  }
}
