/** Words stand in catalogues: what a page writes itself is the same in every language. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
/** Names of formats and of things that have no other. */
const EVERYWHERE = ['Atom', 'JSON', 'JSON Feed', 'RSS', 'iCalendar', 'UTC', 'Vedette'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.astro'));

function wordsIn(source: string): string[] {
  const [, , ...markup] = source.split(/^---$/m);
  // Texts between tags and braces; code within braces begins anew behind its own tags.
  const texts = markup.join('').matchAll(/(?:>|\})([^<>{}]*)(?=<|\{)/g);
  return [...texts]
    .map(([, text = '']) => text.trim())
    .filter((text) => /^[\p{L} ,.:;-]{3,}$/u.test(text) && /\p{L}{3}/u.test(text) && !EVERYWHERE.includes(text));
}

test('no page and no component has words of its own', () => {
  expect(files.length).toBeGreaterThan(20);
  const found = files.flatMap((file) =>
    wordsIn(readFileSync(join(SRC, file), 'utf8')).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});

test('what would be found', () => {
  const page = '---\n---\n{version && <p class="note">Last read: <bdi>{version}</bdi></p>}\n<a href="./">JSON</a>';
  expect(wordsIn(page)).toEqual(['Last read:']);
});
