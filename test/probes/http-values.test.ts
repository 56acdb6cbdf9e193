/** Numbers and versions that an answer holds. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';
import { serveHttp, type TestServer } from '../servers.ts';

const { settings } = (await loadRegistry()).get('http')!;

const DOCUMENT = {
  version: '1.4.2',
  build: 512,
  ok: true,
  queue: { pending: 143, name: 'mail', oldest: 1234.56789 },
  nodes: [{ load: 1 }, { load: 2 }],
  huge: 1e300,
};

function answering(document: unknown, headers: Record<string, string> = {}, status = 200): Promise<TestServer> {
  return serveHttp((_, response) => response.writeHead(status, headers).end(JSON.stringify(document)));
}

describe.concurrent('a rule points at a number', () => {
  test.each([
    ['below', { json: { '$.queue.pending': { below: 500 } } }, [{ name: '$.queue.pending', value: 143 }]],
    ['that it breaks', { json: { '$.queue.pending': { below: 5 } } }, [{ name: '$.queue.pending', value: 143 }]],
    ['exists', { json: { '$.queue.pending': { exists: true } } }, [{ name: '$.queue.pending', value: 143 }]],
    ['not', { json: { '$.queue.pending': { not: { above: 5 } } } }, [{ name: '$.queue.pending', value: 143 }]],
    ['in a list', { json: { '$.build': [{ above: 5 }, { below: 900 }] } }, [{ name: '$.build', value: 512 }]],
    ['with six digits', { json: { '$.queue.oldest': { above: 5 } } }, [{ name: '$.queue.oldest', value: 1234.57 }]],
    ['that must be a certain one', { json: { '$.build': 512 } }, undefined],
    ['that is a text', { json: { '$.queue.name': { exists: true } } }, undefined],
    ['that is several', { json: { '$.nodes[*].load': { below: 5 } } }, undefined],
    ['that nothing is', { json: { '$.huge': { above: 5 } } }, undefined],
    ['that is not there', { json: { '$.error': { exists: false } } }, undefined],
  ])('%s', async (_, expect_, values) => {
    await using server = await answering(DOCUMENT);
    const expected = await probeOnce('http', { url: server.url, expect: expect_ });
    const preferred = await probeOnce('http', { url: server.url, prefer: expect_ });
    expect([expected.values, preferred.values]).toEqual([values, values]);
  });

  test('size and age, in bytes and seconds, of a compressed body as it unfolds', async () => {
    const body = JSON.stringify(DOCUMENT);
    await using server = await serveHttp((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', age: '90' }).end(gzipSync(body)),
    );
    const rules = { size: { below: '1MiB' }, age: { below: '1h' } };
    const { outcome, values } = await probeOnce('http', { url: server.url, expect: rules });
    expect(outcome).toBe('up');
    expect(values).toEqual([
      { name: 'size', value: body.length, unit: 'B' },
      { name: 'age', value: 90, unit: 's' },
    ]);
  });

  test('of a body that was cut nothing is known', async () => {
    await using server = await answering({ ...DOCUMENT, rest: 'x'.repeat(5000) });
    const rules = { json: { '$.build': { above: 5 } }, size: { above: 10 } };
    const { values } = await probeOnce('http', { url: server.url, maxBodyBytes: '1KiB', expect: rules });
    expect(values).toBeUndefined();
  });

  test('no more than eight, whatever a services.yml lists', async () => {
    const numbers = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, index]));
    await using server = await answering(numbers);
    const json = Object.fromEntries(Object.keys(numbers).map((name) => [`$.${name}`, { exists: true }]));
    const { values } = await probeOnce('http', { url: server.url, expect: { json } });
    expect(values!.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe.concurrent('a version', () => {
  test.each([
    ['in the document', { json: '$.version' }, '1.4.2'],
    ['that is a number', { json: '$.build' }, '512'],
    ['in a header, in any case', { header: 'X-Version' }, '1.4.3'],
    ['that is neither text nor number', { json: '$.ok' }, undefined],
    ['that is not there', { json: '$.error' }, undefined],
    ['in a header that is not there', { header: 'x-release' }, undefined],
  ])('%s', async (_, version, seen) => {
    await using server = await answering(DOCUMENT, { 'x-version': '1.4.3' });
    const observation = await probeOnce('http', { url: server.url, version });
    expect(observation.outcome).toBe('up');
    expect(observation.version).toBe(seen);
  });

  test('is one short line, whatever a server calls it, and no secret', async () => {
    await using server = await answering({ version: `\u202e1\n2\u0000${'9'.repeat(99)}`, key: 'v1 of s3cret-token' });
    const url = server.url;
    const [hostile, leaking] = await run(
      ['$.version', '$.key'].map((json) => task('http', { url, version: { json } })),
      { secrets: ['s3cret-token'] },
    );
    expect(hostile!.version).toBe(`1 2 ${'9'.repeat(60)}`);
    expect(leaking!.version).toBe('v1 of ***');
  });

  test('that would be cut inside a secret is redacted first', async () => {
    await using server = await answering({ version: `${'9'.repeat(58)} s3cret-token` });
    const [observation] = await run([task('http', { url: server.url, version: { json: '$.version' } })], {
      secrets: ['s3cret-token'],
    });
    expect(observation!.version).toBe(`${'9'.repeat(58)} ***`);
  });

  test.each([[{}], [{ json: '$.a', header: 'b' }], [{ json: 'a[' }], [{ header: '' }], ['$.version']])(
    '%j is refused',
    (version) => {
      expect(settings.safeParse({ url: 'http://127.0.0.1/', version }).success).toBe(false);
    },
  );
});
