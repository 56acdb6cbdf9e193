/** services.yml on a machine that does not have its secrets, and should not: everything else in it can still be judged. */
import type { Io } from '../cli.ts';
import { type Loaded, loadConfig } from '../config/load.ts';
import { formatProblem, type Problem } from '../config/problems.ts';
import { type ChannelRegistry, channelSettingsOf, loadChannels } from '../effects/channel-registry.ts';
import { loadRegistry, type Registry, settingsOf } from '../probing/registry.ts';

export interface Assumed {
  /** What is wrong beside secrets that are missing. */
  problems: readonly Problem[];
  /** Names of environment variables that are not set or empty, each once. */
  unset: readonly string[];
  /** Absent when there are problems. With missing secrets the settings of probes, and canaries, are as they are written. */
  loaded?: Loaded;
}

/** Fits where an address is expected, and leads nowhere. */
const STAND_IN = 'https://unset.invalid/';

export interface Registries {
  registry: Registry;
  channels: ChannelRegistry;
}

export async function loadAssuming(file: string, { registry, channels }: Registries, env: Io['env']): Promise<Assumed> {
  const whole = await loadConfig(file, { kinds: settingsOf(registry), channels: channelSettingsOf(channels), env });
  if (whole.ok) return { problems: [], unset: [], loaded: whole };
  const unset = [...new Set(whole.problems.flatMap(({ unset }) => unset ?? []))].sort();
  // Of a value that is not known whole, a second thing that is wrong says nothing.
  const unknown = new Set(whole.problems.filter((problem) => problem.unset !== undefined).map(({ path }) => path));
  const problems = whole.problems.filter(({ path }) => path === undefined || !unknown.has(path));
  if (problems.length > 0) return { problems, unset };
  const standIns = Object.fromEntries(unset.map((name) => [name, STAND_IN]));
  const opaque = await loadConfig(file, { kinds: 'opaque', env: { ...env, ...standIns } });
  return opaque.ok ? { problems, unset, loaded: opaque } : { problems: opaque.problems, unset };
}

/** Prints the problems and returns nothing when there are any. */
export async function loadAssumingSecrets(
  file: string,
  { env, stderr }: Io,
): Promise<(Loaded & Registries) | undefined> {
  const [registry, channels] = await Promise.all([loadRegistry(), loadChannels()]);
  const { problems, unset, loaded } = await loadAssuming(file, { registry, channels }, env);
  if (!loaded) stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  else if (unset.length > 0) stderr.write(`assumed to be set: ${unset.join(', ')}\n`);
  return loaded && { ...loaded, registry, channels };
}
