/** Rules for what is measured in a unit: `size: { below: 64KiB }`, `age: { below: 1h }`. */
import { z } from 'zod';
import { durationInWords } from '../units.ts';
import { check, type Rule, type Violation } from './rules.ts';

/** One rule or a list of rules that must all hold, with numbers written in `unit`. */
export function measureRules(unit: z.ZodType<number>): z.ZodType<Rule[]> {
  const keys = {
    is: unit.describe('Equal to this.').optional(),
    oneOf: z.array(unit).min(1).describe('Equal to one of these.').optional(),
    above: unit.describe('More than this.').optional(),
    below: unit.describe('Less than this.').optional(),
    exists: z.boolean().describe('Is there, or with `false` is not.').optional(),
  };
  const rule = z
    .preprocess(
      (value) => (typeof value === 'object' && value !== null ? value : { is: value }),
      z
        .strictObject({
          ...keys,
          not: z.strictObject(keys).describe('None of the keys of this rule may hold.').optional(),
        })
        .refine((rule) => Object.keys(rule).length > 0, {
          error: 'expected at least one of is, oneOf, above, below, exists, not',
          // A misspelt key is one mistake, not also a missing one.
          when: ({ issues }) => issues.length === 0,
        })
        .refine(({ above, below }) => above === undefined || below === undefined || above < below, {
          error: 'expected `above` to be less than `below`',
          path: ['above'],
          when: ({ issues }) => issues.length === 0,
        }),
    )
    .meta({ shorthand: { type: ['string', 'number'] } });
  return z
    .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(rule).min(1))
    .meta({ shorthand: { type: ['string', 'number', 'object'] } }) as never;
}

/** How old an answer says it is: by when its content changed, else by how long a cache has held it. */
export function ageViolation(
  list: readonly Rule[],
  headers: Readonly<Record<string, string>>,
  now: number,
): Violation | undefined {
  const ageMs = ageOf(headers, now);
  const broken = check(list, ageMs, 'the age', 'header');
  if (!broken) return undefined;
  if (ageMs === undefined)
    return { reason: 'header', message: 'no header Last-Modified or Age says how old the answer is' };
  const bounds = list.flatMap(({ above, below }) => [
    ...(above === undefined ? [] : [`more than ${durationInWords(above)}`]),
    ...(below === undefined ? [] : [`less than ${durationInWords(below)}`]),
  ]);
  const wanted = bounds.length > 0 ? bounds.join(' and ') : 'otherwise';
  return { reason: 'stale', message: `the answer is ${durationInWords(ageMs)} old, expected ${wanted}` };
}

/** A clock that is ahead of ours makes nothing younger than new. */
export function ageOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const modifiedAt = Date.parse(headers['last-modified'] ?? '');
  if (Number.isFinite(modifiedAt)) return Math.max(0, now - modifiedAt);
  const age = headers.age ?? '';
  return /^\d{1,12}$/.test(age) ? Number(age) * 1000 : undefined;
}
