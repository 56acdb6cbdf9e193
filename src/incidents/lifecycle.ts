/** Incidents round by round, and what a crashed run has left to be said. */
import type { IncidentEvent } from './event.ts';
import { type Incident, incidentsFrom } from './incident.ts';
import type { Look } from './look.ts';
import { planIncidents } from './plan.ts';

export interface Lifecycle {
  advance(look: Look): IncidentEvent[];
  incidents(): readonly Incident[];
}

/** Goes on from the incidents that there are. */
export function createLifecycle(known: readonly Incident[] = []): Lifecycle {
  let incidents = known;
  return {
    advance(look) {
      const plan = planIncidents(look, incidents);
      incidents = plan.incidents;
      return plan.events;
    },
    incidents: () => incidents,
  };
}

/** So many of the last rounds may have been recorded without having been heard: a run that was killed in between. */
export const CATCH_UP_ROUNDS = 12;

/**
 * What the newest round means, and before it those that no line speaks of: rounds are recorded first. A quiet one that was
 * heard means nothing when it is heard again; one that was not quiet is known by the second of its lines.
 */
export function catchUp(
  looks: readonly Look[],
  lines: readonly IncidentEvent[],
  renamed: ReadonlyMap<string, string> = new Map(),
): IncidentEvent[] {
  const newest = looks.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  // A clock that was ahead has left lines of a time to come, which say nothing of what was heard.
  const heard = lines.filter(({ by, t }) => by === 'vedette' && t * 1000 <= newest);
  const heardUntil = Math.max(Number.NEGATIVE_INFINITY, ...heard.map(({ t }) => t));
  const events: IncidentEvent[] = [];
  let lifecycle: Lifecycle | undefined;
  let known = -1;
  for (const look of looks.filter(({ at }) => Math.floor(at / 1000) > heardUntil)) {
    // A round does not know what persons have said after it.
    const said = lines.filter(({ by, t }) => by !== 'person' || t * 1000 <= look.at);
    if (!lifecycle || said.length > known) lifecycle = createLifecycle(incidentsFrom([...said, ...events], renamed));
    known = said.length;
    events.push(...lifecycle.advance(look));
  }
  return events;
}
