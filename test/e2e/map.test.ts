import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, demoSite, fixtureSite, openQuietly, visitQuietly } from './built-site.ts';
import { violationsOn } from './page-checks.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
  { forcedColors: 'active', viewport: { width: 1280, height: 900 } },
] as const;
const PATHS = ['', 'services/api/', 'map/'];

describe('the demo, with its database down', () => {
  let site: BuiltSite;
  beforeAll(async () => {
    site = await demoSite();
  });
  afterAll(() => site.close());

  test.each(LOOKS)('diagrams are accessible and stay in their box: %o', async (look) => {
    for await (const { page, complaints } of visitQuietly(browser, site.address, PATHS, look)) {
      await page.locator('.outline summary').click();
      expect(await violationsOn(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.viewport.width);
      expect(await overflowing(page)).toEqual([]);
      expect(complaints).toEqual([]);
    }
  });

  test('are valid HTML without style or script in it', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:standard', 'html-validate:a11y'],
      rules: { 'doctype-style': 'off', 'long-title': 'off', 'svg-focusable': 'off', 'no-raw-characters': 'off' },
    });
    for (const path of PATHS) {
      const html = await site.read(`${path}index.html`);
      const { results } = await validator.validateString(html);
      expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId} ${message}`))).toEqual(
        [],
      );
      expect(html).not.toMatch(/<script(?! defer src="[./]+assets)|<style|\sstyle=|\son\w+=/);
    }
  });

  test('home shows what is affected, the cause in words, and leads to the map', async () => {
    const { page } = await openQuietly(browser, site.address);
    const names = await page
      .locator('.map a')
      .evaluateAll((links) => links.map((link) => link.querySelector('title')!.textContent));
    expect(names.sort()).toEqual([
      'API: down',
      'Database: down, probable cause',
      'Gateway: down',
      'Queue: down',
      'Web: down',
      'Worker: down',
    ]);
    expect(await page.locator('.map path.chain:not(.heads)').count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Database: down, probable cause', exact: true }).count()).toBe(1);
    await page.getByRole('link', { name: 'Map of all services' }).click();
    await page.waitForURL('**/map/');
    expect(await page.locator('.map a').count()).toBe(13);
    expect(await page.locator('.map .junction').textContent()).toContain('1 of 2');
  });

  test('a service is reached through the map by keyboard', async () => {
    const { page } = await openQuietly(browser, `${site.address}map/`, { viewport: { width: 360, height: 740 } });
    expect(await page.locator('.hint').isVisible()).toBe(true);
    const box = page.locator('section.map');
    await box.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => box.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    const reached: (string | null)[] = [];
    for (let press = 0; press < 13; press += 1) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate('document.activeElement?.getAttribute("href")'));
    }
    expect(new Set(reached).size).toBe(13);
    expect(reached).toContain('../services/database/');
    await page.locator('.map a[href="../services/queue/"]').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/services/queue/');
  });

  test('the list has the services of the diagram, and its references lead to items', async () => {
    const { page } = await openQuietly(browser, `${site.address}map/`);
    await page.locator('.outline summary').click();
    const hrefs = (selector: string): Promise<(string | null)[]> =>
      page.locator(selector).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set((await hrefs('.outline a')).filter((href) => !href!.startsWith('#')))).toEqual(
      new Set(await hrefs('.map a')),
    );
    const inside = (await hrefs('.outline a')).filter((href) => href!.startsWith('#'));
    expect(inside.length).toBeGreaterThan(0);
    for (const href of inside) expect(await page.locator(href!).count(), href!).toBe(1);
  });
});

/** Texts that are wider or higher than the box they stand in. */
function overflowing(page: Page): Promise<string[]> {
  return page.locator('.map a').evaluateAll((links) =>
    links.flatMap((link) => {
      const box = link.querySelector('rect')!.getBoundingClientRect();
      return [...link.querySelectorAll('text')]
        .filter((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect();
          return left < box.left || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 2;
        })
        .map(({ textContent }) => textContent ?? '');
    }),
  );
}

test('nothing is affected when all is well, and the map says so', async () => {
  const site = await fixtureSite({ services: 20, days: 2, everyMs: 1_800_000, outageAtEnd: false });
  expect(await site.read('index.html')).not.toContain('What is affected');
  const map = await site.read('map/index.html');
  expect(map.match(/<title>[^<]*: operational<\/title>/g)).toHaveLength(20);
  await site.close();
});

test('circles, strange names and right-to-left scripts are drawn, too', async () => {
  const evil = '</text><script>alert(1)</script>'.padEnd(300, 'x');
  const probes = [{ tcp: '127.0.0.1:1' }];
  const site = await buildSite(async (folder) => {
    const config = join(folder, 'services.yml');
    const services = {
      a: { name: evil, dependsOn: ['b'], probes },
      b: { name: 'דואר אלקטרוני', dependsOn: ['c', { anyOf: ['d', 'e'] }], probes },
      c: { dependsOn: ['a', { service: 'd', strength: 'soft', note: evil }] },
      d: { probes },
      e: { probes },
    };
    await writeFile(config, stringify({ services }));
    return { config, history: join(folder, 'history') };
  });
  const { page, complaints } = await openQuietly(browser, `${site.address}map/`, LOOKS[0]);
  expect(await page.locator('.map a').count()).toBe(5);
  expect(await page.locator('script:not([defer])').count()).toBe(0);
  expect(await overflowing(page)).toEqual([]);
  expect(await page.locator('.keys').innerText()).toContain('closes a circle');
  expect(complaints).toEqual([]);
  await site.close();
});
