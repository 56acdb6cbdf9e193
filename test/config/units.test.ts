import { expect, test } from 'vitest';
import { percentInWords } from '../../src/status/uptime.ts';
import { duration, durationInWords, utcInstant } from '../../src/units.ts';

test.each([
  ['500ms', 500],
  ['5s', 5000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['14d', 1_209_600_000],
])('%s is %i ms', (text, ms) => {
  expect(duration().parse(text)).toBe(ms);
});

test.each([['5'], [5], ['-5s'], ['5 s'], ['5y'], ['']])('%j is no duration', (value) => {
  expect(duration().safeParse(value).success).toBe(false);
});

test.each([
  [59_400, '59 s'],
  [90_000, '2 min'],
  [5_400_000, '90 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 days'],
])('%i ms reads %s', (ms, words) => {
  expect(durationInWords(ms)).toBe(words);
});

test.each([
  [1, '100 %'],
  [0.99996, '99.99 %'],
  [0.999999999, '99.99 %'],
  [0.9999, '99.99 %'],
  [0, '0.00 %'],
])('%d is printed as %s, never rounded up', (ratio, words) => {
  expect(percentInWords(ratio)).toBe(words);
});

test.each([
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T12:00', '2026-11-20T12:00:00.000Z'],
  ['2026-11-20T12:00:00+01:00', '2026-11-20T11:00:00.000Z'],
  ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.000Z'],
])('an instant without an offset is UTC: %s', (text, iso) => {
  expect(new Date(utcInstant(text)).toISOString()).toBe(iso);
});

test.each(['yesterday', '20 Nov 2026', '2026-13-01', ''])('%s is no instant', (text) => {
  expect(utcInstant(text)).toBeNaN();
});
