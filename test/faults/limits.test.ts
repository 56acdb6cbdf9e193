/** What a hostile target can cost: memory and time stay bounded, however many of them there are. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serveHttp, serveTcp } from '../servers.ts';
import type { ChildRound, RoundOfGroups } from './child-round.ts';
import { endless, gzipBomb, nobody, ok, onRequest, type Serve } from './fault-servers.ts';
import { spawned } from './spawned.ts';

const CHILD = fileURLToPath(new URL('./child-round.ts', import.meta.url));

async function roundOf(round: RoundOfGroups): Promise<ChildRound> {
  const { code, stdout, stderr } = await spawned(process.execPath, [CHILD, JSON.stringify(round)]);
  if (code !== 0) throw new Error(`the round ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as ChildRound;
}

// The aim is 200 MiB for all of them. What floods the socket is chunks of 64 KiB that wait for the garbage collector.
describe('200 at once stay bounded', () => {
  test.each<[string, Serve, string, number]>([
    ['gzip bombs', gzipBomb, 'up', 200],
    ['endless bodies', onRequest(endless(ok('content-type: text/plain'), 'x'.repeat(65_536))), 'up', 400],
    ['endless 100s', onRequest(endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20))), 'protocol', 300],
    [
      'endless headers',
      onRequest(endless('HTTP/1.1 200 OK\r\n', 'x-more: and more\r\n'.repeat(50))),
      'headers-too-large',
      200,
    ],
  ])(
    '%s',
    async (_, serve, expected, limitMiB) => {
      await using server = await serve();
      const settings = server.url;
      const { counts, peakMiB } = await roundOf({ groups: [{ settings, count: 200 }], timeoutMs: 30_000, retries: 0 });
      expect(counts).toEqual({ [expected]: 200 });
      expect(peakMiB).toBeLessThan(limitMiB);
    },
    40_000,
  );
});

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
