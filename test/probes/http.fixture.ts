import { serveBytes, serveHttp, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';

export default {
  shortForm: 'https://example.org/ping',
  aimAt: (port) => ({ url: `http://127.0.0.1:${port}/` }),
  withPassword: {
    url: 'https://admin:hunter2@example.org/ping',
    auth: { basic: { user: 'admin', password: 'hunter2' } },
    headers: { 'x-key': 'hunter2' },
  },
  up: () => serveHttp((_, response) => response.end('pong')),
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'ttfb' },
  garbage: () => serveBytes('SSH-2.0-OpenSSH_9.2\r\n'),
  garbageIs: { reason: 'protocol', phase: 'ttfb' },
} satisfies Fixture;
