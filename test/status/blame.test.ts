import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/config/graph.ts';
import { type BlameInput, blame, type Trouble } from '../../src/status/blame.ts';
import { MINUTE, NOON, type ServiceSketch, sketch } from './sketch.ts';

type Services = Readonly<Record<string, readonly string[] | ServiceSketch>>;
const UNPROBED = { probes: [] };

/** Severities by service, `2` since noon, or `[2, 10]` ten minutes later; blame starts at `web` and its like. */
function blamed(
  services: Services,
  seen: Readonly<Record<string, number | readonly [number, number]>>,
  more: Partial<BlameInput> = {},
) {
  const list = sketch(services);
  const graph = buildGraph(list);
  const troubles = new Map(
    Object.entries(seen).map(([id, given]): [string, Trouble] => {
      const [severity, minute] = typeof given === 'number' ? [given, 0] : given;
      return [id, { severity, onset: NOON + minute * MINUTE }];
    }),
  );
  return blame(graph, {
    troubles,
    start: graph.critical.map(({ id }) => id),
    isUnseen: (id) => graph.byId.get(id)!.probes.length === 0,
    isLost: (id) => (troubles.get(id)?.severity ?? 0) >= 2,
    roundMs: 5 * MINUTE,
    ...more,
  });
}

/** `{ db: 0.5 }` */
function shares(...args: Parameters<typeof blamed>): Record<string, number> {
  return Object.fromEntries(blamed(...args).map(({ service, share }) => [service, Number(share.toFixed(4))]));
}

describe('who keeps how much', () => {
  test.each<[string, Services, Record<string, number | readonly [number, number]>, Record<string, number>]>([
    ['a service with nothing below it all of it', { web: [] }, { web: 2 }, { web: 1 }],
    [
      'what is as bad explains its user whole',
      { web: ['api'], api: ['db'], db: [] },
      { web: 2, api: 2, db: 2 },
      { db: 1 },
    ],
    ['a well one breaks the chain', { web: ['api'], api: ['db'], db: [] }, { web: 2, db: 2 }, { web: 1 }],
    ['what is half as bad explains half', { web: ['db'], db: [] }, { web: 2, db: 1 }, { db: 0.5, web: 0.5 }],
    [
      'a soft one explains a degradation at most',
      { web: ['soft db'], db: [] },
      { web: 2, db: 2 },
      { db: 0.5, web: 0.5 },
    ],
    ['an insight one nothing', { web: ['insight db'], db: { critical: false } }, { web: 2, db: 2 }, { web: 1 }],
    [
      'two that are as bad one half each',
      { web: ['a', 'b'], a: [], b: [] },
      { web: 2, a: 2, b: 2 },
      { a: 0.5, b: 0.5 },
    ],
    [
      'the one that more services need gets more',
      { web: ['a', 'b'], other: ['a'], a: [], b: [] },
      { web: 2, a: 2, b: 2 },
      { a: 0.6667, b: 0.3333 },
    ],
    [
      'a lost spare explains a degradation at most',
      { web: ['1 of a b'], a: [], b: [] },
      { web: 2, a: 2 },
      { a: 0.5, web: 0.5 },
    ],
    [
      'a group that is lost explains all, shared among its members',
      { web: ['1 of a b'], a: [], b: [] },
      { web: 2, a: 2, b: 2 },
      { a: 0.5, b: 0.5 },
    ],
    [
      'what fails much later than its user hardly explains it',
      { web: ['db'], db: [] },
      { web: 2, db: [2, 11] },
      { web: 0.9, db: 0.1 },
    ],
    ['two rounds later is not much', { web: ['db'], db: [] }, { web: 2, db: [2, 10] }, { db: 1 }],
    [
      'of several that users see in proportion to how bad they are',
      { web: [], shop: [] },
      { web: 2, shop: 1 },
      { web: 0.6667, shop: 0.3333 },
    ],
    [
      'a circle acts as one; its worst member keeps what nothing outside explains',
      { web: ['a'], a: ['b'], b: ['a'] },
      { web: 2, a: 1, b: 2 },
      { b: 1 },
    ],
    ['and nothing when something outside does', { a: ['b'], b: ['a', 'db'], db: [] }, { a: 2, b: 2, db: 2 }, { db: 1 }],
  ])('%s', (_, services, seen, expected) => {
    expect(shares(services, seen)).toEqual(expected);
  });
});

