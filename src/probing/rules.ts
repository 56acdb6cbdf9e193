/**
 * The rules of `expect:` and `prefer:`. A rule says what must be true of a subject (a header, a body, a value in a JSON
 * document); a list of rules must hold together. Expressions are RE2, whose time grows only with the length of input.
 */
import { jsonpath } from 'json-p3';
import { RE2JS } from 're2js';
import { z } from 'zod';
import type { Reason } from '../model.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Scalar = z.output<typeof scalar>;

/** What makes a rule fail, with a reason from the closed list. */
export interface Violation {
  reason: Reason;
  message: string;
}

export interface Rule {
  is?: Scalar | undefined;
  oneOf?: Scalar[] | undefined;
  contains?: string | undefined;
  matches?: RE2JS | undefined;
  above?: number | undefined;
  below?: number | undefined;
  exists?: boolean | undefined;
  not?: Rule | undefined;
}

const expression = z.string('expected a regular expression').transform((source, context) => {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '').replace('(?s)', '') : '';
    context.addIssue({ code: 'custom', message: `expected a regular expression in RE2 syntax (${why})` });
    return z.NEVER;
  }
});

const ruleKeys = z
  .strictObject({
    is: scalar.describe('Equal to this.').optional(),
    oneOf: z.array(scalar).min(1).describe('Equal to one of these.').optional(),
    contains: z.string().min(1).describe('Has this text in it.').optional(),
    matches: expression.describe('Somewhere matches this regular expression (RE2 syntax).').optional(),
    above: z.number().describe('A number greater than this.').optional(),
    below: z.number().describe('A number less than this.').optional(),
    exists: z.boolean().describe('Is there, or with `false` is not.').optional(),
    get not() {
      return rule.describe('None of the keys of this rule may hold.').optional();
    },
  })
  .refine((keys) => Object.keys(keys).length > 0, {
    error: 'expected at least one of is, oneOf, contains, matches, above, below, exists, not',
    // A misspelt key is one mistake, not also a missing one.
    when: ({ issues }) => issues.length === 0,
  })
  .refine(({ above, below }) => above === undefined || below === undefined || above < below, {
    error: 'expected `above` to be less than `below`',
    path: ['above'],
    when: ({ issues }) => issues.length === 0,
  });

const rule: z.ZodType<Rule> = z
  .preprocess((value) => (typeof value === 'object' && value !== null ? value : { is: value }), ruleKeys)
  .meta({ shorthand: { type: ['string', 'number', 'boolean', 'null'] } }) as never;

/** One rule or a list of rules that must all hold. */
export function rules(): z.ZodType<Rule[]> {
  return z
    .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(rule).min(1))
    .meta({ shorthand: { type: ['string', 'number', 'boolean', 'null', 'object'] } }) as never;
}

/** JSON path → rules. */
export function jsonRules() {
  return z.record(jsonPath(), rules());
}

/** RFC 9535, without what an answer could make slow. */
export function jsonPath() {
  return z.string().superRefine((path, context) => {
    const problem = pathProblem(path);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
}

/** What a path leads to; nothing where the document cannot be walked. */
export function valuesAt(path: string, document: unknown): unknown[] {
  try {
    return jsonpath.query(path, document as never).values();
  } catch (error) {
    if (!isNestedTooDeeply(error)) throw error;
    return [];
  }
}

/** A status code or a range of them, or a list of both → ranges, ends included. */
export function statusRanges() {
  const rule = 'expected a status from 100 to 999, or a range like 200-299';
  const range = z
    .preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      z
        .string(rule)
        .regex(/^[1-9]\d\d(-[1-9]\d\d)?$/, rule)
        .transform((text) => {
          const [from, to = from] = text.split('-').map(Number) as [number, number?];
          return { from, to };
        })
        .refine(({ from, to }) => from <= to, 'expected a range from low to high'),
    )
    .meta({ shorthand: { type: 'integer', minimum: 100, maximum: 999 } });
  return z
    .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(range).min(1))
    .meta({ shorthand: { type: ['integer', 'string'] } });
}

/** The first rule that does not hold, said in words; undefined when all hold. `undefined` is a missing subject. */
export function check(
  list: readonly Rule[],
  subject: unknown,
  name: string,
  textReason: Reason,
): Violation | undefined {
  for (const rule of list) {
    const broken = brokenKey(rule, subject);
    if (!broken) continue;
    const message = `${name} ${broken.message}, ${found(subject)}`;
    return { reason: broken.isNumeric || typeof subject === 'number' ? 'value' : textReason, message };
  }
  return undefined;
}

