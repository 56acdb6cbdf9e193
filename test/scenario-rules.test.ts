/**
 * Which rules the stories in `scenarios/` are about: each has one, and so has every two of them that can meet; of those that
 * cannot, `scenario-pairs.yml` says why. A story may name a rule only if it would fail with the rule broken.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readScenario, scenarioFiles } from './scenario.ts';
import { RULE_NAMES, type Rule } from './scenarios/rules.ts';

const rule = z.enum(RULE_NAMES);
/** Why they do not meet; and a rule, with those that it does not meet. */
const pairsApart = z.array(
  z.strictObject({ because: z.string().endsWith('.'), pairs: z.partialRecord(rule, z.array(rule).min(1)) }),
);

const stories = scenarioFiles.map((file) => ({ file, rules: readScenario(file).rules }));

/** The same whichever is named first. */
function pair(one: Rule, other: Rule): string {
  return RULE_NAMES.indexOf(one) < RULE_NAMES.indexOf(other) ? `${one} × ${other}` : `${other} × ${one}`;
}

function pairsOf(rules: readonly Rule[]): string[] {
  return rules.flatMap((one, index) => rules.slice(index + 1).map((other) => pair(one, other)));
}

const told = new Set(stories.flatMap(({ rules }) => pairsOf(rules)));
const apart = pairsApart
  .parse(parse(readFileSync(new URL('scenario-pairs.yml', import.meta.url), 'utf8')))
  .flatMap(({ pairs }) =>
    Object.entries(pairs).flatMap(([one, others]) => others.map((each) => pair(one as Rule, each))),
  );

test('every rule has a story', () => {
  const named = new Set(stories.flatMap(({ rules }) => rules));
  expect(RULE_NAMES.filter((rule) => !named.has(rule))).toEqual([]);
});

test('no story names a rule twice', () => {
  expect(stories.filter(({ rules }) => new Set(rules).size < rules.length)).toEqual([]);
});

test('every two rules have a story, or a reason for having none', () => {
  const known = new Set([...told, ...apart]);
  expect(pairsOf(RULE_NAMES).filter((each) => !known.has(each))).toEqual([]);
});

test('what does not meet meets in no story, and is said once', () => {
  expect(apart.filter((each) => told.has(each))).toEqual([]);
  expect(apart.filter((each, index) => apart.indexOf(each) < index)).toEqual([]);
});
