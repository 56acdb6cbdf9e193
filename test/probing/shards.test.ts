import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadRegistry } from '../../src/probing/registry.ts';
import { cutShards, parseShard, type Sharable } from '../../src/probing/shards.ts';

const kind = { host: (settings: unknown) => String(settings) };
const on = (host: string, service: string, timeoutMs = 10_000): Sharable => ({
  service,
  probe: 'http',
  settings: host,
  timeoutMs,
  implementation: kind,
});

test.each([
  ['2/8', { index: 2, of: 8 }],
  ['1/1', { index: 1, of: 1 }],
  ['256/256', { index: 256, of: 256 }],
  ['0/8', undefined],
  ['9/8', undefined],
  ['1/257', undefined],
  ['2', undefined],
  ['2/8 ', undefined],
])('a shard written %s', (text, shard) => {
  expect(parseShard(text)).toEqual(shard);
});

describe('shares', () => {
  test('are alike in what their probes may take, and the same on every machine', () => {
    const probes = [on('slow', 'a', 60_000), ...Array.from({ length: 60 }, (_, n) => on(`h${n}`, `s${n}`, 1000))];
    const shards = cutShards(probes, 2);
    expect(shards.map(({ size }) => size)).toEqual([1, 60]);
    const shuffled = cutShards(probes.toReversed(), 2);
    expect(shuffled.map((shard) => [...shard].sort())).toEqual(shards.map((shard) => [...shard].sort()));
  });

  test('a host is one however it is written, and a kind without hosts is shared out by services', () => {
    const program = (service: string, probe: string): Sharable => ({
      ...on('', service),
      probe,
      implementation: {},
    });
    const probes = [on('Example.org', 'a'), on('example.org.', 'b'), program('c', 'one'), program('c', 'two')];
    expect(cutShards(probes, 4).map((shard) => [...shard])).toEqual([['c/one', 'c/two'], ['a/http', 'b/http'], [], []]);
    expect(cutShards([on('[::1]', 'a'), on('::1', 'b')], 2)[0]!.size).toBe(2);
  });

  test('have every probe once, and no host twice', () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 60_000 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 16 }), (hosts, of) => {
        const probes = hosts.map(([host, timeoutMs], index) => on(`h${host}`, `s${index}`, timeoutMs));
        const shards = cutShards(probes, of);
        const hostOf = new Map(probes.map(({ service, settings }) => [`${service}/http`, settings]));
        const owners = shards.map((shard) => new Set([...shard].map((address) => hostOf.get(address))));
        const all = owners.flatMap((owner) => [...owner]);
        expect(shards.flatMap((shard) => [...shard]).sort()).toEqual([...hostOf.keys()].sort());
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});

test('every kind that asks over the network says whom, as the example in its manual shows', async () => {
  const registry = await loadRegistry();
  const hosts: Record<string, unknown[]> = {};
  for (const [name, { host, settings }] of registry) {
    const text = await readFile(new URL(`../../probes/${name}.ts`, import.meta.url), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(text)![1]!.replaceAll(/^ \* ?/gm, '');
    const { probes } = parse(example) as { probes: Record<string, unknown>[] };
    const own = probes.flatMap((probe) => settings.safeParse(probe[name]).data ?? []);
    hosts[name] = own.map((each) => host?.(each));
  }
  expect(hosts).toMatchInlineSnapshot(`
    {
      "command": [
        undefined,
        undefined,
      ],
      "dns": [
        "example.org",
        "9.9.9.9",
        "retired.example.org",
      ],
      "domain": [
        "rdap.org",
        "rdap.org",
        "rdap.publicinterestregistry.org",
      ],
      "grpc": [
        "api.example.org",
        "api.example.org",
      ],
      "http": [
        "example.org",
        "example.org",
        "example.org",
        "example.org",
        "example.org",
      ],
      "icmp": [
        "router.example.org",
        "192.0.2.1",
      ],
      "tcp": [
        "db.example.org",
        "mail.example.org",
        "mail.example.org",
        "db.example.org",
        "cache.example.org",
      ],
      "tls": [
        "ldap.example.org",
        "10.0.0.7",
      ],
      "websocket": [
        "example.org",
        "example.org",
      ],
    }
  `);
});
