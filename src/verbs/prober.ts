/** What verbs that probe have in common: with what, how many at once, and what they show of it. */
import type { Flags, Io } from '../cli.ts';
import { parseCanary } from '../config/canaries.ts';
import type { Config } from '../config/config.ts';
import type { Observation } from '../model.ts';
import type { ObserveOptions } from '../round/observe.ts';
import { type Constellation, surroundingsOf } from './constellation.ts';

const CONCURRENCY = 200;

export interface Wanted {
  signal: AbortSignal;
  /** Services to probe; all when absent. */
  only?: ReadonlySet<string>;
  /** Probes to read, as `service/probe`; all when absent. */
  share?: ReadonlySet<string>;
}

export function observeOptionsOf(
  { config, registry, secrets }: Constellation,
  flags: Flags,
  io: Io,
  wanted: Wanted,
): ObserveOptions {
  const { only, share } = wanted;
  const addresses = config.services.flatMap(({ id, probes }) =>
    only?.has(id) === false ? [] : probes.map((probe) => `${id}/${probe.id}`),
  );
  return {
    ...wanted,
    config,
    registry,
    secrets,
    canaries: canariesOf(config, io.env),
    surroundings: surroundingsOf(String(flags.config), io.env),
    concurrency: CONCURRENCY,
    now: Date.now,
    monotonic: () => performance.now(),
    onObservation: progress(addresses.filter((address) => share?.has(address) ?? true).length, io),
  };
}

/** In GitHub Actions its own API, when services.yml names none. */
function canariesOf({ canaries }: Config, { GITHUB_API_URL }: Io['env']): readonly string[] {
  if (canaries.length > 0 || !GITHUB_API_URL) return canaries;
  return 'problem' in parseCanary(GITHUB_API_URL) ? [] : [GITHUB_API_URL];
}

function progress(total: number, { stderr }: Io): (observation: Observation) => void {
  let done = 0;
  return () => {
    done += 1;
    if (!stderr.isTTY) return;
    stderr.write(done < total ? `\rprobed ${done} of ${total}` : '\r\x1b[K');
  };
}
