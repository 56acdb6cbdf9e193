import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly, visitQuietly } from './built-site.ts';
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

const SERVICES = ['shop', 'search', 'mail', 'queue', 'young', 'silent'];
const FOLDED = 'section[aria-labelledby="latency"] details, section[aria-labelledby="values"] details';

test.each(LOOKS)('charts are accessible and fit, folded and unfolded: %o', async (look) => {
  const paths = SERVICES.map((id) => `services/${id}/`);
  for await (const { page, complaints } of visitQuietly(browser, site.address, paths, look)) {
    expect(await excessWidth(page)).toBe(0);
    await page.evaluate(`for (const folded of document.querySelectorAll('${FOLDED}')) folded.open = true`);
    expect(await violationsOn(page)).toEqual([]);
    expect(await excessWidth(page)).toBe(0);
    expect(complaints).toEqual([]);
  }
});

test('a chart says in a sentence what it shows, and all of it in a table', async () => {
  const { page } = await openQuietly(browser, `${site.address}services/search/`);
  expect(await page.getByRole('img', { name: /^http: p50/ }).getAttribute('aria-label')).toMatchInlineSnapshot(
    `"http: p50 between 60.2 and 869 ms, p99 up to 7.78 s on 25 of the last 30 days; highest on 2026-11-17. In the 30 days before: p50 about 60.2 ms."`,
  );
  await page.getByText('The same as a table').click();
  const rows = await page.locator('section[aria-labelledby="latency"] tbody tr').allInnerTexts();
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

test('a number that a probe reads is drawn, with its releases and with what it was before', async () => {
  const { page } = await openQuietly(browser, `${site.address}services/queue/`);
  const values = page.locator('section[aria-labelledby="values"]');
  const chart = values.getByRole('img', { name: /^\$\.pending/ });
  expect(await chart.getAttribute('aria-label')).toMatchInlineSnapshot(
    `"$.pending: between 72 and 476 on 28 of the last 30 days; greatest on 2026-11-09. In the 30 days before: p50 between 117 and 121. Released: 1.5.0"><img src=x> on 2026-11-08, 1.5.1 on 2026-11-16."`,
  );
  expect(await chart.locator('path.release').getAttribute('d')).toBe('M170 0v160M250 0v160');
  expect(await chart.locator('.flag').count()).toBe(2);
  // Two days without a reading: the lines of both periods end before them and begin again.
  expect((await chart.locator('path.p50').getAttribute('d'))!.split('M')).toHaveLength(3);
  expect((await chart.locator('path.range').getAttribute('d'))!.split('M')).toHaveLength(3);
  expect(await chart.locator('path.before').count()).toBe(1);
  const dashes =
    "getComputedStyle(document.querySelector('section[aria-labelledby=values] path.before')).strokeDasharray";
  expect(await page.evaluate(dashes)).toBe('2px, 3px');
  await values.getByText('The same as a table').click();
  const rows = (await values.locator('tbody tr').allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' '));
  expect([rows[0], rows[4], rows[12], rows[20]]).toMatchInlineSnapshot(`
    [
      "2026-11-20 204 377 476 109 121",
      "2026-11-16 released 1.5.1 204 333 476 144 117",
      "2026-11-08 released 1.5.0"><img src=x> 72 118 168 144 118",
      "2026-10-31 – – – 0 120",
    ]
  `);
  // Of too few days a sentence.
  expect(await values.innerText()).toContain(
    'A chart needs readings on 3 days; there are 2. On 2026-11-20 it was 71.5 %.',
  );
  expect(await page.locator('section[aria-labelledby="probes"]').innerText()).toContain(
    'Deployed when it was last read: 1.5.1.',
  );
  expect(await page.locator('img').count()).toBe(0);
  // The latency beside it has the same marks.
  const latency = page.getByRole('img', { name: /^http: p50/ });
  expect(await latency.locator('path.release').getAttribute('d')).toBe('M170 0v160M250 0v160');
  await page.context().close();
});

test('what was measured is told to programs, too', async () => {
  const document = JSON.parse(await site.read('api/checks/queue/http.json'));
  expect(document.deployed).toMatchInlineSnapshot(`
    {
      "releases": [
        {
          "at": "2026-11-08T00:00:00.000Z",
          "version": "1.5.0"><img src=x>",
        },
        {
          "at": "2026-11-16T00:00:00.000Z",
          "version": "1.5.1",
        },
      ],
      "version": "1.5.1",
    }
  `);
  const [pending, free] = document.measured;
  expect(pending.days).toHaveLength(28);
  expect(pending.days.at(-1)).toMatchInlineSnapshot(`
    {
      "date": "2026-11-20",
      "max": 476,
      "min": 204,
      "p50": 377,
      "readings": 109,
    }
  `);
  expect(free).toMatchObject({ name: 'free', unit: '%', days: [{ p50: 70.5 }, { p50: 71.5 }] });
  expect(document.values.at(-1)).toMatchObject({ numbers: { free: 71.5 }, version: '1.5.1' });
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