describe('services that nobody probes', () => {
  test.each<[string, Services, Record<string, number>, Record<string, number>]>([
    ['are transparent', { web: ['gate'], gate: { ...UNPROBED, needs: ['db'] }, db: [] }, { web: 2, db: 2 }, { db: 1 }],
    [
      'are a suspect when all who need them fail without another reason; of two more than they themselves',
      { web: ['auth'], shop: ['auth'], auth: UNPROBED },
      { web: 2, shop: 2 },
      { auth: 0.6, web: 0.2, shop: 0.2 },
    ],
    ['of one less', { web: ['auth'], auth: UNPROBED }, { web: 2 }, { web: 0.6, auth: 0.4 }],
    [
      'are rivals: several explain no more than one of them would',
      { web: ['auth', 'mail', 'pay'], auth: UNPROBED, mail: UNPROBED, pay: UNPROBED },
      { web: 2 },
      { web: 0.6, auth: 0.1333, mail: 0.1333, pay: 0.1333 },
    ],
    [
      'have no second witness in one who fails through another user of theirs',
      { web: ['api', 'auth'], api: ['auth'], auth: UNPROBED },
      { web: 2, api: 2 },
      { auth: 0.6667, api: 0.3333 },
    ],
    [
      'are excused by no one who can do without them',
      {
        web: ['auth'],
        shop: ['auth'],
        blog: ['1 of auth spare'],
        auth: UNPROBED,
        spare: [],
      },
      { web: 2, shop: 2 },
      { auth: 0.6, web: 0.2, shop: 0.2 },
    ],
    [
      'are suspects beside a lost spare, which is no other reason',
      { web: ['auth', '1 of a b'], shop: ['auth'], auth: UNPROBED, a: [], b: [] },
      { web: 2, shop: 2, a: 2 },
      { auth: 0.6529, shop: 0.2, a: 0.1471 },
    ],
    [
      'are none when somebody who needs them is well',
      { web: ['auth'], shop: ['auth'], auth: UNPROBED },
      { web: 2 },
      { web: 1 },
    ],
    [
      'are none when all who need them have another reason',
      { web: ['auth', 'db'], auth: UNPROBED, db: [] },
      { web: 2, db: 2 },
      { db: 1 },
    ],
    [
      'are suspects also behind one another, the nearer as much as the further',
      { web: ['auth'], auth: { ...UNPROBED, needs: ['ldap'] }, ldap: UNPROBED },
      { web: 2 },
      { web: 0.6, auth: 0.2667, ldap: 0.1333 },
    ],
    [
      'of which the one that more point at did it',
      {
        web: ['auth'],
        shop: ['pay'],
        auth: { ...UNPROBED, needs: ['ldap'] },
        pay: { ...UNPROBED, needs: ['ldap'] },
        ldap: UNPROBED,
      },
      { web: 2, shop: 2 },
      { ldap: 0.54, web: 0.2, shop: 0.2, auth: 0.03, pay: 0.03 },
    ],
    [
      'also beside a rival of one of them',
      { web: ['auth', 'mail'], shop: ['auth'], auth: UNPROBED, mail: UNPROBED },
      { web: 2, shop: 2 },
      { auth: 0.5903, web: 0.2, shop: 0.2, mail: 0.0097 },
    ],
    [
      'and one that others stand behind is likelier than its rival, for it or they may have done it',
      { web: ['auth', 'mail'], auth: { ...UNPROBED, needs: ['ldap'] }, ldap: UNPROBED, mail: UNPROBED },
      { web: 2 },
      { web: 0.6, auth: 0.16, mail: 0.16, ldap: 0.08 },
    ],
    [
      'are not excused by one between that is well',
      { web: ['auth'], shop: ['pay'], auth: UNPROBED, pay: { ...UNPROBED, needs: ['auth'] } },
      { web: 2 },
      { web: 0.6, auth: 0.4 },
    ],
    [
      'are suspects of a degradation by a soft edge, too, and not excused by who is well in spite of one',
      { web: ['soft mail'], shop: ['soft mail'], mail: UNPROBED },
      { web: 1 },
      { web: 0.6, mail: 0.4 },
    ],
    ['but not of an outage', { web: ['soft mail'], mail: UNPROBED }, { web: 2 }, { web: 1 }],
    [
      'nor of one behind another that nobody probes',
      { web: ['gate'], gate: { ...UNPROBED, needs: ['soft mail'] }, mail: UNPROBED },
      { web: 2 },
      { web: 0.6, gate: 0.4 },
    ],
    [
      'are one thing when they need each other, and have what stands behind them',
      {
        web: ['a'],
        shop: ['b'],
        a: { ...UNPROBED, needs: ['b'] },
        b: { ...UNPROBED, needs: ['a', 'c'] },
        c: UNPROBED,
      },
      { web: 2, shop: 2 },
      { a: 0.4, web: 0.2, shop: 0.2, c: 0.2 },
    ],
    [
      'are needed by a group that needs all its members as by edges of its own',
      { web: ['2 of a b'], a: UNPROBED, b: UNPROBED },
      { web: 2 },
      { web: 0.6, a: 0.2, b: 0.2 },
    ],
    [
      'stand once behind all that need them',
      {
        web: ['a', 'b'],
        a: { ...UNPROBED, needs: ['z'] },
        b: { ...UNPROBED, needs: ['z'] },
        z: UNPROBED,
      },
      { web: 2 },
      { web: 0.6, a: 0.16, b: 0.16, z: 0.08 },
    ],
    [
      'are none when a soft dependency is reason enough to be degraded',
      { web: ['soft cache', 'auth'], cache: [], auth: UNPROBED },
      { web: 1, cache: 2 },
      { cache: 1 },
    ],
  ])('%s', (_, services, seen, expected) => {
    expect(shares(services, seen)).toEqual(expected);
  });

  test('are said to be suspects, and of whom', () => {
    const services = { web: ['auth'], shop: ['auth'], auth: { ...UNPROBED, needs: ['ldap'] }, ldap: UNPROBED };
    const list = blamed(services, { web: 2, shop: 2 });
    expect(list).toMatchObject([
      { service: 'auth', isSuspect: true, suspectedBy: ['shop', 'web'], chain: ['shop', 'auth'] },
      { service: 'ldap', isSuspect: true, suspectedBy: ['shop', 'web'], chain: ['shop', 'auth', 'ldap'] },
      { service: 'shop', isSuspect: false, suspectedBy: [] },
      { service: 'web', isSuspect: false, suspectedBy: [] },
    ]);
  });
});

