import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affectedOf, type Constellation, neighbourhoodOf, type Sky, wholeOf } from '../../src/site/constellation.ts';
import { type OutlineItem, outlineOf } from '../../src/site/outline.ts';
import { skyOf } from './sky.ts';

const SHOP = {
  web: ['api', 'insight metrics'],
  api: ['db', 'soft mail', '2 of eu us asia'],
  db: [],
  mail: { probes: [], needs: [] },
  metrics: ['db'],
  eu: [],
  us: [],
  asia: [],
  lonely: [],
};

const idsIn = ({ nodes }: Constellation): string[] => nodes.map(({ id }) => id);
const edgesIn = ({ edges }: Constellation): string[] =>
  edges.map(({ from, to, strength, isOnChain }) => `${from} > ${to} ${strength}${isOnChain ? ' chain' : ''}`);

describe('the whole', () => {
  test('has every service, and a junction for every group', () => {
    const whole = wholeOf(skyOf(SHOP));
    expect(idsIn(whole)).toEqual(['web', 'api', 'api 2', 'db', 'mail', 'metrics', 'eu', 'us', 'asia', 'lonely']);
    expect(edgesIn(whole)).toMatchInlineSnapshot(`
      [
        "web > api hard",
        "web > metrics insight",
        "api > db hard",
        "api > mail soft",
        "api > api 2 hard",
        "api 2 > eu hard",
        "api 2 > us hard",
        "api 2 > asia hard",
        "metrics > db hard",
      ]
    `);
  });

  test.each([
    [{}, 'operational', '2 of 3 must work, 3 do'],
    [{ eu: 'major_outage' }, 'degraded', '2 of 3 must work, 2 do'],
    [{ eu: 'major_outage', us: 'major_outage' }, 'major_outage', '2 of 3 must work, 1 do'],
  ] as const)('a junction tells how many of its members work: %o', (states, state, word) => {
    expect(wholeOf(skyOf(SHOP, states)).nodes.find(({ kind }) => kind === 'group')).toMatchObject({ state, word });
  });

  test('members of whom nothing is known are not counted as working', () => {
    const sky = skyOf({ web: ['1 of a b'], a: { probes: [] }, b: { probes: [] } });
    expect(wholeOf(sky).nodes[1]).toMatchObject({ state: 'unknown', word: '1 of 2 must work, 0 seen to' });
  });

  test('the way of the trouble is marked, through junctions too', () => {
    const whole = wholeOf(
      skyOf({ web: ['1 of a b'], a: [], b: [] }, { web: 'major_outage', a: 'major_outage', b: 'major_outage' }),
    );
    expect(edgesIn(whole)).toEqual(['web > web 0 hard chain', 'web 0 > a hard chain', 'web 0 > b hard chain']);
  });

  test('says what is inherited, at risk, not probed, and the probable cause', () => {
    const { nodes } = wholeOf(
      skyOf(
        { front: { probes: [], needs: ['web'] }, web: ['db'], other: ['db'], db: [], far: { probes: [] } },
        { web: 'major_outage', db: 'major_outage' },
      ),
    );
    expect(nodes.map((node) => (node.kind === 'service' ? [node.word, ...node.notes].join(', ') : ''))).toEqual([
      'down, via Web, not probed',
      'down',
      'operational, at risk through Db',
      'down, probable cause',
      'unknown, not probed',
    ]);
  });
});

describe('the affected part', () => {
  test('is what fails and what is at risk', () => {
    const sky = skyOf(SHOP, { web: 'major_outage', db: 'major_outage' });
    expect(idsIn(affectedOf(sky))).toEqual(['web', 'api', 'db', 'metrics']);
  });

  test('shows the way from each who points at a suspect, through what nobody probes', () => {
    const unprobed = (...needs: string[]) => ({ probes: [], needs });
    const services = {
      shop: ['gate'],
      club: ['lodge'],
      gate: unprobed('sso'),
      lodge: unprobed('sso', 'x'),
      sso: unprobed(),
      x: unprobed(),
      wiki: ['soft sso'],
    };
    const sky = skyOf(services, { shop: 'major_outage', club: 'major_outage' });
    expect(sky.causes[0]).toMatchObject({ service: 'sso', suspectedBy: ['club', 'shop'] });
    expect(idsIn(affectedOf(sky))).toEqual(['shop', 'club', 'gate', 'lodge', 'sso']);
  });

  test('is empty when all is well', () => {
    expect(affectedOf(skyOf(SHOP))).toEqual({ nodes: [], edges: [], more: 0 });
  });

  test('keeps causes when there is too much of it, and says how much is left out', () => {
    const users = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`u${index}`, ['db']]));
    const down = Object.fromEntries([...Object.keys(users), 'db'].map((id) => [id, 'major_outage'] as const));
    const affected = affectedOf(skyOf({ ...users, db: [] }, down));
    expect([affected.nodes.length, affected.more, idsIn(affected).includes('db')]).toEqual([16, 25, true]);
  });
});

