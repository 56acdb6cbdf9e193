import { expect, test } from 'vitest';
import { keepPace, nextDue } from '../../src/round/pace.ts';

test.each([
  ['a short round', 0, 100, 30, 100],
  ['a round as long as the pace', 0, 100, 100, 100],
  ['one that covers two others', 0, 100, 230, 300],
  ['a later one on the same grid', 300, 100, 301, 400],
  ['a pace that has changed', 300, 50, 310, 350],
])('%s: the next is due on the grid', (_, last, every, now, due) => {
  expect(nextDue(last, every, now)).toBe(due);
});

test('rounds do not overlap, and none begins after it was told to stop', async () => {
  const stopping = new AbortController();
  const seen: string[] = [];
  await keepPace({ everyMs: () => 1, signal: stopping.signal, monotonic: () => performance.now() }, async (number) => {
    seen.push(`${number} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (number === 3) stopping.abort();
    seen.push(`${number} ends`);
  });
  expect(seen).toEqual([1, 2, 3].flatMap((number) => [`${number} begins`, `${number} ends`]));
});
