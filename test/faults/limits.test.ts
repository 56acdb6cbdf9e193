/** What a hostile target can cost: memory stays bounded, however many of them there are. */
import { describe, expect, test } from 'vitest';
import { endless, gzipBomb, ok, onRequest, type Serve } from './fault-servers.ts';
import { roundOf } from './round-of.ts';

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
