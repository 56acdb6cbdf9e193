import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, GROUNDS, readableAccent } from '../../src/config/accent.ts';

const CSS = readFileSync(new URL('../../src/layouts/page.css', import.meta.url), 'utf8');
const [LIGHT, DARK] = ['light', 'dark'].map((_, index) => {
  const block = CSS.split(':root {')[index + 1]!.split('}')[0]!;
  return [...block.matchAll(/--(?:ground|card|[a-z]+-tint): (#[0-9a-f]{3,6})/g)].map(([, colour]) =>
    colour!.length === 4 ? colour!.replaceAll(/[0-9a-f]/g, '$&$&') : colour!,
  );
}) as [string[], string[]];

test('black on white is 21, a colour on itself 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  expect(contrast('#0b7285', '#0b7285')).toBe(1);
});

describe('on every ground of the page', () => {
  test('which are these', () => {
    expect([LIGHT.length, DARK.length]).toEqual([8, 8]);
    expect(LIGHT).toEqual(expect.arrayContaining([...GROUNDS.light]));
    expect(DARK).toEqual(expect.arrayContaining([...GROUNDS.dark]));
  });

  test.each(['#000000', '#ffffff', '#ffd000', '#0b7285', '#ff0000', '#00ff00', '#0000ff', '#777777', '#FF69B4'])(
    '%s is readable',
    (accent) => {
      const { light, dark } = readableAccent(accent);
      for (const ground of LIGHT) expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.5);
      for (const ground of DARK) expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

test('what can be read stays, what cannot keeps its hue', () => {
  expect(readableAccent('#0b5cad').light).toBe('#0b5cad');
  expect(readableAccent('#7db7f5').dark).toBe('#7db7f5');
  expect(readableAccent('#ffd000')).toMatchInlineSnapshot(`
    {
      "dark": "#ffd000",
      "light": "#806800",
    }
  `);
});
