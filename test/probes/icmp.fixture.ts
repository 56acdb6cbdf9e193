import type { Fixture } from './contract.ts';

export default {
  shortForm: 'router.example.org',
  aimAt: () => ({ host: '127.0.0.1' }),
  withPassword: 'router.example.org',
  withoutServers: 'ICMP has no ports',
} satisfies Fixture;
