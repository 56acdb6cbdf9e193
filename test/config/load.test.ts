import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import http from '../../probes/http.ts';
import tcp from '../../probes/tcp.ts';
import type { Service } from '../../src/config/config.ts';
import { type LoadResult, loadConfig, parseConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problems.ts';

const KINDS = new Map<string, z.ZodType>([
  ['http', http.settings],
  ['tcp', tcp.settings],
]);
const WEB = 'services: { web: https://web.example }';

type Env = Readonly<Record<string, string>>;

function parse(source: string, env: Env = {}): LoadResult {
  return parseConfig('services.yml', source, { kinds: KINDS, env });
}

/** Every problem on a line of its own, as the terminal shows them. */
function problemsIn(source: string, env: Env = {}): string {
  const result = parse(source, env);
  return result.ok ? 'no problem' : result.problems.map(formatProblem).join('\n');
}

function configOf(source: string, env: Env = {}) {
  const result = parse(source, env);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

function serviceIn(source: string, id: string): Service {
  return configOf(source).services.find((service) => service.id === id)!;
}

test('a file with two dozen mistakes tells all of them, each with its place', () => {
  const source = `
page:
  titel: Example
  url: ftp://status.example.org
schedule: { every: 5 }
servics: {}
defaults: { timeout: 5 }
services:
  Website: https://example.org
  api:
    dependsOn: [databse, api, { service: database, strength: hrad }]
    probes:
      - htp: https://api.example.org
      - http: api.example.org/ping
        timeout: "5"
      - http: { url: "https://x.example", expect: { status: 99, json: { "$..[": 1 }, body: { matches: "(" } } }
        retries: 99
      - tcp: db.example.org
      - http: https://a.example
        tcp: b:1
      - name: nothing to do
  api:
    weight: -1
  database:
    dependsOn: [{ anyOf: [api, api], need: 3 }, { note: nobody }, { service: api, anyOf: [api] }]
    probes:
      - tcp: { host: db, port: 99999 }
        confirm: 4 of 3
      - http: "https://\${MISSING_TOKEN}@x.example/"
      - { tcp: "db:1", name: Slow Query }
      - { tcp: "db:2", name: slow-query }
    links: { site: "javascript:alert(1)" }
maintenance:
  - { title: x, services: [nobody], start: tomorrow }
`.trim();
  expect(problemsIn(source)).toMatchInlineSnapshot(`
    "services.yml:2:3  page.titel: unknown key; did you mean title?
    services.yml:3:8  page.url: expected an address with http:// or https://, got "ftp://status.example.org"
    services.yml:4:20  schedule.every: expected a duration like 5s or 2m, got 5
    services.yml:5:1  servics: unknown key; did you mean services?
    services.yml:6:22  defaults.timeout: expected a duration like 5s or 2m, got 5
    services.yml:8:3  services.Website: expected lower-case letters, digits and single hyphens
    services.yml:10:17  services.api.dependsOn[0]: no service is called "databse"; did you mean database?
    services.yml:10:26  services.api.dependsOn[1]: a service cannot depend on itself
    services.yml:10:62  services.api.dependsOn[2].strength: expected hard, soft, insight, got "hrad"; did you mean hard?
    services.yml:12:9  services.api.probes[0].htp: unknown key; did you mean http?
    services.yml:13:15  services.api.probes[1].http: expected a URL with http:// or https://: write https://api.example.org/ping, got "api.example.org/ping"
    services.yml:14:18  services.api.probes[1].timeout: expected a duration like 5s or 2m, got "5"
    services.yml:15:61  services.api.probes[2].http.expect.status: expected a status from 100 to 999, or a range like 200-299, got 99
    services.yml:15:73  services.api.probes[2].http.expect.json.$..[: expected a JSON path like $.status (unclosed bracketed selection ('$..[':4))
    services.yml:15:103  services.api.probes[2].http.expect.body.matches: expected a regular expression in RE2 syntax (missing closing ): \`(\`), got "("
    services.yml:16:18  services.api.probes[2].retries: expected a number of at most 5, got 99
    services.yml:17:14  services.api.probes[3].tcp: expected host:port like db.example.org:5432, got "db.example.org"
    services.yml:18:9  services.api.probes[4]: expected exactly one kind of probe (http, tcp), found http and tcp
    services.yml:20:9  services.api.probes[5]: expected exactly one kind of probe (http, tcp), found none
    services.yml:21:3  the key api stands twice in this mapping; keep one
    services.yml:22:13  services.api.weight: expected a number above 0, got -1
    services.yml:24:32  services.database.dependsOn[0].anyOf[1]: stands twice in this group
    services.yml:24:44  services.database.dependsOn[0].need: expected \`need\` beside \`anyOf\`, at most its length, got 3
    services.yml:24:49  services.database.dependsOn[1]: expected either \`service\` or \`anyOf\`
    services.yml:24:67  services.database.dependsOn[2]: expected either \`service\` or \`anyOf\`
    services.yml:26:32  services.database.probes[0].tcp.port: expected a port from 1 to 65535, got 99999
    services.yml:27:18  services.database.probes[0].confirm: expected "k of n" like 2 of 3, with k at most n and n at most 20, got "4 of 3"
    services.yml:28:15  services.database.probes[1].http: the environment variable MISSING_TOKEN is not set
    services.yml:30:30  services.database.probes[3].name: another probe of this service has this name; ids are made of its letters and digits
    services.yml:31:20  services.database.links.site: expected an address with http://, https:// or mailto:, got "javascript:alert(1)"
    services.yml:33:5  maintenance[0]: expected either \`end\` or \`duration\`
    services.yml:33:28  maintenance[0].services[0]: no service is called "nobody"
    services.yml:33:44  maintenance[0].start: expected an instant like 2026-12-01T02:00:00Z, or one without offset beside \`timezone\`, got "tomorrow""
  `);
});

describe('did you mean', () => {
  test.each([
    ['a key of the file', `maintenence: []\n${WEB}`, 'maintenence: unknown key; did you mean maintenance?'],
    ['a key of the page', `page: { desciption: x }\n${WEB}`, 'page.desciption: unknown key; did you mean description?'],
    [
      'a key of a service',
      'services: { web: { dependOn: [] } }',
      'services.web.dependOn: unknown key; did you mean dependsOn?',
    ],
    ['a kind of probe', 'services: { web: { probes: [{ htpp: "https://x.example" }] } }', 'did you mean http?'],
    ['a common key of a probe', 'services: { web: { probes: [{ tcp: "x:1", timout: 5s }] } }', 'did you mean timeout?'],
    [
      'a key of the settings of a kind',
      'services: { web: { probes: [{ tcp: { hots: x, port: 1 } }] } }',
      'did you mean host?',
    ],
    [
      'a service that is depended on',
      'services: { web: { dependsOn: [databas] }, database: {} }',
      'no service is called "databas"; did you mean database?',
    ],
    [
      'a member of a group',
      'services: { web: { dependsOn: [{ anyOf: [eu, usa] }] }, eu: {}, us: {} }',
      'did you mean us?',
    ],
    [
      'a service in maintenance',
      `${WEB}\nmaintenance: [{ title: x, services: [wob], start: 2026-12-01T02:00:00Z, duration: 1h }]`,
      'did you mean web?',
    ],
    [
      'a strength',
      'services: { web: { dependsOn: [{ service: db, strength: sotf }] }, db: {} }',
      'expected hard, soft, insight, got "sotf"; did you mean soft?',
    ],
    [
      'an alert in capitals',
      'services: { web: { alert: Page } }',
      'expected page, notify, none, got "Page"; did you mean page?',
    ],
  ])('%s', (_, source, message) => {
    expect(problemsIn(source)).toContain(message);
  });

  test('nothing, when no name is near', () => {
    expect(problemsIn('services: { web: { dependsOn: [postgres] }, mail: {} }')).toMatchInlineSnapshot(
      `"services.yml:1:32  services.web.dependsOn[0]: no service is called "postgres""`,
    );
  });
});

test('duplicate keys are told with the mistakes in both copies', () => {
  const source = `services:
  web: { weight: -1 }
  web: { wight: 2, probes: [{ tcp: nowhere }] }`;
  expect(problemsIn(source)).toMatchInlineSnapshot(`
    "services.yml:2:18  services.web.weight: expected a number above 0, got -1
    services.yml:3:3  the key web stands twice in this mapping; keep one
    services.yml:3:10  services.web.wight: unknown key; did you mean weight?
    services.yml:3:36  services.web.probes[0].tcp: expected host:port like db.example.org:5432, got "nowhere""
  `);
});

test('behind a syntax error only what stands before it is trusted', () => {
  expect(problemsIn('pgae: { title: x }\nservices:\n  web: [\n  api: https://x.example\n')).toMatchInlineSnapshot(`
    "services.yml:1:1  pgae: unknown key; did you mean page?
    services.yml:3:8  services.web: expected a mapping, got a list
    services.yml:4:3  YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"
  `);
});

describe('files that are none', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vedette-load-'));
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'plain'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function problemsOf(file: string, content?: string | Buffer): Promise<string> {
    const path = file.startsWith('/') ? file : join(folder, file);
    if (content !== undefined) await writeFile(path, content);
    const result = await loadConfig(path, { kinds: KINDS, env: {} });
    if (result.ok) return 'no problem';
    return result.problems.map(formatProblem).join('\n').replaceAll(`${folder}/`, '');
  }

  const level = 'x: {';
  test.each<[string, string, string | Buffer | undefined, string]>([
    ['a file that is not there', 'missing.yml', undefined, 'missing.yml  no such file; name one with --config FILE'],
    [
      'a file below a file',
      'plain/services.yml',
      undefined,
      'plain/services.yml  no such file; name one with --config FILE',
    ],
    ['a folder', 'folder', undefined, 'folder  is a folder; name a file: --config folder/services.yml'],
    ['a device', '/dev/null', undefined, '/dev/null  is not a regular file'],
    [
      'an empty file',
      'empty.yml',
      '',
      'empty.yml  is empty; the least is `services: { website: https://example.org }`',
    ],
    [
      'white space',
      'blank.yml',
      ' \n\n',
      'blank.yml  is empty; the least is `services: { website: https://example.org }`',
    ],
    [
      'only comments',
      'comments.yml',
      '# one\n# two\n',
      'comments.yml  holds only comments; the least is `services: { website: https://example.org }`',
    ],
    ['a word', 'word.yml', 'hello', 'word.yml:1:1  expected keys such as `services:`, got "hello"'],
    ['a list', 'list.yml', '- web', 'list.yml:1:1  expected keys such as `services:`, got a list'],
    [
      'bytes that are no text',
      'binary.yml',
      Buffer.from([0x93, 0xff, 0xfb, 0x80, 0x0a]),
      'binary.yml  is not UTF-8 text',
    ],
    ['text with a zero byte', 'zero.yml', 'services:\0', 'zero.yml  is not a text file'],
    [
      'UTF-16, little end first',
      'le.yml',
      Buffer.from(`\ufeff${WEB}`, 'utf16le'),
      'le.yml  is UTF-16; save it as UTF-8',
    ],
    [
      'UTF-16, big end first',
      'be.yml',
      Buffer.from(`\ufeff${WEB}`, 'utf16le').swap16(),
      'be.yml  is UTF-16; save it as UTF-8',
    ],
    ['5 MB', 'big.yml', `# ${'x'.repeat(5_000_000)}\n${WEB}`, 'big.yml  is 5.0 MB long; at most 4 MiB are read'],
    [
      'a bomb of aliases',
      'bomb.yml',
      bomb(),
      'bomb.yml  its aliases (*name) expand to an enormous document; write the values out',
    ],
    [
      'an alias of nothing',
      'alias.yml',
      'services: { web: *nothing }',
      'alias.yml:1:18  no anchor &nothing stands before this alias',
    ],
    [
      'lists nested too deeply',
      'deep.yml',
      `services: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      'deep.yml  is nested too deeply',
    ],
    [
      'mappings nested too deeply',
      'deeper.yml',
      `{${level.repeat(20_000)}${'}'.repeat(20_001)}`,
      'deeper.yml  is nested too deeply',
    ],
    [
      'a tab',
      'tab.yml',
      'services:\n\tweb: https://x.example\n',
      'tab.yml:2:1  YAML: Tabs are not allowed as indentation',
    ],
    [
      'an unclosed bracket',
      'open.yml',
      'page: { title: x\nservices:\n  web: https://x.example\n',
      'open.yml:2:1  YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    [
      'a second document',
      'two.yml',
      `${WEB}\n---\nservices: {}\n`,
      'two.yml:2:1  YAML: a second document begins here; keep one',
    ],
    ['no services', 'none.yml', 'services: {}', 'none.yml:1:11  services: expected at least one service'],
    ['services without a value', 'null.yml', 'services:\n', 'null.yml:1:10  services: expected a mapping, got nothing'],
    [
      'everything but services',
      'page.yml',
      'page: { title: x }',
      'page.yml:1:1  services: missing; expected a mapping',
    ],
  ])('%s is one clear problem', async (_, file, content, problem) => {
    expect(await problemsOf(file, content)).toBe(problem);
  });

  test('a byte order mark is no mistake', async () => {
    expect(await problemsOf('bom.yml', `\ufeff${WEB}`)).toBe('no problem');
  });

  /** Ten to the power of ten. */
  function bomb(): string {
    const names = [...'abcdefghij'];
    const lines = names.map(
      (name, index) =>
        `${name}: &${name} [${Array(10)
          .fill(index === 0 ? 'x' : `*${names[index - 1]}`)
          .join(',')}]`,
    );
    return lines.join('\n');
  }
});

describe('${NAME} is read from the environment', () => {
  const source = (text: string): string => `services: { web: { description: ${JSON.stringify(text)} } }`;
  const description = (text: string, env: Env): string | undefined =>
    configOf(source(text), env).services[0]!.description;

  test.each([
    ['in the middle of a text', 'a ${NAME} b', 'a value b'],
    ['twice', '${NAME}${NAME}', 'valuevalue'],
    ['$${ is a literal', 'a $${NAME} b', 'a ${NAME} b'],
    ['a lone dollar stays', '5 $ or $NAME', '5 $ or $NAME'],
  ])('%s', (_, text, expected) => {
    expect(description(text, { NAME: 'value' })).toBe(expected);
  });

  test('what it puts in is not read again', () => {
    expect(description('${NAME}', { NAME: '${OTHER}', OTHER: 'x' })).toBe('${OTHER}');
  });

  test.each([
    ['unset', {}, '1:33  services.web.description: the environment variable NAME is not set'],
    ['empty', { NAME: '' }, '1:33  services.web.description: the environment variable NAME is empty'],
  ])('%s is a problem', (_, env, problem) => {
    expect(problemsIn(source('${NAME}'), env)).toBe(`services.yml:${problem}`);
  });

  test('a name that cannot be one is a problem', () => {
    expect(problemsIn(source('${not a name}'))).toContain(
      'expected ${NAME} with letters, digits and underscores; write $${ for a literal ${',
    );
  });

  test('its values are secrets', () => {
    const result = parse(source('${NAME} ${OTHER} ${NAME}'), { NAME: 'one', OTHER: 'two' });
    expect(result.ok && result.secrets).toEqual(['one', 'two']);
  });
});

describe('with opaque kinds', () => {
  const opaque = (source: string): LoadResult => parseConfig('services.yml', source, { kinds: 'opaque', env: {} });

  test('probes keep their settings as they are, placeholders and unknown kinds included', () => {
    const result = opaque(
      'services: { web: { probes: [{ gopher: { url: "https://${TOKEN}@web.example" }, name: Burrow }] } }',
    );
    expect(result.ok && result.config.services[0]!.probes[0]).toMatchObject({
      id: 'burrow',
      kind: 'gopher',
      settings: { url: 'https://${TOKEN}@web.example' },
    });
  });

  test('a service in one line is a probe, and needs no environment', () => {
    const result = opaque('services: { web: "https://${TOKEN}@web.example" }');
    expect(result.ok && result.config.services[0]!.probes[0]).toMatchObject({
      kind: 'http',
      settings: 'https://${TOKEN}@web.example',
    });
  });

  test('the rest of a service needs the environment', () => {
    const result = opaque('services: { web: { description: "${TOKEN}" } }');
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'services.yml:1:33  services.web.description: the environment variable TOKEN is not set',
    ]);
  });

  test('mistakes in common keys are found all the same', () => {
    const result = opaque('services: { web: { probes: [{ gopher: x, timeout: 5 }] } }');
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'services.yml:1:51  services.web.probes[0].timeout: expected a duration like 5s or 2m, got 5',
    ]);
  });
});

describe('defaults', () => {
  test('a service in one line has a name and one probe with the usual settings', () => {
    expect(configOf('services: { task-queue: https://queue.example }')).toMatchInlineSnapshot(`
      {
        "canaries": [],
        "github": {
          "issues": true,
        },
        "history": {
          "keep": {
            "hourlyMs": 7776000000,
            "rawMs": 1209600000,
          },
        },
        "locations": [],
        "maintenance": [],
        "notifications": [],
        "page": {
          "language": "en",
          "links": [],
          "title": "Status",
        },
        "renamed": Map {},
        "schedule": {
          "everyMs": 300000,
          "rounds": 1,
        },
        "services": [
          {
            "dependsOn": [],
            "id": "task-queue",
            "links": {},
            "name": "Task queue",
            "probes": [
              {
                "confirm": {
                  "needed": 2,
                  "window": 3,
                },
                "essential": true,
                "id": "http",
                "invert": false,
                "kind": "http",
                "name": "http",
                "retries": 2,
                "settings": {
                  "allowPrivate": false,
                  "expect": {},
                  "family": "auto",
                  "headers": {},
                  "maxBodyBytes": 1048576,
                  "method": "GET",
                  "prefer": {},
                  "redirects": 10,
                  "tls": {
                    "expiresWithin": {
                      "degraded": 1209600000,
                      "down": 0,
                    },
                    "minVersion": 1.2,
                    "verify": true,
                  },
                  "url": "https://queue.example",
                  "versions": [
                    1.1,
                    2,
                  ],
                },
                "strict": false,
                "timeoutMs": 10000,
              },
            ],
            "weight": 1,
          },
        ],
      }
    `);
  });

  test('defaults stand in for keys that a probe lacks, and only for those', () => {
    const { probes } = serviceIn(
      `
defaults: { timeout: 3s, retries: 0, confirm: 1 of 1, degradedAbove: 1s }
services:
  web:
    probes: [{ tcp: "web:1" }, { tcp: "web:2", timeout: 9s, degradedAbove: 2500ms, essential: false }]`,
      'web',
    );
    expect(
      probes.map(({ timeoutMs, retries, confirm, degradedAboveMs, essential }) => ({
        timeoutMs,
        retries,
        confirm,
        degradedAboveMs,
        essential,
      })),
    ).toEqual([
      { timeoutMs: 3000, retries: 0, confirm: { needed: 1, window: 1 }, degradedAboveMs: 1000, essential: true },
      { timeoutMs: 9000, retries: 0, confirm: { needed: 1, window: 1 }, degradedAboveMs: 2500, essential: false },
    ]);
  });

  test('edges are hard, and groups need one, unless they say otherwise', () => {
    const { dependsOn } = serviceIn(
      'services: { web: { dependsOn: [a, { service: b, strength: soft, note: mail }, { anyOf: [a, b] }, { anyOf: [a, b], need: 2, strength: soft }] }, a: {}, b: {} }',
      'web',
    );
    expect(dependsOn).toEqual([
      { service: 'a', strength: 'hard' },
      { service: 'b', strength: 'soft', note: 'mail' },
      { anyOf: ['a', 'b'], need: 1, strength: 'hard' },
      { anyOf: ['a', 'b'], need: 2, strength: 'soft' },
    ]);
  });

  test('canaries are addresses, and what is wrong with one is said', () => {
    const problemsOf = (address: string): string => {
      const result = parse(`canaries:\n  - ${JSON.stringify(address)}\n${WEB}`);
      return result.ok ? '' : result.problems.map(formatProblem).join('; ');
    };
    for (const address of ['https://example.com', 'http://[::1]:8080/x?y', 'tcp://192.0.2.1:443', 'tcp://[::1]:22'])
      expect(problemsOf(address)).toBe('');
    const rule = 'expected an address like https://example.com or tcp://192.0.2.1:443';
    expect(problemsOf('example.com')).toBe(
      `services.yml:2:5  canaries[0]: ${rule}: write https:// before it, got "example.com"`,
    );
    expect(problemsOf('192.0.2.1:443')).toContain(`${rule}: write tcp:// before it, got`);
    expect(problemsOf('tcp://192.0.2.1')).toContain(`${rule}: tcp:// needs a port, got`);
    expect(problemsOf('tcp://192.0.2.1:443/x')).toContain(`${rule}: tcp:// takes a host and a port, nothing else, got`);
    for (const address of ['ftp://example.com', 'https://', 'tcp://:1', 'tcp://a:99999'])
      expect(problemsOf(address)).toContain(`${rule}, got`);
  });

  test('what the environment puts into a canary is a secret, and not asked for where nobody probes', () => {
    const source = `canaries: ["https://me:\${CANARY_PASSWORD}@example.com"]\n${WEB}`;
    const known = parseConfig('services.yml', source, { kinds: KINDS, env: { CANARY_PASSWORD: 'hunter2!' } });
    expect(known.ok && [known.config.canaries, known.secrets]).toEqual([
      ['https://me:hunter2!@example.com'],
      ['hunter2!'],
    ]);
    expect(parseConfig('services.yml', source, { kinds: 'opaque', env: {} }).ok).toBe(true);
  });

  test('locations have ids of their own, and runners', () => {
    expect(configOf(`locations: [{ id: eu }, { id: asia, runner: [self-hosted, asia] }]\n${WEB}`).locations).toEqual([
      { id: 'eu', runner: ['ubuntu-24.04'] },
      { id: 'asia', runner: ['self-hosted', 'asia'] },
    ]);
    const twice = parse(`locations: [{ id: eu }, { id: eu }]\n${WEB}`);
    expect(twice.ok ? [] : twice.problems.map(formatProblem)).toEqual([
      'services.yml:1:12  locations: expected each id once',
    ]);
  });

  test('a heartbeat is an address and a secret, and not asked for where nobody probes', () => {
    const source = `heartbeat: "\${HEARTBEAT}"\n${WEB}`;
    const known = parseConfig('services.yml', source, { kinds: KINDS, env: { HEARTBEAT: 'https://hc.example/x7' } });
    expect(known.ok && [known.config.heartbeat, known.secrets]).toEqual([
      'https://hc.example/x7',
      ['https://hc.example/x7'],
    ]);
    expect(parseConfig('services.yml', source, { kinds: 'opaque', env: {} }).ok).toBe(true);
    const wrong = parse(`heartbeat: ftp://hc.example\n${WEB}`);
    expect(wrong.ok ? [] : wrong.problems.map(formatProblem)).toEqual([
      'services.yml:1:12  heartbeat: expected an address with http:// or https://, got "ftp://hc.example"',
    ]);
  });

  test('keys without effect in this version are accepted and said', () => {
    const result = parse(`defaults: { view: whitebox }\n${WEB}`);
    expect(result.ok && result.notUsedYet).toEqual(['view']);
  });
});

describe('probe ids', () => {
  const idsOf = (...probes: string[]): string[] =>
    serviceIn(`services: { web: { probes: [${probes.join(', ')}] } }`, 'web').probes.map(({ id }) => id);

  test.each([
    [
      'the kind, then numbered',
      ['{ tcp: "x:1" }', '{ tcp: "x:2" }', '{ http: "https://x.example" }', '{ tcp: "x:3" }'],
      ['tcp', 'tcp-2', 'http', 'tcp-3'],
    ],
    ['the slug of the name', ['{ tcp: "x:1", name: "Pending tasks (EU)" }'], ['pending-tasks-eu']],
    ['a given name is never taken from its owner', ['{ tcp: "x:1" }', '{ tcp: "x:2", name: TCP }'], ['tcp-2', 'tcp']],
    ['accents fall away, letters stay together', ['{ tcp: "x:1", name: Über Gänge }'], ['uber-gange']],
    ['a name without Latin letters', ['{ tcp: "x:1", name: 数据库 }'], ['probe']],
  ])('%s', (_, probes, ids) => {
    expect(idsOf(...probes)).toEqual(ids);
  });

  test('two names that come to the same id are a problem', () => {
    expect(
      problemsIn('services: { web: { probes: [{ tcp: "x:1", name: Ping }, { tcp: "x:2", name: ping! }] } }'),
    ).toMatchInlineSnapshot(
      `"services.yml:1:77  services.web.probes[1].name: another probe of this service has this name; ids are made of its letters and digits"`,
    );
  });
});

describe('values at their edges', () => {
  const probe = (keys: string): string => `services: { web: { probes: [{ tcp: "x:1", ${keys} }] } }`;

  test.each([
    ['timeout: 1ms', { timeoutMs: 1 }],
    ['timeout: 0.5s', { timeoutMs: 500 }],
    ['retries: 0', { retries: 0 }],
    ['retries: 5', { retries: 5 }],
    ['degradedAbove: 1m', { degradedAboveMs: 60_000 }],
    ['confirm: 1 of 1', { confirm: { needed: 1, window: 1 } }],
    ['confirm: 20 of 20', { confirm: { needed: 20, window: 20 } }],
    ['strict: true, invert: true', { strict: true, invert: true }],
  ])('%s is taken', (keys, expected) => {
    expect(serviceIn(probe(keys), 'web').probes[0]).toMatchObject(expected);
  });

  const confirmRule = 'expected "k of n" like 2 of 3, with k at most n and n at most 20';
  const durationRule = 'expected a duration like 5s or 2m';
  test.each([
    ['timeout: 5', durationRule],
    ['timeout: -5s', durationRule],
    ['timeout: 5 s', durationRule],
    ['timeout: 5sec', durationRule],
    ['timeout: ""', durationRule],
    ['timeout: 0s', 'expected a duration above zero'],
    ['timeout: 25d', 'expected a duration of at most 60 min'],
    ['retries: -1', 'expected a number of at least 0'],
    ['retries: 6', 'expected a number of at most 5'],
    ['retries: 1.5', 'expected a whole number'],
    ['retries: two', 'expected a number, got "two"'],
    ['confirm: 3 of 2', confirmRule],
    ['confirm: 0 of 3', confirmRule],
    ['confirm: 1 of 21', confirmRule],
    ['confirm: 2', confirmRule],
    ['confirm: 2/3', confirmRule],
    ['strict: yes', 'expected true or false'],
    ['name: " "', 'expected some text'],
  ])('%s is refused', (keys, message) => {
    expect(problemsIn(probe(keys))).toContain(message);
  });

  test.each([
    ['schedule: { every: 0s }', 'expected a duration above zero'],
    ['schedule: { rounds: 0 }', 'expected a number of at least 1'],
    ['schedule: { rounds: 21 }', 'expected a number of at most 20'],
    ['quorum: 0', 'expected a number of at least 1'],
    ['page: { language: not a tag }', 'expected a language tag like en or pt-BR'],
    ['page: { url: status.example.org }', 'expected an address with http:// or https://'],
    ['page: { url: "mailto:ops@example.org" }', 'expected an address with http:// or https://'],
    ['page: { brand: { accent: red } }', 'expected a colour like "#0b7285"'],
    ['page: { title: "" }', 'expected some text'],
    ['history: { keep: { raw: 2w } }', durationRule],
  ])('%s is refused', (line, message) => {
    expect(problemsIn(`${line}\n${WEB}`)).toContain(message);
  });

  test.each([
    ['web', true],
    ['web-2', true],
    ['2', true],
    ['Web', false],
    ['web_1', false],
    ['web--1', false],
    ['-web', false],
    ['wéb', false],
  ])('%s as an id: %s', (id, isFine) => {
    expect(parse(`services: { ${id}: https://web.example }`).ok).toBe(isFine);
  });

  test('a size is a number of bytes or has a unit', () => {
    const withCap = (cap: string): string =>
      `services: { web: { probes: [{ http: { url: "https://x.example", maxBodyBytes: ${cap} } }] } }`;
    const capOf = (cap: string): unknown =>
      (serviceIn(withCap(cap), 'web').probes[0]!.settings as { maxBodyBytes: number }).maxBodyBytes;
    expect([capOf('64KiB'), capOf('1MiB'), capOf('1kB'), capOf('2048'), capOf('512B')]).toEqual([
      65_536, 1_048_576, 1000, 2048, 512,
    ]);
    expect(problemsIn(withCap('64K'))).toContain('expected a size like 64KiB or 1MiB, got "64K"');
  });
});

test.each([
  ['names nothing', 'services:\n  web: *nothing\n', 'services.yml:2:8  no anchor &nothing stands before this alias'],
  [
    'stands inside itself',
    'services:\n  a: &x\n    dependsOn: [*x]\n',
    'services.yml:3:17  this alias stands inside the value that it names',
  ],
])('an alias that %s is told with its place', (_, source, problem) => {
  expect(problemsIn(source)).toBe(problem);
});

test('a mistake that came in through a merge key has the place where it is written', () => {
  const source = 'services:\n  a: &a\n    probes: []\n    weight: heavy\n  b: { <<: *a }\n';
  expect(problemsIn(source)).toMatchInlineSnapshot(`
    "services.yml:4:13  services.a.weight: expected a number, got "heavy"
    services.yml:4:13  services.b.weight: expected a number, got "heavy""
  `);
});
