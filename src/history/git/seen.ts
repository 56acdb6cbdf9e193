/** Ids of files that were read before: most of a history never changes again, and need not be read for each round. */
import type { BigIntStats } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere } from '../files.ts';
import type { Repository } from './repository.ts';

/** A file that is younger may change once more without its stamp showing it. */
const RACY_MS = 2000;

const seenFile = z.object({
  folder: z.string(),
  hash: z.string(),
  /** Path → stamp, id. */
  files: z.record(z.string(), z.tuple([z.string(), z.string()])),
});

export interface Seen {
  /** Undefined for a file that has to be read. */
  idOf(path: string, info: BigIntStats): string | undefined;
  add(path: string, info: BigIntStats, id: string): void;
  keep(): Promise<void>;
}

/** What cannot be read is forgotten: then all files are read once more. */
export async function openSeen({ scratch, folder, hash }: Repository): Promise<Seen> {
  const file = join(scratch, 'seen.json');
  const before = parsed(await readIfThere(file));
  const known = new Map(before?.folder === folder && before.hash === hash ? Object.entries(before.files) : []);
  const now = BigInt(Date.now() - RACY_MS);
  const files = new Map<string, [string, string]>();
  return {
    idOf(path, info) {
      const [stamp, id] = known.get(path) ?? [];
      return stamp === stampOf(info) ? id : undefined;
    },
    add(path, info, id) {
      if (info.mtimeMs < now && info.ctimeMs < now) files.set(path, [stampOf(info), id]);
    },
    async keep() {
      const isSame = files.size === known.size && [...files].every(([path, [stamp]]) => known.get(path)?.[0] === stamp);
      if (isSame) return;
      // Not synced: it saves time, and is worth none.
      const temporary = `${file}.${process.pid}.tmp`;
      await writeFile(temporary, JSON.stringify({ folder, hash, files: Object.fromEntries(files) }));
      await rename(temporary, file);
    },
  };
}

function parsed(text: string | undefined): z.output<typeof seenFile> | undefined {
  try {
    return seenFile.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** Everything that we write gets a new inode. */
function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
