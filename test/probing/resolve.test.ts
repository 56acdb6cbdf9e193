/** What needs no name server: a test must not ask one. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { type Family, resolve } from '../../src/probing/resolve.ts';

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
