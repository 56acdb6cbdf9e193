/**
 * Files of history, merged line by line: what was changed here since the bases is done again to the tip. Pure. Texts are
 * latin1, a character for each byte, so that a line that is broken comes through as it is.
 */

export interface Versions {
  /** States that this folder is known to have come from and the branch to have had; absent where a base lacks the file. */
  bases: readonly (string | undefined)[];
  own: string;
  tip: string;
}

interface Ledger {
  /** Undefined for a line that cannot be told from another. */
  identify(value: Readonly<Record<string, unknown>>): Place | undefined;
  /** Who is right about a line that both have changed. */
  preferred: 'own' | 'tip';
}

interface Place {
  key: string;
  order: readonly [number | string, string];
}

const ROUNDS: Ledger = {
  identify: ({ id, t }) => (typeof id === 'string' && typeof t === 'number' ? { key: id, order: [t, id] } : undefined),
  preferred: 'tip',
};

/** A digest is computed from what a writer has, and is computed again where both had something. */
const DIGESTS: Ledger = {
  identify: ({ d, t, loc }) => {
    const time = d ?? t;
    if (typeof time !== 'string' && typeof time !== 'number') return undefined;
    const place = typeof loc === 'string' ? loc : '';
    return { key: `${time}\n${place}`, order: [time, place] };
  },
  preferred: 'own',
};

const LEDGERS: Readonly<Record<string, Ledger>> = {
  raw: ROUNDS,
  incidents: ROUNDS,
  maintenance: ROUNDS,
  notifications: ROUNDS,
  github: ROUNDS,
  hourly: DIGESTS,
  daily: DIGESTS,
};

/** Whether a path inside the history is one of lines that follow each other in time. */
export function isLedger(path: string): boolean {
  return ledgerOf(path) !== undefined;
}

/** Lines in order of time, each once. Files that are no ledgers keep the tip's lines, followed by our new ones. */
export function mergeLines(path: string, { bases, own, tip }: Versions): string {
  const ledger = ledgerOf(path);
  if (!ledger) return joined(unite(bases.map(linesOf), linesOf(own), linesOf(tip)));
  const sheets = bases.map((base) => sheetOf(ledger, base));
  return joined(mergeSheets(ledger, sheets, sheetOf(ledger, own), sheetOf(ledger, tip)));
}

function ledgerOf(path: string): Ledger | undefined {
  const [folder = '', ...rest] = path.split('/');
  return rest.length === 1 && path.endsWith('.ndjson') && Object.hasOwn(LEDGERS, folder) ? LEDGERS[folder] : undefined;
}

interface Row extends Place {
  text: string;
}

interface Sheet {
  rows: ReadonlyMap<string, Row>;
  /** Lines that nobody can read, by the key of the last readable line before them; '' at the beginning. */
  broken: ReadonlyMap<string, readonly string[]>;
}

function sheetOf(ledger: Ledger, text: string | undefined): Sheet {
  const rows = new Map<string, Row>();
  const broken = new Map<string, string[]>();
  let before = '';
  for (const line of linesOf(text)) {
    const place = placeOf(ledger, line);
    if (place) {
      if (!rows.has(place.key)) rows.set(place.key, { ...place, text: line });
      before = place.key;
    } else listAt(broken, before).push(line);
  }
  return { rows, broken };
}

function placeOf(ledger: Ledger, line: string): Place | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    return ledger.identify(value as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function mergeSheets(ledger: Ledger, bases: readonly Sheet[], own: Sheet, tip: Sheet): string[] {
  const keys = new Set([...tip.rows.keys(), ...own.rows.keys()]);
  const rows = [...keys].flatMap((key) => mergeRow(ledger, key, bases, own, tip) ?? []).sort(byOrder);
  const broken = mergeBroken(bases, own, tip, new Set(rows.map(({ key }) => key)));
  return [...(broken.get('') ?? []), ...rows.flatMap(({ key, text }) => [text, ...(broken.get(key) ?? [])])];
}

function mergeRow(ledger: Ledger, key: string, bases: readonly Sheet[], own: Sheet, tip: Sheet): Row | undefined {
  const before = bases.map((base) => base.rows.get(key)?.text);
  const [ours, theirs] = [own.rows.get(key), tip.rows.get(key)];
  if (before.includes(ours?.text)) return theirs;
  // It is new here, or changed, or gone; without a base nothing can be gone.
  const isUntouchedThere = before.includes(theirs?.text);
  if (!ours) return bases.length > 0 && isUntouchedThere ? undefined : theirs;
  if (!theirs || isUntouchedThere) return ours;
  return ledger.preferred === 'own' ? ours : theirs;
}

/** By the line before them that is left. */
function mergeBroken(bases: readonly Sheet[], own: Sheet, tip: Sheet, keys: ReadonlySet<string>): Sheet['broken'] {
  const known = bases.map(brokenOf);
  const [ours, theirs] = [brokenOf(own), brokenOf(tip)];
  const isGone = (line: string): boolean =>
    known.length > 0 && !ours.has(line) && known.every((lines) => lines.has(line));
  const isNew = (line: string): boolean => !theirs.has(line) && !known.some((lines) => lines.has(line));
  const merged = new Map<string, string[]>();
  const add = (sheet: Sheet, isWanted: (line: string) => boolean): void => {
    let last = '';
    for (const key of ['', ...sheet.rows.keys()]) {
      if (keys.has(key)) last = key;
      for (const line of sheet.broken.get(key) ?? []) if (isWanted(line)) listAt(merged, last).push(line);
    }
  };
  add(tip, (line) => !isGone(line));
  add(own, isNew);
  return merged;
}

function listAt(lists: Map<string, string[]>, key: string): string[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function brokenOf({ broken }: Sheet): ReadonlySet<string> {
  return new Set([...broken.values()].flat());
}

function unite(bases: readonly (readonly string[])[], own: readonly string[], tip: readonly string[]): string[] {
  const known = new Set([...tip, ...bases.flat()]);
  return [...tip, ...own.filter((line) => !known.has(line))];
}

function byOrder({ order: a }: Row, { order: b }: Row): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
