import type { APIRoute, GetStaticPaths } from 'astro';
import { loadSite } from '../../../site/site.ts';
import {
  DOCUMENT_NAMES,
  type DocumentName,
  serialized,
  statuspageDocument,
} from '../../../site/statuspage/documents.ts';

export const getStaticPaths = (() =>
  DOCUMENT_NAMES.map((document) => ({ params: { document }, props: { document } }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ document: DocumentName }> = async ({ props }) =>
  new Response(serialized(statuspageDocument(props.document, await loadSite())), {
    headers: { 'content-type': 'application/json' },
  });
