/** Lines of a raw file, in whatever condition they are. */
import { type RawLine, rawLine } from './raw.ts';

export type Parsed = { line: RawLine } | { problem: string; isNewer: boolean };

export function parseLine(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON', isNewer: false };
  }
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version === 'number' && version > 1) {
    return { problem: `has version ${version}, this Vedette reads 1`, isNewer: true };
  }
  const parsed = rawLine.safeParse(value);
  if (parsed.success) return { line: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { problem: `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, ''), isNewer: false };
}

/** Reads a line only once, however many ask for it: those of a day go into its digest, too. */
export function parsingOnce(): typeof parseLine {
  const known = new Map<string, Parsed>();
  return (text) => {
    const parsed = known.get(text) ?? parseLine(text);
    known.set(text, parsed);
    return parsed;
  };
}

/**
 * `whole` with one more line, in the order of time and id; as it was if the id is there already. Lines that cannot be
 * read stay behind the line that they follow.
 */
export function insertLine(whole: string, line: string): string {
  const own = keyOf(line);
  if (!own) throw new TypeError('only a line that can be read can be inserted');
  if (whole.includes(`"id":${JSON.stringify(own.id)}`)) return whole;
  let at = whole.length;
  for (let end = whole.length; end > 0; ) {
    const start = whole.lastIndexOf('\n', end - 2) + 1;
    const before = keyOf(whole.slice(start, end - 1));
    if (before && isOrdered(before, own)) break;
    if (before) at = start;
    end = start;
  }
  return `${whole.slice(0, at)}${line}\n${whole.slice(at)}`;
}

export interface Key {
  t: number;
  id: string;
}

export function isOrdered(a: Key, b: Key): boolean {
  return a.t < b.t || (a.t === b.t && a.id <= b.id);
}

/** Undefined for a line that cannot be read. */
function keyOf(text: string): Key | undefined {
  const parsed = parseLine(text);
  return 'line' in parsed ? parsed.line : undefined;
}
