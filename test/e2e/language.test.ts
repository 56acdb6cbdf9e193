/** The page in every language: no English left, valid, accessible, and nothing wider than its window. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { LANGUAGES, wordsIn } from '../../src/messages/catalogue.ts';
import { englishOnly } from '../messages/messages.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, openQuietly, visitQuietly } from './built-site.ts';
import { excessWidth, filesOf, problemsIn, violationsOn } from './page-checks.ts';
import { writePast } from './past-fixture.ts';

const SERVICE = 'services/service-14/';
const OPEN = 'incidents/2026-11-20-database-1/';
const KINDS = [
  '',
  'incidents/',
  OPEN,
  'incidents/2026-10/',
  'maintenance/',
  'map/',
  SERVICE,
  'services/external/',
  '404.html',
];
const WIDTHS = [1280, 360];
/** To look at all of them in all languages would take minutes. */
const ACCESSIBLE = new Set(['', SERVICE, OPEN, 'maintenance/', 'map/']);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

function siteIn(language: string): Promise<BuiltSite> {
  return buildSite(async (folder) => {
    const fixture = await writePast(folder, { url: 'https://example.github.io/repo', further: 30, days: 3 });
    const config = parse(await readFile(fixture.config, 'utf8'));
    config.page.language = language;
    // One of everything that has words of its own.
    config.services['service-4'].expectedHours = 'Mon-Fri 08:00-18:00 Europe/Berlin';
    Object.assign(config.services['service-14'], {
      objective: '99.9% over 30d',
      owner: '#platform',
      dependsOn: [
        'database-2',
        { anyOf: ['service-17', 'service-18'], need: 1 },
        { service: 'service-19', strength: 'soft' },
      ],
    });
    config.services.external = { name: 'External', description: 'Of others.' };
    await writeFile(fixture.config, stringify(config));
    return fixture;
  });
}

/** Of pages, files and entries; and the codes of states, which programs read. */
const ADDRESSES =
  /https?:[^\s)"]*|tag:\S*|\w+\.(?:atom|ics|json|rss)|operational, degraded, partial_outage, major_outage, maintenance, unknown/g;

/** What people read of a page: its texts, and the attributes that are read out or shown. */
function textOf(html: string): string {
  const attributes = [...html.matchAll(/\s(?:aria-label|title|alt|content|data-words)="([^"]*)"/g)].map(
    ([, text]) => text,
  );
  const texts = html
    .replace(/<head>.*<\/head>/s, (head) => /<title>.*<\/title>/.exec(head)![0])
    .replaceAll(/<[^>]*>/g, '\n');
  return [...attributes, texts]
    .join('\n')
    .replaceAll('&quot;', '"')
    .replaceAll(/[\u2068\u2069]/g, '')
    .replaceAll(ADDRESSES, '');
}

/** Names and texts of the fixture, which stay as people wrote them; and what is fixed in HTML. */
const OF_THE_FIXTURE =
  /Fixture status|A made-up constellation\.?|Database upgrade|Storage is moved to new disks|Certificates are renewed|Weekly restart|A disk is|full|We are making room|old logs are moved|Next word at|Does its part, number|Database \d|Service \d+|Group \d|External|Of others|width=device-width|no-referrer|summary_large_image|light dark/g;

describe.each(LANGUAGES.filter((language) => language !== 'en'))('%s', (language) => {
  const words = wordsIn(language);
  let site: BuiltSite;
  beforeAll(async () => {
    site = await siteIn(language);
  });
  afterAll(() => site.close());

  test('no English is left', async () => {
    const phrases = englishOnly(words).map((phrase) => ({
      phrase,
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}-])${phrase.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}-])`,
        'iu',
      ),
    }));
    expect(phrases.length).toBeGreaterThan(250);
    const files = (await filesOf(site.folder)).filter((file) =>
      /\.html$|^index\.md$|^llms\.txt$|^updates\.atom$/.test(file),
    );
    const left = new Map<string, string>();
    for (const file of files) {
      const source = await site.read(file);
      // Feeds' clients know the English words for states.
      const text = textOf(source.replaceAll(/&lt;strong&gt;.*?&lt;\/strong&gt;/g, '')).replaceAll(OF_THE_FIXTURE, '');
      for (const { phrase, pattern } of phrases) if (pattern.test(text)) left.set(phrase, file);
    }
    expect(Object.fromEntries(left)).toEqual({});
  });

  test('is valid HTML that says its language and direction', async () => {
    for (const path of KINDS) {
      const html = await site.read(path.replace(/\/$|^$/, '/index.html'));
      expect(await problemsIn(html), path).toEqual([]);
      expect(html).toContain(
        words.direction === 'rtl' ? `<html lang="${language}" dir="rtl">` : `<html lang="${language}">`,
      );
    }
  });

  test.each(WIDTHS)('fits a window of %i px', async (width) => {
    const look = { viewport: { width, height: 800 }, colorScheme: width === 360 ? 'dark' : 'light' } as const;
    for await (const { path, page } of visitQuietly(browser, site.address, KINDS, look)) {
      expect(await excessWidth(page), path).toBeLessThanOrEqual(0);
      if (width === WIDTHS[0] && ACCESSIBLE.has(path) && ['ar', 'ja'].includes(language)) {
        expect(await violationsOn(page), path).toEqual([]);
      }
    }
  });

  test('a page that is left open says its age', async () => {
    const at = Date.parse('2026-11-20T12:00:00Z');
    const said = async (minutes: number, path: string): Promise<string> => {
      site.setClock(at + minutes * 60_000);
      const { page } = await openQuietly(browser, site.address + path);
      await page.locator('main.faded').waitFor();
      const text = await page.locator('main').innerText();
      await page.context().close();
      return text.replaceAll(/[\u2068\u2069]/g, '');
    };
    const stale = await said(115, '');
    expect(stale).toContain(words.age.old(words.span({ unit: 'minute', count: 115 })));
    expect(stale).toContain(words.lastKnownSentence.trim());
    expect(stale).toContain(`${words.lastKnown}${words.states.operational}`);
    expect(await said(3 * 1440, SERVICE)).toContain(words.age.old(words.span({ unit: 'day', count: 3 })));
    const found = englishOnly(words).filter((phrase) => / (known|old|ago)$|^(last|newer) /i.test(phrase));
    expect(found.filter((phrase) => stale.includes(phrase))).toEqual([]);
  });
});
