/** What docs/threat-model.md names as shown is shown: the files and the tests exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

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

test('what jobs may do is what the workflows say', () => {
  const told = new Map<string, Record<string, string>>();
  for (const [, jobs, may] of text.matchAll(/\| (`\w+\.yml` [^|]+) \| ([^|]+) \|/g)) {
    const permissions = Object.fromEntries(
      [...may!.matchAll(/`([\w-]+): (\w+)`/g)].map(([, key, level]) => [key, level!]),
    );
    for (const [, file, names] of jobs!.matchAll(/`(\w+\.yml)` ([\w, ]+)/g)) {
      for (const name of names!.split(/[, ]+/).filter(Boolean)) told.set(`${file} ${name}`, permissions);
    }
  }
  const folder = new URL('../.github/workflows/', DOCS);
  const real = readdirSync(folder).flatMap((file) => {
    const { jobs } = parse(readFileSync(new URL(file, folder), 'utf8')) as {
      jobs: Record<string, { permissions: Record<string, string> }>;
    };
    return Object.entries(jobs).map(([name, { permissions }]) => [`${file} ${name}`, permissions] as const);
  });
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real));
});
