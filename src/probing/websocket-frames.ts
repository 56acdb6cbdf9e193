/** The frames of RFC 6455, section 5, as a client writes and reads them. */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { ProbeFailure } from './failure.ts';

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  opcode: number;
  isFinal: boolean;
  payload: Buffer;
  /** Where the next one begins. */
  end: number;
}

/** One whole message in one frame; masked, as every frame of a client must be. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]!));
  return Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload), mask, masked]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes[0] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** The frame that begins at `start`; undefined while it is not whole. Throws on what no server may send. */
export function decodeFrame(bytes: Buffer, start: number, maxPayloadBytes: number): Frame | undefined {
  if (bytes.length < start + 2) return undefined;
  const [first, second] = [bytes[start]!, bytes[start + 1]!];
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  if ((first & 0x70) !== 0) throw malformed('it uses an extension that was not agreed on');
  if (!(Object.values(OPCODES) as number[]).includes(opcode)) throw malformed(`its kind ${opcode} does not exist`);
  if ((second & 0x80) !== 0) throw malformed('it is masked');
  const short = second & 0x7f;
  if (opcode >= OPCODES.close && (!isFinal || short > 125)) throw malformed('a control frame is too long or in pieces');
  const from = start + (short === 126 ? 4 : short === 127 ? 10 : 2);
  if (bytes.length < from) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(start + 2) : short === 127 ? Number(bytes.readBigUInt64BE(start + 2)) : short;
  if (length > maxPayloadBytes)
    throw new ProbeFailure('body-too-large', `the message is longer than ${maxPayloadBytes} bytes`);
  if (bytes.length < from + length) return undefined;
  return { opcode, isFinal, payload: bytes.subarray(from, from + length), end: from + length };
}

/** What a text message must be, once it is whole: UTF-8. */
export function isText(message: Buffer): boolean {
  return isUtf8(message);
}

function malformed(why: string): ProbeFailure {
  return new ProbeFailure('protocol', `the server sends a malformed WebSocket frame: ${why}`);
}
