import { expect, test } from 'vitest';
import type { SeenVersion } from '../../src/history/measured-days.ts';
import { en } from '../../src/messages/en.ts';
import { releasesIn, releasesInWords, toldOf } from '../../src/site/releases.ts';

/** `'2026-11-20T10:00 1.4.0 eu'` */
function seen(...lines: string[]): SeenVersion[] {
  return lines.map((line) => {
    const [at = '', version = '', location = 'eu'] = line.split(' ');
    return { at: Date.parse(`${at}Z`), version, location };
  });
}

const told = (places: SeenVersion[][], from = '2026-11-01T00:00') =>
  releasesIn(places, Date.parse(`${from}Z`)).map(
    ({ at, version }) => `${new Date(at).toISOString().slice(0, 16)} ${version}`,
  );

test.each<[string, SeenVersion[][], string[]]>([
  ['what is seen first is none', [seen('2026-11-02T00:00 1.0')], []],
  [
    'another one is, from when it was first seen',
    [seen('2026-11-02T00:00 1.0', '2026-11-02T09:00 1.1', '2026-11-03T00:00 1.1')],
    ['2026-11-02T09:00 1.1'],
  ],
  [
    'back to the one before is another one',
    [seen('2026-11-02T00:00 1.0', '2026-11-02T09:00 1.1', '2026-11-03T10:00 1.0')],
    ['2026-11-02T09:00 1.1', '2026-11-03T10:00 1.0'],
  ],
  [
    'two locations that follow each other are one',
    [
      seen('2026-11-02T00:00 1.0 eu', '2026-11-02T00:00 1.0 us', '2026-11-02T09:00 1.1 eu', '2026-11-03T00:00 1.0 us'),
      seen('2026-11-02T00:00 1.0 eu', '2026-11-03T00:05 1.1 eu'),
    ],
    ['2026-11-02T09:00 1.1'],
  ],
  [
    'parts with versions of their own do not mix',
    [seen('2026-11-02T00:00 1.0', '2026-11-04T00:00 1.1'), seen('2026-11-02T00:00 7.0', '2026-11-05T00:00 7.0')],
    ['2026-11-04T00:00 1.1'],
  ],
  [
    'before the first day they are known and not told',
    [seen('2026-10-02T00:00 1.0', '2026-10-12T00:00 1.1', '2026-11-03T00:00 1.1')],
    [],
  ],
  [
    'of a day on which two take turns each is told once',
    [
      seen(
        '2026-11-02T00:00 1.0',
        ...Array.from({ length: 8 }, (_, hour) => `2026-11-02T1${hour}:00 1.${hour % 2 === 0 ? 1 : 0}`),
      ),
    ],
    ['2026-11-02T16:00 1.1', '2026-11-02T17:00 1.0'],
  ],
  [
    'and of many the last three',
    [seen('2026-11-02T00:00 1.0', ...[1, 2, 3, 4, 5].map((hour) => `2026-11-02T0${hour}:00 1.${hour}`))],
    ['2026-11-02T03:00 1.3', '2026-11-02T04:00 1.4', '2026-11-02T05:00 1.5'],
  ],
])('%s', (_, places, expected) => {
  expect(told(places)).toEqual(expected);
});

test('a version is cut, without marks that turn the direction', () => {
  const [release] = releasesIn([seen('2026-11-02T00:00 1.0', `2026-11-02T01:00 \u202e${'9'.repeat(99)}`)], 0);
  expect(release!.version).toBe(`${'9'.repeat(64)}… (cut)`);
});

test('in words they are the newest three', () => {
  const releases = [1, 2, 3, 4].map((day) => ({ at: Date.UTC(2026, 10, day, 9), version: `1.${day}` }));
  expect(toldOf(releases).earlier).toBe(1);
  expect(releasesInWords(releases, en)).toBe(
    ' Released: 1 before, 1.2 on 2026-11-02, 1.3 on 2026-11-03, 1.4 on 2026-11-04.',
  );
  expect(releasesInWords([], en)).toBe('');
});
