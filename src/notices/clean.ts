/** Text that somebody else wrote, made harmless for any receiver: one line, bounded, no disguise, no address to click. */

/** `http://x` is no link any more, and still to be read. */
const NOT_A_LINK = '\u200b';

export function clean(text: string, length: number): string {
  const line = text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim()
    .replaceAll('://', `:${NOT_A_LINK}//`)
    .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, 3)}${NOT_A_LINK}.`);
  return cut(line, length);
}

/** By whole characters. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
