/** JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/ */
import { rfc3339 } from './atom.ts';
import type { Feed } from './feed.ts';
import { addressOf } from './publication.ts';

/** `file`: its name in the folder of its page. Addresses have to be absolute there, or are left out. */
export function jsonFeedOf(feed: Feed, file: string): string {
  const { title, description, language, author, folder, publication, entries } = feed;
  const isKnown = publication.root !== undefined;
  const address = (path: string): string => addressOf(publication, folder, path);
  const document = {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    ...(isKnown && { home_page_url: address(folder), feed_url: address(`${folder}${file}`) }),
    description,
    language,
    authors: [{ name: author }],
    items: entries.map((entry) => ({
      id: entry.id,
      ...(isKnown && { url: address(entry.path) }),
      title: entry.title,
      content_html: entry.html,
      date_published: rfc3339(entry.publishedAt),
      date_modified: rfc3339(entry.updatedAt),
      tags: entry.services.map(({ name }) => name),
    })),
  };
  return `${JSON.stringify(document)}\n`;
}
