/**
 * Every way to fail that shared/design/probing.md numbers: what does it, and what must be said of it. A number stands
 * several times where one line of the list names several faults.
 */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Observation } from '../../src/model.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { run, task } from '../probing/probe-once.ts';
import { certificates, serveBytes, serveHttp, serveHttps, type TestServer } from '../servers.ts';
import {
  answer,
  endless,
  gzipBomb,
  http2Only,
  nobody,
  ok,
  onAccept,
  onRequest,
  PERMISSIVE,
  type Serve,
  says,
  secured,
  serveSha1,
} from './fault-servers.ts';
import type { NamespaceTask } from './namespace.ts';

/** What an observation must contain. */
type Expected = Readonly<Record<string, unknown>>;

interface Numbered {
  number: number;
  title: string;
  expected: Expected;
}

/** A server that misbehaves, probed over HTTP unless `settings` says otherwise. */
export interface ServedCase extends Numbered {
  serve: Serve;
  /** Beside the server's address. */
  rules?: Readonly<Record<string, unknown>>;
  timeoutMs?: number;
  /** Environment of the probe, from the server. */
  env?(server: TestServer): Readonly<Record<string, string>>;
  /** What the probe asks for; the server's own address when absent. */
  url?(server: TestServer): string;
}

/** One that needs the network in namespace.ts. */
export interface NetworkCase extends Numbered {
  task: NamespaceTask;
}

const down = (reason: string, phase: string, more: Expected = {}): Expected => ({
  outcome: 'down',
  reason,
  phase,
  ...more,
});
const up: Expected = { outcome: 'up' };
const protocol = down('protocol', 'ttfb');
const status200 = { facts: { status: 200 } };
const needsBody = { expect: { body: { contains: 'needle' } } };
const soon = (act: (socket: Socket) => void) => (socket: Socket) => void setTimeout(() => act(socket), 50);
const redirectTo = (location: string): Serve => says(answer('302 Found', `location: ${location}\r\ncontent-length: 0`));
const endlessBody: Serve = onRequest(endless(ok('content-type: text/plain'), 'x'.repeat(65_536)));