describe('who is named first', () => {
  const order = (...args: Parameters<typeof blamed>): string[] => blamed(...args).map(({ service }) => service);

  test('of equals the one that failed first', () => {
    const services = { web: ['api'], api: ['db'], db: [] };
    expect(order(services, { web: [2, 5], api: [2, 5], db: 1 })).toEqual(['db', 'api']);
    expect(order(services, { web: 2, api: 2, db: [1, 5] })).toEqual(['api', 'db']);
  });

  test('a service is as strong as it is together with its own suspects, which come after it', () => {
    const services = { web: ['api', 'sts'], api: ['auth'], auth: UNPROBED, sts: [] };
    expect(order(services, { web: 2, api: 2, sts: 1.5 })).toEqual(['api', 'auth', 'sts']);
  });

  test('its second suspect waits until others that were seen are named', () => {
    const services = { web: ['api', 'sts'], api: ['auth', 'mail'], auth: UNPROBED, mail: UNPROBED, sts: [] };
    expect(order(services, { web: 2, api: 2, sts: 1.5 })).toEqual(['api', 'auth', 'sts', 'mail']);
  });

  test('of suspects that are as likely the one that others stand behind, then the nearer, then by name', () => {
    const behind = { ...UNPROBED, needs: ['ldap'] };
    const rivals = { web: ['auth', 'mail'], auth: UNPROBED, mail: behind, ldap: UNPROBED };
    expect(order(rivals, { web: 2 })).toEqual(['web', 'mail', 'auth', 'ldap']);
  });
});

