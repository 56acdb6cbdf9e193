/** What services.yml says of the page's looks, as files of the site: the policy allows nothing that stands in the page. */
import { resolve } from 'node:path';
import { readableAccent } from '../config/accent.ts';
import { loadBrand } from '../config/load-brand.ts';
import { formatProblem } from '../config/problems.ts';
import { loadSite } from './site.ts';

export interface Brand {
  /** From the site's root, in the order in which they apply, after the page's own. */
  stylesheets: readonly string[];
  logo?: string;
  /** By their name in `/brand/`. */
  files: ReadonlyMap<string, { type: string; content: string | Uint8Array<ArrayBuffer> }>;
}

const TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
};

let brand: Promise<Brand> | undefined;

export function loadSiteBrand(): Promise<Brand> {
  brand ??= readBrand(process.env.VEDETTE_CONFIG ?? resolve('services.yml'));
  return brand;
}

async function readBrand(file: string): Promise<Brand> {
  const { page } = await loadSite();
  const loaded = await loadBrand(file, page);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const { logo, css } = loaded.files;
  const files: [string, { type: string; content: string | Uint8Array<ArrayBuffer> }][] = [];
  const accent = page.brand?.accent;
  if (accent !== undefined) files.push(['accent.css', { type: 'text/css', content: accentStyle(accent) }]);
  if (css !== undefined) files.push(['style.css', { type: 'text/css', content: css }]);
  const stylesheets = files.map(([name]) => `/brand/${name}`);
  if (!logo) return { stylesheets, files: new Map(files) };
  const name = `logo.${logo.extension}`;
  files.push([name, { type: TYPES[logo.extension]!, content: logo.content }]);
  return { stylesheets, logo: `/brand/${name}`, files: new Map(files) };
}

function accentStyle(accent: string): string {
  const { light, dark } = readableAccent(accent);
  return `:root{--link:${light}}\n@media (prefers-color-scheme:dark){:root{--link:${dark}}}\n`;
}
