import { serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';
import { respond, serveGrpc } from './grpc-server.ts';

export default {
  shortForm: 'api.example.org:50051',
  aimAt: (port) => ({ host: '127.0.0.1', port }),
  withPassword: { host: 'api.example.org', port: 50051, metadata: { authorization: 'Bearer hunter2' } },
  up: () => serveGrpc(respond(1)),
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'ttfb' },
  garbage: () => serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  garbageIs: { reason: 'protocol', phase: 'ttfb' },
} satisfies Fixture;
