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

// Worked out once a round, not once an observation.
const remembered = new WeakMap<readonly string[], readonly string[]>();

/** The longest first, so that none is cut by one inside it. */
function needlesOf(secrets: readonly string[]): readonly string[] {
  const known = remembered.get(secrets);
  if (known) return known;
  const worthIt = secrets.filter((secret) => secret.length >= MIN_SECRET);
  const needles = [...new Set(worthIt.flatMap(spellings))].sort((a, b) => b.length - a.length);
  remembered.set(secrets, needles);
  return needles;
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

function withoutNeedles(text: string, needles: readonly string[]): string {
  const whole = needles.reduce((rest, needle) => rest.replaceAll(needle, '***'), text);
  // An excerpt may have been cut inside a secret.
  const [last, ...excerpts] = whole.split('…').reverse() as [string, ...string[]];
  return [last, ...excerpts.map((excerpt) => withoutBeginning(excerpt, needles))].reverse().join('…');
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