const onTheWire: readonly ServedCase[] = [
  { number: 1, title: 'refused', serve: nobody, expected: down('refused', 'connect') },
  { number: 4, title: 'accept, then FIN', serve: onAccept((s) => s.end()), expected: down('closed', 'ttfb') },
  {
    number: 5,
    title: 'accept, then RST',
    serve: onAccept(soon((socket) => socket.resetAndDestroy())),
    expected: down('reset', 'ttfb'),
  },
  { number: 6, title: 'accept, silence', serve: onAccept(() => undefined), expected: down('timeout', 'ttfb') },
  {
    number: 7,
    title: 'headers one byte at a time',
    serve: onRequest(endless('HTTP/1.1 200 OK\r\n', 'x', 100)),
    expected: down('timeout', 'ttfb'),
  },
  {
    number: 8,
    title: 'endless headers',
    serve: onRequest(endless('HTTP/1.1 200 OK\r\n', 'x-more: and more\r\n'.repeat(50))),
    expected: down('headers-too-large', 'ttfb'),
  },
  {
    number: 8,
    title: 'a header of 64 KiB',
    serve: says(ok(`x-long: ${'a'.repeat(65_536)}`)),
    expected: down('headers-too-large', 'ttfb'),
  },
  {
    number: 9,
    title: 'body one byte at a time',
    serve: onRequest(endless(ok('content-length: 9999'), 'x', 100)),
    expected: down('timeout', 'body'),
  },
  {
    number: 10,
    title: 'endless body that no rule needs',
    serve: endlessBody,
    timeoutMs: 10_000,
    expected: { ...up, facts: { bodyTruncated: true } },
  },
  {
    number: 11,
    title: 'endless body that a rule needs',
    serve: endlessBody,
    rules: needsBody,
    timeoutMs: 10_000,
    expected: { outcome: 'down', reason: 'body-too-large', ...status200 },
  },
  {
    number: 12,
    title: 'a gzip bomb that no rule needs',
    serve: gzipBomb,
    timeoutMs: 10_000,
    expected: { ...up, ...status200 },
  },
  {
    number: 12,
    title: 'a gzip bomb that a rule needs',
    serve: gzipBomb,
    rules: needsBody,
    timeoutMs: 10_000,
    expected: { outcome: 'down', reason: 'body-too-large', ...status200 },
  },
  {
    number: 13,
    title: 'says gzip, is not, and no rule needs it',
    serve: says(ok('content-encoding: gzip\r\ncontent-length: 6', 'needle')),
    expected: up,
  },
  {
    number: 13,
    title: 'says gzip, is not, and a rule needs it',
    serve: says(ok('content-encoding: gzip\r\ncontent-length: 6', 'needle')),
    rules: needsBody,
    expected: { outcome: 'down', reason: 'encoding', ...status200 },
  },
  { number: 14, title: 'garbage', serve: says('\0\x01garbage\r\n\r\n'), expected: protocol },
  { number: 14, title: 'an SSH banner', serve: says('SSH-2.0-OpenSSH_9.2\r\n'), expected: protocol },
  { number: 14, title: 'HTTP/0.9', serve: says('<html>hello</html>'), expected: protocol },
  { number: 14, title: 'the preface of HTTP/2', serve: says('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), expected: protocol },
  {
    number: 15,
    title: 'bare line feeds',
    serve: says('HTTP/1.1 200 OK\ncontent-length: 2\n\nok'),
    expected: { ...protocol, message: 'the answer is not valid HTTP: a line ends without CR LF' },
  },
  {
    number: 16,
    title: 'status 999',
    serve: says(answer('999 Denied', 'content-length: 0')),
    expected: { outcome: 'down', reason: 'status', facts: { status: 999 } },
  },
  { number: 17, title: 'status 099', serve: says(answer('099 Odd', 'content-length: 0')), expected: protocol },
  { number: 18, title: 'a header without a colon', serve: says(ok('content-length 2', 'ok')), expected: protocol },
  { number: 18, title: 'a space before the colon', serve: says(ok('content-length : 2', 'ok')), expected: protocol },
  { number: 18, title: 'a zero byte in a header', serve: says(ok('x: a\0b\r\ncontent-length: 0')), expected: protocol },
  {
    number: 19,
    title: 'shorter than its length',
    serve: says(ok('content-length: 9', 'ok')),
    expected: down('truncated', 'body', status200),
  },
  { number: 20, title: 'longer than its length', serve: says(ok('content-length: 2', 'ok and more')), expected: up },
  {
    number: 21,
    title: 'two lengths',
    serve: says(ok('content-length: 2\r\ncontent-length: 3', 'ok!')),
    expected: protocol,
  },
  {
    number: 22,
    title: 'a length and chunks',
    serve: says(ok('content-length: 2\r\ntransfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n')),
    expected: protocol,
  },
  {
    number: 23,
    title: 'a chunk of no size',
    serve: says(ok('transfer-encoding: chunked', 'zz\r\nok\r\n0\r\n\r\n')),
    expected: down('protocol', 'body'),
  },
  {
    number: 24,
    title: 'chunks cut short',
    serve: says(ok('transfer-encoding: chunked', '9\r\nok')),
    expected: down('truncated', 'body', status200),
  },
  {
    number: 25,
    title: 'RST in the body',
    serve: onRequest((socket) =>
      socket.write(ok('content-length: 9', 'ok'), () => soon((s) => s.resetAndDestroy())(socket)),
    ),
    expected: down('reset', 'body', status200),
  },
  {
    number: 26,
    title: '100, then 200',
    serve: says(`HTTP/1.1 100 Continue\r\n\r\n${ok('content-length: 2', 'ok')}`),
    expected: { ...up, ...status200 },
  },
  {
    number: 27,
    title: '103, then 200',
    serve: says(`HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n${ok('content-length: 2', 'ok')}`),
    expected: { ...up, ...status200 },
  },
  {
    number: 28,
    title: 'endless 100s',
    serve: onRequest(endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20))),
    expected: protocol,
  },
  {
    number: 29,
    title: '101 unasked',
    serve: says(answer('101 Switching Protocols', 'connection: upgrade\r\nupgrade: websocket')),
    expected: protocol,
  },
  {
    number: 30,
    title: 'a redirect loop',
    serve: redirectTo('/'),
    expected: { outcome: 'down', reason: 'redirect', message: 'more than 10 redirects' },
  },
  {
    number: 31,
    title: 'a redirect without Location',
    serve: says(answer('302 Found', 'content-length: 0')),
    expected: { outcome: 'down', reason: 'status', facts: { status: 302 } },
  },
  {
    number: 32,
    title: 'a redirect to file:',
    serve: redirectTo('file:///etc/passwd'),
    expected: { outcome: 'down', reason: 'redirect' },
  },
  {
    number: 33,
    title: 'a redirect to a bad URL',
    serve: redirectTo('http://[::1'),
    expected: { outcome: 'down', reason: 'redirect' },
  },
  {
    number: 34,
    title: 'secrets on a redirect to another origin are dropped',
    serve: redirectingElsewhere,
    rules: { auth: { bearer: 's3cret' }, headers: { cookie: 'a=s3cret', 'x-key': 's3cret' } },
    expected: { ...up, message: '200 nothing secret' },
  },
  {
    number: 37,
    title: '204 with the length of a body',
    serve: says(answer('204 No Content', 'content-length: 2', 'ok')),
    expected: up,
  },
  {
    number: 64,
    title: '429',
    serve: says(answer('429 Too Many Requests', 'content-length: 0')),
    expected: { outcome: 'degraded', reason: 'blocked' },
  },
  {
    number: 65,
    title: 'a wrong page with 200',
    serve: says(ok('content-length: 14', 'It works, too.')),
    rules: needsBody,
    expected: { outcome: 'down', reason: 'content', ...status200 },
  },
];

