import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineProbe, type ProbeContext, type ProbeResult } from '../../src/probing/define-probe.ts';
import { closedPort, serveHttp, serveTcp } from '../servers.ts';
import { probeOnce, run, task, taskOf } from './probe-once.ts';

/** A kind as a third person might write one. */
function kindThat(act: (context: ProbeContext) => Promise<ProbeResult>) {
  return defineProbe({ settings: z.unknown(), describe: () => 'test', run: (_, context) => act(context) });
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Fails `failures` times with a reset, then answers. */
async function recovering(failures: number) {
  let seen = 0;
  return serveHttp((request, response) => {
    seen += 1;
    if (seen <= failures) request.socket.resetAndDestroy();
    else response.end('ok');
  });
}

test('no more than the concurrency at once, and all in the end', async () => {
  let now = 0;
  let most = 0;
  await using server = await serveHttp((_, response) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      response.end('ok');
    }, 30);
  });
  const observations = await run(
    Array.from({ length: 12 }, () => task('http', server.url)),
    { concurrency: 3 },
  );
  expect(observations.map(({ outcome }) => outcome)).toEqual(Array(12).fill('up'));
  expect(most).toBe(3);
});

test('results stand in the order of the tasks and are told as they come', async () => {
  await using server = await serveHttp(
    ({ url }, response) => void setTimeout(() => response.end(), Number(url?.slice(1))),
  );
  const tasks = [200, 100, 0].map((ms) => task('http', `${server.url}/${ms}`, { service: `after-${ms}` }));
  const told: string[] = [];
  const observations = await run(tasks, { onObservation: ({ service }) => told.push(service) });
  expect(observations.map(({ service }) => service)).toEqual(['after-200', 'after-100', 'after-0']);
  expect(told).toEqual(['after-0', 'after-100', 'after-200']);
});

// All of these wait 2 s, some 10 s: side by side.
describe.concurrent('another look after a failure', () => {
  const outcomes = ({ attempts }: Awaited<ReturnType<typeof probeOnce>>) =>
    attempts.map(({ outcome, reason }) => reason ?? outcome);

  test('fails twice, then up: up, with every attempt and the times between', async ({ expect }) => {
    await using server = await recovering(2);
    const observation = await probeOnce('http', server.url, { retries: 2 });
    expect(observation).toMatchObject({ outcome: 'up', message: '200 OK' });
    expect(outcomes(observation)).toEqual(['reset', 'reset', 'up']);
    const [first, second, third] = observation.attempts.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(1900);
    expect(third - first).toBeGreaterThanOrEqual(9900);
    expect(observation.at).toBe(third);
    expect(observation.latencyMs).toBe(observation.attempts[2]!.latencyMs);
  });

  test('strict: up after a failure is degraded, with the reason of the failure', async ({ expect }) => {
    await using server = await recovering(1);
    const observation = await probeOnce('http', server.url, { retries: 1, strict: true });
    expect(observation).toMatchObject({ outcome: 'degraded', reason: 'reset' });
    expect(observation.message).toBe('200 OK, but only after a retry: the connection was reset');
    expect(outcomes(observation)).toEqual(['reset', 'up']);
  });

  test('strict: up at once is up', async ({ expect }) => {
    await using server = await recovering(0);
    expect(await probeOnce('http', server.url, { retries: 1, strict: true })).toMatchObject({ outcome: 'up' });
  });

  test('down for good: the last failure, after all retries', async ({ expect }) => {
    const observation = await probeOnce('tcp', `127.0.0.1:${await closedPort()}`, { retries: 1 });
    expect(observation).toMatchObject({ outcome: 'down', reason: 'refused' });
    expect(outcomes(observation)).toEqual(['refused', 'refused']);
  });

  test('one that ran into its deadline is tried once more only', async ({ expect }) => {
    await using server = await serveTcp(() => undefined);
    const observation = await probeOnce('http', server.url, { retries: 2, timeoutMs: 200 });
    expect(outcomes(observation)).toEqual(['timeout', 'timeout']);
    expect(server.connections.total).toBe(2);
  });

  test.each([
    ['up', () => Promise.resolve({ outcome: 'up', message: 'fine' } as const), 'up'],
    ['degraded', () => Promise.resolve({ outcome: 'degraded', reason: 'slow', message: 'slow' } as const), 'slow'],
    ['unknown', () => Promise.reject(new TypeError('oops')), 'bug'],
  ])('%s is not tried again', async (_, act, seen) => {
    const [observation] = await run([taskOf(kindThat(act), {}, { retries: 2 })]);
    expect(outcomes(observation!)).toEqual([seen]);
  });

  test('cancelled between two attempts: unknown, with the first as evidence', async ({ expect }) => {
    const cancelled = new AbortController();
    const failing = task('tcp', `127.0.0.1:${await closedPort()}`, { retries: 2 });
    setTimeout(() => cancelled.abort(), 300);
    const observations = await run([failing], { signal: cancelled.signal });
    expect(observations.map(outcomes)).toEqual([['refused']]);
    expect(observations).toMatchObject([
      { outcome: 'unknown', message: expect.stringMatching(/^cancelled before another try: .*refused/) },
    ]);
    expect(observations[0]).not.toHaveProperty('reason');
  });
});

