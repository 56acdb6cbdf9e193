import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly, visitQuietly } from './built-site.ts';
import { crawl, excessWidth, filesOf, LOOKS, problemsIn, violationsOn } from './page-checks.ts';
import { type PastOptions, writePast } from './past-fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const URL_OF_PAGE = 'https://example.github.io/repo';
const OPEN = 'incidents/2026-11-20-database-1/';
const KINDS = ['', 'incidents/', OPEN, 'incidents/2026-10/', 'maintenance/', 'services/service-12/', 'no/such/page'];

async function pastSite(options: PastOptions): Promise<BuiltSite> {
  const site = await buildSite((folder) => writePast(folder, options));
  // As hosts do: what is not there is answered with this page.
  await copyFile(join(site.folder, '404.html'), join(site.folder, '../404.html'));
  return site;
}

/** `404` is what the address of no page says. */
function complaintsBeyond404(complaints: readonly string[]): string[] {
  return complaints.filter((complaint) => !/\b404\b/.test(complaint));
}

describe('a site with a past', () => {
  let site: BuiltSite;
  beforeAll(async () => {
    site = await pastSite({ url: URL_OF_PAGE, further: 30 });
  });
  afterAll(() => site.close());

  test.each(LOOKS.slice(0, 3))('every kind of page is accessible and fits: %o', async (look) => {
    for await (const { path, page, complaints } of visitQuietly(browser, site.address, KINDS, look)) {
      expect(await violationsOn(page), path).toEqual([]);
      expect(await excessWidth(page), path).toBeLessThanOrEqual(0);
      expect(await page.locator('h1').count(), path).toBe(1);
      expect(complaintsBeyond404(complaints), path).toEqual([]);
    }
  });

  test('is valid HTML, without script or style of its own', async () => {
    const files = (await filesOf(site.folder)).filter((file) => file.endsWith('.html'));
    for (const file of files) {
      const html = await site.read(file);
      expect(await problemsIn(html), file).toEqual([]);
      expect(html, file).not.toMatch(/<script(?! defer src="[./\w]*assets)|<style|\sstyle=|\son\w+=/);
    }
  });

  test('every link leads somewhere, and every page is reached from home', async () => {
    const { pages, broken } = await crawl(site.address);
    expect(broken.filter((one) => !one.endsWith('/maintenance.ics'))).toEqual([]);
    const files = (await filesOf(site.folder)).filter((file) => file.endsWith('.html') && file !== '404.html');
    const reached = pages
      .filter((address) => !address.endsWith('.ics'))
      .map((address) => `${address.slice(site.address.length)}index.html`);
    expect(reached.sort()).toEqual(files);
  });

  test('right to left, in forced colours and on paper nothing is lost', async () => {
    const look = { viewport: { width: 360, height: 740 }, forcedColors: 'active', reducedMotion: 'reduce' } as const;
    for await (const { path, page } of visitQuietly(browser, site.address, KINDS, look)) {
      await page.evaluate("document.documentElement.dir = 'rtl'");
      expect(await excessWidth(page), path).toBeLessThanOrEqual(0);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('nav.nav').isVisible(), path).toBe(false);
      for (const details of await page.locator('details > :last-child').all())
        expect(await details.isVisible(), path).toBe(true);
      await page.emulateMedia({ media: null });
    }
  });

  test('home tells what is open with its newest update, and what was', async () => {
    const { page } = await openQuietly(browser, site.address);
    const open = page.locator('#open-incidents ~ article');
    expect((await open.innerText()).replaceAll(/\s+/g, ' ')).toMatchInlineSnapshot(
      `"Database 1 is down Identified critical impact, since 2026-11-20 11:00 UTC (60 min) Identified 2026-11-20 11:45 UTC, by Ada A disk is full. We are making room: old logs are moved fsck runs Next word at 12:30 UTC."`,
    );
    expect(await page.locator('#incidents ~ .incidents a').allInnerTexts()).toEqual(['Service 12 is degraded']);
  });

  test('by keyboard from home to the incident and on to its cause', async () => {
    const { page } = await openQuietly(browser, site.address);
    await tabTo(`./${OPEN}`);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/${OPEN}`);
    expect(await page.locator('h1').innerText()).toBe('Database 1 is down');
    await tabTo('../../services/database-1/');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/services/database-1/');
    expect(await page.locator('#incidents ~ .incidents a').allInnerTexts()).toEqual(['Database 1 is down']);

    async function tabTo(href: string): Promise<void> {
      for (let press = 0; press < 40; press += 1) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate('document.activeElement?.getAttribute("href")')) === href) return;
      }
      throw new Error(`${href} is not reached`);
    }
  });

  test('an incident has its updates newest first, its chain, and its neighbours', async () => {
    const { page } = await openQuietly(browser, site.address + OPEN);
    expect(await page.locator('.updates .note').allInnerTexts()).toEqual([
      'Identified 2026-11-20 11:45 UTC, by Ada',
      'Identified 2026-11-20 11:30 UTC',
      'Investigating 2026-11-20 11:00 UTC',
    ]);
    expect(await page.locator('.updates strong').innerText()).toBe('full');
    expect((await page.locator('.chain').innerText()).replaceAll(/\s+/g, ' ')).toBe('Service 1 needs Database 1');
    expect(await page.locator('link[rel=prev]').getAttribute('href')).toBe('../../incidents/2026-11-17-service-12/');
    expect(await page.locator('link[rel=next]').count()).toBe(0);
    expect(await page.locator('.neighbours a[rel=prev]').innerText()).toBe('Service 12 is degraded');
  });

  test('a month says how much of it was observed', async () => {
    const { page } = await openQuietly(browser, `${site.address}incidents/2026-10/`);
    expect(await page.locator('.lead').innerText()).toBe('31 incidents. Observed on 11 of 31 days.');
    expect(await page.locator('.incidents li').count()).toBe(31);
    await page.goto(`${site.address}incidents/2026-11/`);
    expect(await page.locator('.incidents').innerText()).toContain('began before, 2026-10-29 10:00 UTC');
  });

  test('maintenance: what repeats stands there once', async () => {
    const { page } = await openQuietly(browser, `${site.address}maintenance/`);
    expect(await page.locator('h2').allInnerTexts()).toEqual(['In progress', 'Upcoming', 'Past']);
    expect(await page.locator('#upcoming ~ ul h3').allInnerTexts()).toEqual([
      'Weekly restart',
      'Certificates are renewed',
    ]);
    expect(await page.locator('#upcoming ~ ul details li').count()).toBe(7);
  });

  test('search engines, hosts and chats find what they need', async () => {
    const home = await site.read('index.html');
    expect(home).toContain(`<link rel="canonical" href="${URL_OF_PAGE}/">`);
    expect(home).toContain(`<meta property="og:image" content="${URL_OF_PAGE}/og.png">`);
    expect(await site.read(`${OPEN}index.html`)).toContain(`<link rel="canonical" href="${URL_OF_PAGE}/${OPEN}">`);
    const image = await readFile(join(site.folder, 'og.png'));
    expect([image.readUInt32BE(16), image.readUInt32BE(20), image.length < 60_000]).toEqual([1200, 630, true]);
    const map = [...(await site.read('sitemap.xml')).matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address!);
    const files = (await filesOf(site.folder)).filter((file) => file.endsWith('index.html'));
    expect(map.map((address) => `${address.slice(URL_OF_PAGE.length + 1)}index.html`).sort()).toEqual(files);
    expect(await site.read('robots.txt')).toContain(`Sitemap: ${URL_OF_PAGE}/sitemap.xml`);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(home)![1]!.replaceAll('&#39;', "'");
    expect(await site.read('_headers')).toContain(`Content-Security-Policy: ${policy}; frame-ancestors`);
    expect(await filesOf(site.folder)).toContain('.nojekyll');
    expect(await filesOf(site.folder)).not.toContain('CNAME');
  });

  test('what is not there is said at any depth, with a way home', async () => {
    const { page } = await openQuietly(browser, `${site.address}incidents/2001-01-01-nothing/deeper/`);
    expect(await page.locator('h1').innerText()).toBe('There is no page at this address');
    expect(await page.evaluate('document.styleSheets.length')).toBe(1);
    await page.locator('.brand a').click();
    expect(page.url()).toBe(site.address);
  });
});

const HOSTILE = [
  '<img src=x onerror=alert(1)><script>alert(1)</script>',
  '[x](javascript:alert(1)) ![y](http://elsewhere.example/y.png) <a href="javascript:alert(1)">z</a>',
  '\u0000\u0007\u001b[31m \u202egnp.exe\u202c \u2066x\u2069 شبكة',
  'x'.repeat(100_000),
].join(' ');

test.each([
  ['markup, scripts, control characters and direction marks, 100 kB', HOSTILE],
  ['one word of 100 kB', 'W'.repeat(100_000)],
  ['Arabic without end', 'شبكة'.repeat(5_000)],
])('hostile text is text, and cut: %s', async (_, text) => {
  // The configuration refuses what disguises; the history may hold it.
  const site = await pastSite({ url: 'https://status.example.org/', text });
  const paths = ['', 'incidents/', OPEN, 'incidents/2026-11/', 'maintenance/', 'services/service-1/'];
  const look = { viewport: { width: 360, height: 740 } };
  for await (const { path, page, complaints } of visitQuietly(browser, site.address, paths, look)) {
    expect(await page.locator('img, script:not([defer]), a[href^="javascript"]').count(), path).toBe(0);
    expect(await excessWidth(page), path).toBeLessThanOrEqual(0);
    expect(await page.content(), path).not.toMatch(/[^\P{Cc}\n\t]|[\u202e\u2066]/u);
    expect((await page.content()).length, path).toBeLessThan(90_000);
    if (path === OPEN) expect(await violationsOn(page)).toEqual([]);
    expect(complaints, path).toEqual([]);
  }
  expect(await site.read(`${OPEN}index.html`)).toContain('(cut)');
  expect(await site.read('CNAME')).toBe('status.example.org\n');
  await site.close();
});

test('two builds of the same data are the same bytes, in every file', async () => {
  const options = { url: URL_OF_PAGE, days: 3, further: 3 };
  const [first, second] = [await pastSite(options), await pastSite(options)];
  const files = await filesOf(first.folder);
  expect(await filesOf(second.folder)).toEqual(files);
  for (const file of files) {
    const [a, b] = await Promise.all([first, second].map(({ folder }) => readFile(join(folder, file))));
    expect(a!.equals(b!), file).toBe(true);
  }
  await Promise.all([first.close(), second.close()]);
});
