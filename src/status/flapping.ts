/** A service that changes its mind too often, by the weighted share of changes that Nagios made common. */

/** So many readings make so many minus one transitions. */
export const FLAP_WINDOW = 21;
const ON = 0.3;
const OFF = 0.25;
const OLDEST_WEIGHT = 0.8;
const NEWEST_WEIGHT = 1.2;

/** `readings`: failing or not, oldest first, at most the last 21. */
export function isFlapping(readings: readonly boolean[], wasFlapping: boolean): boolean {
  const share = changeShare(readings);
  return wasFlapping ? share >= OFF : share >= ON;
}

function changeShare(readings: readonly boolean[]): number {
  const transitions = FLAP_WINDOW - 1;
  const step = (NEWEST_WEIGHT - OLDEST_WEIGHT) / (transitions - 1);
  let weighted = 0;
  for (let back = 0; back + 1 < readings.length; back += 1) {
    const index = readings.length - 1 - back;
    if (readings[index] !== readings[index - 1]) weighted += NEWEST_WEIGHT - back * step;
  }
  return weighted / transitions;
}
