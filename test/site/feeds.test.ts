import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { documentsOf } from '../../src/site/documents/documents.ts';
import { xmlText } from '../../src/site/feeds/xml.ts';
import type { Site } from '../../src/site/site.ts';
import { atomItems, parseXml, problemsInAtom, problemsInItems, problemsInRss, rssItems } from './feed-rules.ts';
import { eventOf, NOON, siteOf } from './world.ts';

const SOURCE = `
page: { title: Example status, url: "https://example.github.io/repo" }
services:
  shop: { name: Shop, dependsOn: [db], probes: [{ http: "https://shop.example/" }] }
  db: { name: Database, probes: [{ tcp: "db.example:5432" }] }
  other: https://other.example
`;
const ROOT = 'https://example.github.io/repo/';
const down: Partial<IncidentEvent> = {
  cause: 'db',
  services: [{ id: 'db', state: 'major_outage' }],
  impact: 'critical',
};

const EVENTS: IncidentEvent[] = [
  eventOf('2026-11-20-database', -50, { ...down, evidence: 'connection refused', since: NOON / 1000 - 3600 }),
  eventOf('2026-11-20-database', -40, { kind: 'identified', status: 'identified', cause: 'db', share: 1 }),
  eventOf('2026-11-20-database', -30, {
    kind: 'update',
    by: 'person',
    author: 'Ada',
    text: 'We *replace* the disk, see [our notes](notes/disk) and [more](https://example.org/?a=1&b=2).\n\n- soon',
  }),
  eventOf('2026-11-20-database', -10, {
    kind: 'resolved',
    status: 'resolved',
    reason: 'recovered',
    since: NOON / 1000 - 3600,
    end: NOON / 1000 - 900,
  }),
];

function textOf(site: Site, path: string): string {
  const document = documentsOf(site).find((one) => one.path === path);
  if (!document) throw new Error(`there is no ${path}`);
  return document.text();
}

test('an incident is one entry, its updates newest first, in every format', () => {
  const site = siteOf({ source: SOURCE, events: EVENTS });
  const [entry, ...others] = atomItems(textOf(site, 'history.atom'));
  expect(others).toEqual([]);
  expect(entry).toMatchInlineSnapshot(`
    {
      "html": "<p><small>2026-11-20 11:50 UTC</small><br><strong>Resolved</strong> - Recovered at 11:45 UTC after 45 min.</p>
    <p><small>2026-11-20 11:30 UTC</small><br><strong>Identified</strong> - We <em>replace</em> the disk, see <a href="https://example.github.io/repo/notes/disk">our notes</a> and <a href="https://example.org/?a=1&amp;b=2">more</a>.</p>
    <ul>
    <li>soon</li>
    </ul>
    <p><small>2026-11-20 11:20 UTC</small><br><strong>Identified</strong> - Probable cause is Database.</p>
    <p><small>2026-11-20 11:10 UTC</small><br><strong>Investigating</strong> - Database is down: connection refused.</p>",
      "id": "tag:example.github.io,2005:Incident/2026-11-20-database",
      "link": "https://example.github.io/repo/incidents/2026-11-20-database/",
      "published": "2026-11-20T11:10:00Z",
      "title": "Database is down",
      "updated": "2026-11-20T11:50:00Z",
    }
  `);
  const [item] = rssItems(textOf(site, 'history.rss'));
  expect(item).toEqual({
    ...entry,
    published: 'Fri, 20 Nov 2026 11:10:00 GMT',
    updated: 'Fri, 20 Nov 2026 11:10:00 GMT',
  });
  const [json] = JSON.parse(textOf(site, 'feed.json')).items;
  expect([json.id, json.url, json.content_html]).toEqual([entry!.id, entry!.link, entry!.html]);
});

test('an update is one entry of its own', () => {
  const site = siteOf({ source: SOURCE, events: EVENTS });
  const text = textOf(site, 'updates.atom');
  expect(atomItems(text).map(({ id, title, updated }) => `${updated} ${id} ${title}`)).toMatchInlineSnapshot(`
    [
      "2026-11-20T11:50:00Z tag:example.github.io,2005:Update/2026-11-20-database/-10-resolved Resolved: Database is down",
      "2026-11-20T11:30:00Z tag:example.github.io,2005:Update/2026-11-20-database/-30-update Identified: Database is down",
      "2026-11-20T11:20:00Z tag:example.github.io,2005:Update/2026-11-20-database/-40-identified Identified: Database is down",
      "2026-11-20T11:10:00Z tag:example.github.io,2005:Update/2026-11-20-database/-50-opened Investigating: Database is down",
    ]
  `);
  expect(parseXml(text).documentElement!.getElementsByTagName('id')[0]!.textContent).toBe(
    'tag:example.github.io,2005:/updates',
  );
});

