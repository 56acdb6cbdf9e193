/** Addresses relative to the page they stand on, so that a site works at any base path without being told. */

/** `relative('/services/api/', '/style.css')` → `../../style.css`. Both begin with a slash; `from` ends with one. */
export function relative(from: string, to: string): string {
  const up = from.split('/').length - 2;
  return `${'../'.repeat(up) || './'}${to.replace(/^\//, '')}`;
}

export function servicePath(id: string): string {
  return `/services/${id}/`;
}

/** Of an incident, or of a month: `/incidents/2026-11-20-database/`, `/incidents/2026-11/`. */
export function incidentPath(id: string): string {
  return `/incidents/${id}/`;
}
