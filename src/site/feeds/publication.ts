/** Where what we publish is read: addresses and ids that hold outside of the page, too. */
import type { Config } from '../../config/config.ts';
import { relative } from '../addresses.ts';

export interface Publication {
  /** Ids hang on it. */
  host: string;
  /** With a slash at the end; undefined while nobody has said where the page is. */
  root: string | undefined;
}

/**
 * Ids need a host, known or not. This one can be nobody's (RFC 2606), so a page without `page.url` has valid ids of its
 * own, which change once when it is given an address.
 */
const NOWHERE = 'status-page.invalid';

export function publicationOf({ url }: Pick<Config['page'], 'url'>): Publication {
  const parsed = url === undefined ? undefined : URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return { host: NOWHERE, root: undefined };
  return { host: parsed.hostname, root: `${parsed.origin}${parsed.pathname.replace(/\/*$/, '/')}` };
}

/**
 * `to` begins with a slash, from the site's root. Absolute where the root is known; else relative to `from`, the folder of
 * the document that the address stands in.
 */
export function addressOf({ root }: Publication, from: string, to: string): string {
  return root === undefined ? relative(from, to) : `${root}${to.slice(1)}`;
}

/** RFC 4151: `tag:status.example.org,2005:Incident/2026-11-20-database`. The year is the one that clients expect. */
export function tagOf({ host }: Publication, specific: string): string {
  return `tag:${host},2005:${encodeURI(specific.toWellFormed()).replaceAll('#', '%23')}`;
}
