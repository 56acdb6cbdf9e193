import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom } from '../../src/incidents/incident.ts';
import { eventInWords, titleOf } from '../../src/incidents/words.ts';
import { MINUTE, NOON } from '../status/sketch.ts';

const T = NOON / 1000;
const nameOf = (id: string): string => (id === 'api' ? 'API' : id.charAt(0).toUpperCase() + id.slice(1));

type Sketch = Partial<IncidentEvent> & Pick<IncidentEvent, 'kind'>;

function event(given: Sketch): IncidentEvent {
  return {
    v: 1,
    id: `2026-11-20-database/1-${given.kind}`,
    t: T,
    incident: '2026-11-20-database',
    by: 'vedette',
    ...given,
  };
}

const down = (...ids: string[]): NonNullable<IncidentEvent['services']> =>
  ids.map((id) => ({ id, state: 'major_outage' }));
const OPENED: Sketch = {
  kind: 'opened',
  cause: 'database',
  evidence: 'connection refused',
  services: down('database'),
};

test.each<[Sketch, string]>([
  [OPENED, 'Database is down: connection refused.'],
  [
    { ...OPENED, services: down('api', 'checkout', 'database') },
    'Database is down: connection refused. API and Checkout are affected.',
  ],
  [{ ...OPENED, services: down('api', 'database') }, 'Database is down: connection refused. API is affected.'],
  [
    { ...OPENED, services: down('a', 'b', 'c', 'd', 'e', 'f', 'database') },
    'Database is down: connection refused. A, B, C and 3 more are affected.',
  ],
  [
    { kind: 'opened', cause: 'auth', isGuess: true, share: 0.6, services: down('app', 'web') },
    'Probable cause: Auth, which is not probed. App and Web are affected.',
  ],
  [{ ...OPENED, kind: 'reopened' }, 'Database fails again: connection refused.'],
  [
    { kind: 'cause', cause: 'database', share: 0.83, evidence: 'connection refused' },
    'Probable cause is now Database (83 %): connection refused.',
  ],
  [{ kind: 'cause', cause: 'database', share: 1 }, 'Probable cause is now Database.'],
  [
    { kind: 'cause', cause: 'auth', share: 0.6, isGuess: true },
    'Probable cause is now Auth (60 %), which is not probed.',
  ],
  [{ kind: 'identified', cause: 'database', share: 0.41 }, 'Probable cause is Database (41 %).'],
  [{ kind: 'escalated', impact: 'critical', services: down('api') }, 'API is down. The impact is now critical.'],
  [{ kind: 'escalated', impact: 'critical' }, 'The impact is now critical.'],
  [
    { kind: 'deescalated', impact: 'minor', services: [{ id: 'api', state: 'degraded' }] },
    'API is degraded. The impact is only minor now.',
  ],
  [
    { kind: 'affected', services: [{ id: 'web', state: 'operational' }, ...down('api', 'mail')] },
    'API and Mail are down. Web is operational again.',
  ],
  [{ kind: 'monitoring' }, 'It works again. We watch whether it lasts.'],
  [{ kind: 'relapsed', evidence: 'status 503' }, 'It fails again: status 503.'],
  [{ kind: 'suppressed' }, 'Announced maintenance has begun. Failures in it are not counted.'],
  [{ kind: 'resumed', evidence: 'status 503' }, 'The maintenance is over, and it still fails: status 503.'],
  [{ kind: 'resolved', reason: 'recovered', since: T - 900, end: T + 600 }, 'Recovered at 12:10 UTC after 25 min.'],
  [
    { kind: 'resolved', reason: 'recovered', since: T - 20 * 3600, end: T },
    'Recovered at 2026-11-20 12:00 UTC after 20 h.',
  ],
  [
    { kind: 'resolved', reason: 'maintenance', since: T - 60, end: T },
    'It is over with the announced maintenance that began at 12:00 UTC after 1 min.',
  ],
  [
    { kind: 'resolved', reason: 'merged', into: '2026-11-20-disk' },
    'It has the same cause as another incident (2026-11-20-disk), and goes on there.',
  ],
  [{ kind: 'resolved', reason: 'removed' }, 'The service is watched no longer.'],
  [{ kind: 'update', by: 'person', text: 'ours' }, ''],
])('%j', (given, words) => {
  expect(eventInWords(event(given), nameOf)).toBe(words);
});

test('names and evidence without an end are cut', () => {
  const endless = 'x'.repeat(10_000);
  const words = eventInWords(event({ ...OPENED, evidence: endless, services: down('a', 'b', 'c') }), () => endless);
  expect(words.length).toBeLessThan(600);
});

test.each<[Sketch[], string]>([
  [[OPENED], 'Database is down'],
  [[{ ...OPENED, services: [{ id: 'database', state: 'degraded' }] }], 'Database is degraded'],
  // What it was at worst, also when it is better or well.
  [[OPENED, { kind: 'affected', services: [{ id: 'database', state: 'operational' }] }], 'Database is down'],
  [
    [OPENED, { kind: 'cause', cause: 'disk', services: [{ id: 'disk', state: 'partial_outage' }] }],
    'Disk is partly down',
  ],
  [[{ kind: 'opened', cause: 'auth', isGuess: true, services: down('web') }], 'Auth is probably failing'],
  [[{ kind: 'opened', by: 'person', title: 'Slow checkouts' }], 'Slow checkouts'],
])('the title of %j', (events, title) => {
  const lines = events.map((given, index) => ({
    ...event(given),
    id: `2026-11-20-database/${index + 1}-${given.kind}`,
    t: T + index * (MINUTE / 1000),
  }));
  expect(titleOf(incidentsFrom(lines)[0]!, nameOf)).toBe(title);
});
