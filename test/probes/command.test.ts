import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { parsePluginOutput } from '../../src/probing/plugin-output.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { probeOnce, run, task } from '../probing/probe-once.ts';

const { settings, describe: describeTarget } = (await loadRegistry()).get('command')!;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-plugins-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A plugin of this text in a file that may be run. */
async function plugin(script: string): Promise<string> {
  const path = join(folder, `check_${Math.random().toString(36).slice(2)}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
const probe = async (script: string, more: object = {}, timeoutMs = 5000) =>
  probeOnce('command', { run: [await plugin(script)], ...more }, { timeoutMs });

describe('the exit status decides', () => {
  test.each<[string, object]>([
    ["echo 'OK - all well.'", { outcome: 'up', message: 'OK - all well', facts: { status: 0 } }],
    [
      "echo 'WARN'; exit 1",
      { outcome: 'degraded', reason: 'status', phase: 'talk', message: 'WARN', facts: { status: 1 } },
    ],
    [
      "echo 'CRIT | a=1'; exit 2",
      { outcome: 'down', reason: 'status', message: 'CRIT', facts: { status: 2, perfdata: { a: { value: 1 } } } },
    ],
    [
      "echo 'who knows'; exit 3",
      { outcome: 'unknown', reason: 'source', message: 'exit status 3: who knows', facts: { status: 3 } },
    ],
    ['exit 77', { outcome: 'unknown', reason: 'source', message: 'exit status 77' }],
    ['exit 2', { outcome: 'down', reason: 'status', message: 'exit status 2' }],
    ['echo broken >&2; exit 2', { outcome: 'down', message: 'broken' }],
    ['kill -9 $$', { outcome: 'unknown', reason: 'source', message: 'the program was ended by SIGKILL' }],
    ["printf 'a\\tb\\033[31mred\\n'", { outcome: 'up', message: 'a b [31mred' }],
  ])('%s', async (script, expected) => {
    expect(await probe(script)).toMatchObject(expected);
  });
});

test.each([
  ['/nowhere/check_it', 'there is no program /nowhere/check_it'],
  ['check_that_is_nowhere', 'there is no program check_that_is_nowhere'],
])('unknown: %s', async (path, message) => {
  expect(await probeOnce('command', [path])).toMatchObject({ outcome: 'unknown', reason: 'source', message });
});

test('unknown: a file that is no program', async () => {
  const path = await plugin('exit 0');
  await chmod(path, 0o644);
  const message = `${path} is no program that may be run here`;
  expect(await probeOnce('command', [path])).toMatchObject({ outcome: 'unknown', reason: 'source', message });
});

test('at the deadline it is killed with all that it started', async () => {
  const file = join(folder, 'pids');
  const observation = await probe(`sleep 60 & echo $! $$ > ${file}; wait`, {}, 500);
  expect(observation).toMatchObject({
    outcome: 'down',
    reason: 'timeout',
    phase: 'talk',
    message: 'not finished within 0.5 s',
  });
  const pids = (await readFile(file, 'utf8')).trim().split(' ').map(Number);
  expect(pids.length).toBe(2);
  for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
});

test('what it leaves in the background holds nothing up, and ends too', async () => {
  const startedAt = performance.now();
  const observation = await probe('sleep 60 & echo $!');
  expect(observation.outcome).toBe('up');
  expect(performance.now() - startedAt).toBeLessThan(4000);
  await expect.poll(() => isRunning(Number(observation.message))).toBe(false);
});

/** A process that has ended but that nobody has asked about is not running. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(stat);
}

test('output is read to its end and kept to 64 KiB', async () => {
  const script = `head -c 5000000 /dev/zero | tr '\\0' x; echo; echo '| late=1'`;
  const observation = await probe(script);
  expect(observation).toMatchObject({ outcome: 'up', facts: { status: 0 } });
  expect(observation.message.length).toBeLessThan(600);
});

test('of the environment only PATH, LANG and `env` are passed on, and no shell reads the arguments', async () => {
  const surroundings = { folder, env: { ...process.env, SECRET: 'hunter2' }, cache: FORGETFUL_CACHE };
  const script = 'env | cut -d= -f1 | sort | tr "\\n" " "';
  const settings = { run: [await plugin(script)], env: { TOKEN: 'abc', PORT: 5 } };
  const [environment] = await run([task('command', settings)], { surroundings });
  // The shell itself sets PWD and the like.
  const names = environment!.message.split(' ').filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
  expect(names).toEqual(['LANG', 'PATH', 'PORT', 'TOKEN']);
  const path = await plugin('echo "$1 $2"');
  expect(await probeOnce('command', [path, '$(id)', 8080])).toMatchObject({ message: '$(id) 8080' });
});

test('PATH and LANG are those of the environment, unless `env` says otherwise', async () => {
  const env = { PATH: '/usr/bin:/bin', LANG: 'eo', SECRET: 'hunter2' };
  const surroundings = { folder, env, cache: FORGETFUL_CACHE };
  const script = await plugin('echo "$PATH $LANG $SECRET."');
  const [inherited, given] = await run(
    [task('command', [script]), task('command', { run: [script], env: { LANG: 'nl' } })],
    { surroundings },
  );
  expect(inherited!.message).toBe('/usr/bin:/bin eo ');
  expect(given!.message).toBe('/usr/bin:/bin nl ');
});

test('it runs in the folder of services.yml, where relative paths begin', async () => {
  const name = basename(await plugin('pwd'));
  const surroundings = { folder, env: {}, cache: FORGETFUL_CACHE };
  const [below, missing, bare] = await run(
    [task('command', [`./${name}`]), task('command', ['plugins/check_it']), task('command', [name])],
    { surroundings },
  );
  expect(below).toMatchObject({ outcome: 'up', message: await realpath(folder) });
  expect(missing).toMatchObject({ reason: 'source', message: 'there is no program plugins/check_it' });
  expect(bare).toMatchObject({ reason: 'source', message: `there is no program ${name}` });
});

test('for a pull request nothing is run', async () => {
  const file = join(folder, 'ran');
  const surroundings = { folder, env: { GITHUB_EVENT_NAME: 'pull_request_target' }, cache: FORGETFUL_CACHE };
  const [observation] = await run([task('command', [await plugin(`touch ${file}`)])], { surroundings });
  expect(observation).toMatchObject({
    outcome: 'unknown',
    reason: 'unsupported-here',
    message: 'programs are not run for pull requests',
  });
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

test.each<[string, string, object]>([
  ['OK', 'OK', {}],
  ['OK | time=0.01s;1;2;0;10', 'OK', { time: { value: 0.01, unit: 's', warn: '1', crit: '2', min: 0, max: 10 } }],
  [
    "DISK | /=2643MB;5948;5958;0;5968 'a b''c'=5%",
    'DISK',
    {
      '/': { value: 2643, unit: 'MB', warn: '5948', crit: '5958', min: 0, max: 5968 },
      "a b'c": { value: 5, unit: '%' },
    },
  ],
  [
    'OK | a=1;@5:10;~:3 b=U c=-1.5e3 d=0,5ms',
    'OK',
    {
      a: { value: 1, warn: '@5:10', crit: '~:3' },
      b: { value: null },
      c: { value: -1500 },
      d: { value: 0.5, unit: 'ms' },
    },
  ],
  ['OK | a=1\nmore text\nand more | b=2\nc=3', 'OK', { a: { value: 1 }, b: { value: 2 }, c: { value: 3 } }],
  ['OK | nonsense a=x =5 b=', 'OK', {}],
  ['', '', {}],
])('output %j', (output, text, perfdata) => {
  expect(parsePluginOutput(output)).toEqual({ text, perfdata });
});

test.each([
  [['/usr/lib/nagios/plugins/check_tcp', '-H', 'db.example.org', '-p', 5432], 'check_tcp db.example.org'],
  [['check_users', '-w', 'hunter2'], 'check_users'],
])('settings: %j', (value, shown) => {
  expect(describeTarget(settings.parse(value))).toBe(shown);
});

test.each([
  ['check_tcp -H a', 'expected a list with a program and its arguments'],
  [[''], 'expected a list with a program and its arguments'],
  [{ run: 'check_tcp' }, 'expected a list with a program and its arguments'],
  [['a', ['b']], 'expected text or a number'],
  [['a', 'b\0c'], 'expected text without NUL'],
  [{ run: ['a'], env: { 'A=B': 'x' } }, 'expected the name of a variable'],
])('settings: %j is refused', (value, message) => {
  expect(JSON.stringify(settings.safeParse(value).error?.issues)).toContain(message);
});

test('performance data are values; counters and what could not be determined are none', async () => {
  const { values } = await probe(
    'echo "OK | \'free space\'=71.5%;10;5 load=0.4 requests=1234567c swap=U time=12ms"; exit 1',
  );
  expect(values).toEqual([
    { name: 'free space', value: 71.5, unit: '%' },
    { name: 'load', value: 0.4 },
    { name: 'time', value: 12, unit: 'ms' },
  ]);
});
