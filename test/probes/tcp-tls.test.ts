import type { Socket } from 'node:net';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { probeOnce } from '../probing/probe-once.ts';
import { type CertificateName, certificates } from '../servers.ts';
import { securing, serveSockets } from './tls-server.ts';

const { authority } = await certificates();
const secured = await securing('valid');

beforeAll(() => setDefaultCACertificates([...rootCertificates, authority]));

/** Answers each line of the client with what stands beside it; TLS begins after an answer to one of these. */
const LAST_WORDS = ['STARTTLS', 'a1 STARTTLS', 'STLS'];

function agreeing(greeting: string, answers: Record<string, string>, after: (socket: Socket) => void = secured) {
  return (socket: Socket) => {
    if (greeting) socket.write(greeting);
    socket.on('data', function onData(chunk: Buffer) {
      const line = chunk.toString().trim();
      const answer = answers[line.startsWith('EHLO') ? 'EHLO' : line];
      if (answer === undefined) return;
      const isLast = LAST_WORDS.includes(line) && !/^(4|5|-ERR|a1 (NO|BAD))/.test(answer);
      if (isLast) socket.off('data', onData);
      socket.write(answer, () => isLast && after(socket));
    });
  };
}

function postgres(answer: string, after: (socket: Socket) => void = secured) {
  return (socket: Socket) => {
    socket.once('data', (chunk) => {
      const isRequest = chunk.toString('hex') === '0000000804d2162f';
      socket.write(isRequest ? answer : 'E', () => isRequest && answer === 'S' && after(socket));
    });
  };
}

const SMTP = { EHLO: '250-mail.example.org\r\n250-STARTTLS\r\n250 SIZE 1000\r\n', STARTTLS: '220 go ahead\r\n' };
const SMTP_GREETING = '220-mail.example.org\r\n220 ESMTP\r\n';
const IMAP = { 'a1 STARTTLS': '* CAPABILITY IMAP4rev1\r\na1 OK begin\r\n' };
const POP3 = { STLS: '+OK begin\r\n' };

async function talkTo(act: (socket: Socket) => void, settings: object, timeoutMs = 2000) {
  await using server = await serveSockets(act);
  const observation = await probeOnce('tcp', { host: '127.0.0.1', port: server.port, ...settings }, { timeoutMs });
  await expect.poll(() => server.connections.open).toBe(0);
  return observation;
}

const says = (words: string) => securing('valid', (socket) => void socket.write(words));

describe('tls', () => {
  test('from the first byte, with the facts', async () => {
    const observation = await talkTo(secured, { tls: true });
    expect(observation).toMatchObject({
      outcome: 'up',
      message: 'connected, TLSv1.3',
      facts: { tls: { subject: 'vedette-test', authorized: true } },
      warnings: [],
    });
    expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'tls']);
  });

  test('a talk under TLS', async () => {
    const observation = await talkTo(await says('+PONG\r\n'), {
      tls: {},
      talk: [{ send: 'PING\r\n', expect: '^\\+PONG' }],
    });
    expect(observation).toMatchObject({ outcome: 'up', message: 'connected, TLSv1.3; said what was expected' });
    expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'tls', 'talk']);
  });

  test.each<[CertificateName, object, object]>([
    ['ending', { tls: true }, { outcome: 'degraded', reason: 'expiring' }],
    ['expired', { tls: true }, { outcome: 'down', reason: 'tls-expired', phase: 'tls' }],
    ['wrongHost', { tls: true }, { outcome: 'down', reason: 'tls-name', phase: 'tls' }],
    ['wrongHost', { tls: { serverName: 'elsewhere.example' } }, { outcome: 'up' }],
    ['selfSigned', { tls: { verify: false } }, { outcome: 'up', warnings: [expect.stringMatching(/not verified/)] }],
  ])('%s, %j', async (certificate, settings, expected) => {
    expect(await talkTo(await securing(certificate), settings)).toMatchObject(expected);
  });

  test.each<[string, object]>([
    ['without a talk', {}],
    ['with a talk', { talk: [{ expect: '^220 ' }] }],
    ['with a talk that only sends', { talk: [{ send: 'PING\r\n' }] }],
  ])('a client certificate that we do not have, %s', async (_, settings) => {
    const wanting = { requestCert: true, rejectUnauthorized: true, ca: [authority] };
    const observation = await talkTo(await securing('valid', undefined, wanting), { tls: true, ...settings });
    expect(observation).toMatchObject({ outcome: 'down', reason: 'tls-client-cert' });
  });

  test('silence is a timeout in the handshake', async () => {
    expect(await talkTo((socket) => void socket.resume(), { tls: true }, 300)).toMatchObject({
      reason: 'timeout',
      phase: 'tls',
    });
  });
});

