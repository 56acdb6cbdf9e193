/** What the page's script adds: its age by the server's clock, local times, a filter. And that nothing needs it. */
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, fixtureSite } from './built-site.ts';
import { violationsOn } from './page-checks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const END = Date.parse('2026-11-20T12:00:00Z');
/** With a round every 30 min. */
const STALE = 90 * MINUTE;
const PAGES = ['', 'services/service-1/', 'map/'];

let browser: Browser;
let site: BuiltSite;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await fixtureSite({ services: 20, days: 2, everyMs: 30 * MINUTE, outageAtEnd: false, end: END });
});
afterAll(async () => {
  await site.close();
  await browser.close();
});
beforeEach(() => site.setClock(END + MINUTE));

let opened: Page[] = [];
afterEach(async () => {
  for (const page of opened) await page.context().close();
  opened = [];
});

interface Visit extends BrowserContextOptions {
  /** Of the visitor's machine. */
  clockAt?: number;
  base?: string;
  /** What is answered instead of status.json; `null` for no answer at all. */
  status?: { body: string; headers?: Record<string, string>; status?: number } | null;
}

/** Opens a page and waits until its script has looked. Nothing may complain, the policy least of all. */
async function visit(
  path: string,
  { clockAt = END + MINUTE, status, base = site.address, ...options }: Visit = {},
): Promise<Page> {
  const context = await browser.newContext({ timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  opened.push(page);
  await page.clock.install({ time: clockAt });
  await page.addInitScript(
    "window.violations = []; addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective))",
  );
  page.on('pageerror', (error) => {
    throw error;
  });
  if (status !== undefined) {
    await page.route('**/status.json', (route) =>
      status === null
        ? route.abort('internetdisconnected')
        : route.fulfill({ contentType: 'application/json', ...status }),
    );
  }
  const looked = new Promise<void>((resolve) => {
    const done = (request: Request): void => {
      if (request.url().endsWith('status.json')) resolve();
    };
    page.on('requestfinished', done);
    page.on('requestfailed', done);
  });
  await page.goto(base + path, { waitUntil: 'load' });
  if (options.javaScriptEnabled === false) return page;
  await looked;
  await settled(page);
  return page;
}

/** What the script does with an answer, it does at once. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((resolve) => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); })',
  );
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}

async function expectNoViolations(page: Page): Promise<void> {
  expect(await page.evaluate('violations')).toEqual([]);
  // axe sets timers of its own, which must run.
  await page.clock.resume();
  expect(await violationsOn(page)).toEqual([]);
}

const iconOf = (page: Page): Promise<string | null> => page.locator('link[rel=icon]').getAttribute('href');
const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).innerText()).replaceAll(/\s+/g, ' ').trim();

describe('age', () => {
  test('what is fresh stays as it was built', async () => {
    for (const path of PAGES) {
      const page = await visit(path);
      expect(await page.title()).not.toContain('last');
      expect(await iconOf(page)).toContain('icon-operational.svg');
      expect(await page.locator('main').innerText()).not.toMatch(/last known/i);
      await expectNoViolations(page);
    }
    expect(await opened[0]!.locator('h1').getAttribute('data-state')).toBe('operational');
    expect(await textOf(opened[0]!, '.notice')).toBe('');
  });

  test('past staleAfter it is grey, and says how old it is', async () => {
    site.setClock(END + STALE + 10 * MINUTE);
    const page = await visit('');
    expect(await page.locator('h1').getAttribute('data-state')).toBe('stale');
    expect(await page.locator('.headline').getAttribute('class')).toBe('headline stale');
    expect(await iconOf(page)).toContain('icon-stale.svg');
    expect(await textOf(page, 'h1')).toBe('The last observations are 100 min old.');
    expect(await textOf(page, '.last-known')).toBe('Last known: All systems are operational.');
    await expectNoViolations(page);
  });

  test.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('past unknownAfter nothing is called operational: %s, %i px', async (colorScheme, width) => {
    site.setClock(END + 5 * HOUR);
    for (const path of PAGES) {
      const page = await visit(path, { colorScheme, viewport: { width, height: 800 } });
      expect(await iconOf(page)).toContain('icon-unknown.svg');
      expect(await page.title()).not.toMatch(/operational/i);
      await expectOnlyLastKnown(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await expectNoViolations(page);
    }
    const [home, service, map] = opened as [Page, Page, Page];
    expect(await home.locator('h1').getAttribute('data-state')).toBe('unknown');
    expect(await home.title()).toBe('The last observations are 5 h old · Fixture status');
    expect(await textOf(home, 'h1')).toBe('The last observations are 5 h old.');
    expect(await service.title()).toBe('Service 1: last known 5 h ago · Fixture status');
    expect(await textOf(service, '.headline')).toContain('The last observations are 5 h old.');
    expect(await textOf(service, '.headline')).toContain('last known: operational');
    expect(await textOf(map, '.lead')).toContain('The last observations are 5 h old.');
  });

  test('a page that is left open grows old', async () => {
    const page = await visit('');
    const headline = page.locator('h1');
    expect(await headline.getAttribute('data-state')).toBe('operational');
    for (const [hours, state] of [
      [2, 'stale'],
      [4, 'unknown'],
    ] as const) {
      site.setClock(END + hours * HOUR);
      await page.clock.fastForward(5 * MINUTE);
      await page.locator(`h1[data-state=${state}]`).waitFor();
      expect(await textOf(page, 'h1')).toBe(`The last observations are ${hours} h old.`);
      expect(await textOf(page, '.last-known')).toBe('Last known: All systems are operational.');
    }
    expect(await page.locator('.word').first().innerText()).toBe('last known: operational');
  });

  test.each([
    ['a day ahead', 24 * HOUR],
    ['a day behind', -24 * HOUR],
  ])('the visitor’s clock does not matter: %s', async (_, wrongBy) => {
    const fresh = await visit('', { clockAt: END + wrongBy });
    expect(await fresh.locator('h1').getAttribute('data-state')).toBe('operational');
    site.setClock(END + 5 * HOUR);
    const old = await visit('', { clockAt: END + wrongBy });
    expect(await textOf(old, 'h1')).toBe('The last observations are 5 h old.');
  });

  test.each([
    ['offline', null],
    ['no Date header', { body: '{}' }],
  ])('without the server’s clock the visitor’s is taken, and named: %s', async (_, status) => {
    const fresh = await visit('', { status });
    expect(await fresh.locator('h1').getAttribute('data-state')).toBe('operational');
    const old = await visit('', { status, clockAt: END + 5 * HOUR });
    expect(await old.locator('h1').getAttribute('data-state')).toBe('unknown');
    expect(await textOf(old, 'h1')).toBe('The last observations are 5 h old by your clock.');
  });

  test.each([
    ['no JSON', '<h1>Not found</h1>', 404],
    ['another document', '[1,2,3]', 200],
    ['nothing', '', 200],
    ['a wrong shape', '{"age":{"probedAt":"yesterday","staleAfter":"long","unknownAfter":null}}', 200],
    ['null', 'null', 200],
  ])('a status.json that cannot be read leaves the page’s own age: %s', async (_, body, code) => {
    const at = (ms: number) => ({ body, status: code, headers: { date: new Date(ms).toUTCString() } });
    const fresh = await visit('services/service-1/', { status: at(END + MINUTE), clockAt: END + 5 * HOUR });
    expect(await fresh.title()).toContain('operational');
    const old = await visit('', { status: at(END + 5 * HOUR) });
    expect(await old.locator('h1').getAttribute('data-state')).toBe('unknown');
  });

  test('newer observations than the page’s are told, and one press away', async () => {
    const newer = JSON.stringify({
      age: { probedAt: new Date(END + 30 * MINUTE).toISOString(), staleAfter: 5400, unknownAfter: 10_800 },
    });
    for (const path of PAGES) {
      const page = await visit(path, {
        status: { body: newer, headers: { date: new Date(END + 31 * MINUTE).toUTCString() } },
      });
      expect(await textOf(page, '[role=status].notice')).toBe('There are newer observations. Reload');
      expect(await page.title()).not.toContain('last');
      await expectNoViolations(page);
      const reload = page.locator('.notice a');
      expect(new URL((await reload.getAttribute('href'))!, page.url()).pathname).toBe(new URL(page.url()).pathname);
      await reload.click();
      await page.waitForURL(/\?\d+$/);
    }
  });

  test('a page whose own observations are old stays old when there are newer ones', async () => {
    const newer = JSON.stringify({
      age: { probedAt: new Date(END + 5 * HOUR).toISOString(), staleAfter: 5400, unknownAfter: 10_800 },
    });
    const page = await visit('', {
      status: { body: newer, headers: { date: new Date(END + 5 * HOUR).toUTCString() } },
    });
    expect(await page.locator('h1').getAttribute('data-state')).toBe('unknown');
    expect(await textOf(page, '.notice')).toContain('newer observations');
  });
});

/** Every state that is named is named as the last known one. */
async function expectOnlyLastKnown(page: Page): Promise<void> {
  const text = (await page.locator('main').evaluate((main) => main.textContent))!.replaceAll(/\s+/g, ' ');
  const bare = text.replaceAll(/last known: (?:\d+(?:\/\d+)? |All systems are |[\w -]+: )?operational/gi, '');
  expect(bare).not.toMatch(/operational/i);
  for (const word of await page.locator('.word').allTextContents()) expect(word).toMatch(/^last known|unknown|^not /);
}

describe('local times', () => {
  test.each([
    ['Europe/Berlin', '2026-11-20 12:00 UTC (13:00 UTC+0100)'],
    ['Asia/Kathmandu', '2026-11-20 12:00 UTC (17:45 UTC+0545)'],
    ['America/Los_Angeles', '2026-11-20 12:00 UTC (04:00 UTC-0800)'],
    ['Pacific/Kiritimati', '2026-11-20 12:00 UTC (Nov 21 02:00 UTC+1400)'],
    ['UTC', '2026-11-20 12:00 UTC'],
  ])('%s', async (timezoneId, shown) => {
    const page = await visit('', { timezoneId, locale: 'de-DE' });
    const time = page.locator('.fresh time').first();
    expect(await time.innerText()).toBe(shown);
    expect(await time.getAttribute('datetime')).toBe('2026-11-20T12:00:00.000Z');
  });
});

describe('the filter', () => {
  test('finds by name, group and state, says how many, and gives everything back', async () => {
    const page = await visit('');
    const box = page.getByLabel('Filter by name, group or state');
    const said = page.locator('output');
    const rows = page.locator('#services ~ * .row:visible');
    await box.focus();
    for (const [typed, count] of [
      ['SERVICE-1', 0],
      ['service 12', 1],
      ['group 2', 10],
      ['  Service 12 operational', 1],
      ['operational', 20],
      ['down', 0],
    ] as const) {
      await box.fill('');
      await page.keyboard.type(typed);
      expect([typed, await rows.count(), await said.innerText()]).toEqual([typed, count, `${count} of 20 services`]);
    }
    expect(await page.locator('.group:visible').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect([await rows.count(), await said.innerText()]).toEqual([20, '']);
    expect(await said.evaluate((output) => output.localName)).toBe('output');
    await expectNoViolations(page);
  });

  test('opens a closed group that holds what is looked for, and closes it again', async () => {
    const large = await fixtureSite({ services: 30, days: 2, everyMs: 30 * MINUTE, outageAtEnd: false, end: END });
    const page = await visit('', { base: large.address });
    const group = page.locator('.group').last();
    expect(await group.getAttribute('open')).toBe(null);
    await page.locator('#filter').fill('database 3');
    expect(await page.locator('#services ~ * .row:visible').allInnerTexts()).toHaveLength(1);
    await page.locator('#filter').fill('');
    expect(await group.getAttribute('open')).toBe(null);
    await large.close();
  });

  test('moves nothing when it comes to life', async () => {
    const page = await visit('');
    const shift = await page.evaluate(
      "new Promise((resolve) => { let sum = 0; new PerformanceObserver((list) => { for (const { value } of list.getEntries()) sum += value; }).observe({ type: 'layout-shift', buffered: true }); requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum))); })",
    );
    expect(shift).toBe(0);
  });
});

test('without scripts everything is there, and no box that does nothing', async () => {
  for (const path of PAGES) {
    const page = await visit(path, { javaScriptEnabled: false });
    expect(await page.locator('.filter:visible, .notice').count()).toBe(0);
    const text = await page.locator('main').innerText();
    expect(text).toContain('operational');
    if (path !== 'map/') expect(text).toContain('valid until 2026-11-20 13:30 UTC');
  }
});

test('without scripts and by the keyboard, a list is cut to what is in trouble', async () => {
  const troubled = await fixtureSite({ services: 20, days: 2, everyMs: 30 * MINUTE, outageAtEnd: true, end: END });
  const page = await visit('', { base: troubled.address, javaScriptEnabled: false });
  const words = page.locator('#services ~ * .row:visible .word');
  const all = await words.allInnerTexts();
  await page.locator('#troubled').focus();
  await page.keyboard.press('Space');
  const left = await words.allInnerTexts();
  expect(left.length).toBeGreaterThan(0);
  expect(left).toEqual(all.filter((word) => word !== 'operational'));
  expect(await page.locator('.group:visible').count()).toBe(1);
  await page.keyboard.press('Space');
  expect(await words.allInnerTexts()).toEqual(all);
  await troubled.close();
});
