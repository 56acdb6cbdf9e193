/** Who makes a round, and under which id it is known. */
import { randomBytes } from 'node:crypto';
import { closest } from 'fastest-levenshtein';
import type { Flags, Io } from '../cli.ts';
import type { Config } from '../config/config.ts';

export const LOCATION_OPTION = { location: { type: 'string' } } as const;

/** Undefined for one that services.yml does not have, which is said. */
export function locationOf({ location }: Flags, { locations }: Config, { env, stderr }: Io): string | undefined {
  if (location === undefined) return env.VEDETTE_LOCATION ?? (env.GITHUB_ACTIONS ? 'gha' : 'local');
  const ids = locations.map(({ id }) => id);
  if (ids.includes(String(location))) return String(location);
  const hint = ids.length > 0 ? `did you mean ${closest(String(location), ids)}?` : 'it names none under `locations`';
  stderr.write(`vedette: services.yml has no location ${JSON.stringify(location)}; ${hint}\n`);
  return undefined;
}

/**
 * The same for every attempt to record this round, different for any other. Away from GitHub sorted after those before it,
 * for lines of the same second stand by their ids. `number`: of the rounds of one job, from 1.
 */
export function roundId(env: Io['env'], location: string, number = 1): string {
  const run = runIdIn(env) ?? `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
  const attempt = env.GITHUB_RUN_ATTEMPT ?? '1';
  return `${run}.${attempt}${number > 1 ? `-${number}` : ''}.${location}`;
}

/** By which the machines of one round know it; undefined where nobody has said it. A name that is empty says nothing. */
function runIdIn(env: Io['env']): string | undefined {
  return env.VEDETTE_RUN_ID || env.GITHUB_RUN_ID || undefined;
}

/** Why what several machines see would not be one round. */
export function sharedIdProblem(env: Io['env']): string | undefined {
  const id = runIdIn(env);
  if (id === undefined)
    return 'the machines of a round know it by its id: set VEDETTE_RUN_ID, the same on all of them and another for every round';
  return /^[\w.-]{1,100}$/.test(id)
    ? undefined
    : `VEDETTE_RUN_ID: expected at most 100 letters, digits, dots, - and _, got ${JSON.stringify(id.slice(0, 120))}`;
}
