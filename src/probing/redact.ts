/** The one door through which observations leave: secrets out, hostile text bounded. */

const MAX_TEXT = 500;
/** A shorter secret would blank out ordinary words, and protects nothing. */
const MIN_SECRET = 4;

/** Every string in `value` without the secrets, in whatever spelling, and at most 500 characters long. */
export function redact<T>(value: T, secrets: readonly string[]): T {
  const needles = needlesOf(secrets);
  const clean = (item: unknown): unknown => {
    if (typeof item === 'string') return cut(withoutNeedles(item, needles));
    if (Array.isArray(item)) return item.map(clean);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [clean(key), clean(inner)]));
  };
  return clean(value) as T;
}

interface Needles {
  /** Whole spellings, to be found at the end of an excerpt, too. */
  texts: readonly string[];
  /** A secret some of whose characters are escaped, or none. */
  patterns: readonly RegExp[];
}

// Worked out once a round, not once an observation.
const remembered = new WeakMap<readonly string[], Needles>();

/** The longest first, so that none is cut by one inside it. */
function needlesOf(secrets: readonly string[]): Needles {
  const known = remembered.get(secrets);
  if (known) return known;
  const worthIt = secrets.filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length);
  const texts = [...new Set(worthIt.flatMap(spellings))].sort((a, b) => b.length - a.length);
  const needles = { texts, patterns: worthIt.map(escapedAnyhow) };
  remembered.set(secrets, needles);
  return needles;
}

/** Each part of a URL escapes other characters, and what quotes a quotation doubles its backslashes. */
function escapedAnyhow(secret: string): RegExp {
  const anyCase = (hex: string): string => hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const characters = [...secret].map((character) => {
    const percent = [...Buffer.from(character)]
      .map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`)
      .join('');
    // Bounded, so that a long row of backslashes costs nothing.
    if (character === '\\') return `(?:\\\\{1,8}|${percent})`;
    return `\\\\{0,7}(?:\\u{${character.codePointAt(0)!.toString(16)}}|${percent})`;
  });
  return new RegExp(characters.join(''), 'gu');
}

function spellings(secret: string): string[] {
  const base64 = [Buffer.from(secret).toString('base64'), ...insideBase64(secret)];
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64, ...base64url];
}

/** In the base64 of a longer text (`user:secret`) a secret looks different for each third of the places it may have. */
function insideBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      // Without the characters that hold bits of the neighbours too.
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
}

function withoutNeedles(text: string, { texts, patterns }: Needles): string {
  const spelt = texts.reduce((rest, needle) => rest.replaceAll(needle, '***'), text);
  const whole = patterns.reduce((rest, pattern) => rest.replaceAll(pattern, '***'), spelt);
  // An excerpt may have been cut inside a secret.
  const [last, ...excerpts] = whole.split('…').reverse() as [string, ...string[]];
  return [last, ...excerpts.map((excerpt) => withoutBeginning(excerpt, texts))].reverse().join('…');
}

function withoutBeginning(excerpt: string, needles: readonly string[]): string {
  for (const needle of needles) {
    for (let length = Math.min(needle.length - 1, excerpt.length); length >= MIN_SECRET; length -= 1) {
      if (excerpt.endsWith(needle.slice(0, length))) return `${excerpt.slice(0, -length)}***`;
    }
  }
  return excerpt;
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
