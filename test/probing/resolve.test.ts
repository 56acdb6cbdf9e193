/** What needs no name server: a test must not ask one. */

import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createResolve, type Family, resolve } from '../../src/probing/resolve.ts';
import { spawned } from '../faults/spawned.ts';
import { closedUdpPort, type Reply, record, serveDns } from '../probes/dns-server.ts';

const { signal } = new AbortController();

test.each<[string, Family, { address: string; family: 4 | 6 }]>([
  ['192.0.2.1', 'auto', { address: '192.0.2.1', family: 4 }],
  ['192.0.2.1', 4, { address: '192.0.2.1', family: 4 }],
  ['2001:db8::1', 'auto', { address: '2001:db8::1', family: 6 }],
  ['[2001:db8::1]', 6, { address: '2001:db8::1', family: 6 }],
])('the literal %s, family %s', async (host, family, address) => {
  expect(await resolve(host, family, signal)).toEqual([address]);
});

test.each<[string, Family, string]>([
  ['192.0.2.1', 6, 'the name has no IPv6 address'],
  ['[::1]', 4, 'the name has no IPv4 address'],
])('%s has no address of family %s', async (host, family, message) => {
  await expect(resolve(host, family, signal)).rejects.toMatchObject({ reason: 'dns-no-address', message });
});

test.each(['localhost', 'LOCALHOST', 'localhost.', 'app.localhost'])(
  '%s is here, whatever name servers say',
  async (host) => {
    const addresses = await resolve(host, 4, signal);
    expect(addresses.length).toBeGreaterThan(0);
    for (const { address } of addresses) expect(address).toMatch(/^127\./);
  },
);

