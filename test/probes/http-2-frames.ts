/** HTTP/2 by hand, for servers that say what no library would. */
import type { Socket } from 'node:net';
import { serveTcp, type TestServer } from '../servers.ts';

const [DATA, HEADERS, RST_STREAM, SETTINGS, CONTINUATION] = [0, 1, 3, 4, 9];
const END_STREAM = 1;
const END_HEADERS = 4;
/** Of the first request on a connection. */
const STREAM = 1;

/** `:status: 200`, from the static table. */
export const OK = Buffer.from([0x88]);

/** Hears the request, says its settings, then what `talk` says. */
export function serveFrames(talk: (socket: Socket) => void): Promise<TestServer> {
  return serveTcp((socket) => {
    socket.once('data', () => {
      socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
      talk(socket);
    });
  });
}

export function headers(block: Buffer, { end = true, endStream = false } = {}): Buffer {
  return frame(HEADERS, (end ? END_HEADERS : 0) | (endStream ? END_STREAM : 0), STREAM, block);
}

export function continuation(block: Buffer, { end = false } = {}): Buffer {
  return frame(CONTINUATION, end ? END_HEADERS : 0, STREAM, block);
}

export function data(bytes: Buffer | string, { endStream = false } = {}): Buffer {
  return frame(DATA, endStream ? END_STREAM : 0, STREAM, Buffer.from(bytes));
}

export function reset(code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(RST_STREAM, 0, STREAM, payload);
}

/** A header as it is, without the tables and without Huffman's code (RFC 7541, section 6.2.2). */
export function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

/** CONTINUATION after CONTINUATION of such bytes, until the peer has had enough; returns how much was sent. */
export function flood(socket: Socket, block: Buffer): () => number {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writableNeedDrain) return;
    sent += block.length;
    socket.write(continuation(block));
  }, 1);
  socket.once('close', () => clearInterval(timer));
  return () => sent;
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function text(value: string): Buffer {
  return Buffer.concat([integer(value.length), Buffer.from(value)]);
}

/** With a prefix of seven bits (RFC 7541, section 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
