/** Where in services.yml something is wrong, and how it is said. */
import { closest, distance } from 'fastest-levenshtein';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';

/** One thing to mend, with its place where there is one. Lines and columns count from 1. */
export interface Problem {
  file: string;
  line?: number;
  column?: number;
  /** `services.api.probes[0].timeout`. */
  path?: string;
  message: string;
  /** Name of the environment variable that is missing, where nothing else is wrong. */
  unset?: string;
}

/** What our own checks report; zod's issues are findings, too. */
export interface Finding {
  path: readonly PropertyKey[];
  message: string;
  /** The names that would have been right, for "did you mean". */
  wanted?: readonly string[];
  /** The message is complete: what was found is not worth repeating. */
  isWhole?: boolean;
  /** Name of the environment variable that is missing. */
  unset?: string;
}

export interface YamlFile {
  file: string;
  /** One; with duplicate keys two, of which each keeps another of the duplicates, so that problems in both are found. */
  documents: YamlDocument[];
  lines: LineCounter;
  /** Syntax errors and duplicate keys. */
  problems: Problem[];
  /** Where the first syntax error stands: what comes after it may be an echo of it. */
  brokenFrom: number;
}

export interface YamlDocument {
  document: Document;
  value: unknown;
}

/** `services.yml:14:7  services.api.probes[0].timeout: expected a duration like 5s or 2m, got "5"` */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  // What somebody wrote as a key must not steer the terminal or fill it.
  const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, MAX_SHOWN);
  return path ? `${place}  ${clean(path)}: ${clean(message)}` : `${place}  ${clean(message)}`;
}

const MAX_SHOWN = 400;
const YAML_OPTIONS = { prettyErrors: false, merge: true } as const;

export function readYaml(file: string, source: string): YamlFile | { fatal: Problem } {
  const fatal = (message: string): { fatal: Problem } => ({ fatal: { file, message } });
  if (source.trim() === '') return fatal('is empty; the least is `services: { website: https://example.org }`');
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, ...YAML_OPTIONS });
  const { errors } = document;
  // The parser reports its own exhausted stack as one of the errors.
  if (errors.some(({ message }) => /call stack|stack overflow/i.test(message))) return fatal('is nested too deeply');
  const broken = brokenAlias(document);
  if (broken) {
    const { line, col } = lines.linePos(broken.offset);
    return { fatal: { file, line, column: col, message: broken.message } };
  }
  const documents: YamlDocument[] = [];
  try {
    const hasDuplicates = errors.some(({ code }) => code === 'DUPLICATE_KEY');
    for (const each of hasDuplicates
      ? [pruned(parseDocument(source, YAML_OPTIONS), 'first'), pruned(document, 'last')]
      : [document]) {
      documents.push({ document: each, value: each.toJS({ maxAliasCount: 100 }) });
    }
  } catch (error) {
    if (error instanceof RangeError) return fatal('is nested too deeply');
    if (error instanceof ReferenceError) return fatal(aliasProblem(error));
    throw error;
  }
  const problems = errors.map(({ code, message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { file, line, column: col, message: syntaxProblem(code, message, source.slice(pos[0])) };
  });
  const syntaxErrors = errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  const brokenFrom = Math.min(Number.POSITIVE_INFINITY, ...syntaxErrors.map(({ pos }) => pos[0]));
  if (document.contents === null && problems.length === 0) {
    return fatal('holds only comments; the least is `services: { website: https://example.org }`');
  }
  if (!isMap(document.contents) && problems.length === 0) {
    const message = `expected keys such as \`services:\`, got ${shown(documents[0]?.value)}`;
    return { fatal: { file, line: 1, column: 1, message } };
  }
  return { file, documents, lines, problems, brokenFrom };
}

/** An alias that names nothing, or would make the document endless. */
function brokenAlias(document: Document): { offset: number; message: string } | undefined {
  let broken: { offset: number; message: string } | undefined;
  visit(document, {
    Alias(_, alias, path) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) {
        broken = { offset, message: `no anchor &${alias.source} stands before this alias` };
      } else if ((path as readonly unknown[]).includes(target)) {
        broken = { offset, message: 'this alias stands inside the value that it names' };
      }
      return broken ? visit.BREAK : undefined;
    },
  });
  return broken;
}

