import { loadSite } from '../site/site.ts';
import { statusDocument } from '../site/status-document.ts';

export async function GET(): Promise<Response> {
  return new Response(`${JSON.stringify(statusDocument(await loadSite()))}\n`, {
    headers: { 'content-type': 'application/json' },
  });
}
