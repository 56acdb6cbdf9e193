/** When another version of a service was first seen. */
import { DAY_MS, dayOf } from '../history/days.ts';
import type { SeenVersion } from '../history/measured-days.ts';
import type { Words } from '../messages/en.ts';
import { plainText } from './markdown.ts';

/** A day on which versions flap has many; a page has room for so many of each day. */
const MOST_A_DAY = 3;
/** A picture has room for so many in words. */
const MOST_TOLD = 3;
export const MOST_VERSION = 64;

export interface Release {
  /** When it was first seen; it may have been there since the reading before. */
  at: number;
  version: string;
}

/**
 * In order of time, from `from` on. Each place is compared with what it saw itself before, so that two that are not
 * updated at the same moment are one release; what is seen first of all is none.
 */
export function releasesIn(places: readonly (readonly SeenVersion[])[], from: number): Release[] {
  const seen = places.flatMap((versions, place) =>
    versions.map((one) => ({ ...one, key: `${place} ${one.location}` })),
  );
  const before = new Map<string, string>();
  const releases: Release[] = [];
  let newest: string | undefined;
  for (const { at, version, key } of seen.sort((a, b) => a.at - b.at)) {
    const last = before.get(key);
    before.set(key, version);
    if (last === undefined || last === version || version === newest) continue;
    newest = version;
    releases.push({ at, version: plainText(version, MOST_VERSION) });
  }
  return aFewADay(releases.filter(({ at }) => at >= from));
}

/** Of the same version on a day the last time, and of many versions the last ones. */
function aFewADay(releases: readonly Release[]): Release[] {
  const byDay = Map.groupBy(releases, ({ at }) => Math.floor(at / DAY_MS));
  return [...byDay.values()].flatMap((own) => {
    const last = new Map<string, Release>();
    for (const release of own) {
      last.delete(release.version);
      last.set(release.version, release);
    }
    return [...last.values()].slice(-MOST_A_DAY);
  });
}

/** What a picture says of them in words. */
export interface Told {
  /** In order of time. */
  newest: readonly { version: string; date: string }[];
  /** How many there were before. */
  earlier: number;
}

export function toldOf(releases: readonly Release[]): Told {
  const newest = releases.slice(-MOST_TOLD).map(({ at, version }) => ({ version, date: dayOf(at) }));
  return { newest, earlier: releases.length - newest.length };
}

/** " Released: 1.4.0 on 2026-11-12, 1.4.1 on 2026-11-18."; nothing where there is none. */
export function releasesInWords(releases: readonly Release[], words: Words): string {
  const { newest, earlier } = toldOf(releases);
  if (newest.length === 0) return '';
  const { chart, comma, isolate } = words;
  const list = newest.map(({ version, date }) => chart.releasedOn(isolate(version), isolate(date)));
  return `${words.between}${chart.releases([...(earlier > 0 ? [chart.releasedBefore(earlier)] : []), ...list].join(comma))}`;
}
