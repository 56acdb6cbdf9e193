/** Texts that want to be more than text, from services.yml and from the history, on home and service pages. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { writeFixture } from '../fixture.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly } from './built-site.ts';

const EVIL = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '</title></svg></bdi><base href="https://evil.example/">',
  '[click](javascript:window.pwned=1) ![x](https://evil.example/x.png) <javascript:alert(1)>',
  '{{constructor.constructor("window.pwned=1")()}} $${window.pwned=1}',
].join(' ');
/** Refused in services.yml; in the history they may stand. */
const DISGUISED = `\u202egnp.exe\u202c \u2066x\u2069 \u0007\u001b[31m\u0000 ${EVIL}`;
const LONG = 'W'.repeat(100_000);
const AT = Date.parse('2026-11-20T12:00:00Z');

let browser: Browser;
let site: BuiltSite;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await buildSite(async (folder) => {
    const files = await writeFixture(folder, { services: 12, days: 2, everyMs: 1_800_000, outageAtEnd: true });
    const source = parse(await readFile(files.config, 'utf8'));
    source.page = {
      title: EVIL,
      description: LONG,
      links: [{ label: EVIL, url: 'https://example.org/"><script>window.pwned=1</script>' }],
      support: { label: LONG, url: 'mailto:a@example.org?subject=%22%3E<script>' },
    };
    const [database, ...others] = Object.values(source.services) as Record<string, unknown>[];
    Object.assign(database!, texts(EVIL), { probes: [{ tcp: '127.0.0.1:1', name: 'tcp', notes: EVIL }] });
    Object.assign(others[0]!, texts(LONG));
    Object.assign(others[1]!, texts('مرحبا بالعالم <b>'));
    source.maintenance = [
      { title: EVIL, services: ['database-1'], start: '2026-11-20T11:00Z', duration: '2h', message: EVIL },
      { title: LONG, services: ['service-1'], start: '2026-11-21T11:00Z', duration: '2h' },
    ];
    await writeFile(files.config, stringify(source));
    await mkdir(join(files.history, 'incidents'), { recursive: true });
    const event = { v: 1, incident: '2026-11-20-evil', by: 'person', author: DISGUISED.slice(0, 200) };
    await writeFile(
      join(files.history, 'incidents', '2026.ndjson'),
      [
        {
          ...event,
          id: '2026-11-20-evil/1',
          t: AT / 1000 - 60,
          kind: 'opened',
          title: DISGUISED.slice(0, 300),
          text: DISGUISED,
        },
        { ...event, id: '2026-11-20-evil/2', t: AT / 1000 - 30, kind: 'update', text: LONG.slice(0, 20_000) },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
    return files;
  });
});
afterAll(async () => {
  await site.close();
  await browser.close();
});

const texts = (text: string) => ({
  name: text,
  description: text,
  group: text,
  owner: text,
  notes: text,
  links: { [text]: 'https://example.org/' },
});

test.each([
  ['', 360, 30_000],
  ['', 1280, 30_000],
  ['services/database-1/', 360, 20_000],
  ['services/service-1/', 360, 20_000],
  ['services/service-1/', 1280, 20_000],
  ['services/service-2/', 360, 20_000],
  ['map/', 360, 30_000],
] as const)('/%s at %i px', async (path, width, maxBytes) => {
  const { page, complaints } = await openQuietly(browser, site.address + path, { viewport: { width, height: 800 } });
  expect(await page.evaluate('window.pwned')).toBe(undefined);
  expect(
    await page.locator('script:not([defer]), base, main img, .bottom img, [href^="javascript" i], [onerror]').count(),
  ).toBe(0);
  expect(complaints).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  expect(await page.content()).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
  const built = await site.read(`${path}index.html`);
  expect(built.length).toBeLessThan(400_000);
  expect(gzipSync(built).length).toBeLessThan(maxBytes);
  await page.context().close();
});

test('what was written is shown as it was written', async () => {
  const { page } = await openQuietly(browser, `${site.address}services/database-1/`);
  expect(await page.locator('h1').innerText()).toContain('<script>window.pwned = 1</script>');
  expect(await page.locator('main').innerText()).toContain('<img src=x onerror="window.pwned = 1">');
  await page.goto(`${site.address}services/service-1/`);
  expect(await page.locator('h1').innerText()).toMatch(/^W{120}… \(cut\)$/);
  await page.context().close();
});

test('programs get it bounded, too', async () => {
  const status = await site.read('status.json');
  expect(JSON.parse(status).services).toHaveLength(12);
  expect(status.length).toBeLessThan(150_000);
});
