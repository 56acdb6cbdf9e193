/** One HTTP/2 request and its answer on an open connection, bounded like its elder sister in exchange.ts. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { collectBody } from './body.ts';
import {
  cutOff,
  type ExchangeOptions,
  type HttpAnswer,
  type HttpRequest,
  MAX_HEADER_BYTES,
  MAX_INFORMATIONAL,
} from './exchange.ts';
import { ProbeFailure } from './failure.ts';

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
  let goneAway: number | undefined;
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
    reject(status === undefined ? signal.reason : cutOff(status, signal));
    leave();
  };

  enter('ttfb');
  const session: ClientHttp2Session = connect(`${scheme}://${request.headers.host}`, {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: MAX_HEADER_BYTES },
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
  signal.addEventListener('abort', abort, { once: true });
  session.on('error', fail);
  session.on('goaway', (code) => {
    goneAway = code;
  });
  stream.on('error', fail);
  stream.on('end', () => {
    // A stream that was reset ends as well.
    isWhole = stream.rstCode === constants.NGHTTP2_NO_ERROR;
  });
  stream.on('close', () => fail(new Error('the stream was closed')));
  let informational = 0;
  stream.on('headers', () => {
    informational += 1;
    if (informational > MAX_INFORMATIONAL)
      fail(new ProbeFailure('protocol', 'the server sends informational answers without end'));
  });
  stream.on('response', ({ ':status': code = 0, ...fields }, _flags, raw: string[]) => {
    // The limit that we announce holds only once the server has read it, which may be after its answer.
    if (raw.reduce((length, text) => length + text.length, 0) > MAX_HEADER_BYTES) {
      return fail(new ProbeFailure('headers-too-large', 'the headers are longer than 16 KiB'));
    }
    status = code;
    enter('body');
    const headers = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
    );
    collectBody(stream, headers['content-encoding'], options, (body) => {
      if (!isWhole && !body.bodyTruncated) return;
      resolve({ status: code, statusText: '', httpVersion: '2', headers, ...body });
      leave();
    });
  });
  if (request.body !== undefined) stream.end(request.body);
  return promise;
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
  if (status === undefined && rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM) {
    return new ProbeFailure('headers-too-large', 'the headers are longer than 16 KiB', options);
  }
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
