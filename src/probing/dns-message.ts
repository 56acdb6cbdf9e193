/** Messages of the DNS (RFC 1035): one question in, its answer out. Pure; what is no answer is a `protocol` failure. */
import { type RecordType, readName, recordText, TYPE_CODES } from './dns-records.ts';
import { ProbeFailure } from './failure.ts';

/** By number; the ones above are answers to questions that we do not ask. */
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
  const questions = message.readUInt16BE(4);
  const code = flags & 0xf;
  const rcode = RCODES[code] ?? `RCODE${code}`;
  let offset = HEADER_BYTES;
  // Servers that refuse or cannot read a question may leave it out.
  if (questions === 0 && rcode === 'NOERROR') throw otherQuestion();
  for (let index = 0; index < questions; index += 1) {
    const { name, next } = readName(message, offset);
    const isOurs = name === question.name && message.readUInt16BE(next) === TYPE_CODES[question.type];
    if (!isOurs) throw otherQuestion();
    offset = next + 4;
  }
  if (flags & TRUNCATED) return 'truncated';
  const answers: string[] = [];
  for (let index = message.readUInt16BE(6); index > 0; index -= 1) {
    const { next } = readName(message, offset);
    const start = next + 10;
    const end = start + message.readUInt16BE(next + 8);
    if (end > message.length) throw new RangeError('the record ends after its message');
    // Aliases on the way to the name that has the records are no answers.
    if (message.readUInt16BE(next) === TYPE_CODES[question.type])
      answers.push(recordText(question.type, message, start, end));
    offset = end;
  }
  return { rcode, answers };
}

function otherQuestion(): ProbeFailure {
  return new ProbeFailure('protocol', 'the name server answers another question');
}
