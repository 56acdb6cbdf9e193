/** What a feed must be, as feed validators check it; each function returns what is wrong, in words. */
import { DOMParser, type Document, type Element } from '@xmldom/xmldom';

export interface FeedRules {
  /** Where it is fetched from, when its links are absolute. */
  self?: string;
  /** Nothing in it is later. */
  now: number;
}

export interface FeedItem {
  id: string;
  title: string;
  html: string;
  published: string;
  updated: string;
  link: string;
}

export const ATOM = 'http://www.w3.org/2005/Atom';
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const RFC_822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;
const TAG = /^tag:[a-z0-9.-]+,\d{4}:[\w\-.~!$&'()*+,;=:@/?%]+$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|&#/;
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Whose half a pair has been replaced is no mistake of the feed. */
function onError(level: string, message: string): void {
  if (level !== 'warning' || !message.startsWith('Unicode replacement character')) throw new Error(message);
}

/** Throws when it is not well-formed. */
export function parseXml(text: string): Document {
  return new DOMParser({ onError }).parseFromString(text, 'application/xml');
}

export function atomItems(text: string): FeedItem[] {
  return children(parseXml(text).documentElement!, 'entry').map((entry) => ({
    id: textOf(entry, 'id'),
    title: textOf(entry, 'title'),
    html: textOf(entry, 'content'),
    published: textOf(entry, 'published'),
    updated: textOf(entry, 'updated'),
    link: linkOf(entry, 'alternate'),
  }));
}

export function problemsInAtom(text: string, { self, now }: FeedRules): string[] {
  const problems = problemsInText(text);
  const feed = parseXml(text).documentElement!;
  if (feed.localName !== 'feed' || feed.namespaceURI !== ATOM) problems.push('the root is no Atom feed');
  for (const name of ['id', 'title', 'updated', 'author']) {
    if (children(feed, name).length !== 1) problems.push(`feed: expected one ${name}`);
  }
  if (!TAG.test(textOf(feed, 'id'))) problems.push(`feed: id ${textOf(feed, 'id')}`);
  if (self !== undefined && linkOf(feed, 'self') !== self) problems.push(`feed: self is ${linkOf(feed, 'self')}`);
  if (linkOf(feed, 'alternate') === '') problems.push('feed: no alternate link');
  const items = atomItems(text);
  for (const [index, entry] of children(feed, 'entry').entries()) {
    const item = items[index]!;
    for (const name of ['id', 'title', 'updated', 'published', 'content']) {
      if (children(entry, name).length !== 1) problems.push(`${item.id}: expected one ${name}`);
    }
    if (children(entry, 'link').length !== 1) problems.push(`${item.id}: expected one link`);
    if (!RFC_3339.test(item.published) || !RFC_3339.test(item.updated)) problems.push(`${item.id}: dates`);
    if (item.updated < item.published) problems.push(`${item.id}: updated before it was published`);
    if (item.updated > textOf(feed, 'updated')) problems.push(`${item.id}: newer than the feed`);
  }
  if (!RFC_3339.test(textOf(feed, 'updated'))) problems.push('feed: updated');
  return [...problems, ...problemsInItems(items, now, self !== undefined)];
}

export function rssItems(text: string): FeedItem[] {
  const channel = children(parseXml(text).documentElement!, 'channel')[0]!;
  return children(channel, 'item').map((item) => ({
    id: textOf(item, 'guid'),
    title: textOf(item, 'title'),
    html: textOf(item, 'description'),
    published: textOf(item, 'pubDate'),
    updated: textOf(item, 'pubDate'),
    link: textOf(item, 'link'),
  }));
}

export function problemsInRss(text: string, { self, now }: FeedRules): string[] {
  const problems = problemsInText(text);
  const rss = parseXml(text).documentElement!;
  const [channel, ...others] = children(rss, 'channel');
  if (rss.localName !== 'rss' || rss.getAttribute('version') !== '2.0' || !channel || others.length > 0) {
    return [...problems, 'the root is no RSS 2.0 with one channel'];
  }
  for (const name of ['title', 'description', 'lastBuildDate']) {
    if (children(channel, name).length !== 1) problems.push(`channel: expected one ${name}`);
  }
  const links = children(channel, 'link');
  const own = links.find(({ namespaceURI }) => namespaceURI === ATOM);
  if (links.length !== 2 || own?.getAttribute('rel') !== 'self')
    problems.push('channel: expected a link and a self link');
  if (self !== undefined && own?.getAttribute('href') !== self)
    problems.push(`channel: self ${own?.getAttribute('href')}`);
  if (!RFC_822.test(textOf(channel, 'lastBuildDate'))) problems.push('channel: lastBuildDate');
  for (const item of children(channel, 'item')) {
    for (const name of ['title', 'link', 'guid', 'pubDate', 'description']) {
      if (children(item, name).length !== 1) problems.push(`item: expected one ${name}`);
    }
    if (children(item, 'guid')[0]?.getAttribute('isPermaLink') !== 'false') problems.push('item: guid is no address');
    if (!RFC_822.test(textOf(item, 'pubDate'))) problems.push(`item: pubDate ${textOf(item, 'pubDate')}`);
  }
  return [...problems, ...problemsInItems(rssItems(text), now, self !== undefined)];
}

/** What holds of the items of every format. */
export function problemsInItems(items: readonly FeedItem[], now: number, isAbsolute: boolean): string[] {
  const problems: string[] = [];
  if (new Set(items.map(({ id }) => id)).size < items.length) problems.push('an id is there twice');
  for (const { id, title, html, published, updated, link } of items) {
    if (!TAG.test(id)) problems.push(`id ${id}`);
    if (title.trim() === '' || title.length > 300 || /[\n\t]/.test(title)) problems.push(`${id}: title`);
    for (const date of [published, updated]) if (!(Date.parse(date) <= now)) problems.push(`${id}: date ${date}`);
    if (isAbsolute && !/^https?:\/\//.test(link)) problems.push(`${id}: link ${link}`);
    for (const [, name, address = ''] of html.matchAll(/<[^>]*\s(href|src)="([^"]*)"/g)) {
      if (name === 'src' || !/^(https?:\/\/|mailto:)/.test(address)) problems.push(`${id}: ${name} ${address}`);
    }
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name!);
    const odd = tags.filter((name) => !/^(p|small|br|strong|em|a|ul|ol|li|code|pre|blockquote|h[1-6]|hr)$/.test(name));
    if (odd.length > 0) problems.push(`${id}: elements ${odd}`);
    if (/\son\w+\s*=/i.test(html.replaceAll(/>[^<]*/g, '>'))) problems.push(`${id}: a handler`);
  }
  return problems;
}

function problemsInText(text: string): string[] {
  return [
    ...(ILLEGAL.test(text) ? ['a character that no XML may hold'] : []),
    ...(BIDI.test(text) ? ['a direction override'] : []),
    ...(text.startsWith('<?xml version="1.0" encoding="utf-8"?>\n') ? [] : ['no declaration']),
    ...(text.length > 2_000_000 ? [`${text.length} characters`] : []),
  ];
}

function children(parent: Element, name: string): Element[] {
  return [...parent.childNodes].filter(
    (node): node is Element => node.nodeType === 1 && (node as Element).localName === name,
  );
}

function textOf(parent: Element, name: string): string {
  return children(parent, name).find(({ prefix }) => !prefix)?.textContent ?? '';
}

function linkOf(parent: Element, rel: string): string {
  return (
    children(parent, 'link')
      .find((link) => link.getAttribute('rel') === rel)
      ?.getAttribute('href') ?? ''
  );
}
