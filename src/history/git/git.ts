/** Runs git without prompts, hooks and translations, and ends it with everything it started when its time is over. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { devNull } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { PublishError } from './publish-error.ts';

export interface GitPlace {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export interface GitOptions {
  /** Latin1, a character for each byte. */
  input?: string | Buffer | undefined;
  env?: Readonly<Record<string, string>>;
}

export interface GitRun {
  code: number;
  stdout: Buffer;
  stderr: string;
}

const MAX_STDOUT_BYTES = 512 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;
/** For git to take its lock files away before it is killed. */
const GRACE_MS = 1000;

/** What a maintainer has set up for work by hand must neither run nor change what we do. */
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.splitIndex=false',
  'core.untrackedCache=false',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'fetch.recurseSubmodules=no',
  'color.ui=false',
  'i18n.commitEncoding=utf-8',
].flatMap((setting) => ['-c', setting]);

/** Set when a hook calls us, and then of another repository or index than ours. */
const FOREIGN = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_NAMESPACE',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_TRACE',
];

/** A git that has been started. */
export interface Running {
  stdin: Writable;
  stdout: Readable;
  /** Any exit code is an answer. Rejects with the signal's reason, and with a PublishError when there is no git. */
  ended: Promise<{ code: number; stderr: string }>;
  kill(): void;
}

export function startGit(place: GitPlace, args: readonly string[], env: GitOptions['env'] = {}): Running {
  place.signal.throwIfAborted();
  // A group of its own ends as one, and has no terminal to ask for a password on.
  const child = spawn('git', [...SETTINGS, ...args], {
    cwd: place.cwd,
    env: environment(place.env, env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  // Who ends before it has read everything says so with its exit code.
  child.stdin.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended: endOf(child, place),
    kill: () => killGroup(child, 'SIGKILL'),
  };
}

async function endOf(child: ChildProcessWithoutNullStreams, { signal }: GitPlace): Running['ended'] {
  const stderr = collect(child.stderr, MAX_STDERR_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => {
      killGroup(child, 'SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    }, GRACE_MS);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 128));
    });
    signal.throwIfAborted();
    return { code, stderr: stderr().toString('utf8') };
  } catch (error) {
    if (signal.aborted || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new PublishError(
      'git-missing',
      `history is published with git, which cannot be started here (${(error as Error).message}); install git 2.31 or newer, or add its folder to PATH`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Any exit code is an answer. Throws the signal's reason, and a PublishError when there is no git. */
export async function runGit(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<GitRun> {
  const running = startGit(place, args, options.env);
  const stdout = collect(running.stdout, MAX_STDOUT_BYTES, running.kill);
  running.stdin.end(typeof options.input === 'string' ? Buffer.from(options.input, 'latin1') : options.input);
  const { code, stderr } = await running.ended;
  return { code, stdout: stdout(), stderr };
}

/** What git prints, without the newline at its end. */
export async function git(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await gitBytes(place, args, options)).toString('utf8').trimEnd();
}

export async function gitBytes(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(place, args, options);
  if (code === 0) return stdout;
  throw new PublishError('git-failed', `git ${args[0]} failed in ${place.cwd}: ${firstWords(stderr)}`);
}

/** The line of an error message that says the most. */
export function firstWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const first = Math.max(
    0,
    lines.findIndex((line) => /^(fatal|error): /.test(line)),
  );
  const words = lines[first]?.trim() ?? 'it said nothing';
  return words.endsWith(':') ? `${words} ${lines[first + 1]?.trim() ?? ''}`.trim() : words;
}

function environment(given: GitPlace['env'], added: GitOptions['env']): Record<string, string> {
  const kept = Object.entries(given).filter(([name, value]) => value !== undefined && !FOREIGN.includes(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    ...added,
  };
}

function collect(stream: Readable, maxBytes: number, whenTooLong?: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  stream.on('data', (chunk: Buffer) => {
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left < 0) whenTooLong?.();
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // All of them have ended already.
  }
}
