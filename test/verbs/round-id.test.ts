import { expect, test, vi } from 'vitest';
import { roundId } from '../../src/verbs/round-id.ts';

test('on GitHub the run, its attempt and the round name it', () => {
  const env = { GITHUB_RUN_ID: '15432', GITHUB_RUN_ATTEMPT: '2' };
  expect(roundId(env, 'gha')).toBe('15432.2.gha');
  expect(roundId(env, 'gha', 3)).toBe('15432.2-3.gha');
});

test('elsewhere by what is said, which goes before GitHub’s; what is empty says nothing', () => {
  expect(roundId({ VEDETTE_RUN_ID: '7781' }, 'eu')).toBe('7781.1.eu');
  expect(roundId({ VEDETTE_RUN_ID: '7781', GITHUB_RUN_ID: '15432' }, 'eu')).toBe('7781.1.eu');
  expect(roundId({ VEDETTE_RUN_ID: '', GITHUB_RUN_ID: '15432' }, 'eu')).toBe('15432.1.eu');
  expect(roundId({ VEDETTE_RUN_ID: '', GITHUB_RUN_ID: '' }, 'eu')).toMatch(/^[a-z0-9]{16,}\.1\.eu$/);
});

test('elsewhere each has its own, sorted as they were made', () => {
  using _ = { [Symbol.dispose]: () => vi.useRealTimers() };
  vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00.994Z') });
  const ids = Array.from({ length: 40 }, () => {
    vi.advanceTimersByTime(1);
    return roundId({}, 'attic');
  });
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(40);
  const together = Array.from({ length: 100 }, () => roundId({}, 'attic'));
  expect(new Set(together).size).toBe(100);
});
