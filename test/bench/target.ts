/** A server on loopback that answers every request with 1 KiB. Prints its port, ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = 'x'.repeat(1024);
const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(body));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.on('disconnect', () => process.exit());
// Whatever happens to the parent, this does not stay behind.
setTimeout(() => process.exit(), 300_000).unref();
