/** A page that was built when its observations were too old: nothing that it publishes calls them the present. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { addIncidents } from '../../src/history/event-folders.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { writeFixture } from '../fixture.ts';
import { launchBrowser } from './browser.ts';
import { type BuiltSite, buildSite, type SiteFiles } from './built-site.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const END = Date.parse('2026-11-20T12:00:00Z');
/** With a round every 30 min it is stale after 90 min, and unknown after 3 h. */
const SITES = { fresh: END + MINUTE, stale: END + 2 * HOUR, outdated: END + 5 * HOUR };
type Name = keyof typeof SITES;

const built = new Map<Name, BuiltSite>();
const files = new Map<Name, Map<string, string>>();
beforeAll(async () => {
  for (const [name, end] of Object.entries(SITES) as [Name, number][]) {
    const site = await buildSite((folder) => writeWell(folder, end));
    built.set(name, site);
    files.set(name, await textsIn(site.folder));
  }
});
afterAll(async () => {
  for (const site of built.values()) await site.close();
});

/** All is well, and was not always. */
async function writeWell(folder: string, end: number): Promise<SiteFiles> {
  const options = { services: 12, days: 3, everyMs: 30 * MINUTE, outageAtEnd: false, end: END };
  const fixture = await writeFixture(folder, options);
  const config = parse(await readFile(fixture.config, 'utf8'));
  config.page.url = 'https://status.example.org/repo/';
  config.services['service-11'].probes = [];
  config.services['service-10'] = { probes: [{ tcp: '127.0.0.1:1' }] };
  config.maintenance = [
    { title: 'New disks', services: ['service-2'], start: '2026-12-01T02:00:00Z', end: '2026-12-01T03:00:00Z' },
  ];
  await writeFile(fixture.config, stringify(config));
  await addIncidents(fixture.history, () => PAST);
  return { ...fixture, end };
}

const SINCE = END / 1000 - 20 * 3600;
const BASE = { v: 1, by: 'vedette', incident: '2026-11-19-database-1' } as const;
const PAST: IncidentEvent[] = [
  {
    ...BASE,
    id: '2026-11-19-database-1/1-opened',
    t: SINCE,
    kind: 'opened',
    status: 'investigating',
    impact: 'critical',
    since: SINCE,
    cause: 'database-1',
    chain: ['service-1', 'database-1'],
    services: [{ id: 'database-1', state: 'major_outage', since: SINCE }],
  },
  {
    ...BASE,
    id: '2026-11-19-database-1/2-resolved',
    t: SINCE + 1800,
    kind: 'resolved',
    status: 'resolved',
    reason: 'recovered',
    end: SINCE + 1200,
    services: [{ id: 'database-1', state: 'operational', was: 'major_outage', since: SINCE + 1200 }],
  },
];

async function textsIn(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = new Map<string, string>();
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) texts.set(path.slice(folder.length + 1), await readFile(path, 'latin1'));
  }
  return texts;
}

/** What tells of no state: code, shapes, the drawing of each state. */
const WITHOUT_STATES = /^(assets\/|schemas\/|services\.schema\.json$|icon-operational\.svg$)|\.png$/;
/** Of then, and said to be. */
const LAST_KNOWN =
  /last known:? ?(?:<bdi>|<\/text><text[^>]*>)?(?:\d+(?:\/\d+)? |All systems are |Everything we can see is |[\w -]+: )?operational/gi;
/** Keys of documents, whose values are of then. */
const LAST_KNOWN_KEYS = /"lastKnown":(?:"[^"]*"|\{[^}]*\})/g;
/** What an update changed when it was written, or an announcement would; how a service left an incident that is over. */
const TOLD = /"(?:old_status|new_status|was)":"operational"|"id":"[\w-]+",(?:"name":"[^"]*",)?"state":"operational"/g;

/** Everywhere that a program or a person reads that something is operational, without being told that it was. */
function claimsIn(path: string, text: string): string[] {
  const said = text
    .replaceAll(LAST_KNOWN, '')
    .replaceAll(LAST_KNOWN_KEYS, '')
    .replaceAll(TOLD, '')
    // The legend of llms.txt.
    .replace('A state is one of operational, degraded', '')
    // Looks, for which the page as a whole is faded.
    .replaceAll(/ class="[^"]*"| href="#i-\w+"|<symbol.*?<\/symbol>/gs, '')
    // Metrics name each state, and the one that holds has a 1.
    .replaceAll(/="operational"\} 0$/gm, '');
  return said.split(/(?<=[>\n,])/).flatMap((line) => (/operational/i.test(line) ? [`${path}  ${line.trim()}`] : []));
}

const claims = (name: Name): string[] =>
  [...files.get(name)!].flatMap(([path, text]) => (WITHOUT_STATES.test(path) ? [] : claimsIn(path, text)));
const textOf = (name: Name, path: string): string => files.get(name)!.get(path)!;
const json = (name: Name, path: string) => JSON.parse(textOf(name, path));
const pathsOf = (pattern: RegExp): string[] => [...files.get('fresh')!.keys()].filter((path) => pattern.test(path));