describe('judgement', () => {
  test.each([
    [
      'down becomes up',
      { outcome: 'down', reason: 'refused', message: 'refused' },
      { outcome: 'up', message: 'fails as it should: refused' },
    ],
    [
      'up becomes down',
      { outcome: 'up', message: 'fine' },
      { outcome: 'down', reason: 'content', message: 'succeeds and should not: fine' },
    ],
    [
      'degraded becomes down',
      { outcome: 'degraded', reason: 'slow', message: 'slow' },
      { outcome: 'down', reason: 'content' },
    ],
    [
      'unknown stays',
      { outcome: 'unknown', reason: 'proxy', message: 'proxy' },
      { outcome: 'unknown', reason: 'proxy' },
    ],
  ] as [string, ProbeResult, object][])('invert: %s', async (_, result, expected) => {
    const [observation] = await run([
      taskOf(
        kindThat(() => Promise.resolve(result)),
        {},
        { invert: true },
      ),
    ]);
    expect(observation).toMatchObject(expected);
    expect(Object.keys(observation!)).toEqual(expect.arrayContaining(Object.keys(expected)));
    if (!('reason' in expected)) expect(observation).not.toHaveProperty('reason');
  });

  test('degradedAbove: an answer that is slower is degraded', async () => {
    await using server = await serveHttp((_, response) => void setTimeout(() => response.end(), 100));
    const slow = await probeOnce('http', server.url, { degradedAboveMs: 50 });
    expect(slow).toMatchObject({ outcome: 'degraded', reason: 'slow' });
    expect(slow.message).toMatch(/^200 OK, but took \d+ ms, expected at most 50 ms$/);
    expect(await probeOnce('http', server.url, { degradedAboveMs: 10_000 })).toMatchObject({ outcome: 'up' });
  });

  test('degradedAbove: what is down stays down', async () => {
    const observation = await probeOnce('tcp', `127.0.0.1:${await closedPort()}`, { degradedAboveMs: 0 });
    expect(observation).toMatchObject({ outcome: 'down', reason: 'refused' });
  });
});

