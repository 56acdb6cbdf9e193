/** The files that `page.brand` names, or what is wrong with them. Only who builds or checks asks: no logo stops a probe. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { Config } from './config.ts';
import { type Finding, type Problem, problemsOf, readYaml } from './problems.ts';

export interface BrandFiles {
  /** `svg`, `png`, `webp` or `jpg` by what is in it, whatever it is called. */
  logo?: { extension: string; content: Uint8Array<ArrayBuffer> };
  css?: string;
}

export type BrandResult = { ok: true; files: BrandFiles } | { ok: false; problems: readonly Problem[] };

/** It is fetched with every first visit. */
const MAX_LOGO_BYTES = 200_000;
const MAX_CSS_BYTES = 100_000;

/** `file` is services.yml itself. */
export async function loadBrand(file: string, { brand }: Config['page']): Promise<BrandResult> {
  const findings: Finding[] = [];
  const read = async <T>(
    key: 'logo' | 'css',
    maxBytes: number,
    parse: (content: Uint8Array<ArrayBuffer>) => Parsed<T>,
  ) => {
    const name = brand?.[key];
    if (name === undefined) return undefined;
    const content = await contentOf(dirname(resolve(file)), name, maxBytes);
    const parsed = 'problem' in content ? content : parse(content.found);
    if ('found' in parsed) return parsed.found;
    findings.push({
      path: ['page', 'brand', key],
      message: `${JSON.stringify(name)} ${parsed.problem}`,
      isWhole: true,
    });
    return undefined;
  };
  const logo = await read('logo', MAX_LOGO_BYTES, readLogo);
  const css = await read('css', MAX_CSS_BYTES, readCss);
  if (findings.length === 0) return { ok: true, files: { ...(logo && { logo }), ...(css !== undefined && { css }) } };
  return { ok: false, problems: await locate(file, findings) };
}

type Parsed<T> = { found: T } | { problem: string };

/** What is published must lie with services.yml: no path of a machine leads to a page. */
async function contentOf(folder: string, name: string, maxBytes: number): Promise<Parsed<Uint8Array<ArrayBuffer>>> {
  try {
    const path = await realpath(resolve(folder, name));
    if (!path.startsWith((await realpath(folder)) + sep))
      return { problem: 'is not in the folder of services.yml or below it, and only from there files are published' };
    const info = await stat(path);
    if (!info.isFile()) return { problem: 'is not a file' };
    if (info.size > maxBytes)
      return {
        problem: `is ${Math.ceil(info.size / 1000)} kB long, and every visitor fetches it; at most ${maxBytes / 1000} kB`,
      };
    return { found: new Uint8Array(await readFile(path)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { problem: 'is not there; it is looked for beside services.yml' };
    if (code === 'EACCES') return { problem: 'may not be read (permission denied)' };
    throw error;
  }
}

const SIGNATURES = [
  ['png', '89504e470d0a1a0a'],
  ['jpg', 'ffd8ff'],
] as const;
const SVG = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>[]*>\s*)?<svg[\s>]/i;
/** Harmless in an image, but whoever opens the file itself would run it, on the page's own address. */
const ACTIVE_SVG = /<script|<foreignObject|<!ENTITY|\son\w+\s*=|javascript:/i;

function readLogo(content: Uint8Array<ArrayBuffer>): Parsed<NonNullable<BrandFiles['logo']>> {
  const head = Buffer.from(content.subarray(0, 12));
  const isWebp = head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8) === 'WEBP';
  const extension = isWebp ? 'webp' : SIGNATURES.find(([, start]) => head.toString('hex').startsWith(start))?.[0];
  if (extension) return { found: { extension, content } };
  const text = textOf(content);
  if (text === undefined || !SVG.test(text.replaceAll(/<!--.*?-->/gs, '')))
    return { problem: 'is no image of a known kind; expected SVG, PNG, WebP or JPEG' };
  const active = ACTIVE_SVG.exec(text);
  if (active) return { problem: `holds ${JSON.stringify(active[0].trim())}; expected an SVG that only draws` };
  return { found: { extension: 'svg', content } };
}

function readCss(content: Uint8Array<ArrayBuffer>): Parsed<string> {
  const text = textOf(content);
  if (text === undefined) return { problem: 'is not a stylesheet in UTF-8' };
  const bare = text.replaceAll(/\/\*.*?\*\//gs, '');
  // The page's policy would refuse them, and the visitor would see something half dressed.
  const [asked] = /@import\b|url\(\s*["']?(?!["'#\s])[^)]{0,60}/i.exec(bare) ?? [];
  if (asked) return { problem: `asks for another file (${asked.trim()}); expected a stylesheet that needs none` };
  return { found: text };
}

function textOf(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

async function locate(file: string, findings: readonly Finding[]): Promise<readonly Problem[]> {
  const yaml = readYaml(file, await readFile(file, 'utf8'));
  return 'fatal' in yaml
    ? [yaml.fatal]
    : problemsOf(
        yaml,
        () => findings,
        () => [],
      );
}
