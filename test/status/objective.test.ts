import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetOf, burnRate } from '../../src/status/objective.ts';
import type { Spans } from '../../src/status/uptime.ts';

const DAY = 86_400_000;
const THREE_NINES = { ratio: 0.999, windowMs: 30 * DAY };

function spans(given: Partial<Spans>): Spans {
  return { operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 0, ...given };
}

describe('the room for failure', () => {
  test.each<[string, Partial<Spans>, object]>([
    [
      'is untouched when all was well',
      { operational: 1_000_000 },
      { uptimeRatio: 1, isMet: true, allowedMs: 1000, spentMs: 0, leftRatio: 1 },
    ],
    [
      'is not touched by what was only slow',
      { operational: 400_000, degraded: 600_000 },
      { uptimeRatio: 1, isMet: true, allowedMs: 1000, spentMs: 0, leftRatio: 1 },
    ],
    [
      'half spent',
      { operational: 999_500, down: 500 },
      { uptimeRatio: 0.9995, isMet: true, allowedMs: 1000, spentMs: 500, leftRatio: 0.5 },
    ],
    [
      'used up to the last millisecond is still met',
      { operational: 999_000, down: 1000 },
      { uptimeRatio: 0.999, isMet: true, allowedMs: 1000, spentMs: 1000, leftRatio: 0 },
    ],
    [
      'overspent',
      { operational: 997_000, down: 3000 },
      { uptimeRatio: 0.997, isMet: false, allowedMs: 1000, spentMs: 3000, leftRatio: -2 },
    ],
    [
      'is of what was observed: neither of maintenance nor of silence',
      { operational: 499_750, down: 250, maintenance: 100_000, noData: 400_000 },
      { uptimeRatio: 0.9995, isMet: true, allowedMs: 500, spentMs: 250, leftRatio: 0.5 },
    ],
    [
      'is unknown when nothing was observed',
      { noData: 1_000_000 },
      { uptimeRatio: undefined, isMet: undefined, allowedMs: 0, spentMs: 0, leftRatio: 1 },
    ],
  ])('%s', (_, given, budget) => {
    expect(budgetOf(THREE_NINES, spans(given))).toEqual(budget);
  });

  test('of a promise without any: whole until the first failure, then beyond all measure', () => {
    const promise = { ratio: 1, windowMs: DAY };
    expect(budgetOf(promise, spans({ operational: 10 }))).toMatchObject({ isMet: true, leftRatio: 1 });
    expect(budgetOf(promise, spans({ operational: 9, down: 1 }))).toMatchObject({
      isMet: false,
      leftRatio: Number.NEGATIVE_INFINITY,
    });
  });

  test('and the promise say the same, to the millisecond', () => {
    const tenthOfPercent = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(tenthOfPercent, fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: -2, max: 2 }), (p, n, off) => {
        const observed = n * 1000;
        const down = Math.max(0, (1000 - p) * n + off);
        const { isMet, leftRatio } = budgetOf(
          { ratio: p / 1000, windowMs: DAY },
          spans({ operational: observed - down, down }),
        );
        expect(isMet).toBe(leftRatio >= 0);
        expect(isMet).toBe(down <= (1000 - p) * n);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the room for failure is spent', () => {
  test.each<[string, Partial<Spans>, number | undefined]>([
    ['not at all', { operational: 1000, noData: 500 }, 0],
    ['just so that it lasts', { operational: 999, down: 1 }, 1],
    ['fourteen times as fast', { operational: 986, down: 14 }, 14],
    ['as fast as can be', { down: 1000 }, 1000],
    ['at a rate that nobody knows', { noData: 1000, maintenance: 1000 }, undefined],
  ])('%s', (_, given, rate) => {
    const found = burnRate(THREE_NINES, spans(given));
    if (rate === undefined) expect(found).toBe(undefined);
    else expect(found).toBeCloseTo(rate, 6);
  });

  test('where there is none: not while all is well, and beyond all measure after', () => {
    const promise = { ratio: 1, windowMs: DAY };
    expect(burnRate(promise, spans({ operational: 10 }))).toBe(0);
    expect(burnRate(promise, spans({ operational: 9, down: 1 }))).toBe(Number.POSITIVE_INFINITY);
  });
});
