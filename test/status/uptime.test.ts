import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFailing, OUTCOMES, type Outcome, type Span, STATES, type State } from '../../src/model.ts';
import {
  coverageRatio,
  lastingSince,
  percentInWords,
  type Stretch,
  spansOf,
  stretchesOf,
  uptimeRatio,
} from '../../src/status/uptime.ts';
import { MINUTE, sketch } from './sketch.ts';

const STATE_LETTERS: Record<string, State> = {
  '.': 'operational',
  d: 'degraded',
  p: 'partial_outage',
  X: 'major_outage',
};

const OUTCOME_LETTERS: Record<string, Span['outcome']> = { '.': 'up', d: 'degraded', X: 'down' };

/** Runs of the same letter as `[letter, from, to]`; `-` is nothing known. */
function runsOf(text: string): [letter: string, from: number, to: number][] {
  return [...text.matchAll(/([^-])\1*/g)].map(({ 0: run, 1: letter, index }) => [letter!, index, index + run.length]);
}

/** A letter a minute. */
function stretches(text: string): Stretch[] {
  return runsOf(text).map(([letter, from, to]) => ({
    from: from * MINUTE,
    to: to * MINUTE,
    state: STATE_LETTERS[letter]!,
  }));
}

/** The other way round: stretches that lie side by side and say the same would show as `|`. */
function letters(list: readonly Stretch[], length: number): string {
  const minutes: string[] = Array(length).fill('-');
  for (const [index, { from, to, state }] of list.entries()) {
    const last = list[index - 1];
    const letter = Object.entries(STATE_LETTERS).find(([, other]) => other === state)?.[0] ?? '!';
    minutes.fill(letter, from / MINUTE, to / MINUTE);
    if (last && last.to === from && last.state === state) minutes[from / MINUTE] = '|';
  }
  return minutes.join('');
}

/** Spans in minutes, those of no length left out. */
function minutes(text: string, maintenance: readonly [number, number][] = [], [from, to] = [0, text.length]) {
  const windows = maintenance.map(([startsAt, endsAt]) => ({ startsAt: startsAt * MINUTE, endsAt: endsAt * MINUTE }));
  const spans = spansOf(stretches(text), { from: from * MINUTE, to: to * MINUTE, maintenance: windows });
  return Object.fromEntries(
    Object.entries(spans)
      .map(([kind, ms]) => [kind, ms / MINUTE])
      .filter(([, value]) => value !== 0),
  );
}

describe('a span is what its stretches were, and no data for the rest', () => {
  test.each([
    ['all up', '....', { operational: 4 }],
    ['of every kind', '.dpX', { operational: 1, degraded: 1, down: 2 }],
    ['with gaps', '.--.X-', { operational: 2, noData: 3, down: 1 }],
    ['of nothing', '---', { noData: 3 }],
  ])('%s', (_, text, spans) => {
    expect(minutes(text)).toEqual(spans);
  });

  test.each<[string, string, [number, number], object]>([
    ['from before it into it', '..XX', [1, 4], { operational: 1, down: 2 }],
    ['not beyond its end', '..XX', [0, 3], { operational: 2, down: 1 }],
    ['cut at both ends', '.XXXX.', [2, 4], { down: 2 }],
    ['in the middle of a minute', '.X', [0.5, 1.5], { operational: 0.5, down: 0.5 }],
    ['before everything', '..X', [-3, 0], { noData: 3 }],
    ['after everything', '..X', [3, 5], { noData: 2 }],
    ['of no length', '...', [1, 1], {}],
  ])('%s', (_, text, span, spans) => {
    expect(minutes(text, [], span)).toEqual(spans);
  });
});

