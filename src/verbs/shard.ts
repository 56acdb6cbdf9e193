/** `vedette probe --out FILE`: a share of a round, for the one that writes the history. */
import type { Flags, Io } from '../cli.ts';
import { cutShards, parseShard, type Sharable, type Shard } from '../probing/shards.ts';
import { observeShard } from '../round.ts';
import { plural } from '../units.ts';
import type { Constellation } from './constellation.ts';
import { observeOptionsOf } from './prober.ts';
import { roundId, sharedIdProblem } from './round-id.ts';

/** What the flags ask for. */
export interface Share {
  file: string;
  shard: Shard;
}

const WHOLE: Shard = { index: 1, of: 1 };

/** `none` when the round is to be recorded here, or what is wrong with the flags. */
export function shareOf({ out, shard, only, ...flags }: Flags): Share | 'none' | { problem: string } {
  const parsed = shard === undefined ? WHOLE : parseShard(String(shard));
  if (!parsed) return { problem: `--shard: expected one of several, like 2/8, got ${JSON.stringify(shard)}` };
  if (out === undefined) return shard === undefined ? 'none' : { problem: '--shard: give --out FILE, too' };
  if (only !== undefined || flags.json || flags['no-write']) {
    return { problem: '--out goes with neither --only nor --json nor --no-write' };
  }
  return { file: String(out), shard: parsed };
}

export async function probeShare(
  { file, shard }: Share,
  constellation: Constellation,
  { location, signal, flags, io }: { location: string; signal: AbortSignal; flags: Flags; io: Io },
): Promise<number> {
  const isAlone = shard.of === 1 && constellation.config.locations.length <= 1;
  const problem = isAlone ? undefined : sharedIdProblem(io.env);
  if (problem !== undefined) {
    io.stderr.write(`vedette: ${problem}; see: vedette probe --help\n`);
    return 2;
  }
  const share = cutShards(sharableIn(constellation), shard.of)[shard.index - 1]!;
  const result = await observeShard({
    ...observeOptionsOf(constellation, flags, io, { signal, share }),
    share,
    id: roundId(io.env, location),
    location,
    shard,
    file,
  });
  for (const warning of result.warnings) io.stderr.write(`warning: ${warning}\n`);
  const count = `${result.observations.length} of ${plural(share.size, 'probe')}`;
  io.stdout.write(`${location}, shard ${shard.index}/${shard.of}: ${count} written to ${file}.\n`);
  if (result.observations.some(({ reason }) => reason === 'bug')) return 1;
  return result.canaries === 'silent' ? 3 : 0;
}

function sharableIn({ config, registry }: Constellation): Sharable[] {
  return config.services.flatMap(({ id, probes }) =>
    probes.map(({ id: probe, kind, settings, timeoutMs }) => ({
      service: id,
      probe,
      settings,
      timeoutMs,
      implementation: registry.get(kind)!,
    })),
  );
}
