/**
 * Numbers and versions that probes read, in lines of `raw/`. Names stand together and numbers together, because the names
 * of two rounds are the same: git then keeps them once, and of a round only its numbers.
 */
import { z } from 'zod';
import type { RecordedObservation, Value } from '../model.ts';

/** Of a name, a unit or a version. */
export const MOST_TEXT = 64;
const MOST_VALUES = 8;

/** As a journal or another program writes them. */
export const values = z
  .array(
    z
      .object({
        name: z.string().min(1).max(MOST_TEXT),
        value: z.number(),
        unit: z.string().min(1).max(MOST_TEXT).optional(),
      })
      .transform(({ unit, ...value }): Value => ({ ...value, ...(unit !== undefined && { unit }) })),
  )
  .max(MOST_VALUES)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'expected each name once');

/** `[column, name]` or `[column, name, unit]`. */
export type ValueKey = readonly [number, string, string?];

export const measuredColumns = {
  /** Which values there are; in the order of columns. */
  vk: z.custom<readonly ValueKey[]>(areValueKeys, 'expected lists of column, name, unit').optional(),
  /** The values themselves, in the order of `vk`. */
  val: z.custom<readonly number[]>(areFinite, 'expected a list of numbers').optional(),
  /** `[column, version]` */
  ver: z.custom<readonly (readonly [number, string])[]>(areVersions, 'expected lists of column, version').optional(),
};

export interface MeasuredColumns {
  vk?: readonly ValueKey[] | undefined;
  val?: readonly number[] | undefined;
  ver?: readonly (readonly [number, string])[] | undefined;
}

export function areValueKeys(given: unknown): given is readonly ValueKey[] {
  return (
    Array.isArray(given) &&
    given.every((key) => {
      if (!Array.isArray(key) || key.length < 2 || key.length > 3) return false;
      const [column, ...words] = key as unknown[];
      return isColumn(column) && words.every((word) => typeof word === 'string');
    })
  );
}

function areFinite(given: unknown): boolean {
  return Array.isArray(given) && given.every(Number.isFinite);
}

function areVersions(given: unknown): boolean {
  if (!Array.isArray(given)) return false;
  return given.every((one) => Array.isArray(one) && isColumn(one[0]) && typeof one[1] === 'string');
}

function isColumn(given: unknown): boolean {
  return Number.isInteger(given) && (given as number) >= 0;
}

/** Of a round, by column; empty where nothing was measured. */
export function encodeMeasured(observations: readonly (RecordedObservation | undefined)[]): MeasuredColumns {
  const keys: ValueKey[] = [];
  const numbers: number[] = [];
  const versions: [number, string][] = [];
  for (const [column, observation] of observations.entries()) {
    for (const { name, value, unit } of observation?.values ?? []) {
      keys.push(unit === undefined ? [column, name] : [column, name, unit]);
      numbers.push(value);
    }
    if (observation?.version !== undefined) versions.push([column, observation.version]);
  }
  return { ...(keys.length > 0 && { vk: keys, val: numbers }), ...(versions.length > 0 && { ver: versions }) };
}

type Measured = Pick<RecordedObservation, 'values' | 'version'>;

const NOTHING: ReadonlyMap<number, Measured> = new Map();

export function measuredByColumn({ vk, val = [], ver }: MeasuredColumns): ReadonlyMap<number, Measured> {
  if (!vk && !ver) return NOTHING;
  const measured = new Map<number, Measured>();
  for (const [column, own] of Map.groupBy(vk?.entries() ?? [], ([, [column]]) => column)) {
    const list = own.flatMap(([index, [, name, unit]]): Value[] => {
      const value = val[index];
      return value === undefined ? [] : [{ name, value, ...(unit !== undefined && { unit }) }];
    });
    if (list.length > 0) measured.set(column, { values: list });
  }
  for (const [column, version] of ver ?? []) measured.set(column, { ...measured.get(column), version });
  return measured;
}
