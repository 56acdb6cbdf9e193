/** Files that are whole or not there, and lines that may be torn at the end of one. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** `latin1` is a character for each byte: bytes that are no text survive being read and written again. */
type Encoding = 'utf8' | 'latin1';

/** Written beside, synced, renamed: at every moment the old file or the new one is there, never half of it. */
export async function writeWhole(file: string, text: string, encoding: Encoding = 'utf8'): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(file)}.${process.pid}.tmp`);
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(text, encoding);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Undefined when there is none. */
export async function readIfThere(file: string, encoding: Encoding = 'utf8'): Promise<string | undefined> {
  try {
    // As a whole: a file that is decoded while it is read takes several times as long.
    return (await readFile(file)).toString(encoding);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Splits off a last line that a killed writer left unfinished. A whole one that only lacks its newline stays. */
export function splitTorn(text: string): { whole: string; torn: string } {
  if (text === '' || text.endsWith('\n')) return { whole: text, torn: '' };
  const start = text.lastIndexOf('\n') + 1;
  const last = text.slice(start);
  return parseJson(last) !== undefined ? { whole: `${text}\n`, torn: '' } : { whole: text.slice(0, start), torn: last };
}

/** Undefined for what is no JSON, and for null, which is no line of ours either. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
