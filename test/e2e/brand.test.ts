import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFixture } from '../fixture.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly } from './built-site.ts';
import { violationsOn } from './page-checks.ts';

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path fill="#0b7285" d="M0 0h20v10H0z"/></svg>\n';

let browser: Browser;
let site: BuiltSite;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await buildSite(async (folder) => {
    const files = await writeFixture(folder, { services: 3, days: 2, everyMs: 1_800_000, outageAtEnd: true });
    await mkdir(join(folder, 'looks'));
    await writeFile(join(folder, 'looks', 'logo'), LOGO);
    await writeFile(join(folder, 'looks', 'own.css'), '.bottom { letter-spacing: 3px }\n');
    const source = await readFile(files.config, 'utf8');
    const brand =
      '  brand: { logo: looks/logo, css: looks/own.css, accent: "#ffd000" }\n  links: [{ label: Imprint, url: "https://example.org/imprint" }]\n';
    await writeFile(files.config, source.replace('page:\n', `page:\n${brand}`));
    return files;
  });
});
afterAll(async () => {
  await site.close();
  await browser.close();
});

test.each([
  ['light', ''],
  ['dark', 'services/service-1/'],
  ['light', 'map/'],
] as const)('logo, accent, stylesheet and links are those of the brand: %s /%s', async (colorScheme, path) => {
  const { page, complaints } = await openQuietly(browser, site.address + path, { colorScheme });
  const logo = page.locator('.brand img');
  expect(await logo.evaluate((image: { naturalWidth?: number }) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await page.evaluate("getComputedStyle(document.querySelector('.bottom')).letterSpacing")).toBe('3px');
  expect(await page.getByRole('link', { name: 'Imprint' }).getAttribute('href')).toBe('https://example.org/imprint');
  const colour = await page.evaluate("getComputedStyle(document.querySelector('.bottom a')).color");
  expect(colour).toBe(colorScheme === 'light' ? 'rgb(128, 104, 0)' : 'rgb(255, 208, 0)');
  expect(await violationsOn(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the logo is the file as it was, called what it is', async () => {
  expect(await site.read('brand/logo.svg')).toBe(LOGO);
});

test('without a brand there are no files of it', async () => {
  const plain = await buildSite((folder) =>
    writeFixture(folder, { services: 1, days: 1, everyMs: 1_800_000, outageAtEnd: false }),
  );
  await expect(plain.read('brand/logo.svg')).rejects.toThrow('ENOENT');
  expect(await plain.read('index.html')).not.toContain('brand/');
  await plain.close();
});
