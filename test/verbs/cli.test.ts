import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeWith } from './cli.ts';

const VERBS = ['check', 'graph', 'probe', 'build', 'replay', 'explain', 'init', 'doctor', 'schema'];

describe('vedette', () => {
  test('without a verb says what there is, as a usage error', async () => {
    await using place = await placeWith();
    const { code, stdout, stderr } = await place.run([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatchInlineSnapshot(`
      "Vedette: a status page that knows what depends on what.

      usage: vedette <verb> [flags]

        check        say every problem in services.yml, or what it watches
        graph        show who needs whom, and what hangs on a single service
        probe        probe every service once and record what was seen
        run          do all that a scheduled job does: probe, record, decide, publish, tell
        watch        run a round at every \`schedule.every\`, until it is told to stop
        plan         say which jobs a round on several machines takes, as a matrix for CI
        build        build the page from services.yml and the history
        replay       say what this services.yml would have said of recorded rounds
        explain      say why a service was in trouble, by recorded rounds
        notify       tell the channels of services.yml what is due, or try them with --test
        incident     declare an incident, say how it goes on, resolve it
        maintenance  announce maintenance, change or cancel it
        history      look after the history: status, verify, repair, publish, export …
        init         write services.yml and the workflows for a repository
        doctor       say what is missing here and on GitHub, and what to do
        schema       write services.schema.json, for completion in the editor

      \`vedette <verb> --help\` explains a verb. Exit codes: 0 done, 1 configuration or a bug, 2 usage, 3 prober fault,
      4 the history cannot be written, 5 it cannot be published.
      "
    `);
  });

  test.each(['--help', '-h', 'help'])('%s says the same as a result', async (flag) => {
    await using place = await placeWith();
    const { code, stdout, stderr } = await place.run([flag]);
    expect([code, stderr]).toEqual([0, '']);
    for (const verb of VERBS) expect(stdout).toContain(`\n  ${verb} `);
  });

  test.each([
    ['an unknown verb', ['chekc'], 'vedette: unknown verb "chekc"; see: vedette --help\n'],
    [
      'the name of something that every object has',
      ['toString'],
      'vedette: unknown verb "toString"; see: vedette --help\n',
    ],
    ['an unknown flag', ['check', '--confg', 'x'], "vedette: unknown option '--confg'; see: vedette check --help\n"],
    [
      'a flag without its value',
      ['check', '--config'],
      "vedette: option '--config <value>' argument missing; see: vedette check --help\n",
    ],
    [
      'a value for a flag that has none',
      ['probe', '--json=yes'],
      "vedette: option '--json' does not take an argument; see: vedette probe --help\n",
    ],
    [
      'something beside the flags',
      ['check', 'services.yml'],
      "vedette: unexpected argument 'services.yml'; see: vedette check --help\n",
    ],
  ])('%s is a usage error', async (_, args, problem) => {
    await using place = await placeWith();
    expect(await place.run(args)).toEqual({ code: 2, stdout: '', stderr: problem });
  });

  test.each(VERBS)('%s --help explains every flag', async (verb) => {
    await using place = await placeWith();
    const { code, stdout, stderr } = await place.run([verb, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^usage: vedette ${verb} `));
    const usage = stdout.split('\n')[0]!;
    for (const [flag] of usage.matchAll(/--[a-z-]+/g))
      expect(stdout.split('\n').slice(1).join('\n')).toContain(`\n  ${flag} `);
  });
});

describe.each(['check', 'graph', 'probe', 'build'])('%s', (verb) => {
  test('tells every problem on stderr and ends with 1', async () => {
    await using place = await placeWith('services: { web: { dependsOn: [wob], wight: 1 } }\n');
    const { code, stdout, stderr } = await place.run([verb]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('services.yml:1:32  services.web.dependsOn[0]: no service is called "wob"');
    expect(stderr).toContain('services.yml:1:38  services.web.wight: unknown key; did you mean weight?\n');
  });

  test('without services.yml says so', async () => {
    await using place = await placeWith();
    expect(await place.run([verb])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'services.yml  no such file; name one with --config FILE\n',
    });
  });
});

describe('check', () => {
  test('counts the problems when there are several', async () => {
    await using place = await placeWith('services: { web: { wight: 1, nme: x } }\n');
    expect((await place.run(['check'])).stderr.split('\n').at(-2)).toBe('2 problems');
  });

  test('sums up what is fine', async () => {
    await using place = await placeWith(`
locations: [{ id: eu }]
services:
  web: { dependsOn: [api, { service: sentry, strength: insight }], probes: [{ tcp: "web:443" }, { http: "https://web.example" }] }
  api: { dependsOn: [queue] }
  queue: { dependsOn: [api], probes: [{ tcp: "queue:1" }] }
  sentry: https://sentry.example
maintenance: [{ title: Work, services: [api], start: 2026-12-01T02:00Z, duration: 1h }]
`);
    const { code, stdout, stderr } = await place.run(['check']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "services.yml is fine.
        4 services, 4 dependencies, 4 probes (2 tcp, 2 http)
        critical: web, sentry
        not probed: api
        cycle: api, queue
        1 maintenance
      "
    `);
  });

  test('reads another file when told', async () => {
    await using place = await placeWith('services: {}');
    await writeFile(join(place.folder, 'other.yml'), 'services: { web: https://web.example }');
    expect((await place.run(['check', '--config', 'other.yml'])).stdout).toContain('other.yml is fine.');
  });

  test('finds what the environment lacks, and is content when it is there', async () => {
    await using place = await placeWith('services: { web: "https://${TOKEN}@web.example" }\n');
    expect(await place.run(['check'])).toMatchObject({
      code: 1,
      stderr: 'services.yml:1:18  services.web: the environment variable TOKEN is not set\n',
    });
    const { code, stdout } = await place.run(['check'], { TOKEN: 'top-secret' });
    expect([code, stdout.includes('top-secret')]).toEqual([0, false]);
  });

  test('--assume-secrets finds everything else, without any secret', async () => {
    const services = 'services: { web: "https://${TOKEN}@web.example", db: { probes: [{ tcp: "db:${PORT}" }] } }\n';
    await using place = await placeWith(services);
    expect(await place.run(['check', '--assume-secrets'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^services.yml is fine.\n {2}2 services, 0 dependencies, 2 probes/),
      stderr: 'assumed to be set: PORT, TOKEN\n',
    });
    await writeFile(join(place.folder, 'services.yml'), services.replace('probes:', 'prbes:'));
    expect(await place.run(['check', '--assume-secrets'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'services.yml:1:56  services.db.prbes: unknown key; did you mean probes?\n',
    });
  });
});

describe('schema', () => {
  test('writes beside services.yml, and says so on stderr', async () => {
    await using place = await placeWith();
    expect(await place.run(['schema'])).toEqual({ code: 0, stdout: '', stderr: 'wrote services.schema.json\n' });
    expect(JSON.parse(await readFile(join(place.folder, 'services.schema.json'), 'utf8'))).toHaveProperty(
      'properties.services',
    );
  });

  test('- is standard output', async () => {
    await using place = await placeWith();
    const json = await place.run(['schema', '--out', '-']);
    const markdown = await place.run(['schema', '--markdown', '--out', '-']);
    expect([json.code, json.stderr, Object.keys(JSON.parse(json.stdout).properties)]).toEqual([
      0,
      '',
      expect.arrayContaining(['page', 'services']),
    ]);
    expect(markdown).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^# services.yml, key by key\n/),
    });
  });

  test('a folder that is not there is told without a stack', async () => {
    await using place = await placeWith();
    const { code, stdout, stderr } = await place.run(['schema', '--out', 'none/schema.json']);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'vedette: none/schema.json cannot be written (ENOENT)\n',
    });
  });
});

describe('build', () => {
  test('refuses to replace a folder with other things in it', async () => {
    await using place = await placeWith('services: { web: https://web.example }');
    await mkdir(join(place.folder, 'dist'));
    await writeFile(join(place.folder, 'dist', 'thesis.txt'), 'ten years of work');
    const { code, stdout, stderr } = await place.run(['build']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^vedette: --out .*dist holds other files; name an empty folder, or one that was built before\n$/,
    );
    expect(await readFile(join(place.folder, 'dist', 'thesis.txt'), 'utf8')).toBe('ten years of work');
  });

  test('refuses a file', async () => {
    await using place = await placeWith('services: { web: https://web.example }');
    expect(await place.run(['build', '--out', 'services.yml'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/services.yml is a file\n$/),
    });
  });
});
