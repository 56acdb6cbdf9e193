/** WebSocket servers by hand, so that they can also do what no library would. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { serveTcp, type TestServer } from '../servers.ts';

/** Upgrades whoever asks, then `talk` has the socket; `said` gets each chunk of the client after its request. */
export function serveWebSocket(talk: (socket: Socket, request: string) => void): Promise<TestServer> {
  return serveTcp((socket) => upgradeOn(socket, talk));
}

export function upgradeOn(socket: Socket, talk: (socket: Socket, request: string) => void): void {
  socket.once('data', (chunk: Buffer) => {
    const request = chunk.toString('latin1');
    socket.write(agreement(request));
    talk(socket, request);
  });
}

/** What the server says when it agrees; `headers` come on top. */
export function agreement(request: string, { accept = acceptFor(request), headers = '' } = {}): string {
  const fixed = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n';
  return `${fixed}Sec-WebSocket-Accept: ${accept}\r\n${headers}\r\n`;
}

function acceptFor(request: string): string {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A frame as a server sends it. `first` is its first byte: 0x81 a whole text, 0x02 the beginning of a binary message. */
export function frame(first: number, payload: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(payload);
  const long = Buffer.from([first, 126, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([bytes.length < 126 ? Buffer.from([first, bytes.length]) : long, bytes]);
}

/** The masked frame of a client, at most 125 bytes long. */
export function unmask(bytes: Buffer): { first: number; isMasked: boolean; payload: Buffer; rest: Buffer } {
  const length = bytes[1]! & 0x7f;
  const mask = bytes.subarray(2, 6);
  const payload = Buffer.from(bytes.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]!));
  return { first: bytes[0]!, isMasked: (bytes[1]! & 0x80) !== 0, payload, rest: bytes.subarray(6 + length) };
}
