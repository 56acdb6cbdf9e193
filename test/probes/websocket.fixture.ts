import { serveBytes, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';
import { frame, serveWebSocket } from './websocket-server.ts';

export default {
  shortForm: 'wss://example.org/live',
  aimAt: (port) => ({ url: `ws://127.0.0.1:${port}/live`, expect: { message: 'hello' } }),
  withPassword: {
    url: 'wss://admin:hunter2@example.org/live',
    headers: { 'x-key': 'hunter2' },
    send: 'hunter2',
  },
  up: () => serveWebSocket((socket) => socket.write(frame(0x81, 'hello'))),
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'ttfb' },
  garbage: () => serveBytes('SSH-2.0-OpenSSH_9.2\r\n'),
  garbageIs: { reason: 'protocol', phase: 'ttfb' },
} satisfies Fixture;
