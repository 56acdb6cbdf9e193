/** Everything that is published beside the pages, by its path. */
import { servicePath } from './addresses.ts';
import { calendarOf } from './feeds/calendar.ts';
import { createFeeds } from './feeds/feed.ts';
import { FEEDS } from './feeds/list.ts';
import type { Site } from './site.ts';

export interface PublishedDocument {
  /** From the site's root, which it does not begin with: `services/api/history.atom`. */
  path: string;
  type: string;
  text(): string;
}

export function documentsOf(site: Site): PublishedDocument[] {
  return [
    ...feedsOf(site),
    { path: 'maintenance.ics', type: 'text/calendar; charset=utf-8', text: () => calendarOf(site) },
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
