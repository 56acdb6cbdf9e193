import { cardFormat } from '../site/card.ts';
import { type EdgeFile, edgeFiles } from '../site/edges.ts';
import { loadSite } from '../site/site.ts';

export async function getStaticPaths() {
  const files = await edgeFiles(await loadSite(), await cardFormat());
  return files.map((file) => ({ params: { file: file.name }, props: { file } }));
}

export function GET({ props }: { props: { file: EdgeFile } }): Response {
  const { content } = props.file;
  return new Response(typeof content === 'string' ? content : new Uint8Array(content));
}
