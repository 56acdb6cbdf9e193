/** What every document says of its page, and how its values are written. */
import { relative } from '../addresses.ts';
import { plainText } from '../markdown.ts';
import type { Site } from '../site.ts';
import { statuspageId } from './id.ts';

export interface Page {
  id: string;
  name: string;
  url: string;
  time_zone: string;
  /** Of the newest observation or update. */
  updated_at: string;
}

/** What depends on the document that is being made. */
export interface Frame {
  page: Page;
  /** A page of the site: as people type it where the configuration says, else as seen from the document. */
  linkTo(path: string): string;
}

const MAX_NAME = 200;

/** `folder` of the document below the site, with slashes around it. */
export function frameOf(site: Site, folder: string): Frame {
  const { title, url } = site.page;
  const home = url !== undefined && /^https?:/i.test(url) ? new URL(url).href.replace(/\/$/, '') : undefined;
  const page = {
    id: statuspageId('page', home ?? title),
    name: nameOf(title) || 'Status',
    url: home ?? relative(folder, '/'),
    time_zone: 'Etc/UTC',
    updated_at: iso(updatedAt(site)),
  };
  return { page, linkTo: (path) => (home === undefined ? relative(folder, path) : `${home}${path}`) };
}

/** Never the time of the build: nothing changed means the same bytes. */
function updatedAt({ services, archive, maintenances, createdAt }: Site): number {
  const read = services.flatMap(({ own }) => [...own.latest.values()].map(({ at }) => at));
  const told = [...archive, ...maintenances].map((view) => view.updatedAt);
  return [...read, ...told].reduce((newest, at) => Math.max(newest, at), createdAt);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Somebody's text in one line, bounded and without what could disguise it. */
export function nameOf(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' '), MAX_NAME).trim().toWellFormed();
}

/** Somebody's text with its line breaks, bounded. */
export function textOf(text: string, maxLength?: number): string {
  return plainText(text, maxLength).trim().toWellFormed();
}
