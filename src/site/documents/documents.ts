/** Everything that is published beside the pages, by its path. */
import { servicePath } from '../addresses.ts';
import { calendarOf } from '../feeds/calendar.ts';
import { createFeeds } from '../feeds/feed.ts';
import { FEEDS } from '../feeds/list.ts';
import type { Site } from '../site.ts';
import { type Badge, badgeJson, badgeSvg, overallBadge, serviceBadge, uptimeBadge } from './badge.ts';
import { checkDocument, valuesOf } from './check.ts';
import { llmsText, markdownHome } from './markdown-home.ts';
import { metricsOf } from './metrics.ts';
import { publishedSchemas } from './schemas.ts';

export interface PublishedDocument {
  /** From the site's root, which it does not begin with: `services/api/history.atom`. */
  path: string;
  type: string;
  text(): string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MARKDOWN_TYPE = 'text/markdown; charset=utf-8';

export function documentsOf(site: Site): PublishedDocument[] {
  return [
    ...feedsOf(site),
    { path: 'maintenance.ics', type: 'text/calendar; charset=utf-8', text: () => calendarOf(site) },
    ...badgesOf(site),
    ...checksOf(site),
    {
      path: 'metrics',
      type: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      text: () => metricsOf(site),
    },
    { path: 'index.md', type: MARKDOWN_TYPE, text: () => markdownHome(site) },
    { path: 'llms.txt', type: MARKDOWN_TYPE, text: () => llmsText(site) },
    ...publishedSchemas().map(({ name, text }) => ({ path: `schemas/${name}.json`, type: JSON_TYPE, text })),
  ];
}

function feedsOf(site: Site): PublishedDocument[] {
  const feeds = createFeeds(site);
  return [undefined, ...site.services].flatMap((service) => {
    const folder = service ? servicePath(service.id).slice(1) : '';
    return FEEDS.map(({ file, type, of, write }) => ({
      path: `${folder}${file}`,
      type: `${type}; charset=utf-8`,
      text: () => write(feeds[of](service), file),
    }));
  });
}

/** Where two would have one name (of the services `api` and `api-uptime`, or one called `overall`), the later one has it. */
function badgesOf(site: Site): PublishedDocument[] {
  const badges = new Map<string, PublishedDocument>();
  const add = (name: string, type: string, text: () => string): void => {
    badges.set(name, { path: `badges/${name}`, type, text });
  };
  const addBoth = (name: string, badge: () => Badge): void => {
    add(`${name}.svg`, 'image/svg+xml', () => badgeSvg(badge()));
    add(`${name}.json`, JSON_TYPE, () => `${JSON.stringify(badgeJson(badge()))}\n`);
  };
  for (const service of site.services) {
    add(`${service.id}-uptime.svg`, 'image/svg+xml', () => badgeSvg(uptimeBadge(service, site)));
  }
  for (const service of site.services) addBoth(service.id, () => serviceBadge(service, site));
  addBoth('overall', () => overallBadge(site));
  return [...badges.values()];
}

function checksOf(site: Site): PublishedDocument[] {
  const values = valuesOf(site.rounds);
  return site.services.flatMap((view) =>
    view.service.probes.map((probe) => ({
      path: `api/checks/${view.id}/${probe.id}.json`,
      type: JSON_TYPE,
      text: () => `${JSON.stringify(checkDocument(view, probe, site, values))}\n`,
    })),
  );
}
