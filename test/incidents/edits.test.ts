/** Words that were edited or taken back after they had become a line. */
import { expect, test } from 'vitest';
import { type IncidentEvent, incidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom } from '../../src/incidents/incident.ts';
import { announcedFrom } from '../../src/incidents/maintenance.ts';
import { maintenanceEvent } from '../../src/incidents/maintenance-event.ts';
import { incidentViews } from '../../src/site/incident-view.ts';

const line = (t: number, id: string, rest: Partial<IncidentEvent>): IncidentEvent =>
  incidentEvent.parse({ v: 1, id: `x/${id}`, t, incident: 'x', kind: 'update', by: 'person', ...rest });

const LINES = [
  line(10, 'gh-i1', { kind: 'opened', status: 'investigating', impact: 'minor', title: 'Slow', text: 'first' }),
  line(20, 'gh-r5', { status: 'identified', text: 'the cash' }),
  line(30, 'gh-r6', { text: 'a secret' }),
  line(40, 'gh-r5-e40', { edits: 'x/gh-r5', text: 'the cache' }),
  line(50, 'gh-r6-w', { edits: 'x/gh-r6', isWithdrawn: true }),
  line(60, 'gh-r7-e60', { edits: 'x/gh-r7', text: 'of nothing' }),
];

test('the newest words stand in the place of the first, and all else stays', () => {
  const [incident] = incidentsFrom(LINES.toReversed());
  expect(incident).toMatchObject({ status: 'identified', impact: 'minor', title: 'Slow', updatedAt: 60_000 });
  const [view] = incidentViews([incident!], (id) => id);
  expect(view!.updates.map(({ at, text }) => [at, text])).toEqual([
    [20_000, 'the cache'],
    [10_000, 'first'],
  ]);
});

test('who does not know the keys reads an update more, and of a withdrawn one nothing', () => {
  const old = LINES.map(({ edits: _, isWithdrawn: __, ...rest }) => rest);
  const [view] = incidentViews(incidentsFrom(old), (id) => id);
  expect(view!.updates.map(({ text }) => text)).toEqual(['of nothing', 'the cache', 'a secret', 'the cash', 'first']);
});

test('words of maintenance likewise', () => {
  const said = [
    { id: 'm/gh-i1', t: 10, kind: 'announced', title: 'M', services: ['a'], start: 100, end: 200, text: 'first' },
    { id: 'm/gh-r5', t: 20, kind: 'update', text: 'one' },
    { id: 'm/gh-r5-e30', t: 30, kind: 'update', edits: 'm/gh-r5', text: 'two' },
  ].map((each) => maintenanceEvent.parse({ v: 1, maintenance: 'm', ...each }));
  expect(announcedFrom(said)[0]!.events.map(({ text }) => text)).toEqual(['first', 'two']);
});
