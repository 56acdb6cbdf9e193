/** What holds for every page, whatever is on it. */
import { readdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import type { Page } from 'playwright-core';

export const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 740 } },
] as const;

// The HTML is compressed by Astro, which keeps some things that a hand would write otherwise.
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    'doctype-style': 'off',
    'long-title': 'off',
    'no-inline-style': 'error',
    'svg-focusable': 'off',
    'no-raw-characters': 'off',
  },
});

export async function problemsIn(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId} ${message}`),
  );
}

/**
 * `further` are rules of axe that it leaves out by itself. No page has frames, so that axe need not put what it found
 * together in a blank page of its own; and of what is right it lists one element a rule, instead of all.
 */
export async function violationsOn(page: Page, further: readonly string[] = []): Promise<string[]> {
  const rules = Object.fromEntries(further.map((rule) => [rule, { enabled: true }]));
  if ((await page.locator('iframe, frame').count()) > 0) throw new Error('frames have to be looked at, too');
  const axe = new AxeBuilder({ page }).options({ rules, resultTypes: ['violations'] }).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** How many pixels it is too wide for its window; 0 when nobody needs to scroll sideways. */
export async function excessWidth(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')) || 0;
}

/** Every address that is reached from `home` along links, with what is wrong about each; other servers are not asked. */
export async function crawl(home: string): Promise<{ pages: string[]; broken: string[] }> {
  const queue = [home];
  const seen = new Map<string, { isPage: boolean; ids: Set<string> }>();
  const fragments: { from: string; to: URL }[] = [];
  const broken: string[] = [];
  for (const address of queue) {
    const response = await fetch(address);
    const text = await response.text();
    const isPage = (response.headers.get('content-type') ?? '').startsWith('text/html');
    if (response.status !== 200 || response.redirected) broken.push(`${response.status} ${address}`);
    seen.set(address, { isPage, ids: new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!)) });
    if (!isPage) continue;
    for (const [, href] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const to = new URL(href!.replaceAll('&amp;', '&'), address);
      if (to.origin !== new URL(home).origin) continue;
      if (to.hash !== '') fragments.push({ from: address, to: new URL(to) });
      to.hash = '';
      if (!to.href.startsWith(home)) broken.push(`${address} leads out of the site: ${href}`);
      else if (!queue.includes(to.href)) queue.push(to.href);
    }
  }
  for (const { from, to } of fragments) {
    const id = decodeURIComponent(to.hash.slice(1));
    to.hash = '';
    if (!seen.get(to.href)?.ids.has(id)) broken.push(`${from} leads to #${id}, which ${to.href} has not`);
  }
  return { pages: [...seen].filter(([, { isPage }]) => isPage).map(([address]) => address), broken };
}

/** Paths of the files of a site, `services/api/index.html`, in order. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
    .sort();
}
