/** XML that any text may be put into: escaped, and without the characters that no XML document may hold. */

/** An element with its attributes and what stands in it, which is XML already. */
export function element(name: string, attributes: Readonly<Record<string, string>>, ...content: string[]): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(value)}"`);
  const inner = content.join('');
  return inner === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${inner}</${name}>`;
}

/** `<name>text</name>` */
export function textElement(name: string, text: string): string {
  return element(name, {}, xmlText(text));
}

/** For content and for attributes between double quotes. */
export function xmlText(text: string): string {
  return legal(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

/** XML 1.0 has no place for most control characters, half a pair, U+FFFE and U+FFFF, not even escaped. */
function legal(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}
