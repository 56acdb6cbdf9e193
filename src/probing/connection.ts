/** The one way to a socket: resolve → TCP → TLS, each phase timed, the certificate verified by hand. */
import { connect as connectTcp, type Socket } from 'node:net';
import type { Phase } from '../model.ts';
import { ProbeFailure } from './failure.ts';
import { isPrivate } from './private-address.ts';
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
}

export interface Connection {
  socket: Socket;
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

export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const { signal, enter } = options;
  // Ahead of every phase, so that no phase pays for it.
  if (target.tls) await options.tlsContexts.of(target.tls);
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

interface Connected {
  socket: Socket;
  address: Address;
}

async function connectToFirst(addresses: readonly Address[], port: number, signal: AbortSignal): Promise<Connected> {
  const { promise, resolve: succeed, reject } = Promise.withResolvers<Connected>();
  const open = new Set<Socket>();
  const errors: Error[] = [];
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  const tryNext = (): void => {
    clearTimeout(timer);
    const address = addresses[next];
    if (!address) return;
    next += 1;
    const socket = connectTcp({ host: address.address, port, noDelay: true });
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
      errors.push(error);
      if (next < addresses.length) tryNext();
      else if (open.size === 0) reject(mostTelling(errors));
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

/** "No route" is mostly said of the family that this machine lacks; another error tells more about the target. */
function mostTelling(errors: readonly Error[]): Error {
  const isNoRoute = (error: Error): boolean =>
    'code' in error && (error.code === 'ENETUNREACH' || error.code === 'EHOSTUNREACH');
  return errors.find((error) => !isNoRoute(error)) ?? errors[0]!;
}
