/** What a page may weigh, in bytes and elements; the same on every machine. A kilobyte is 1000 bytes, compressed by gzip. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Budget {
  what: string;
  /** Of so many, with 90 days of history and an outage of ten at its end. */
  services: number;
  most: number;
  /** Of a site in `folder`. */
  found(folder: string): number;
}

export const BUDGETS: readonly Budget[] = [
  { what: 'script, bytes', services: 20, most: 1500, found: (folder) => assets(folder, '.js') },
  { what: 'styles, bytes', services: 20, most: 6000, found: (folder) => assets(folder, '.css') },
  { what: 'home, bytes', services: 20, most: 15_000, found: (folder) => gzipSync(home(folder)).length },
  { what: 'home, bytes', services: 200, most: 45_000, found: (folder) => gzipSync(home(folder)).length },
  { what: 'home, elements', services: 200, most: 6000, found: (folder) => home(folder).match(/<[a-z]/g)!.length },
  { what: 'home, bytes', services: 500, most: 90_000, found: (folder) => gzipSync(home(folder)).length },
];

function home(folder: string): string {
  return readFileSync(join(folder, 'index.html'), 'utf8');
}

/** All such files together, each compressed, and what of the kind stands in home. */
function assets(folder: string, ending: string): number {
  const names = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith(ending));
  if (names.length === 0) throw new Error(`${folder} has no ${ending} file`);
  const files = names.map((name) => readFileSync(join(folder, 'assets', name)));
  const inPage =
    home(folder).match(ending === '.css' ? /<style[\s\S]*?<\/style>/g : /<script>[\s\S]*?<\/script>/g) ?? [];
  return [...files, ...inPage].reduce((sum, content) => sum + gzipSync(content).length, 0);
}
