/** What persons have declared and said, beside what the probes see. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { incidentsFrom, isOpen } from '../../src/incidents/incident.ts';
import { catchUp } from '../../src/incidents/lifecycle.ts';
import type { Look } from '../../src/incidents/look.ts';
import { MINUTE, NOON, roundOf, type Seen, sketch } from '../status/sketch.ts';
import { looksAt } from './play.ts';

const T = NOON / 1000;
const SERVICES = sketch({ shop: ['api'], api: ['db'], db: [], blog: [] });
const UP = { shop: 'up', api: 'up', db: 'up', blog: 'up' };
const DOWN = { ...UP, shop: 'down status 500', api: 'down status 500', db: 'down refused' };

/** Five minutes between two; the first at noon. */
function looks(...seen: Record<string, Seen>[]): Look[] {
  return looksAt(
    SERVICES,
    seen.map((each, index) => roundOf(SERVICES, each, NOON + index * 5 * MINUTE)),
  );
}

let count = 0;
function said(minute: number, given: Partial<IncidentEvent>): IncidentEvent {
  count += 1;
  return { v: 1, id: `p${count}`, t: T + minute * 60, incident: 'slow', kind: 'update', by: 'person', ...given };
}

const DECLARED = {
  kind: 'opened',
  status: 'investigating',
  title: 'Slow checkouts',
  impact: 'minor',
  services: [{ id: 'shop', state: 'degraded' }],
} as const satisfies Partial<IncidentEvent>;

const brief = (events: readonly IncidentEvent[]): string[] =>
  events.map(({ incident, kind, t, status, into, impact }) =>
    [(t - T) / 60, incident.replace('2026-11-20-', ''), kind, status, into, impact].filter(Boolean).join(' '),
  );

test('a postmortem is said of what is over, and does not open it again', () => {
  const lines = [
    said(0, DECLARED),
    said(9, { kind: 'resolved', status: 'resolved' }),
    said(30, { status: 'postmortem', text: 'A full disk.' }),
  ];
  const [incident] = incidentsFrom(lines);
  expect(incident).toMatchObject({ status: 'postmortem', endsAt: NOON + 9 * MINUTE, resolvedBy: 'person' });
  expect(isOpen(incident!)).toBe(false);
  expect(catchUp(looks(UP, UP), lines)).toEqual([]);
});

test('what the probes see of a declared incident goes there', () => {
  const lines = [said(1, DECLARED)];
  const events = catchUp(looks(UP, DOWN, DOWN, DOWN, UP, UP, UP), lines);
  expect(brief(events)).toEqual(['5 slow cause', '5 slow escalated critical', '25 slow affected']);
  const [incident, ...others] = incidentsFrom([...lines, ...events]);
  expect(others).toEqual([]);
  // It is theirs to end, and what they said of the shop holds.
  expect(incident).toMatchObject({ status: 'investigating', cause: 'db', title: 'Slow checkouts', impact: 'critical' });
  expect([...incident!.affected].map(([id, { state }]) => `${id} ${state}`)).toEqual([
    'shop degraded',
    'api operational',
    'db operational',
  ]);
});

test('an incident that had been opened by itself becomes part of the declared one', () => {
  const first = catchUp(looks(UP, DOWN, DOWN), []);
  const lines = [...first, said(11, DECLARED)];
  const events = catchUp(looks(UP, DOWN, DOWN, DOWN, DOWN), lines);
  expect(brief(events)).toEqual(['15 db resolved resolved slow', '15 slow cause', '15 slow escalated critical']);
  expect(incidentsFrom([...lines, ...events]).map(({ id, status }) => [id, status])).toEqual([
    ['2026-11-20-db', 'resolved'],
    ['slow', 'investigating'],
  ]);
});

test('a declared incident about something else is left alone', () => {
  const lines = [said(1, { ...DECLARED, services: [{ id: 'blog', state: 'degraded' }] })];
  expect(brief(catchUp(looks(UP, DOWN, DOWN), lines))).toEqual(['5 db opened identified critical']);
});

