/** EDNS(0): longer datagrams and more codes, and servers that know nothing of it. */
import { describe, expect, test } from 'vitest';
import { probeOnce } from '../probing/probe-once.ts';
import { serveTcp } from '../servers.ts';
import { type Asked, opt, overTcp, type Reply, record, serveDns } from './dns-server.ts';

const A = (last: number) => record('example.org', 1, `c00002${last.toString(16).padStart(2, '0')}`);
const SOA = record('org', 6, '00 00 00000001 00000002 00000003 00000004 00000005');

const ask = async (reply: Reply) => {
  await using server = await serveDns(() => reply);
  return await probeOnce('dns', { name: 'example.org', server: server.server });
};

/** One server on one port, by both ways. */
const askBoth = async (answer: Parameters<typeof serveDns>[0], more: object = {}, timeoutMs = 2000) => {
  const asked: string[] = [];
  const noted: typeof answer = (question, transport) => {
    asked.push(`${transport} ${question.edns ?? 'plain'}`);
    return answer(question, transport);
  };
  await using tcp = await serveTcp(overTcp(noted));
  await using udp = await serveDns(noted, tcp.port);
  const observation = await probeOnce('dns', { name: 'example.org', server: udp.server, ...more }, { timeoutMs });
  return { observation, asked };
};

test('an answer of 1200 bytes comes by UDP', async () => {
  const records = Array.from({ length: 43 }, (_, index) => A(index));
  expect(await ask({ records, additional: [opt()] })).toMatchObject({
    outcome: 'up',
    facts: { count: 43, transport: 'udp' },
  });
});

test('a longer one is truncated, and fetched over TCP', async () => {
  const records = Array.from({ length: 100 }, (_, index) => A(index));
  const { observation, asked } = await askBoth((_, transport) =>
    transport === 'udp' ? { truncated: true, additional: [opt()] } : { records, additional: [opt()] },
  );
  expect(observation).toMatchObject({ outcome: 'up', facts: { count: 100, transport: 'tcp' } });
  expect(asked).toEqual(['udp 1232', 'tcp 1232']);
});

test('an OPT record is no answer, wherever it stands', async () => {
  const reply = { records: [A(1), opt()], authority: [SOA], additional: [A(2), opt()] };
  expect(await ask(reply)).toMatchObject({ outcome: 'up', facts: { answers: ['192.0.2.1'], count: 1 } });
  expect(await ask({ additional: [opt()] })).toMatchObject({ outcome: 'down', reason: 'dns-no-address' });
});

test.each<[string, Reply, string]>([
  ['BADCOOKIE', { rcode: 7, additional: [opt(1)] }, 'BADCOOKIE'],
  ['one that nobody knows', { rcode: 4, additional: [opt(2)] }, 'RCODE36'],
  ['one that is NOERROR but for its upper bits', { records: [A(1)], additional: [opt(2)] }, 'RCODE32'],
  [
    'one behind other records',
    { rcode: 7, records: [A(1)], authority: [SOA], additional: [A(2), opt(1)] },
    'BADCOOKIE',
  ],
])('extended codes: %s', async (_, reply, rcode) => {
  expect(await ask(reply)).toMatchObject({ outcome: 'down', reason: 'dns-server', facts: { rcode } });
});

test('fewer additional records than it says are no matter', async () => {
  const { observation } = await askBoth(() => ({ records: [A(1)], additional: [Buffer.alloc(0)] }));
  expect(observation).toMatchObject({ outcome: 'up' });
});

describe.each(['udp', 'tcp'] as const)('over %s, a server that knows no EDNS', (transport) => {
  const only = (refusal: Reply) => (question: Asked) => (question.edns ? refusal : { records: [A(1)] });

  test.each<[string, Reply]>([
    ['FORMERR', { rcode: 1 }],
    ['NOTIMP', { rcode: 4 }],
    ['BADVERS', { rcode: 0, additional: [opt(1)] }],
    ['BADVERS without the question', { question: Buffer.alloc(0), additional: [opt(1)], asksNothing: true }],
    ['FORMERR in a header alone', { rcode: 1, question: Buffer.alloc(0) }],
  ])('%s: is asked without', async (_, refusal) => {
    const { observation, asked } = await askBoth(only(refusal), { transport });
    expect(observation).toMatchObject({ outcome: 'up', facts: { answers: ['192.0.2.1'], transport } });
    expect(asked).toEqual([`${transport} 1232`, `${transport} plain`]);
  });

  test('FORMERR to a plain question too is its answer', async () => {
    const { observation, asked } = await askBoth(() => ({ rcode: 1 }), { transport });
    expect(observation).toMatchObject({ outcome: 'down', reason: 'dns-server', facts: { rcode: 'FORMERR' } });
    expect(asked).toEqual([`${transport} 1232`, `${transport} plain`]);
  });

  test.each(['SERVFAIL', 'NXDOMAIN'])('%s has nothing to do with it', async (rcode) => {
    const { asked } = await askBoth(() => ({ rcode: rcode === 'SERVFAIL' ? 2 : 3 }), { transport });
    expect(asked).toEqual([`${transport} 1232`]);
  });
});

test('a box on the way that drops what has an OPT record', async () => {
  const { observation, asked } = await askBoth(({ edns }) => (edns ? undefined : { records: [A(1)] }), {}, 5000);
  expect(observation).toMatchObject({ outcome: 'up', attempts: [{ outcome: 'up' }] });
  expect(asked).toEqual(['udp 1232', 'udp plain']);
});