describe('a neighbourhood', () => {
  test('is two hops up and down', () => {
    const chain = skyOf({ a: ['b'], b: ['c'], c: ['d'], d: ['e'], e: ['f'], f: [] });
    expect(idsIn(neighbourhoodOf(chain, 'c'))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(neighbourhoodOf(chain, 'c').nodes.find(({ id }) => id === 'c')).toMatchObject({ isCentre: true });
  });

  test('has an end, what fails first', () => {
    const users = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`u${index}`, ['db']]));
    const near = neighbourhoodOf(skyOf({ ...users, db: [] }, { u150: 'degraded' }), 'db');
    expect([near.nodes.length, near.more, idsIn(near).includes('u150')]).toEqual([11, 190, true]);
  });
});

const skies = fc
  .record({ count: fc.integer({ min: 1, max: 14 }), picks: fc.array(fc.nat(), { maxLength: 60 }) })
  .map(({ count, picks }): Sky => {
    const needs = Array.from({ length: count }, (): string[] => []);
    for (let index = 0; index + 2 < picks.length; index += 3) {
      const [from, to, kind] = [picks[index]! % count, picks[index + 1]! % count, picks[index + 2]! % 4];
      const third = (to + 1) % count;
      if (from === to) continue;
      if (kind < 3) needs[from]!.push(`${['', 'soft ', 'insight '][kind]}s${to}`);
      else if (third !== from && third !== to) needs[from]!.push(`1 of s${to} s${third}`);
    }
    return skyOf(Object.fromEntries(needs.map((list, index) => [`s${index}`, list])));
  });

describe('whatever the graph', () => {
  test('the whole has every service and every dependency once', () => {
    fc.assert(
      fc.property(skies, (sky) => {
        const whole = wholeOf(sky);
        expect(whole.nodes.filter(({ kind }) => kind === 'service').map(({ id }) => id)).toEqual(
          sky.services.map(({ id }) => id),
        );
        expect(new Set(idsIn(whole)).size).toBe(whole.nodes.length);
        const wanted = sky.services.flatMap(({ service }) =>
          service.dependsOn.map(({ anyOf }) => (anyOf ? anyOf.length + 1 : 1)),
        );
        expect(whole.edges).toHaveLength(wanted.reduce((sum, each) => sum + each, 0));
        const known = new Set(idsIn(whole));
        expect(whole.edges.every(({ from, to }) => known.has(from) && known.has(to))).toBe(true);
      }),
    );
  });

  test('the list says the same as the picture: every node expanded once, every edge once', () => {
    fc.assert(
      fc.property(skies, (sky) => {
        const whole = wholeOf(sky);
        const items: OutlineItem[] = [];
        const collect = (item: OutlineItem): void => {
          items.push(item);
          item.items.forEach(collect);
        };
        outlineOf(whole).forEach(collect);
        expect(
          items
            .filter(({ isAnchor }) => isAnchor)
            .map(({ node }) => node.id)
            .sort(),
        ).toEqual(idsIn(whole).sort());
        expect(new Set(items.flatMap(({ edge }) => edge ?? []))).toEqual(new Set(whole.edges));
        expect(items.filter(({ edge }) => edge)).toHaveLength(whole.edges.length);
      }),
    );
  });

  test('a neighbourhood and the affected part are parts of the whole', () => {
    fc.assert(
      fc.property(skies, (sky) => {
        const whole = new Set(edgesIn(wholeOf(sky)));
        for (const part of [affectedOf(sky), ...sky.services.map(({ id }) => neighbourhoodOf(sky, id))]) {
          expect(edgesIn(part).filter((edge) => !whole.has(edge))).toEqual([]);
          expect(part.nodes.filter(({ kind }) => kind === 'service').length).toBeLessThanOrEqual(24);
        }
      }),
    );
  });
});

describe('the list', () => {
  const lines = (items: readonly OutlineItem[], depth = 0): string[] =>
    items.flatMap(({ node, items: below, seeElsewhere }) => [
      `${'  '.repeat(depth)}${node.name}${seeElsewhere ? ` (see ${seeElsewhere})` : ''}`,
      ...lines(below, depth + 1),
    ]);

  test('begins at what nobody needs, and cuts repeats and circles', () => {
    const items = outlineOf(
      wholeOf(skyOf({ api: ['auth'], auth: ['users'], users: ['auth'], web: ['api', 'auth'], x: ['y'], y: ['x'] })),
    );
    expect(lines(items).join('\n')).toMatchInlineSnapshot(`
      "Web
        Api
          Auth
            Users
              Auth (see above)
        Auth (see above)
      X
        Y
          X (see above)"
    `);
  });

  test('a chain of a thousand is cut into pieces', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`s${index}`, index < 999 ? [`s${index + 1}`] : []]),
    );
    const items = outlineOf(wholeOf(skyOf(chain)));
    expect(Math.max(...lines(items).map((line) => line.search(/\S/) / 2))).toBe(6);
    expect(lines(items)[6]).toBe('            S6 (see below)');
  });
});
