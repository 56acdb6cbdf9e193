/** Trees as git stores them: the entries of one folder. Names have a character for each byte. */
import { createHash } from 'node:crypto';
import type { Repository } from './repository.ts';

export interface Entry {
  /** Without leading zeros: `40000` for a folder, `100644` for a file. */
  mode: string;
  name: string;
  id: string;
}

/** What git is to store. */
export interface NewObject {
  type: 'blob' | 'tree';
  id: string;
  content: Buffer;
}

export const isFolder = ({ mode }: Entry): boolean => mode === '40000';

export function parseTree(content: Buffer, hash: Repository['hash']): Entry[] {
  const width = hash === 'sha1' ? 20 : 32;
  const entries: Entry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const [mode, name] = [content.toString('latin1', at, space), content.toString('latin1', space + 1, end)];
    at = end + 1 + width;
    entries.push({ mode, name, id: content.toString('hex', end + 1, at) });
  }
  return entries;
}

export function encodeTree(entries: readonly Entry[]): Buffer {
  // Git sorts folders as if their names ended with a slash.
  const keyed = entries.map((entry) => ({ entry, key: isFolder(entry) ? `${entry.name}/` : entry.name }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return Buffer.concat(
    keyed.flatMap(({ entry: { mode, name, id } }) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(id, 'hex'),
    ]),
  );
}

export function idOf(type: NewObject['type'], content: Buffer, hash: Repository['hash']): string {
  return createHash(hash).update(`${type} ${content.length}\0`).update(content).digest('hex');
}
