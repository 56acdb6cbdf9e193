import { loadSiteBrand } from '../../site/brand.ts';

export async function getStaticPaths() {
  const { files } = await loadSiteBrand();
  return [...files.keys()].map((file) => ({ params: { file } }));
}

export async function GET({ params }: { params: { file: string } }): Promise<Response> {
  const { files } = await loadSiteBrand();
  const { type, content } = files.get(params.file)!;
  return new Response(content, { headers: { 'content-type': type } });
}
