/** RSS 2.0, with the one element of Atom that says where the feed is. */
import type { Feed, FeedEntry } from './feed.ts';
import { addressOf, type Publication } from './publication.ts';
import { element, textElement, XML_DECLARATION, xmlText } from './xml.ts';

/** `file`: its name in the folder of its page. */
export function rssOf(feed: Feed, file: string): string {
  const { title, description, language, folder, publication, updatedAt, entries } = feed;
  const address = (path: string): string => addressOf(publication, folder, path);
  const channel = [
    textElement('title', title),
    textElement('link', address(folder)),
    textElement('description', description),
    textElement('language', language),
    textElement('lastBuildDate', rfc822(updatedAt)),
    textElement('generator', 'Vedette'),
    element('atom:link', { rel: 'self', type: 'application/rss+xml', href: address(`${folder}${file}`) }),
    ...entries.map((entry) => itemOf(entry, publication, folder)),
  ];
  const attributes = { version: '2.0', 'xmlns:atom': 'http://www.w3.org/2005/Atom' };
  return `${XML_DECLARATION}${element('rss', attributes, '\n', element('channel', {}, '\n', channel.join('\n'), '\n'), '\n')}\n`;
}

function itemOf(entry: FeedEntry, publication: Publication, folder: string): string {
  const { id, title, publishedAt, path, html, services } = entry;
  const parts = [
    textElement('title', title),
    textElement('link', addressOf(publication, folder, path)),
    element('guid', { isPermaLink: 'false' }, xmlText(id)),
    textElement('pubDate', rfc822(publishedAt)),
    ...services.map(({ name }) => textElement('category', name)),
    textElement('description', html),
  ];
  return element('item', {}, '\n', parts.map((part) => `  ${part}\n`).join(''));
}

/** `Fri, 20 Nov 2026 12:00:00 GMT` */
function rfc822(at: number): string {
  return new Date(at).toUTCString();
}
