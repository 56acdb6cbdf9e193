import { getSystemErrorMap } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Phase, PROBER_REASONS, REASONS, type Reason } from '../../src/model.ts';
import { classify, isShortage, ProbeFailure } from '../../src/probing/failure.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 192.0.2.1:80`), { code });
}

describe('error codes', () => {
  test.each<[string, Phase, Reason]>([
    ['ECONNREFUSED', 'connect', 'refused'],
    ['EHOSTUNREACH', 'connect', 'unreachable'],
    ['ENETUNREACH', 'connect', 'unreachable'],
    ['ECONNRESET', 'ttfb', 'reset'],
    ['EPIPE', 'talk', 'reset'],
    ['ETIMEDOUT', 'connect', 'timeout'],
    ['ENOTFOUND', 'dns', 'dns-not-found'],
    ['EBADNAME', 'dns', 'dns-not-found'],
    ['ENODATA', 'dns', 'dns-no-address'],
    ['ESERVFAIL', 'dns', 'dns-server'],
    ['EREFUSED', 'dns', 'dns-server'],
    ['ETIMEOUT', 'dns', 'timeout'],
    // Of a name server: the target has refused nothing yet.
    ['ECONNREFUSED', 'dns', 'dns-server'],
    ['CERT_HAS_EXPIRED', 'tls', 'tls-expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls-name'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'tls-not-tls'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls', 'tls-version'],
    ['ERR_SSL_EE_KEY_TOO_SMALL', 'tls', 'tls-weak'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ttfb', 'tls-client-cert'],
    ['ERR_SSL_ANYTHING_ELSE', 'tls', 'protocol'],
    ['HPE_HEADER_OVERFLOW', 'ttfb', 'headers-too-large'],
    ['HPE_INVALID_CONSTANT', 'ttfb', 'protocol'],
  ])('%s in phase %s is the fault of the target: %s', (code, phase, reason) => {
    expect(classify(systemError(code), phase)).toMatchObject({ outcome: 'down', reason, phase });
  });

  test.each<[string, Reason]>([
    ['EMFILE', 'prober-fault'],
    ['ENFILE', 'prober-fault'],
    ['ENOMEM', 'prober-fault'],
    ['EADDRNOTAVAIL', 'prober-fault'],
    ['EACCES', 'prober-fault'],
    ['EAFNOSUPPORT', 'unsupported-here'],
    ['ERR_INVALID_ARG_TYPE', 'bug'],
    ['ENOENT', 'bug'],
  ])('%s is our own: %s', (code, reason) => {
    expect(classify(systemError(code), 'connect')).toMatchObject({ outcome: 'unknown', reason });
  });

  test.each([...getSystemErrorMap().values()].map(([code]) => code))('%s has a reason of the closed list', (code) => {
    const { outcome, reason, message } = classify(systemError(code), 'connect');
    expect(REASONS).toContain(reason);
    expect(outcome).toBe((PROBER_REASONS as readonly string[]).includes(reason!) ? 'unknown' : 'down');
    expect(message).toMatch(/^\S.*[^.]$/);
  });
});

test.each(REASONS)('a ProbeFailure of %s is unknown exactly when it is ours', (reason) => {
  const reading = classify(new ProbeFailure(reason, 'because', { facts: { status: 200 } }), 'body');
  const outcome = (PROBER_REASONS as readonly string[]).includes(reason) ? 'unknown' : 'down';
  expect(reading).toEqual({ outcome, reason, phase: 'body', message: 'because', facts: { status: 200 }, warnings: [] });
});

test('without a phase there is no phase', () => {
  expect(classify(systemError('ECONNREFUSED'), undefined)).not.toHaveProperty('phase');
});

test.each([
  [new TypeError('x is not a function'), 'Vedette failed: TypeError: x is not a function'],
  ['a string', 'Vedette failed: a string'],
  [undefined, 'Vedette failed: undefined'],
  [Object.assign(new Error('odd'), { code: 7 }), 'Vedette failed: Error: odd'],
])('%o is a bug', (error, message) => {
  expect(classify(error, undefined)).toMatchObject({ outcome: 'unknown', reason: 'bug', message });
});

test.each<[unknown, boolean]>([
  [systemError('EMFILE'), true],
  [systemError('ENFILE'), true],
  [systemError('ENOMEM'), true],
  [systemError('ENOENT'), false],
  [systemError('EACCES'), false],
  [new ProbeFailure('prober-fault', 'because'), false],
  [undefined, false],
])('%o is a shortage: %s', (error, expected) => {
  expect(isShortage(error)).toBe(expected);
});
