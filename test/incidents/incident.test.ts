/** What lines mean together that the lifecycle alone would not write: of persons, of two writers, of a former name. */
import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom } from '../../src/incidents/incident.ts';
import { catchUp } from '../../src/incidents/lifecycle.ts';
import type { Look } from '../../src/incidents/look.ts';
import { MINUTE, NOON, roundOf, type Seen, sketch } from '../status/sketch.ts';
import { looksAt } from './play.ts';

const T = NOON / 1000;
const SERVICES = sketch({ web: ['db'], db: [] });

function line(id: string, minute: number, given: Partial<IncidentEvent>): IncidentEvent {
  return { v: 1, id, t: T + minute * 60, incident: 'slow', kind: 'update', by: 'person', ...given };
}

/** Five minutes between two; the first at noon. */
function looks(...seen: Record<string, Seen>[]): Look[] {
  return looksAt(
    SERVICES,
    seen.map((each, index) => roundOf(SERVICES, each, NOON + index * 5 * MINUTE)),
  );
}

const UP = { web: 'up', db: 'up' };
const DOWN = { web: 'up', db: 'down status 500' };

test("a person's incident is theirs: opened, updated, resolved", () => {
  const lines = [
    line('a', 0, {
      kind: 'opened',
      title: 'Slow checkouts',
      impact: 'major',
      services: [{ id: 'web', state: 'degraded' }],
    }),
    line('b', 5, { status: 'identified', text: 'It is the **cache**.', author: 'ada' }),
    line('c', 9, { kind: 'resolved', status: 'resolved', text: 'Done.' }),
  ];
  const [incident] = incidentsFrom(lines.toReversed());
  expect(incident).toMatchObject({
    id: 'slow',
    title: 'Slow checkouts',
    openedBy: 'person',
    status: 'resolved',
    impact: 'major',
    startsAt: NOON,
    endsAt: NOON + 9 * MINUTE,
    resolvedBy: 'person',
  });
  expect(catchUp(looks(UP, UP, UP), lines.slice(0, 2))).toEqual([]);
});

test('what nobody has opened has no place', () => {
  expect(incidentsFrom([line('a', 0, { text: 'lost' })])).toEqual([]);
});

test('what a person has called over stays so until it has been well', () => {
  const opened = catchUp(looks(UP, DOWN, DOWN), []);
  expect(opened.map(({ id }) => id)).toEqual(['2026-11-20-db/1-opened']);
  const [incident = ''] = opened.map(({ incident }) => incident);
  const lines = [...opened, line('x', 12, { incident, kind: 'resolved', status: 'resolved', text: 'As intended.' })];
  expect(catchUp(looks(UP, DOWN, DOWN, DOWN, DOWN), lines)).toEqual([]);
  const again = catchUp(looks(UP, DOWN, DOWN, DOWN, UP, UP, DOWN, DOWN), lines);
  expect(again.map(({ id, t }) => [id, (t - T) / 60])).toEqual([['2026-11-20-db/2-reopened', 35]]);
});

test('two writers that did not know of each other open one incident', () => {
  const one = catchUp(looks(UP, DOWN, DOWN), []);
  const other = catchUp(looks(UP, DOWN, DOWN, DOWN), []).map((event) => ({ ...event, t: event.t + 1 }));
  const incidents = incidentsFrom([...one, ...other]);
  expect(incidents.map(({ id, events }) => [id, events.length])).toEqual([['2026-11-20-db', 1]]);
});

test('a service that was renamed keeps its incidents', () => {
  const lines = catchUp(looks(UP, DOWN, DOWN), []);
  const [incident] = incidentsFrom(lines, new Map([['db', 'database']]));
  expect([incident!.id, incident!.cause, [...incident!.affected.keys()]]).toEqual([
    '2026-11-20-db',
    'database',
    ['database'],
  ]);
});

test('one whose services are watched no longer is over', () => {
  const lines = catchUp(looks(UP, DOWN, DOWN), []);
  const rest = sketch({ web: [] });
  const [later] = looksAt(rest, [roundOf(rest, { web: 'up' }, NOON + 30 * MINUTE)]);
  expect(catchUp([later!], lines)).toMatchObject([{ kind: 'resolved', reason: 'removed' }]);
});

test('a look at other services is no second look', () => {
  const seen = looks(UP, DOWN, DOWN, UP, { web: 'up' }, { web: 'up' });
  expect(catchUp(seen, []).map(({ kind }) => kind)).toEqual(['opened', 'monitoring']);
});

test('lines of a clock that was ahead stop nobody', () => {
  const ahead = { ...catchUp(looks(UP, DOWN, DOWN), [])[0]!, t: T + 86_400 * 30 };
  expect(catchUp(looks(UP, DOWN, DOWN, UP, UP).slice(3), [ahead]).map(({ kind }) => kind)).toEqual([
    'monitoring',
    'resolved',
  ]);
});