describe.each<['smtp' | 'imap' | 'pop3' | 'postgres', (after?: (socket: Socket) => void) => (socket: Socket) => void]>([
  ['smtp', (after) => agreeing(SMTP_GREETING, SMTP, after)],
  ['imap', (after) => agreeing('* OK ready\r\n', IMAP, after)],
  ['pop3', (after) => agreeing('+OK ready\r\n', POP3, after)],
  ['postgres', (after) => postgres('S', after)],
])('starttls: %s', (starttls, serve) => {
  test('agrees, then TLS', async () => {
    const observation = await talkTo(serve(), { starttls });
    expect(observation).toMatchObject({
      outcome: 'up',
      message: 'connected, TLSv1.3',
      facts: { tls: { authorized: true } },
    });
    expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'talk', 'tls']);
  });

  test('the talk comes after it', async () => {
    const talk = [{ expect: '^under TLS' }];
    expect(await talkTo(serve(await says('under TLS\r\n')), { starttls, talk })).toMatchObject({ outcome: 'up' });
  });

  test('the certificate is judged', async () => {
    const expired = serve(await securing('expiredWrongHost'));
    expect(await talkTo(expired, { starttls })).toMatchObject({ outcome: 'down', reason: 'tls-expired', phase: 'tls' });
    const lenient = { starttls, tls: { verify: false, expiresWithin: { degraded: '0d' } } };
    const wrong = serve(await securing('wrongHost'));
    expect(await talkTo(wrong, lenient)).toMatchObject({ outcome: 'up', warnings: [expect.any(String)] });
  });

  test('silence instead of TLS is timeout@tls, before it timeout@talk', async () => {
    const mute = serve((socket) => void socket.resume());
    expect(await talkTo(mute, { starttls }, 400)).toMatchObject({ reason: 'timeout', phase: 'tls' });
    expect(await talkTo((socket) => void socket.resume(), { starttls }, 300)).toMatchObject({
      reason: 'timeout',
      phase: 'talk',
    });
  });

  test('FIN and RST', async () => {
    const bye = { outcome: 'down', reason: 'closed', phase: 'talk' };
    expect(await talkTo((socket) => void socket.resume().end(), { starttls })).toMatchObject(bye);
    const reset = (socket: Socket) => void setTimeout(() => socket.resetAndDestroy(), 50);
    expect(await talkTo(reset, { starttls })).toMatchObject({ outcome: 'down', reason: 'reset', phase: 'talk' });
  });

  test.each([
    ['lines', '* x\r\n'],
    ['bytes', 'x'.repeat(1000)],
    ['replies that go on', '220-x\r\n'],
  ])('%s without end', async (_, words) => {
    const flood = (socket: Socket) => void socket.resume().write(words.repeat(1000));
    expect(await talkTo(flood, { starttls })).toMatchObject({ outcome: 'down', reason: 'protocol', phase: 'talk' });
  });
});

test.each<[string, string, (socket: Socket) => void, string]>([
  ['smtp', 'greeting 554', agreeing('554 no\r\n', {}), 'the server refuses service: it said "554 no"'],
  ['smtp', 'greeting 421', agreeing('421-busy\r\n421 later\r\n', {}), 'the server refuses service: it said "421-busy"'],
  ['smtp', 'no EHLO', agreeing(SMTP_GREETING, { EHLO: '502 what\r\n' }), 'the server refuses EHLO: it said "502 what"'],
  ['smtp', 'no STARTTLS', agreeing(SMTP_GREETING, { EHLO: '250 a\r\n' }), 'the server does not offer STARTTLS'],
  [
    'smtp',
    'STARTTLS refused',
    agreeing(SMTP_GREETING, { ...SMTP, STARTTLS: '454 not now\r\n' }),
    'the server refuses STARTTLS: it said "454 not now"',
  ],
  [
    'smtp',
    'words slipped in',
    agreeing(SMTP_GREETING, { ...SMTP, STARTTLS: '220 go\r\n250 x\r\n' }),
    'the server goes on in plain text after it agreed to TLS',
  ],
  ['smtp', 'another protocol', agreeing('* OK IMAP\r\n', {}), 'the server does not speak SMTP: it said "* OK IMAP"'],
  ['imap', 'greeting BYE', agreeing('* BYE no\r\n', {}), 'the server refuses service: it said "* BYE no"'],
  ['imap', 'PREAUTH', agreeing('* PREAUTH x\r\n', {}), 'the server allows no STARTTLS here: it said "* PREAUTH x"'],
  [
    'imap',
    'STARTTLS refused',
    agreeing('* OK\r\n', { 'a1 STARTTLS': 'a1 BAD what\r\n' }),
    'the server refuses STARTTLS: it said "a1 BAD what"',
  ],
  ['pop3', 'greeting -ERR', agreeing('-ERR no\r\n', {}), 'the server refuses service: it said "-ERR no"'],
  ['pop3', 'STLS refused', agreeing('+OK\r\n', { STLS: '-ERR no\r\n' }), 'the server refuses STLS: it said "-ERR no"'],
  ['pop3', 'another protocol', agreeing('220 x\r\n', {}), 'the server does not speak POP3: it said "220 x"'],
  ['postgres', 'N', postgres('N'), 'the server refuses TLS'],
  ['postgres', 'E', postgres('E'), 'the server answers the request for TLS with an error'],
  ['postgres', 'another protocol', postgres('H'), 'the server does not speak PostgreSQL: it said "H"'],
  ['postgres', 'bytes slipped in', postgres('Sx'), 'the server goes on in plain text after it agreed to TLS'],
])('starttls: %s, %s is a matter of the protocol', async (starttls, _, act, message) => {
  expect(await talkTo(act, { starttls })).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
    phase: 'talk',
    message,
  });
});
