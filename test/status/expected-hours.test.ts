/** What must hold for every history, whatever is seen outside of the hours. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar } from '../../src/calendar/calendar.ts';
import { type ExpectedHours, readExpectedHours } from '../../src/calendar/expected-hours.ts';
import { buildGraph } from '../../src/config/graph.ts';
import { isFailing } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { createTimeline } from '../../src/status/timeline.ts';
import { MINUTE, NOON, roundOf, sketch } from './sketch.ts';

const expectedHours = readExpectedHours('Fri 13:00-13:30, 14:00-14:40 UTC') as ExpectedHours;
const SERVICES = sketch({ shop: ['office'], office: [] }).map((service) =>
  service.id === 'office' ? { ...service, expectedHours } : service,
);
const GRAPH = buildGraph(SERVICES);
const calendar = createCalendar(SERVICES, []);
const isClosed = (at: number): boolean => calendar.exemptAt(at).outsideHours.has('office');

const reading = fc.constantFrom(
  'up 60',
  'up 60',
  'up 900',
  'down refused',
  'down status 500',
  'degraded slow 900',
  '-',
);
const history = (locations: readonly string[]) =>
  fc.array(fc.record({ location: fc.constantFrom(...locations), office: reading, shop: reading }), {
    minLength: 20,
    maxLength: 60,
  });
type Line = { location: string; office: string; shop: string };

function answers(lines: readonly Line[]) {
  const timeline = createTimeline(GRAPH, []);
  return lines.map(({ location, office, shop }, index) => {
    const at = NOON + index * 5 * MINUTE;
    const seen = Object.fromEntries(Object.entries({ office, shop }).filter(([, text]) => text !== '-'));
    timeline.advance(roundOf(SERVICES, seen, at, location));
    const own = timeline.own();
    return { at, own, rollup: rollUp(GRAPH, own) };
  });
}

test('outside of its hours a service neither fails nor is blamed, wherever it is seen from', () => {
  const property = fc.property(fc.oneof(history(['x']), history(['x', 'y', 'z'])), (lines) => {
    for (const { at, own, rollup } of answers(lines)) {
      if (!isClosed(at)) {
        expect(own.get('office')!.outsideHours).toBeUndefined();
        continue;
      }
      const { state, outsideHours } = own.get('office')!;
      expect(['operational', 'maintenance']).toContain(state);
      expect(outsideHours !== undefined).toBe(state === 'maintenance');
      expect(rollup.causes.some(({ service }) => service === 'office')).toBe(false);
      expect(rollup.effective.get('shop')!.atRiskThrough).toBeUndefined();
    }
  });
  fc.assert(property, { numRuns: 150 });
});

test('a failure that is told is told inside the hours, and began there', () => {
  const property = fc.property(history(['x']), (lines) => {
    for (const { at, own } of answers(lines)) {
      const { state, since } = own.get('office')!;
      if (isFailing(state)) expect([isClosed(at), isClosed(since!)]).toEqual([false, false]);
    }
  });
  fc.assert(property, { numRuns: 150 });
});

test('how slow it was outside of the hours changes nothing of what is said inside', () => {
  const property = fc.property(history(['x']), (lines) => {
    const slower = lines.map((line, index) =>
      isClosed(NOON + index * 5 * MINUTE) ? { ...line, office: line.office.replace('up 900', 'up 60') } : line,
    );
    const states = (told: readonly Line[]) => answers(told).map(({ own }) => own.get('office')!.state);
    expect(states(slower)).toEqual(states(lines));
  });
  fc.assert(property, { numRuns: 150 });
});
