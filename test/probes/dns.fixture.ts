import { serveBytes, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';
import { overTcp, record } from './dns-server.ts';

export default {
  shortForm: 'example.org',
  aimAt: (port) => ({ name: 'example.org', server: `127.0.0.1:${port}`, transport: 'tcp' }),
  withPassword: { name: 'example.org', type: 'TXT', expect: { answers: { contains: 'hunter2' } } },
  up: () => serveTcp(overTcp(() => ({ records: [record('example.org', 1, 'c0000201')] }))),
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'dns' },
  garbage: () => serveBytes('SSH-2.0-OpenSSH_9.2\r\n'),
  garbageIs: { reason: 'protocol', phase: 'dns' },
} satisfies Fixture;
