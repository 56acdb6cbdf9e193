/** Rules about the body of an answer, some of which may lie beyond the cap or under an encoding. */
import type { HttpAnswer } from './exchange.ts';
import { check, checkJson, type Rule, Text, type Violation } from './rules.ts';

export interface BodySubjects {
  body?: Rule[] | undefined;
  json?: Record<string, Rule[]> | undefined;
  size?: Rule[] | undefined;
}

/** More of a body cannot break a rule that has only these keys and that its beginning keeps. */
const SETTLED_BY_BEGINNING = ['contains', 'matches', 'above', 'exists'];

export function bodyViolation({ body, json, size }: BodySubjects, answer: HttpAnswer): Violation | undefined {
  if (!body && !json && !size) return undefined;
  if (answer.undecodable !== undefined) return { reason: 'encoding', message: answer.undecodable };
  const text = answer.body.toString('utf8');
  const length = answer.decodedBytes ?? answer.bytes;
  const broken =
    (body && check(body, new Text(text), 'the body', 'content')) ??
    (size && check(size, length, 'the size', 'value')) ??
    (json && jsonViolation(json, text));
  // Beyond the cap a broken rule might still have held, and another might be broken there.
  if (answer.bodyTruncated && (broken || json || needsWhole([...(body ?? []), ...(size ?? [])]))) {
    const why = broken?.message ?? 'the rules are about all of it';
    return { reason: 'body-too-large', message: `the body is longer than ${length} bytes; ${why}` };
  }
  return broken;
}

function needsWhole(list: readonly Rule[]): boolean {
  return list.some((rule) => Object.keys(rule).some((key) => !SETTLED_BY_BEGINNING.includes(key)));
}

function jsonViolation(json: Record<string, Rule[]>, text: string): Violation | undefined {
  const document = parsed(text);
  for (const [path, list] of Object.entries(json)) {
    const broken = document === undefined ? check(list, undefined, path, 'content') : checkJson(list, document, path);
    if (broken) return document === undefined ? { ...broken, message: 'the body is not JSON' } : broken;
  }
  return undefined;
}

/** Undefined for what is no JSON: there every path leads nowhere. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
