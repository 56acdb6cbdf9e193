/** Small files at the root of the site, for hosts and search engines. */
import { complete, incidentPath, servicePath } from './addresses.ts';
import { type CardFormat, cardOf } from './card.ts';
import { headersFile } from './headers.ts';
import { NAV } from './nav.ts';
import type { Site } from './site.ts';

export interface EdgeFile {
  name: string;
  content: string | Buffer;
}

export async function edgeFiles(site: Site, format: CardFormat, policy: string): Promise<EdgeFile[]> {
  const { url } = site.page;
  const domain = customDomain(url);
  return [
    // GitHub Pages would leave out what begins with an underscore.
    { name: '.nojekyll', content: '' },
    { name: '_headers', content: headersFile(policy) },
    { name: 'robots.txt', content: robots(url) },
    ...(url === undefined ? [] : [{ name: 'sitemap.xml', content: sitemap(url, site) }]),
    ...(domain === undefined ? [] : [{ name: 'CNAME', content: `${domain}\n` }]),
    ...(url === undefined ? [] : [{ name: `og.${format}`, content: await cardOf(site, format) }]),
  ];
}

/** The domain that GitHub Pages is to answer for: one that is the owner's, with the site at its root. */
export function customDomain(pageUrl: string | undefined): string | undefined {
  if (pageUrl === undefined) return undefined;
  const { protocol, hostname, port, pathname } = new URL(pageUrl);
  const isOwn = hostname.includes('.') && !/(^|\.)github\.io$|^[\d.]+$|^\[/.test(hostname);
  return protocol.startsWith('http') && port === '' && pathname === '/' && isOwn ? hostname : undefined;
}

function robots(pageUrl: string | undefined): string {
  const map = pageUrl === undefined ? '' : `Sitemap: ${complete(pageUrl, '/sitemap.xml')}\n`;
  return `User-agent: *\nAllow: /\n${map}`;
}

function sitemap(pageUrl: string, { services, past }: Site): string {
  const entry = (path: string, at?: number): string => {
    const changed = at === undefined ? '' : `<lastmod>${new Date(at).toISOString()}</lastmod>`;
    return `<url><loc>${complete(pageUrl, path).replaceAll('&', '&amp;')}</loc>${changed}</url>`;
  };
  const entries = [
    ...NAV.map(({ path }) => entry(path)),
    ...services.map(({ id }) => entry(servicePath(id))),
    ...past.months.map(({ id }) => entry(incidentPath(id))),
    ...past.pages.map(({ incident }) => entry(incidentPath(incident.id), incident.updatedAt)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${entries.join('\n')}
</urlset>
`;
}
