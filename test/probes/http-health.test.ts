/** `health: auto`: the worse of the HTTP status and what the body says. The formats are in test/probing/health.test.ts. */
import { expect, test } from 'vitest';
import { probeOnce } from '../probing/probe-once.ts';
import { serveHttp } from '../servers.ts';

const failing = {
  status: 'DOWN',
  components: { db: { status: 'DOWN', details: { error: 'refused' } }, mail: { status: 'UP' } },
};
const warning = {
  status: 'warning',
  checks: { db: 'ok', disk: 'warning' },
  details: { disk: { status: 'warning', level: 30, messages: { W1: '91 % full' } } },
};

test.each<[string, number, unknown, object, object]>([
  ['well', 200, { db: true, cache: true }, {}, { outcome: 'up', message: '200 OK' }],
  ['well, with an empty body', 200, '', {}, { outcome: 'up' }],
  [
    'a warning with 200',
    200,
    warning,
    {},
    { outcome: 'degraded', reason: 'content', message: '200 OK, but by its own account warning: disk (91 % full)' },
  ],
  [
    'failing with 200',
    200,
    failing,
    {},
    { outcome: 'down', reason: 'content', message: '200 OK, but by its own account DOWN: db (refused)' },
  ],
  [
    'failing with 503',
    503,
    failing,
    {},
    { outcome: 'down', reason: 'status', message: 'status 503, expected 200-299: db (refused)' },
  ],
  ['well with 503', 503, { status: 'UP' }, {}, { outcome: 'down', reason: 'status' }],
  ['a page that is no health document', 200, '<h1>Log in</h1>', {}, { outcome: 'degraded', reason: 'content' }],
  [
    'failing, before what is preferred',
    200,
    failing,
    { prefer: { status: 204 } },
    { outcome: 'down', reason: 'content' },
  ],
  ['too long', 200, { a: 'x'.repeat(2000) }, { maxBodyBytes: 1000 }, { outcome: 'degraded', reason: 'body-too-large' }],
])('%s', async (_, status, body, settings, expected) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  await using server = await serveHttp((_request, response) => response.writeHead(status).end(text));
  expect(await probeOnce('http', { url: server.url, health: 'auto', ...settings })).toMatchObject(expected);
});

test('the parts become named evidence', async () => {
  await using server = await serveHttp((_, response) => response.end(JSON.stringify(failing)));
  const { facts } = await probeOnce('http', { url: server.url, health: 'auto' });
  expect(facts.checks).toEqual([
    { name: 'db', outcome: 'down', output: 'refused' },
    { name: 'mail', outcome: 'up' },
  ]);
});

test('without health: auto the body is nobody’s business', async () => {
  await using server = await serveHttp((_, response) => response.end(JSON.stringify(failing)));
  const { outcome, facts } = await probeOnce('http', server.url);
  expect(outcome).toBe('up');
  expect(facts).not.toHaveProperty('checks');
});
