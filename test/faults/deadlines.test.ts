/** What targets that hang can cost: a round ends in time, however many of them there are. */
import { describe, test } from 'vitest';
import { serveHttp, serveTcp } from '../servers.ts';
import type { ChildRound } from './child-round.ts';
import { nobody } from './fault-servers.ts';
import { roundOf } from './round-of.ts';

describe.concurrent('1000 targets, 50 of them hanging, those of the last round first', () => {
  const timeoutMs = 3000;
  const play = async (retries: number): Promise<ChildRound> => {
    await using fast = await serveHttp((_, response) => response.end('ok'));
    await using silent = await serveTcp(() => undefined);
    await using refusing = await nobody();
    const groups = [
      { settings: fast.url, count: 945 },
      { settings: silent.url, count: 50, expectedMs: timeoutMs },
      { settings: refusing.url, count: 5, expectedMs: timeoutMs },
    ];
    return await roundOf({ groups, timeoutMs, retries });
  };

  test('without retries the round ends within 1.1 times the timeout', async ({ expect }) => {
    const { counts, durationMs } = await play(0);
    expect(counts).toEqual({ up: 945, timeout: 50, refused: 5 });
    expect(durationMs).toBeLessThan(1.1 * timeoutMs);
  }, 30_000);

  test('with the usual retries within twice the timeout and 13 s', async ({ expect }) => {
    const { counts, durationMs } = await play(2);
    expect(counts).toEqual({ up: 945, timeout: 50, refused: 5 });
    expect(durationMs).toBeLessThan(2 * timeoutMs + 13_000);
  }, 40_000);
});
