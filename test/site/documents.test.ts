import { Ajv2020 } from 'ajv/dist/2020.js';
import { micromark } from 'micromark';
import { describe, expect, test } from 'vitest';
import { cardSvg } from '../../src/site/card.ts';
import { badgeSvg, overallBadge, serviceBadge } from '../../src/site/documents/badge.ts';
import { documentsOf } from '../../src/site/documents/documents.ts';
import { badgeSchema, checkSchema, statusSchema } from '../../src/site/documents/schemas.ts';
import { shownSettings } from '../../src/site/documents/shown-settings.ts';
import type { Site } from '../../src/site/site.ts';
import { statusDocument } from '../../src/site/status-document.ts';
import { parseXml } from './feed-rules.ts';
import { parseMetrics } from './open-metrics.ts';
import { eventOf, NOON, siteOf } from './world.ts';

const SOURCE = `
page: { title: Example status, url: "https://example.github.io/repo/" }
services:
  shop: { name: Shop, dependsOn: [db], probes: [{ http: "https://shop.example/" }] }
  db: { name: Database, probes: [{ tcp: "db.example:5432" }] }
  provider: { probes: [] }
`;
const UP = { 'shop/http': 'up 80', 'db/tcp': 'up 10' };
const DOWN = { 'shop/http': 'down', 'db/tcp': 'down' };
const MINUTE = 60_000;

function textOf(site: Site, path: string): string {
  const document = documentsOf(site).find((one) => one.path === path);
  if (!document) throw new Error(`there is no ${path}`);
  return document.text();
}

function badgesOf(site: Site) {
  return [overallBadge(site), ...site.services.map((service) => serviceBadge(service, site))].map(
    ({ label, message, state }) => `${label}: ${message} (${state})`,
  );
}

