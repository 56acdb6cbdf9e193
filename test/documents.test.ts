/** What the documents lead to is there: files, and headings in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const inFolder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const documents = [...inFolder('.'), ...inFolder('docs')];

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** Without blocks and spans of code, in which brackets are something else. */
const prose = (text: string): string => text.replaceAll(/^( *)(`{3,}).*?^\1\2/gms, '').replaceAll(/`[^`\n]*`/g, '');
const linksOf = (text: string): string[] => [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
/** As GitHub makes them of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.replaceAll(/^( *)(`{3,}).*?^\1\2/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

test.each(documents)('%s leads only to what is there', (file) => {
  const dead = linksOf(read(file)).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path, anchor] = target.split('#');
    const to = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path!));
    if (!existsSync(join(ROOT, to))) return true;
    return anchor !== undefined && !anchorsOf(read(to)).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('README leads to every document', () => {
  const led = linksOf(read('README.md')).map((target) => target.split('#')[0]);
  expect(documents.filter((file) => file !== 'README.md' && !led.includes(file))).toEqual([]);
});

test('advice of programs that names a section of a document names one that it has', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const named = sources.flatMap((file) =>
    [...read(join('src', file)).matchAll(/(docs\/\w+\.md), ([A-Z][\w ]+)/g)].map(([, to, heading]) => ({
      to: to!,
      heading: heading!,
    })),
  );
  expect(named.length).toBeGreaterThan(0);
  for (const { to, heading } of named) expect(read(to)).toContain(`# ${heading}\n`);
});
