/** Probes shared out between machines, the same way on each of them. */
import type { ProbeKind } from './define-probe.ts';

/** `index` from 1 to `of`. */
export interface Shard {
  index: number;
  of: number;
}

export interface Sharable {
  service: string;
  probe: string;
  settings: unknown;
  /** What one attempt may take. */
  timeoutMs: number;
  implementation: Pick<ProbeKind, 'host'>;
}

export const MAX_SHARDS = 256;

/** `2/8`; undefined for anything else. */
export function parseShard(text: string): Shard | undefined {
  const [, index, of] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of || of > MAX_SHARDS) return undefined;
  return { index, of };
}

/**
 * Addresses `service/probe` of each shard, in the order of the shards. All probes of a host are in one, so that nobody is
 * asked by two machines at once; beyond that each gets as much as the others, by what its probes may take.
 */
export function cutShards(probes: readonly Sharable[], of: number): ReadonlySet<string>[] {
  const groups = [...Map.groupBy(probes, hostOf)]
    .map(([host, members]) => ({ host, members, ms: members.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0) }))
    // The largest first, while there is still room to even it out.
    .sort((a, b) => b.ms - a.ms || (a.host < b.host ? -1 : 1));
  const shards = Array.from({ length: of }, () => ({ ms: 0, addresses: new Set<string>() }));
  for (const { members, ms } of groups) {
    const lightest = shards.reduce((least, shard) => (shard.ms < least.ms ? shard : least));
    lightest.ms += ms;
    for (const { service, probe } of members) lightest.addresses.add(`${service}/${probe}`);
  }
  return shards.map(({ addresses }) => addresses);
}

function hostOf({ service, settings, implementation }: Sharable): string {
  const host = implementation.host?.(settings);
  // No host has a slash in it.
  return host === undefined ? `/${service}` : host.toLowerCase().replaceAll(/^\[|\]$|\.$/g, '');
}
