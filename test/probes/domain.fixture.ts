import { expect } from 'vitest';
import { serveBytes, serveHttp, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';

const ANSWER = {
  objectClassName: 'domain',
  events: [{ eventAction: 'expiration', eventDate: new Date(Date.now() + 90 * 86_400_000).toISOString() }],
};

/** The server is not the target: where it fails, nothing is known of the domain. */
export default {
  shortForm: 'example.org',
  aimAt: (port) => ({ name: 'example.org', server: `http://127.0.0.1:${port}` }),
  withPassword: { name: 'example.org', server: 'https://admin:hunter2@rdap.example.org' },
  up: () => serveHttp((_, response) => response.end(JSON.stringify(ANSWER))),
  closedIs: { outcome: 'unknown', reason: 'source', phase: 'connect' },
  silent: () => serveTcp(() => undefined),
  silentIs: { outcome: 'unknown', reason: 'source', phase: 'ttfb', message: expect.stringContaining('127.0.0.1') },
  garbage: () => serveBytes('SSH-2.0-OpenSSH_9.2\r\n'),
  garbageIs: { outcome: 'unknown', reason: 'source', phase: 'ttfb' },
} satisfies Fixture;
