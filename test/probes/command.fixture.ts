import { serveBytes, serveTcp } from '../servers.ts';
import type { Fixture } from './contract.ts';

/** A plugin that asks a server, as most do. */
const PLUGIN = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
const end = (status, text) => { console.log(text); process.exit(status); };
socket.on('error', () => end(2, 'CRITICAL - connection refused'));
socket.write('PING');
socket.on('data', (data) => String(data) === 'PONG' ? end(0, 'OK - answered.') : end(2, 'CRITICAL - ' + data));
`;

export default {
  shortForm: ['check_http', '-H', 'example.org'],
  aimAt: (port) => ({ run: [process.execPath, '-e', PLUGIN, port] }),
  withPassword: { run: ['check_http', '-H', 'example.org', '-a', 'admin:hunter2'], env: { PASSWORD: 'hunter2' } },
  up: () => serveTcp((socket) => socket.write('PONG')),
  closedIs: { reason: 'status', phase: 'talk', message: 'CRITICAL - connection refused' },
  silent: () => serveTcp(() => undefined),
  silentIs: { reason: 'timeout', phase: 'talk' },
  garbage: () => serveBytes('SSH-2.0-OpenSSH_9.2\r\n'),
  garbageIs: { reason: 'status', phase: 'talk', message: 'CRITICAL - SSH-2.0-OpenSSH_9.2' },
} satisfies Fixture;
