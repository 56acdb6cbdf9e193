/** One HTTP/1.1 request and its answer on an open connection, bounded in every direction. */
import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Phase } from '../model.ts';
import { type Body, type BodyOptions, type Collecting, collectBody } from './body.ts';
import { ProbeFailure } from './failure.ts';

export interface HttpRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

export interface HttpAnswer extends Body {
  status: number;
  statusText: string;
  httpVersion: string;
  /** By lower-case name; repeated ones joined with a comma. */
  headers: Readonly<Record<string, string>>;
}

export interface ExchangeOptions extends BodyOptions {
  signal: AbortSignal;
  enter(phase: Phase): void;
}

export const MAX_HEADER_BYTES = 16 * 1024;
/** Informational answers (100, 103) before the real one; a server that sends more of them never comes to the point. */
export const MAX_INFORMATIONAL = 16;

export function exchange(socket: Socket, request: HttpRequest, options: ExchangeOptions): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const { signal, enter } = options;
  let answered: IncomingMessage | undefined;
  let collecting: Collecting | undefined;
  let socketError: Error | undefined;
  socket.once('error', (error) => {
    socketError = error;
  });

  const fail = (error: Error): void => {
    // Bytes after the end of a whole answer are an error to Node; the answer stands, and ends by itself.
    if (answered?.complete) return;
    signal.removeEventListener('abort', abort);
    socket.destroy();
    reject(explain(error, answered, socketError));
  };
  const abort = (): void => {
    socket.destroy();
    reject(answered ? cutOff(answered.statusCode!, signal, collecting) : signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });

  enter('ttfb');
  const outgoing = sendRequest({
    createConnection: () => socket,
    method: request.method,
    path: request.path,
    headers: { ...request.headers, connection: 'close' },
    setDefaultHeaders: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
  });
  const chatter = (): void => fail(new ProbeFailure('protocol', 'the server sends informational answers without end'));
  let informational = 0;
  outgoing.on('information', () => {
    informational += 1;
    if (informational > MAX_INFORMATIONAL) chatter();
  });
  outgoing.once('socket', () => {
    socket.prependListener('data', (piece: Buffer) => {
      if (answered || !isChatter(piece)) return;
      // Ahead of the parser, which would go through two thousand of them, and keep them all, before it can be stopped.
      piece.fill(0);
      chatter();
    });
  });
  outgoing.on('upgrade', () => fail(new ProbeFailure('protocol', 'the server switched protocols unasked')));
  outgoing.on('error', fail);
  outgoing.on('response', (response) => {
    answered = response;
    if (response.statusCode! < 200)
      return fail(new ProbeFailure('protocol', `the server answers with status ${response.statusCode}`));
    enter('body');
    const headers = joined(response);
    collecting = collectBody(response, headers['content-encoding'], options, (body) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve({
        status: response.statusCode ?? 0,
        statusText: response.statusMessage ?? '',
        httpVersion: response.httpVersion,
        headers,
        ...body,
      });
    });
    response.on('error', fail);
  });
  if (request.body === undefined) outgoing.end();
  else outgoing.end(request.body);
  return promise;
}

/** Whether one piece of what the server sends has more informational answers in it than we bear. */
function isChatter(piece: Buffer): boolean {
  let at = 0;
  for (let count = 0; count <= MAX_INFORMATIONAL; count += 1) {
    const end = piece.indexOf('\r\n\r\n', at);
    if (end === -1) return false;
    at = end + 4;
    if (piece.toString('latin1', at, at + 7) !== 'HTTP/1.') return false;
  }
  return true;
}

/** The deadline came while the body was read: what the head said is known all the same. */
export function cutOff(status: number, signal: AbortSignal, collecting?: Collecting): ProbeFailure {
  if (collecting?.isPaused()) {
    return new ProbeFailure('prober-fault', 'the body waited for memory that other bodies took', { facts: { status } });
  }
  return new ProbeFailure('timeout', 'the body did not end in time', { cause: signal.reason, facts: { status } });
}

/** Node calls every early end ECONNRESET; the socket knows whether it was one. */
function explain(error: Error, answered: IncomingMessage | undefined, socketError: Error | undefined): Error {
  const code = 'code' in error ? error.code : undefined;
  const facts = answered ? { status: answered.statusCode } : {};
  if (socketError && 'code' in socketError && code === 'ECONNRESET') {
    return new ProbeFailure('reset', 'the connection was reset', { cause: socketError, facts });
  }
  if (code === 'ECONNRESET') {
    return answered
      ? new ProbeFailure('truncated', 'the answer ended before its announced length', { cause: error, facts })
      : new ProbeFailure('closed', 'the connection was closed without an answer', { cause: error });
  }
  return error;
}

function joined(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
}
