/** Whoever answers for GitHub's API may point anywhere; the token goes to the one address that it is for. */
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openClient } from '../../../src/effects/github/client.ts';
import { readComments, readIssues } from '../../../src/effects/github/read.ts';
import { serveHttp, serveTcp } from '../../servers.ts';
import { DOWN, openStage } from './stage.ts';

const TOKEN = 'ghs_hunter2';

/** Another host, which keeps all that it is told. */
async function serveStranger(host: string) {
  const told: string[] = [];
  const inner = createServer((request, response) => {
    told.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`);
    response.setHeader('content-type', 'application/json').end(request.method === 'GET' ? '[]' : '{"number":7}');
  });
  const server = await serveTcp((socket) => void inner.emit('connection', socket), host);
  return { told, url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test.each([301, 302, 303, 307, 308])('a redirect (%i) to another host or port takes no token along', async (status) => {
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    await using stranger = await serveStranger(host);
    const tokens: (string | undefined)[] = [];
    await using github = await serveHttp((request, response) => {
      tokens.push(request.headers.authorization);
      response.writeHead(status, { location: `${stranger.url}${request.url}` }).end();
    });
    const client = await clientOf(github.url);
    await client.ask('/issues').catch(() => undefined);
    await client.write('POST', '/issues', { title: 'Down' }).catch(() => undefined);
    expect(tokens).toEqual([`token ${TOKEN}`, `token ${TOKEN}`]);
    expect(stranger.told.join('\n')).not.toMatch(/hunter2|authorization/i);
    // Followed it is: what was renamed answers so.
    expect(stranger.told.length).toBeGreaterThan(0);
  }
});

test('links to other pages, in headers and in what is read, are not followed at all', async () => {
  await using stranger = await serveStranger('127.0.0.2');
  const asked: string[] = [];
  await using github = await serveHttp((request, response) => {
    asked.push(`${new URL(request.url!, 'http://x').searchParams.get('page')} ${request.headers.authorization}`);
    const next = `${stranger.url}${request.url}`;
    const links = ['next', 'last', 'prev', 'first'].map((rel) => `<${next}>; rel="${rel}"`).join(', ');
    const user = { login: 'mallory', type: 'User', url: next };
    const at = '2026-11-20T12:00:00Z';
    const one = { user, body: next, url: next, comments_url: next, created_at: at, updated_at: at };
    const page = Array.from({ length: 100 }, (_, id) => ({
      id,
      number: id,
      title: 'x',
      state: 'open',
      labels: [],
      comments: 0,
      ...one,
    }));
    response.setHeader('content-type', 'application/json').setHeader('link', links).end(JSON.stringify(page));
  });
  const client = await clientOf(github.url);
  expect(await readIssues(client, 'incident', undefined, 1)).toMatchObject({ isLast: false });
  expect((await readComments(client, 1, { count: 500, since: 0 }))!.comments).toHaveLength(500);
  expect(asked).toEqual([1, 1, 2, 3, 4, 5].map((page) => `${page} token ${TOKEN}`));
  expect(stranger.told).toEqual([]);
});

test('rounds of an outage, all of whose requests are sent elsewhere, tell nobody the token', async () => {
  await using stranger = await serveStranger('127.0.0.2');
  await using stage = await openStage();
  stage.hub.meet = ({ path }) => ({ status: 307, headers: { location: `${stranger.url}${path}` } });
  for (let rounds = 0; rounds < 3; rounds += 1) await stage.round(DOWN);
  expect((await stage.incidents()).length).toBe(1);
  expect(stranger.told.some((line) => line.startsWith('POST '))).toBe(true);
  expect(stranger.told.join('\n')).not.toMatch(/token-bot|authorization/i);
});

function clientOf(apiUrl: string): ReturnType<typeof openClient> {
  const signal = AbortSignal.timeout(60_000);
  return openClient({ apiUrl, token: TOKEN, repository: 'acme/status', signal, etags: new Map(), isHurried: true });
}
