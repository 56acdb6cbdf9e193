/**
 * What is usual for one series of numbers, latencies or shares of failures, and how far the newest stand out of it. Exact
 * at every reading: the window is kept sorted, so that a reading costs a shift within it, not a sort.
 */

export interface Excess {
  usual: number;
  /** Above what is usual, and above what it was just before: slowness that was there before is not news. */
  excess: number;
  /** The excess in spreads. */
  z: number;
}

/** What counts as noise in one kind of number. */
export type Unit = (median: number) => number;

export const LATENCY_MS: Unit = (median) => Math.max(0.05 * median, 1);
export const FAILURE_RATIO: Unit = () => 0.005;

export interface Baseline {
  add(value: number): void;
  /** Undefined below ten readings. */
  median(): number | undefined;
  /** A robust standard deviation, never below what the unit takes for noise. Costs more than the median. */
  spread(): number | undefined;
}

export interface Series {
  /** By the mean of this reading and the one before; undefined below ten good readings, or when it is under `least`. */
  excessOf(value: number, least: number): Excess | undefined;
  /** `good` is learnt from; `outlying` is out of the usual; `apart` was taken in an incident, or judged by others. */
  add(value: number, kind: 'good' | 'outlying' | 'apart'): void;
  /** The reading before is no longer a neighbour of the next: there was no answer, or nobody looked. */
  interrupt(): void;
}

/** So many good readings are remembered: a day of them every five minutes. */
export const WINDOW = 300;
export const LEAST_READINGS = 10;
/** So many on end that stand out are what is usual now. With them the page, which sees 100 rounds, sees both sides. */
export const CHRONIC_READINGS = 72;
/** What it was before is the least of so many: one reading on the way up must not hide the rise. */
const BEFORE = 3;
/** Makes a median absolute deviation comparable to a standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const FIRST_CAPACITY = 16;

export function createSeries(unit: Unit): Series {
  let baseline = createBaseline(unit);
  let last: number | undefined;
  let lastGood: number[] = [];
  let outlying: number[] = [];

  return {
    excessOf(value, least) {
      const usual = baseline.median();
      if (usual === undefined) return undefined;
      // Whoever is quick again is quick, however slow the reading before.
      const level = Math.min(value, (value + (last ?? value)) / 2);
      const excess = level - Math.max(usual, Math.min(...lastGood));
      return excess < least ? undefined : { usual, excess, z: excess / baseline.spread()! };
    },
    add(value, kind) {
      last = value;
      if (kind === 'good') {
        baseline.add(value);
        lastGood.push(value);
        if (lastGood.length > BEFORE) lastGood.shift();
      }
      if (kind !== 'outlying') {
        if (outlying.length > 0) outlying = [];
        return;
      }
      outlying.push(value);
      if (outlying.length < CHRONIC_READINGS) return;
      baseline = createBaseline(unit);
      for (const usualNow of outlying) baseline.add(usualNow);
      lastGood = outlying.slice(-BEFORE);
      outlying = [];
    },
    interrupt() {
      last = undefined;
    },
  };
}

/** The median and its deviation over the last {@link WINDOW} values. */
export function createBaseline(unit: Unit): Baseline {
  /** In order of arrival; a ring once it is full. */
  let arrived = new Float64Array(FIRST_CAPACITY);
  let sorted = new Float64Array(FIRST_CAPACITY);
  let count = 0;
  let next = 0;
  const median = (): number => (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;

  return {
    add(value) {
      if (count === sorted.length && count < WINDOW) {
        arrived = grown(arrived);
        sorted = grown(sorted);
      }
      // The place that becomes free: that of the oldest value, or a new one at the end.
      let free = count === WINDOW ? placeOf(sorted, count, arrived[next]!) : count;
      count = Math.min(count + 1, WINDOW);
      for (; free > 0 && sorted[free - 1]! > value; free -= 1) sorted[free] = sorted[free - 1]!;
      for (; free + 1 < count && sorted[free + 1]! < value; free += 1) sorted[free] = sorted[free + 1]!;
      sorted[free] = value;
      arrived[next] = value;
      next = (next + 1) % WINDOW;
    },
    median: () => (count < LEAST_READINGS ? undefined : median()),
    spread() {
      if (count < LEAST_READINGS) return undefined;
      return Math.max(MAD_TO_SIGMA * deviation(sorted, count, median()), unit(median()));
    },
  };
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(Math.min(2 * values.length, WINDOW));
  result.set(values);
  return result;
}

/** Index of a value that is there. */
function placeOf(sorted: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The median distance from the median: outwards from the middle the distances come in order, on either side. */
function deviation(sorted: Float64Array, count: number, median: number): number {
  let right = count >> 1;
  let left = right - 1;
  let lower = 0;
  let upper = 0;
  for (let taken = 0; taken <= count >> 1; taken += 1) {
    const below = left < 0 ? Number.POSITIVE_INFINITY : median - sorted[left]!;
    const above = right >= count ? Number.POSITIVE_INFINITY : sorted[right]! - median;
    lower = upper;
    upper = Math.min(below, above);
    if (below <= above) left -= 1;
    else right += 1;
  }
  return count % 2 === 0 ? (lower + upper) / 2 : upper;
}
