/** Hashes of files that the bundler has made: by them a browser tells the page's script from any other. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const known = new Map<string, Promise<string>>();

/**
 * `sha256-…`, for an `integrity` attribute and a policy; `address` begins at the site's root, `/assets/page.js`.
 * Undefined in development, where nothing is bundled; pages are written after what is bundled, so else it is there.
 */
export async function integrityOf(address: string): Promise<string | undefined> {
  const folder = process.env.VEDETTE_BUNDLED;
  if (folder === undefined) return undefined;
  const hash = known.get(address) ?? readFile(join(folder, address)).then(sha256);
  known.set(address, hash);
  return hash;
}

function sha256(content: Buffer): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
