import { rootCertificates, setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import { probeOnce } from '../probing/probe-once.ts';
import { type CertificateName, certificates, serveHttp, serveHttps, serveTcp } from '../servers.ts';

beforeAll(async () => {
  const { authority } = await certificates();
  setDefaultCACertificates([...rootCertificates, authority]);
});

test('a valid certificate is up, with the facts of TLS', async () => {
  await using server = await serveHttps('valid', (_, response) => response.end('ok'));
  const { outcome, facts, phases } = await probeOnce('http', server.url);
  expect(outcome).toBe('up');
  expect(facts.tls).toEqual({
    version: 'TLSv1.3',
    cipher: expect.stringMatching(/^TLS_/),
    subject: 'vedette-test',
    issuer: 'Vedette test authority',
    names: ['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'],
    notAfter: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    chainNotAfter: expect.stringMatching(/^\d{4}-/),
    fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    authorized: true,
  });
  expect(Object.keys(phases)).toEqual(['dns', 'connect', 'tls', 'ttfb', 'body']);
});

test('the name that was asked for is sent (SNI); an address is not', async () => {
  const names: string[] = [];
  const SNICallback: NonNullable<TlsOptions['SNICallback']> = (name, done) => {
    names.push(name);
    done(null);
  };
  await using server = await serveHttps('valid', (_, response) => response.end('ok'), { SNICallback });
  await probeOnce('http', { url: `https://localhost:${server.port}/`, family: 4 });
  await probeOnce('http', server.url);
  expect(names).toEqual(['localhost']);
});

test('a redirect from https to http is up with a warning', async () => {
  await using plain = await serveHttp((_, response) => response.end('ok'));
  await using server = await serveHttps('valid', (_, response) =>
    response.writeHead(302, { location: plain.url }).end(),
  );
  const warnings = ['a redirect leads from https to http, where anyone on the way can read along'];
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'up', warnings });
});

test('a certificate that ends soon is degraded', async () => {
  await using server = await serveHttps('ending', (_, response) => response.end('ok'));
  const observation = await probeOnce('http', server.url);
  expect(observation).toMatchObject({
    outcome: 'degraded',
    reason: 'expiring',
    message: '200 OK; the certificate ends in 5 days',
  });
});

test.concurrent.each<[CertificateName, string, RegExp]>([
  ['selfSigned', 'tls-untrusted', /^the certificate is not trusted \(self-signed\)$/],
  ['expired', 'tls-expired', /^the certificate expired on \d{4}-\d\d-\d\d$/],
  ['future', 'tls-not-yet-valid', /^the certificate is not valid yet$/],
  ['wrongHost', 'tls-name', /^the certificate is for elsewhere\.example, not for 127\.0\.0\.1$/],
  [
    'expiredWrongHost',
    'tls-expired',
    /^the certificate expired on \d{4}-\d\d-\d\d; the certificate is for elsewhere\.example, not for 127\.0\.0\.1$/,
  ],
])('%s is %s, said in full, with the facts', async (certificate, reason, message) => {
  await using server = await serveHttps(certificate, (_, response) => response.end('ok'));
  const observation = await probeOnce('http', server.url);
  expect(observation).toMatchObject({ outcome: 'down', reason, phase: 'tls', message: expect.stringMatching(message) });
  expect(observation.facts).toMatchObject({ tls: { version: 'TLSv1.3' } });
});

test('a key that is too small is tls-weak', async () => {
  await using server = await serveHttps('weak', (_, response) => response.end('ok'), { ciphers: 'DEFAULT@SECLEVEL=0' });
  const message = 'the key of the certificate has only 1024 bits';
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'down', reason: 'tls-weak', message });
});

test('an old TLS version is tls-version', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await using server = await serveHttps('valid', (_, response) => response.end('ok'), old);
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'down', reason: 'tls-version', phase: 'tls' });
});

test('a client certificate that we do not have is tls-client-cert, TLS 1.3', async () => {
  const { authority } = await certificates();
  const wanted = { requestCert: true, rejectUnauthorized: true, ca: authority };
  await using server = await serveHttps('valid', (_, response) => response.end('ok'), wanted);
  expect(await probeOnce('http', server.url)).toMatchObject({ outcome: 'down', reason: 'tls-client-cert' });
});

test('plain HTTP on a TLS port is tls-not-tls', async () => {
  await using server = await serveHttp((_, response) => response.end('ok'));
  const observation = await probeOnce('http', server.url.replace('http:', 'https:'));
  expect(observation).toMatchObject({ outcome: 'down', reason: 'tls-not-tls', phase: 'tls' });
});

test.concurrent.each<[string, Parameters<typeof serveTcp>[0], object]>([
  ['silence', () => undefined, { reason: 'timeout' }],
  ['FIN', (socket) => void socket.once('data', () => socket.end()), { reason: 'closed' }],
  ['RST', (socket) => void socket.once('data', () => socket.resetAndDestroy()), { reason: 'reset' }],
  ['an SSH banner', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), { reason: 'tls-not-tls' }],
])('%s in the handshake', async (_, talk, expected) => {
  await using server = await serveTcp(talk);
  const observation = await probeOnce('http', server.url.replace('http:', 'https:'), { timeoutMs: 500 });
  expect(observation).toMatchObject({ outcome: 'down', phase: 'tls', ...expected });
});
