import { serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';

export default {
  shortForm: 'db.example.org:5432',
  aimAt: (port) => ({ host: '127.0.0.1', port, talk: [{ expect: '^220 ' }] }),
  withPassword: { host: 'db.example.org', port: 6379, talk: [{ send: 'AUTH hunter2\r\n', expect: 'OK' }] },
  up: () => serveTcp((socket) => socket.write('220 mail.example.org\r\n')),
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'talk' },
  garbage: () => serveTcp((socket) => socket.end('\0\xff\x16\x03 not what you wanted\r\n')),
  garbageIs: { reason: 'content', phase: 'talk' },
} satisfies Fixture;
