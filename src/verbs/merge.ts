/** `vedette run --merge DIR`: what several machines have seen, as a round of each location. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flags, Io } from '../cli.ts';
import { readShard } from '../history/shard-file.ts';
import { mergeShards, type NamedShard } from '../round/merge.ts';
import { mergeRounds } from '../round.ts';
import { plural } from '../units.ts';
import { pendingFoldersOf } from './constellation.ts';
import type { Recorder } from './rounds.ts';

/** More than 256 jobs leave behind, with whatever else lies there. */
const MAX_FILES = 4096;

export function recordMerged(folder: string, flags: Flags, io: Io): Recorder {
  return async ({ config }) => {
    const { shards, problems } = await readShards(folder);
    const { rounds, warnings } = mergeShards(shards, config, Date.now());
    const result = await mergeRounds(rounds, {
      config,
      historyFolder: String(flags.history),
      pendingFolders: pendingFoldersOf(String(flags.history), io.env),
      now: Date.now,
    });
    const counts = rounds.map(({ location, observations }) => `${location} ${observations.length}`);
    const what = counts.length === 0 ? 'no observations' : counts.join(', ');
    io.stdout.write(`${plural(shards.length, 'file')} of shards: ${what}.\n`);
    const isBlind = rounds.length === 0 || result.moment.verdict.isProberFault;
    return { ...result, warnings: [...problems, ...warnings, ...result.warnings], code: isBlind ? 3 : 0 };
  };
}

async function readShards(folder: string): Promise<{ shards: NamedShard[]; problems: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    // Nobody has handed anything in, so whoever fetches it has made no folder for it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!entries) return { shards: [], problems: [`there is no folder ${folder}`] };
  // No links: whoever made the folder must not choose what else we read.
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const problems = files.length > MAX_FILES ? [`${folder} holds ${files.length} files; ${MAX_FILES} are read`] : [];
  const shards: NamedShard[] = [];
  for (const file of files.sort().slice(0, MAX_FILES)) {
    const read = await readShard(file);
    if ('problem' in read) problems.push(`${file}: ${read.problem}; it does not count`);
    else shards.push({ ...read, file });
  }
  return { shards, problems };
}
