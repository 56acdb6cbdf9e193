/** One HTTP/2 request and its answer on an open connection, bounded like its elder sister in exchange.ts. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { type Collecting, collectBody } from './body.ts';
import {
  cutOff,
  type ExchangeOptions,
  type HttpAnswer,
  type HttpRequest,
  MAX_HEADER_BYTES,
  MAX_INFORMATIONAL,
} from './exchange.ts';
import { ProbeFailure } from './failure.ts';

/** For every HTTP/2 connection of ours; how long the headers may be is what counts, not how many they are. */
export const SESSION_OPTIONS = {
  settings: { enablePush: false, maxHeaderListSize: MAX_HEADER_BYTES },
  maxHeaderListPairs: 2000,
};

/** NGHTTP2_ERR_TOO_MANY_CONTINUATIONS, for which Node has no name: headers in more than eight pieces. */
const TOO_MANY_PIECES = -905;

/** About the connection, which HTTP/2 minds itself; RFC 9113 calls a request with one of these malformed. */
const OF_THE_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'host',
  'te',
];

export function exchangeHttp2(
  socket: Socket,
  scheme: 'http' | 'https',
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const { signal, enter } = options;
  let status: number | undefined;
  let collecting: Collecting | undefined;
  let goneAway: number | undefined;
  let announcedBytes = 0;
  let receivedBytes = 0;
  let isWhole = false;

  const leave = (): void => {
    signal.removeEventListener('abort', abort);
    session.destroy();
    socket.destroy();
  };
  const fail = (error: Error): void => {
    // What follows a whole answer is too late to matter; it may still be decoded.
    if (isWhole) return;
    reject(explain(error, { status, goneAway, rstCode: stream.rstCode }));
    leave();
  };
  const abort = (): void => {
    reject(status === undefined ? signal.reason : cutOff(status, signal, collecting));
    leave();
  };

  enter('ttfb');
  const session: ClientHttp2Session = connect(`${scheme}://${request.headers.host}`, {
    createConnection: () => socket,
    ...SESSION_OPTIONS,
  });
  const stream: ClientHttp2Stream = session.request(
    {
      ':method': request.method,
      ':path': request.path,
      ':scheme': scheme,
      ':authority': request.headers.host,
      ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name))),
    },
    { endStream: request.body === undefined },
  );
  keepForStream(session, stream);
  signal.addEventListener('abort', abort, { once: true });
  session.on('error', fail);
  session.on('goaway', (code) => {
    goneAway = code;
  });
  stream.on('error', fail);
  stream.on('end', () => {
    // A stream that was reset ends as well; where it was without an error, only the length tells.
    const isReset = stream.rstCode !== constants.NGHTTP2_NO_ERROR;
    isWhole = status !== undefined && !isReset && receivedBytes >= announcedBytes;
  });
  stream.on('close', () => fail(new Error('the stream was closed')));
  let informational = 0;
  stream.on('headers', () => {
    informational += 1;
    if (informational > MAX_INFORMATIONAL)
      fail(new ProbeFailure('protocol', 'the server sends informational answers without end'));
  });
  stream.on('response', ({ ':status': code = 0, ...fields }, _flags, raw: string[]) => {
    if (areTooLarge(raw)) return fail(headersTooLarge());
    status = code;
    enter('body');
    const headers = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
    );
    const hasBody = request.method !== 'HEAD' && code !== 204 && code !== 304;
    announcedBytes = hasBody ? Number(headers['content-length'] ?? 0) : 0;
    stream.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
    });
    collecting = collectBody(stream, headers['content-encoding'], options, (body) => {
      if (!isWhole && !body.bodyTruncated) return;
      resolve({ status: code, statusText: '', httpVersion: '2', headers, ...body });
      leave();
    });
  });
  if (request.body !== undefined) stream.end(request.body);
  return promise;
}

const kept = new FinalizationRegistry<object>(() => undefined);

/**
 * Node aborts the whole process when a session is collected before a stream of it that was given up in the middle of its
 * headers (nodejs/node#39951), so any server could end a round. The session's handle has to live longer than the stream's.
 */
export function keepForStream(session: ClientHttp2Session, stream: ClientHttp2Stream): void {
  const keep = (): void => {
    const [longer, shorter] = [handleOf(session), handleOf(stream)];
    if (longer && shorter) kept.register(shorter, longer);
  };
  if (stream.pending) stream.once('ready', keep);
  else keep();
}

/** Node has no public name for it. */
function handleOf(owner: object): object | undefined {
  const symbol = Object.getOwnPropertySymbols(owner).find(({ description }) => /^k?handle$/i.test(description ?? ''));
  return symbol && (Reflect.get(owner, symbol) as object | undefined);
}

/** The limit that we announce holds only once the server has read it, which may be after its answer. */
export function areTooLarge(rawHeaders: readonly string[]): boolean {
  return rawHeaders.reduce((length, text) => length + text.length, 0) > MAX_HEADER_BYTES;
}

/** Whether Node gave up reading headers that go on and on: too many pieces, or far more than we announce. */
export function isHeaderFlood(error: Error, rstCode: number | undefined, isAnswered: boolean): boolean {
  if ('errno' in error && error.errno === TOO_MANY_PIECES) return true;
  return !isAnswered && rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM;
}

export function headersTooLarge(options: { cause?: Error; facts?: Record<string, unknown> } = {}): ProbeFailure {
  return new ProbeFailure('headers-too-large', 'the headers are longer than 16 KiB or in too many pieces', options);
}

interface Ending {
  status: number | undefined;
  /** Code of the server's GOAWAY. */
  goneAway: number | undefined;
  /** Of the stream; by the server, or by Node when it refuses what it gets. */
  rstCode: number | undefined;
}

function explain(error: Error, { status, goneAway, rstCode }: Ending): Error {
  if (error instanceof ProbeFailure) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error, facts: status === undefined ? {} : { status } };
  if (code !== '' && !code.startsWith('ERR_HTTP2')) {
    return code === 'ECONNRESET' ? new ProbeFailure('reset', 'the connection was reset', options) : error;
  }
  if (goneAway !== undefined) {
    return new ProbeFailure('protocol', `the server ended the HTTP/2 connection (GOAWAY, code ${goneAway})`, options);
  }
  if (isHeaderFlood(error, rstCode, status !== undefined)) return headersTooLarge(options);
  if (
    rstCode === constants.NGHTTP2_PROTOCOL_ERROR ||
    code === 'ERR_HTTP2_ERROR' ||
    code === 'ERR_HTTP2_SESSION_ERROR'
  ) {
    return new ProbeFailure('protocol', 'the answer is not valid HTTP/2', options);
  }
  if (rstCode !== undefined && rstCode !== constants.NGHTTP2_NO_ERROR && rstCode !== constants.NGHTTP2_CANCEL) {
    return new ProbeFailure('reset', `the server reset the HTTP/2 stream (code ${rstCode})`, options);
  }
  return status === undefined
    ? new ProbeFailure('closed', 'the connection was closed without an answer', options)
    : new ProbeFailure('truncated', 'the answer ended before its end was announced', options);
}
