/** What a reading measured, bounded before it is kept: names, units and versions are a stranger's words. */
import type { Reading, Value } from '../model.ts';

/** Of one probe. */
const MOST_VALUES = 8;
const MOST_NAME = 64;
const MOST_UNIT = 8;
const MOST_VERSION = 64;
/** What is larger is no measurement of anything. */
const MOST = 1e15;
/** More digits than that nobody can see in a picture, and each costs a byte a round. */
const DIGITS = 6;

type Measures = Pick<Reading, 'values' | 'version'>;

export function boundedMeasures({ values = [], version }: Measures): Measures {
  const kept = boundedValues(values);
  const text = version === undefined ? '' : oneLine(version, MOST_VERSION);
  return { ...(kept.length > 0 && { values: kept }), ...(text !== '' && { version: text }) };
}

/** The first of each name, in their order. */
function boundedValues(values: readonly Value[]): Value[] {
  const kept = new Map<string, Value>();
  for (const { name: given, value, unit: written = '' } of values) {
    const [name, unit] = [oneLine(given, MOST_NAME), oneLine(written, MOST_UNIT)];
    if (name === '' || kept.has(name) || !(Math.abs(value) <= MOST)) continue;
    kept.set(name, { name, value: Number(value.toPrecision(DIGITS)), ...(unit !== '' && { unit }) });
    if (kept.size === MOST_VALUES) break;
  }
  return [...kept.values()];
}

/** Neither control characters nor marks that turn the direction. */
function oneLine(text: string, most: number): string {
  const plain = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return [...plain.trim()].slice(0, most).join('').trim();
}
