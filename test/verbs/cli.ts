/** The real command line in a child process, in a folder of its own, with an environment that is empty but for the path. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Place extends AsyncDisposable {
  folder: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<Ended>;
}

/** A temporary folder with a services.yml in it. */
export async function placeWith(services?: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-cli-'));
  if (services !== undefined) await writeFile(join(folder, 'services.yml'), services);
  return {
    folder,
    run: (args, env = {}, input = '') => run([CLI, ...args], folder, env, input),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function run(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<Ended> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, args, { cwd, env: { PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  // Who does not read may be gone before it is written.
  child.stdin.on('error', () => {}).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
