import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Place, placeWith } from './cli.ts';

const SERVICES = `
services:
  web: { dependsOn: [api] }
  api: { dependsOn: [database, cache, provider] }
  database: {}
  cache: {}
  provider: {}
`;
const START = Date.parse('2026-11-20T00:00:00Z');
/** The ninetieth round. */
const SINCE = '2026-11-20T07:30:00Z';

interface Measured {
  latencyMs?: number;
  failureRatio?: number;
  outcome?: string;
  reason?: string;
}

/** A hundred rounds; what is seen from the ninetieth on, or of a service so many rounds earlier, is up to the test. */
async function placeWhere(
  seen: (service: string, usual: number) => Measured,
  services = SERVICES,
  earlier: Readonly<Record<string, number>> = {},
): Promise<Place> {
  const place = await placeWith(services);
  const usual = { web: 200, api: 120, database: 30, cache: 5 };
  const lines = Array.from({ length: 100 }, (_, n) => {
    const observations = Object.entries(usual).map(([service, ms]) => {
      // Up and down by a tenth, the same every time.
      const latencyMs = Math.round(ms * (1 + 0.1 * Math.sin(n * 7 + ms)));
      return { service, latencyMs, failureRatio: 0.001, ...(n >= 90 - (earlier[service] ?? 0) && seen(service, ms)) };
    });
    return JSON.stringify({ at: new Date(START + n * 300_000).toISOString(), observations });
  });
  await writeFile(join(place.folder, 'rounds.ndjson'), `${lines.join('\n')}\n`);
  return place;
}

