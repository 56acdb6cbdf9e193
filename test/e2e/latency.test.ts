import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly } from './built-site.ts';
import { writeLatencies } from './latency-fixture.ts';
import { excessWidth, LOOKS, problemsIn, violationsOn } from './page-checks.ts';

let browser: Browser;
let site: BuiltSite;
beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), buildSite(writeLatencies)]);
});
afterAll(async () => {
  await site.close();
  await browser.close();
});

const SERVICES = ['shop', 'search', 'mail', 'young', 'silent'];
const FOLDED = 'section[aria-labelledby="latency"] details';

test.each(LOOKS)('charts are accessible and fit, folded and unfolded: %o', async (look) => {
  for (const id of SERVICES) {
    const { page, complaints } = await openQuietly(browser, `${site.address}services/${id}/`, look);
    expect(await excessWidth(page)).toBe(0);
    await page.evaluate(`for (const folded of document.querySelectorAll('${FOLDED}')) folded.open = true`);
    expect(await violationsOn(page)).toEqual([]);
    expect(await excessWidth(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('a chart says in a sentence what it shows, and all of it in a table', async () => {
  const { page } = await openQuietly(browser, `${site.address}services/search/`);
  expect(await page.getByRole('img', { name: /^http: p50/ }).getAttribute('aria-label')).toMatchInlineSnapshot(
    `"http: p50 between 60.2 and 869 ms, p99 up to 7.78 s on 25 of the last 30 days; highest on 2026-11-17. In the 30 days before: p50 about 60.2 ms."`,
  );
  await page.locator(`${FOLDED} > summary`).click();
  const rows = await page.locator(`${FOLDED} tbody tr`).allInnerTexts();
  expect(rows).toHaveLength(30);
  expect(rows.slice(2, 6).map((row) => row.replaceAll(/\s+/g, ' '))).toMatchInlineSnapshot(`
    [
      "2026-11-18 60.2 117 144 60.2",
      "2026-11-17 869 7,780 144 60.2",
      "2026-11-16 60.2 490 144 60.2",
      "2026-11-15 – – 0 60.2",
    ]
  `);
  expect(rows.filter((row) => row.includes('maintenance'))).toHaveLength(2);
});

test('texts of a chart neither touch each other nor leave it, also from right to left', async () => {
  for (const width of [1280, 360, 320]) {
    const viewport = { width, height: 740 };
    const { page } = await openQuietly(browser, `${site.address}services/shop/`, { viewport });
    await page.evaluate('document.documentElement.dir = "rtl"');
    const chart = (await page.locator('svg.chart').first().boundingBox())!;
    const boxes = [];
    for (const text of await page.locator('svg.chart').first().locator('text:visible').all()) {
      boxes.push((await text.boundingBox())!);
    }
    expect(boxes.length).toBeGreaterThanOrEqual(8);
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(chart.x);
      expect(a.x + a.width).toBeLessThanOrEqual(chart.x + chart.width);
      const touching = boxes.slice(index + 1).filter((b) => {
        // Boxes of texts are a little higher than their letters.
        const isBeside = a.x + a.width <= b.x || b.x + b.width <= a.x;
        return !isBeside && Math.abs(a.y - b.y) < 14;
      });
      expect(touching).toEqual([]);
    }
    await page.context().close();
  }
});

test('further probes are folded, and too little is a sentence', async () => {
  const { page } = await openQuietly(browser, `${site.address}services/shop/`);
  expect(await page.locator('svg.chart:visible').count()).toBe(1);
  await page.getByText('Latency of its other probe').click();
  expect(await page.locator('svg.chart:visible').count()).toBe(2);
  expect(await site.read('services/young/index.html')).toContain('of the last 30, 2 have any.');
  expect(await site.read('services/silent/index.html')).toContain('There was no answer in the last 30 days.');
});

test('is valid HTML without styles of its own, within the budget, and twice the same', async () => {
  const again = await buildSite(writeLatencies);
  for (const id of SERVICES) {
    const html = await site.read(`services/${id}/index.html`);
    expect(await problemsIn(html)).toEqual([]);
    expect(html).not.toMatch(/<style|\sstyle=/);
    expect(await again.read(`services/${id}/index.html`)).toBe(html);
  }
  await again.close();
  const [css] = readdirSync(`${site.folder}/assets`);
  expect(gzipSync(await site.read(`assets/${css}`)).length).toBeLessThan(6_000);
});
