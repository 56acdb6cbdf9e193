/** How a plain connection agrees on TLS, in the protocols that know STARTTLS. */
import type { Socket } from 'node:net';
import type { Connection } from './connection.ts';
import { ProbeFailure } from './failure.ts';
import { excerpt, type Hearing, hear } from './hearing.ts';

export const STARTTLS_PROTOCOLS = ['smtp', 'imap', 'pop3', 'postgres'] as const;
export type StarttlsProtocol = (typeof STARTTLS_PROTOCOLS)[number];

/** A server that has not come to the point by then never will. */
const MAX_BYTES = 16_384;
const MAX_LINES = 100;

const NAMES = { smtp: 'SMTP', imap: 'IMAP', pop3: 'POP3', postgres: 'PostgreSQL' } as const;
const DIALOGUES: Record<StarttlsProtocol, (peer: Peer) => Promise<void>> = { smtp, imap, pop3, postgres };

/** Leaves the socket where its next byte is TLS. Throws `protocol` when the server refuses. */
export async function agreeOnTls({ socket }: Connection, protocol: StarttlsProtocol, signal: AbortSignal) {
  const name = NAMES[protocol];
  const hearing = hear(socket, {
    signal,
    maxBytes: MAX_BYTES,
    onEnd: (heard) => {
      const said = heard.length === 0 ? 'without a word' : `after ${excerpt(heard.toString('utf8'))}`;
      return new ProbeFailure('closed', `the server closed the connection ${said}`);
    },
    onTooMuch: () => new ProbeFailure('protocol', `the server says too much for ${name}`),
  });
  const peer = new Peer(socket, hearing, name);
  await DIALOGUES[protocol](peer);
  hearing.stop();
}

/** Reads in whole lines or bytes what the other side says, and remembers how far. */
class Peer {
  readonly #socket: Socket;
  readonly #hearing: Hearing;
  readonly #name: string;
  #used = 0;
  #lines = 0;

  constructor(socket: Socket, hearing: Hearing, name: string) {
    this.#socket = socket;
    this.#hearing = hearing;
    this.#name = name;
  }

  get ownAddress(): string {
    return this.#socket.localAddress ?? '127.0.0.1';
  }

  say(text: string | Buffer): void {
    this.#socket.write(text);
  }

  async line(): Promise<string> {
    this.#lines += 1;
    if (this.#lines > MAX_LINES) throw new ProbeFailure('protocol', `the server says too much for ${this.#name}`);
    return this.#hearing.until((heard) => {
      const end = heard.indexOf('\n', this.#used);
      if (end < 0) return undefined;
      const line = heard.toString('utf8', this.#used, end).replace(/\r$/, '');
      this.#used = end + 1;
      return line;
    });
  }

  async byte(): Promise<string> {
    return this.#hearing.until((heard) => {
      if (heard.length <= this.#used) return undefined;
      this.#used += 1;
      return heard.toString('latin1', this.#used - 1, this.#used);
    });
  }

  /** Whoever sits in between could slip in plain text that is taken for what the server says under TLS. */
  async expectSilence(): Promise<void> {
    const isSilent = await this.#hearing.until((heard) => heard.length === this.#used);
    if (!isSilent) throw new ProbeFailure('protocol', 'the server goes on in plain text after it agreed to TLS');
  }

  refuses(what: string, line: string): ProbeFailure {
    return new ProbeFailure('protocol', `the server ${what}: it said ${excerpt(line)}`);
  }

  isNotSpoken(line: string): ProbeFailure {
    return this.refuses(`does not speak ${this.#name}`, line);
  }
}

async function smtp(peer: Peer): Promise<void> {
  const greeting = await smtpReply(peer);
  if (!greeting[0]!.startsWith('220')) throw peer.refuses('refuses service', greeting[0]!);
  peer.say(`EHLO [${peer.ownAddress.includes(':') ? 'IPv6:' : ''}${peer.ownAddress}]\r\n`);
  const features = await smtpReply(peer);
  if (!features[0]!.startsWith('250')) throw peer.refuses('refuses EHLO', features[0]!);
  if (!features.some((line) => /^250[ -]STARTTLS\s*$/i.test(line)))
    throw new ProbeFailure('protocol', 'the server does not offer STARTTLS');
  peer.say('STARTTLS\r\n');
  const answer = await smtpReply(peer);
  if (!answer[0]!.startsWith('220')) throw peer.refuses('refuses STARTTLS', answer[0]!);
  await peer.expectSilence();
}

/** The lines of one reply: `250-a`, `250-b`, `250 c`. */
async function smtpReply(peer: Peer): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = await peer.line();
    if (!/^[2-5]\d\d([ -]|$)/.test(line)) throw peer.isNotSpoken(line);
    lines.push(line);
    if (line[3] !== '-') return lines;
  }
}

async function imap(peer: Peer): Promise<void> {
  const greeting = await peer.line();
  if (/^\* BYE\b/i.test(greeting)) throw peer.refuses('refuses service', greeting);
  // RFC 9051, section 7.1.4: who is known already may not change to TLS.
  if (/^\* PREAUTH\b/i.test(greeting)) throw peer.refuses('allows no STARTTLS here', greeting);
  if (!/^\* OK\b/i.test(greeting)) throw peer.isNotSpoken(greeting);
  peer.say('a1 STARTTLS\r\n');
  for (;;) {
    const line = await peer.line();
    if (/^\* BYE\b/i.test(line)) throw peer.refuses('refuses service', line);
    if (/^a1 OK\b/i.test(line)) return peer.expectSilence();
    if (/^a1 (NO|BAD)\b/i.test(line)) throw peer.refuses('refuses STARTTLS', line);
    if (!line.startsWith('* ')) throw peer.isNotSpoken(line);
  }
}

async function pop3(peer: Peer): Promise<void> {
  for (const [command, what] of [
    [undefined, 'refuses service'],
    ['STLS', 'refuses STLS'],
  ] as const) {
    if (command) peer.say(`${command}\r\n`);
    const line = await peer.line();
    if (/^-ERR\b/i.test(line)) throw peer.refuses(what, line);
    if (!/^\+OK\b/i.test(line)) throw peer.isNotSpoken(line);
  }
  await peer.expectSilence();
}

/** A message of eight bytes: its length, and a number where the version would stand. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

async function postgres(peer: Peer): Promise<void> {
  peer.say(SSL_REQUEST);
  const answer = await peer.byte();
  if (answer === 'S') return peer.expectSilence();
  if (answer === 'N') throw new ProbeFailure('protocol', 'the server refuses TLS');
  if (answer === 'E') throw new ProbeFailure('protocol', 'the server answers the request for TLS with an error');
  throw peer.isNotSpoken(answer);
}
