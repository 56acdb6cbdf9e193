/** Files of shards → a round of each location, and what is wrong or missing. Pure. */
import type { Config } from '../config/config.ts';
import type { ShardFile } from '../history/shard-file.ts';
import type { CanaryAnswer, RecordedObservation, RecordedRound } from '../model.ts';
import { plural } from '../units.ts';

export interface NamedShard extends ShardFile {
  /** For warnings. */
  file: string;
}

export interface Merged {
  rounds: RecordedRound[];
  warnings: string[];
}

/** Jobs wait for runners, and a clock may be wrong; what is farther away is no news of now. */
const OLDEST_MS = 6 * 3_600_000;
const AHEAD_MS = 5 * 60_000;

export function mergeShards(files: readonly NamedShard[], config: Config, now: number): Merged {
  const warnings: string[] = [];
  const known = new Set(config.locations.map(({ id }) => id));
  const usable = files.filter((file) => {
    const problem = problemOf(file, known, now);
    if (problem !== undefined) warnings.push(`${file.file}: ${problem}; it does not count`);
    return problem === undefined;
  });
  const addresses = new Set(config.services.flatMap(({ id, probes }) => probes.map((probe) => `${id}/${probe.id}`)));
  const rounds = [...Map.groupBy(usable, ({ id }) => id)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, shards]) => roundOf(id, shards, addresses, warnings) ?? []);
  for (const { id } of config.locations) {
    if (rounds.every(({ location }) => location !== id)) warnings.push(`${id}: no observation came from there`);
  }
  return { rounds, warnings };
}

function problemOf({ id, location, at }: NamedShard, known: ReadonlySet<string>, now: number): string | undefined {
  if (known.size > 0 && !known.has(location)) return `services.yml has no location ${location}`;
  if (!id.endsWith(`.${location}`)) return `is of ${location}, but its id ${id} is not`;
  if (at > now + AHEAD_MS) return 'is of a time to come: the clock of its machine is wrong';
  return at < now - OLDEST_MS ? 'is older than six hours' : undefined;
}

/** Undefined when none of its machines has observed anything. */
function roundOf(
  id: string,
  shards: readonly NamedShard[],
  addresses: ReadonlySet<string>,
  warnings: string[],
): RecordedRound | undefined {
  const { location } = shards[0]!;
  const of = Math.max(...shards.map((shard) => shard.shard.of));
  const present = new Set(shards.map(({ shard }) => shard.index));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !present.has(index));
  if (missing.length > 0) {
    const which = missing.map((index) => `${index}/${of}`).join(', ');
    warnings.push(`${location}: no word of ${plural(missing.length, 'shard')} (${which}); their probes were not read`);
  }
  const seen = new Map<string, RecordedObservation>();
  const { valid, canaries } = withNetwork(shards);
  for (const shard of shards) {
    for (const warning of flawsOf(shard, addresses)) warnings.push(`${shard.file}: ${warning}`);
    if (!valid.includes(shard)) {
      warnings.push(`${shard.file}: its machine had no network, others of ${location} had; it does not count`);
      continue;
    }
    for (const observation of shard.observations) {
      const address = `${observation.service}/${observation.probe}`;
      // Which of two came later nobody knows; that two speak of one is said with their flaws.
      if (addresses.has(address) && !seen.has(address)) seen.set(address, observation);
    }
  }
  if (seen.size === 0) return undefined;
  // One clock that is wrong does not move the round.
  const times = valid.map(({ at }) => at).sort((a, b) => a - b);
  const round = { id, at: times[Math.floor((times.length - 1) / 2)]!, location, observations: [...seen.values()] };
  return canaries ? { ...round, canaries } : round;
}

/** Canaries tell of the machine that asked them. Where some machines had a network, the others say nothing of services. */
function withNetwork(shards: readonly NamedShard[]): {
  valid: readonly NamedShard[];
  canaries: CanaryAnswer | undefined;
} {
  const silent = shards.filter(({ end }) => end?.canaries === 'silent');
  if (silent.length === shards.length) return { valid: shards, canaries: 'silent' };
  const valid = shards.filter((shard) => !silent.includes(shard));
  return { valid, canaries: valid.some(({ end }) => end?.canaries === 'answered') ? 'answered' : undefined };
}

function flawsOf({ end, probes, observations, broken }: NamedShard, addresses: ReadonlySet<string>): string[] {
  const strangers = observations.filter(({ service, probe }) => !addresses.has(`${service}/${probe}`)).length;
  return [
    ...(end ? [] : [`ended after ${observations.length} of ${plural(probes, 'observation')}; the rest was not read`]),
    ...(broken > 0 ? [`${plural(broken, 'line')} cannot be read`] : []),
    ...(strangers > 0 ? [`${plural(strangers, 'observation')} of probes that services.yml does not have`] : []),
  ];
}