describe('every feed keeps the rules', () => {
  const paths = ['', 'services/db/', 'services/shop/', 'services/other/'];
  const cases = [
    ['of a page with an address', SOURCE, EVENTS, ROOT],
    ['without incidents', SOURCE, [], ROOT],
    [
      'of a page without an address',
      'services: { db: { probes: [] }, shop: { probes: [] }, other: { probes: [] } }',
      EVENTS,
      undefined,
    ],
  ] as const;
  test.each(cases)('%s', (_, source, events, root) => {
    const site = siteOf({ source, events });
    for (const path of paths) {
      const rules = (file: string) => ({ now: NOON, ...(root && { self: `${root}${path}${file}` }) });
      expect(problemsInAtom(textOf(site, `${path}history.atom`), rules('history.atom'))).toEqual([]);
      expect(problemsInAtom(textOf(site, `${path}updates.atom`), rules('updates.atom'))).toEqual([]);
      expect(problemsInRss(textOf(site, `${path}history.rss`), rules('history.rss'))).toEqual([]);
      expect(problemsInJsonFeed(textOf(site, `${path}feed.json`), root && `${root}${path}feed.json`)).toEqual([]);
    }
  });
});

test('a service has the incidents that concern it', () => {
  const site = siteOf({ source: SOURCE, events: EVENTS });
  expect(atomItems(textOf(site, 'services/db/history.atom'))).toHaveLength(1);
  expect(atomItems(textOf(site, 'services/db/updates.atom'))).toHaveLength(4);
  expect(atomItems(textOf(site, 'services/other/history.atom'))).toEqual([]);
});

test('what is still to come is not told, and comes when its time has', () => {
  const events = [...EVENTS, eventOf('2026-11-20-database', 5, { kind: 'update', by: 'person', text: 'Later.' })];
  const ahead = [...events, eventOf('2026-11-21-announced', 60, { by: 'person', title: 'Announced', text: 'Soon.' })];
  const now = siteOf({ source: SOURCE, events: ahead });
  expect(textOf(now, 'history.atom')).toBe(textOf(siteOf({ source: SOURCE, events: EVENTS }), 'history.atom'));
  expect(atomItems(textOf(now, 'updates.atom'))).toHaveLength(4);
  const later = siteOf({ source: SOURCE, events: ahead, now: NOON + 600_000 });
  expect(atomItems(textOf(later, 'updates.atom'))).toHaveLength(5);
  expect(atomItems(textOf(later, 'history.atom'))[0]!.updated).toBe('2026-11-20T12:05:00Z');
});

test('nothing new is the same bytes, whenever it is built', () => {
  const rounds = [{ 'db/tcp': 'up 10', 'shop/http': 'up 20' }];
  const [early, late] = [0, 1e9].map((ms) => siteOf({ source: SOURCE, events: EVENTS, rounds, now: NOON + ms }));
  const isFeed = (path: string): boolean => /\.(atom|rss|ics)$|feed\.json$/.test(path);
  const texts = (site: Site) =>
    documentsOf(site)
      .filter(({ path }) => isFeed(path))
      .map((document) => document.text());
  expect(texts(late!)).toEqual(texts(early!));
});

test('ids do not change with names, titles and the order of services', () => {
  const other = SOURCE.replace('name: Database', 'name: Postgres').replace('Example status', 'Status of Example');
  const ids = (source: string) =>
    atomItems(textOf(siteOf({ source, events: EVENTS }), 'updates.atom')).map(({ id }) => id);
  expect(ids(other)).toEqual(ids(SOURCE));
});

const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  ']]> <![CDATA[ &amp; &#0; &lt;b&gt; <!-- --> <?php ?>',
  'control \u0000\u0007\u001b\u0085 \ufffe\uffff half \ud83d pair',
  'direction \u202egnp.exe\u2066',
  '[x](javascript:alert(1)) ![y](https://tracker.example/p.gif) <https://ok.example/> [z](//other.example/q) [](data:text/html,x)',
  '[a]: javascript:alert(1)\n[a] `code` **bold** "quoted\' <a href="javascript:alert(1)">q</a>',
  `${'long '.repeat(20_000)}`,
  `[r]: https://example.org/${'r'.repeat(1500)}\n${'[r]'.repeat(700)}`,
  '# heading\n\n> quote\n\n1. one\n\n---\n\n    code <b>',
];

