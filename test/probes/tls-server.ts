/** Servers that speak TLS on sockets of their own, from the first byte or later: nobody else reads from those. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { type CertificateName, certificates, type TestServer } from '../servers.ts';

export async function serveSockets(talk: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const connections = { open: 0, most: 0, total: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    connections.total += 1;
    connections.open += 1;
    connections.most = Math.max(connections.most, connections.open);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      connections.open -= 1;
    });
    talk(socket);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, url: `http://127.0.0.1:${port}`, connections, close, [Symbol.asyncDispose]: close };
}

/** What begins TLS on a socket; `talk` has it when the handshake is done. */
export async function securing(
  certificate: CertificateName,
  talk: (socket: TLSSocket) => void = () => undefined,
  options: TlsOptions = {},
): Promise<(socket: Socket) => void> {
  const { pairs } = await certificates();
  const server = createTlsServer({ ...pairs[certificate], ...options }, (socket) => {
    socket.on('error', () => undefined);
    talk(socket);
    socket.resume();
  });
  server.on('tlsClientError', () => undefined);
  return (socket) => void server.emit('connection', socket);
}