test('once a person has ended it, the same trouble opens nothing until it has been well', () => {
  const open = [said(1, DECLARED)];
  const seen = catchUp(looks(UP, DOWN, DOWN), open);
  const lines = [...open, ...seen, said(12, { kind: 'resolved', status: 'resolved', text: 'As intended.' })];
  expect(catchUp(looks(UP, DOWN, DOWN, DOWN, DOWN), lines)).toEqual([]);
  expect(brief(catchUp(looks(UP, DOWN, DOWN, DOWN, UP, UP, DOWN, DOWN), lines))).toEqual([
    '30 slow reopened identified critical',
  ]);
});

test("a person's status holds while the trouble lasts that they knew of", () => {
  const first = catchUp(looks(UP, DOWN, DOWN), []);
  const incident = '2026-11-20-db';
  const fixed = [...first, said(12, { incident, status: 'monitoring', text: 'Failed over.' })];
  expect(brief(catchUp(looks(UP, DOWN, DOWN, DOWN, DOWN), fixed))).toEqual([]);
  expect(brief(catchUp(looks(UP, DOWN, DOWN, DOWN, UP, UP), fixed))).toEqual(['25 db resolved resolved']);
  expect(brief(catchUp(looks(UP, DOWN, DOWN, DOWN, UP, DOWN, DOWN), fixed))).toEqual(['25 db relapsed identified']);
  const doubted = [...first, said(12, { incident, status: 'investigating', text: 'It is not the database.' })];
  expect(brief(catchUp(looks(UP, DOWN, DOWN, DOWN, DOWN), doubted))).toEqual([]);
});

test('an incident that a person opens again is theirs to end', () => {
  const first = catchUp(looks(UP, DOWN, DOWN, UP, UP), []);
  const incident = '2026-11-20-db';
  const services = [{ id: 'db', state: 'major_outage' as const }];
  const again = said(22, { incident, kind: 'reopened', status: 'investigating', impact: 'critical', services });
  expect(first.at(-1)?.kind).toBe('resolved');
  expect(catchUp(looks(UP, DOWN, DOWN, UP, UP, UP, UP, UP), [...first, again])).toEqual([]);
});

const word = fc.constantFrom('open', 'identified', 'monitoring', 'resolved', 'open again');
const story = fc.array(
  fc.record({
    seen: fc.tuple(...Object.keys(UP).map(() => fc.constantFrom('up', 'up', 'up', 'down refused', 'down status 500'))),
    says: fc.option(fc.record({ word, service: fc.constantFrom(...Object.keys(UP)) }), { freq: 3 }),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

test('whatever persons say and probes see: theirs stays theirs, and nothing is said twice', () => {
  const property = fc.property(story, (rounds) => {
    const seen = looks(
      ...rounds.map(({ seen }) => Object.fromEntries(Object.keys(UP).map((id, index) => [id, seen[index]!]))),
    );
    let lines: IncidentEvent[] = [];
    for (const [index, look] of seen.entries()) {
      const { says } = rounds[index]!;
      const target = incidentsFrom(lines).at(-1);
      if (says) lines = [...lines, ...wordsOf(says, target, index * 5 - 1)];
      const before = new Map(incidentsFrom(lines).map((incident) => [incident.id, incident]));
      const events = catchUp([look], lines);
      lines = [...lines, ...events];
      expect(catchUp([look], lines)).toEqual([]);
      for (const { incident, status } of events) {
        const known = before.get(incident);
        if (known?.isDeclared && isOpen(known)) expect(status).toBeUndefined();
      }
    }
  });
  fc.assert(property, { numRuns: 150 });
});

function wordsOf(
  { word, service }: { word: string; service: string },
  target: ReturnType<typeof incidentsFrom>[number] | undefined,
  minute: number,
): IncidentEvent[] {
  const services = [{ id: service, state: 'degraded' as const }];
  if (word === 'open') return [said(minute, { ...DECLARED, incident: `theirs-${count}`, services })];
  if (!target) return [];
  const incident = target.id;
  if (word === 'open again') {
    return isOpen(target) ? [] : [said(minute, { incident, kind: 'reopened', status: 'investigating', services })];
  }
  if (!isOpen(target)) return [];
  const status = word as 'identified' | 'monitoring' | 'resolved';
  return [said(minute, { incident, kind: status === 'resolved' ? 'resolved' : 'update', status })];
}
