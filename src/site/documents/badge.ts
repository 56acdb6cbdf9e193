/**
 * Badges: a service, or the page, in two words. They are files and cannot grow old by themselves, so each says of when it
 * is; what was old already when it was built is never green.
 */
import type { z } from 'zod';
import { xmlText } from '../feeds/xml.ts';
import { plainText } from '../markdown.ts';
import type { ServiceView } from '../service-view.ts';
import type { ShownState, Site } from '../site.ts';
import { instant } from '../words.ts';
import type { badgeSchema } from './schemas.ts';

export interface Badge {
  label: string;
  message: string;
  state: ShownState;
  /** "as of 2026-11-20 12:05 UTC, valid until 2026-11-20 13:35 UTC" */
  asOf: string;
}

/** Dark enough for white letters, and told apart by their words. */
const COLORS: Record<ShownState, string> = {
  operational: '#1a7f4b',
  degraded: '#b45309',
  partial_outage: '#c2410c',
  major_outage: '#b91c1c',
  maintenance: '#1d4ed8',
  unknown: '#5b6675',
  stale: '#5b6675',
};
const MAX_LABEL = 60;

export function overallBadge(site: Site): Badge {
  const { page, headline, words } = site;
  const isStale = headline.state === 'stale';
  const message = isStale
    ? `${words.lastKnown}${words.states[headline.overall]}`
    : words.states[headline.state as typeof headline.overall];
  return { label: labelOf(page.title), message, state: headline.state, asOf: asOf(site) };
}

export function serviceBadge(service: ServiceView, site: Site): Badge {
  const label = labelOf(service.name);
  if (!site.isLastKnown) return { label, message: service.word, state: service.state, asOf: asOf(site) };
  const isStale = site.headline.state === 'stale' && service.state !== 'unknown';
  return {
    label,
    message: isStale ? service.word : site.words.states.unknown,
    state: isStale ? 'stale' : 'unknown',
    asOf: asOf(site),
  };
}

/** With how much of the observed time it was up. */
export function uptimeBadge(service: ServiceView, site: Site): Badge {
  const badge = serviceBadge(service, site);
  return {
    ...badge,
    message: `${badge.message}${site.words.comma}${service.uptime.words ?? site.words.service.noData}`,
  };
}

/** https://shields.io/badges/endpoint-badge */
export function badgeJson({ label, message, state }: Badge): z.input<typeof badgeSchema> {
  return { schemaVersion: 1, label, message, color: COLORS[state], cacheSeconds: 300 };
}

export function badgeSvg({ label, message, state, asOf }: Badge): string {
  const [left, right] = [label, message].map((text) => Math.ceil(widthOf(text)));
  const [labelWidth, messageWidth] = [left! + 2 * PADDING, right! + 2 * PADDING];
  const width = labelWidth + messageWidth;
  const text = (x: number, length: number, content: string): string =>
    // Letters that join must not be drawn apart, so their shapes give way instead of the room between them.
    `<text x="${x}" y="14" textLength="${length}"${JOINED.test(content) ? ' lengthAdjust="spacingAndGlyphs"' : ''}>${xmlText(content)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img">`,
    `<title>${xmlText(`${label}: ${message}; ${asOf}`)}</title>`,
    `<rect width="${labelWidth}" height="20" fill="#3b424b"/>`,
    `<rect x="${labelWidth}" width="${messageWidth}" height="20" fill="${COLORS[state]}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">',
    text(PADDING, left!, label),
    text(labelWidth + PADDING, right!, message),
    '</g></svg>\n',
  ].join('');
}

function asOf({ age, precision, words }: Site): string {
  if (!age) return words.age.noneYet;
  const at = instant(words, age.probedAt, precision);
  return words.age.asOfUntil(at, instant(words, age.probedAt + age.staleAfterMs, precision));
}

function labelOf(text: string): string {
  const line = plainText(text).replaceAll(/\s+/g, ' ').trim().toWellFormed();
  const characters = [...line];
  return characters.length > MAX_LABEL ? `${characters.slice(0, MAX_LABEL - 1).join('')}…` : line;
}

const JOINED = /\p{Script=Arabic}/u;
const PADDING = 6;
/** Tenths of a pixel that Verdana at 11 px gives the characters from the space to the tilde. */
const WIDTHS = [
  39, 43, 51, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50, 40, 50, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 50, 50, 90,
  90, 90, 60, 110, 75, 75, 77, 85, 70, 63, 85, 83, 46, 50, 76, 61, 93, 82, 87, 66, 87, 77, 75, 68, 81, 75, 109, 75, 68,
  75, 50, 50, 50, 90, 70, 70, 66, 69, 57, 69, 66, 39, 69, 70, 30, 38, 65, 30, 107, 70, 67, 69, 69, 47, 57, 43, 70, 65,
  90, 65, 65, 58, 70, 50, 70, 90,
];

/** `textLength` makes it true in any font; the guess only has to look well. */
function widthOf(text: string): number {
  let tenths = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    tenths += WIDTHS[code - 0x20] ?? (code < 0x1100 ? 70 : 110);
  }
  return tenths / 10;
}
