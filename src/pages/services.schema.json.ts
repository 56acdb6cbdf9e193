import schema from '../../services.schema.json' with { type: 'json' };

/** Editors that are told the address of the page find it there. */
export function GET(): Response {
  return new Response(`${JSON.stringify(schema, null, 2)}\n`, {
    headers: { 'content-type': 'application/schema+json; charset=utf-8' },
  });
}
