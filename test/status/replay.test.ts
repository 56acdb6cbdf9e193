import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Outcome, RecordedObservation, RecordedRound } from '../../src/model.ts';
import { createReplay } from '../../src/status/replay.ts';
import { MINUTE, NOON } from './sketch.ts';

const IDS = ['shop', 'api', 'queue', 'auth'];
const PROBES = ['tcp', 'imported', 'gone'];
const config = read(`
services:
  shop: { dependsOn: [api, { service: queue, strength: soft }], probes: [{ tcp: "x:1", confirm: 1 of 1 }] }
  api: { dependsOn: [auth], probes: [{ tcp: "x:1" }] }
  queue: { dependsOn: [shop], probes: [{ tcp: "x:1", essential: false }, { tcp: "x:1", name: page }] }
  auth: {}
`);

function read(text: string): Config {
  const result = parseConfig('services.yml', text, { kinds: 'opaque', env: {} });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.config;
}

function roundAt(index: number, observations: readonly RecordedObservation[]): RecordedRound {
  return { id: '', at: NOON + index * 5 * MINUTE, location: 'test', observations };
}

const observation: fc.Arbitrary<RecordedObservation> = fc.record({
  service: fc.constantFrom(...IDS, 'stranger'),
  probe: fc.constantFrom(...PROBES),
  outcome: fc.constantFrom<Outcome>('up', 'up', 'degraded', 'down', 'unknown'),
  attempts: fc.constant(1),
});
const observations = fc.uniqueArray(observation, { selector: ({ service, probe }) => `${service}/${probe}` });
const rounds = fc
  .array(observations, { minLength: 1, maxLength: 12 })
  .map((list) => list.map((given, index) => roundAt(index, given)));

function answers(given: readonly RecordedRound[]): object[] {
  const replaying = createReplay(config);
  return given.map((round) => replaying.answer(round));
}

test('an answer depends on no later round', () => {
  fc.assert(
    fc.property(rounds, fc.nat(), (given, cut) => {
      const count = cut % given.length;
      expect(answers(given.slice(0, count))).toEqual(answers(given).slice(0, count));
    }),
  );
});

test('an answer depends on no order of observations', () => {
  fc.assert(
    fc.property(rounds, (given) => {
      const turned = given.map((round) => ({ ...round, observations: round.observations.toReversed() }));
      expect(answers(turned)).toEqual(answers(given));
    }),
  );
});

test('what services.yml does not have changes nothing, and is counted', () => {
  fc.assert(
    fc.property(rounds, (given) => {
      const isKnown = ({ service, probe }: RecordedObservation): boolean =>
        IDS.includes(service) && (probe !== 'gone' || service === 'auth');
      const known = given.map((round) => ({ ...round, observations: round.observations.filter(isKnown) }));
      expect(answers(known)).toEqual(answers(given));
      const replaying = createReplay(config);
      for (const round of given) replaying.answer(round);
      const { services, probes } = replaying.ignored();
      const strange = given.flatMap((round) => round.observations).filter((one) => !isKnown(one));
      expect(services.observations + probes.observations).toBe(strange.length);
    }),
  );
});

test('to speak for a service as a whole is to be its only essential probe', () => {
  fc.assert(
    fc.property(rounds, (given) => {
      const told = (probeOf: (service: string) => string): unknown[] => {
        const replaying = createReplay(config);
        return given.map((round, index) => {
          const seen = round.observations.filter(({ probe }) => probe === 'imported');
          const { overall, headline, causes } = replaying.answer(
            roundAt(
              index,
              seen.map((one) => ({ ...one, probe: probeOf(one.service) })),
            ),
          );
          return { overall, headline, causes };
        });
      };
      expect(told(() => 'imported')).toEqual(told((service) => (service === 'queue' ? 'page' : 'tcp')));
    }),
  );
});
