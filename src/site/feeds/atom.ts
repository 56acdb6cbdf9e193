/** RFC 4287. */
import type { Feed, FeedEntry } from './feed.ts';
import { addressOf, type Publication } from './publication.ts';
import { element, textElement, XML_DECLARATION, xmlText } from './xml.ts';

/** `file`: its name in the folder of its page. */
export function atomOf(feed: Feed, file: string): string {
  const { id, title, description, language, author, folder, publication, updatedAt, entries } = feed;
  const address = (path: string): string => addressOf(publication, folder, path);
  const body = [
    textElement('id', id),
    textElement('title', title),
    textElement('subtitle', description),
    textElement('updated', rfc3339(updatedAt)),
    element('author', {}, textElement('name', author)),
    element('link', { rel: 'self', type: 'application/atom+xml', href: address(`${folder}${file}`) }),
    element('link', { rel: 'alternate', type: 'text/html', href: address(folder) }),
    textElement('generator', 'Vedette'),
    ...entries.map((entry) => entryOf(entry, publication, folder)),
  ];
  const attributes = { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': language };
  return `${XML_DECLARATION}${element('feed', attributes, '\n', body.join('\n'), '\n')}\n`;
}

function entryOf(entry: FeedEntry, publication: Publication, folder: string): string {
  const { id, title, publishedAt, updatedAt, path, html, services, author } = entry;
  const parts = [
    textElement('id', id),
    textElement('title', title),
    textElement('published', rfc3339(publishedAt)),
    textElement('updated', rfc3339(updatedAt)),
    element('link', { rel: 'alternate', type: 'text/html', href: addressOf(publication, folder, path) }),
    ...(author === undefined ? [] : [element('author', {}, textElement('name', author))]),
    ...services.map((service) => element('category', { term: service.id, label: service.name })),
    element('content', { type: 'html' }, xmlText(html)),
  ];
  return element('entry', {}, '\n', parts.map((part) => `  ${part}\n`).join(''));
}

/** `2026-11-20T12:00:00Z` */
export function rfc3339(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
