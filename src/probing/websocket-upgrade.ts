/** The request that turns an HTTP/1.1 connection into a WebSocket (RFC 6455, section 4.1), and its answer. */
import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { ProbeFailure } from './failure.ts';

export interface UpgradeAnswer {
  status: number;
  statusText: string;
}

export interface UpgradeRequest {
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Names that `upgrade` sets itself. */
export const UPGRADE_HEADERS = [
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'content-length',
  'transfer-encoding',
];

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_INFORMATIONAL = 16;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Status 101 means that the socket speaks WebSocket from its next byte on; another status is the server's answer in
 * HTTP. Throws `protocol` for an agreement that is none.
 */
export function upgrade(
  socket: Socket,
  { path, headers }: UpgradeRequest,
  signal: AbortSignal,
): Promise<UpgradeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UpgradeAnswer>();
  const key = randomBytes(16).toString('base64');
  let socketError: Error | undefined;
  socket.once('error', (error) => {
    socketError = error;
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });

  const outgoing = sendRequest({
    createConnection: () => socket,
    method: 'GET',
    path,
    headers: {
      ...headers,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
    },
    setDefaultHeaders: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
  });
  let informational = 0;
  outgoing.on('information', () => {
    informational += 1;
    if (informational <= MAX_INFORMATIONAL) return;
    reject(new ProbeFailure('protocol', 'the server sends informational answers without end'));
    socket.destroy();
  });
  outgoing.on('upgrade', (response: IncomingMessage, _: Socket, head: Buffer) => {
    const problem = disagreement(response, key);
    if (problem) return reject(problem);
    // The server may have spoken in the same breath.
    if (head.length > 0) socket.unshift(head);
    resolve(answerOf(response));
  });
  outgoing.on('response', (response) => {
    response.on('error', () => undefined);
    // Node knows an upgrade by its headers; a 101 without them comes here.
    const problem = response.statusCode === 101 ? disagreement(response, key) : undefined;
    if (problem) reject(problem);
    else resolve(answerOf(response));
    socket.destroy();
  });
  outgoing.on('error', (error) => reject(explain(error, socketError)));
  outgoing.end();
  return promise;
}

function answerOf({ statusCode, statusMessage }: IncomingMessage): UpgradeAnswer {
  return { status: statusCode ?? 0, statusText: statusMessage ?? '' };
}

function disagreement({ headers, statusCode: status }: IncomingMessage, key: string): ProbeFailure | undefined {
  const wanted = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  const because = (why: string): ProbeFailure =>
    new ProbeFailure('protocol', `the server switched protocols, but ${why}`, { facts: { status } });
  if (headers.upgrade?.toLowerCase() !== 'websocket') return because('not to WebSocket');
  if (!/(^|,)\s*upgrade\s*(,|$)/i.test(headers.connection ?? ''))
    return because('its header Connection does not say so');
  if (headers['sec-websocket-accept'] !== wanted)
    return because('its header Sec-WebSocket-Accept does not fit our key');
  if (headers['sec-websocket-extensions'] !== undefined) return because('with an extension that was not offered');
  return undefined;
}

/** Node calls every early end ECONNRESET; the socket knows whether it was one. */
function explain(error: Error, socketError: Error | undefined): Error {
  const isEarlyEnd = 'code' in error && error.code === 'ECONNRESET';
  if (!isEarlyEnd) return error;
  if (socketError) return socketError;
  return new ProbeFailure('closed', 'the connection was closed without an answer', { cause: error });
}