describe('maintenance is neither up nor down nor missing', () => {
  test.each<[string, string, [number, number][], object]>([
    ['whatever was read in it', '.XX.', [[1, 3]], { operational: 2, maintenance: 2 }],
    [
      'from the middle of one stretch to that of another',
      '.XX-',
      [[0.5, 1.5]],
      { operational: 0.5, down: 1.5, maintenance: 1, noData: 1 },
    ],
    [
      'counted once where two overlap',
      '....',
      [
        [1, 3],
        [2, 4],
      ],
      { operational: 1, maintenance: 3 },
    ],
    [
      'counted once where one is inside another, whatever their order',
      '.....',
      [
        [2, 3],
        [1, 4],
      ],
      { operational: 2, maintenance: 3 },
    ],
    [
      'cut to the span',
      '....',
      [
        [-5, 1],
        [3, 99],
      ],
      { operational: 2, maintenance: 2 },
    ],
    ['where nothing was read', '.--.', [[0, 4]], { maintenance: 4 }],
    ['one that never begins', '..', [[1, 1]], { operational: 2 }],
    ['one that ends before it begins', '..', [[2, 0]], { operational: 2 }],
  ])('%s', (_, text, windows, spans) => {
    expect(minutes(text, windows)).toEqual(spans);
  });
});

const KNOWN = STATES.filter((state) => state !== 'maintenance' && state !== 'unknown');
const instant = fc.integer({ min: -500, max: 1500 });
const window = fc.record({ startsAt: instant, endsAt: instant });
/** In order, none overlapping, some of them touching. */
const anyStretches = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 1, 30),
      length: fc.integer({ min: 1, max: 90 }),
      state: fc.constantFrom(...KNOWN),
    }),
    { maxLength: 40 },
  )
  .map((list) => {
    let at = -500;
    return list.map(({ gap, length, state }): Stretch => {
      const from = at + gap;
      at = from + length;
      return { from, to: at, state };
    });
  });

