import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { closedPort, hasIpv6, serveTcp } from '../servers.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('tcp')!;

const silent = (): void => undefined;

/** Says `greeting`, then answers each line that it is sent. */
function speaking(greeting: string, answers: Record<string, string> = {}): (socket: Socket) => void {
  return (socket) => {
    socket.write(greeting);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n')) if (line in answers) socket.write(answers[line]!);
    });
  };
}

test('connects, and says to what', async () => {
  await using server = await serveTcp(silent);
  const observation = await probeOnce('tcp', `127.0.0.1:${server.port}`);
  expect(observation).toMatchObject({
    outcome: 'up',
    message: 'connected',
    facts: { address: '127.0.0.1', family: 4 },
  });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'connect']);
});

test.runIf(hasIpv6())('IPv6, written in brackets', async () => {
  await using server = await serveTcp(silent, '::1');
  const observation = await probeOnce('tcp', `[::1]:${server.port}`);
  expect(observation).toMatchObject({ outcome: 'up', facts: { address: '::1', family: 6 } });
});

test('a family that the address does not have', async () => {
  const observation = await probeOnce('tcp', { host: '127.0.0.1', port: await closedPort(), family: 6 });
  expect(observation).toMatchObject({
    outcome: 'down',
    reason: 'dns-no-address',
    phase: 'dns',
    message: 'the name has no IPv6 address',
  });
});

describe.concurrent('talk', () => {
  const dialogue = [{ expect: '^220 ' }, { send: 'QUIT\r\n', expect: '^221 ' }];
  const talkTo = async (act: (socket: Socket) => void, talk: object[], timeoutMs = 2000) => {
    await using server = await serveTcp(act);
    return await probeOnce('tcp', { host: '127.0.0.1', port: server.port, talk }, { timeoutMs });
  };

  test.each<[string, (socket: Socket) => void, object[]]>([
    ['a dialogue', speaking('220 mail\r\n', { QUIT: '221 bye\r\n' }), dialogue],
    ['an answer on a later line', speaking('220-a\r\n220-b\r\n220 c\r\n', { QUIT: '221 bye\r\n' }), dialogue],
    ['only sending', speaking(''), [{ send: 'QUIT\r\n' }]],
    ['speaking first', speaking('', { PING: '+PONG\r\n' }), [{ send: 'PING\r\n', expect: '^\\+PONG' }]],
    ['the right word, then FIN', (socket) => void socket.end('220 bye\r\n'), [{ expect: '^220 ' }]],
    [
      'a word in two pieces',
      (socket) => void socket.write('2', () => setTimeout(() => socket.write('20 ok\r\n'), 50)),
      [{ expect: '^220 ' }],
    ],
    ['text beyond ASCII', speaking('220 grüß dich\r\n'), [{ expect: '^220 grüß' }]],
    [
      'a character in two pieces',
      (socket) => void socket.write('220 gr\xc3', 'latin1', () => setTimeout(() => socket.write('\xbc', 'latin1'), 50)),
      [{ expect: '^220 gr.$' }],
    ],
    [
      'the beginning of a line after a step',
      speaking('220 a 221\r\n221 b\r\n'),
      [{ expect: 'a ' }, { expect: '^221 b' }],
    ],
    ['both answers at once', speaking('220 mail\r\n221 bye\r\n'), dialogue],
  ])('up: %s', async (_, act, talk) => {
    expect(await talkTo(act, talk)).toMatchObject({ outcome: 'up', message: 'connected; said what was expected' });
  });

  test.each<[string, (socket: Socket) => void, object]>([
    [
      'other words, then FIN',
      (socket) => void socket.end('554 no\r\n'),
      { reason: 'content', message: 'the peer said "554 no\\r\\n"' },
    ],
    ['other words, then silence', speaking('554 no\r\n'), { reason: 'timeout' }],
    ['silence', silent, { reason: 'timeout' }],
    ['one greeting where two are expected', speaking('220 mail\r\n'), { reason: 'timeout' }],
    [
      'FIN without a word',
      (socket) => void socket.end(),
      { reason: 'closed', message: 'the peer closed the connection without a word' },
    ],
    ['RST', (socket) => void setTimeout(() => socket.resetAndDestroy(), 50), { reason: 'reset' }],
    [
      'a word in the middle of a line after a step',
      (socket) => void socket.end('220 a 221 \r\n'),
      { reason: 'content', message: 'the peer said "a 221 \\r\\n"' },
    ],
    [
      'FIN after the first step',
      (socket) => void socket.end('220 '),
      { reason: 'closed', message: 'the peer closed the connection without another word' },
    ],
    ['words without end', (socket) => void socket.write('x'.repeat(200_000)), { reason: 'content' }],
  ])('down: %s', async (_, act, expected) => {
    expect(await talkTo(act, dialogue, 500)).toMatchObject({ outcome: 'down', phase: 'talk', ...expected });
  });
});

test.each([
  ['db.example.org:5432', { host: 'db.example.org', port: 5432 }, 'db.example.org:5432'],
  ['10.0.0.1:22', { host: '10.0.0.1', port: 22 }, '10.0.0.1:22'],
  ['[2001:db8::1]:22', { host: '2001:db8::1', port: 22 }, '[2001:db8::1]:22'],
])('short form: %s', (text, expected, shown) => {
  const parsed = settings.parse(text);
  expect(parsed).toMatchObject({ ...expected, family: 'auto', talk: [] });
  expect(describeTarget(parsed)).toBe(shown);
});

test.each([
  ['db.example.org', 'expected host:port like db.example.org:5432'],
  ['https://db.example.org:5432', 'expected host:port like db.example.org:5432'],
  ['2001:db8::1:22', 'expected host:port like db.example.org:5432'],
  ['db.example.org:0', 'expected a port from 1 to 65535'],
  ['db.example.org:65536', 'expected a port from 1 to 65535'],
  [{ host: 'a', port: 1, starttls: 'ftp' }, 'smtp'],
  [{ host: 'a', port: 1, starttls: 'smtp', tls: false }, 'expected true or a mapping'],
  [{ host: 'a', port: 1, tls: { cert: 'a.pem' } }, 'expected `cert` and `key` together'],
  [{ host: 'a', port: 1, tls: { nonsense: 1 } }, 'unrecognized_keys'],
  [{ host: 'a', port: 1, talk: [{}] }, 'expected `send`, `expect` or both'],
  [{ host: 'a', port: 1, talk: [{ expect: '(?<a>' }] }, 'expected a regular expression in RE2 syntax'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
