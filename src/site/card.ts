/** The picture that chats and social networks show beside a link to the page: its state when it was built. */

import { instant } from '../messages/wording.ts';
import { xmlText } from './feeds/xml.ts';
import { SHAPES } from './icon.ts';
import type { ShownState, Site } from './site.ts';

export const CARD_WIDTH = 1200;
export const CARD_HEIGHT = 630;

/** Networks show PNG; SVG is for machines on which nothing can draw one. */
export type CardFormat = 'png' | 'svg';

const COLOURS: Record<ShownState, { tint: string; state: string }> = {
  operational: { tint: '#e6f5ed', state: '#17724a' },
  degraded: { tint: '#fcf1d8', state: '#b45309' },
  partial_outage: { tint: '#fdece0', state: '#c2410c' },
  major_outage: { tint: '#fde8e8', state: '#b91c1c' },
  maintenance: { tint: '#e8eefc', state: '#1d4ed8' },
  unknown: { tint: '#eceff3', state: '#64748b' },
  stale: { tint: '#eceff3', state: '#64748b' },
};

/** sharp comes with Astro where there is one for the machine. */
export async function cardFormat(): Promise<CardFormat> {
  return (await import('sharp').catch(() => undefined)) ? 'png' : 'svg';
}

export async function cardOf(site: Site, format: CardFormat): Promise<string | Buffer> {
  const svg = cardSvg(site);
  if (format === 'svg') return svg;
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).png({ palette: true }).toBuffer();
}

export function cardSvg({ page, headline, age, words }: Pick<Site, 'page' | 'headline' | 'age' | 'words'>): string {
  const { tint, state } = COLOURS[headline.state];
  const verdict = wrapped(headline.verdict, 20, 3);
  const rest = wrapped(headline.because.join(words.between || ' '), 46, 2);
  const isMirrored = words.direction === 'rtl';
  const across = (x: number, width = 0): number => (isMirrored ? CARD_WIDTH - x - width : x);
  const asOf = age ? words.age.asOf(instant(words, age.probedAt)) : words.age.notYet;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD_WIDTH}" height="${CARD_HEIGHT}" viewBox="0 0 ${CARD_WIDTH} ${CARD_HEIGHT}" font-family="Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif" fill="#1c2430"${isMirrored ? ' direction="rtl"' : ''}>
<rect width="100%" height="100%" fill="${tint}"/><rect${isMirrored ? ` x="${across(0, 24)}"` : ''} width="24" height="100%" fill="${state}"/>
<text x="${across(84)}" y="112" font-size="40" font-weight="600">${xmlText(wrapped(page.title, 44, 1)[0] ?? '')}</text>
<svg x="${across(84, 180)}" y="180" width="180" height="180" viewBox="0 0 32 32">${SHAPES[headline.state]}</svg>
${lines(verdict, { x: across(320), y: 240, size: 64, step: 76, weight: 700 })}
${lines(rest, { x: across(320), y: 250 + verdict.length * 76, size: 30, step: 42, weight: 400 })}
<text x="${across(84)}" y="586" font-size="28" fill="#55606e">${xmlText(asOf)}</text>
</svg>
`;
}

interface Block {
  x: number;
  y: number;
  size: number;
  step: number;
  weight: number;
}

function lines(texts: readonly string[], { x, y, size, step, weight }: Block): string {
  return texts
    .map(
      (text, index) =>
        `<text x="${x}" y="${y + index * step}" font-size="${size}" font-weight="${weight}">${xmlText(text)}</text>`,
    )
    .join('\n');
}

/** Nothing here can measure text: letters count one, those of East Asia and symbols two. */
function wrapped(text: string, width: number, maxLines: number): string[] {
  const result: string[] = [];
  let line = '';
  // A word without end is broken where it must be.
  const words = text.split(/\s+/).flatMap((word) => pieces(word, width));
  for (const word of words) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      result.push(line);
      line = '';
      if (result.length === maxLines) break;
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (result.length < maxLines) return line === '' ? result : [...result, line];
  return [...result.slice(0, -1), `${result.at(-1)}…`];
}

function pieces(word: string, width: number): string[] {
  const result: string[] = [''];
  for (const letter of word.slice(0, 500)) {
    if (widthOf(result.at(-1)!) + widthOf(letter) > width) result.push('');
    result[result.length - 1] += letter;
  }
  return result;
}

function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.codePointAt(0)! >= 0x1100 ? 2 : 1;
  return width;
}
