/** A child process to its end, with what it printed. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Spawned {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface SpawnedOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  onStart?(child: ChildProcess): void;
}

/** Its environment is empty but for the path and `env`. */
export function spawned(command: string, args: readonly string[], options: SpawnedOptions = {}): Promise<Spawned> {
  const { cwd, env, onStart } = options;
  const { PATH = '' } = process.env;
  const child = spawn(command, args, { cwd, env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
