/**
 * Every file in `scenarios/` is a story: services, then what was seen round by round and what must be said of it. It is
 * replayed through the same functions as a real history; each is also told backwards within its rounds, services and
 * observations in reverse order, and must come to the same states.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Config } from '../src/config/config.ts';
import { buildGraph } from '../src/config/graph.ts';
import { parseConfig } from '../src/config/load.ts';
import { formatProblem } from '../src/config/problems.ts';
import { STATES } from '../src/model.ts';
import { headlineOf } from '../src/status/headline.ts';
import { rollUp } from '../src/status/rollup.ts';
import { createTimeline } from '../src/status/timeline.ts';
import { duration } from '../src/units.ts';
import { NOON, roundOf, type Seen } from './status/sketch.ts';

const FOLDER = new URL('scenarios/', import.meta.url);

const state = z.enum(STATES);
const ids = z.array(z.string());
/** Any subset; a key that is not known fails the test, so that a slip of the pen never passes for an expectation. */
const expectation = z.strictObject({
  overall: state.optional(),
  /** Effective states. */
  services: z.record(z.string(), state).optional(),
  /** The dependency that gave a service its state. */
  via: z.record(z.string(), z.string()).optional(),
  atRisk: z.record(z.string(), z.string()).optional(),
  causes: ids.optional(),
  /** From what users see to the first cause. */
  chain: ids.optional(),
  contained: ids.optional(),
  unknown: ids.optional(),
  maintenance: ids.optional(),
  blind: ids.optional(),
  flapping: ids.optional(),
  /** Minutes since noon. */
  since: z.record(z.string(), z.number()).optional(),
  proberFault: z.boolean().optional(),
  mayBeProber: z.boolean().optional(),
  headline: z.string().optional(),
  because: z.array(z.string()).optional(),
});
type Expectation = z.output<typeof expectation>;
type Found = { [Key in keyof Expectation]-?: NonNullable<Expectation[Key]> };

const seen = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));
const scenarioFile = z.strictObject({
  story: z.string().endsWith('.'),
  services: z.record(z.string(), z.unknown()),
  maintenance: z.array(z.unknown()).default([]),
  every: duration(),
  rounds: z
    .array(
      z.strictObject({
        /** What the probes saw; `see` in short form, services that are not named were not read. */
        see: seen,
        /** So many rounds alike; what is expected holds after the last. */
        times: z.int().min(2).default(1),
        /** Instead of `every`, since the round before. */
        after: duration().optional(),
        expect: expectation.optional(),
      }),
    )
    .min(1),
});
type Scenario = z.output<typeof scenarioFile>;

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));

describe.each(files)('%s', (file) => {
  const scenario = scenarioFile.parse(parse(readFileSync(new URL(file, FOLDER), 'utf8')));

  test(scenario.story, () => {
    for (const { place, actual, expected } of replay(file, scenario)) expect(actual, place).toEqual(expected);
  });

  test('in any order', () => {
    const turned = {
      ...scenario,
      services: turn(scenario.services),
      rounds: scenario.rounds.map((round) => ({ ...round, see: turn(round.see) })),
    };
    const told = replay(file, scenario).map(({ states }) => states);
    expect(replay(file, turned).map(({ states }) => states)).toEqual(told);
  });
});

test('a scenario that expects nothing tests nothing', () => {
  const silent = files.filter((file) => !/^\s+expect:/m.test(readFileSync(new URL(file, FOLDER), 'utf8')));
  expect([files.length >= 12, silent]).toEqual([true, []]);
});

interface Told {
  place: string;
  expected: Expectation;
  actual: Expectation;
  states: object;
}

function replay(file: string, { services, maintenance, every, rounds }: Scenario): Told[] {
  const config = configOf(file, { services, maintenance });
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance);
  let at = NOON - every;
  return rounds.map(({ see, times, after, expect: expected = {} }, index) => {
    let verdict: ReturnType<typeof timeline.advance> | undefined;
    for (let time = 0; time < times; time += 1) {
      at += after ?? every;
      verdict = timeline.advance(roundOf(config.services, see as Record<string, Seen>, at));
    }
    const own = timeline.own();
    const rollup = rollUp(graph, own);
    const headline = headlineOf({ config, rollup, own, verdict });
    const effective = [...rollup.effective];
    const all: Found = {
      overall: rollup.overall,
      services: Object.fromEntries(effective.map(([id, status]) => [id, status.state])),
      via: Object.fromEntries(effective.flatMap(([id, { via }]) => (via ? [[id, via]] : []))),
      atRisk: Object.fromEntries(
        effective.flatMap(([id, { atRiskThrough }]) => (atRiskThrough ? [[id, atRiskThrough]] : [])),
      ),
      causes: rollup.causes.map(({ service }) => service),
      chain: [...(rollup.causes[0]?.chain ?? [])],
      contained: [...rollup.contained],
      unknown: [...rollup.unknownCritical],
      maintenance: [...rollup.inMaintenance],
      blind: [...new Set(rollup.blind.map(({ service }) => service))],
      flapping: [...own].flatMap(([id, { isFlapping }]) => (isFlapping ? [id] : [])),
      since: Object.fromEntries(
        [...own].flatMap(([id, { since }]) => (since === undefined ? [] : [[id, (since - NOON) / 60_000]])),
      ),
      proberFault: verdict!.isProberFault,
      mayBeProber: verdict!.mayBeProber,
      headline: headline.verdict,
      because: [...headline.because],
    };
    const states = {
      overall: all.overall,
      services: Object.entries(all.services).sort(([a], [b]) => (a < b ? -1 : 1)),
      proberFault: all.proberFault,
    };
    return { place: `round ${index + 1} of ${file}`, expected, actual: only(all, expected), states };
  });
}

function configOf(file: string, constellation: object): Config {
  const result = parseConfig(file, stringify(constellation), { kinds: 'opaque', env: {} });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

/** What is expected, and of states and the like the services that are named. */
function only(all: Found, expected: Expectation): Expectation {
  const picked = Object.entries(all).filter(([key]) => key in expected);
  return Object.fromEntries(
    picked.map(([key, value]) => {
      if (!['services', 'since'].includes(key)) return [key, value];
      const wanted = expected[key as 'services' | 'since']!;
      return [key, Object.fromEntries(Object.entries(value as object).filter(([id]) => id in wanted))];
    }),
  );
}

function turn<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).reverse());
}
