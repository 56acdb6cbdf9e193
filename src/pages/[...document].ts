import { documentsOf, type PublishedDocument } from '../site/documents/documents.ts';
import { loadSite } from '../site/site.ts';

export async function getStaticPaths() {
  return documentsOf(await loadSite()).map((document) => ({
    params: { document: document.path },
    props: { document },
  }));
}

export function GET({ props: { document } }: { props: { document: PublishedDocument } }): Response {
  return new Response(document.text(), { headers: { 'content-type': document.type } });
}