test('the picture for chats says how old the data is', () => {
  const rounds = [UP, UP, UP];
  const cardAt = (now: number): string => cardSvg(siteOf({ source: SOURCE, rounds, now }));
  const textIn = (svg: string): string => svg.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(textIn(cardAt(NOON + MINUTE))).toContain('is operational');
  for (const now of [NOON + 20 * MINUTE, NOON + 40 * MINUTE]) {
    expect(textIn(cardAt(now))).toContain('The last observations');
    expect(cardAt(now)).not.toMatch(/operational|#17724a/);
  }
});

describe('badges', () => {
  const rounds = [UP, UP, UP];

  test('say what is', () => {
    expect(badgesOf(siteOf({ source: SOURCE, rounds }))).toEqual([
      'Example status: operational (operational)',
      'Shop: operational (operational)',
      'Database: operational (operational)',
      'Provider: unknown (unknown)',
    ]);
    expect(badgesOf(siteOf({ source: SOURCE, rounds: [UP, DOWN, DOWN] }))[2]).toBe('Database: down (major_outage)');
  });

  test('are not green when the data is old', () => {
    expect(badgesOf(siteOf({ source: SOURCE, rounds, now: NOON + 20 * MINUTE }))).toEqual([
      'Example status: last known: operational (stale)',
      'Shop: last known: operational (stale)',
      'Database: last known: operational (stale)',
      'Provider: unknown (unknown)',
    ]);
    const old = siteOf({ source: SOURCE, rounds, now: NOON + 40 * MINUTE });
    expect(badgesOf(old)).toEqual([
      'Example status: unknown (unknown)',
      'Shop: unknown (unknown)',
      'Database: unknown (unknown)',
      'Provider: unknown (unknown)',
    ]);
    const badges = documentsOf(old).filter(({ path }) => path.startsWith('badges/'));
    expect(badges).toHaveLength(2 + 3 * 3);
    for (const { text } of badges) expect(text()).not.toMatch(/#1a7f4b|operational/);
  });

  test('say so when there is no data at all', () => {
    const svg = textOf(siteOf({ source: SOURCE }), 'badges/overall.svg');
    expect(svg).toContain('<title>Example status: unknown; no observations yet</title>');
  });

  test('are accessible pictures that say of when they are', () => {
    const svg = textOf(siteOf({ source: SOURCE, rounds }), 'badges/db-uptime.svg');
    const root = parseXml(svg).documentElement!;
    expect([root.getAttribute('role'), root.firstChild!.textContent]).toEqual([
      'img',
      'Database: operational, 100 %; as of 2026-11-20 12:00 UTC, valid until 2026-11-20 12:15 UTC',
    ]);
    expect(svg.length).toBeLessThan(1000);
    expect(svg).not.toMatch(/<script|<style|\sstyle=|href/);
  });

  test('of two with one name, the service has it, and the page before all', () => {
    const site = siteOf({
      source: 'services: { api-uptime: { probes: [] }, api: { probes: [] }, overall: { probes: [] } }',
    });
    const paths = documentsOf(site).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(textOf(site, 'badges/api-uptime.svg')).toContain('<title>Api uptime: unknown;');
    expect(textOf(site, 'badges/overall.svg')).toContain('<title>Status: unknown;');
  });

  test.each(['<script>alert(1)</script>', ']]>&"\'', '网站 العربية 😀', 'x'.repeat(100_000), '\ud83d \u0001\u202e'])(
    'show hostile names as text: %.40s',
    (name) => {
      const [site] = [siteOf({ source: SOURCE, rounds })];
      const svg = badgeSvg(serviceBadge({ ...site.services[0]!, name }, site));
      const root = parseXml(svg).documentElement!;
      expect(root.getElementsByTagName('*')).toHaveLength(6);
      expect(Number(root.getAttribute('width'))).toBeLessThan(1000);
      expect(root.getElementsByTagName('text')[0]!.textContent).not.toMatch(/[\p{Cc}\u202e]/u);
    },
  );
});

describe('metrics', () => {
  test('keep to the grammar and say what the page says', () => {
    const { samples, problems } = parseMetrics(
      textOf(siteOf({ source: SOURCE, rounds: Array(120).fill(UP) }), 'metrics'),
    );
    expect(problems).toEqual([]);
    const value = (name: string, labels: object): number | undefined =>
      samples.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    expect(value('vedette_service_state', { service: 'db', vedette_service_state: 'operational' })).toBe(1);
    expect(value('vedette_service_state', { service: 'provider', vedette_service_state: 'unknown' })).toBe(1);
    expect(value('vedette_service_uptime_ratio', { service: 'db' })).toBe(1);
    expect(value('vedette_service_coverage_ratio', { service: 'provider' })).toBe(0);
    expect(value('vedette_probed_timestamp_seconds', {})).toBe(NOON / 1000);
    for (const quantile of ['0.5', '0.99']) {
      const latency = value('vedette_probe_latency_seconds', { service: 'shop', probe: 'http', quantile });
      expect(latency).toBeCloseTo(0.08, 2);
    }
    expect(value('vedette_probe_latency_seconds_count', { service: 'shop', probe: 'http' })).toBe(120);
  });

  test('of old data are unknown', () => {
    const text = textOf(siteOf({ source: SOURCE, rounds: [UP, UP], now: NOON + 20 * MINUTE }), 'metrics');
    expect(text).not.toMatch(/"(operational|up)"} 1/);
    expect(parseMetrics(text).problems).toEqual([]);
  });

  test('of nothing are metrics, too, and labels hold any text', () => {
    const title = 'a "quoted" \\ title {x="y"} 1\n# EOF';
    const site = siteOf({ source: SOURCE });
    const { samples, problems } = parseMetrics(textOf({ ...site, page: { ...site.page, title } }, 'metrics'));
    expect(problems).toEqual([]);
    expect(samples[0]!.labels.title).toBe(title);
  });
});

describe('settings of probes', () => {
  test.each([
    ['https://api.example/health', { target: 'https://api.example/health', shown: {}, hidden: [] }],
    ['https://u:p@api.example/a?token=1#f', { target: 'https://api.example/a?…', shown: {}, hidden: [] }],
    [
      'https://hooks.example/T024BE7LD/XXXXXXXX1XXXXXXXXXXXXXXX',
      { target: 'https://hooks.example/T024BE7LD/…', shown: {}, hidden: [] },
    ],
    ['https://${TOKEN}@api.example/', { shown: {}, hidden: ['target'] }],
    ['db.example:5432', { target: 'db.example:5432', shown: {}, hidden: [] }],
    [['/usr/lib/check', '--password', 's3cret'], { shown: {}, hidden: ['run'] }],
    [
      { url: 'https://a.example/', method: 'POST', headers: { authorization: 's3cret' }, body: 's3cret', auth: {} },
      { shown: { url: 'https://a.example/', method: 'POST' }, hidden: ['headers', 'body', 'auth'] },
    ],
    [
      { host: '${HOST}', port: 443, tls: { key: 's3cret' }, talk: [{ send: 's3cret' }], laterKey: 's3cret' },
      { shown: { port: 443 }, hidden: ['host', 'tls', 'talk', 'laterKey'] },
    ],
    [undefined, { shown: {}, hidden: [] }],
  ])('%j', (settings, expected) => {
    expect(shownSettings(settings)).toEqual(expected);
  });
});

describe('documents fit their published schemas', () => {
  const events = [
    eventOf('a', -50, { cause: 'db', services: [{ id: 'db', state: 'major_outage' }], impact: 'critical' }),
    eventOf('a', -40, { kind: 'update', by: 'person', author: 'Ada', text: '*We look.*' }),
    eventOf('b', -4000, { cause: 'gone', services: [{ id: 'gone', state: 'degraded' }], impact: 'minor' }),
    eventOf('b', -3990, { kind: 'resolved', status: 'resolved', reason: 'recovered' }),
  ];
  const source = `${SOURCE}maintenance: [{ title: Upgrade, services: [db], start: "2026-12-01T02:00:00Z", duration: 2h }]\n`;
  const sites = [
    siteOf({ source, rounds: [UP, DOWN, DOWN], events }),
    siteOf({ source, rounds: Array(120).fill(UP), now: NOON + 40 * MINUTE }),
    siteOf({ source }),
  ];
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ } });
  const published = (name: string) => ajv.compile(JSON.parse(textOf(sites[0]!, `schemas/${name}.json`)));

  test.each([
    ['status', statusSchema, (site: Site) => [JSON.stringify(statusDocument(site))]],
    [
      'check',
      checkSchema,
      (site: Site) => ['shop/http', 'db/tcp'].map((probe) => textOf(site, `api/checks/${probe}.json`)),
    ],
    ['badge', badgeSchema, (site: Site) => ['overall', 'db'].map((name) => textOf(site, `badges/${name}.json`))],
  ] as const)('%s', (name, schema, documents) => {
    const isValid = published(name);
    for (const document of sites.flatMap(documents).map((text) => JSON.parse(text))) {
      expect(schema.safeParse(document).error?.issues).toBeUndefined();
      expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
      expect(isValid({ ...document, later: 1 }), 'keys may be added').toBe(true);
      expect(isValid({}), 'and none may be missing').toBe(false);
    }
  });
});

