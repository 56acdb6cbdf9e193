/** Runs a script of this folder in a process of its own, so that its CPU time is its own, too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `env` is beside that of this process. */
export function start(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

/** What the script prints, as JSON. */
export async function run<T>(script: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<T> {
  const child = start(script, args, env);
  let printed = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(printed) as T;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
