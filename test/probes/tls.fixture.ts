import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { certificates, serveHttps, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';

export default {
  shortForm: 'ldap.example.org:636',
  aimAt: (port) => ({ host: '127.0.0.1', port }),
  withPassword: { host: 'ldap.example.org', port: 636 },
  up: async () => {
    const { authority } = await certificates();
    setDefaultCACertificates([...rootCertificates, authority]);
    return serveHttps('valid', (_, response) => response.end());
  },
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'tls' },
  garbage: () => serveTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  garbageIs: { reason: 'tls-not-tls', phase: 'tls' },
} satisfies Fixture;
