/** A name server on loopback that answers what the test wants, written apart from the code that reads it. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';

export interface Reply {
  rcode?: number;
  truncated?: boolean;
  records?: readonly Buffer[];
  authority?: readonly Buffer[];
  additional?: readonly Buffer[];
  /** Answers that it has more records than there are. */
  claims?: number;
  /** Instead of the question that was asked. */
  question?: Buffer;
  /** Says that it repeats no question. */
  asksNothing?: boolean;
  /** Instead of the id of the question. */
  id?: number;
}

export interface Asked {
  name: string;
  type: number;
  /** How long a datagram may be, by the question's OPT record. */
  edns?: number;
}

type Answer = (question: Asked, transport: 'udp' | 'tcp') => Reply | Buffer | undefined;

export interface DnsServer extends AsyncDisposable {
  server: string;
  port: number;
  /** Datagrams that came. */
  asked: Asked[];
}

/** Undefined is silence, a buffer is sent as it is. */
export async function serveDns(answer: Answer, atPort = 0): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: Asked[] = [];
  socket.on('message', (message, { port, address }) => {
    const question = read(message);
    asked.push(question);
    const reply = answer(question, 'udp');
    if (reply) socket.send(Buffer.isBuffer(reply) ? reply : write(message, reply), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(atPort, '127.0.0.1', resolve));
  const { port } = socket.address();
  return {
    server: `127.0.0.1:${port}`,
    port,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** One that the system gave out and got back a moment ago. */
export async function closedUdpPort(): Promise<number> {
  await using server = await serveDns(() => undefined);
  return server.port;
}

/** For `serveTcp`: each message after its length. */
export function overTcp(answer: Answer): (socket: Socket) => void {
  return (socket) => {
    let heard = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      if (heard.length < 2 || heard.length < 2 + heard.readUInt16BE(0)) return;
      const message = heard.subarray(2);
      const reply = answer(read(message), 'tcp');
      if (reply) socket.write(Buffer.isBuffer(reply) ? reply : framed(write(message, reply)));
    });
  };
}

export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** `data` in hexadecimal, spaces allowed. */
export function record(name: string, type: number, data: string): Buffer {
  const bytes = Buffer.from(data.replaceAll(' ', ''), 'hex');
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(300, 4);
  fixed.writeUInt16BE(bytes.length, 8);
  return Buffer.concat([encodeName(name), fixed, bytes]);
}

/** The upper bits of the code stand in it. */
export function opt(extendedCode = 0, payloadBytes = 1232): Buffer {
  const fixed = Buffer.alloc(11);
  fixed.writeUInt16BE(41, 1);
  fixed.writeUInt16BE(payloadBytes, 3);
  fixed.writeUInt8(extendedCode, 5);
  return fixed;
}

export function encodeName(name: string): Buffer {
  const labels = name.split('.').filter(Boolean);
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function read(message: Buffer): Asked {
  const labels: string[] = [];
  let at = 12;
  while (message[at]! > 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + message[at]!));
    at += message[at]! + 1;
  }
  const hasOpt = message.readUInt16BE(10) === 1 && message.readUInt16BE(at + 6) === 41;
  return {
    name: labels.join('.'),
    type: message.readUInt16BE(at + 1),
    ...(hasOpt && { edns: message.readUInt16BE(at + 8) }),
  };
}

function write(query: Buffer, reply: Reply): Buffer {
  const {
    rcode = 0,
    truncated = false,
    records = [],
    authority = [],
    additional = [],
    claims,
    question,
    id,
    asksNothing = false,
  } = reply;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id ?? query.readUInt16BE(0), 0);
  header.writeUInt16BE(0x8180 | rcode | (truncated ? 0x0200 : 0), 2);
  header.writeUInt16BE(asksNothing ? 0 : 1, 4);
  header.writeUInt16BE(claims ?? records.length, 6);
  header.writeUInt16BE(authority.length, 8);
  header.writeUInt16BE(additional.length, 10);
  const end = query.indexOf(0, 12) + 5;
  return Buffer.concat([header, question ?? query.subarray(12, end), ...records, ...authority, ...additional]);
}
