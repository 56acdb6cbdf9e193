/** The directory `probes/` is the registry: the file `<kind>.ts` is the kind `<kind>`. */
import { readdir } from 'node:fs/promises';
import type { z } from 'zod';
import type { ProbeKind } from './define-probe.ts';

export type Registry = ReadonlyMap<string, ProbeKind>;

const PROBES = new URL('../../probes/', import.meta.url);

export async function loadRegistry(directory: URL = PROBES): Promise<Registry> {
  const files = (await readdir(directory)).filter((file) => /^[a-z][a-z0-9-]*\.ts$/.test(file)).sort();
  const kinds = await Promise.all(
    files.map(async (file): Promise<[string, ProbeKind]> => {
      const module = (await import(new URL(file, directory).href)) as { default?: ProbeKind };
      if (typeof module.default?.run !== 'function')
        throw new Error(`probes/${file} has no default export made by defineProbe`);
      return [file.replace(/\.ts$/, ''), module.default];
    }),
  );
  return new Map(kinds);
}

/** What services.yml may say of each kind. */
export function settingsOf(registry: Registry): Map<string, z.ZodType> {
  return new Map([...registry].map(([kind, { settings }]) => [kind, settings]));
}
