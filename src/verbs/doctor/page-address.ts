/** Where the page can be asked for. */
import type { Config } from '../../config/config.ts';

/** Names that stand for others by RFC 2606. */
const PLACEHOLDER = /(^|\.)(example(\.(org|com|net))?|invalid|test)$/;

/** With a slash at the end; undefined without a `page.url`, and for one that is only a placeholder. */
export function pageAddress(config: Config | undefined): string | undefined {
  const url = config?.page.url;
  return url === undefined || PLACEHOLDER.test(new URL(url).hostname) ? undefined : withSlash(url);
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
