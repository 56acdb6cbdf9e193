/** A site out of a few lines: services.yml, rounds and incidents, without a build. */
import { parseConfig } from '../../src/config/load.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { type Site, viewOf } from '../../src/site/site.ts';
import { daysOf, roundOf, type Seen } from '../history/rounds.ts';

export const NOON = Date.parse('2026-11-20T12:00:00Z');

export interface World {
  /** Of services.yml. */
  source: string;
  events?: readonly IncidentEvent[];
  /** What each round saw, the newest at noon and five minutes between them. */
  rounds?: readonly Seen[];
  now?: number;
  createdAt?: number;
}

export function siteOf({ source, events = [], rounds = [], now = NOON, createdAt = NOON - 1000 }: World): Site {
  const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const recorded = rounds.map((seen, index) => roundOf(NOON - (rounds.length - 1 - index) * 300_000, seen));
  const past = { rounds: recorded, days: daysOf(recorded), incidents: events, createdAt };
  return viewOf(loaded.config, past, { now, isDemo: false });
}

/** `n` minutes after noon. */
export function eventOf(incident: string, n: number, given: Partial<IncidentEvent>): IncidentEvent {
  const kind = given.kind ?? 'opened';
  return { v: 1, id: `${incident}/${n}-${kind}`, t: NOON / 1000 + n * 60, incident, kind, by: 'vedette', ...given };
}
