import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAny } from '../../src/probing/answer-rules.ts';
import { decodeAnswer, encodeQuestion } from '../../src/probing/dns-message.ts';
import { TYPE_CODES } from '../../src/probing/dns-records.ts';
import { ProbeFailure } from '../../src/probing/failure.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { rules } from '../../src/probing/rules.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { closedPort, serveTcp } from '../servers.ts';
import { encodeName, framed, overTcp, type Reply, record, serveDns } from './dns-server.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('dns')!;

const A = (last: number) => record('example.org', 1, `c00002${last.toString(16).padStart(2, '0')}`);
const ask = async (reply: Reply | Buffer | undefined, more: object = {}, timeoutMs = 3000) => {
  await using server = await serveDns(() => reply);
  return await probeOnce('dns', { name: 'example.org', server: server.server, ...more }, { timeoutMs });
};

test('up: the answers are facts', async () => {
  await using server = await serveDns(() => ({ records: [A(1), A(2)] }));
  const observation = await probeOnce('dns', { name: 'Example.org.', server: server.server });
  expect(observation).toMatchObject({
    outcome: 'up',
    message: '192.0.2.1, 192.0.2.2',
    facts: { rcode: 'NOERROR', answers: ['192.0.2.1', '192.0.2.2'], count: 2, server: server.server, transport: 'udp' },
  });
  expect(Object.keys(observation.phases)).toEqual(['dns']);
  expect(server.asked).toEqual([{ name: 'example.org', type: 1, edns: 1232 }]);
});

describe('what the server answers', () => {
  test.each<[string, Reply | Buffer, object]>([
    [
      'NXDOMAIN',
      { rcode: 3 },
      { reason: 'dns-not-found', message: 'the name server answers NXDOMAIN: the name does not exist' },
    ],
    ['SERVFAIL', { rcode: 2 }, { reason: 'dns-server', message: 'the name server answers SERVFAIL: it failed' }],
    ['REFUSED', { rcode: 5 }, { reason: 'dns-server' }],
    ['FORMERR', { rcode: 1 }, { reason: 'dns-server' }],
    ['a code that nobody knows', { rcode: 12 }, { reason: 'dns-server', facts: { rcode: 'RCODE12' } }],
    ['nothing', {}, { reason: 'dns-no-address', message: 'the name has no A record' }],
    ['only an alias', { records: [record('example.org', 5, '0161 00')] }, { reason: 'dns-no-address' }],
    ['garbage', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), { reason: 'protocol' }],
    ['another id', { id: 1, records: [A(1)] }, { reason: 'protocol' }],
    [
      'another question',
      { question: Buffer.concat([encodeName('a.b'), Buffer.from('00010001', 'hex')]) },
      { reason: 'protocol' },
    ],
    ['fewer records than it says', { claims: 2, records: [A(1)] }, { reason: 'protocol' }],
    ['an address of three bytes', { records: [record('example.org', 1, 'c00002')] }, { reason: 'protocol' }],
    [
      'a name that points to itself',
      { records: [record('example.org', 1, 'c0000201')], claims: 2, question: Buffer.from('c00c00010001', 'hex') },
      { reason: 'protocol' },
    ],
  ])('%s is down', async (_, reply, expected) => {
    expect(await ask(reply)).toMatchObject({ outcome: 'down', phase: 'dns', ...expected });
  });
});

test('a silent server ends at the deadline', async () => {
  expect(await ask(undefined, {}, 300)).toMatchObject({ outcome: 'down', reason: 'timeout', phase: 'dns' });
});

test('a lost datagram is sent again', async () => {
  let asked = 0;
  await using server = await serveDns(() => {
    asked += 1;
    return asked === 1 ? undefined : { records: [A(1)] };
  });
  const observation = await probeOnce('dns', { name: 'example.org', server: server.server }, { timeoutMs: 5000 });
  expect(observation).toMatchObject({ outcome: 'up', attempts: [{ outcome: 'up' }] });
});

