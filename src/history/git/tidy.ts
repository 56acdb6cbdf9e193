/** Each publishing leaves half a dozen loose objects: a clone that publishes for years has git pack them now and then. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './git.ts';
import type { Repository } from './repository.ts';

/** As git itself estimates 6700 objects: by one of their 256 folders. */
const FULL_FOLDER = Math.ceil(6700 / 256);

/** Publishing is done by then: whatever goes wrong here is left to the next time. */
export async function tidy({ place, commonDir }: Repository): Promise<void> {
  const names = await readdir(join(commonDir, 'objects', '17')).catch(() => []);
  if (names.length <= FULL_FOLDER) return;
  const settings = ['gc.auto=6700', 'gc.autoDetach=false'].flatMap((setting) => ['-c', setting]);
  await runGit(place, [...settings, 'gc', '--auto', '--quiet']).catch(() => undefined);
}