/** Of pairs with the same key in one mapping, keeps the first or the last. */
function pruned(document: Document, keep: 'first' | 'last'): Document {
  visit(document, {
    Map(_, map) {
      const keys = map.items.map(({ key }) => (isScalar(key) ? String(key.value) : key));
      const isKept = (key: unknown, index: number): boolean =>
        (keep === 'first' ? keys.indexOf(key) : keys.lastIndexOf(key)) === index;
      map.items = map.items.filter((_, index) => isKept(keys[index], index));
    },
  });
  return document;
}

/** Everything that was found, in the order of the file. */
export function problemsOf(
  yaml: YamlFile,
  findingsIn: (value: unknown) => readonly (Finding | z.core.$ZodIssue)[],
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): Problem[] {
  const located = yaml.documents.flatMap(({ document, value }) =>
    findingsIn(value)
      .flatMap((finding): Located[] => ('code' in finding ? fromZod(finding, keysAt) : [finding]))
      .map((finding) => locate(yaml, document, finding)),
  );
  const isTrusted = ({ offset, isAbsence }: Place): boolean =>
    offset < yaml.brokenFrom && !(isAbsence && yaml.brokenFrom < Number.POSITIVE_INFINITY);
  const all = [...yaml.problems, ...located.filter(isTrusted).map(({ problem }) => problem)];
  const unique = new Map(all.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

interface Located extends Finding {
  /** The key itself is wrong, not its value. */
  isKey?: boolean;
}

function fromZod(issue: z.core.$ZodIssue, keysAt: (path: readonly PropertyKey[]) => readonly string[]): Located[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const wanted = keysAt(path);
        const belongsOutside = path.length > 0 && !wanted.includes(key) && keysAt(path.slice(0, -1)).includes(key);
        const message = belongsOutside
          ? `unknown key; it belongs beside \`${String(path.at(-1))}\`, not inside`
          : 'unknown key';
        return { path: [...path, key], message, isKey: true, ...(belongsOutside ? {} : { wanted }) };
      });
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? 'not a valid key', isKey: true }];
    case 'invalid_value':
      return [{ path, message: `expected ${issue.values.map(String).join(', ')}`, wanted: issue.values.map(String) }];
    case 'invalid_union':
      return [{ path, message: `expected ${unionTypes(issue)}` }];
    case 'invalid_type':
      return [
        { path, message: hasOwnMessage(issue.message) ? issue.message : `expected ${typeInWords(issue.expected)}` },
      ];
    case 'too_small':
    case 'too_big':
      return [{ path, message: boundInWords(issue) }];
    case 'custom':
      return [{ path, message: issue.message, isWhole: issue.message.includes('found ') }];
    default:
      return [{ path, message: issue.message }];
  }
}

interface Place {
  problem: Problem;
  /** Characters from the beginning of the file. */
  offset: number;
  /** Something is not there; behind a syntax error it may well be. */
  isAbsence: boolean;
}

function locate(yaml: YamlFile, document: Document, finding: Located): Place {
  const { node, key, existing, isMissing, value } = find(document, finding.path);
  const target = finding.isKey && key ? key : node;
  const offset = target?.range?.[0] ?? 0;
  const { line, col } = yaml.lines.linePos(offset);
  const path = pathInWords(finding.isKey || isMissing ? finding.path : existing);
  const message =
    isMissing && !finding.isKey
      ? `missing; ${finding.message}`
      : `${finding.message}${found(finding, value)}${suggestion(document, finding)}`;
  return {
    problem: {
      file: yaml.file,
      line,
      column: col,
      path,
      message,
      ...(finding.unset !== undefined && { unset: finding.unset }),
    },
    offset,
    isAbsence: isMissing || value === null,
  };
}

/** ", got …", where the message does not say it already. */
function found({ path, message, isKey, isWhole }: Located, value: unknown): string {
  // What stands there may be an address that is a secret.
  if (path[0] === 'notifications') return '';
  const isAboutParts = typeof value === 'object' && value !== null && !/^expected (a |an |some )/.test(message);
  return isKey || isWhole || isAboutParts ? '' : `, got ${shown(value)}`;
}