test('a closed port is refused', async () => {
  const observation = await probeOnce('dns', { name: 'example.org', server: `127.0.0.1:${await closedPort()}` });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'refused', phase: 'dns' });
});

describe('an answer too long for UDP', () => {
  const records = Array.from({ length: 100 }, (_, index) => A(index));
  const both = async (overTcpInstead: Parameters<typeof serveTcp>[0]) => {
    await using tcp = await serveTcp(overTcpInstead);
    const udp = createSocket('udp4');
    udp.on('message', (message, { port }) => {
      const reply = Buffer.from(message);
      reply.writeUInt16BE(0x8380, 2);
      udp.send(reply, port, '127.0.0.1');
    });
    await new Promise<void>((done) => udp.bind(tcp.port, '127.0.0.1', done));
    const observation = await probeOnce('dns', { name: 'example.org', server: `127.0.0.1:${tcp.port}` });
    udp.close();
    return observation;
  };

  test('is fetched over TCP', async () => {
    expect(await both(overTcp(() => ({ records })))).toMatchObject({
      outcome: 'up',
      message: '192.0.2.0, 192.0.2.1, 192.0.2.2 and 97 more',
      facts: { count: 100, transport: 'tcp' },
    });
  });

  test.each<[string, Parameters<typeof serveTcp>[0], object]>([
    ['truncated there too', overTcp(() => ({ truncated: true })), { reason: 'protocol', phase: 'dns' }],
    ['closed there', (socket) => void socket.once('data', () => socket.end()), { reason: 'closed', phase: 'dns' }],
    [
      'reset there',
      (socket) => void socket.once('data', () => socket.resetAndDestroy()),
      { reason: 'reset', phase: 'dns' },
    ],
  ])('%s', async (_, talk, expected) => {
    expect(await both(talk)).toMatchObject({ outcome: 'down', ...expected });
  });
});

test('TCP: an answer in single bytes, and one that ends too early', async () => {
  const tricky = (end: number) => (socket: Socket) => {
    socket.once('data', async (query: Buffer) => {
      const answer = Buffer.from(query.subarray(2));
      answer.writeUInt16BE(0x8183, 2);
      for (const byte of framed(answer).subarray(0, end)) {
        socket.write(Buffer.from([byte]));
        await new Promise((done) => setTimeout(done, 1));
      }
      socket.end();
    });
  };
  const at = async (talk: Parameters<typeof serveTcp>[0]) => {
    await using server = await serveTcp(talk);
    return await probeOnce('dns', { name: 'example.org', server: `127.0.0.1:${server.port}`, transport: 'tcp' });
  };
  expect(await at(tricky(1000))).toMatchObject({ outcome: 'down', reason: 'dns-not-found' });
  expect(await at(tricky(20))).toMatchObject({ outcome: 'down', reason: 'truncated', phase: 'dns' });
});