const overTls: readonly ServedCase[] = [
  {
    number: 35,
    title: 'https leads to http',
    serve: leavingTls,
    expected: { ...up, warnings: [expect.stringContaining('http')] },
  },
  {
    number: 36,
    title: 'HTTP/2 only',
    serve: http2Only,
    expected: { ...up, facts: { httpVersion: expect.stringMatching(/^2/) } },
  },
  { number: 38, title: 'expired', serve: secured('expired'), expected: down('tls-expired', 'tls') },
  { number: 39, title: 'not yet valid', serve: secured('future'), expected: down('tls-not-yet-valid', 'tls') },
  { number: 40, title: 'self-signed', serve: secured('selfSigned'), expected: down('tls-untrusted', 'tls') },
  {
    number: 41,
    title: 'unknown authority',
    serve: secured('valid'),
    rules: { tls: {} },
    expected: down('tls-untrusted', 'tls'),
  },
  { number: 42, title: 'wrong host', serve: secured('wrongHost'), expected: down('tls-name', 'tls') },
  {
    number: 43,
    title: 'expired and wrong host: both are named',
    serve: secured('expiredWrongHost'),
    expected: down('tls-expired', 'tls', {
      message: expect.stringMatching(/expired on .*; the certificate is for elsewhere/),
    }),
  },
  {
    number: 44,
    title: 'TLS 1.1 at most',
    serve: secured('valid', { ...PERMISSIVE, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
    expected: down('tls-version', 'tls'),
  },
  { number: 45, title: 'a weak key', serve: secured('weak', PERMISSIVE), expected: down('tls-weak', 'tls') },
  { number: 45, title: 'SHA-1', serve: serveSha1, expected: down('tls-weak', 'tls') },
  ...(['TLSv1.2', 'TLSv1.3'] as const).map((version, index) => ({
    number: 46 + index,
    title: `a client certificate is required, ${version}`,
    serve: secured('valid', { requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version }),
    expected: { outcome: 'down', reason: 'tls-client-cert' },
  })),
  {
    number: 48,
    title: 'the handshake hangs',
    serve: onAccept(() => undefined),
    url: ({ port }) => `https://127.0.0.1:${port}/`,
    expected: down('timeout', 'tls'),
  },
  {
    number: 49,
    title: 'plain HTTP on a TLS port',
    serve: says(answer('400 Bad Request', 'content-length: 0')),
    url: ({ port }) => `https://127.0.0.1:${port}/`,
    expected: down('tls-not-tls', 'tls'),
  },
  {
    number: 50,
    title: 'TLS on a plain port',
    serve: says(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])),
    expected: protocol,
  },
];

const byProxy: readonly ServedCase[] = (
  [
    ['refuses', nobody],
    ['wants a login: 407', says(answer('407 Proxy Authentication Required', 'content-length: 0'))],
    ['cannot reach the target: 502', says(answer('502 Bad Gateway', 'content-length: 0'))],
  ] as const
).map(([what, serve]) => ({
  number: 58,
  title: `the proxy ${what}`,
  serve,
  env: viaProxy,
  url: () => 'https://target.invalid/',
  expected: { outcome: 'unknown', reason: 'proxy', phase: 'proxy' },
}));

