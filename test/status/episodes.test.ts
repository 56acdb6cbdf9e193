import { describe, expect, test } from 'vitest';
import type { State } from '../../src/model.ts';
import { createTally, type Tally } from '../../src/status/episodes.ts';
import { MINUTE, NOON } from './sketch.ts';

type Step = readonly [minute: number, overall: State, cause?: string];

function tally(...steps: readonly Step[]): Tally {
  const tallying = createTally();
  for (const [minute, overall, cause] of steps) {
    tallying.add({
      at: NOON + minute * MINUTE,
      overall,
      causes: cause === undefined ? [] : [{ service: cause, share: 1, chain: [cause] }],
      isProberFault: overall === 'unknown',
    });
  }
  return tallying.result();
}

describe('a tally', () => {
  test('of no rounds', () => {
    expect(tally()).toMatchObject({ rounds: 0, changes: 0, episodes: [], ms: { operational: 0 } });
  });

  test('an episode is named by its worst state and its first cause', () => {
    const { episodes, longest, changes } = tally(
      [0, 'operational'],
      [5, 'degraded'],
      [10, 'major_outage', 'db'],
      [15, 'partial_outage', 'api'],
      [20, 'operational'],
      [25, 'degraded', 'mail'],
      [30, 'operational'],
    );
    expect(episodes).toEqual([
      {
        startsAt: NOON + 5 * MINUTE,
        endsAt: NOON + 20 * MINUTE,
        durationMs: 15 * MINUTE,
        worst: 'major_outage',
        firstCause: 'db',
      },
      {
        startsAt: NOON + 25 * MINUTE,
        endsAt: NOON + 30 * MINUTE,
        durationMs: 5 * MINUTE,
        worst: 'degraded',
        firstCause: 'mail',
      },
    ]);
    expect([longest, changes]).toEqual([episodes[0], 6]);
  });

  test('what was over after a round or two was probably false; what lasts, or lasted, was not', () => {
    const { brief } = tally(
      [0, 'operational'],
      [5, 'operational'],
      [10, 'degraded'],
      [15, 'operational'],
      [20, 'major_outage'],
      [25, 'major_outage'],
      [30, 'operational'],
      [35, 'degraded'],
      [40, 'degraded'],
      [45, 'degraded'],
      [50, 'operational'],
      [55, 'degraded'],
    );
    expect(brief).toEqual({ episodes: 2, ms: 15 * MINUTE });
  });

  test('what we could not see does not end an episode, and is no better than what we saw', () => {
    const { episodes, proberFaultRounds } = tally(
      [0, 'unknown'],
      [5, 'degraded', 'db'],
      [10, 'unknown'],
      [15, 'degraded', 'db'],
      [20, 'operational'],
    );
    expect([episodes.length, episodes[0]!.worst, episodes[0]!.firstCause, proberFaultRounds]).toEqual([
      1,
      'degraded',
      'db',
      2,
    ]);
  });

  test('one that lasts is as long as it is known', () => {
    const { episodes } = tally([0, 'operational'], [5, 'unknown'], [10, 'unknown']);
    expect(episodes).toEqual([{ startsAt: NOON + 5 * MINUTE, durationMs: 5 * MINUTE, worst: 'unknown' }]);
  });

  test('a state holds for two gaps at most; what lies behind is not observed', () => {
    const { ms, notObservedMs } = tally(
      [0, 'operational'],
      [5, 'operational'],
      [10, 'degraded'],
      [15, 'operational'],
      [75, 'operational'],
      [80, 'operational'],
    );
    expect([ms.operational / MINUTE, ms.degraded / MINUTE, notObservedMs / MINUTE]).toEqual([25, 5, 50]);
  });

  test('rounds of one instant, from several locations, are no gap of nothing', () => {
    const { ms, notObservedMs } = tally(
      [0, 'operational'],
      [0, 'operational'],
      [5, 'operational'],
      [5, 'operational'],
      [10, 'operational'],
    );
    expect([ms.operational / MINUTE, notObservedMs]).toEqual([10, 0]);
  });
});
