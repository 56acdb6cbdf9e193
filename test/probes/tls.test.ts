import { rootCertificates, setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce } from '../probing/probe-once.ts';
import { type CertificateName, certificates, hasIpv6, serveHttps, serveTcp } from '../servers.ts';

const { settings, describe: describeTarget, files } = (await loadRegistry()).get('tls')!;
let authority: string;

beforeAll(async () => {
  ({ authority } = await certificates());
  setDefaultCACertificates([...rootCertificates, authority]);
});

function serveTls(certificate: CertificateName, options: TlsOptions = {}) {
  return serveHttps(certificate, (_, response) => response.end(), options);
}

test('a good certificate is up, with the facts of TLS', async () => {
  await using server = await serveTls('valid');
  const observation = await probeOnce('tls', `127.0.0.1:${server.port}`);
  expect(observation).toMatchObject({
    outcome: 'up',
    message: expect.stringMatching(/^TLSv1\.3, certificate until \d{4}-\d\d-\d\d$/),
    facts: { address: '127.0.0.1', family: 4, tls: { version: 'TLSv1.3', subject: 'vedette-test', authorized: true } },
    warnings: [],
  });
  expect(Object.keys(observation.phases)).toEqual(['dns', 'connect', 'tls']);
});

test('TLS 1.2 is good enough, unless told otherwise', async () => {
  await using server = await serveTls('valid', { maxVersion: 'TLSv1.2' });
  const target = { host: '127.0.0.1', port: server.port };
  expect(await probeOnce('tls', target)).toMatchObject({ outcome: 'up', facts: { tls: { version: 'TLSv1.2' } } });
  expect(await probeOnce('tls', { ...target, minVersion: 1.3 })).toMatchObject({
    outcome: 'down',
    reason: 'tls-version',
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
    /^the certificate expired on .{10}; the certificate is for elsewhere\.example, not/,
  ],
])('%s is %s, with the facts', async (certificate, reason, message) => {
  await using server = await serveTls(certificate);
  expect(await probeOnce('tls', { host: '127.0.0.1', port: server.port })).toMatchObject({
    outcome: 'down',
    reason,
    phase: 'tls',
    message: expect.stringMatching(message),
    facts: { tls: { version: 'TLSv1.3' } },
  });
});

test('unverified is up with a warning', async () => {
  await using server = await serveTls('wrongHost');
  const observation = await probeOnce('tls', { host: '127.0.0.1', port: server.port, verify: false });
  expect(observation).toMatchObject({
    outcome: 'up',
    warnings: ['the certificate was not verified, because services.yml says so'],
  });
});

test('another name may be asked for', async () => {
  await using server = await serveTls('wrongHost');
  const observation = await probeOnce('tls', { host: '127.0.0.1', port: server.port, serverName: 'elsewhere.example' });
  expect(observation).toMatchObject({ outcome: 'up' });
});

test.each([
  [undefined, 'degraded'],
  [{ degraded: '2d' }, 'up'],
  [{ degraded: '30d', down: '7d' }, 'down'],
])('a certificate of which 5 days are left, expiresWithin: %j → %s', async (expiresWithin, outcome) => {
  await using server = await serveTls('ending');
  const observation = await probeOnce('tls', { host: '127.0.0.1', port: server.port, expiresWithin });
  expect(observation.outcome).toBe(outcome);
  if (outcome === 'up') return;
  expect(observation).toMatchObject({ reason: 'expiring', message: 'TLSv1.3; the certificate ends in 5 days' });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a server that asks for a client certificate, %s', (version) => {
  const asking = { requestCert: true, minVersion: version, maxVersion: version } as const;

  test('and insists', async () => {
    await using server = await serveTls('valid', { ...asking, ca: authority, rejectUnauthorized: true });
    expect(await probeOnce('tls', { host: '127.0.0.1', port: server.port })).toMatchObject({
      outcome: 'down',
      reason: 'tls-client-cert',
      phase: 'tls',
      message: 'the server wants a client certificate',
    });
  });

  test('and does without', async () => {
    await using server = await serveTls('valid', { ...asking, rejectUnauthorized: false });
    const observation = await probeOnce('tls', { host: '127.0.0.1', port: server.port });
    expect(observation).toMatchObject({ outcome: 'up' });
    expect(observation.latencyMs).toBeLessThan(900);
  });
});

test('a handshake that fails before a certificate is asked for is no matter of certificates', async () => {
  const options = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' } as const;
  // A key for signing only fits no cipher that encrypts with it.
  await using server = await serveTls('valid', { ...options, requestCert: true });
  expect(await probeOnce('tls', { host: '127.0.0.1', port: server.port })).toMatchObject({
    outcome: 'down',
    reason: 'protocol',
    phase: 'tls',
    message: 'the TLS handshake failed',
  });
});

test.each([
  ['fatal alert: bad certificate', 42],
  ['fatal alert: unknown authority', 48],
])('%s', async (_, code) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, code])));
  });
  expect(await probeOnce('tls', { host: '127.0.0.1', port: server.port })).toMatchObject({
    outcome: 'down',
    reason: 'tls-client-cert',
    phase: 'tls',
    message: 'the server did not get the client certificate that it wants',
  });
});

test.each<[string, string]>([
  ['its hello is of TLS 1.1', `160302002a020000260302${'11'.repeat(32)}00002f00`],
  ['its hello is of TLS 1.0', `160301002a020000260301${'11'.repeat(32)}00002f00`],
  ['it refuses our versions', '15030100020246'],
])('an old server, %s', async (_, hex) => {
  await using server = await serveTcp((socket) => {
    socket.once('data', () => socket.write(Buffer.from(hex, 'hex')));
  });
  expect(await probeOnce('tls', { host: '127.0.0.1', port: server.port })).toMatchObject({
    outcome: 'down',
    reason: 'tls-version',
    phase: 'tls',
  });
});

test.runIf(hasIpv6())('IPv6, written in brackets', async () => {
  await using server = await serveTcp(() => undefined, '::1');
  const observation = await probeOnce('tls', `[::1]:${server.port}`, { timeoutMs: 300 });
  expect(observation).toMatchObject({ outcome: 'down', reason: 'timeout', phase: 'tls' });
});

test('the files that it names', () => {
  const parsed = settings.parse({ host: 'a', port: 1, ca: 'a.pem', cert: 'b.pem', key: 'c.pem' });
  expect(files?.(parsed)).toEqual(['a.pem', 'b.pem', 'c.pem']);
  expect(describeTarget(parsed)).toBe('a:1');
});

test.each([
  ['ldap.example.org', 'expected host:port like db.example.org:5432'],
  ['https://ldap.example.org:636', 'expected host:port like db.example.org:5432'],
  ['ldap.example.org:0', 'expected a port from 1 to 65535'],
  [{ host: '', port: 1 }, 'expected a name or an address'],
  [{ host: 'a', port: 1, cert: 'a.pem' }, 'expected `cert` and `key` together'],
  [{ host: 'a', port: 1, expiresWithin: { degraded: '5' } }, 'expected a duration like 5s or 2m'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});
