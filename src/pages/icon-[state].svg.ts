import { ICON_STATES, iconOf } from '../site/icon.ts';

export function getStaticPaths() {
  return ICON_STATES.map((state) => ({ params: { state } }));
}

export function GET({ params }: { params: { state: (typeof ICON_STATES)[number] } }): Response {
  return new Response(iconOf(params.state), { headers: { 'content-type': 'image/svg+xml' } });
}
