/** What Node makes of our modules before it runs them, kept beside the code: a verb starts in half the time. */
import { readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../.vedette/compiled/', import.meta.url));
/** About 40 MB. */
const MOST_FILES = 4000;

/**
 * To be called before the modules of a verb are loaded. V8 takes only what was compiled under the same flags; who sets
 * flags names another `flavour`, or each would throw the other's away.
 */
export function keepCompiled(flavour: string, env: Readonly<Record<string, string | undefined>>): void {
  // A machine that is thrown away after one run would write it and never read it.
  if (env.CI) return;
  forgetTooMany(`${FOLDER}${flavour}`, MOST_FILES);
  // Where it cannot be written, everything works as without it.
  enableCompileCache(`${FOLDER}${flavour}`);
}

/**
 * Nobody takes away what no other run will ask for, and a build adds some: what it has bundled lies in a folder of its
 * own. Whoever finds more than `most` begins anew; others that run meanwhile only compile again.
 */
export function forgetTooMany(folder: string, most: number): void {
  try {
    if (readdirSync(folder, { recursive: true }).length > most) rmSync(folder, { recursive: true, force: true });
  } catch {
    // There is none yet, or another writes into it just now: the next run looks again.
  }
}
