/** The page is built in a process of its own: it takes much memory, and must not take a round with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Flags, Io } from '../cli.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
const TIMEOUT_MS = 10 * 60_000;

/** What went wrong; undefined when nothing did. The builder's own words go to our stderr. */
export async function buildPage({ config, history, build }: Flags, { env }: Io): Promise<string | undefined> {
  const args = [CLI, 'build', '--config', String(config), '--history', String(history), '--out', String(build)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: TIMEOUT_MS });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return undefined;
  return `the page could not be built (${code === null ? `ended by ${signal}` : `exit code ${code}`})`;
}