describe('cancelling the round', () => {
  test('keeps what is finished; the rest is not observed, inverted or not', async () => {
    await using quick = await serveHttp((_, response) => response.end('ok'));
    await using silent = await serveTcp(() => undefined);
    const cancelled = new AbortController();
    const tasks = [
      task('http', silent.url, { timeoutMs: 60_000 }),
      task('http', quick.url, { service: 'quick' }),
      task('http', silent.url, { timeoutMs: 60_000, invert: true }),
      task('http', quick.url, { service: 'quick-too' }),
      task('http', silent.url, { timeoutMs: 60_000, retries: 2 }),
    ];
    const finished = Promise.withResolvers<void>();
    let left = 2;
    const onObservation = (): void => {
      left -= 1;
      if (left === 0) finished.resolve();
    };
    const round = run(tasks, { signal: cancelled.signal, onObservation });
    await finished.promise;
    cancelled.abort();
    expect((await round).map(({ service }) => service)).toEqual(['quick', 'quick-too']);
  });

  test('what waits in line does not start', async () => {
    await using silent = await serveTcp(() => undefined);
    const cancelled = new AbortController();
    const tasks = Array.from({ length: 5 }, () => task('http', silent.url, { timeoutMs: 60_000 }));
    const round = run(tasks, { signal: cancelled.signal, concurrency: 1 });
    await expect.poll(() => silent.connections.total).toBe(1);
    cancelled.abort();
    expect(await round).toEqual([]);
    expect(silent.connections.total).toBe(1);
  });

  test('before it began: nothing is observed', async () => {
    expect(await run([task('tcp', '127.0.0.1:1')], { signal: AbortSignal.abort() })).toEqual([]);
  });
});

describe('a kind with a bug', () => {
  test('that throws is unknown, and says what it threw', async () => {
    const broken = kindThat(() => Promise.reject(new TypeError('x is not a function')));
    const [observation] = await run([taskOf(broken)]);
    expect(observation).toMatchObject({
      outcome: 'unknown',
      reason: 'bug',
      message: 'Vedette failed: TypeError: x is not a function',
    });
  });

  test('that throws before its promise is unknown', async () => {
    const broken = kindThat(() => {
      throw new RangeError('too far');
    });
    expect((await run([taskOf(broken)]))[0]).toMatchObject({ outcome: 'unknown', reason: 'bug' });
  });

  test('that throws what is no error is unknown', async () => {
    const [observation] = await run([taskOf(kindThat(() => Promise.reject('no error at all')))]);
    expect(observation).toMatchObject({
      outcome: 'unknown',
      reason: 'bug',
      message: 'Vedette failed: no error at all',
    });
  });

  test('that ignores its signal is cut off, and does not hold its slot', async () => {
    await using server = await serveHttp((_, response) => response.end('ok'));
    const deaf = taskOf(kindThat(never), {}, { timeoutMs: 100 });
    const observations = await run([deaf, task('http', server.url)], { concurrency: 1 });
    expect(observations).toMatchObject([{ outcome: 'down', reason: 'timeout' }, { outcome: 'up' }]);
  });

  test('that forgets its socket does not leak it', async () => {
    await using server = await serveTcp(() => undefined);
    const forgetful = kindThat(async ({ connect }) => {
      await connect({ host: '127.0.0.1', port: server.port });
      return { outcome: 'up', message: 'connected' };
    });
    await run([taskOf(forgetful)]);
    expect(server.connections.total).toBe(1);
    await expect.poll(() => server.connections.open).toBe(0);
  });
});

test('secrets that a server gives back do not leave, and names are not taken for secrets', async () => {
  await using server = await serveHttp(({ headers }, response) => response.end(`key ${headers['x-key']}`));
  const settings = { url: server.url, headers: { 'x-key': 'postgres' }, expect: { body: 'fine' } };
  const names = { service: 'postgres', probe: 'postgres' };
  const [observation] = await run([task('http', settings, names)], { secrets: ['postgres'] });
  const message = 'the body is expected to be "fine", got "key ***"';
  expect(observation).toMatchObject({ ...names, message, attempts: [{ message }] });
});

test('a wall clock that jumps does not touch latency and phases', async () => {
  await using server = await serveHttp((_, response) => response.end('ok'));
  // A wall clock that jumps back an hour at each look.
  let wall = Date.UTC(2026, 0, 1);
  const now = (): number => {
    wall -= 3_600_000;
    return wall;
  };
  const [observation] = await run([task('http', server.url)], { now });
  const { latencyMs, phases } = observation!;
  const sum = Object.values(phases).reduce((total, ms) => total + ms, 0);
  expect(sum).toBeGreaterThan(0);
  expect(latencyMs).toBeGreaterThanOrEqual(sum - 1);
  expect(latencyMs).toBeLessThan(2000);
});