export const servedCases: readonly ServedCase[] = [...onTheWire, ...overTls, ...byProxy];

const network = (
  number: number,
  title: string,
  settings: unknown,
  expected: Expected,
  timeoutMs = 5000,
): NetworkCase => ({ number, title, task: { kind: 'http', settings, timeoutMs }, expected });

export const networkCases: readonly NetworkCase[] = [
  network(2, 'a filtered port', 'http://192.0.2.9/', down('timeout', 'connect'), 1000),
  network(3, 'no route to the host', 'http://198.51.100.1/', down('unreachable', 'connect')),
  network(3, 'a route into a black hole', 'http://198.51.100.2/', down('unreachable', 'connect')),
  network(3, 'no route to the network', 'http://198.51.100.3/', down('unreachable', 'connect')),
  network(3, 'our own rules forbid it', 'http://198.51.100.4/', { outcome: 'unknown', reason: 'prober-fault' }),
  network(52, 'NXDOMAIN', 'http://nx.test/', down('dns-not-found', 'dns')),
  network(53, 'no address of the family', { url: 'http://v4only.test/', family: 6 }, down('dns-no-address', 'dns')),
  network(53, 'an address of the other family', 'http://v4only.test/', down('refused', 'connect')),
  network(54, 'SERVFAIL', 'http://servfail.test/', down('dns-server', 'dns')),
  network(54, 'REFUSED', 'http://refused.test/', down('dns-server', 'dns')),
  network(55, 'a silent name server', 'http://silent.test/', down('timeout', 'dns'), 1000),
  network(57, 'IPv6 only, from a machine that has only IPv4', 'http://[2001:db8::1]/', {
    outcome: 'unknown',
    reason: 'unsupported-here',
  }),
];

/** Tested where the whole round is there to be looked at: round.test.ts. */
export const ROUND_CASES: readonly number[] = [59, 60, 61, 62, 63, 66];

/** Why the list has a number and the catalogue has not. */
export const LEFT_OUT: Readonly<Record<number, string>> = {
  51: 'probing.md gives this number to nothing',
  56: 'probing.md gives this number to nothing',
};

/** One attempt, in a folder where `ca.pem` is what the tests' certificates are signed by. */
export async function probe({ serve, rules, timeoutMs = 1500, env, url }: ServedCase): Promise<Observation> {
  await using server = await serve();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'vedette-fault-'));
  const authority = 'authority' in server ? String(server.authority) : (await certificates()).authority;
  await writeFile(join(folder.path, 'ca.pem'), authority);
  const target = url?.(server) ?? server.url;
  const trust = target.startsWith('https:') && { tls: { ca: 'ca.pem' } };
  const [observation] = await run([task('http', { url: target, ...trust, ...rules }, { timeoutMs })], {
    surroundings: { folder: folder.path, env: env?.(server) ?? {}, cache: FORGETFUL_CACHE },
  });
  return observation!;
}

function viaProxy({ port }: TestServer): Record<string, string> {
  return { HTTP_PROXY: `http://127.0.0.1:${port}`, HTTPS_PROXY: `http://127.0.0.1:${port}` };
}

/** Sends the client to a second server, which says whether anything secret came along. */
async function redirectingElsewhere(): Promise<TestServer> {
  const elsewhere = await serveHttp(({ headers }, response) => {
    response.statusMessage = JSON.stringify(headers).includes('s3cret') ? 'a secret' : 'nothing secret';
    response.end();
  });
  return both(await serveBytes(answer('302 Found', `location: ${elsewhere.url}/\r\ncontent-length: 0`)), elsewhere);
}

async function leavingTls(): Promise<TestServer> {
  const plain = await serveBytes(ok('content-length: 2', 'ok'));
  const first = await serveHttps('valid', (_, response) => response.writeHead(302, { location: plain.url }).end());
  return both(first, plain);
}

function both(first: TestServer, second: TestServer): TestServer {
  const close = async (): Promise<void> => {
    await Promise.all([first.close(), second.close()]);
  };
  return { ...first, close, [Symbol.asyncDispose]: close };
}