test('the chain is the way of the largest flow', () => {
  const services = { web: ['small', 'large'], small: ['db'], large: ['db'], other: ['large'], db: [] };
  const [first] = blamed(services, { web: 2, small: 1, large: 2, db: 2 });
  expect(first).toMatchObject({ service: 'db', chain: ['web', 'large', 'db'] });
});

test('what somebody declared keeps nothing for itself, if anything below it fails', () => {
  const services = { web: ['db'], db: [] };
  expect(shares(services, { web: 4, db: 1 }, { declared: new Set(['web']), start: ['web'] })).toEqual({ db: 1 });
  expect(shares(services, { web: 4 }, { declared: new Set(['web']), start: ['web'] })).toEqual({ web: 1 });
});

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyServices = fc
  .tuple(
    ...IDS.map((id) => fc.subarray(IDS.filter((other) => other !== id))),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .map((parts) => {
    const probed = parts.at(-1) as boolean[];
    return Object.fromEntries(
      IDS.map((id, index) => [
        id,
        { needs: parts[index] as string[], ...(probed[index] ? {} : UNPROBED), critical: index < 2 },
      ]),
    );
  });
const anySeen = fc.dictionary(
  fc.constantFrom(...IDS),
  fc.tuple(fc.constantFrom(0.5, 1, 1.5, 2), fc.constantFrom(0, 5, 20)),
  {
    minKeys: 1,
  },
);

test('shares sum to 1, whatever fails; each is above 0, and each chain begins where blame does', () => {
  const property = fc.property(anyServices, anySeen, (services, seen) => {
    const list = blamed(services, seen);
    if (list.length === 0) return;
    expect(list.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const { share, chain, service } of list) {
      expect(share).toBeGreaterThan(0);
      expect(['a', 'b']).toContain(chain[0]);
      expect(chain.at(-1)).toBe(service);
      expect(new Set(chain).size).toBe(chain.length);
    }
  });
  fc.assert(property, { numRuns: 1000 });
});

test('the order of services and of edges does not matter', () => {
  const property = fc.property(anyServices, anySeen, (services, seen) => {
    const backwards = Object.fromEntries(
      Object.entries(services)
        .reverse()
        .map(([id, service]) => [id, { ...service, needs: service.needs.toReversed() }]),
    );
    expect(blamed(backwards, seen)).toEqual(blamed(services, seen));
  });
  fc.assert(property, { numRuns: 1000 });
});

test('a single failing reading that is newer than its user’s trouble hardly explains it', () => {
  const seen = (minute: number, isTentative: boolean): Record<string, number> => {
    const list = sketch({ web: ['db'], db: [] });
    const troubles = new Map<string, Trouble>([
      ['web', { severity: 1, onset: NOON }],
      ['db', { severity: 1, onset: NOON + minute * MINUTE, ...(isTentative && { isTentative }) }],
    ]);
    const input = { troubles, start: ['web'], isUnseen: () => false, isLost: () => false, roundMs: 5 * MINUTE };
    return Object.fromEntries(blame(buildGraph(list), input).map(({ service, share }) => [service, share]));
  };
  expect(seen(5, true)).toEqual({ web: 0.9, db: 0.1 });
  expect(seen(0, true)).toEqual({ db: 1 });
  expect(seen(5, false)).toEqual({ db: 1 });
});
