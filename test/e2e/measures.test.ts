/**
 * What Lighthouse asks of a page, as far as it can be said without a clock, and the policy against scripts. Lighthouse
 * itself (12.8, phone and desk) gave home, service and incident of the demo 100 in all four categories.
 */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly } from './built-site.ts';
import { filesOf, violationsOn } from './page-checks.ts';
import { writePast } from './past-fixture.ts';

const URL_OF_PAGE = 'https://example.github.io/repo/';
const KINDS = ['', 'services/service-1/', 'incidents/2026-11-20-database-1/'];
const PHONE = { viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75, hasTouch: true, isMobile: true };
const DESK = { viewport: { width: 1350, height: 940 } };

let browser: Browser;
let site: BuiltSite;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await buildSite((folder) => writePast(folder, { url: URL_OF_PAGE, days: 30 }));
});
afterAll(async () => {
  await site.close();
  await browser.close();
});

describe.each(KINDS)('/%s', (path) => {
  test.each([
    ['a phone', PHONE],
    ['a desk', DESK],
  ])('says what it is, and nothing moves or fails, on %s', async (_, device) => {
    const { page, complaints } = await openQuietly(browser, site.address + path, device);
    expect(await page.evaluate('document.compatMode')).toBe('CSS1Compat');
    expect(await page.evaluate('document.characterSet')).toBe('UTF-8');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect((await page.title()).length).toBeGreaterThan(10);
    expect((await contentOf(page, 'description'))?.length).toBeGreaterThan(10);
    expect(await contentOf(page, 'viewport')).toBe('width=device-width, initial-scale=1');
    expect(await contentOf(page, 'robots')).toBeUndefined();
    expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(URL_OF_PAGE + path);
    expect(await page.locator('link[rel=icon]').count()).toBe(1);
    const { shift, largest } = await paintOf(page);
    expect(shift).toBe(0);
    expect(largest).toMatch(/^(H1|SPAN|P|B|BDI)$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('can be read and hit by everybody', async () => {
    const { page } = await openQuietly(browser, site.address + path, PHONE);
    // Size of targets, contrast, names, order of headings.
    expect(await violationsOn(page, ['target-size'])).toEqual([]);
    expect(await page.locator('a:not([href]), a[href=""], a[href^="javascript"], img:not([alt])').count()).toBe(0);
    const texts = await page.locator('a[href]').allTextContents();
    expect(texts.filter((text) => /^(click here|here|more|read more|this|link)?$/i.test(text.trim()))).toEqual([]);
    await page.context().close();
  });
});

test('search engines may read it', async () => {
  expect(await site.read('robots.txt')).toBe(`User-agent: *\nAllow: /\nSitemap: ${URL_OF_PAGE}sitemap.xml\n`);
});

describe('the policy', () => {
  const OTHER = `document.documentElement.dataset.other = 'ran'`;

  /** Adds a script of the site to an open page, and says whether it ran and what the policy said. */
  async function withScript(page: Page, address: string, integrity = ''): Promise<{ ran: boolean; refused: string[] }> {
    await page.evaluate(`new Promise((done) => {
      window.refused = [];
      addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.src = ${JSON.stringify(address)};
      script.integrity = ${JSON.stringify(integrity)};
      script.onload = script.onerror = () => setTimeout(done);
      document.head.append(script);
    })`);
    const ran = (await page.locator('html').getAttribute('data-other')) === 'ran';
    return { ran, refused: (await page.evaluate('refused')) as string[] };
  }

  test('names the hash of the one script, which runs', async () => {
    const { page, complaints } = await openQuietly(browser, site.address);
    const integrity = await page.locator('script').getAttribute('integrity');
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
    expect(policy).toContain(`script-src '${integrity}';`);
    await page.locator('#filter:enabled').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('is one and the same on all pages, and in the headers', async () => {
    const pages = (await filesOf(site.folder)).filter((file) => file.endsWith('.html'));
    const policies = new Set<string | undefined>();
    for (const file of pages) {
      const found = /Content-Security-Policy" content="([^"]+)"/.exec(await site.read(file))?.[1];
      policies.add(found?.replaceAll('&#39;', "'"));
    }
    expect(policies.size).toBe(1);
    expect(await site.read('_headers')).toContain(`Content-Security-Policy: ${[...policies][0]}; frame-ancestors`);
  });

  test('refuses another script of the same site, with or without a hash of its own', async () => {
    await writeFile(join(site.folder, 'assets/other.js'), OTHER);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(OTHER));
    const own = `sha256-${Buffer.from(digest).toString('base64')}`;
    for (const integrity of ['', own]) {
      const { page } = await openQuietly(browser, site.address);
      expect(await withScript(page, './assets/other.js', integrity)).toEqual({
        ran: false,
        refused: ['script-src-elem'],
      });
      await page.context().close();
    }
    // And it would run, were it not for the policy.
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(site.address);
    expect((await withScript(page, './assets/other.js', own)).ran).toBe(true);
    await context.close();
  });

  test('a script that was changed on its way does not run, and the page is whole without', async () => {
    const [script] = (await filesOf(join(site.folder, 'assets'))).filter((file) => file.startsWith('page-'));
    await appendFile(join(site.folder, 'assets', script!), `;${OTHER}`);
    const { page, complaints } = await openQuietly(browser, site.address);
    expect(complaints.join()).toContain('integrity');
    expect(await page.locator('html').getAttribute('data-other')).toBeNull();
    expect(await page.locator('#headline').isVisible()).toBe(true);
    await page.context().close();
  });
});

async function contentOf(page: Page, name: string): Promise<string | undefined> {
  const meta = page.locator(`meta[name=${name}]`);
  return (await meta.count()) === 0 ? undefined : ((await meta.getAttribute('content')) ?? undefined);
}

/** How much has moved since it was opened, and what the largest thing on its first screen is. */
async function paintOf(page: Page): Promise<{ shift: number; largest: string | undefined }> {
  return page.evaluate(`new Promise((done) => {
    const found = { shift: 0, largest: undefined };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) found.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      found.largest = list.getEntries().at(-1).element?.tagName;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => done(found), 500);
  })`);
}