async function explain(place: Place, ...flags: string[]) {
  const args = ['explain', '--observations', 'rounds.ndjson', '--service', 'web', '--since', SINCE, '--json', ...flags];
  const { code, stdout, stderr } = await place.run(args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as {
    service: string;
    since: string;
    at: string;
    causes: { service: string; share: number; chain: string[]; evidence: string }[];
  };
}

describe('why was it in trouble?', () => {
  test('slow, because the database two steps below is', async () => {
    await using place = await placeWhere((service, ms) => (service === 'cache' ? {} : { latencyMs: ms + 400 }));
    const { causes, ...rest } = await explain(place, '--metric', 'latency');
    expect(rest).toEqual({ service: 'web', since: SINCE, at: '2026-11-20T08:15:00Z' });
    expect(causes).toMatchObject([{ service: 'database', share: 1, chain: ['web', 'api', 'database'] }]);
    expect(causes[0]!.evidence).toMatch(
      /^430 ms, usually 30 ms \(median of 90 readings before\); 400 ms more, \d+\.\d times/,
    );
  });

  test.each([1, 2])('slow, because the database is that was so %i rounds earlier', async (rounds) => {
    const slow = (service: string, ms: number): Measured => (service === 'cache' ? {} : { latencyMs: ms + 400 });
    await using place = await placeWhere(slow, SERVICES, { database: rounds, api: rounds - 1 });
    const { causes } = await explain(place, '--metric', 'latency');
    expect(causes[0]).toMatchObject({ service: 'database', share: 1, chain: ['web', 'api', 'database'] });
  });

  test('what was slow long before is not why', async () => {
    const slow = (service: string, ms: number): Measured =>
      service === 'cache' || service === 'api' ? {} : { latencyMs: ms + 400 };
    await using place = await placeWhere(slow, SERVICES, { database: 3 });
    const { causes } = await explain(place, '--metric', 'latency');
    expect(causes.map(({ service }) => service)).not.toContain('database');
  });

  test('failing in part, because the cache does; what is slow is another matter', async () => {
    await using place = await placeWhere((service, ms) =>
      service === 'database' ? { latencyMs: ms + 400 } : { failureRatio: 0.2 },
    );
    const { causes } = await explain(place, '--metric', 'failures');
    expect(causes).toMatchObject([{ service: 'cache', share: 1, chain: ['web', 'api', 'cache'] }]);
    expect(causes[0]!.evidence).toBe(
      '20 % failing, usually 0.1 % failing (median of 90 readings before); 19.9 % failing more, 199.0 times the usual spread',
    );
  });

  test('by states, because the database refuses connections', async () => {
    await using place = await placeWhere((service) =>
      service === 'cache'
        ? { outcome: 'up' }
        : { outcome: 'down', reason: service === 'database' ? 'refused' : 'status' },
    );
    const { causes } = await explain(place);
    expect(causes[0]).toMatchObject({ service: 'database', evidence: 'down: connection refused' });
  });

  test('the one that nobody looks at is a suspect when nothing else below it fails', async () => {
    await using place = await placeWhere((service, ms) =>
      service === 'web' || service === 'api' ? { latencyMs: ms + 400 } : {},
    );
    const { causes } = await explain(place, '--metric', 'latency');
    expect(causes.map(({ service }) => service)).toEqual(['api', 'provider']);
    expect(causes[1]!.evidence).toBe('not probed; would explain why api fails');
  });

  test('whoever was seen, if only on a closer look, comes before one that nobody looks at', async () => {
    const services = SERVICES.replace('[api]', '[api, mail]').concat('  mail: {}\n');
    // The rise of the API is two of its spreads or so.
    await using place = await placeWhere(
      (service, ms) => (service === 'web' ? { latencyMs: ms + 400 } : service === 'api' ? { latencyMs: ms + 40 } : {}),
      services,
    );
    const { causes } = await explain(place, '--metric', 'latency');
    expect(causes[0]!.service).toBe('api');
  });

  test('noticed late: the round before that it began in counts', async () => {
    await using place = await placeWhere((service, ms) => (service === 'cache' ? {} : { latencyMs: ms + 400 }));
    const { causes } = await explain(place, '--metric', 'latency', '--since', '2026-11-20T07:31:00Z');
    expect(causes[0]).toMatchObject({ service: 'database', share: 1 });
    expect(causes[0]!.evidence).toContain('median of 90 readings before');
  });

  test('asked early, by what was known then', async () => {
    await using place = await placeWhere((service, ms) => (service === 'cache' ? {} : { latencyMs: ms + 400 }));
    const { at, causes } = await explain(place, '--metric', 'latency', '--at', SINCE);
    expect([at, causes[0]!.service]).toEqual([SINCE, 'database']);
  });

  test('for people', async () => {
    await using place = await placeWhere((service, ms) => (service === 'cache' ? {} : { latencyMs: ms + 400 }));
    const args = [
      'explain',
      '--observations',
      'rounds.ndjson',
      '--service',
      'web',
      '--since',
      SINCE,
      '--metric',
      'latency',
    ];
    expect((await place.run(args)).stdout).toMatch(
      /^web since 2026-11-20T07:30:00Z, by what was known at 2026-11-20T08:15:00Z:\n 100 % {2}database: 430 ms, .*\n {8}web → api → database\n$/,
    );
  });
});

test.each([
  [[], '--observations is missing'],
  [['--observations', 'x', '--since', SINCE], '--service is missing'],
  [['--observations', 'x', '--service', 'web'], '--since is missing'],
  [
    ['--observations', 'x', '--service', 'web', '--since', 'noon'],
    '--since, --at: expected an instant like 2026-11-20T12:00:00Z',
  ],
  [['--observations', 'x', '--service', 'wbe', '--since', SINCE], 'no service is called "wbe"'],
  [
    ['--observations', 'x', '--service', 'web', '--since', SINCE, '--metric', 'mood'],
    '--metric: expected outcome, latency, failures, got "mood"',
  ],
])('usage: %j', async (flags, problem) => {
  await using place = await placeWith(SERVICES);
  const { code, stderr } = await place.run(['explain', ...flags]);
  expect([code, stderr]).toEqual([2, `vedette: ${problem}; see: vedette explain --help\n`]);
});
