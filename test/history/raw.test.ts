import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRound, encodeRound, rawLine, schemaFile } from '../../src/history/raw.ts';
import {
  CANARY_ANSWERS,
  OUTCOMES,
  PHASES,
  REASONS,
  type RecordedObservation,
  type RecordedRound,
} from '../../src/model.ts';

const ROUND: RecordedRound = {
  id: '17.1.gha',
  at: Date.parse('2025-11-20T00:00:01.987Z'),
  location: 'gha',
  observations: [
    { service: 'queue', probe: 'http', outcome: 'up', latencyMs: 142.6, attempts: 1 },
    { service: 'db', probe: 'tcp', outcome: 'down', reason: 'refused', phase: 'connect', attempts: 3 },
    { service: 'api', probe: 'http', outcome: 'down', reason: 'status', code: 503, latencyMs: 88, attempts: 1 },
    { service: 'mail', probe: 'tcp', outcome: 'up', latencyMs: 0.2, attempts: 2 },
  ],
};

test('a line is columns in the order of its schema, and what was not plainly up', () => {
  const { line, schema } = encodeRound(ROUND);
  expect(line).toMatchInlineSnapshot(
    `"{"v":1,"id":"17.1.gha","t":1763596801,"loc":"gha","s":"39562842","ms":[88,0,1,143],"x":{"0":{"st":2,"r":"status","c":503},"1":{"st":2,"r":"refused","a":3,"p":"connect"},"2":{"st":0,"a":2}}}"`,
  );
  expect(schema.text).toMatchInlineSnapshot(`
    "{"v":1,"probes":["api/http","db/tcp","mail/tcp","queue/http"]}
    "
  `);
});

test('a round in which all was well has no exceptions', () => {
  expect(encodeRound({ ...ROUND, observations: ROUND.observations.slice(0, 1) }).line).toMatchInlineSnapshot(
    `"{"v":1,"id":"17.1.gha","t":1763596801,"loc":"gha","s":"180f9def","ms":[143]}"`,
  );
});

test('what canaries said is one digit', () => {
  const round = { ...ROUND, observations: ROUND.observations.slice(0, 1), isProberFault: true };
  expect(encodeRound({ ...round, canaries: 'silent' }).line).toMatchInlineSnapshot(
    `"{"v":1,"id":"17.1.gha","t":1763596801,"loc":"gha","s":"180f9def","pf":1,"cn":1,"ms":[143]}"`,
  );
});

test('a schema is named by the first 8 digits of the sha256 of its content', () => {
  const { line, schema } = encodeRound(ROUND);
  expect(schema.name).toBe(createHash('sha256').update(schema.text).digest('hex').slice(0, 8));
  expect(JSON.parse(line)).toMatchObject({ s: schema.name });
});

test('probes in another order are the same line and the same schema', () => {
  expect(encodeRound({ ...ROUND, observations: ROUND.observations.toReversed() })).toEqual(encodeRound(ROUND));
});

test('a service whose name begins like another keeps its own probe', () => {
  const names = ['a', 'a-b', 'a-b-c'].map(
    (service): RecordedObservation => ({
      service,
      probe: 'tcp',
      outcome: 'up',
      latencyMs: service.length,
      attempts: 1,
    }),
  );
  expect(decoded({ ...ROUND, observations: names }).observations).toEqual(
    names.toSorted((a, b) => (`${a.service}/` < `${b.service}/` ? -1 : 1)),
  );
});

test('columns that were not probed are left out', () => {
  const line = rawLine.parse({ v: 1, id: 'x', t: 1, loc: 'gha', s: '00000000', ms: [12, -1, 0] });
  expect(decodeRound(line, ['a/tcp', 'b/tcp', 'c/tcp']).observations).toEqual([
    { service: 'a', probe: 'tcp', outcome: 'up', latencyMs: 12, attempts: 1 },
    { service: 'c', probe: 'tcp', outcome: 'up', attempts: 1 },
  ]);
});

test('keys of a later version are not read', () => {
  const line = rawLine.parse({
    v: 1,
    id: 'x',
    t: 1,
    loc: 'gha',
    s: '00000000',
    ms: [12],
    later: { 0: 3 },
    x: { 0: { st: 1, r: 'slow', new: true } },
  });
  expect(decodeRound(line, ['a/tcp']).observations).toEqual([
    { service: 'a', probe: 'tcp', outcome: 'degraded', reason: 'slow', latencyMs: 12, attempts: 1 },
  ]);
});

test.each([
  ['no id', { id: '' }],
  ['half a second', { t: 1.5 }],
  ['a schema that is no name', { s: '../etc' }],
  ['a latency that is a word', { ms: ['fast'] }],
  ['an outcome that does not exist', { x: { 0: { st: 9 } } }],
  ['canaries that said something else', { cn: 2 }],
  ['a reason that does not exist', { x: { 0: { r: 'tired' } } }],
  ['an exception of no column', { x: { first: { st: 1 } } }],
])('refused: %s', (_, wrong) => {
  const line = { v: 1, id: 'x', t: 1, loc: 'gha', s: '00000000', ms: [12] };
  expect(rawLine.safeParse(line).success).toBe(true);
  expect(rawLine.safeParse({ ...line, ...wrong }).success).toBe(false);
});

const name = fc.stringMatching(/^[a-z0-9]{1,4}(-[a-z0-9]{1,3})?$/);
const failure = fc.record(
  {
    outcome: fc.constantFrom(...OUTCOMES.slice(1)),
    reason: fc.constantFrom(...REASONS),
    phase: fc.constantFrom(...PHASES),
    code: fc.integer({ min: 0, max: 999 }),
    latencyMs: fc.integer({ min: 1, max: 100_000 }),
    attempts: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: ['outcome', 'attempts'] },
);
const success = fc.record({
  outcome: fc.constant('up' as const),
  latencyMs: fc.integer({ min: 1, max: 100_000 }),
  attempts: fc.integer({ min: 1, max: 6 }),
});
const observation = fc
  .tuple(name, name, fc.oneof(success, failure))
  .map(([service, probe, rest]): RecordedObservation => ({ service, probe, ...rest }));
const round: fc.Arbitrary<RecordedRound> = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
    location: fc.string(),
    observations: fc.uniqueArray(observation, {
      selector: ({ service, probe }) => `${service}/${probe}`,
      maxLength: 30,
    }),
    isProberFault: fc.constant(true),
    canaries: fc.constantFrom(...CANARY_ANSWERS),
  },
  { requiredKeys: ['id', 'at', 'location', 'observations'] },
);

function decoded(given: RecordedRound): RecordedRound {
  const { line, schema } = encodeRound(given);
  return decodeRound(rawLine.parse(JSON.parse(line)), schemaFile.parse(JSON.parse(schema.text)).probes);
}

test('what goes in comes out, sorted by service and probe', () => {
  const property = fc.property(round, (given) => {
    const address = ({ service, probe }: RecordedObservation): string => `${service}/${probe}`;
    const observations = given.observations.toSorted((a, b) => (address(a) < address(b) ? -1 : 1));
    expect(decoded(given)).toEqual({ ...given, observations });
    expect(encodeRound(given).line).not.toContain('\n');
  });
  fc.assert(property, { numRuns: 500 });
});
