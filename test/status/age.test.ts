import { expect, test } from 'vitest';
import { ageOf } from '../../src/status/age.ts';
import { MINUTE } from './sketch.ts';

const HOUR = 60 * MINUTE;
/** The instants between which these gaps are, in minutes. */
function times(...gaps: number[]): number[] {
  let at = 0;
  return [0, ...gaps.map((gap) => (at += gap * MINUTE))];
}

test.each([
  ['regular rounds: three times the schedule', times(5, 5, 5, 5), 5, 15],
  ['a single round: three times the schedule', times(), 5, 15],
  ['late rounds: one and a half times the gap that 95 % stay below', times(20, 20, 20, 20), 5, 30],
  ['one very late round of twenty does not count', times(...Array(19).fill(5), 600), 5, 15],
  ['two of twenty do', times(...Array(18).fill(5), 100, 100), 5, 150],
  ['never more than six hours', times(600, 600), 5, 360],
  ['also with a slow schedule', times(1440, 1440), 1440, 360],
])('%s', (_, roundTimes, scheduleMinutes, staleAfterMinutes) => {
  const age = ageOf(roundTimes, scheduleMinutes * MINUTE)!;
  expect([age.staleAfterMs / MINUTE, age.unknownAfterMs / MINUTE]).toEqual([staleAfterMinutes, 2 * staleAfterMinutes]);
  expect(age.probedAt).toBe(roundTimes.at(-1));
});

test('the gaps that were observed', () => {
  expect(ageOf(times(5, 5, 5, 5, 5, 5, 5, 5, 60, 120), 5 * MINUTE)!.gaps).toEqual({
    p50Ms: 5 * MINUTE,
    p90Ms: HOUR,
    p95Ms: 2 * HOUR,
  });
});

test('no round, no age', () => {
  expect(ageOf([], 5 * MINUTE)).toBeUndefined();
});
