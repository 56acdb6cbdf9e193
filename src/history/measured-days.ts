/** What probes measured over days, all locations together. */
import type { DayDigest } from './day-digest.ts';
import { instantOf } from './days.ts';
import type { DayValue } from './measured-digest.ts';

/** A number of a probe. */
export interface ValueSeries {
  name: string;
  unit?: string;
  /** By UTC day; days on which it was not read are left out. */
  byDay: ReadonlyMap<string, ValueDay>;
}

export type ValueDay = Pick<DayValue, 'count' | 'min' | 'p50' | 'max'>;

/** A version that was seen at a location and was not the one seen there before on that day. */
export interface SeenVersion {
  at: number;
  location: string;
  version: string;
}

export interface MeasuredDays {
  /** In the order in which they were first read. */
  values: readonly ValueSeries[];
  /** In order of time. */
  versions: readonly SeenVersion[];
}

/** By `service/probe`; those that measure nothing are left out. */
export function measuredByProbe(days: readonly DayDigest[]): Map<string, MeasuredDays> {
  const values = new Map<string, Map<string, Found>>();
  const versions = new Map<string, SeenVersion[]>();
  for (const { day, location, probes, measures } of days) {
    for (const found of measures.values) {
      const probe = probes[found.column];
      if (probe !== undefined) addTo(values, probe, day, found);
    }
    for (const { column, at, version } of measures.sightings) {
      const probe = probes[column];
      if (probe === undefined) continue;
      const seen = versions.get(probe) ?? [];
      versions.set(probe, seen);
      seen.push({ at: instantOf(day) + at * 1000, location, version });
    }
  }
  const measured = new Set([...values.keys(), ...versions.keys()]);
  return new Map(
    [...measured].map((probe) => [
      probe,
      {
        values: [...(values.get(probe)?.values() ?? [])].map(({ name, unit, byDay }) => ({
          name,
          ...(unit !== undefined && { unit }),
          byDay: new Map([...byDay].map(([day, list]) => [day, together(list)])),
        })),
        versions: (versions.get(probe) ?? []).sort((a, b) => a.at - b.at),
      },
    ]),
  );
}

interface Found {
  name: string;
  unit: string | undefined;
  byDay: Map<string, DayValue[]>;
}

function addTo(values: Map<string, Map<string, Found>>, probe: string, day: string, value: DayValue): void {
  const { name, unit } = value;
  const own = values.get(probe) ?? new Map<string, Found>();
  values.set(probe, own);
  const key = JSON.stringify([name, unit]);
  const series: Found = own.get(key) ?? { name, unit, byDay: new Map() };
  own.set(key, series);
  const list = series.byDay.get(day);
  if (list) list.push(value);
  else series.byDay.set(day, [value]);
}

/** Of several locations the middle is that of their medians, each as heavy as it is often. */
function together(list: readonly DayValue[]): ValueDay {
  const count = list.reduce((sum, value) => sum + value.count, 0);
  const sorted = [...list].sort((a, b) => a.p50 - b.p50);
  let left = count / 2;
  const middle = sorted.find((value) => {
    left -= value.count;
    return left <= 0;
  });
  return {
    count,
    min: Math.min(...list.map(({ min }) => min)),
    p50: (middle ?? sorted[0]!).p50,
    max: Math.max(...list.map(({ max }) => max)),
  };
}
