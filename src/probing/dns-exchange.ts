/** One question to name servers and its answer, over UDP, over TCP, or over TCP because UDP was too small. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import type { ProbeContext } from './define-probe.ts';
import {
  type DnsAnswer,
  decodeAnswer,
  encodeQuestion,
  isAnswerTo,
  type Question,
  refusesEdns,
  withEdns,
} from './dns-message.ts';
import { isShortage, ProbeFailure } from './failure.ts';
import { requireHandles } from './resolve.ts';

export interface NameServer {
  address: string;
  port: number;
}

export interface Answered extends DnsAnswer {
  server: NameServer;
  transport: 'udp' | 'tcp';
}

type Asking = Pick<ProbeContext, 'signal' | 'enter' | 'connect'>;

/** Without an answer for so long, the question is asked again, and of the next server too. */
const ASK_AGAIN_MS = 1500;
/** After a datagram that is no answer to us, which a stranger may have sent, the true one may take this much longer. */
const AFTER_STRANGE_MS = 500;

/** `9.9.9.9`, `9.9.9.9:53`, `2620:fe::9`, `[2620:fe::9]:53`; undefined for anything else. */
export function toNameServer(text: string): NameServer | undefined {
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = isIP(text) ? text : (bracketed ?? plain ?? '');
  const isOne = isIP(address) !== 0 && Number(port) >= 1 && Number(port) <= 65_535;
  return isOne ? { address, port: isIP(text) ? 53 : Number(port) } : undefined;
}

export function asText({ address, port }: NameServer): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** In the order to ask them. */
export function systemNameServers(): NameServer[] {
  // Without a handle the list could not be read, and would be this machine itself.
  requireHandles();
  return new Resolver().getServers().flatMap((text) => toNameServer(text) ?? []);
}

/** Throws what the socket throws; in phase `dns` but for the way to a server over TCP. */
export async function askNameServers(
  question: Question,
  servers: readonly NameServer[],
  transport: 'udp' | 'tcp',
  context: Asking,
): Promise<Answered> {
  if (servers.length === 0) throw new ProbeFailure('unsupported-here', 'this machine knows no name server');
  const askOne = async (server: NameServer, signal: AbortSignal): Promise<Answered> => {
    const asking = { ...context, signal };
    const answer = transport === 'udp' ? await askOverUdp(question, server, asking) : 'truncated';
    if (answer !== 'truncated') return { ...answer, server, transport };
    return { ...(await askOverTcp(question, server, asking)), server, transport: 'tcp' };
  };
  return await inTurn(servers, askOne, context.signal);
}

/** The first success. The next one is tried when one fails, and beside one that takes long. */
async function inTurn<Candidate, Result>(
  candidates: readonly Candidate[],
  attempt: (candidate: Candidate, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const over = new AbortController();
  const failures: unknown[] = [];
  const waiting = candidates.values();
  let timer: NodeJS.Timeout | undefined;

  const tryNext = (): void => {
    clearTimeout(timer);
    const { value: candidate, done } = waiting.next();
    if (done || over.signal.aborted) return;
    attempt(candidate, over.signal).then(resolve, fail);
    timer = setTimeout(tryNext, ASK_AGAIN_MS);
  };
  const fail = (error: unknown): void => {
    failures.push(error);
    // What we lacked ourselves says nothing about the others.
    if (failures.length === candidates.length) reject(failures.find(isShortage) ?? error);
    else tryNext();
  };
  const abort = (): void => {
    over.abort(signal.reason);
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    tryNext();
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(timer);
    over.abort();
  }
}

async function askOverUdp(
  question: Question,
  { address, port }: NameServer,
  { signal, enter }: Asking,
): Promise<DnsAnswer | 'truncated'> {
  enter('dns');
  const { promise, resolve, reject } = Promise.withResolvers<DnsAnswer | 'truncated'>();
  const id = randomInt(0x1_0000);
  const plain = encodeQuestion(id, question);
  let isEdnsRefused = false;
  let again: NodeJS.Timeout | undefined;
  let strange: NodeJS.Timeout | undefined;
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  socket.on('error', reject);
  socket.once('connect', () => {
    socket.send(withEdns(plain));
    // Datagrams get lost, and some boxes on the way drop all that have an OPT record.
    again = setInterval(() => socket.send(plain), ASK_AGAIN_MS);
  });
  // Connected: the kernel keeps others' datagrams away, and says when the port is closed.
  socket.connect(port, address);
  socket.on('message', (message) => {
    if (!isAnswerTo(id, message)) {
      strange ??= setTimeout(() => reject(noAnswer()), AFTER_STRANGE_MS);
      return;
    }
    try {
      const answer = decodeAnswer(message, question);
      if (isEdnsRefused || !refusesEdns(answer)) return resolve(answer);
      isEdnsRefused = true;
      socket.send(plain);
    } catch (error) {
      reject(error);
    }
  });
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    clearInterval(again);
    clearTimeout(strange);
    socket.close();
  }
}

async function askOverTcp(question: Question, server: NameServer, context: Asking): Promise<DnsAnswer> {
  const plain = encodeQuestion(randomInt(0x1_0000), question);
  const answer = decodeAnswer(await exchangeOverTcp(withEdns(plain), server, context), question);
  const last = refusesEdns(answer) ? decodeAnswer(await exchangeOverTcp(plain, server, context), question) : answer;
  if (last === 'truncated') throw new ProbeFailure('protocol', 'the name server truncates its answer over TCP too');
  return last;
}

async function exchangeOverTcp(query: Buffer, { address, port }: NameServer, context: Asking): Promise<Buffer> {
  const { signal, enter, connect } = context;
  const { socket } = await connect({ host: address, port });
  try {
    signal.throwIfAborted();
    enter('dns');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    const message = readMessage(socket, query.readUInt16BE(0), signal);
    socket.write(Buffer.concat([length, query]));
    return await message;
  } finally {
    socket.destroy();
  }
}

/** The length in two bytes, then the message: never more than 64 KiB. */
async function readMessage(socket: Socket, id: number, signal: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length < 6) return;
    // Not to be waited for: the length of what is no answer may be anything.
    if (!isAnswerTo(id, heard.subarray(2))) reject(noAnswer());
    const end = 2 + heard.readUInt16BE(0);
    if (heard.length >= end) resolve(heard.subarray(2, end));
  });
  socket.on('end', () =>
    reject(
      heard.length === 0
        ? new ProbeFailure('closed', 'the name server closed the connection without an answer')
        : new ProbeFailure('truncated', 'the name server closed the connection inside its answer'),
    ),
  );
  socket.on('error', reject);
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function noAnswer(): ProbeFailure {
  return new ProbeFailure('protocol', 'the name server answers with what is no answer to the question');
}
