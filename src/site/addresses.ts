/** Addresses relative to the page they stand on, so that a site works at any base path without being told. */

/** `relative('/services/api/', '/style.css')` → `../../style.css`. Both begin with a slash; `from` ends with one. */
export function relative(from: string, to: string): string {
  const up = from.split('/').length - 2;
  return `${'../'.repeat(up) || './'}${to.replace(/^\//, '')}`;
}

/** Of a page that may be shown at any address: `absolute('https://example.github.io/repo/', '/map/')` → `/repo/map/`. */
export function absolute(pageUrl: string | undefined, to: string): string {
  const base = pageUrl === undefined ? '/' : new URL(rootOf(pageUrl)).pathname;
  return `${base}${to.replace(/^\//, '')}`;
}

/** For programs elsewhere: `https://example.github.io/repo/map/`. */
export function complete(pageUrl: string, to: string): string {
  return new URL(to.replace(/^\//, ''), rootOf(pageUrl)).href;
}

function rootOf(pageUrl: string): string {
  const { origin, pathname } = new URL(pageUrl);
  return `${origin}${pathname.replace(/\/?$/, '/')}`;
}

export function servicePath(id: string): string {
  return `/services/${id}/`;
}

/** Of an incident, or of a month: `/incidents/2026-11-20-database/`, `/incidents/2026-11/`. */
export function incidentPath(id: string): string {
  return `/incidents/${id}/`;
}
