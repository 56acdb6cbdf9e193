/** Messages of the DNS (RFC 1035): one question in, its answer out. Pure; what is no answer is a `protocol` failure. */
import { type RecordType, readName, recordText, TYPE_CODES } from './dns-records.ts';
import { ProbeFailure } from './failure.ts';

/** By number; the ones above are answers to questions that we do not ask, or to EDNS. */
export const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
] as const;

/** Those that take the upper bits of an OPT record (RFC 6891). */
const EXTENDED_RCODES: Readonly<Record<number, string>> = { 16: 'BADVERS', 23: 'BADCOOKIE' };

export interface Question {
  /** ASCII, without a dot at the end; `.` is the root. */
  name: string;
  type: RecordType;
}

export interface DnsAnswer {
  /** One of `RCODES`, or `RCODE11` and so on. */
  rcode: string;
  /** The records of the asked type, as text: `10 mail.example.org`. */
  answers: readonly string[];
}

const HEADER_BYTES = 12;
const CLASS_IN = 1;
const RESPONSE = 0x8000;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const OPT = 41;
/** What crosses every network in one piece, as DNS flag day 2020 has it. */
const UDP_PAYLOAD_BYTES = 1232;

export function encodeQuestion(id: number, { name, type }: Question): Buffer {
  const labels = name === '.' ? [] : name.split('.');
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(RECURSION_DESIRED, 2);
  header.writeUInt16BE(1, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(TYPE_CODES[type], 0);
  tail.writeUInt16BE(CLASS_IN, 2);
  const encoded = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')]);
  return Buffer.concat([header, ...encoded, Buffer.from([0]), tail]);
}

/** The same question in EDNS(0) (RFC 6891): the answer may be longer than 512 bytes, and have more codes. */
export function withEdns(query: Buffer): Buffer {
  const extended = Buffer.concat([query, Buffer.alloc(11)]);
  extended.writeUInt16BE(1, 10);
  extended.writeUInt16BE(OPT, query.length + 1);
  extended.writeUInt16BE(UDP_PAYLOAD_BYTES, query.length + 3);
  return extended;
}

/** Whether the question may be understood without EDNS. */
export function refusesEdns(answer: DnsAnswer | 'truncated'): boolean {
  return answer !== 'truncated' && ['FORMERR', 'NOTIMP', 'BADVERS'].includes(answer.rcode);
}

/** Whether a message says that it answers the question with this id; anybody's else is not worth reading. */
export function isAnswerTo(id: number, message: Buffer): boolean {
  return message.length >= 4 && message.readUInt16BE(0) === id && (message.readUInt16BE(2) & RESPONSE) !== 0;
}

/** `truncated` when the answer did not fit, and has to be asked for over TCP. */
export function decodeAnswer(message: Buffer, question: Question): DnsAnswer | 'truncated' {
  try {
    return decode(message, question);
  } catch (error) {
    // Reading beyond the end of the message.
    if (!(error instanceof RangeError)) throw error;
    throw new ProbeFailure('protocol', 'the name server answers with a broken message', { cause: error });
  }
}

function decode(message: Buffer, question: Question): DnsAnswer | 'truncated' {
  const flags = message.readUInt16BE(2);
  // Servers that refuse or cannot read a question may leave it out, and not even say so.
  const questions = message.length === HEADER_BYTES ? 0 : message.readUInt16BE(4);
  let offset = HEADER_BYTES;
  for (let index = 0; index < questions; index += 1) {
    const { name, next } = readName(message, offset);
    const isOurs = name === question.name && message.readUInt16BE(next) === TYPE_CODES[question.type];
    if (!isOurs) throw otherQuestion();
    offset = next + 4;
  }
  if (flags & TRUNCATED) return 'truncated';
  const answers: string[] = [];
  for (let index = message.readUInt16BE(6); index > 0; index -= 1) {
    const { type, start, end } = readRecord(message, offset);
    // Aliases on the way to the name that has the records are no answers.
    if (type === TYPE_CODES[question.type]) answers.push(recordText(question.type, message, start, end));
    offset = end;
  }
  const code = (extendedCode(message, offset) << 4) | (flags & 0xf);
  if (questions === 0 && code === 0) throw otherQuestion();
  return { rcode: RCODES[code] ?? EXTENDED_RCODES[code] ?? `RCODE${code}`, answers };
}

/** The upper bits of the code, from the OPT record if one stands behind the answers. */
function extendedCode(message: Buffer, behindAnswers: number): number {
  let offset = behindAnswers;
  // Servers without EDNS repeat our header with its number of records, and not the record.
  for (let left = message.readUInt16BE(8) + message.readUInt16BE(10); left > 0 && offset < message.length; left -= 1) {
    const { type, ttl, end } = readRecord(message, offset);
    if (type === OPT) return ttl >>> 24;
    offset = end;
  }
  return 0;
}

/** Its data stands from `start` to `end`. */
function readRecord(message: Buffer, offset: number): { type: number; ttl: number; start: number; end: number } {
  const { next } = readName(message, offset);
  const start = next + 10;
  const end = start + message.readUInt16BE(next + 8);
  if (end > message.length) throw new RangeError('the record ends after its message');
  return { type: message.readUInt16BE(next), ttl: message.readUInt32BE(next + 4), start, end };
}

function otherQuestion(): ProbeFailure {
  return new ProbeFailure('protocol', 'the name server answers another question');
}