test.each(HOSTILE.map((text) => [text.slice(0, 40), text]))('hostile text is shown as text: %s', (_, text) => {
  const line = text.replaceAll(/[\n\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ').slice(0, 100_000);
  const source = SOURCE.replace('name: Database', `name: ${JSON.stringify(line)}`).replace(
    'Example status',
    JSON.stringify(line),
  );
  const site = siteOf({
    source,
    events: [
      eventOf('evil', -30, { ...down, evidence: text.slice(0, 300) }),
      eventOf('evil', -20, { kind: 'update', by: 'person', text: text.slice(0, 20_000), author: text.slice(0, 200) }),
      eventOf('evil-too', -10, {
        by: 'person',
        title: text.slice(0, 300),
        text: text.slice(0, 20_000),
        ...down,
        id: 'a <"\u0001] & b',
      }),
    ],
  });
  for (const file of ['history.atom', 'updates.atom']) {
    expect(problemsInAtom(textOf(site, file), { self: `${ROOT}${file}`, now: NOON })).toEqual([]);
  }
  expect(problemsInRss(textOf(site, 'history.rss'), { self: `${ROOT}history.rss`, now: NOON })).toEqual([]);
  expect(problemsInJsonFeed(textOf(site, 'feed.json'), `${ROOT}feed.json`)).toEqual([]);
  expect(textOf(site, 'history.atom')).not.toMatch(/<(script|img)/i);
});

test('feeds stay small, however much there is to say', () => {
  const events = Array.from({ length: 300 }, (_, n) => {
    const id = `2026-${n}`;
    const words = { by: 'person', text: `${n} ${'<&> *so* much '.repeat(1000)}` } as const;
    return [
      eventOf(id, n - 10_000, { ...down, by: 'person', title: `Number ${n}` }),
      ...Array.from({ length: 5 }, (_, m) => eventOf(id, n - 9000 + m * 400, { ...words, kind: 'update' })),
    ];
  }).flat();
  const site = siteOf({ source: SOURCE, events });
  for (const path of ['history.atom', 'history.rss', 'feed.json', 'updates.atom']) {
    expect(textOf(site, path).length, path).toBeLessThan(1_500_000);
  }
  expect(atomItems(textOf(site, 'history.atom')).length).toBeGreaterThan(5);
  expect(atomItems(textOf(site, 'history.atom'))[0]!.html).toContain(
    'Earlier updates are on the page of the incident.',
  );
});

test('any text at all becomes well-formed XML that says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const read = parseXml(`<a b="${xmlText(text)}">${xmlText(text)}</a>`).documentElement!.textContent!;
      const visible = (source: string) => source.toWellFormed().replaceAll(/[\p{Cc}\ufffe\uffff]/gu, '');
      return visible(read) === visible(text);
    }),
  );
});

/** https://www.jsonfeed.org/version/1.1/ in JSON Schema. */
const feedSchema = {
  type: 'object',
  required: ['version', 'title', 'items'],
  properties: {
    version: { const: 'https://jsonfeed.org/version/1.1' },
    title: { type: 'string', minLength: 1 },
    home_page_url: { type: 'string', pattern: '^https?://' },
    feed_url: { type: 'string', pattern: '^https?://' },
    description: { type: 'string' },
    language: { type: 'string' },
    authors: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'content_html', 'date_published', 'date_modified'],
        properties: {
          id: { type: 'string' },
          url: { type: 'string', pattern: '^https?://' },
          title: { type: 'string' },
          content_html: { type: 'string' },
          date_published: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
          date_modified: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
          tags: { type: 'array', items: { type: 'string' } },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
const isJsonFeed = new Ajv().compile(feedSchema);

function problemsInJsonFeed(text: string, self: string | undefined): string[] {
  const feed = JSON.parse(text);
  if (!isJsonFeed(feed)) return [JSON.stringify(isJsonFeed.errors)];
  const { items, feed_url } = feed as { items: Record<string, string>[]; feed_url?: string };
  const read = items.map(
    ({ id = '', title = '', content_html = '', date_published = '', date_modified = '', url = '' }) => ({
      id,
      title,
      html: content_html,
      published: date_published,
      updated: date_modified,
      link: url,
    }),
  );
  return [...(feed_url === self ? [] : [`feed_url ${feed_url}`]), ...problemsInItems(read, NOON, self !== undefined)];
}
