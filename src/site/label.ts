/** Texts in a drawing: there is no line break and no measuring there, so widths are estimated and what is too long is cut. */
import { plainText } from './markdown.ts';

const NARROW = /^[ .,:;'’|!iIjlt()[\]/-]$/;
const WIDE = /^[mwMW@%…—]$/;
const UPPER = /^\p{Lu}$/u;
/** Ideographs, Hangul, emoji: as wide as they are high. */
const FULL = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
/** More of a text than this is never drawn. */
const MAX_LENGTH = 200;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** In pixels; rather too much than too little, whatever the visitor's font is. */
export function labelWidth(text: string, fontSize: number): number {
  return graphemes(text).reduce((sum, grapheme) => sum + widthOf(grapheme), 0) * fontSize;
}

/** On one line, without what disguises it. */
export function oneLine(text: string): string {
  return plainText(text.slice(0, MAX_LENGTH * 10), MAX_LENGTH)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** "A very long na…" */
export function cutLabel(text: string, fontSize: number, maxWidth: number): string {
  if (labelWidth(text, fontSize) <= maxWidth) return text;
  let kept = '';
  let width = widthOf('…') * fontSize;
  for (const grapheme of graphemes(text)) {
    width += widthOf(grapheme) * fontSize;
    if (width > maxWidth) break;
    kept += grapheme;
  }
  return `${kept.trimEnd()}…`;
}

/** On one line or two, broken between words where that is possible. */
export function wrapLabel(text: string, fontSize: number, maxWidth: number, maxLines: 1 | 2): string[] {
  if (maxLines === 1 || labelWidth(text, fontSize) <= maxWidth) return [cutLabel(text, fontSize, maxWidth)];
  const words = text.split(/(?<=[ /-])/);
  let first = '';
  while (words.length > 1 && labelWidth(`${first}${words[0]}`.trimEnd(), fontSize) <= maxWidth) first += words.shift();
  if (first === '') return [cutLabel(text, fontSize, maxWidth)];
  return [first.trimEnd(), cutLabel(words.join(''), fontSize, maxWidth)];
}

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text.slice(0, MAX_LENGTH)), ({ segment }) => segment);
}

/** In ems. */
function widthOf(grapheme: string): number {
  if (NARROW.test(grapheme)) return 0.34;
  if (FULL.test(grapheme)) return 1.1;
  if (WIDE.test(grapheme)) return 0.95;
  return UPPER.test(grapheme) ? 0.7 : 0.58;
}
