/** What most verbs begin with: the registry of kinds, and services.yml read with it. */
import type { Io } from '../cli.ts';
import { type Loaded, loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { loadRegistry, type Registry, settingsOf } from '../probing/registry.ts';
import { plural } from '../units.ts';

export interface Constellation extends Loaded {
  registry: Registry;
}

/** Prints the problems and returns nothing when there are any. */
export async function loadConstellation(file: string, { env, stderr }: Io): Promise<Constellation | undefined> {
  const registry = await loadRegistry();
  const result = await loadConfig(file, { kinds: settingsOf(registry), env });
  if (result.ok) return { ...result, registry };
  stderr.write(`${result.problems.map(formatProblem).join('\n')}\n`);
  if (result.problems.length > 1) stderr.write(`${plural(result.problems.length, 'problem')}\n`);
  return undefined;
}
