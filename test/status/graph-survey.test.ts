import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../src/config/graph.ts';
import { type GraphSurvey, surveyGraph } from '../../src/status/graph-survey.ts';
import { sketch } from './sketch.ts';

const survey = (services: Parameters<typeof sketch>[0]): GraphSurvey => surveyGraph(buildGraph(sketch(services)));

const SHOP = {
  web: ['api', 'soft mail', 'insight sentry'],
  api: ['db', '1 of a b'],
  admin: { needs: ['db'], critical: false },
  mail: { probes: [] },
  db: { critical: true },
  a: [],
  b: [],
  sentry: { probes: [] },
};

test('says why a service is critical', () => {
  const reasons = (services: Parameters<typeof sketch>[0]): object =>
    Object.fromEntries(survey(services).services.map(({ id, criticalBecause }) => [id, criticalBecause ?? '']));
  expect(reasons(SHOP)).toMatchObject({ web: 'unused', api: '', admin: '', db: 'named', sentry: 'unused' });
  expect(reasons({ a: ['b'], b: ['a', 'c'], c: [] })).toEqual({ a: 'unused-cycle', b: 'unused-cycle', c: '' });
});

test('names what is not probed and what nobody needs: being looked at is no need', () => {
  expect(survey(SHOP)).toMatchObject({ unprobed: ['mail', 'sentry'], unused: ['web', 'admin', 'sentry'] });
});

test('names the direct users of a service once, those through groups too, those that only look not', () => {
  const { services } = survey({ web: ['db', 'soft db', '1 of db b', 'insight b'], job: ['insight db'], db: [], b: [] });
  expect(Object.fromEntries(services.map(({ id, users }) => [id, users]))).toEqual({
    web: [],
    job: [],
    db: ['web'],
    b: ['web'],
  });
});

describe('depth is the longest way down', () => {
  test.each<[string, Parameters<typeof sketch>[0], Record<string, number>]>([
    [
      'by hard and soft edges and through groups',
      SHOP,
      { web: 0, api: 1, admin: 0, mail: 1, db: 2, a: 2, b: 2, sentry: 0 },
    ],
    ['past shorter ways', { a: ['d', 'b'], b: ['c'], c: ['d'], d: [] }, { a: 0, b: 1, c: 2, d: 3 }],
    ['in which a cycle is one step', { w: ['a'], a: ['b'], b: ['a', 'c'], c: [] }, { w: 0, a: 1, b: 1, c: 2 }],
  ])('%s', (_, services, expected) => {
    const { services: surveyed, depth } = survey(services);
    expect(Object.fromEntries(surveyed.map(({ id, depth }) => [id, depth]))).toEqual(expected);
    expect(depth).toBe(Math.max(...Object.values(expected)));
  });
});

test('cycles stand in the order of the file', () => {
  const { cycles } = survey({ x: ['y'], a: ['c'], y: ['x'], b: ['a'], c: ['b'], alone: ['a', 'x'] });
  expect(cycles).toEqual([
    ['x', 'y'],
    ['a', 'b', 'c'],
  ]);
});

test('single points of failure come worst first', () => {
  const { singlePointsOfFailure } = survey({
    web: ['api', 'soft mail'],
    api: ['db'],
    docs: [],
    blog: ['db'],
    db: [],
    mail: [],
  });
  // Of web, docs and blog, db takes two: a major outage. Mail only degrades.
  expect(singlePointsOfFailure).toEqual(['db', 'api', 'web', 'docs', 'blog']);
});

test('groups stand in the order of the file, services without one last', () => {
  const group = (services: ReturnType<typeof sketch>, groups: Record<string, string>) =>
    services.map((service) => ({ ...service, ...(groups[service.id] && { group: groups[service.id]! }) }));
  const services = group(sketch({ a: [], b: [], c: [], d: [] }), { b: 'Two', c: 'One', d: 'Two' });
  expect(surveyGraph(buildGraph(services)).groups).toEqual([
    { name: 'Two', services: ['b', 'd'] },
    { name: 'One', services: ['c'] },
    { services: ['a'] },
  ]);
});

test('nothing is a graph, too', () => {
  expect(survey({})).toEqual({
    services: [],
    groups: [],
    cycles: [],
    singlePointsOfFailure: [],
    unprobed: [],
    unused: [],
    depth: 0,
  });
});
