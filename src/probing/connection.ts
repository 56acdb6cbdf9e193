/** The one way to a socket: resolve → TCP → TLS, each phase timed, the certificate verified by hand. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Phase } from '../model.ts';
import { ProbeFailure } from './failure.ts';
import { isPrivate } from './private-address.ts';
import { type HttpProxy, openTunnel, proxyFault } from './proxy.ts';
import { type Address, type Family, resolve } from './resolve.ts';
import { secure, type TlsContexts, type TlsFacts, type TlsOptions } from './tls.ts';

export interface Target {
  host: string;
  port: number;
  family?: Family;
  /** Speak TLS, with these options. */
  tls?: TlsOptions;
  /** Refuse private, loopback and link-local addresses: for where a stranger's redirect leads. */
  publicOnly?: boolean;
  /** Go through this one: by a tunnel for TLS, else the socket that is returned is the proxy's. */
  proxy?: HttpProxy;
}

export interface Connection {
  socket: Socket;
  /** The proxy's, where there is one. */
  address: string;
  family: 4 | 6;
  /** Whether the address is one that the public internet does not route. */
  isPrivate: boolean;
  tls?: TlsFacts;
}

export interface ConnectOptions {
  signal: AbortSignal;
  enter(phase: Phase): void;
  tlsContexts: TlsContexts;
}

/** While one address does not answer, the next is tried beside it (RFC 8305, section 5). */
const ATTEMPT_DELAY_MS = 250;
/** Small, as two hundred bodies that wait for room in memory wait in these. */
const SOCKET_OPTIONS = { noDelay: true, highWaterMark: 16 * 1024 };

export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const { signal, enter } = options;
  // Ahead of every phase, so that no phase pays for it.
  if (target.tls) await options.tlsContexts.of(target.tls);
  if (target.proxy) return connectThrough(target.proxy, target, options);
  enter('dns');
  const addresses = await resolve(target.host, target.family ?? 'auto', signal);
  if (target.publicOnly && addresses.some(isPrivate)) {
    throw new ProbeFailure(
      'redirect',
      `the redirect leads to a private address, ${addresses.find(isPrivate)!.address}`,
    );
  }
  enter('connect');
  const { socket, address } = await connectToFirst(addresses, target.port, signal);
  const connection = { socket, ...address, isPrivate: isPrivate(address) };
  return target.tls ? secureConnection(connection, target.host, target.tls, options) : connection;
}

/** TLS on a connection that is already open: at once, or after the peer agreed to it (STARTTLS). */
export async function secureConnection(
  connection: Connection,
  host: string,
  tls: TlsOptions,
  { signal, enter, tlsContexts }: ConnectOptions,
): Promise<Connection> {
  const context = await tlsContexts.of(tls);
  enter('tls');
  try {
    const { socket, facts } = await secure(connection.socket, host, { ...tls, context, signal });
    return { ...connection, socket, tls: facts };
  } catch (error) {
    connection.socket.destroy();
    throw error;
  }
}

async function connectThrough(proxy: HttpProxy, target: Target, options: ConnectOptions): Promise<Connection> {
  const { host, port, tls } = target;
  if (target.publicOnly && isPrivateName(host)) {
    throw new ProbeFailure('redirect', `the redirect leads to a private address, ${host}`);
  }
  options.enter('proxy');
  let raw: Socket | undefined;
  let connection: Connection;
  try {
    const connected = await connectToFirst(
      await resolve(proxy.host, 'auto', options.signal),
      proxy.port,
      options.signal,
    );
    raw = connected.socket;
    const socket = proxy.isSecure ? await secureProxy(raw, proxy, options) : raw;
    if (tls) await openTunnel(socket, proxy, `${host}:${port}`, options.signal);
    connection = { socket, ...connected.address, isPrivate: isPrivateName(host) };
  } catch (error) {
    raw?.destroy();
    throw proxyFault(error, proxy);
  }
  return tls ? secureConnection(connection, host, tls, options) : connection;
}

async function secureProxy(raw: Socket, { host }: HttpProxy, { signal, tlsContexts }: ConnectOptions): Promise<Socket> {
  const { socket } = await secure(raw, host, { context: await tlsContexts.of({}), signal });
  return socket;
}

/** Behind a proxy names are not ours to look up, and a name that leads inside is the proxy's to refuse. */
function isPrivateName(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (family === 4 || family === 6) return isPrivate({ address, family });
  return /(^|\.)localhost\.?$/i.test(host);
}

interface Connected {
  socket: Socket;
  address: Address;
}

async function connectToFirst(addresses: readonly Address[], port: number, signal: AbortSignal): Promise<Connected> {
  const { promise, resolve: succeed, reject } = Promise.withResolvers<Connected>();
  const open = new Set<Socket>();
  const failures: Failure[] = [];
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  const tryNext = (): void => {
    clearTimeout(timer);
    const address = addresses[next];
    if (!address) return;
    next += 1;
    const socket = connectTcp({ host: address.address, port, ...SOCKET_OPTIONS });
    open.add(socket);
    socket.once('connect', () => {
      open.delete(socket);
      socket.removeAllListeners('error');
      // Whoever takes the socket over listens later; an error until then must not be an uncaught one.
      socket.on('error', () => undefined);
      succeed({ socket, address });
    });
    socket.once('error', (error) => {
      open.delete(socket);
      failures.push({ address, error });
      if (next < addresses.length) tryNext();
      else if (open.size === 0) reject(mostTelling(failures));
    });
    if (next < addresses.length) timer = setTimeout(tryNext, ATTEMPT_DELAY_MS);
  };

  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    tryNext();
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(timer);
    for (const socket of open) socket.destroy();
  }
}

interface Failure {
  address: Address;
  error: NodeJS.ErrnoException;
}

const NO_ROUTE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** "No route" is mostly said of the family that this machine lacks; another error tells more about the target. */
function mostTelling(failures: readonly Failure[]): Error {
  const answered = failures.find(({ error }) => !NO_ROUTE.includes(error.code ?? ''));
  if (answered) return answered.error;
  // Asked only now: the list of interfaces costs more than a connection that opens.
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const routed = failures.find(({ address }) => isFamilyHere(address, interfaces));
  if (routed) return routed.error;
  const { address, error } = failures[0]!;
  const other = address.family === 6 ? 'IPv4' : 'IPv6';
  // A machine that lacks both has lost its network, and the round says so.
  if (!interfaces.some((own) => own.family === other && isGlobal(own))) return error;
  return new ProbeFailure('unsupported-here', `this machine has no IPv${address.family}`, { cause: error });
}

function isFamilyHere(address: Address, interfaces: readonly NetworkInterfaceInfo[]): boolean {
  const sameFamily = interfaces.filter(({ family }) => family === `IPv${address.family}`);
  return isLoopback(address) ? sameFamily.length > 0 : sameFamily.some(isGlobal);
}

function isGlobal({ address, internal }: NetworkInterfaceInfo): boolean {
  return !internal && !/^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(address);
}

function isLoopback({ address }: Address): boolean {
  return address === '::1' || address.startsWith('127.');
}
