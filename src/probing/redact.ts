/** The one door through which observations leave: secrets out, hostile text bounded. */

const MAX_TEXT = 500;
/** A shorter secret would blank out ordinary words, and protects nothing. */
const MIN_SECRET = 4;

/** Every string in `value` without the secrets, also as base64 and percent-encoded, and at most 500 characters long. */
export function redact<T>(value: T, secrets: readonly string[]): T {
  const needles = secrets
    .filter((secret) => secret.length >= MIN_SECRET)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      JSON.stringify(secret).slice(1, -1),
    ])
    .sort((a, b) => b.length - a.length);
  const clean = (item: unknown): unknown => {
    if (typeof item === 'string') return cut(needles.reduce((text, needle) => text.replaceAll(needle, '***'), item));
    if (Array.isArray(item)) return item.map(clean);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [clean(key), clean(inner)]));
  };
  return clean(value) as T;
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