describe('rules', () => {
  const two = { records: [A(1), A(2)] };
  test.each<[string, Reply, object, object]>([
    ['one answer is right', two, { expect: { answers: '192.0.2.2' } }, { outcome: 'up' }],
    [
      'none is',
      two,
      { expect: { answers: '192.0.2.9' } },
      {
        outcome: 'down',
        reason: 'content',
        message: 'none of 2 answers is right: the first is expected to be "192.0.2.9", got "192.0.2.1"',
      },
    ],
    [
      'the only one is not',
      { records: [A(1)] },
      { expect: { answers: '192.0.2.9' } },
      { outcome: 'down', message: 'the answer is expected to be "192.0.2.9", got "192.0.2.1"' },
    ],
    [
      'one that must not be',
      two,
      { expect: { answers: { not: { is: '192.0.2.2' } } } },
      { outcome: 'down', reason: 'content', message: 'the answer is not expected to be "192.0.2.2", got "192.0.2.2"' },
    ],
    ['none that must not be', two, { expect: { answers: { not: { is: '192.0.2.9' } } } }, { outcome: 'up' }],
    ['two rules, two answers', two, { expect: { answers: ['192.0.2.1', '192.0.2.2'] } }, { outcome: 'up' }],
    ['the right number', two, { expect: { count: 2 } }, { outcome: 'up', values: [{ name: 'count', value: 2 }] }],
    [
      'the wrong number',
      two,
      { expect: { count: { above: 2 } } },
      { outcome: 'down', reason: 'value', message: 'the number of answers is expected above 2, got 2' },
    ],
    ['the wrong number, preferred', two, { prefer: { count: { above: 2 } } }, { outcome: 'degraded', reason: 'value' }],
    [
      'none, as expected',
      {},
      { expect: { count: 0 } },
      { outcome: 'up', message: 'NOERROR, and no A record of example.org' },
    ],
    ['none, as expected of answers', {}, { expect: { answers: { exists: false } } }, { outcome: 'up' }],
    [
      'none where one must not be',
      {},
      { expect: { answers: { not: { is: '192.0.2.9' } } } },
      { outcome: 'down', reason: 'dns-no-address' },
    ],
    [
      'the code expected',
      { rcode: 3 },
      { expect: { rcode: 'NXDOMAIN' } },
      { outcome: 'up', message: 'NXDOMAIN, and no A record of example.org' },
    ],
    ['another code expected', two, { expect: { rcode: 'NXDOMAIN' } }, { outcome: 'down', reason: 'value' }],
    [
      'another failure expected',
      { rcode: 2 },
      { expect: { rcode: 'NXDOMAIN' } },
      { outcome: 'down', reason: 'dns-server' },
    ],
    [
      'another code preferred',
      two,
      { prefer: { rcode: { oneOf: ['NXDOMAIN'] } } },
      { outcome: 'degraded', reason: 'value' },
    ],
  ])('%s', async (_, reply, more, expected) => {
    expect(await ask(reply, more)).toMatchObject(expected);
  });

  test.each<[unknown, string[], boolean]>([
    [{ not: { not: { is: 'a' } } }, ['b', 'a'], true],
    [{ not: { not: { is: 'a' } } }, ['b'], false],
    [{ contains: 'a', not: { contains: 'b' } }, ['a', 'c'], true],
    [{ contains: 'a', not: { contains: 'b' } }, ['a', 'b'], false],
    [{ above: 1 }, ['5'], false],
    [{ exists: true }, ['x'], true],
    [{ exists: false }, ['x'], false],
  ])('%j of %j: %s', (rule, texts, holds) => {
    expect(checkAny(rules().parse(rule), texts, 'answer') === undefined).toBe(holds);
  });
});

/** In hexadecimal as RFCs and zones in use have them. */
test.each<[keyof typeof TYPE_CODES, string, string]>([
  ['A', 'c0000201', '192.0.2.1'],
  ['AAAA', '20010db8 00000000 00000000 00000001', '2001:db8::1'],
  ['CNAME', '03575757 c00c', 'www.example.org'],
  ['NS', '00', '.'],
  ['MX', '000a 046d61696c c00c', '10 mail.example.org'],
  ['TXT', '03 763d73 05 70663120 2d', 'v=spf1 -'],
  ['TXT', '02 c3bc', 'ü'],
  [
    'SOA',
    '026e73 c00c 05 61 2e622e63 c00c 00000001 00000002 00000003 00000004 00000005',
    'ns.example.org a\\.b\\.c.example.org 1 2 3 4 5',
  ],
  ['SRV', '0001 0002 01bb c00c', '1 2 443 example.org'],
  ['CAA', '00 05 6973737565 63612e6578616d706c65', '0 issue "ca.example"'],
  ['PTR', 'c00c', 'example.org'],
  ['DS', 'ec45 05 01 2bb183af', '60485 5 1 2bb183af'],
  ['DNSKEY', '0101 03 0d 99db2cc1', '257 3 13 mdsswQ=='],
  ['TLSA', '03 01 01 0d6fce', '3 1 1 0d6fce'],
  ['SSHFP', '04 02 a1b2', '4 2 a1b2'],
  ['NAPTR', '0064 000a 0175 074532552b736970 00 00', '100 10 "u" "E2U+sip" "" .'],
  ['URI', '000a 0001 6674703a2f2f61', '10 1 "ftp://a"'],
  [
    'HTTPS',
    '0001 00 0001 0006 026832 026833 0003 0002 20fb 0004 0004 c0000201 0006 0010 20010db8000000000000000000000001',
    '1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1',
  ],
  [
    'SVCB',
    '0001 c00c 0000 0002 0001 0002 0000 029b 0002 6869',
    '1 example.org mandatory=alpn no-default-alpn key667=aGk=',
  ],
])('%s as text: %s', async (type, data, text) => {
  const reply = { records: [record('example.org', TYPE_CODES[type], data)] };
  expect(await ask(reply, { type })).toMatchObject({ outcome: 'up', facts: { answers: [text] } });
});