/** As `check`, for a path: every value that it leads to must satisfy the rules, and there must be one. */
export function checkJson(list: readonly Rule[], document: unknown, path: string): Violation | undefined {
  try {
    return checkValues(list, document, path);
  } catch (error) {
    if (!isNestedTooDeeply(error)) throw error;
    return { reason: 'content', message: `${path} cannot be looked up: the document is nested too deeply` };
  }
}

/** Walking or printing a document recurses as deeply as whoever wrote the document likes. */
function isNestedTooDeeply(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'JSONPathRecursionLimitError');
}

function checkValues(list: readonly Rule[], document: unknown, path: string): Violation | undefined {
  const values = jsonpath.query(path, document as never).values();
  if (values.length === 0) return check(list, undefined, path, 'content');
  for (const value of values) {
    const violation = check(list, value, path, 'content');
    if (violation) return violation;
  }
  return undefined;
}

interface Broken {
  message: string;
  isNumeric: boolean;
}

function brokenKey(rule: Rule, subject: unknown): Broken | undefined {
  const text = (message: string): Broken => ({ message, isNumeric: false });
  const number = (message: string): Broken => ({ message, isNumeric: true });
  if (subject === undefined) {
    const onlyAbsence = rule.exists === false && Object.keys(rule).length === 1;
    return onlyAbsence ? undefined : text(expected(rule));
  }
  if (rule.exists === false) return text('is expected to be absent');
  if (rule.is !== undefined && !equals(subject, rule.is)) {
    return {
      message: `is expected to be ${JSON.stringify(rule.is)}`,
      isNumeric: typeof rule.is === 'number' && !(subject instanceof Text) && typeof subject !== 'string',
    };
  }
  if (rule.oneOf && !rule.oneOf.some((item) => equals(subject, item))) {
    return text(`is expected to be one of ${rule.oneOf.map((item) => JSON.stringify(item)).join(', ')}`);
  }
  if (rule.contains !== undefined && !asText(subject).includes(rule.contains)) {
    return text(`is expected to contain ${JSON.stringify(rule.contains)}`);
  }
  if (rule.matches && !rule.matches.matcher(asText(subject)).find()) {
    return text(`is expected to match /${rule.matches.pattern()}/`);
  }
  if (rule.above !== undefined && !(typeof subject === 'number' && subject > rule.above)) {
    return number(`is expected above ${rule.above}`);
  }
  if (rule.below !== undefined && !(typeof subject === 'number' && subject < rule.below)) {
    return number(`is expected below ${rule.below}`);
  }
  if (rule.not) {
    for (const [key, value] of Object.entries(rule.not)) {
      if (!brokenKey({ [key]: value }, subject)) return text(`is not expected to ${negated(key, value)}`);
    }
  }
  return undefined;
}

function expected(rule: Rule): string {
  if (rule.is !== undefined) return `is expected to be ${JSON.stringify(rule.is)}`;
  if (rule.contains !== undefined) return `is expected to contain ${JSON.stringify(rule.contains)}`;
  if (rule.matches) return `is expected to match /${rule.matches.pattern()}/`;
  return 'is expected';
}

function negated(key: string, value: unknown): string {
  if (key === 'matches') return `match /${(value as RE2JS).pattern()}/`;
  return `${key === 'is' ? 'be' : key === 'contains' ? 'contain' : key} ${JSON.stringify(value)}`;
}

/** Texts compare with numbers by their spelling (`Content-Length: 5` is 5); documents compare by type. */
function equals(subject: unknown, wanted: Scalar): boolean {
  return subject === wanted || (subject instanceof Text && subject.value === String(wanted));
}

/** Marks what has no types of its own: a header, a body. */
export class Text {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

function asText(subject: unknown): string {
  if (subject instanceof Text) return subject.value;
  return typeof subject === 'string' ? subject : JSON.stringify(subject);
}

function found(subject: unknown): string {
  if (subject === undefined) return 'is missing';
  const shown = JSON.stringify(subject instanceof Text ? subject.value : subject) ?? '';
  return `got ${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}`;
}

function pathProblem(path: string): string | undefined {
  // These two run expressions of JavaScript's own, whose time an answer could blow up.
  if (/\b(match|search)\s*\(/.test(path))
    return 'expected a JSON path without match() and search(); use the rule `matches`';
  try {
    jsonpath.compile(path);
    return undefined;
  } catch (error) {
    return `expected a JSON path like $.status (${error instanceof Error ? error.message : String(error)})`;
  }
}
