import { describe, expect, test } from 'vitest';
import { check, checkJson, jsonRules, rules, statusRanges, Text } from '../../src/probing/rules.ts';

const MISSING = undefined;
const age = new Text('5');

describe('hold', () => {
  test.each<[unknown, unknown]>([
    ['up', 'up'],
    [null, null],
    [0, 0],
    [false, false],
    ['5', age],
    [5, age],
    [{ oneOf: [4, 5] }, 5],
    [{ oneOf: ['4', 5] }, age],
    [{ contains: 'ell' }, 'hello'],
    [{ contains: '"a":1' }, { a: 1 }],
    [{ matches: '^h.*o$' }, 'h\nello'],
    [{ matches: '^4' }, 42],
    [{ above: 1, below: 2 }, 1.5],
    [{ above: -1 }, 0],
    [{ exists: true }, null],
    [{ exists: true }, ''],
    [{ exists: false }, MISSING],
    [{ not: { is: 'a' } }, 'b'],
    [{ not: { below: 5 } }, 5],
    [{ not: { below: 5 } }, '4'],
    [{ not: { is: 'a', contains: 'x' } }, 'b'],
    [{ not: { not: { is: 'a' } } }, 'a'],
    [[{ above: 1 }, { below: 9 }], 5],
  ])('%j of %j', (rule, subject) => {
    expect(check(rules().parse(rule), subject, 'it', 'content')).toBeUndefined();
  });
});

describe('break', () => {
  test.each<[unknown, unknown, string, string]>([
    ['up', 'down', 'content', 'it is expected to be "up", got "down"'],
    ['5', 5, 'value', 'it is expected to be "5", got 5'],
    [5, '5', 'content', 'it is expected to be 5, got "5"'],
    [true, 'true', 'content', 'it is expected to be true, got "true"'],
    [null, 0, 'value', 'it is expected to be null, got 0'],
    [{ oneOf: ['a', 'b'] }, 'c', 'content', 'it is expected to be one of "a", "b", got "c"'],
    [{ contains: 'x' }, 'hello', 'content', 'it is expected to contain "x", got "hello"'],
    [{ matches: '^x' }, 'hello', 'content', 'it is expected to match /^x/, got "hello"'],
    [{ above: 5 }, 5, 'value', 'it is expected above 5, got 5'],
    [{ below: 5 }, 5, 'value', 'it is expected below 5, got 5'],
    [{ above: 100 }, '123.4', 'value', 'it is expected above 100, got "123.4"'],
    [{ below: 10 }, age, 'value', 'it is expected below 10, got "5"'],
    [{ below: 1 }, null, 'value', 'it is expected below 1, got null'],
    [{ below: 1 }, false, 'value', 'it is expected below 1, got false'],
    [{ exists: false }, '', 'content', 'it is expected to be absent, got ""'],
    [{ exists: true }, MISSING, 'content', 'it is expected, is missing'],
    [{ not: { is: 'a' } }, 'a', 'content', 'it is not expected to be "a", got "a"'],
    [{ not: { contains: 'a', is: 'x' } }, 'bar', 'content', 'it is not expected to contain "a", got "bar"'],
    [{ not: { matches: 'a' } }, 'bar', 'content', 'it is not expected to match /a/, got "bar"'],
    [[{ above: 1 }, { below: 9 }], 10, 'value', 'it is expected below 9, got 10'],
    ['up', MISSING, 'content', 'it is expected to be "up", is missing'],
    [{ not: { is: 'up' } }, MISSING, 'content', 'it is expected, is missing'],
    [{ below: 5 }, MISSING, 'content', 'it is expected, is missing'],
    [{ contains: 'x' }, 'y'.repeat(200), 'content', `it is expected to contain "x", got "${'y'.repeat(99)}…`],
  ])('%j of %j', (rule, subject, reason, message) => {
    expect(check(rules().parse(rule), subject, 'it', 'content')).toEqual({ reason, message });
  });
});

test('every value that a path leads to must satisfy the rules', () => {
  const list = rules().parse({ above: 0 });
  expect(checkJson(list, { a: [1, 2] }, '$.a[*]')).toBeUndefined();
  expect(checkJson(list, { a: [1, 0] }, '$.a[*]')).toEqual({
    reason: 'value',
    message: '$.a[*] is expected above 0, got 0',
  });
  expect(checkJson(list, { a: [] }, '$.a[*]')).toEqual({
    reason: 'content',
    message: '$.a[*] is expected, is missing',
  });
});

test('an expression that would blow up a backtracking engine ends at once', () => {
  const list = rules().parse({ matches: '^(a+)+$' });
  expect(check(list, `${'a'.repeat(50_000)}b`, 'it', 'content')).toMatchObject({ reason: 'content' });
});

describe('settings', () => {
  test.each([
    [200, [{ from: 200, to: 200 }]],
    ['200-299', [{ from: 200, to: 299 }]],
    [
      ['200-299', 404],
      [
        { from: 200, to: 299 },
        { from: 404, to: 404 },
      ],
    ],
    [999, [{ from: 999, to: 999 }]],
  ])('status %j', (value, expected) => {
    expect(statusRanges().parse(value)).toEqual(expected);
  });

  test.each([[99], [1000], ['099'], ['200-'], ['2xx'], ['299-200'], [[]], [null], [200.5]])(
    'status %j is refused',
    (value) => {
      expect(statusRanges().safeParse(value).success).toBe(false);
    },
  );

  test.each([
    [{}, 'expected at least one of is, oneOf, contains, matches, above, below, exists, not'],
    [{ above: 5, below: 5 }, 'expected `above` to be less than `below`'],
    [{ matches: '(' }, 'expected a regular expression in RE2 syntax (missing closing ): `(`)'],
    [{ matches: '(?=a)' }, 'expected a regular expression in RE2 syntax'],
    [{ contains: '' }, 'Too small'],
    [{ oneOf: [] }, 'Too small'],
    [{ has: 'a' }, 'Unrecognized key'],
    [[], 'Too small'],
  ])('rule %j is refused', (value, message) => {
    expect(JSON.stringify(rules().safeParse(value).error?.issues)).toContain(message);
  });

  test.each([
    ['status', 'expected a JSON path like $.status'],
    ['$.a[', 'expected a JSON path like $.status'],
    ["$[?match(@.a, 'a+')]", 'expected a JSON path without match() and search(); use the rule `matches`'],
  ])('path %s is refused', (path, message) => {
    expect(JSON.stringify(jsonRules().safeParse({ [path]: 1 }).error?.issues)).toContain(message);
  });
});
