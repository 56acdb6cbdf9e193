/**
 * What may be shown of a probe's settings. Only keys that are known to hold no secrets are shown, and of those no value that
 * comes from the environment: what a kind learns tomorrow is hidden until it is listed here.
 */

const SHOWN = new Set([
  'count',
  'expiresWithin',
  'family',
  'host',
  'method',
  'minVersion',
  'name',
  'port',
  'redirects',
  'server',
  'serverName',
  'service',
  'starttls',
  'transport',
  'type',
  'url',
  'verify',
  'versions',
]);
const MAX_TEXT = 500;

export interface ShownSettings {
  /** Of a probe that is written in one line. */
  target?: string;
  shown: Record<string, string | number | boolean>;
  /** Names of those that are there and not shown. */
  hidden: string[];
}

/** `settings` as services.yml has them, with `${NAME}` where the prober puts in values. */
export function shownSettings(settings: unknown): ShownSettings {
  if (typeof settings === 'string') {
    const target = shownText(settings);
    return { ...(target !== undefined && { target }), shown: {}, hidden: target === undefined ? ['target'] : [] };
  }
  if (typeof settings !== 'object' || settings === null) return { shown: {}, hidden: [] };
  // A list is a program with its arguments, which may hold anything.
  if (Array.isArray(settings)) return { shown: {}, hidden: ['run'] };
  const shown: ShownSettings['shown'] = {};
  const hidden: string[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const plain = SHOWN.has(key) ? shownValue(value) : undefined;
    if (plain === undefined) hidden.push(key.slice(0, 50));
    else shown[key] = plain;
  }
  return { shown, hidden };
}

function shownValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' ? shownText(value) : undefined;
}

function shownText(text: string): string | undefined {
  if (text.includes('${')) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return shownAddress(text);
  // `user:password@host` is no host.
  return text.includes('@') || text.length > MAX_TEXT ? undefined : text;
}

/** Without user and password, query and fragment; a part of the path that looks like a key is left out. */
function shownAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || text.length > MAX_TEXT) return undefined;
  const path = url.pathname.split('/').map((part) => (/^(?=.*\d)[\w.~%-]{20,}$/.test(part) ? '…' : part));
  return `${url.protocol}//${url.host}${path.join('/')}${url.search === '' ? '' : '?…'}`;
}
