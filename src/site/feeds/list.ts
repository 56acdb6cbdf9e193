/** The feeds that there are of all services and of each, by the names of their files. */
import { atomOf } from './atom.ts';
import type { Feed, Feeds } from './feed.ts';
import { jsonFeedOf } from './json-feed.ts';
import { rssOf } from './rss.ts';

interface FeedFormat {
  file: string;
  type: string;
  /** "Atom" */
  format: string;
  of: keyof Feeds;
  write(feed: Feed, file: string): string;
}

export const FEEDS: readonly FeedFormat[] = [
  { file: 'history.atom', type: 'application/atom+xml', format: 'Atom', of: 'history', write: atomOf },
  { file: 'history.rss', type: 'application/rss+xml', format: 'RSS', of: 'history', write: rssOf },
  { file: 'feed.json', type: 'application/feed+json', format: 'JSON', of: 'history', write: jsonFeedOf },
  { file: 'updates.atom', type: 'application/atom+xml', format: 'Atom', of: 'updates', write: atomOf },
];
