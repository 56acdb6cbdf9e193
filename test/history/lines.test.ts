import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { insertLine, parseLine } from '../../src/history/lines.ts';

function line(t: number, id: string): string {
  return JSON.stringify({ v: 1, id, t, loc: 'test', s: '0123abcd', ms: [12, 0, -1] });
}

function file(...list: string[]): string {
  return list.map((text) => `${text}\n`).join('');
}

const inserted = (list: readonly string[], whole = ''): string => list.reduce(insertLine, whole);

const A = line(1, 'a');
const B = line(2, 'b');
const C = line(3, 'c');
const BROKEN = '{"v":1,"id":"half of';

describe('a line is inserted', () => {
  test.each<[string, string[], string, string[]]>([
    ['into an empty file', [], A, [A]],
    ['behind the older ones', [A, B], C, [A, B, C]],
    ['between', [A, C], B, [A, B, C]],
    ['before the newer ones', [B, C], A, [A, B, C]],
    [
      'in the order of ids when the times are the same',
      [line(5, 'a'), line(5, 'c')],
      line(5, 'b'),
      ['a', 'b', 'c'].map((id) => line(5, id)),
    ],
    ['not at all when its id is there', [A, B], B, [A, B]],
    ['not at all when its id is there at another time', [A, B], line(9, 'b'), [A, B]],
    [
      'although its id is a part of another',
      [line(1, '11.1.x')],
      line(2, '1.1.x'),
      [line(1, '11.1.x'), line(2, '1.1.x')],
    ],
    [
      'although its id says what JSON must escape',
      [line(1, 'a"b\\')],
      line(2, 'b\\'),
      [line(1, 'a"b\\'), line(2, 'b\\')],
    ],
    ['behind a broken line that follows an older one', [A, BROKEN, C], B, [A, BROKEN, B, C]],
    ['behind several of them', [A, BROKEN, BROKEN, C], B, [A, BROKEN, BROKEN, B, C]],
    ['behind a broken end', [A, BROKEN], B, [A, BROKEN, B]],
    ['behind a broken beginning', [BROKEN, B], A, [BROKEN, A, B]],
    ['behind what nobody can read', [BROKEN], A, [BROKEN, A]],
    ['behind a line of a later version', [A, '{"v":2,"id":"z","t":0}'], B, [A, '{"v":2,"id":"z","t":0}', B]],
    ['behind an empty line', [A, '', C], B, [A, '', B, C]],
  ])('%s', (_, before, own, after) => {
    expect(insertLine(file(...before), own)).toBe(file(...after));
  });

  test('and only when it can be read', () => {
    expect(() => insertLine(file(A), BROKEN)).toThrow(TypeError);
  });
});

/** Times that often fall together, ids unique. */
const someLines = fc
  .array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 })
  .map((times) => times.map((t, index) => line(1_763_596_800 + t, `${index}.1.test`)));
const shuffledLines = someLines.chain((list) =>
  fc.shuffledSubarray(list, { minLength: list.length }).map((shuffled) => ({ list, shuffled })),
);

test('lines inserted in any order are the same file, in the order of time and id', () => {
  const property = fc.property(shuffledLines, ({ list, shuffled }) => {
    const whole = inserted(shuffled);
    expect(whole).toBe(inserted(list));
    const keys = whole
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as { t: number; id: string });
    const ordered = keys.toSorted((a, b) => a.t - b.t || (a.id < b.id ? -1 : 1));
    expect(keys).toEqual(ordered);
    expect(inserted(shuffled, whole)).toBe(whole);
  });
  fc.assert(property, { numRuns: 300 });
});

test('among broken lines, too; and each of those stays behind the line that it follows', () => {
  const broken = fc.constantFrom('{"v":1,"id":"x","t":', '\u0000\u00ff', '{"v":2}', '[]', 'null', '{"v":1,"t":3}');
  const beginning = fc.array(fc.oneof(broken, fc.constantFrom('line')), { maxLength: 10 });
  const property = fc.property(beginning, shuffledLines, (kinds, { list, shuffled }) => {
    const old = kinds.map((kind, index) =>
      kind === 'line' ? line(1_763_596_800 + index / 2 - (index % 2) / 2, `old-${index}`) : kind,
    );
    const before = file(...old);
    const after = inserted(shuffled, before);
    expect(after).toBe(inserted(list, before));
    const followed = (text: string): string[] => {
      let last = '';
      return text.split('\n').flatMap((own) => {
        if ('line' in parseLine(own)) last = own;
        else if (own !== '') return [`${own} after ${last}`];
        return [];
      });
    };
    const isReadable = (text: string): boolean => 'line' in parseLine(text);
    expect(after.split('\n').filter((text) => text !== '' && !isReadable(text))).toEqual(
      old.filter((text) => !isReadable(text)),
    );
    expect(followed(after)).toEqual(followed(before));
  });
  fc.assert(property, { numRuns: 300 });
});

test.each([
  ['{"v":1,', { problem: 'is not JSON', isNewer: false }],
  ['', { problem: 'is not JSON', isNewer: false }],
  ['{"v":3}', { problem: 'has version 3, this Vedette reads 1', isNewer: true }],
  [A.replace('12,', '"12",'), { problem: 'ms: expected a list of numbers', isNewer: false }],
  [
    A.replace('0123abcd', '../../up'),
    { problem: 's: Invalid string: must match pattern /^[0-9a-f]{8}$/', isNewer: false },
  ],
])('%s is no line: %j', (text, problem) => {
  expect(parseLine(text)).toEqual(problem);
});
