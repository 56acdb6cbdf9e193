import { expect, test } from 'vitest';
import type { Service } from '../../../src/config/config.ts';
import { buildGraph } from '../../../src/config/graph.ts';
import { surveyGraph } from '../../../src/status/graph-survey.ts';
import { inText } from '../../../src/verbs/graph/text.ts';
import { sketch } from '../../status/sketch.ts';
import { hostileSurvey } from './hostile.ts';

const drawn = (services: readonly Service[]): string => inText(surveyGraph(buildGraph(services)), 'Page');
const tree = (text: string): string => text.split('What each depends on:\n\n')[1]!;

test('a cycle is drawn once, whether somebody outside needs it or not', () => {
  expect(
    tree(drawn(sketch({ web: ['a'], a: ['b'], b: ['a'], x: ['y'], y: ['soft x', 'web'] }))),
  ).toMatchInlineSnapshot(`
    "Web
    └─ A  [in a cycle]
       └─ B  [in a cycle]
          └─ A, see above
    X  [critical, in a cycle]
    └─ Y  [critical, in a cycle]
       ├─ X (soft), see above
       └─ Web, see above
    "
  `);
});

test('a lost cycle is told as one thing of its members', () => {
  expect(drawn(sketch({ a: ['b'], b: ['a'] })).split('What each')[0]).toMatchInlineSnapshot(`
    "Page: 2 services, 2 dependencies (2 hard), 1 level deep

      critical    A, B (they depend on each other, and nobody else on them)
      not probed  none
      cycles      A, B

    Single points of failure: 2 of 2 services

      IF THIS IS LOST  THE PAGE SAYS  AND WITH IT
      A                major outage   1 other down
      B                major outage   1 other down

    "
  `);
});

test('what is shared is drawn once', () => {
  const text = tree(
    drawn(sketch({ web: ['api', '2 of db x'], job: ['api'], api: ['db'], db: ['disk'], disk: [], x: [] })),
  );
  expect(text).toMatchInlineSnapshot(`
    "Web  [critical]
    ├─ Api
    │  └─ Db
    │     └─ Disk
    └─ 2 of 2
       ├─ Db, see above
       └─ X
    Job  [critical]
    └─ Api, see above
    "
  `);
});

test('a chain of thousands goes on at the margin, every service once', () => {
  const services = sketch(
    Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`s${n}`, n + 1 < 5000 ? [`s${n + 1}`] : []])),
  );
  const lines = tree(drawn(services)).trimEnd().split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(60);
  expect(lines.slice(10, 14)).toMatchInlineSnapshot(`
    [
      "                           └─ S10",
      "                              └─ S11, see below",
      "S11",
      "└─ S12",
    ]
  `);
  const whole = lines.filter((line) => !line.includes(', see '));
  expect(new Set(whole.map((line) => /S\d+/.exec(line)![0])).size).toBe(5000);
  expect(whole.length).toBe(5000);
});

test('many are counted where they would be too many to read', () => {
  const names = Array.from({ length: 500 }, (_, n) => `s${n}`);
  const text = drawn(sketch({ web: names, ...Object.fromEntries(names.map((id) => [id, { probes: [] }])) }));
  const summary = text.split('What each')[0]!;
  expect(summary).toContain(' and 460 more: never called up');
  expect(summary).toContain('  and 480 more; --format json has them all');
  expect(summary.split('\n').length).toBeLessThan(50);
});

test('equal names are told apart by their ids', () => {
  const text = drawn(sketch({ eu: { name: 'Cache', needs: ['us'] }, us: { name: 'Cache' } }));
  expect(tree(text)).toBe('Cache (eu)  [critical]\n└─ Cache (us)\n');
});

test('no name steers the terminal or breaks a line', () => {
  const text = inText(hostileSurvey(), 'a\nb\u001b[2J');
  expect(text.split('\n')[0]).toMatch(/^a b\[2J: 22 services, /);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('nothing is worth a line, too', () => {
  expect(drawn([])).toMatchInlineSnapshot(`
    "Page: 0 services, 0 dependencies

      critical    none: the overall state is about nothing, and always unknown
      not probed  none
      cycles      none

    No single point of failure: no loss of one service makes an outage.
    "
  `);
});
