/** One question to a name server and its answer, over UDP, over TCP, or over TCP because UDP was too small. */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import type { ProbeContext } from './define-probe.ts';
import { type DnsAnswer, decodeAnswer, encodeQuestion, isAnswerTo, type Question } from './dns-message.ts';
import { ProbeFailure } from './failure.ts';

export interface NameServer {
  address: string;
  port: number;
}

export interface Answered extends DnsAnswer {
  server: NameServer;
  transport: 'udp' | 'tcp';
}

/** Datagrams get lost: the question is asked again, and the next server too, this long after the last time. */
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

export function systemNameServers(): NameServer[] {
  return getServers().flatMap((text) => toNameServer(text) ?? []);
}

/** Throws what the socket throws; in phase `dns` but for the way to a server over TCP. */
export async function askNameServers(
  question: Question,
  servers: readonly NameServer[],
  transport: 'udp' | 'tcp',
  context: Pick<ProbeContext, 'signal' | 'enter' | 'connect'>,
): Promise<Answered> {
  const [first] = servers;
  if (!first) throw new ProbeFailure('unsupported-here', 'this machine knows no name server');
  if (transport === 'tcp') return { ...(await askOverTcp(question, first, context)), server: first, transport };
  context.enter('dns');
  const { answer, server } = await askOverUdp(question, servers, context.signal);
  if (answer !== 'truncated') return { ...answer, server, transport };
  return { ...(await askOverTcp(question, server, context)), server, transport: 'tcp' };
}

async function askOverUdp(
  question: Question,
  servers: readonly NameServer[],
  signal: AbortSignal,
): Promise<{ answer: DnsAnswer | 'truncated'; server: NameServer }> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<{
    answer: DnsAnswer | 'truncated';
    server: NameServer;
  }>();
  const asked = new Map<NameServer, { socket: UdpSocket; query: Buffer }>();
  const failed = new Set<NameServer>();
  let turn = 0;
  let again: NodeJS.Timeout | undefined;
  let strange: NodeJS.Timeout | undefined;

  const fail = (server: NameServer, error: Error): void => {
    failed.add(server);
    if (failed.size === servers.length) reject(error);
    else if (asked.size < servers.length) next();
  };
  const open = (server: NameServer): { socket: UdpSocket; query: Buffer } => {
    const id = randomInt(0x1_0000);
    const query = encodeQuestion(id, question);
    const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
    socket.on('error', (error) => fail(server, error));
    // Connected: the kernel keeps others' datagrams away, and says when the port is closed.
    socket.once('connect', () => socket.send(query));
    socket.connect(server.port, server.address);
    socket.on('message', (message) => {
      if (!isAnswerTo(id, message)) {
        const failure = new ProbeFailure('protocol', 'the name server answers with what is no answer to the question');
        strange ??= setTimeout(() => fail(server, failure), AFTER_STRANGE_MS);
        return;
      }
      try {
        resolve({ answer: decodeAnswer(message, question), server });
      } catch (error) {
        fail(server, error as Error);
      }
    });
    return { socket, query };
  };
  const next = (): void => {
    clearTimeout(again);
    const server = servers[turn % servers.length]!;
    turn += 1;
    const known = asked.get(server);
    if (!known) asked.set(server, open(server));
    else if (!failed.has(server)) known.socket.send(known.query);
    again = setTimeout(next, ASK_AGAIN_MS);
  };
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    next();
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(again);
    clearTimeout(strange);
    for (const { socket } of asked.values()) socket.close();
  }
}

async function askOverTcp(
  question: Question,
  { address, port }: NameServer,
  { signal, enter, connect }: Pick<ProbeContext, 'signal' | 'enter' | 'connect'>,
): Promise<DnsAnswer> {
  const { socket } = await connect({ host: address, port });
  enter('dns');
  const id = randomInt(0x1_0000);
  const query = encodeQuestion(id, question);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const message = readMessage(socket, id, signal);
  socket.write(Buffer.concat([length, query]));
  const answer = decodeAnswer(await message, question);
  socket.destroy();
  if (answer === 'truncated') throw new ProbeFailure('protocol', 'the name server truncates its answer over TCP too');
  return answer;
}

/** The length in two bytes, then the message: never more than 64 KiB. */
async function readMessage(socket: Socket, id: number, signal: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length < 6) return;
    // Not to be waited for: the length of what is no answer may be anything.
    if (!isAnswerTo(id, heard.subarray(2)))
      reject(new ProbeFailure('protocol', 'the name server answers with what is no answer to the question'));
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
