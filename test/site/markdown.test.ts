import { expect, test } from 'vitest';
import { markdown } from '../../src/site/markdown.ts';

test.each([
  ['<b>x</b>', '<p>&lt;b&gt;x&lt;/b&gt;</p>'],
  ['[x](javascript:alert(1))', '<p><a href="">x</a></p>'],
  ['![x](https://elsewhere.example/y.png)', '<p>!<a href="https://elsewhere.example/y.png">x</a></p>'],
  ['a \u202eb\u0007', '<p>a b</p>'],
])('%s', (source, html) => {
  expect(markdown(source)).toBe(html);
});
