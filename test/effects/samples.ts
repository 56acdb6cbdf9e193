/** An incident as channels are told of it. */
import { type IncidentEvent, incidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom } from '../../src/incidents/incident.ts';
import type { Named } from '../../src/notices/notice.ts';
import type { Occurrence } from '../../src/notices/occurrence.ts';
import { NOON, sketch } from '../status/sketch.ts';

const SERVICES = sketch({ shop: ['api'], api: ['database'], database: [] });

export const NAMED: Named = {
  page: { title: 'Example status', url: 'https://status.example.org', language: 'en', links: [] },
  services: SERVICES,
};

/** `name`: instead of the cause's id, which is all that a service has that services.yml knows no longer. */
export function openedEvent({ name = 'database', evidence = 'connection refused' } = {}): IncidentEvent {
  return incidentEvent.parse({
    v: 1,
    id: '2026-11-20-database/1-opened',
    t: NOON / 1000,
    incident: '2026-11-20-database',
    kind: 'opened',
    status: 'investigating',
    impact: 'critical',
    cause: name.slice(0, 200),
    share: 1,
    chain: ['shop', 'api', name.slice(0, 200)],
    evidence: evidence.slice(0, 300),
    services: [
      { id: name.slice(0, 200), state: 'major_outage', since: NOON / 1000 - 600 },
      { id: 'api', state: 'major_outage' },
      { id: 'shop', state: 'major_outage' },
    ],
    since: NOON / 1000 - 600,
  });
}

export function incidentOccurrence(given: { name?: string; evidence?: string } = {}): Occurrence {
  const event = openedEvent(given);
  const [incident] = incidentsFrom([event]);
  return {
    id: event.id,
    at: NOON,
    what: 'opened',
    about: event.incident,
    level: 'page',
    isOver: false,
    isQuiet: false,
    subject: { of: 'incident', incident: incident!, event },
  };
}
