import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { wholeOf } from '../../src/site/constellation.ts';
import { type Drawing, diagramOf } from '../../src/site/diagram.ts';
import { diagramsOf } from '../../src/site/diagrams.ts';
import { loadGraphviz } from '../../src/site/graphviz.ts';
import { cutLabel, labelWidth, oneLine, wrapLabel } from '../../src/site/label.ts';
import type { Engine } from '../../src/site/layout.ts';
import { skyOf } from './sky.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadGraphviz();
});

function draw(...given: Parameters<typeof skyOf>): Drawing {
  return diagramOf(wholeOf(skyOf(...given)), engine).drawing!;
}

const textsOf = (drawing: Drawing): string[] =>
  drawing.services.map(({ lines }) => lines.map(({ text }) => text).join(' | '));

describe('texts', () => {
  test.each([
    ['Database', 200, 'Database'],
    ['A name that is rather long', 100, 'A name that…'],
    ['認証サービス基盤', 60, '認証サ…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 50, '👩‍👩‍👧‍👦👩‍👩‍👧‍👦…'],
  ])('%s in %i px', (text, room, expected) => {
    expect(cutLabel(text, 14, room)).toBe(expected);
  });

  test('are broken between words, or else cut', () => {
    expect(wrapLabel('Object store', 14, 70, 2)).toEqual(['Object', 'store']);
    expect(wrapLabel('Cache replica A of the far north', 14, 100, 2)).toEqual(['Cache replica', 'A of the far…']);
    expect(wrapLabel('Incomprehensibilities', 14, 90, 2)).toEqual(['Incompreh…']);
  });

  test('are bounded, on one line, and without what turns their direction', () => {
    expect(oneLine('a\n b\u202e\u0000c')).toBe('a bc');
    expect(oneLine('x'.repeat(1e6)).length).toBeLessThan(220);
  });

  test('are never wider than their room', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 20, max: 300 }), (text, room) => {
        for (const line of wrapLabel(oneLine(text), 14, room, 2))
          expect(labelWidth(line, 14)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('a drawing', () => {
  test('says state and notes in every box', () => {
    const drawing = draw(
      { web: ['db'], app: ['db'], db: [], far: { probes: [] } },
      { web: 'major_outage', db: 'major_outage' },
    );
    expect(textsOf(drawing)).toEqual([
      'Web | down',
      'App | operational | at risk throug…',
      'Db | down | probable cause',
      'Far | unknown | not probed',
    ]);
    expect(drawing.services[1]!.title).toBe('App: operational, at risk through Db');
    expect(drawing.lines.map(({ title }) => title)).toEqual([
      'App needs Db (hard)',
      'Web needs Db (hard), trouble comes this way',
    ]);
  });

  test('says that states are only last known', () => {
    expect(textsOf(draw({ web: [] }, {}, { isLastKnown: true }))).toEqual(['Web | last known: | operational']);
  });

  test('stands where it stood when states change', () => {
    const services = { web: ['db', '1 of a b'], app: ['db'], db: [], a: [], b: [] };
    const places = ({ services: boxes }: Drawing) => boxes.map(({ x, y }) => [x, y]);
    expect(places(draw(services, { web: 'major_outage', db: 'major_outage' }))).toEqual(places(draw(services)));
  });

  test('fits the page with six columns, and its boxes their texts', () => {
    const names = ['Object store', 'Cache replica A', 'Payment provider', 'Web', 'API', 'Database'];
    const drawing = draw(
      Object.fromEntries(
        names.map((name, index) => [`s${index}`, { name, needs: index < 5 ? [`s${index + 1}`] : [] }]),
      ),
    );
    expect(drawing.width).toBeLessThanOrEqual(918);
    for (const { lines, height } of drawing.services) {
      expect(lines[0]!.y).toBeGreaterThan(12);
      expect(lines.at(-1)!.y).toBeLessThan(height - 5);
    }
  });

  test('of one service and what it needs is no wider than a phone', () => {
    expect(draw({ web: ['db'], db: [] }).tooWide).toBeUndefined();
  });
});

describe('the diagrams of a site', () => {
  const services = { web: ['db'], db: [], lonely: [] };
  const of = (states: Parameters<typeof skyOf>[1], given: Engine = engine) => {
    const { services: views, causes } = skyOf(services, states);
    return diagramsOf({ services: views, rollup: { causes } as never }, given);
  };

  test('there is one of what is affected only when that hangs together', () => {
    expect(of({}).affected).toBeUndefined();
    expect(of({ lonely: 'major_outage' }).affected).toBeUndefined();
    expect(of({ web: 'major_outage', db: 'major_outage' }).affected!.summary).toBe('2 services, 1 dependency');
  });

  test('whoever stands alone has no neighbourhood', () => {
    expect([...of({}).near.keys()]).toEqual(['web', 'db']);
  });

  test('what cannot be drawn is still a list', () => {
    const { whole } = of({}, () => undefined);
    expect([whole.drawing, whole.outline.length]).toEqual([undefined, 2]);
  });
});
