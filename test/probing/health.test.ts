import { describe, expect, test } from 'vitest';
import { failingChecks, readHealth } from '../../src/probing/health.ts';

const json = (document: unknown): string => JSON.stringify(document);

test.each<[string, string, string, object]>([
  [
    'Dockerflow, well',
    json({ status: 'ok', checks: { db: 'ok', cache: 'ok' }, details: {} }),
    'up',
    { db: 'up', cache: 'up' },
  ],
  [
    'Dockerflow, a warning',
    json({
      status: 'warning',
      checks: { db: 'ok', migrations: 'warning' },
      details: { migrations: { status: 'warning', level: 30, messages: { 'db.W001': 'one is missing' } } },
    }),
    'degraded',
    { db: 'up', migrations: 'degraded (one is missing)' },
  ],
  [
    'Dockerflow, an error by its level',
    json({ status: 'error', checks: { db: 'error' }, details: { db: { status: 'error', level: 40, messages: {} } } }),
    'down',
    { db: 'down' },
  ],
  ['Dockerflow, a level that is only told', json({ status: 'info', checks: { db: 'info' } }), 'up', { db: 'up' }],
  ['booleans, well', json({ db: true, cache: true }), 'up', { db: 'up', cache: 'up' }],
  ['booleans, one failing', json({ db: true, cache: false }), 'down', { db: 'up', cache: 'down' }],
  ['booleans, null does not apply', json({ db: true, cache: null }), 'up', { db: 'up' }],
  [
    'health+json, pass',
    json({ status: 'pass', checks: { 'db:time': [{ status: 'pass', observedValue: 4 }] } }),
    'up',
    { 'db:time': 'up' },
  ],
  [
    'health+json, several of one name',
    json({
      status: 'warn',
      checks: {
        'cpu:use': [
          { componentId: 'a', status: 'pass' },
          { componentId: 'b', status: 'warn', output: 'at 91 %' },
        ],
      },
    }),
    'degraded',
    { 'cpu:use a': 'up', 'cpu:use b': 'degraded (at 91 %)' },
  ],
  ['health+json, fail', json({ status: 'fail', output: 'gone' }), 'down', {}],
  ['health+json without a sum', json({ checks: { db: [{ status: 'fail' }] } }), 'down', { db: 'down' }],
  ['alias ok', json({ status: 'ok' }), 'up', {}],
  ['alias error', json({ status: 'error' }), 'down', {}],
  ['alias healthy', json({ status: 'healthy' }), 'up', {}],
  ['alias unhealthy', json({ status: 'unhealthy' }), 'down', {}],
  [
    'Spring, UP with what is no check in its details',
    json({
      status: 'UP',
      components: { db: { status: 'UP', details: { database: 'H2', query: 'isValid()' } }, ping: { status: 'UP' } },
      groups: ['liveness'],
    }),
    'up',
    { db: 'up', ping: 'up' },
  ],
  [
    'Spring, a part of a part',
    json({
      status: 'DOWN',
      components: {
        db: {
          status: 'DOWN',
          components: { one: { status: 'UP' }, two: { status: 'DOWN', details: { error: 'refused' } } },
        },
      },
    }),
    'down',
    { db: 'down', 'db/one': 'up', 'db/two': 'down (refused)' },
  ],
  ['Spring, OUT_OF_SERVICE', json({ status: 'OUT_OF_SERVICE' }), 'down', {}],
  ['Spring, UNKNOWN', json({ status: 'UNKNOWN' }), 'degraded', {}],
  ['Spring before 2.2', json({ status: 'UP', details: { disk: { status: 'UP' } } }), 'up', { disk: 'up' }],
  [
    'MicroProfile',
    json({
      status: 'DOWN',
      checks: [
        { name: 'db', status: 'DOWN', data: { error: 'x' } },
        { name: 'q', status: 'UP' },
      ],
    }),
    'down',
    { db: 'down', q: 'up' },
  ],
  ['ASP.NET, text', 'Healthy', 'up', {}],
  ['ASP.NET, text with a line end', 'Degraded\r\n', 'degraded', {}],
  ['ASP.NET, text, unhealthy', 'Unhealthy', 'down', {}],
  [
    'ASP.NET, entries',
    json({
      status: 'Unhealthy',
      totalDuration: '00:00:01',
      entries: { sql: { status: 'Unhealthy', description: 'no' } },
    }),
    'down',
    { sql: 'down (no)' },
  ],
  [
    'ASP.NET, results',
    json({ status: 'Degraded', results: { sql: { status: 'Degraded', description: 'slow', data: {} } } }),
    'degraded',
    { sql: 'degraded (slow)' },
  ],
  ['Kubernetes, well', '[+]ping ok\n[+]etcd ok\nreadyz check passed\n', 'up', { ping: 'up', etcd: 'up' }],
  [
    'Kubernetes, one failing',
    '[+]ping ok\n[-]etcd failed: reason withheld\nhealthz check failed\n',
    'down',
    { ping: 'up', etcd: 'down' },
  ],
  ['Kubernetes, in a word', 'ok', 'up', {}],
  ['Elasticsearch, green', json({ cluster_name: 'a', status: 'green', timed_out: false }), 'up', {}],
  ['Elasticsearch, yellow', json({ cluster_name: 'a', status: 'yellow' }), 'degraded', {}],
  ['Elasticsearch, red', json({ cluster_name: 'a', status: 'red' }), 'down', {}],
])('%s', (_, text, outcome, checks) => {
  const health = readHealth(text);
  expect(health).toMatchObject({ outcome });
  const shown = health!.checks.map(({ name, outcome, output }) => [name, output ? `${outcome} (${output})` : outcome]);
  expect(Object.fromEntries(shown)).toEqual(checks);
});

test.each([
  '',
  '<html>hello</html>',
  'It works! All is well here, they say.',
  '{',
  '[]',
  '[1, 2]',
  'null',
  '{}',
  json({ db: null }),
  json({ debug: true, version: '1.2' }),
  json({ status: 'splendid' }),
  json({ status: 200 }),
])('no health document: %s', (text) => {
  expect(readHealth(text)).toBeUndefined();
});

describe('a hostile document', () => {
  test('has at most 50 checks, the failing ones among them, each of bounded length', () => {
    const checks = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`c${index}${'x'.repeat(500)}`, true]),
    );
    const health = readHealth(
      json({
        status: 'fail',
        checks: { ...checks, zz: { status: 'fail', output: '\n'.repeat(9000) + 'y'.repeat(9000) } },
      }),
    )!;
    expect(health.checks).toHaveLength(50);
    expect(health.checks[0]).toMatchObject({ name: 'zz', outcome: 'down' });
    for (const { name, output = '' } of health.checks) expect(name.length + output.length).toBeLessThan(300);
  });

  test('nested without measure does not exhaust the stack', () => {
    expect(readHealth(`${'{"status":"UP","components":{"a":'.repeat(5000)}true${'}}'.repeat(5000)}`)?.outcome).toBe(
      'up',
    );
  });

  test('lines that are all sign', () => {
    expect(readHealth('[-]'.repeat(300_000))?.checks.length ?? 0).toBeLessThan(51);
  });

  test('a prototype is no check', () => {
    expect(readHealth('{"__proto__": {"status": "fail"}, "constructor": true}')?.checks ?? []).not.toContainEqual(
      expect.objectContaining({ outcome: 'down' }),
    );
  });
});

test('the failing ones in a sentence, three at most', () => {
  const health = readHealth(json({ a: false, b: false, c: false, d: false, e: true }))!;
  expect(failingChecks(health)).toBe('a, b, c and 1 more');
});