test('a name of the hosts file is what the file says', async ({ skip }) => {
  const lines = readFileSync('/etc/hosts', 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const [address, name] = lines.find(([address, name]) => isIP(address ?? '') === 4 && name !== 'localhost') ?? [];
  if (!address || !name) return skip('the hosts file names nobody but localhost');
  expect(await resolve(name, 4, signal)).toContainEqual({ address, family: 4 });
});

test('a malformed name is not asked for', async () => {
  await expect(resolve(`${'a'.repeat(64)}.example`, 4, signal)).rejects.toMatchObject({ code: 'EBADNAME' });
});

test('nothing is asked after the end', async () => {
  const over = AbortSignal.abort(new DOMException('over', 'AbortError'));
  await expect(resolve('name.invalid', 4, over)).rejects.toMatchObject({ name: 'AbortError' });
});

describe('the hosts file', () => {
  const throwing = (...codes: string[]) => {
    let reads = 0;
    const readHosts = (): string => {
      const code = codes[reads];
      reads += 1;
      if (code) throw Object.assign(new Error(code), { code });
      return '192.0.2.7 db.example # the database\n::1 db.example\nnonsense db.example\n';
    };
    return { find: createResolve({ readHosts, createResolver: () => new Resolver() }), reads: () => reads };
  };

  test.each(['EMFILE', 'ENFILE'])('is read again after %s', async (code) => {
    const { find, reads } = throwing(code);
    await expect(find('db.example', 'auto', signal)).rejects.toMatchObject({ code });
    const addresses = [
      { address: '192.0.2.7', family: 4 },
      { address: '::1', family: 6 },
    ];
    expect(await find('db.example', 'auto', signal)).toEqual(addresses);
    expect(await find('DB.example.', 'auto', signal)).toEqual(addresses);
    expect(reads()).toBe(2);
  });

  test('need not be there', async () => {
    const { find, reads } = throwing('ENOENT');
    expect(await find('localhost', 4, signal)).toEqual([{ address: '127.0.0.1', family: 4 }]);
    await find('localhost', 4, signal);
    expect(reads()).toBe(1);
  });
});

describe('what the name server says of the two families', () => {
  const A = record('a.example', 1, 'c0000201');
  const AAAA = record('a.example', 28, '20010db8 00000000 00000000 00000001');
  const failed = { rcode: 2 };
  const of = async (v6: Reply, v4: Reply) => {
    await using server = await serveDns(({ type }) => (type === 28 ? v6 : v4));
    const createResolver = (): Resolver => {
      const resolver = new Resolver({ tries: 1 });
      resolver.setServers([server.server]);
      return resolver;
    };
    return await createResolve({ readHosts: () => '', createResolver })('a.example', 'auto', signal);
  };

  test.each<[string, Reply, Reply, string[]]>([
    ['both', { records: [AAAA] }, { records: [A] }, ['192.0.2.1', '2001:db8::1']],
    ['one, and nothing', {}, { records: [A] }, ['192.0.2.1']],
    ['one, and a failure', failed, { records: [A] }, ['192.0.2.1']],
  ])('addresses: %s', async (_, v6, v4, addresses) => {
    expect((await of(v6, v4)).map(({ address }) => address).toSorted()).toEqual(addresses);
  });

  test.each<[string, Reply, Reply, string]>([
    ['nothing twice', {}, {}, 'ENODATA'],
    ['no such name', { rcode: 3 }, { rcode: 3 }, 'ENOTFOUND'],
    ['nothing, and a failure', {}, failed, 'ESERVFAIL'],
    ['a failure, and nothing', failed, {}, 'ESERVFAIL'],
  ])('none: %s', async (_, v6, v4, code) => {
    await expect(of(v6, v4)).rejects.toMatchObject({ code });
  });
});

describe('a process with few handles left', () => {
  const codesOf = async (script: string): Promise<string> => {
    const prelude = `
      import { closeSync, openSync } from 'node:fs';
      import { Resolver } from 'node:dns/promises';
      const { createResolve, resolve } = await import('./src/probing/resolve.ts');
      const { classify } = await import('./src/probing/failure.ts');
      const taken = [];
      const take = () => { try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {} };
      const free = (count) => taken.splice(0, count).forEach((handle) => closeSync(handle));
      const { signal } = new AbortController();
      const reasonOf = (run) => run.then(() => 'found', (error) => classify(error, 'dns').reason);
      const at = (server, afterwards = () => undefined) => createResolve({
        readHosts: () => '',
        createResolver() {
          const resolver = new Resolver();
          resolver.setServers([server]);
          afterwards();
          return resolver;
        },
      });
      const said = [];`;
    const full = `${prelude}${script}\nfree(taken.length);\nconsole.log(said.join(' '));`;
    const args = ['-c', 'ulimit -n 64; exec "$@"', 'bash', process.execPath, '--input-type=module', '-e', full];
    const { stdout, stderr } = await spawned('bash', args);
    expect(stderr).toBe('');
    return stdout.trim();
  };

  test('blames itself, and finds the hosts file a moment later', async () => {
    const script = `
      take();
      said.push(await reasonOf(resolve('localhost', 4, signal)));
      free(1);
      said.push(await reasonOf(resolve('localhost', 4, signal)));`;
    expect(await codesOf(script)).toBe('prober-fault found');
  });

  test('does not blame the name servers', async () => {
    const script = `
      for (const handles of [0, 1, 2]) {
        take();
        free(handles);
        said.push(await reasonOf(at('127.0.0.1:${await closedUdpPort()}')('name.example', 'auto', signal)));
      }`;
    expect(await codesOf(script)).toBe('prober-fault prober-fault dns-server');
  });

  test('that takes the last one between two steps neither', async () => {
    const script = `
      said.push(await reasonOf(at('127.0.0.1:${await closedUdpPort()}', take)('name.example', 'auto', signal)));`;
    expect(await codesOf(script)).toBe('prober-fault');
  });

  test('that has one for a datagram only neither, when the answer needs TCP', async () => {
    const script = `
      const { createSocket } = await import('node:dgram');
      const server = createSocket('udp4').on('message', (message, { port, address }) => {
        message.writeUInt16BE(0x8380, 2);
        server.send(message, port, address);
      });
      await new Promise((done) => server.bind(0, '127.0.0.1', done));
      const starved = at('127.0.0.1:' + server.address().port, () => { take(); free(1); });
      said.push(await reasonOf(starved('name.example', 'auto', signal)));
      server.close();`;
    expect(await codesOf(script)).toBe('prober-fault');
  });
});
