import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { RecordedObservation } from '../../src/model.ts';
import { mergeShards, type NamedShard } from '../../src/round/merge.ts';
import { NOON } from '../status/sketch.ts';

const source = `
locations: [{ id: eu }, { id: asia }]
services: { web: https://web.example, api: https://api.example, db: https://db.example }
`;
const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;

const saw = (service: string, outcome: 'up' | 'down' = 'up'): RecordedObservation => ({
  service,
  probe: 'http',
  outcome,
  attempts: 1,
});

const shard = (file: string, services: readonly string[], more: Partial<NamedShard> = {}): NamedShard => {
  const [location = '', index] = file.split(' ');
  return {
    file,
    id: `7.1.${location}`,
    at: NOON,
    location,
    shard: { index: Number(index), of: 2 },
    probes: services.length,
    observations: services.map((service) => saw(service)),
    end: {},
    broken: 0,
    ...more,
  };
};
const ASIA = [shard('asia 1', ['web']), shard('asia 2', ['api', 'db'])];
const merge = (...shards: NamedShard[]) => mergeShards(shards, config, NOON + 60_000);

test('the shards of a location are one round of it, and one clock that is wrong does not move it', () => {
  const [first, second] = [shard('eu 1', ['web'], { at: NOON - 3_600_000 }), shard('eu 2', ['api', 'db'])];
  const third = shard('eu 2b', [], { at: NOON + 1000, shard: { index: 2, of: 2 } });
  const { rounds, warnings } = merge(first, second, third, ...ASIA);
  expect(warnings).toEqual([]);
  expect(rounds.map(({ id, location, at }) => [id, location, at])).toEqual([
    ['7.1.asia', 'asia', NOON],
    ['7.1.eu', 'eu', NOON],
  ]);
  expect(rounds[1]!.observations.map(({ service }) => service)).toEqual(['web', 'api', 'db']);
});

describe('what is missing was not read', () => {
  test.each<[string, NamedShard[], string[], string[]]>([
    [
      'a shard',
      [shard('eu 1', ['web']), ...ASIA],
      ['web'],
      ['eu: no word of 1 shard (2/2); their probes were not read'],
    ],
    ['a location', ASIA, [], ['eu: no observation came from there']],
    [
      'the rest of a shard that died',
      [shard('eu 1', ['web']), shard('eu 2', ['api'], { probes: 2, end: undefined }), ...ASIA],
      ['web', 'api'],
      ['eu 2: ended after 1 of 2 observations; the rest was not read'],
    ],
    [
      'lines that are none, and what services.yml does not have',
      [shard('eu 1', ['web', 'stranger'], { broken: 2 }), shard('eu 2', ['api', 'db']), ...ASIA],
      ['web', 'api', 'db'],
      ['eu 1: 2 lines cannot be read', 'eu 1: 1 observation of probes that services.yml does not have'],
    ],
  ])('%s', (_, shards, services, warnings) => {
    const merged = merge(...shards);
    const eu = merged.rounds.find(({ location }) => location === 'eu');
    expect([eu?.observations.map(({ service }) => service) ?? [], merged.warnings]).toEqual([services, warnings]);
  });
});

describe('what cannot be true does not count', () => {
  const rest = [shard('eu 2', ['api', 'db']), ...ASIA];
  test.each<[string, Partial<NamedShard>, string]>([
    ['a location that is none of ours', { location: 'mars', id: '7.1.mars' }, 'services.yml has no location mars'],
    ['the id of another location', { id: '7.1.asia' }, 'is of eu, but its id 7.1.asia is not'],
    ['a time to come', { at: NOON + 3_600_000 }, 'is of a time to come: the clock of its machine is wrong'],
    ['a time long gone', { at: NOON - 86_400_000 }, 'is older than six hours'],
  ])('%s', (_, more, why) => {
    const { rounds, warnings } = merge(shard('eu 1', ['web'], more), ...rest);
    expect(warnings[0]).toBe(`eu 1: ${why}; it does not count`);
    expect(rounds.find(({ id }) => id === '7.1.eu')!.observations.map(({ service }) => service)).toEqual(['api', 'db']);
  });
});

test('of two that speak of one probe the first is heard', () => {
  const liar = shard('eu 2', ['api', 'db'], { observations: [saw('web', 'down'), saw('api'), saw('db')] });
  const { rounds } = merge(shard('eu 1', ['web']), liar, ...ASIA);
  expect(rounds[1]!.observations[0]).toEqual(saw('web'));
});

describe('canaries', () => {
  const silent = (file: string, services: readonly string[]) => shard(file, services, { end: { canaries: 'silent' } });
  const answered = (file: string, services: readonly string[]) =>
    shard(file, services, { end: { canaries: 'answered' } });

  test('a machine without network says nothing of services when another of its location had one', () => {
    const { rounds, warnings } = merge(silent('eu 1', ['web']), answered('eu 2', ['api', 'db']), ...ASIA);
    expect(warnings).toEqual(['eu 1: its machine had no network, others of eu had; it does not count']);
    expect(rounds[1]).toMatchObject({ canaries: 'answered', observations: [{ service: 'api' }, { service: 'db' }] });
  });

  test('when none of them had, the round is a fault of the location', () => {
    const { rounds, warnings } = merge(silent('eu 1', ['web']), silent('eu 2', ['api', 'db']), ...ASIA);
    expect([warnings, rounds[1]!.canaries, rounds[1]!.observations.length]).toEqual([[], 'silent', 3]);
    expect(rounds[0]).not.toHaveProperty('canaries');
  });
});