test('fresh, all that tell of states say so: the check below has something to find', () => {
  const claiming = new Set(claims('fresh').map((claim) => claim.split('  ')[0]));
  const telling = pathsOf(
    /\.html$|\.md$|^llms|^metrics|^badges\/(?!service-10)|^status|v2\/(components|status|summary)/,
  );
  const silent = telling.filter((path) => !claiming.has(path));
  expect(silent).toEqual([]);
});

test('past unknownAfter nothing is called operational, in no file', () => {
  expect(claims('outdated')).toEqual([]);
});

test('past staleAfter no file for people calls anything operational, and those for programs say that it is last known', () => {
  const forPrograms = /^(status\.json|api\/v2\/[\w/-]+\.json) {2}/;
  expect(claims('stale').filter((claim) => !forPrograms.test(claim))).toEqual([]);
  for (const path of ['summary', 'status']) expect(json('stale', `api/v2/${path}.json`).vedette.isLastKnown).toBe(true);
  for (const { group, vedette, description } of json('stale', 'api/v2/components.json').components) {
    if (!group) expect([vedette.isLastKnown, description]).toEqual([true, expect.stringMatching(/last known|unknown/)]);
  }
  expect(json('stale', 'status.json').overall).toMatchObject({ isLastKnown: true });
});

test.each([
  ['stale', 'stale', 'The last observations are 2 h old'],
  ['outdated', 'unknown', 'The last observations are 5 h old'],
] as const)(
  '%s, every page has an icon that is not green, and says how old it is where it tells a state',
  (name, state, age) => {
    for (const path of pathsOf(/\.html$/)) {
      const html = textOf(name, path);
      expect([path, /icon-(\w+)\.svg/.exec(html)![1]]).toEqual([path, expect.stringMatching(/^(stale|unknown)$/)]);
      expect([path, /<main[^>]* class="([^"]*)"/.exec(html)?.[1]]).toEqual([path, 'faded']);
      if (!path.includes('404')) expect(/og:image:alt" content="([^"]*)"/.exec(html)![1]).toBe(`${age}.`);
    }
    expect(textOf(name, 'index.html')).toContain(`data-state="${state}"`);
    expect(/<title>([^<]*)/.exec(textOf(name, 'index.html'))![1]).toContain(age);
    expect(/<title>([^<]*)/.exec(textOf(name, 'services/service-1/index.html'))![1]).toMatch(
      /^Service 1: last known \d h ago/,
    );
    for (const path of ['index.md', 'llms.txt']) expect(textOf(name, path)).toContain(`**${age}.**`);
    expect(textOf(name, 'og.png')).not.toBe(textOf('fresh', 'og.png'));
  },
);

test('past unknownAfter programs read that it is unknown', () => {
  expect(json('outdated', 'status.json').overall).toMatchObject({ state: 'unknown', isLastKnown: true });
  for (const { own, effective } of json('outdated', 'status.json').services) {
    expect([own, effective]).toEqual(['unknown', 'unknown']);
  }
  const unknown = { indicator: 'minor', description: 'Current State Unknown' };
  for (const path of ['summary', 'status']) expect(json('outdated', `api/v2/${path}.json`).status).toEqual(unknown);
  for (const path of pathsOf(/^badges\/.*\.json$/)) expect(json('outdated', path).message).toBe('unknown');
  for (const path of pathsOf(/^badges\/.*\.svg$/)) expect(textOf('outdated', path)).toMatch(/: unknown[;,]/);
  for (const path of pathsOf(/^api\/checks\//)) expect(json('outdated', path).isLastKnown).toBe(true);
  const metrics = textOf('outdated', 'metrics').match(/^vedette_\w+_state\{.*unknown"\} \d/gm)!;
  expect(metrics).toHaveLength(14);
  expect(metrics.every((line) => line.endsWith(' 1'))).toBe(true);
});

test.each(['stale', 'outdated'] as const)('%s, feeds and the calendar are the same bytes', (name) => {
  const feeds = pathsOf(/\.(atom|rss|ics)$|feed\.json$/);
  expect(feeds).toHaveLength(4 * 14 + 1);
  for (const path of feeds) expect(textOf(name, path) === textOf('fresh', path), path).toBe(true);
});

test('built when all was fresh and read hours later, no page of any kind calls anything operational', async () => {
  const site = built.get('fresh')!;
  const browser = await launchBrowser();
  site.setClock(END + 5 * HOUR);
  const pages = pathsOf(/index\.html$/);
  expect(pages.length).toBeGreaterThanOrEqual(18);
  const page = await browser.newPage();
  for (const path of pages) {
    await page.goto(site.address + path.replace(/index\.html$/, ''));
    await page.locator('main.faded').waitFor();
    const shown = await page.evaluate(
      "document.title + '\\n' + document.querySelector('link[rel=icon]').outerHTML + '\\n' + document.body.outerHTML",
    );
    expect(claimsIn(path, String(shown))).toEqual([]);
  }
  await browser.close();
});