/** The deepest node on the path that the file really has: shorthands stand for structure that is not written. */
function find(document: Document, path: readonly PropertyKey[]) {
  let node = document.contents as Node | null;
  let key: Node | undefined;
  let isMissing = false;
  const existing: PropertyKey[] = [];
  for (const [depth, segment] of path.entries()) {
    // One rule may stand where a list of rules is meant.
    if (typeof segment === 'number' && !isSeq(node)) continue;
    const pair = isMap(node) ? pairOf(node, String(segment), document) : undefined;
    const next = isSeq(node) ? node.items[Number(segment)] : pair?.value;
    if (!isNode(next)) {
      isMissing = depth === path.length - 1 && isMap(node) && pair === undefined;
      break;
    }
    key = isNode(pair?.key) ? pair.key : undefined;
    node = isAlias(next) ? (next.resolve(document) ?? null) : next;
    existing.push(segment);
  }
  return { node, key, existing, isMissing, value: node?.toJS(document) as unknown };
}

/** A key's pair, also one that came in through `<<`. */
function pairOf(map: YAMLMap, key: string, document: Document): Pair | undefined {
  // The parser gives the merge key a value of its own; what was written is in its source.
  const named = (wanted: string): Pair[] =>
    map.items.filter(({ key }) => isScalar(key) && (key.source ?? String(key.value)) === wanted);
  const [own] = named(key);
  if (own) return own;
  const merged = named('<<').flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
  for (const source of merged) {
    const target = isAlias(source) ? source.resolve(document) : source;
    const pair = isMap(target) ? pairOf(target, key, document) : undefined;
    if (pair) return pair;
  }
  return undefined;
}

function suggestion(document: Document, { path, wanted, isKey }: Located): string {
  const found = isKey ? String(path.at(-1)) : String(document.getIn(path) ?? '');
  if (!wanted?.length || found === '') return '';
  const nearest = closest(found.toLowerCase(), wanted as string[]);
  // Two letters swapped are a distance of two.
  const tolerance = nearest.length < 4 ? 1 : Math.max(2, Math.floor(nearest.length / 3));
  if (distance(found.toLowerCase(), nearest.toLowerCase()) <= tolerance) return `; did you mean ${nearest}?`;
  if (!isKey) return '';
  const listed = wanted.slice(0, MAX_LISTED_KEYS).join(', ');
  return `; known are ${listed}${wanted.length > MAX_LISTED_KEYS ? ' …' : ''}`;
}

/** Enough for the kinds of probes, which come first among the keys of a probe. */
const MAX_LISTED_KEYS = 12;

function pathInWords(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** A value as JSON, short enough for one line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function typeInWords(expected: string): string {
  const words: Record<string, string> = {
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
    int: 'a whole number',
    boolean: 'true or false',
    string: 'some text',
  };
  return words[expected] ?? `a ${expected}`;
}

function unionTypes(issue: z.core.$ZodIssueInvalidUnion): string {
  const first = issue.errors.flat().filter(({ code }) => code === 'invalid_type');
  const types = first.map((inner) => typeInWords((inner as z.core.$ZodIssueInvalidType).expected));
  return [...new Set(types)].join(' or ') || 'something else';
}

function boundInWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (hasOwnMessage(issue.message)) return issue.message;
  const isList = issue.origin === 'array';
  if (issue.code === 'too_small') {
    if (isList) return `expected at least ${issue.minimum} in the list`;
    return `expected a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
  }
  return isList ? `expected at most ${issue.maximum} in the list` : `expected a number of at most ${issue.maximum}`;
}

/** Our messages begin in lower case, zod's own with a capital. */
function hasOwnMessage(message: string): boolean {
  return /^[a-z]/.test(message);
}

/** `rest`: the file from the place of the error on. */
function syntaxProblem(code: string, message: string, rest: string): string {
  if (code === 'MULTIPLE_DOCS') return 'YAML: a second document begins here; keep one';
  if (code !== 'DUPLICATE_KEY') return `YAML: ${firstSentence(message)}`;
  const key = /^[^\s:]+/.exec(rest)?.[0] ?? '';
  return `the key ${key} stands twice in this mapping; keep one`;
}

function firstSentence(message: string): string {
  return message.split('\n')[0]!.replace(/[.:]$/, '');
}

function aliasProblem(error: ReferenceError): string {
  return error.message.includes('Excessive')
    ? 'its aliases (*name) expand to an enormous document; write the values out'
    : `YAML: ${firstSentence(error.message)}`;
}
