/** A page built in the middle of an outage and read when its observations are old: nothing has a colour of the present. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { addIncidents } from '../../src/history/event-folders.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { writeFixture } from '../fixture.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, type SiteFiles } from './built-site.ts';

const END = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;

/** Whatever is visible in the colour of a state that somebody has now, as `tag.class colour`. Of the past they stay. */
const COLOURS = `(() => {
  const palette = new Map();
  const probe = document.body.appendChild(document.createElement('i'));
  for (const state of ['operational', 'degraded', 'partial', 'major', 'maintenance'])
    for (const name of [state, state + '-tint']) {
      probe.style.setProperty('color', 'var(--' + name + ')');
      palette.set(getComputedStyle(probe).color, name);
    }
  probe.remove();
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.strip, .chart, symbol, .map-key:has(.maintenance)') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const looks = ['backgroundColor', 'borderInlineStartColor', 'fill', 'stroke'].map((name) => style[name]);
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (hasText || element.matches('use, .icon')) looks.push(style.color);
    const states = [...new Set(looks)].flatMap((colour) => palette.get(colour) ?? []);
    if (states.length > 0) found.push(element.tagName.toLowerCase() + '.' + element.getAttribute('class') + ' ' + states);
  }
  return [...new Set(found)];
})()`;

/** A database is down and much through it, which is an incident; something else is in maintenance. */
async function writeTrouble(folder: string, builtAt: number): Promise<SiteFiles> {
  const options = { services: 12, days: 3, everyMs: HOUR / 2, outageAtEnd: true, end: END };
  const fixture = await writeFixture(folder, options);
  const config = parse(await readFile(fixture.config, 'utf8'));
  config.services['service-2'].dependsOn = [{ service: 'database-1', strength: 'soft' }];
  config.services['service-11'].probes = [];
  config.maintenance = [
    { title: 'New disks', services: ['database-2'], start: '2026-11-20T11:00:00Z', end: '2026-11-20T23:00:00Z' },
  ];
  await writeFile(fixture.config, stringify(config));
  await addIncidents(fixture.history, () => [OPENED]);
  return { ...fixture, end: builtAt };
}

const OPENED: IncidentEvent = {
  v: 1,
  by: 'vedette',
  incident: '2026-11-20-database-1',
  id: '2026-11-20-database-1/1-opened',
  t: END / 1000 - 1800,
  kind: 'opened',
  status: 'investigating',
  impact: 'critical',
  since: END / 1000 - 3600,
  cause: 'database-1',
  chain: ['service-1', 'database-1'],
  services: [{ id: 'database-1', state: 'major_outage', since: END / 1000 - 3600 }],
};

describe.each([
  ['built before, read when it is unknown', END, END + 5 * HOUR],
  ['built when it was stale', END + 2 * HOUR, END + 2 * HOUR],
])('%s', (_, builtAt, readAt) => {
  let site: BuiltSite;
  let browser: Browser;
  let page: Page;
  let paths: string[];
  beforeAll(async () => {
    site = await buildSite((folder) => writeTrouble(folder, builtAt));
    browser = await launchBrowser();
    page = await browser.newPage();
    const files = await readdir(site.folder, { recursive: true });
    paths = files.filter((path) => path.endsWith('index.html')).map((path) => path.replace('index.html', ''));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  const coloursOf = async (path: string, at: number): Promise<string[]> => {
    site.setClock(at);
    await page.goto(site.address + path);
    if (at !== END) await page.locator('main.faded').waitFor();
    return page.evaluate(COLOURS);
  };

  test.runIf(builtAt === END)(
    'while it is fresh, home and the map show the outage: there is something to find',
    async () => {
      expect(await coloursOf('', END)).toContainEqual(expect.stringContaining('major'));
      expect(await coloursOf('map/', END)).toContain('path.chain major');
    },
  );

  test('no page has the colour of a state', async () => {
    const found = [];
    for (const path of paths) found.push(...(await coloursOf(path, readAt)).map((what) => `${path}  ${what}`));
    expect(paths.length).toBeGreaterThan(10);
    expect(found).toEqual([]);
  });
});
