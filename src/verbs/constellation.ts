/** What most verbs begin with: the registry of kinds, and services.yml read with it. */
import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io } from '../cli.ts';
import type { Config } from '../config/config.ts';
import { type Loaded, loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { type ChannelRegistry, channelSettingsOf, loadChannels } from '../effects/channel-registry.ts';
import { createFileCache, type Surroundings } from '../probing/environment.ts';
import { loadRegistry, type Registry, settingsOf } from '../probing/registry.ts';
import { plural } from '../units.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Constellation extends Loaded {
  registry: Registry;
  channels: ChannelRegistry;
}

/** Prints the problems and returns nothing when there are any. */
export async function loadConstellation(file: string, { env, stderr }: Io): Promise<Constellation | undefined> {
  const [registry, channels] = await Promise.all([loadRegistry(), loadChannels()]);
  const result = await loadConfig(file, { kinds: settingsOf(registry), channels: channelSettingsOf(channels), env });
  if (result.ok) {
    const unreadable = await unreadableFiles(file, result.config, registry);
    if (unreadable.length === 0) return { ...result, registry, channels };
    stderr.write(`${unreadable.join('\n')}\n`);
    return undefined;
  }
  stderr.write(`${result.problems.map(formatProblem).join('\n')}\n`);
  if (result.problems.length > 1) stderr.write(`${plural(result.problems.length, 'problem')}\n`);
  return undefined;
}

/** For verbs that need to know what services there are, and nothing of probes. */
export async function loadServices(file: string, { env, stderr }: Io): Promise<Config | undefined> {
  const loaded = await loadConfig(file, { kinds: 'opaque', env });
  if (loaded.ok) return loaded.config;
  stderr.write(`${loaded.problems.map(formatProblem).join('\n')}\n`);
  return undefined;
}

/** What is around a round that this services.yml asks for. */
export function surroundingsOf(file: string, env: Io['env']): Surroundings {
  return { folder: dirname(resolve(file)), env, cache: createFileCache(join(ROOT, '.vedette', 'cache'), Date.now) };
}

/** Where rounds of this history wait that could not be written to it: one on its disk may be as full as it is. */
export function pendingFoldersOf(historyFolder: string, env: Io['env']): string[] {
  if (env.VEDETTE_PENDING) return [resolve(env.VEDETTE_PENDING)];
  const name = createHash('sha256').update(resolve(historyFolder)).digest('hex').slice(0, 16);
  const state = env.XDG_STATE_HOME ?? join(env.HOME ?? homedir(), '.local', 'state');
  return [join(ROOT, '.vedette', 'pending', name), join(state, 'vedette', 'pending', name)];
}

/** Files that probes name and that are not there, or not ours to read. */
async function unreadableFiles(file: string, config: Config, registry: Registry): Promise<string[]> {
  const folder = dirname(resolve(file));
  const named = config.services.flatMap(({ id, probes }) =>
    probes.flatMap((probe) =>
      (registry.get(probe.kind)?.files?.(probe.settings) ?? []).map((path) => ({
        path,
        place: `services.${id}, probe ${probe.name}`,
      })),
    ),
  );
  const problems = await Promise.all(
    named.map(async ({ path, place }) => {
      const error = await access(resolve(folder, path), constants.R_OK).then(
        () => undefined,
        (reason: NodeJS.ErrnoException) => reason.code,
      );
      const why = error === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
      return error === undefined ? [] : [`${file}  ${place}: ${path}: ${why}; it is looked for beside services.yml`];
    }),
  );
  return problems.flat();
}
