import { expect, test } from 'vitest';
import { redact } from '../../src/probing/redact.ts';

const SECRET = 'hunter2/ü"';

test.each([
  ['as it is', `password ${SECRET} was wrong`, 'password *** was wrong'],
  ['twice', `${SECRET} ${SECRET}`, '*** ***'],
  ['percent-encoded', `/login?p=${encodeURIComponent(SECRET)}`, '/login?p=***'],
  ['as base64', Buffer.from(SECRET).toString('base64'), '***'],
  ['inside JSON', JSON.stringify({ p: SECRET }), '{"p":"***"}'],
  ['not at all', 'password hunter was wrong', 'password hunter was wrong'],
])('a secret %s', (_, text, expected) => {
  expect(redact(text, [SECRET])).toBe(expected);
});

test.each(['a', 'ab', 'abc', 'user', 'me@example.org'])('a secret in the base64 of %s:secret', (user) => {
  const header = `Basic ${Buffer.from(`${user}:${SECRET}`).toString('base64')}`;
  const clean = redact(`got "${header}"`, [SECRET]);
  const [, left = ''] = /Basic ([\w+/=]*)/.exec(clean)!;
  expect(clean).toContain('***');
  expect(Buffer.from(left, 'base64').toString()).not.toContain('hunt');
});

test('a secret of which an excerpt has only the beginning', () => {
  expect(redact('got "token s3cr3t-t0…', ['s3cr3t-t0ken'])).toBe('got "token ***…');
  expect(redact('got "token s3cr3t-t0ke…; also', ['s3cr3t-t0ken'])).toBe('got "token ***…; also');
  expect(redact('got "tok…', ['token'])).toBe('got "tok…');
});

test('everywhere in a value, keys included, and nothing else is touched', () => {
  const value = { a: ['x hunter2', { hunter2: 1 }], n: 12_345, yes: true, none: null };
  expect(redact(value, ['hunter2'])).toEqual({ a: ['x ***', { '***': 1 }], n: 12_345, yes: true, none: null });
});

test('the longer of two secrets first', () => {
  expect(redact('hunter2hunter2 hunter2', ['hunter2', 'hunter2hunter2'])).toBe('*** ***');
});

test('a secret too short to be one stays', () => {
  expect(redact('a cat and a dog', ['cat', ''])).toBe('a cat and a dog');
});

test('a secret with signs of regular expressions and replacements', () => {
  expect(redact('a $& (b', ['$& (b'])).toBe('a ***');
});

test('long text is cut, after the secrets are out', () => {
  expect(redact('a'.repeat(501), [])).toBe(`${'a'.repeat(500)}…`);
  expect(redact(`${'a'.repeat(495)}hunter2-hunter2`, ['hunter2-hunter2'])).toBe(`${'a'.repeat(495)}***`);
});
