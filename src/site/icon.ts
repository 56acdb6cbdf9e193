/** The tab's icon: the state at a glance, by shape and colour. */
import { STATES } from '../model.ts';
import type { ShownState } from './site.ts';

export const ICON_STATES: readonly ShownState[] = [...STATES, 'stale'];

/** In a square of 32 by 32. */
export const SHAPES: Record<ShownState, string> = {
  operational:
    '<circle cx="16" cy="16" r="15" fill="#1a7f4b"/><path d="M9 16.5l5 5 9.5-10" fill="none" stroke="#fff" stroke-width="3.5"/>',
  degraded: '<path d="M16 2 31 29H1z" fill="#b45309"/><path d="M16 11v9M16 24v1" stroke="#fff" stroke-width="3.5"/>',
  partial_outage:
    '<circle cx="16" cy="16" r="13" fill="#fff" stroke="#c2410c" stroke-width="4"/><path d="M16 3a13 13 0 0 1 0 26z" fill="#c2410c"/>',
  major_outage:
    '<path d="M10 1h12l9 9v12l-9 9H10l-9-9V10z" fill="#b91c1c"/><path d="M11 11l10 10M21 11L11 21" stroke="#fff" stroke-width="3.5"/>',
  maintenance:
    '<circle cx="16" cy="16" r="15" fill="#1d4ed8"/><path d="M9 23l9-9" stroke="#fff" stroke-width="4"/><circle cx="20" cy="12" r="5" fill="#fff"/>',
  unknown:
    '<circle cx="16" cy="16" r="13" fill="#fff" stroke="#64748b" stroke-width="4" stroke-dasharray="5 3"/><path d="M16 9v9M16 22v1" stroke="#64748b" stroke-width="3.5"/>',
  stale:
    '<circle cx="16" cy="16" r="13" fill="#fff" stroke="#64748b" stroke-width="4" stroke-dasharray="5 3"/><path d="M16 9v8h6" fill="none" stroke="#64748b" stroke-width="3"/>',
};

export function iconOf(state: ShownState): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${SHAPES[state]}</svg>\n`;
}