test('the parts of a span are the whole of it, whatever was read', () => {
  const property = fc.property(
    anyStretches,
    fc.array(window, { maxLength: 5 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 500 }),
    (list, maintenance, from, length) => {
      const spans = spansOf(list, { from, to: from + length, maintenance });
      expect(Object.values(spans).every((ms) => ms >= 0)).toBe(true);
      expect(Object.values(spans).reduce((sum, ms) => sum + ms, 0)).toBe(length);
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

test('a span is the sum of its halves', () => {
  const property = fc.property(
    anyStretches,
    fc.array(window, { maxLength: 3 }),
    fc.integer({ min: 0, max: 1000 }),
    (list, maintenance, middle) => {
      const spans = (from: number, to: number) => spansOf(list, { from, to, maintenance });
      const [first, second, whole] = [spans(0, middle), spans(middle, 1000), spans(0, 1000)];
      for (const kind of Object.keys(whole) as (keyof typeof whole)[])
        expect(first[kind] + second[kind]).toBe(whole[kind]);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('clocks that change are irrelevant: a UTC day has 24 hours in any time zone of the machine', () => {
  const before = process.env.TZ;
  process.env.TZ = 'Europe/Berlin';
  try {
    const from = Date.parse('2027-03-28T00:00:00Z');
    const to = Date.parse('2027-03-29T00:00:00Z');
    const spans = spansOf([{ from, to, state: 'operational' }], { from, to, maintenance: [] });
    expect(spans).toMatchObject({ operational: 24 * 60 * MINUTE, noData: 0 });
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

/** `seen` is probe by probe at each location, a letter a minute. */
function stretched(
  probes: Readonly<Record<string, boolean>>,
  seen: readonly Readonly<Record<string, string>>[],
  quorum?: number,
): string {
  const given = Object.entries(probes).map(([id, essential]) => ({ id, essential }));
  const service = sketch({ web: { probes: given } })[0]!;
  const byLocation = seen.map(
    (texts) =>
      new Map(
        Object.entries(texts).map(([id, text]) => [
          id,
          runsOf(text).map(
            ([letter, from, to]): Span => ({
              from: from * MINUTE,
              to: to * MINUTE,
              outcome: OUTCOME_LETTERS[letter]!,
            }),
          ),
        ]),
      ),
  );
  const length = Math.max(0, ...seen.flatMap((texts) => Object.values(texts).map((text) => text.length)));
  return letters(stretchesOf(service, byLocation, quorum), length);
}

describe('what a service was by its probes at one location', () => {
  test.each([
    ['one essential probe is the service', { a: true }, { a: '..dX-.' }, '..dX-.'],
    ['all essential probes down are a major outage', { a: true, b: true }, { a: '.XX.', b: '.XX.' }, '.XX.'],
    ['some are a partial one', { a: true, b: true }, { a: '.XX.', b: '..X.' }, '.pX.'],
    ['a late one degrades', { a: true, b: true }, { a: '.d..', b: '....' }, '.d..'],
    ['one that is not essential only degrades', { a: true, b: false }, { a: '..XX', b: '.X.X' }, '.dXX'],
    ['when only it is known, too', { a: true, b: false }, { a: '--', b: '.X' }, '.d'],
    ['what one does not know, the others say', { a: true, b: true }, { a: '.--X', b: '.X-.' }, '.X-p'],
    ['a gap of all is a gap', { a: true, b: true }, { a: '..--..', b: '..--..' }, '..--..'],
    ['a gap of one joins what the other says', { a: true, b: true }, { a: '..-..', b: '.....' }, '.....'],
    ['spans that touch without saying another thing are one', { a: true, b: false }, { a: '....', b: '-..-' }, '....'],
    ['a probe that was never read does not vote', { a: true, b: true }, { a: '.X.' }, '.X.'],
    ['a probe that is configured no longer does not vote', { a: true }, { a: '...', old: 'XXX' }, '...'],
    ['a service without probes was nothing', {}, { old: '.X.' }, '---'],
  ])('%s', (_, probes, seen, expected) => {
    expect(stretched(probes as Record<string, boolean>, [seen])).toBe(expected);
  });
});

describe('what a service was as several locations saw it', () => {
  const ONE = { a: true };
  test.each<[string, string[], number | undefined, string]>([
    ['the only location is believed', ['.X.'], undefined, '.X.'],
    ['none, nothing', [], undefined, ''],
    ['of two both must see it', ['.XX.', '..XX'], undefined, '..X.'],
    ['of three two', ['.X.X', '.XX.', '...X'], undefined, '.X.X'],
    ['what only some call worse is what enough call at least so bad', ['dX', 'Xd', '..'], undefined, 'dd'],
    ['a quorum of one believes any', ['.X..', '..d.', '....'], 1, '.Xd.'],
    ['a quorum of three needs all three', ['XX', 'XX', '.X'], 3, '.X'],
    ['a quorum of more than there are needs all', ['XX', '.X'], 5, '.X'],
    ['who knows nothing does not vote', ['X-X', '-.X', '---'], undefined, 'X.X'],
    ['alone with its knowledge it is believed whatever the quorum', ['.X.', '---'], 2, '.X.'],
    ['when nobody knows, nobody does', ['.-.', '.-.'], undefined, '.-.'],
  ])('%s', (_, seen, quorum, expected) => {
    const places = seen.map((a) => ({ a }));
    expect(stretched(ONE, places, quorum)).toBe(expected);
  });

  test('each location judges its own probes first', () => {
    // Half of the probes down at each place is a partial outage, although each probe is seen up somewhere.
    const places = [
      { a: 'X', b: '.' },
      { a: '.', b: 'X' },
    ];
    expect(stretched({ a: true, b: true }, places)).toBe('p');
  });
});

test('stretches are ordered, joined where they can be, and say what is known at each instant', () => {
  const place = fc.array(fc.tuple(fc.constantFrom<Outcome>(...OUTCOMES), fc.integer({ min: 1, max: 6 })), {
    maxLength: 8,
  });
  const property = fc.property(place, place, (a, b) => {
    const spans = [a, b].map((runs) => {
      let at = 0;
      return runs.flatMap(([outcome, length]): Span[] => {
        at += length;
        return outcome === 'unknown' ? [] : [{ from: at - length, to: at, outcome }];
      });
    });
    const service = sketch({ web: { probes: [{ id: 'a' }] } })[0]!;
    const list = stretchesOf(
      service,
      spans.map((own) => new Map([['a', own]])),
    );
    for (const [index, { from, to, state }] of list.entries()) {
      const last = list[index - 1];
      expect(from).toBeLessThan(to);
      expect(last === undefined || last.to < from || (last.to === from && last.state !== state)).toBe(true);
    }
    for (let at = 0; at < 50; at += 1) {
      const outcomes = spans.flatMap((own) => own.find(({ from, to }) => from <= at && at < to)?.outcome ?? []);
      // Of two that know, both must say so; of one, it alone.
      const least = outcomes.map((outcome) => OUTCOMES.indexOf(outcome)).sort()[0];
      const expected = least === undefined ? undefined : (['operational', 'degraded', 'major_outage'] as const)[least];
      expect(list.find(({ from, to }) => from <= at && at < to)?.state).toBe(expected);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

describe('what lasts began', () => {
  test.each<[string, string, number, number | undefined]>([
    ['when all was well before', '..XX', 3, 2],
    ['with the lesser trouble before it', '.dpX', 3, 1],
    ['at the first observation there is', 'XXX', 2, 0],
    ['after the last gap: nobody knows what was in it', 'XX-XX', 4, 3],
    ['after the last good stretch', 'X.X', 2, 2],
    ['before an instant that the last stretch ends at', '..XX', 4, 2],
    ['as of then, whatever came later', '.X..', 1, 1],
    ['at this very instant', '.XX', 1, 1],
    ['when the trouble was over', '.XX.', 3, 3],
    ['and nobody looked for long', '.XX---', 5, undefined],
    ['at the first observation, when all has been well', '....', 3, 0],
    ['before anything was observed', 'XX', -1, undefined],
    ['in an empty history', '', 0, undefined],
  ])('%s: %s at %d', (_, text, at, since) => {
    const found = lastingSince(stretches(text), at * MINUTE);
    expect(found === undefined ? undefined : found / MINUTE).toBe(since);
  });

  test('and lasts without a break from then on', () => {
    const property = fc.property(anyStretches, instant, (list, at) => {
      const since = lastingSince(list, at);
      const now = list.find(({ from, to }) => from <= at && at < to);
      if (now) expect(since).toBeDefined();
      if (since === undefined) return;
      const { operational, degraded, down, noData } = spansOf(list, { from: since, to: at, maintenance: [] });
      const wasFailing = isFailing(list.find(({ from }) => from === since)!.state);
      expect([wasFailing ? operational : degraded + down, noData]).toEqual([0, 0]);
      const before = list.find(({ to }) => to === since);
      expect(before === undefined || isFailing(before.state) !== wasFailing).toBe(true);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

test.each([
  [{ operational: 90, degraded: 9, down: 1, maintenance: 500, noData: 0 }, '99.00 %', '100 %'],
  [{ operational: 100, degraded: 0, down: 0, maintenance: 0, noData: 300 }, '100 %', '25.00 %'],
  [{ operational: 99_996, degraded: 0, down: 4, maintenance: 0, noData: 0 }, '99.99 %', '100 %'],
  [{ operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 10 }, undefined, '0.00 %'],
  [{ operational: 0, degraded: 0, down: 0, maintenance: 10, noData: 0 }, undefined, '100 %'],
  [{ operational: 0, degraded: 0, down: 0, maintenance: 0, noData: 0 }, undefined, '0.00 %'],
  [{ operational: 1, degraded: 0, down: 999_999, maintenance: 0, noData: 0 }, '< 0.01 %', '100 %'],
])('%j is an uptime of %s with a coverage of %s', (spans, uptime, coverage) => {
  const ratio = uptimeRatio(spans);
  expect([ratio === undefined ? undefined : percentInWords(ratio), percentInWords(coverageRatio(spans))]).toEqual([
    uptime,
    coverage,
  ]);
});

test('a percentage is never rounded up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (up, down) => {
      const words = percentInWords(up / (up + down));
      expect(words).not.toBe('100 %');
      const printed = words.startsWith('<') ? 0 : Number.parseFloat(words);
      expect(printed).toBeLessThanOrEqual((100 * up) / (up + down) + 1e-9);
      expect(words === '0.00 %').toBe(up === 0);
    }),
  );
});
