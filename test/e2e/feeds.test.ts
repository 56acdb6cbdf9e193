import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { checkSchema, statusSchema } from '../../src/site/documents/schemas.ts';
import { writeFixture } from '../fixture.ts';
import { atomItems, type FeedItem, problemsInAtom, problemsInRss } from '../site/feed-rules.ts';
import { parseMetrics } from '../site/open-metrics.ts';
import { eventOf, NOON } from '../site/world.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite } from './built-site.ts';

const ROOT = 'https://example.github.io/repo/';
const SOURCE = {
  page: { title: 'Example status', url: ROOT },
  services: {
    shop: { dependsOn: ['db'], probes: [{ tcp: '127.0.0.1:1' }] },
    db: { probes: [{ tcp: '127.0.0.1:2' }] },
    disk: { probes: [{ tcp: '127.0.0.1:3' }] },
  },
  maintenance: [{ title: 'Upgrade', services: ['db'], start: '2026-12-01T02:00:00Z', duration: '2h' }],
};

const STORY: IncidentEvent[] = [
  eventOf('2026-11-20-db', -60, { cause: 'db', services: [{ id: 'db', state: 'major_outage' }], impact: 'critical' }),
  eventOf('2026-11-20-db', -50, { kind: 'cause', cause: 'disk', share: 1, status: 'identified' }),
  eventOf('2026-11-20-db', -40, { kind: 'update', by: 'person', author: 'Ada', text: 'We *replace* the disk.' }),
  eventOf('2026-11-20-db', -10, {
    kind: 'resolved',
    status: 'resolved',
    reason: 'recovered',
    since: NOON / 1000 - 3600,
    end: NOON / 1000 - 900,
  }),
];

/** The page as it is built a minute after the newest of the events. */
function siteAfter(events: readonly IncidentEvent[], source: object = SOURCE): Promise<BuiltSite> {
  return buildSite(async (folder) => {
    const history = join(folder, 'history');
    const config = join(folder, 'services.yml');
    await mkdir(join(history, 'incidents'), { recursive: true });
    await writeFile(config, stringify(source));
    for (const event of events) await appendFile(join(history, 'incidents/2026.ndjson'), `${JSON.stringify(event)}\n`);
    return { config, history, end: (events.at(-1)?.t ?? NOON / 1000) * 1000 + 60_000 };
  });
}

test('a reader who polls through an incident sees every update once, and the incident as one entry', async () => {
  const posted: string[] = [];
  const changes: string[] = [];
  const known = new Map<string, FeedItem>();
  for (let told = 0; told <= STORY.length; told += 1) {
    const site = await siteAfter(STORY.slice(0, told));
    const fetched = async (path: string) => (await fetch(site.address + path)).text();
    for (const { id, title } of atomItems(await fetched('updates.atom')).reverse()) {
      if (!known.has(id)) posted.push(title);
      known.set(id, known.get(id) ?? ({} as FeedItem));
    }
    for (const item of atomItems(await fetched('history.atom'))) {
      const before = known.get(item.id);
      if (before?.updated !== item.updated)
        changes.push(`${item.id} ${item.updated} ${/<strong>(\w+)/.exec(item.html)?.[1]}`);
      if (before) expect([item.published, item.link]).toEqual([before.published, before.link]);
      known.set(item.id, item);
    }
    await site.close();
  }
  expect(posted).toMatchInlineSnapshot(`
    [
      "Investigating: Db is down",
      "Identified: Disk is down",
      "Identified: Disk is down",
      "Resolved: Disk is down",
    ]
  `);
  expect(changes).toMatchInlineSnapshot(`
    [
      "tag:example.github.io,2005:Incident/2026-11-20-db 2026-11-20T11:00:00Z Investigating",
      "tag:example.github.io,2005:Incident/2026-11-20-db 2026-11-20T11:10:00Z Identified",
      "tag:example.github.io,2005:Incident/2026-11-20-db 2026-11-20T11:20:00Z Identified",
      "tag:example.github.io,2005:Incident/2026-11-20-db 2026-11-20T11:50:00Z Resolved",
    ]
  `);
});

