/** Real servers on loopback, each on a port of its own; `await using` closes them with the test. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { promisify } from 'node:util';

export interface TestServer extends AsyncDisposable {
  port: number;
  /** With `http:` or `https:`, by address, without a slash at the end. */
  url: string;
  /** Sockets open now, and the most there have been at once. */
  connections: { open: number; most: number; total: number };
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

export function serveHttp(handler: RequestListener): Promise<TestServer> {
  return listen(createHttpServer(handler), 'http');
}

/** `talk` gets each socket as it is accepted; errors on it are the test's intention, and ignored. */
export function serveTcp(talk: (socket: Socket) => void, host = LOOPBACK): Promise<TestServer> {
  return listen(createTcpServer({ allowHalfOpen: true, noDelay: true }, talk), 'http', host);
}

/** Hears the request, then writes `answer` as it is and ends, or leaves the connection open. */
export function serveBytes(answer: string | Buffer, { end = true } = {}): Promise<TestServer> {
  return serveTcp((socket) => {
    socket.once('data', () => (end ? socket.end(answer) : socket.write(answer)));
  });
}

export async function serveHttps(
  certificate: CertificateName,
  handler: RequestListener,
  options: TlsOptions = {},
): Promise<TestServer> {
  const { pairs } = await certificates();
  return listen(createHttpsServer({ ...pairs[certificate], ...options }, handler), 'https');
}

/** A port on which nobody listens: one that the system gave out and got back a moment ago. */
export async function closedPort(): Promise<number> {
  await using server = await serveTcp((socket) => socket.destroy());
  return server.port;
}

export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
}

async function listen(server: Server, protocol: 'http' | 'https', host = LOOPBACK): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const connections = { open: 0, most: 0, total: 0 };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    connections.open += 1;
    connections.total += 1;
    connections.most = Math.max(connections.most, connections.open);
    socket.on('error', () => undefined);
    // A server that only talks reads too: it would not notice otherwise that the peer has gone.
    if (protocol === 'http' && socket.listenerCount('data') === 0) socket.resume();
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      sockets.delete(socket);
      connections.open -= 1;
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, host, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const url = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { port, url, connections, close, [Symbol.asyncDispose]: close };
}

const DAY_MS = 86_400_000;
const HERE = 'DNS:localhost,IP:127.0.0.1,IP:::1';

/** What stands on each certificate and when it is valid, in days from now; all signed by one authority. */
const CERTIFICATES = {
  valid: { names: HERE, from: -1, to: 60 },
  ending: { names: HERE, from: -1, to: 5.5 },
  expired: { names: HERE, from: -30, to: -1 },
  future: { names: HERE, from: 1, to: 30 },
  wrongHost: { names: 'DNS:elsewhere.example', from: -1, to: 60 },
  expiredWrongHost: { names: 'DNS:elsewhere.example', from: -30, to: -1 },
} as const;

/** The last two are signed by themselves; `weak` needs the cipher list `DEFAULT@SECLEVEL=0`. */
export type CertificateName = keyof typeof CERTIFICATES | 'selfSigned' | 'weak';

interface Certificates {
  /** What a client must trust to find `valid` valid. PEM. */
  authority: string;
  pairs: Record<CertificateName, { cert: string; key: string }>;
}

let made: Promise<Certificates> | undefined;

/** Made with `openssl` when first asked for; nothing of them stays on the disk. */
export function certificates(): Promise<Certificates> {
  made ??= makeCertificates();
  return made;
}

const AUTHORITY = `
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
[anything]
commonName = supplied
`;

async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-certificates-'));
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder });
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const pair = async (name: string, key: string) => ({ cert: await read(`${name}.pem`), key: await read(key) });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const self = ['req', '-x509', '-days', '60'];
  const here = ['-subj', '/CN=vedette-test', '-addext', `subjectAltName=${HERE}`];
  try {
    await writeFile(join(folder, 'ca.cnf'), AUTHORITY);
    await writeFile(join(folder, 'index.txt'), '');
    await Promise.all([
      openssl(...self, ...ec, '-subj', '/CN=Vedette test authority', '-keyout', 'ca.key', '-out', 'ca.pem'),
      openssl(...self, ...ec, ...here, '-keyout', 'selfSigned.key', '-out', 'selfSigned.pem'),
      openssl(...self, '-newkey', 'rsa:1024', '-nodes', ...here, '-keyout', 'weak.key', '-out', 'weak.pem'),
      openssl('req', '-new', ...ec, '-subj', '/CN=vedette-test', '-keyout', 'leaf.key', '-out', 'request.pem'),
    ]);
    const pairs: [string, { cert: string; key: string }][] = [];
    // One after the other: they share the authority's list.
    for (const [name, { names, from, to }] of Object.entries(CERTIFICATES)) {
      await writeFile(join(folder, 'names.cnf'), `subjectAltName = ${names}\n`);
      const span = ['-startdate', asn1Time(from), '-enddate', asn1Time(to)];
      const signer = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-extfile', 'names.cnf'];
      await openssl('ca', '-batch', '-notext', ...signer, ...span, '-in', 'request.pem', '-out', `${name}.pem`);
      pairs.push([name, await pair(name, 'leaf.key')]);
    }
    for (const name of ['selfSigned', 'weak']) pairs.push([name, await pair(name, `${name}.key`)]);
    return { authority: await read('ca.pem'), pairs: Object.fromEntries(pairs) as Certificates['pairs'] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asn1Time(inDays: number): string {
  const iso = new Date(Date.now() + inDays * DAY_MS).toISOString();
  return `${iso.slice(0, 19).replaceAll(/\D/g, '')}Z`;
}
