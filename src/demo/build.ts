/** The page is built as anyone would build it: by the command line, in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BuildOptions {
  config: string;
  history: string;
  out: string;
  signal: AbortSignal;
}

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
const TIMEOUT_MS = 180_000;
const MOST_OUTPUT = 4 * 1024 * 1024;

/** What went wrong, in the builder's words; undefined when nothing did. */
export async function buildPage({ config, history, out, signal }: BuildOptions): Promise<string | undefined> {
  const args = [CLI, 'build', '--config', config, '--history', history, '--out', out];
  const env = { ...process.env, VEDETTE_DEMO: '1' };
  try {
    await promisify(execFile)(process.execPath, args, { env, signal, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT });
    return undefined;
  } catch (error) {
    const { stderr, killed, message } = error as Error & { stderr?: string; killed?: boolean };
    if (killed) return `the build took longer than ${TIMEOUT_MS / 1000} s`;
    return stderr?.trim() || message;
  }
}
