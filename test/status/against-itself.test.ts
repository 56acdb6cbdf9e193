import { describe, expect, test } from 'vitest';
import { createPast, type Judged, judge, remember, SENSITIVITY } from '../../src/status/against-itself.ts';
import { observe, sketch } from './sketch.ts';

const SERVICES = sketch({ web: [] });
const reading = (text: string) => observe(SERVICES, { web: text })[0]!;

/** What a reading counts for after others, all of them outside any incident. */
function judgedAfter(before: readonly string[], text: string): Judged {
  const past = createPast();
  for (const one of before) remember(past, judge(reading(one), past, SENSITIVITY), false);
  return judge(reading(text), past, SENSITIVITY);
}

const CALM = Array.from({ length: 10 }, () => 'up 60 1%');

describe('counts as', () => {
  test.each([
    ['as usual', 'up 60 1%', 'up'],
    ['slower, by less than anybody notices', 'up 255 1%', 'up'],
    ['slower, together with the one before', 'up 261 1%', 'degraded slow'],
    ['a little more failures', 'up 60 4.9%', 'up'],
    ['2 % more failures, together with the one before', 'up 60 5.1%', 'degraded value'],
    ['half of the requests more fail', 'up 60 102%', 'down value'],
    ['slow and failing: the failures are the news', 'up 900 20%', 'degraded value'],
    ['slow beside a limit of its own', 'degraded slow 900', 'degraded slow'],
    ['an outage stays one, whatever its latency', 'down status 503', 'down status'],
    ['degraded for another reason, too', 'degraded expiring 9000', 'degraded expiring'],
  ])('%s: %s → %s', (_, text, verdict) => {
    const { outcome, reason } = judgedAfter(CALM, text);
    expect(`${outcome}${reason ? ` ${reason}` : ''}`).toBe(verdict);
  });

  test('whatever it is, when there is nothing usual yet', () => {
    expect(judgedAfter(CALM.slice(1), 'up 9000 100%').outcome).toBe('up');
  });
});

test('the evidence holds what is usual', () => {
  expect(judgedAfter(CALM, 'up 360 41%')).toMatchObject({
    slowness: { usualMs: 60, latencyMs: 360, excessMs: 150, z: 50 },
    failures: { usualRatio: 0.01, ratio: 0.41, excessRatio: expect.closeTo(0.2), z: expect.closeTo(40) },
  });
});

test('a limit of its own is told with what is usual when that is far away', () => {
  expect(judgedAfter(CALM, 'degraded slow 900').slowness?.usualMs).toBe(60);
  expect(judgedAfter(CALM, 'degraded slow 70').slowness).toBeUndefined();
});

test('a spread of its own makes a service harder to surprise', () => {
  const noisy = Array.from({ length: 40 }, (_, index) => `up ${index % 4 === 3 ? 900 : 100 + (index % 5) * 90}`);
  expect(judgedAfter([...noisy, 'up 300'], 'up 560').outcome).toBe('up');
});
