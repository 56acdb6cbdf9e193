/** Rules for a subject that is many texts: a rule holds when one of them satisfies it, a `not` when none does. */
import { check, type Rule, Text, type Violation } from './rules.ts';

/** The first rule that does not hold, said in words; undefined when all hold. */
export function checkAny(list: readonly Rule[], texts: readonly string[], name: string): Violation | undefined {
  for (const rule of list) {
    const broken = violationOf(rule, texts, name);
    if (broken) return broken;
  }
  return undefined;
}

function violationOf(rule: Rule, texts: readonly string[], name: string): Violation | undefined {
  const [first] = texts;
  if (first === undefined) return check([rule], undefined, `the ${name}`, 'content');
  const { not, ...keys } = rule;
  if (Object.keys(keys).length > 0) {
    const subject = texts.length === 1 ? `the ${name}` : `none of ${texts.length} ${name}s is right: the first`;
    const broken = texts.map((text) => check([keys], new Text(text), subject, 'content'));
    if (broken.every((violation) => violation !== undefined)) return broken[0];
  }
  return not && violationOfNot(not, texts, name);
}

/** None of the keys may hold, each of them judged on its own. */
function violationOfNot(not: Rule, texts: readonly string[], name: string): Violation | undefined {
  for (const [key, value] of Object.entries(not)) {
    const alone: Rule = { [key]: value };
    if (violationOf(alone, texts, name)) continue;
    const culprit = texts.find((text) => !check([alone], new Text(text), name, 'content'));
    const said =
      culprit === undefined ? undefined : check([{ not: alone }], new Text(culprit), `the ${name}`, 'content');
    return said ?? { reason: 'content', message: `the ${name}s break the rule \`not\`` };
  }
  return undefined;
}
