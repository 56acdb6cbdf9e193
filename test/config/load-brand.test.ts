import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type BrandResult, loadBrand } from '../../src/config/load-brand.ts';
import { formatProblem } from '../../src/config/problems.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-brand-'));
  await mkdir(join(folder, 'site', 'looks'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function brandOf(brand: string, files: Record<string, string | Buffer> = {}): Promise<BrandResult> {
  const file = join(folder, 'site', 'services.yml');
  await writeFile(file, `page:\n  brand:\n    ${brand}\nservices: { web: https://web.example }\n`);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'site', name), content);
  const loaded = await loadConfig(file, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  expect(loaded.notUsedYet).toEqual([]);
  return loadBrand(file, loaded.config.page);
}

const problemIn = (result: BrandResult): string =>
  result.ok ? 'fine' : result.problems.map(formatProblem).join('\n').replaceAll(`${folder}/site/`, '');

test.each([
  ['an SVG', SVG, 'svg'],
  ['an SVG with a prologue', `\ufeff<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n${SVG}`, 'svg'],
  ['a PNG, whatever it is called', PNG, 'png'],
  ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), 'jpg'],
  ['a WebP', Buffer.from('RIFF\x24\x00\x00\x00WEBPVP8 ', 'latin1'), 'webp'],
])('a logo: %s', async (_, content, extension) => {
  const result = await brandOf('logo: looks/logo.svg', { 'looks/logo.svg': content });
  expect(result.ok && result.files.logo?.extension).toBe(extension);
});

test.each([
  ['text', 'hello', 'is no image of a known kind; expected SVG, PNG, WebP or JPEG'],
  ['HTML with an SVG in it', `<html>${SVG}</html>`, 'is no image of a known kind; expected SVG, PNG, WebP or JPEG'],
  ['nothing', '', 'is no image of a known kind; expected SVG, PNG, WebP or JPEG'],
  [
    'a script',
    SVG.replace('<path', '<script>alert(1)</script><path'),
    'holds "<script"; expected an SVG that only draws',
  ],
  ['a handler', SVG.replace('<path', '<path onload="alert(1)"'), 'holds "onload="; expected an SVG that only draws'],
  [
    'entities',
    `<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}`,
    'is no image of a known kind; expected SVG, PNG, WebP or JPEG',
  ],
  [
    'too much',
    Buffer.concat([PNG, Buffer.alloc(200_000)]),
    'is 201 kB long, and every visitor fetches it; at most 200 kB',
  ],
])('no logo: %s', async (_, content, problem) => {
  const result = await brandOf('logo: logo.png', { 'logo.png': content });
  expect(problemIn(result)).toBe(`services.yml:3:11  page.brand.logo: "logo.png" ${problem}`);
});

test.each([
  ['looks/none.svg', 'is not there; it is looked for beside services.yml'],
  ['looks', 'is not a file'],
  ['pipe', 'is not a file'],
  ['../secret.svg', 'is not in the folder of services.yml or below it, and only from there files are published'],
  ['link.svg', 'is not in the folder of services.yml or below it, and only from there files are published'],
])('no such file: %s', async (name, problem) => {
  await writeFile(join(folder, 'secret.svg'), SVG);
  await symlink('../secret.svg', join(folder, 'site', 'link.svg')).catch(() => undefined);
  await rm(join(folder, 'site', 'pipe'), { force: true });
  execFileSync('mkfifo', [join(folder, 'site', 'pipe')]);
  expect(problemIn(await brandOf(`logo: ${name}`))).toBe(
    `services.yml:3:11  page.brand.logo: ${JSON.stringify(name)} ${problem}`,
  );
});

test.each([
  ['rules', 'h1 { color: rebeccapurple } /* url(not-asked.png) */', 'fine'],
  [
    'an import',
    '@import "https://fonts.example/x.css";',
    'asks for another file (@import); expected a stylesheet that needs none',
  ],
  [
    'a picture',
    'body { background: url( "x.png" ) }',
    'asks for another file (url( "x.png"); expected a stylesheet that needs none',
  ],
  ['not text', Buffer.from([0xff, 0xfe, 0]), 'is not a stylesheet in UTF-8'],
])('a stylesheet: %s', async (_, content, problem) => {
  const result = await brandOf('css: own.css', { 'own.css': content });
  expect(problemIn(result).replace('services.yml:3:10  page.brand.css: "own.css" ', '')).toBe(problem);
});

test('both that are wrong are told', async () => {
  expect(problemIn(await brandOf('{ logo: a.svg, css: b.css }')).split('\n')).toHaveLength(2);
});