describe('what is built below a base path', () => {
  let site: BuiltSite;
  let again: BuiltSite;
  const evil = '<script>alert(1)</script> ]]> &amp; [x](javascript:alert(1))';
  const secret = 'c0rrect-h0rse';
  const http = {
    url: `https://ada:${secret}@a.example/?k=${secret}`,
    headers: { 'x-key': '${VEDETTE_E2E_SECRET}' },
    body: secret,
  };
  const closed = { probes: [{ http }] };
  const events = [
    ...STORY,
    eventOf('evil', -5, { by: 'person', title: evil, text: `${evil} \u0000\u202e`, author: evil }),
  ];
  const source = {
    ...SOURCE,
    page: { title: evil, url: ROOT },
    services: { ...SOURCE.services, db: { name: evil }, closed },
  };
  const feeds = ['', 'services/db/'].flatMap((folder) =>
    ['history.atom', 'updates.atom', 'history.rss', 'feed.json'].map((file) => folder + file),
  );
  beforeAll(async () => {
    process.env.VEDETTE_E2E_SECRET = secret;
    [site, again] = [await siteAfter(events, source), await siteAfter(events, source)];
  });
  afterAll(() => Promise.all([site.close(), again.close()]));

  test('keeps the rules of feeds', async () => {
    for (const path of feeds) {
      const rules = { self: ROOT + path, now: NOON };
      if (path.endsWith('.atom')) expect(problemsInAtom(await site.read(path), rules), path).toEqual([]);
      if (path.endsWith('.rss')) expect(problemsInRss(await site.read(path), rules), path).toEqual([]);
      if (path.endsWith('.json')) expect(JSON.parse(await site.read(path)).feed_url).toBe(ROOT + path);
    }
  });

  test('is XML to a browser, too, and nothing in it runs', async () => {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    for (const path of feeds.filter((path) => !path.endsWith('.json'))) {
      const text = JSON.stringify(await site.read(path));
      const elements = `new DOMParser().parseFromString(${text}, 'application/xml').querySelectorAll('parsererror, script').length`;
      expect(await page.evaluate(elements), path).toBe(0);
      const contents = `[...new DOMParser().parseFromString(${text}, 'application/xml').querySelectorAll('content, item > description')]
        .map((content) => new DOMParser().parseFromString(content.textContent, 'text/html'))
        .flatMap((html) => [...html.querySelectorAll('script, img, [href^=javascript]')]).length`;
      expect(await page.evaluate(contents), path).toBe(0);
    }
    await browser.close();
  });

  test('is found from every page', async () => {
    for (const [path, count] of [
      ['', 5],
      ['services/db/', 9],
    ] as const) {
      const html = await (await fetch(site.address + path)).text();
      const links = [...html.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]*" href="([^"]+)"/g)];
      const found = links.filter(([, type]) => type !== 'application/json');
      expect(found).toHaveLength(count);
      for (const [, type, href] of found) {
        const url = new URL(href!, site.address + path);
        expect(url.href.startsWith(site.address)).toBe(true);
        expect((await fetch(url)).status, `${type} ${url}`).toBe(200);
      }
    }
  });

  test('fits its schemas and grammars', async () => {
    expect(statusSchema.safeParse(JSON.parse(await site.read('status.json'))).error?.issues).toBeUndefined();
    const check = JSON.parse(await site.read('api/checks/shop/tcp.json'));
    expect(checkSchema.safeParse(check).error?.issues).toBeUndefined();
    expect(parseMetrics(await site.read('metrics')).problems).toEqual([]);
    const root = new URL('../../', import.meta.url);
    expect(await site.read('services.schema.json')).toBe(await readFile(new URL('services.schema.json', root), 'utf8'));
    for (const name of ['status', 'check', 'badge'])
      expect(await site.read(`schemas/${name}.json`)).toContain('"$schema"');
  });

  test('shows a badge as a picture', async () => {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(`${site.address}badges/db.svg`);
    const badge = page.locator('svg');
    expect(await badge.locator('title').textContent()).toContain('script');
    expect(await page.evaluate('document.querySelectorAll("script, a, image").length')).toBe(0);
    const ends = await page.evaluate(
      `[...document.querySelectorAll('text')].map((text) => text.getBBox()).map(({ x, width }) => x + width)`,
    );
    const width = Number(await badge.getAttribute('width'));
    for (const end of ends as number[]) expect(end).toBeLessThan(width);
    await browser.close();
  });

  test('is the same bytes when it is built again, and none of them a secret', async () => {
    const files = await readdir(site.folder, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => relative(site.folder, join(file.parentPath, file.name)));
    expect(paths).toEqual(
      expect.arrayContaining([...feeds, 'maintenance.ics', 'metrics', 'badges/db-uptime.svg', 'index.md']),
    );
    for (const path of paths) {
      const text = await site.read(path);
      expect(await again.read(path), path).toBe(text);
      expect(text, path).not.toContain(secret);
    }
  });
});

test('a page without incidents and address has feeds', async () => {
  const site = await buildSite((folder) =>
    writeFixture(folder, { services: 3, days: 2, everyMs: 1_800_000, outageAtEnd: false }),
  );
  expect(problemsInAtom(await site.read('history.atom'), { now: NOON })).toEqual([]);
  expect(await site.read('maintenance.ics')).toContain('METHOD:PUBLISH');
  await site.close();
});
