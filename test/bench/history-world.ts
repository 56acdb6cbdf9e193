/** A seeded past: what probing so many services for so long would have recorded. */
import type { RecordedObservation, RecordedRound } from '../../src/model.ts';

export interface World {
  probes: number;
  days: number;
  everyMs: number;
  /** Midnight of the first day. */
  startsAt: number;
  seed: number;
  /** Each so many-th probe measures a number and says its version; none when absent. */
  measuredEvery?: number;
}

/** mulberry32: small, and the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Probed {
  service: string;
  /** Milliseconds on an ordinary noon. */
  median: number;
  noise: number;
  swing: number;
  phase: number;
  drift: number;
  /** Rounds that the outage still lasts. */
  downFor: number;
  next: () => number;
}

/** Latencies wander, follow the day, and have a tail; outages come about twice a month; one round in fifty is missing. */
export function* roundsOf({ probes, days, everyMs, startsAt, seed, measuredEvery }: World): Generator<RecordedRound> {
  const next = random(seed);
  const all = Array.from({ length: probes }, (_, index): Probed => {
    const own = random(seed * 7919 + index);
    return {
      service: `service-${String(index).padStart(4, '0')}`,
      median: 140 * Math.exp(0.8 * normal(own)),
      noise: 0.12 + 0.25 * own(),
      swing: 0.05 + 0.15 * own(),
      phase: own(),
      drift: 0,
      downFor: 0,
      next: own,
    };
  });
  const count = Math.round((days * 86_400_000) / everyMs);
  let missing = 0;
  for (let index = 0; index < count; index += 1) {
    const at = startsAt + index * everyMs + Math.floor(next() * 0.3 * everyMs);
    if (missing === 0 && next() < 0.005) missing = 1 + Math.floor(next() * 6);
    missing = Math.max(0, missing - 1);
    const observations = all.map((one, place) => {
      const observation = observe(one, at);
      if (measuredEvery === undefined || place % measuredEvery !== 0) return observation;
      return { ...observation, ...measuredAt(one, at) };
    });
    if (missing === 0) yield { id: `${10_000_000_000 + index}.1.gha`, at, location: 'gha', observations };
  }
}

function observe(one: Probed, at: number): RecordedObservation {
  const { next } = one;
  one.drift = 0.85 * one.drift + 0.06 * normal(next);
  const hour = Math.sin(2 * Math.PI * (at / 86_400_000 + one.phase));
  const tail = next() < 0.007 ? 2 + 4 * next() : 1;
  const latencyMs = Math.max(
    1,
    Math.round(one.median * Math.exp(one.drift + one.swing * hour + one.noise * normal(next)) * tail),
  );
  if (one.downFor > 0) one.downFor -= 1;
  else if (next() < 1 / 4000) one.downFor = 1 + Math.floor(-Math.log(1 - next()) * 5);
  else if (next() < 1 / 5800) one.downFor = 1;
  const common = { service: one.service, probe: 'http' };
  if (one.downFor > 0) {
    const isSilent = next() < 0.5;
    return isSilent
      ? { ...common, outcome: 'down', reason: 'timeout', phase: 'ttfb', attempts: 2 }
      : { ...common, outcome: 'down', reason: 'status', code: 503, latencyMs, attempts: 3 };
  }
  if (latencyMs > 4 * one.median)
    return { ...common, outcome: 'degraded', reason: 'slow', code: 200, latencyMs, attempts: 1 };
  return { ...common, outcome: 'up', latencyMs, attempts: 1 };
}

/** A backlog that follows the day, and a release a week. */
function measuredAt({ median, phase, next }: Probed, at: number): Partial<RecordedObservation> {
  const wave = 1.5 + Math.sin(2 * Math.PI * (at / 86_400_000 + phase));
  const pending = Math.round(median * wave * (0.8 + 0.4 * next()));
  return {
    values: [{ name: '$.queue.pending', value: pending }],
    version: `1.${Math.floor(at / 604_800_000 + phase)}.0`,
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
