/** What docs/threat-model.md names as shown is shown: the files and the tests exist. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DOCS = new URL('../docs/', import.meta.url);
const text = readFileSync(new URL('threat-model.md', DOCS), 'utf8').replaceAll(/\s+/g, ' ');
/** `[…](../test/x.test.ts)`, and the name of a test in quotes behind it. */
const named = [...text.matchAll(/\]\(\.\.\/(test\/[^)]+)\)(?: "([^"]+)")?/g)].map(([, file, name]) => ({
  file: file!,
  name,
}));
const code = (file: string): string => readFileSync(fileURLToPath(new URL(`../${file}`, DOCS)), 'utf8');

test.each([...new Set(named.map(({ file }) => file))])('%s is there', (file) => {
  expect(existsSync(new URL(`../${file}`, DOCS))).toBe(true);
});

test.each(named.filter(({ name }) => name !== undefined))('$name is in $file', ({ file, name }) => {
  expect(code(file)).toContain(name);
});

test('most rows name one', () => {
  expect(named.length).toBeGreaterThan(25);
});
