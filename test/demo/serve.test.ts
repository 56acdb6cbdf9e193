import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PageServer, servePage } from '../../src/demo/serve.ts';

let work: string;
let folder: string;
let server: PageServer;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'vedette-serve-test-'));
  folder = join(work, 'page');
  await mkdir(join(folder, 'services', 'api'), { recursive: true });
  await writeFile(join(work, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'index.html'), '<!doctype html>the page');
  await writeFile(join(folder, 'status.json'), '{}');
  await writeFile(join(folder, 'services', 'api', 'index.html'), '<!doctype html>the API');
  server = await servePage(folder, 0);
});

afterEach(async () => {
  await server.close();
  await rm(work, { recursive: true, force: true });
});

interface Got {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** The path goes out as it is written; `fetch` would tidy it up. */
function get(path: string, method = 'GET'): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const { hostname, port } = new URL(server.address);
  const outgoing = request(
    { hostname, port, path, method, agent: false, signal: AbortSignal.timeout(5000) },
    async (response) => {
      const body = (await response.toArray()).join('');
      resolve({ status: response.statusCode, headers: response.headers, body });
    },
  );
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}

test('a page refreshes itself through a header', async () => {
  const { status, headers, body } = await get('/?from=test');
  expect({ status, body }).toEqual({ status: 200, body: '<!doctype html>the page' });
  expect(headers).toMatchObject({ refresh: '3', 'content-type': 'text/html; charset=utf-8' });
});

test('what is not a page does not refresh', async () => {
  const { status, headers } = await get('/status.json');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers).not.toHaveProperty('refresh');
});

test('without refreshing there is no header', async () => {
  await server.close();
  server = await servePage(folder, 0, { refreshSeconds: 0 });
  expect((await get('/')).headers).not.toHaveProperty('refresh');
});

test('a folder is its index.html, and without the slash leads there', async () => {
  expect((await get('/services/api/')).body).toBe('<!doctype html>the API');
  expect(await get('/services/api')).toMatchObject({ status: 301, headers: { location: '/services/api/' } });
  expect((await get('//services/api')).headers.location).toBe('/services/api/');
});

test.each([
  ['/../secret.txt'],
  ['/%2e%2e/secret.txt'],
  ['/..%2fsecret.txt'],
  ['/services/../../secret.txt'],
  ['/..%5csecret.txt'],
  ['/secret.txt%00.html'],
  ['/%'],
  ['/nothing'],
  [`/${'long'.repeat(200)}`],
])('%s is not found', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).not.toContain('secret');
});

test('HEAD has no body, and nothing can be written', async () => {
  expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect(await get('/', 'POST')).toMatchObject({ status: 405 });
});

test('before the first build a page says so and comes again', async () => {
  await rm(folder, { recursive: true });
  expect(await get('/')).toMatchObject({ status: 503, headers: { refresh: '3' } });
});

test('a port that is taken is replaced by a free one', async () => {
  const taken = Number(new URL(server.address).port);
  const other = await servePage(folder, taken);
  expect(other.isElsewhere).toBe(true);
  expect(other.address).not.toBe(server.address);
  await other.close();
});
