/** Writes what is published beside the pages. Thousands of small files: as routes, each would cost what a page costs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PublishedDocument } from './documents.ts';

/** As many as Node has threads for files. */
const AT_ONCE = 4;

/** Into `folder`, which is the site's root. */
export async function writeDocuments(documents: readonly PublishedDocument[], folder: string): Promise<void> {
  const files = documents.map((document) => ({ document, file: join(folder, document.path) }));
  const rest = files.values();
  await mkdirAll(files.map(({ file }) => dirname(file)));
  const write = async (): Promise<void> => {
    // One iterator for all of them: each takes the next that nobody has taken.
    for (const { document, file } of rest) await writeFile(file, document.text());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
}

async function mkdirAll(folders: readonly string[]): Promise<void> {
  for (const folder of new Set(folders)) await mkdir(folder, { recursive: true });
}