test('PTR of an address', async () => {
  await using server = await serveDns(({ name }) => ({ records: [record(name, 12, '0161 00')] }));
  const at = (name: string) => probeOnce('dns', { name, type: 'PTR', server: server.server });
  expect(await at('192.0.2.7')).toMatchObject({ outcome: 'up', message: 'a' });
  expect(await at('2001:db8::7')).toMatchObject({ outcome: 'up' });
  expect(server.asked.map(({ name }) => name)).toEqual([
    '7.2.0.192.in-addr.arpa',
    `7${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.ip6.arpa`,
  ]);
});

test('10,000 random messages: an answer or a failure with a reason, nothing else', () => {
  const types = Object.keys(TYPE_CODES) as (keyof typeof TYPE_CODES)[];
  assert(
    property(uint8Array({ maxLength: 80 }), uint8Array({ maxLength: 4 }), (tail, counts) => {
      const type = types[(tail[0] ?? 0) % types.length]!;
      const question = { name: 'example.org', type };
      const message = encodeQuestion(1, question);
      message.writeUInt16BE(0x8180, 2);
      message.writeUInt16BE((counts[0] ?? 1) % 4, 6);
      message.writeUInt16BE((counts[1] ?? 0) % 4, 10);
      const owner = Buffer.from('c00c0000000100000000', 'hex');
      owner.writeUInt16BE(TYPE_CODES[type], 2);
      const data = counts.length > 2 ? [owner, Buffer.from([0, tail.length])] : [];
      try {
        decodeAnswer(Buffer.concat([message, ...data, tail]), question);
      } catch (error) {
        expect(error).toBeInstanceOf(ProbeFailure);
      }
    }),
    { numRuns: 10_000 },
  );
});

test.each([
  ['example.org', 'example.org A'],
  ['Bücher.example.', 'xn--bcher-kva.example A'],
  [{ name: '_dmarc.example.org', type: 'txt', server: '9.9.9.9' }, '_dmarc.example.org TXT @9.9.9.9:53'],
  [{ name: '.', type: 'NS', server: '2620:fe::9' }, '. NS @[2620:fe::9]:53'],
  [{ name: 'example.org', server: '[2620:fe::9]:5353' }, 'example.org A @[2620:fe::9]:5353'],
])('settings: %j', (value, shown) => {
  expect(describeTarget(settings.parse(value))).toBe(shown);
});

test.each([
  ['https://example.org/a', 'expected a name like example.org: write example.org'],
  ['a..b', 'expected a name like example.org'],
  [`${'a'.repeat(64)}.org`, 'expected a name like example.org'],
  ['192.0.2.1', 'expected a name; an address only for PTR'],
  [{ name: 'a.b', type: 'ANY' }, 'expected one of A, NS, CNAME'],
  [{ name: 'a.b', server: 'dns.example.org' }, 'expected an address like 9.9.9.9'],
  [{ name: 'a.b', server: '9.9.9.9:0' }, 'expected an address like 9.9.9.9'],
  [{ name: 'a.b', transport: 'tls' }, 'expected udp or tcp'],
  [{ name: 'a.b', expect: { rcode: 'nxdomain' } }, 'expected one of NOERROR, FORMERR'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
