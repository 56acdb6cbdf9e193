import { describe, expect, test } from 'vitest';
import { exported } from '../../src/history/export.ts';
import { observedLine } from '../../src/history/observed.ts';
import type { RecordedRound } from '../../src/model.ts';

const AT = '2026-11-20T12:00:00Z';
const line = (...observations: object[]): string => JSON.stringify({ at: AT, observations });
const parsed = (text: string): RecordedRound => (observedLine(text) as { round: RecordedRound }).round;

describe('a round to replay', () => {
  test.each([
    [
      'a reading',
      { service: 'db', outcome: 'down', reason: 'refused', latencyMs: 0 },
      { service: 'db', probe: 'imported', outcome: 'down', reason: 'refused', attempts: 1 },
    ],
    [
      'a reading that also counts requests',
      { service: 'api', probe: 'http', outcome: 'up', latencyMs: 88, failureRatio: 0.04, attempts: 2 },
      { service: 'api', probe: 'http', outcome: 'up', latencyMs: 88, failureRatio: 0.04, attempts: 2 },
    ],
    [
      'a measured latency',
      { service: 'api', latencyMs: 0 },
      { service: 'api', probe: 'imported', outcome: 'up', isMeasurement: true, latencyMs: 0, attempts: 1 },
    ],
    [
      'a measured share of failures',
      { service: 'api', failureRatio: 1 },
      { service: 'api', probe: 'imported', outcome: 'up', isMeasurement: true, failureRatio: 1, attempts: 1 },
    ],
    [
      'keys that we do not know',
      { service: 'api', outcome: 'up', region: 'eu' },
      { service: 'api', probe: 'imported', outcome: 'up', attempts: 1 },
    ],
  ])('%s', (_, given, expected) => {
    expect(parsed(line(given))).toEqual({ id: '', at: Date.parse(AT), location: 'imported', observations: [expected] });
  });

  test('may have no observations, and any offset', () => {
    expect(parsed('{"at":"2026-11-20T13:00:00.250+01:00","observations":[]}')).toMatchObject({
      at: Date.parse(AT) + 250,
      observations: [],
    });
  });

  test('is what history exports', () => {
    const round: RecordedRound = {
      id: '7.1.ci',
      at: Date.parse(AT),
      location: 'ci',
      observations: [{ service: 'db', probe: 'tcp', outcome: 'up', latencyMs: 12, attempts: 1 }],
    };
    expect([...exported([round], 'ndjson')].map(parsed)).toEqual([round]);
  });

  test.each([
    ['{"at":', 'is not JSON'],
    ['[]', 'Invalid input: expected object, received array'],
    ['{"observations":[]}', 'at: expected an instant like 2026-11-20T12:00:00Z'],
    [JSON.stringify({ at: '2026-11-20 12:00', observations: [] }), 'at: expected an instant like 2026-11-20T12:00:00Z'],
    [JSON.stringify({ at: AT }), 'observations: Invalid input: expected array, received undefined'],
    [
      line({ service: 'Web shop', outcome: 'up' }),
      'observations.0.service: expected an id: lower-case letters, digits, hyphens',
    ],
    [line({ service: 'db' }), 'observations.0: expected an outcome, latencyMs or failureRatio'],
    [
      line({ service: 'db', outcome: 'dwon' }),
      'observations.0.outcome: Invalid option: expected one of "up"|"degraded"|"down"|"unknown"',
    ],
    [line({ service: 'db', latencyMs: -1 }), 'observations.0.latencyMs: Too small: expected number to be >=0'],
    [line({ service: 'db', failureRatio: 4 }), 'observations.0.failureRatio: Too big: expected number to be <=1'],
    [
      line({ service: 'db', outcome: 'up' }, { service: 'db', outcome: 'down' }),
      'observations: one service was observed twice: name a probe with each',
    ],
  ])('%s is none', (text, problem) => {
    expect(observedLine(text)).toEqual({ problem });
  });
});
