/** The history as files by path, `raw/2026-11-20.ndjson`: those of a folder, or of a commit that is being made. */
import { isAscii } from 'node:buffer';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from './files.ts';

/** Texts have a character for each byte, so that what is broken stays as it is. */
export interface HistoryFiles {
  /** Names in `raw`, `hourly`, `daily` …, sorted; none when there is no such folder. */
  names(kind: string): Promise<string[]>;
  read(path: string): Promise<string | undefined>;
  /** Whole or not at all; undefined deletes. */
  write(path: string, text: string | undefined): Promise<void>;
}

export function openFolder(folder: string): HistoryFiles {
  return {
    async names(kind) {
      try {
        const names = await readdir(join(folder, kind));
        return names.filter((name) => !name.startsWith('.')).sort();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    },
    read: (path) => readIfThere(join(folder, path), 'latin1'),
    async write(path, text) {
      if (text === undefined) await rm(join(folder, path), { force: true });
      else await writeWhole(join(folder, path), text, 'latin1');
    },
  };
}

/** Days of which there is a file, `2026-11-20`, in order. */
export async function daysIn(files: HistoryFiles, kind: 'raw' | 'hourly'): Promise<string[]> {
  const names = await files.names(kind);
  return names.flatMap((name) => /^(\d{4}-\d\d-\d\d)\.ndjson$/.exec(name)?.[1] ?? []);
}

/** A character for each byte, as files are read and written. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The other way round: the names of locations may have letters of any script. */
export function asText(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  // Mostly there is nothing to decode, in megabytes of numbers.
  return isAscii(buffer) ? bytes : buffer.toString('utf8');
}
