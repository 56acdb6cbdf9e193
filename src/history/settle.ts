/** Digests of what several writers have put together: each has digested only what it knew. */
import { dailyPath, rawPath, roundsDigested, standsFor, writeDigests } from './compact.ts';
import { daysIn, type HistoryFiles } from './folder.ts';

/** Files that are about to be published: paths inside the history, texts with a character for each byte. */
export interface Merged {
  paths: readonly string[];
  /** Those that the branch does not have like this. */
  changed: readonly string[];
  /** Those that no writer has had like this. */
  merged: readonly string[];
  read(path: string): Promise<string | undefined>;
}

/** Files to write anew, by path; the digests of finished days whose rounds they do not stand for. */
export async function settleDigests({
  paths,
  changed,
  merged,
  read,
}: Merged): Promise<Map<string, string | undefined>> {
  const written = new Map<string, string | undefined>();
  const files: HistoryFiles = {
    names: async (kind) => paths.flatMap((path) => (path.startsWith(`${kind}/`) ? [path.slice(kind.length + 1)] : [])),
    read: async (path) => (written.has(path) ? written.get(path) : await read(path)),
    write: async (path, text) => void written.set(path, text),
  };
  const days = await daysIn(files, 'raw');
  // The newest is not over yet.
  for (const day of days.slice(0, -1)) {
    const path = rawPath(day);
    // A digest may be new that was made without rounds which the branch has had all along.
    if (!changed.includes(path) && !changed.includes(dailyPath(day))) continue;
    const text = (await read(path)) ?? '';
    const isTrue = !merged.includes(path) && standsFor(await roundsDigested(files, day), text);
    if (!isTrue) await writeDigests(files, day, text);
  }
  return written;
}
