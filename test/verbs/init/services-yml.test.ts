import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { servicesYml } from '../../../src/verbs/init/services-yml.ts';

const SITE = { name: 'website', address: 'https://example.org' };

test('is as short as it may be', () => {
  expect(
    servicesYml({
      title: 'Example status',
      services: [SITE, { name: 'Public API', address: 'https://api.example.org' }],
    }),
  ).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=./services.schema.json
    # What is watched, and what depends on what. \`vedette check\` names every mistake in it; editors complete it.
    page:
      title: Example status
      # Where the page is published; feeds and previews in chats need it.
      # url: https://status.example.org

    # How often is wished for. GitHub delivers later; the page says how often it really was.
    schedule: { every: 5m }

    services:
      website: https://example.org
      public-api:
        name: Public API
        probes:
          - http: https://api.example.org
      # One with more to say, and with what it needs in order to work:
      # api:
      #   dependsOn: [database]
      #   probes:
      #     - http: { url: "https://api.example.org/health", expect: { json: { $.status: ok } } }
      # database:
      #   probes:
      #     - tcp: db.example.org:5432
    "
  `);
});

test('with an address and a branch of its own', () => {
  const text = servicesYml({ title: 'x', url: 'https://x.example/', services: [SITE], branch: 'status-history' });
  expect(parse(text)).toEqual({
    page: { title: 'x', url: 'https://x.example/' },
    schedule: { every: '5m' },
    history: { branch: 'status-history' },
    services: { website: 'https://example.org' },
  });
});

describe('a title that YAML would take for something else', () => {
  test.each([
    'a: b',
    '# not a comment',
    '"quoted',
    "it's",
    '- x',
    '{a}',
    '[x',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
    '`x',
    'null',
    'yes',
    '007',
    '1e3',
    '~',
    'x #y',
    'x: ',
    '<<',
    'émoji 🚦',
  ])('%s', (title) => {
    const text = servicesYml({ title, services: [{ name: `${title} z`, address: `https://x.example/?q=${title}` }] });
    const { page, services } = parse(text) as {
      page: { title: string };
      services: Record<string, { name: string; probes: { http: string }[] }>;
    };
    expect([page.title, ...Object.values(services).map(({ name, probes }) => [name, probes[0]?.http])]).toEqual([
      title,
      [`${title} z`, `https://x.example/?q=${title}`],
    ]);
  });
});
