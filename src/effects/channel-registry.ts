/** The directory `channels/` is the registry: the file `<kind>.ts` is the kind `<kind>` of channel. */
import { readdir } from 'node:fs/promises';
import type { z } from 'zod';
import type { ChannelKind } from './define-channel.ts';

export type ChannelRegistry = ReadonlyMap<string, ChannelKind>;

const CHANNELS = new URL('channels/', import.meta.url);

export async function loadChannels(): Promise<ChannelRegistry> {
  const files = (await readdir(CHANNELS)).filter((file) => /^[a-z][a-z0-9-]*\.ts$/.test(file)).sort();
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, ChannelKind]> => {
        const module = (await import(new URL(file, CHANNELS).href)) as { default?: ChannelKind };
        if (typeof module.default?.send !== 'function')
          throw new Error(`src/effects/channels/${file} has no default export made by defineChannel`);
        return [file.replace(/\.ts$/, ''), module.default];
      }),
    ),
  );
}

/** What services.yml may say of each kind. */
export function channelSettingsOf(registry: ChannelRegistry): Map<string, z.ZodType> {
  return new Map([...registry].map(([kind, { settings }]) => [kind, settings]));
}
