/**
 * Every file in `scenarios/` is replayed through the same functions as a real history; each is also told backwards within
 * its rounds, services and observations in reverse order, and must come to the same states and incidents.
 */
import { describe, expect, test } from 'vitest';
import { type Expectation, readScenario, type Scenario, scenarioFiles } from './scenario.ts';
import { replay, type Told } from './scenario-replay.ts';

describe.each(scenarioFiles)('%s', (file) => {
  const scenario = readScenario(file);

  test(scenario.story, () => {
    const { told, untold } = replay(file, scenario);
    for (const { place, actual, expected } of told) expect(actual, place).toEqual(expected);
    expect(untold, 'happened to incidents, and no `incidents:` speaks of it').toEqual([]);
  });

  test('says what is expected of states, causes and incidents', () => {
    expect(unsaid(scenario, replay(file, scenario).told)).toEqual([]);
  });

  test('in any order', () => {
    const turned = {
      ...scenario,
      services: turn(scenario.services),
      rounds: scenario.rounds.map((round) => ({ ...round, see: turn(round.see) })),
    };
    const told = replay(file, scenario).told.map(({ states }) => states);
    expect(replay(file, turned).told.map(({ states }) => states)).toEqual(told);
  });
});

test('there are as many stories as there should be', () => {
  expect(scenarioFiles.length).toBeGreaterThanOrEqual(40);
});

/** That there are no causes is worth little where there are some: then they are expected by name at least once. */
function unsaid({ rounds }: Scenario, told: readonly Told[]): string[] {
  const says = (key: keyof Expectation): boolean =>
    rounds.some(({ expect: expected }) => expected?.[key] !== undefined);
  const isAnyNamed = rounds.some(({ expect: expected }) => (expected?.causes ?? []).length > 0);
  const isAnyToName = told.some(({ all }) => all.causes.length > 0);
  return [
    ...(says('overall') || says('services') ? [] : ['states']),
    ...(says('causes') && (isAnyNamed || !isAnyToName) ? [] : ['causes']),
    ...(says('incidents') ? [] : ['incidents']),
  ];
}

function turn<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).reverse());
}
