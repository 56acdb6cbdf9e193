/** Numbers of an HTTP answer that the rules point at, and the version that it names. Pure. */
import type { Value } from '../model.ts';
import { parsed } from './body-rules.ts';
import type { HttpAnswer } from './exchange.ts';
import { ageOf } from './measure-rules.ts';
import { type Rule, valuesAt } from './rules.ts';

interface Pointing {
  json?: Record<string, Rule[]> | undefined;
  age?: Rule[] | undefined;
  size?: Rule[] | undefined;
}

export function answerValues(subjects: readonly Pointing[], answer: HttpAnswer, now: number): Value[] {
  const paths = subjects.flatMap(({ json = {} }) => Object.keys(json).filter((path) => asksHowMuch(json[path]!)));
  const document = paths.length > 0 ? documentOf(answer) : undefined;
  const read = [...new Set(paths)].flatMap((name): Value[] => {
    const [value, ...others] = document === undefined ? [] : valuesAt(name, document);
    // Of several none is the number that is meant.
    return typeof value === 'number' && others.length === 0 ? [{ name, value }] : [];
  });
  const ageMs = subjects.some(({ age }) => age) ? ageOf(answer.headers, now) : undefined;
  const bytes = subjects.some(({ size }) => size) ? lengthOf(answer) : undefined;
  return [
    ...read,
    ...(bytes === undefined ? [] : [{ name: 'size', value: bytes, unit: 'B' }]),
    ...(ageMs === undefined ? [] : [{ name: 'age', value: ageMs / 1000, unit: 's' }]),
  ];
}

/** Text as it stands, numbers as they are written; undefined where there is neither. */
export function versionOf(
  where: { json?: string | undefined; header?: string | undefined },
  answer: HttpAnswer,
): string | undefined {
  if (where.header !== undefined) return answer.headers[where.header];
  const document = where.json === undefined ? undefined : documentOf(answer);
  const [value] = document === undefined ? [] : valuesAt(where.json!, document);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A number that must be one certain number is a sign, and its line would be flat. */
function asksHowMuch(list: readonly Rule[]): boolean {
  return list.some(
    ({ above, below, exists, not }) =>
      above !== undefined || below !== undefined || exists === true || (not !== undefined && asksHowMuch([not])),
  );
}

function documentOf({ undecodable, bodyTruncated, body }: HttpAnswer): unknown {
  return undecodable !== undefined || bodyTruncated ? undefined : parsed(body.toString('utf8'));
}

/** Of a body that was cut nobody knows it. */
function lengthOf({ undecodable, bodyTruncated, decodedBytes, bytes }: HttpAnswer): number | undefined {
  return undecodable !== undefined || bodyTruncated ? undefined : (decodedBytes ?? bytes);
}
