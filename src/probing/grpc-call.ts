/** One unary gRPC call over HTTP/2 on an open connection, bounded. */
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { Phase } from '../model.ts';
import { ProbeFailure } from './failure.ts';
import { areTooLarge, headersTooLarge, isHeaderFlood, keepForStream, SESSION_OPTIONS } from './http2-exchange.ts';

export interface GrpcCall {
  /** `http://host:port` or `https://host:port`. */
  authority: string;
  /** `/package.Service/Method`. */
  path: string;
  metadata: Readonly<Record<string, string>>;
  /** The framed message. */
  request: Buffer;
}

export interface GrpcAnswer {
  status: number;
  /** Undefined for what is no gRPC: a proxy's answer, a web page. */
  grpcStatus?: number;
  grpcMessage: string;
  /** The framed message, if there is one. */
  response: Buffer;
}

/** A health check answers with seven bytes. */
const MAX_RESPONSE_BYTES = 16 * 1024;

/** RFC 9113, section 7, by number. */
const ERROR_CODES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

export function call(
  socket: Socket,
  { authority, path, metadata, request }: GrpcCall,
  { signal, enter }: { signal: AbortSignal; enter(phase: Phase): void },
): Promise<GrpcAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GrpcAnswer>();
  let socketError: Error | undefined;
  let answered: IncomingHttpHeaders | undefined;
  socket.on('error', (error) => {
    socketError = error;
  });
  enter('ttfb');
  const session = connect(authority, {
    createConnection: () => socket,
    ...SESSION_OPTIONS,
    maxSessionMemory: 1,
  });
  const fail = (error: Error): void => reject(explain(error, { socketError, answered, rstCode: stream.rstCode }));
  session.on('error', fail);
  session.on('goaway', (code) => {
    if (code !== constants.NGHTTP2_NO_ERROR)
      fail(new ProbeFailure('protocol', `the server ends HTTP/2 with ${nameOf(code)}`));
  });
  session.on('close', () => fail(ended(answered)));
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });

  const stream = session.request({
    ...metadata,
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'Vedette/0.1 (status page probe)',
  });
  keepForStream(session, stream);
  const chunks: Buffer[] = [];
  let length = 0;
  let trailers: IncomingHttpHeaders = {};
  stream.on('error', fail);
  stream.on('response', (headers, _flags, raw: string[]) => {
    if (areTooLarge(raw)) return fail(headersTooLarge());
    answered = headers;
    enter('body');
  });
  stream.on('trailers', (headers, _flags, raw: string[]) => {
    if (areTooLarge(raw)) return fail(headersTooLarge());
    trailers = headers;
  });
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_RESPONSE_BYTES)
      fail(new ProbeFailure('body-too-large', `the answer is longer than ${MAX_RESPONSE_BYTES} bytes`));
  });
  stream.on('close', () => {
    if (session.destroyed) fail(ended(answered));
    else if (stream.rstCode !== constants.NGHTTP2_NO_ERROR)
      fail(new ProbeFailure('reset', `the server reset the call with ${nameOf(stream.rstCode)}`));
    else if (answered) resolve(answerOf(answered, trailers, Buffer.concat(chunks)));
    else fail(ended(answered));
  });
  stream.end(request);
  return promise.finally(() => session.destroy());
}

/** An answer without a message has everything in its first headers. */
function answerOf(headers: IncomingHttpHeaders, trailers: IncomingHttpHeaders, response: Buffer): GrpcAnswer {
  const all = { ...headers, ...trailers };
  const isGrpc = /^application\/grpc\b/i.test(String(headers['content-type'] ?? ''));
  const code = String(all['grpc-status'] ?? '');
  return {
    status: Number(headers[':status']),
    ...(isGrpc && /^\d{1,3}$/.test(code) && { grpcStatus: Number(code) }),
    grpcMessage: decoded(String(all['grpc-message'] ?? '')),
    response,
  };
}

/** Percent-encoded UTF-8, or what the server took for it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function ended(answered: IncomingHttpHeaders | undefined): ProbeFailure {
  return answered
    ? new ProbeFailure('truncated', 'the answer ended before its status', { facts: { status: answered[':status'] } })
    : new ProbeFailure('closed', 'the connection was closed without an answer');
}

interface Ending {
  socketError: Error | undefined;
  answered: IncomingHttpHeaders | undefined;
  rstCode: number | undefined;
}

function explain(error: Error, { socketError, answered, rstCode }: Ending): Error {
  if (error instanceof ProbeFailure || !('code' in error)) return error;
  if (isHeaderFlood(error, rstCode, answered !== undefined)) return headersTooLarge({ cause: error });
  if (socketError) return socketError;
  const code = String(error.code);
  if (code === 'ERR_HTTP2_STREAM_ERROR') {
    const name = /NGHTTP2_(\w+)/.exec(error.message)?.[1] ?? 'an error';
    return new ProbeFailure('reset', `the server reset the call with ${name}`, { cause: error });
  }
  if (code.startsWith('ERR_HTTP2_'))
    return new ProbeFailure('protocol', 'the server does not speak HTTP/2', { cause: error });
  return error;
}

function nameOf(code: number | undefined): string {
  return ERROR_CODES[code ?? -1] ?? `code ${code}`;
}
