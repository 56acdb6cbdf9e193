/** What probes measured on a day: how large each number was, and when the version changed. */

import type { RawRound } from './digest.ts';
import { percentileOf } from './histogram.ts';
import { areValueKeys, type ValueKey } from './measured.ts';

/** Of a probe on a day; of more the last one is kept, so that the next day goes on from it. */
const MOST_VERSIONS = 8;

/** In the order of `vk`: how often it was read, the least, the median, the greatest. */
type Summary = readonly [number, number, number, number];
/** `[seconds since midnight, version, …]`: the first, and every other one from when it was first seen. */
type Sightings = readonly (number | string)[];

export interface MeasuredDigest {
  vk?: readonly ValueKey[];
  val?: readonly Summary[];
  /** By column. */
  ver?: Readonly<Record<string, Sightings>>;
}

/** Of one day at one location, in order of time; `probes` are the columns of the digest. */
export function measuredDigest(
  rounds: readonly RawRound[],
  probes: readonly string[],
  midnight: number,
): MeasuredDigest {
  const places = new Map(probes.map((probe, index) => [probe, index]));
  const numbers = new Map<string, { key: ValueKey; list: number[] }>();
  const versions = new Map<number, (number | string)[]>();
  for (const { line, probes: own } of rounds) {
    // Of a round in which we failed ourselves nothing is news.
    if (line.pf) continue;
    const placeOf = (column: number): number | undefined => places.get(own[column] ?? '');
    for (const [index, [column, ...words]] of (line.vk ?? []).entries()) {
      const [place, value] = [placeOf(column), line.val?.[index]];
      if (place === undefined || value === undefined) continue;
      const key: ValueKey = [place, ...words];
      const name = JSON.stringify(key);
      const known = numbers.get(name);
      if (known) known.list.push(value);
      else numbers.set(name, { key, list: [value] });
    }
    for (const [column, version] of line.ver ?? []) {
      const place = placeOf(column);
      if (place !== undefined) see(versions, place, line.t - midnight, version);
    }
  }
  const kept = [...numbers].sort(
    (
      [
        a,
        {
          key: [x],
        },
      ],
      [
        b,
        {
          key: [y],
        },
      ],
    ) => x - y || (a < b ? -1 : 1),
  );
  const seen = [...versions].sort(([a], [b]) => a - b);
  return {
    ...(kept.length > 0 && {
      vk: kept.map(([, { key }]) => key),
      val: kept.map(([, { list }]) => summaryOf(list)),
    }),
    ...(seen.length > 0 && { ver: Object.fromEntries(seen) }),
  };
}

function see(versions: Map<number, (number | string)[]>, place: number, at: number, version: string): void {
  const seen = versions.get(place) ?? [];
  versions.set(place, seen);
  if (seen.at(-1) === version) return;
  if (seen.length === 2 * MOST_VERSIONS) seen.splice(-2, 2);
  seen.push(at, version);
}

function summaryOf(list: number[]): Summary {
  const sorted = list.sort((a, b) => a - b);
  return [sorted.length, sorted[0]!, percentileOf(sorted, 0.5)!, sorted.at(-1)!];
}

/** A number of a probe on a day at one location. */
export interface DayValue {
  column: number;
  name: string;
  unit?: string;
  count: number;
  min: number;
  p50: number;
  max: number;
}

/** A version that a probe saw, from `at` on in seconds since midnight. */
export interface Sighting {
  column: number;
  at: number;
  version: string;
}

export interface DayMeasures {
  values: readonly DayValue[];
  /** By column, in order of time. */
  sightings: readonly Sighting[];
}

const NOTHING: DayMeasures = { values: [], sightings: [] };

/** As it is read back; undefined when it is no such thing. */
export function parseMeasured({ vk, val, ver }: Record<string, unknown>): DayMeasures | undefined {
  if (vk === undefined && val === undefined && ver === undefined) return NOTHING;
  const [values, sightings] = [valuesOf(vk ?? [], val ?? []), sightingsOf(ver ?? {})];
  return values && sightings && { values, sightings };
}

function valuesOf(keys: unknown, summaries: unknown): DayValue[] | undefined {
  if (!areValueKeys(keys) || !Array.isArray(summaries) || summaries.length !== keys.length) return undefined;
  const values: DayValue[] = [];
  for (const [index, [column, name, unit]] of keys.entries()) {
    const summary: unknown = summaries[index];
    if (!Array.isArray(summary) || summary.length !== 4 || !summary.every(Number.isFinite)) return undefined;
    const [count, min, p50, max] = summary as unknown as Summary;
    values.push({ column, name, ...(unit !== undefined && { unit }), count, min, p50, max });
  }
  return values;
}

function sightingsOf(given: unknown): Sighting[] | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const sightings: Sighting[] = [];
  for (const [column, list] of Object.entries(given)) {
    if (!/^\d+$/.test(column) || !Array.isArray(list) || list.length % 2 !== 0) return undefined;
    for (let index = 0; index < list.length; index += 2) {
      const [at, version] = [list[index] as unknown, list[index + 1] as unknown];
      if (typeof at !== 'number' || typeof version !== 'string') return undefined;
      sightings.push({ column: Number(column), at, version });
    }
  }
  return sightings;
}
