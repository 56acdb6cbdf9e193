import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inDot } from '../../../src/verbs/graph/dot.ts';
import { plain } from '../../../src/verbs/graph/drawing.ts';
import { HOSTILE_NAMES, hostileSurvey } from './hostile.ts';

interface Parsed {
  title: string;
  labels: string[];
  arrows: [from: string, to: string, style: string][];
}

/** The part of Graphviz' grammar that is used: an error where it would be one there. */
function parse(text: string): Parsed {
  const token = /\s*(?:\/\/[^\n]*\n\s*)*(->|[{}[\];=,]|[a-z_][a-z_0-9]*|\d+|"(?:[^"\\\n]|\\.)*")/iy;
  const tokens: string[] = [];
  const body = text.trimEnd();
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const match = token.exec(body);
    if (!match) throw new Error(`no token at ${JSON.stringify(body.slice(at, at + 60))}`);
    tokens.push(match[1]!);
  }
  const parsed: Parsed = { title: '', labels: [], arrows: [] };
  const take = (wanted?: string | RegExp): string => {
    const next = tokens.shift() ?? 'the end';
    const isWanted = wanted === undefined || (typeof wanted === 'string' ? next === wanted : wanted.test(next));
    if (!isWanted) throw new Error(`expected ${wanted}, found ${next} before ${tokens.slice(0, 5).join(' ')}`);
    return next;
  };
  const attributes = (): Record<string, string> => {
    const found: Record<string, string> = {};
    take('[');
    while (tokens[0] !== ']') {
      const name = take(/^[a-z]+$/);
      take('=');
      found[name] = take(/^(\w+|".*")$/);
      if (tokens[0] === ',') take();
    }
    take(']');
    if (found.label) parsed.labels.push(textOf(found.label));
    return found;
  };
  const statements = (): void => {
    take('{');
    while (tokens[0] !== '}') {
      const name = take(/^\w+$/);
      if (name === 'subgraph') {
        take(/^cluster_\d+$/);
        statements();
        continue;
      }
      if (tokens[0] === '=') {
        take();
        const value = take(/^(\w+|".*")$/);
        if (name === 'label') parsed.labels.push(textOf(value));
      } else if (tokens[0] === '->') {
        take();
        parsed.arrows.push([name, take(/^[nq]\d+$/), attributes().style!]);
      } else attributes();
      take(';');
    }
    take('}');
  };
  take('digraph');
  parsed.title = textOf(take(/^"/));
  statements();
  if (tokens.length > 0) throw new Error(`more after the end: ${tokens.join(' ')}`);
  return parsed;
}

/** What Graphviz shows: a backslash makes the next character plain, or stands for a name; entities are read. */
function textOf(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll(/\\(.)/gs, (_, next: string) => (next === '\\' ? '\\' : `<escape ${next}>`))
    .replaceAll(/&(\w+|#\d+);/g, (entity) => (entity === '&amp;' ? '&' : `<entity ${entity}>`));
}

test('every name is shown as it is, and none is read as anything else', () => {
  const { title, labels, arrows } = parse(inDot(hostileSurvey(), 'my "page" \\'));
  expect(title).toBe('my "page" \\');
  for (const name of HOSTILE_NAMES) expect(labels).toContain(plain(name));
  // One for each edge to a service; three for one to a group of two.
  expect(arrows.length).toBe(HOSTILE_NAMES.length * 4);
  expect(arrows.slice(0, 5)).toEqual([
    ['n0', 'n1', 'solid'],
    ['n0', 'q0', 'solid'],
    ['q0', 'n2', 'solid'],
    ['q0', 'n3', 'solid'],
    ['n1', 'n2', 'dashed'],
  ]);
  expect(arrows[8]).toEqual(['n2', 'n3', 'dotted']);
});

test('whatever people write', () => {
  const names = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 4, maxLength: 6 });
  fc.assert(
    fc.property(names, (list) => {
      const { labels } = parse(inDot(hostileSurvey(list), list[0]!));
      for (const name of list) expect(labels).toContain(plain(name));
    }),
    { numRuns: 40 },
  );
});
