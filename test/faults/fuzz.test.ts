/** Whatever a peer answers and whatever stands in services.yml: no crash, no hang, nothing without a name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { OUTCOMES, REASONS } from '../../src/model.ts';
import { loadRegistry, settingsOf } from '../../src/probing/registry.ts';
import { run, task } from '../probing/probe-once.ts';
import { serveTcp } from '../servers.ts';

const AT_ONCE = 250;
const BATCHES = 40;

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

/** Near enough to HTTP to get past the first line. */
const nearlyHttp = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('HTTP/1.1 ', 'HTTP/1.0 200 OK\r\n', 'HTTP/1.1 200 OK\r\n', '\r\n', '\n', ': '),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom('content-length: ', 'transfer-encoding: chunked\r\n', 'location: /\r\n'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('content-encoding: gzip\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', '204', '0\r\n\r\n'),
      },
      { weight: 2, arbitrary: fc.nat(1000).map((number) => `${number}\r\n`) },
      { weight: 1, arbitrary: bytes.map((buffer) => buffer.toString('latin1')) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test.each([
  [
    'http',
    (port: number) => ({ url: `http://127.0.0.1:${port}/`, expect: { json: { '$.a': 1 }, body: { contains: 'b' } } }),
    fc.oneof(bytes, nearlyHttp),
  ],
  [
    'tcp',
    (port: number) => ({ host: '127.0.0.1', port, talk: [{ expect: '^220' }, { send: 'x', expect: 'y$' }] }),
    bytes,
  ],
])(
  '10,000 random answers to %s',
  async (kind, aimAt, answers) => {
    let next = 0;
    let batch: readonly Buffer[] = [];
    await using server = await serveTcp((socket) => {
      const bytes = batch[next % batch.length]!;
      next += 1;
      socket.once('data', () => undefined);
      socket.end(bytes);
    });
    const one = task(kind, aimAt(server.port), { timeoutMs: 10_000 });
    const property = fc.asyncProperty(
      fc.array(answers, { minLength: 1, maxLength: AT_ONCE, size: 'max' }),
      async (list) => {
        batch = list;
        // Always as many as there may be: the number of answers is counted, not that of the batches.
        const observations = await run(
          Array.from({ length: AT_ONCE }, () => ({ ...one })),
          { concurrency: AT_ONCE },
        );
        for (const { outcome, reason, message } of observations) {
          expect(OUTCOMES).toContain(outcome);
          if (outcome !== 'up') expect(REASONS, message).toContain(reason);
          expect(['bug', 'timeout', 'prober-fault'], message).not.toContain(reason);
        }
      },
    );
    await fc.assert(property, { numRuns: BATCHES, interruptAfterTimeLimit: 60_000 });
  },
  90_000,
);

const SERVICES = `page: { title: Example, url: https://status.example.org }
defaults: { timeout: 5s, retries: 1 }
services:
  web:
    name: Web site
    dependsOn: [api, { service: cache, strength: soft }]
    probes:
      - http: https://example.org/
        degradedAbove: 2s
      - http:
          url: https://example.org/health
          headers: { accept: application/json }
          expect:
            status: [200-299, 404]
            json: { $.database: up }
  api:
    formerly: [old-api]
    probes: [{ tcp: "db.example.org:5432", essential: false }]
  cache:
    description: Keeps *things*.
    probes:
      - tcp: { host: cache.example.org, port: 6379, talk: [{ send: "PING\\r\\n", expect: PONG }] }
maintenance:
  - { title: Move, services: [web], start: 2026-03-01T10:00:00Z, end: 2026-03-01T12:00:00Z }
`;

type Mutation = (text: string) => string;

const inLine =
  (index: number, change: (line: string) => string[]): Mutation =>
  (text) => {
    const lines = text.split('\n');
    const at = index % lines.length;
    return [...lines.slice(0, at), ...change(lines[at]!), ...lines.slice(at + 1)].join('\n');
  };

const VALUES = [
  'null',
  '5',
  '-1',
  '1e999',
  '[]',
  '{}',
  '[[',
  'true',
  '""',
  '*x',
  '&x y',
  '!!set {a}',
  '- a',
  '0x1f',
  '|',
  '? a',
];

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(2000), fc.nat(255)).map(
    ([at, byte]): Mutation =>
      (text) => {
        const buffer = Buffer.from(text);
        if (buffer.length > 0) buffer[at % buffer.length] = byte;
        return buffer.toString('utf8');
      },
  ),
  fc.nat(100).map((at) => inLine(at, () => [])),
  fc.nat(100).map((at) => inLine(at, (line) => [line, line])),
  fc
    .tuple(fc.nat(100), fc.string())
    .map(([at, name]) => inLine(at, (line) => [line.replace(/[\w$.]+(?=:)/, () => name)])),
  fc
    .tuple(fc.nat(100), fc.constantFrom(...VALUES))
    .map(([at, value]) => inLine(at, (line) => [line.replace(/: .*|:$/, () => `: ${value}`)])),
  fc.tuple(fc.nat(100), fc.nat(8)).map(([at, by]) => inLine(at, (line) => [`${' '.repeat(by)}${line}`])),
);

/** The YAML library does not say where an alias stands that leads nowhere. */
const OF_THE_WHOLE_FILE = /^is empty|[Aa]lias/;

const mutated = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map((mutations) => mutations.reduce((text, change) => change(text), SERVICES));

test('10,000 random mutations of a valid services.yml', async () => {
  const kinds = settingsOf(await loadRegistry());
  const read = (text: string) => parseConfig('services.yml', text, { kinds, env: {} });
  expect(read(SERVICES)).not.toHaveProperty('problems');
  const property = fc.property(mutated, (text) => {
    const result = read(text);
    if (result.ok) return;
    expect(result.problems.length).toBeGreaterThan(0);
    for (const { line, message } of result.problems) {
      if (!OF_THE_WHOLE_FILE.test(message)) expect(line, message).toBeGreaterThan(0);
    }
  });
  fc.assert(property, { numRuns: 10_000 });
}, 300_000);
