import { describe, expect, test } from 'vitest';
import { isProberFault } from '../../src/status/prober-fault.ts';
import { MINUTE, NOON, play, type Seen, type ServiceSketch, sketch } from './sketch.ts';

const isFault = (
  services: Readonly<Record<string, readonly string[] | ServiceSketch>>,
  ...rounds: Record<string, Seen>[]
): boolean => play(sketch(services), rounds).at(-1)!.verdict.isProberFault;

const ROOTS = { a: [], b: [], c: [], d: [], e: [], f: [] };
const ALL_UP = { a: 'up', b: 'up', c: 'up', d: 'up', e: 'up', f: 'up' };

test.each([
  [1, 1, false],
  [1, 2, true],
  [2, 2, true],
  [4, 2, true],
  [5, 2, true],
  [6, 2, false],
  [6, 3, true],
  [10, 4, true],
  [11, 4, false],
  [100, 39, false],
  [100, 40, true],
])('of %i services without dependencies %i silent: %s', (read, silent, fault) => {
  expect(isProberFault({ read, silent: Array(silent).fill('x'), users: { read: 0, answered: 0 } })).toBe(fault);
});

test.each([
  ['all users answer, and are as many: our network is there', 2, { read: 2, answered: 2 }, false],
  ['all users answer, but are fewer than the silent', 3, { read: 2, answered: 2 }, true],
  ['a user is silent, too', 2, { read: 3, answered: 2 }, true],
])('%s', (_, silent, users, fault) => {
  expect(isProberFault({ read: 2, silent: Array(silent).fill('x'), users })).toBe(fault);
});

test('two databases that die under services which still answer are believed', () => {
  const services = { web: ['api'], api: ['db', 'search'], db: [], search: [] };
  const bad = { web: 'up', api: 'down status 503', db: 'down refused', search: 'down refused' } as const;
  expect(isFault(services, { web: 'up', api: 'up', db: 'up', search: 'up' }, bad)).toBe(false);
});

describe('silence is', () => {
  test.each([
    ['a refused connection', 'down refused', true],
    ['no route', 'down unreachable', true],
    ['a name that is not found', 'down dns-not-found', true],
    ['a name server that fails', 'down dns-server', true],
    ['a timeout while connecting', 'down timeout@connect', true],
    ['a timeout in the handshake', 'down timeout@tls', true],
    ['a timeout before the first byte', 'down timeout@ttfb', true],
    ['not a timeout after it', 'down timeout@body', false],
    ['not a timeout in conversation', 'down timeout@talk', false],
    ['not an HTTP 503', 'down status 503', false],
    ['not a bad certificate', 'down tls-expired', false],
    ['not a slow answer', 'degraded slow 9000', false],
    ['not ignorance', 'unknown proxy', false],
  ])('%s', (_, seen, fault) => {
    expect(isFault(ROOTS, ALL_UP, { ...ALL_UP, a: seen, b: seen, c: seen })).toBe(fault);
  });

  test('only complete: one probe that gets an answer is an answer', () => {
    const services = { a: { probes: [{ id: 'one' }, { id: 'two' }] }, b: [] };
    expect(isFault(services, { a: { one: 'down refused', two: 'down status 500' }, b: 'down refused' })).toBe(false);
    expect(isFault(services, { a: { one: 'down refused', two: 'down refused' }, b: 'down refused' })).toBe(true);
  });
});

