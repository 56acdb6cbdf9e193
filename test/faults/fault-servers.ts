/** Servers that misbehave on purpose, one way each. Real ones on loopback; see ../servers.ts. */
import { execFile } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type CertificateName, certificates, serveBytes, serveHttps, serveTcp, type TestServer } from '../servers.ts';

export type Serve = () => Promise<TestServer>;

/** An HTTP answer as it goes over the wire. */
export function answer(status: string, headers: string, body = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`;
}

export const ok = (headers: string, body = ''): string => answer('200 OK', headers, body);

export const says = (bytes: string | Buffer) => () => serveBytes(bytes);

/** Acts when a connection opens. */
export const onAccept = (act: (socket: Socket) => void) => () => serveTcp(act);

/** Acts on the first bytes of the request. */
export const onRequest = (act: (socket: Socket) => void) => () =>
  serveTcp((socket) => void socket.once('data', () => act(socket)));

/** Writes `again` until nobody listens any more: as fast as it is read, or one piece an interval. */
export function endless(first: string, again: string, everyMs = 0): (socket: Socket) => void {
  return (socket) => {
    socket.write(first);
    if (everyMs > 0) {
      const timer = setInterval(() => socket.write(again), everyMs);
      socket.once('close', () => clearInterval(timer));
      return;
    }
    const fill = (): void => {
      // A chunk at a time, so that two hundred of these share one event loop.
      if (socket.writable && !socket.writableNeedDrain) socket.write(again, () => setImmediate(fill));
    };
    socket.on('drain', fill);
    fill();
  };
}

/** A port that was open a moment ago. */
export const nobody: Serve = async () => {
  const server = await serveTcp((socket) => socket.destroy());
  await server.close();
  return server;
};

let bomb: Buffer | undefined;

/** 100 MiB of nothing in 100 KiB. */
export const gzipBomb: Serve = () => {
  bomb ??= gzipSync(Buffer.alloc(100 * 2 ** 20));
  const head = ok(`content-type: text/plain\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}`);
  return serveBytes(Buffer.concat([Buffer.from(head), bomb]));
};

export const secured =
  (certificate: CertificateName, options: TlsOptions = {}): Serve =>
  () =>
    serveHttps(certificate, (_, response) => response.end('ok'), options);

/** Lets old versions and weak keys through on the side of the server. */
export const PERMISSIVE = { ciphers: 'DEFAULT@SECLEVEL=0' };

/** Signed by the authority that is in `authority`, with SHA-1. */
export async function serveSha1(): Promise<TestServer & { authority: string }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'vedette-sha1-'));
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder.path });
  const read = (file: string): Promise<string> => readFile(join(folder.path, file), 'utf8');
  const rsa = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl('req', '-x509', '-days', '9', ...rsa, '-subj', '/CN=Old', '-keyout', 'ca.key', '-out', 'ca.pem');
  await openssl('req', '-new', ...rsa, '-subj', '/CN=old', '-keyout', 'leaf.key', '-out', 'leaf.csr');
  await writeFile(join(folder.path, 'names'), 'subjectAltName = IP:127.0.0.1\n');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-sha1'];
  await openssl('x509', '-req', '-days', '9', '-in', 'leaf.csr', ...signer, '-out', 'leaf.pem');
  const pair = { cert: await read('leaf.pem'), key: await read('leaf.key') };
  const authority = await read('ca.pem');
  const server = await serveHttps('valid', (_, response) => response.end('ok'), { ...pair, ...PERMISSIVE });
  return { ...server, authority };
}

/** Speaks HTTP/2 and nothing else. */
export const http2Only: Serve = async () => {
  const { pairs } = await certificates();
  const server = createSecureServer({ ...pairs.valid, allowHTTP1: false });
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  server.on('sessionError', () => undefined);
  server.on('unknownProtocol', (socket) => socket.destroy());
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((done) => void server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const connections = { open: 0, most: 0, total: 0 };
  return { port, url: `https://127.0.0.1:${port}`, connections, close, [Symbol.asyncDispose]: close };
};
