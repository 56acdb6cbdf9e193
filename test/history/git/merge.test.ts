import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeLines } from '../../../src/history/git/merge.ts';

const RAW = 'raw/2026-11-20.ndjson';
const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');
const row = (n: number, more = ''): string => `{"id":"${n}","t":${n}${more}}`;
const rows = (...numbers: number[]): string => text(...numbers.map((n) => row(n)));

describe('lines of rounds', () => {
  test.each([
    ['new here', [rows(1)], rows(1, 2), rows(1), rows(1, 2)],
    ['new there', [rows(1)], rows(1), rows(1, 2), rows(1, 2)],
    ['new on both sides, in order of time', [rows(1)], rows(1, 3), rows(1, 2, 4), rows(1, 2, 3, 4)],
    ['the same on both sides is there once', [rows(1)], rows(1, 2), rows(1, 2), rows(1, 2)],
    ['gone here', [rows(1, 2)], rows(1), rows(1, 2, 3), rows(1, 3)],
    ['gone there', [rows(1, 2)], rows(1, 2), rows(1, 3), rows(1, 3)],
    ['gone on both sides', [rows(1, 2)], rows(1), rows(1), rows(1)],
    ['without a base both are kept', [], rows(1, 3), rows(2), rows(1, 2, 3)],
    ['missing here, but not in every base', [rows(1, 2), rows(1)], rows(1, 3), rows(1, 2), rows(1, 2, 3)],
    ['gone there, and still here as one of the bases had it', [rows(1, 2), rows(1)], rows(1, 2), rows(1), rows(1)],
    ['twice in the tip', [rows(1)], rows(1, 3), rows(1, 2, 2), rows(1, 2, 3)],
    ['appended out of order', [rows(2)], rows(2, 1), rows(2, 3), rows(1, 2, 3)],
    ['changed here', [rows(1)], text(row(1, ',"a":1')), rows(1, 2), text(row(1, ',"a":1'), row(2))],
    ['changed on both sides', [rows(1)], text(row(1, ',"a":1')), text(row(1, ',"a":2')), text(row(1, ',"a":2'))],
    [
      'changed there and gone here',
      [rows(1, 2)],
      rows(2),
      text(row(1, ',"a":2'), row(2)),
      text(row(1, ',"a":2'), row(2)),
    ],
    ['a newline is missing', [rows(1)], rows(1, 2).trimEnd(), rows(1, 3).trimEnd(), rows(1, 2, 3)],
  ])('%s', (_, bases, own, tip, merged) => {
    expect(mergeLines(RAW, { bases, own, tip })).toBe(merged);
  });
});

test('lines of the same second are in the order of their ids', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => `{"id":"${id}","t":1}`) as [string, string, string];
  expect(mergeLines(RAW, { bases: [], own: text(c, a), tip: text(b) })).toBe(text(a, b, c));
});

describe('lines that nobody can read', () => {
  const broken = '{"\xff\0';
  test.each([
    [
      'stay after the line before them',
      [rows(2)],
      rows(2, 3),
      text(row(2), broken, row(4)),
      text(row(2), broken, row(3), row(4)),
    ],
    ['stay at the beginning', [rows(2)], rows(1, 2), text(broken, row(2)), text(broken, row(1), row(2))],
    ['come from here', [rows(1, 2)], text(row(1), broken, row(2)), rows(1, 2, 3), text(row(1), broken, row(2), row(3))],
    ['are mended here', [text(row(1), broken)], rows(1), text(row(1), broken, row(2)), rows(1, 2)],
    ['are mended there', [text(row(1), broken)], text(row(1), broken, row(3)), rows(1, 2), rows(1, 2, 3)],
    ['are there once', [], text(row(1), broken), text(row(1), broken), text(row(1), broken)],
    [
      'outlive the line before them',
      [text(row(1), row(2), broken)],
      text(row(1), broken),
      text(row(1), row(2), broken, row(3)),
      text(row(1), broken, row(3)),
    ],
    ['without an id', [], text('{"v":9}'), rows(1), text('{"v":9}', row(1))],
  ])('%s', (_, bases, own, tip, merged) => {
    expect(mergeLines(RAW, { bases, own, tip })).toBe(merged);
  });
});

test.each([
  ['hourly/2026-11-20.ndjson', (n: number, value: number) => `{"t":${n},"loc":"gha","n":${value}}`],
  ['daily/2026-11.ndjson', (n: number, value: number) => `{"d":"2026-11-0${n}","n":${value}}`],
])('of %s what was changed here is right, and each time and place is there once', (path, line) => {
  const base = text(line(1, 1), line(2, 1), line(3, 1));
  const own = text(line(1, 5), line(2, 1), line(3, 1), line(4, 5));
  const tip = text(line(1, 7), line(2, 7), line(3, 1), line(4, 7));
  expect(mergeLines(path, { bases: [base], own, tip })).toBe(text(line(1, 5), line(2, 7), line(3, 1), line(4, 5)));
});

test('digests of two locations are two lines', () => {
  const line = (loc: string): string => `{"t":1,"loc":"${loc}"}`;
  const merged = mergeLines('hourly/x.ndjson', { bases: [''], own: text(line('b')), tip: text(line('a')) });
  expect(merged).toBe(text(line('a'), line('b')));
});

test('other files keep the lines of the tip, and get our new ones', () => {
  const versions = { bases: [text('b')], own: text('b', 'c', 'a'), tip: text('z', 'b') };
  expect(mergeLines('aside/raw.txt', versions)).toBe(text('z', 'b', 'c', 'a'));
});

test('whatever two writers do, in whatever order they publish, no line is lost and none is there twice', () => {
  const writes = fc.array(fc.record({ who: fc.boolean(), n: fc.integer({ min: 0, max: 30 }) }), { maxLength: 30 });
  const property = fc.property(writes, (list) => {
    const folders = [
      { own: '', base: '' },
      { own: '', base: '' },
    ];
    let tip = '';
    for (const { who, n } of list) {
      const folder = folders[Number(who)]!;
      if (!folder.own.includes(row(n))) folder.own += text(row(n));
      tip = mergeLines(RAW, { bases: [folder.base], own: folder.own, tip });
      folder.base = folder.own;
    }
    const numbers = [...new Set(list.map(({ n }) => n))].sort((a, b) => a - b);
    expect(tip).toBe(rows(...numbers));
  });
  fc.assert(property, { numRuns: 300 });
});
