/** gRPC servers over node:http2, which answer the health check as the test says. */
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { serveTcp, type TestServer } from '../servers.ts';

export interface Asked {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type Answer = (stream: ServerHttp2Stream, asked: Asked) => void;

export function serveGrpc(answer: Answer): Promise<TestServer> {
  const http2 = http2Server(answer);
  return serveTcp((socket) => void http2.emit('connection', socket));
}

export function http2Server(answer: Answer) {
  const server = createServer();
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => answer(stream, { headers, body: Buffer.concat(chunks) }));
  });
  return server;
}

/** A HealthCheckResponse with this ServingStatus, or any other bytes, then the trailers. */
export function respond(message: number | Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }): Answer {
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(typeof message === 'number' ? framed(Buffer.from([0x08, message])) : message);
  };
}

/** All in the first headers, as servers say that there is no message. */
export function refuse(code: number, message?: string): Answer {
  return (stream) =>
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(code),
        ...(message !== undefined && { 'grpc-message': message }),
      },
      { endStream: true },
    );
}

export function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
