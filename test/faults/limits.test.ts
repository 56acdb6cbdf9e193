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

const LIMIT_MIB = 200;
const endlessBody = onRequest(endless(ok('content-type: text/plain'), 'x'.repeat(65_536)));
const NEEDS_ALL = { expect: { body: { contains: 'nowhere in it' } } };

describe('200 at once stay bounded', () => {
  test.each<[string, Serve, string, object?]>([
    ['gzip bombs', gzipBomb, 'up'],
    ['gzip bombs that a rule has to be decoded for', gzipBomb, 'body-too-large', NEEDS_ALL],
    ['endless bodies', endlessBody, 'up'],
    ['endless bodies that a rule needs', endlessBody, 'body-too-large', NEEDS_ALL],
    ['endless 100s', onRequest(endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20))), 'protocol'],
    [
      'endless headers',
      onRequest(endless('HTTP/1.1 200 OK\r\n', 'x-more: and more\r\n'.repeat(50))),
      'headers-too-large',
    ],
  ])(
    '%s',
    async (_, serve, expected, more = {}) => {
      await using server = await serve();
      const groups = [{ settings: { url: server.url, ...more }, count: 200 }];
      const { counts, peakMiB } = await roundOf({ groups, timeoutMs: 30_000, retries: 0 });
      expect(counts).toEqual({ [expected]: 200 });
      expect(peakMiB).toBeLessThan(LIMIT_MIB);
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
