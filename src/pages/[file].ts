/// <reference types="astro/client" />
import script from '../client/page.ts?worker&url';
import { cardFormat } from '../site/card.ts';
import { type EdgeFile, edgeFiles } from '../site/edges.ts';
import { policyFor } from '../site/headers.ts';
import { integrityOf } from '../site/integrity.ts';
import { loadSite } from '../site/site.ts';

export async function getStaticPaths() {
  const policy = policyFor(await integrityOf(script));
  const files = await edgeFiles(await loadSite(), await cardFormat(), policy);
  return files.map((file) => ({ params: { file: file.name }, props: { file } }));
}

export function GET({ props }: { props: { file: EdgeFile } }): Response {
  const { content } = props.file;
  return new Response(typeof content === 'string' ? content : new Uint8Array(content));
}