test('a check tells its newest reading and those before', () => {
  const check = JSON.parse(
    textOf(siteOf({ source: SOURCE, rounds: [...Array(80).fill(UP), DOWN] }), 'api/checks/db/tcp.json'),
  );
  expect(check.latest).toMatchObject({ at: '2026-11-20T12:00:00.000Z', outcome: 'down' });
  expect(check.values).toHaveLength(60);
  expect(check.values.at(-1).at).toBe(check.latest.at);
  expect(check.values[0]).toMatchObject({ outcome: 'up', latencyMs: 10 });
});

test('the Markdown twin of home says the same, and nothing in it is anything but text', () => {
  const evil =
    '# <img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](https://e.example/p.gif) **b** `c` 1. &amp; | ~~d~~';
  const source = SOURCE.replace('name: Database', `name: ${JSON.stringify(evil)}`).replace(
    'Example status',
    JSON.stringify(evil),
  );
  const site = siteOf({
    source,
    rounds: [UP, DOWN, DOWN],
    events: [eventOf('a', -5, { by: 'person', title: evil, text: evil })],
  });
  for (const path of ['index.md', 'llms.txt']) {
    const html = micromark(textOf(site, path));
    expect(html).not.toMatch(/<(img|code|del|script)|javascript:[^<]*"/);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links.filter((href) => !href!.startsWith('https://example.github.io/repo/'))).toEqual([]);
    expect(html.match(/<h1>/g)).toHaveLength(1);
  }
  const plain = textOf(siteOf({ source: SOURCE, rounds: [UP, DOWN, DOWN] }), 'index.md');
  expect(plain).toContain('as of 2026-11-20 12:00 UTC, checked about every 5 min, valid until 2026-11-20 12:15 UTC');
  expect(plain).toContain('- [Database](https://example.github.io/repo/services/db/): down, probable cause');
});
