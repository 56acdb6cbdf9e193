/**
 * A maintainer's Markdown → HTML. Raw HTML is shown as text, only http, https and mailto become links, and an image is a
 * link: the page asks nobody else for anything.
 */
import { micromark } from 'micromark';

const MAX_LENGTH = 20_000;
const WITHOUT_IMAGES = { disable: { null: ['labelStartImage'] } };

export function markdown(source: string): string {
  return micromark(plainText(source, MAX_LENGTH), { extensions: [WITHOUT_IMAGES] });
}

/** Without control characters and direction overrides, which could disguise what a text says; cut with a note. */
export function plainText(source: string, maxLength = 500): string {
  const clean = source.replaceAll(/[\p{Cc}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '',
  );
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}… (cut)` : clean;
}

/** The same of a sentence of ours, in which foreign pieces are isolated; isolates that are open or overlap go, too. */
export function plainSentence(source: string, maxLength?: number): string {
  const pieces = source.split(/\u2068([^\u2068\u2069]*)\u2069/);
  const plain = pieces.map((piece, index) =>
    index % 2 === 1 ? `\u2068${plainText(piece, maxLength)}\u2069` : plainText(piece, maxLength),
  );
  const whole = plain.join('');
  return maxLength !== undefined && whole.length > maxLength ? plainText(whole, maxLength) : whole;
}
