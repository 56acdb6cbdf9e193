/** What the verbs about the history share. */
import { stat } from 'node:fs/promises';
import type { Flags, Io } from '../../cli.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { KEEP, type Keep } from '../../history/compact.ts';

export const HISTORY_OPTION = { history: { type: 'string', default: 'history' } } as const;
export const CONFIG_OPTION = { config: { type: 'string', default: 'services.yml' } } as const;

/** The folder, or undefined when there is none, which is said. */
export async function existingFolder(flags: Flags, io: Io): Promise<string | undefined> {
  const folder = String(flags.history);
  const info = await stat(folder).catch(() => undefined);
  if (info?.isDirectory()) return folder;
  io.stderr.write(`vedette: there is no history in ${folder}; name its folder with --history\n`);
  return undefined;
}

/** How long details are kept by services.yml; as usual when there is none. Undefined for one with mistakes. */
export async function keepOf(flags: Flags, io: Io): Promise<Keep | undefined> {
  const config = await configOf(flags, io);
  return config === 'none' ? KEEP : config?.history.keep;
}

/** `none` when there is no such file; undefined for one with mistakes, which are left to `vedette check`. */
export async function configOf(flags: Flags, io: Io): Promise<Config | 'none' | undefined> {
  const file = String(flags.config);
  if (!(await stat(file).catch(() => undefined))) return 'none';
  const loaded = await loadConfig(file, { kinds: 'opaque', env: io.env });
  if (loaded.ok) return loaded.config;
  io.stderr.write(`vedette: ${file} has mistakes; see: vedette check --config ${file}\n`);
  return undefined;
}