describe('counted are', () => {
  test('services without dependencies, those with insight edges among them', () => {
    expect(isFault({ a: ['insight c'], b: [], c: [] }, { a: 'down refused', b: 'down refused', c: 'up' })).toBe(true);
  });

  test('not those that depend on others, however softly', () => {
    expect(
      isFault({ a: ['soft c'], b: ['c'], c: [] }, { a: 'down refused', b: 'down refused', c: 'down refused' }),
    ).toBe(false);
  });

  test('those of whose dependencies one is not probed, when not even a connection opens', () => {
    const services = { a: ['x', 'c'], b: ['soft y'], c: [], x: { probes: [] }, y: { probes: [] } };
    const well = { a: 'up', b: 'up', c: 'up' };
    const seen = (text: string): Record<string, Seen> => ({ a: text, b: text, c: 'up' });
    for (const text of ['down refused', 'down unreachable', 'down dns-server', 'down timeout@connect'])
      expect([text, isFault(services, well, seen(text))]).toEqual([text, true]);
    // Behind an open connection a request may hang because of x and y.
    for (const text of ['down timeout@ttfb', 'down timeout@tls', 'down timeout', 'down status 503'])
      expect([text, isFault(services, well, seen(text))]).toEqual([text, false]);
  });

  test('once those that all need the same unprobed service', () => {
    const services = { a: ['x'], b: ['x', 'y'], c: ['y'], x: { probes: [] }, y: { probes: [] } };
    expect(isFault(services, { a: 'down refused', b: 'down refused', c: 'up' })).toBe(false);
    expect(isFault(services, { a: 'down refused', b: 'up', c: 'down refused' })).toBe(true);
    expect(isFault(services, { a: 'down refused', b: 'down refused', c: 'down refused' })).toBe(true);
  });

  test.each([
    ['soft: without it both would be degraded at worst', ['soft x'], ['soft x'], true],
    ['soft for one of them', ['x'], ['soft x'], true],
    ['in a group with a spare', ['1 of x y'], ['1 of x y'], true],
    ['in a group that needs all of its members', ['2 of x y'], ['x'], false],
  ])('twice those that need the same unprobed service, %s', (_, a, b, fault) => {
    const services = { a, b, x: { probes: [] }, y: { probes: [] } };
    expect(isFault(services, { a: 'up', b: 'up' }, { a: 'down refused', b: 'down refused' })).toBe(fault);
  });

  test('not those above a service that is probed and only was not read', () => {
    const services = { a: ['c'], b: ['d'], c: [], d: [] };
    expect(isFault(services, { a: 'up', b: 'up', c: 'up', d: 'up' }, { a: 'down refused', b: 'down refused' })).toBe(
      false,
    );
  });

  test('only those that were read', () => {
    expect(isFault(ROOTS, { a: 'down refused', b: 'down refused' })).toBe(true);
    expect(isFault(ROOTS, { ...ALL_UP, a: 'down refused', b: 'down refused' })).toBe(false);
  });

  test('only new failures', () => {
    const services = { a: [], b: [], c: [] };
    const broken = { a: 'down refused', b: 'up', c: 'up' };
    expect(isFault(services, broken, broken, { a: 'down refused', b: 'down refused', c: 'up' })).toBe(false);
    expect(isFault(services, { a: 'down refused', b: 'down refused', c: 'up' })).toBe(true);
  });

  test('not those in maintenance, which are expected to be silent', () => {
    const maintenance = [{ title: 'Work', services: ['a', 'b'], startsAt: NOON, endsAt: NOON + 60 * MINUTE }];
    const [step] = play(sketch({ a: [], b: [], c: [] }), [{ a: 'down refused', b: 'down refused', c: 'up' }], {
      maintenance,
    });
    expect([step!.verdict.isProberFault, step!.states]).toEqual([
      false,
      { a: 'maintenance', b: 'maintenance', c: 'operational' },
    ]);
  });
});

describe('a prober fault', () => {
  const silent = { a: 'down refused', b: 'down refused', c: 'up' };
  const well = { a: 'up', b: 'up', c: 'up' };
  const services = sketch({ a: [], b: [], c: [] });

  test('lasts three rounds on end; in the fourth the failures are believed, and may be the prober', () => {
    const steps = play(services, [well, silent, silent, silent, silent, silent]);
    expect(
      steps.map(({ verdict: { isProberFault, mayBeProber }, states }) => [isProberFault, mayBeProber, states.a]),
    ).toEqual([
      [false, false, 'operational'],
      [true, false, 'operational'],
      [true, false, 'operational'],
      [true, false, 'operational'],
      [false, true, 'major_outage'],
      [false, true, 'major_outage'],
    ]);
  });

  test('may be the prober until no two of the silent ones are left; an HTTP 503 is an answer', () => {
    const one = { ...silent, b: 'down status 503' };
    const steps = play(services, [well, silent, silent, silent, silent, one, well]);
    expect(steps.slice(4).map(({ verdict }) => verdict.mayBeProber)).toEqual([true, false, false]);
  });

  test('leaves no trace when the network comes back', () => {
    const steps = play(services, [well, silent, silent, well, silent]);
    expect(steps.map(({ verdict }) => verdict.isProberFault)).toEqual([false, true, true, false, true]);
    expect(steps.every(({ states }) => Object.values(states).every((state) => state === 'operational'))).toBe(true);
  });

  test('goes on while two in five of all services are not reached, whatever they need', () => {
    const chain = { web: ['api'], api: ['db'], db: [], mail: [], dns: [] };
    const all = (text: string): Record<string, Seen> => Object.fromEntries(Object.keys(chain).map((id) => [id, text]));
    const play = (after: Record<string, Seen>): boolean => isFault(chain, all('up'), all('down unreachable'), after);
    expect(play({ ...all('up'), web: 'down unreachable', api: 'down unreachable' })).toBe(true);
    expect(play({ ...all('up'), web: 'down unreachable' })).toBe(false);
    expect(play({ ...all('up'), web: 'down timeout@ttfb', api: 'down timeout@ttfb' })).toBe(false);
    expect(isFault(chain, all('up'), { ...all('up'), web: 'down unreachable', api: 'down unreachable' })).toBe(false);
  });

  test('discards the readings of the whole round, good and bad', () => {
    const broken = { a: 'up', b: 'up', c: 'down status 500' };
    const steps = play(services, [broken, broken, { a: 'down refused', b: 'down refused', c: 'up' }, broken]);
    expect(steps.map(({ states }) => states.c)).toEqual(['unknown', 'major_outage', 'major_outage', 'major_outage']);
  });
});
