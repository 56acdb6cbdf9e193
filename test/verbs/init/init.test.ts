/** `vedette init` as it is called: by a pipe, and on a terminal. */
import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLI, type Place, placeWith } from '../cli.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ENV = {
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CEILING_DIRECTORIES: '/tmp',
};
const VEDETTE = ['--vedette', 'acme/vedette@3d3c42e5aac5ba805825da76410c181273ba90b1'];
const SERVICE = ['--service', 'website=https://example.org'];

async function repository(remote = 'https://github.com/Acme/Shop.git', services?: string): Promise<Place> {
  const place = await placeWith(services);
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: place.folder, env: { ...ENV, PATH: process.env.PATH ?? '' } });
  git('init', '--quiet', '--initial-branch=trunk');
  git('remote', 'add', 'origin', remote);
  return place;
}

const filesIn = async ({ folder }: Place): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/.git/') && !entry.parentPath.endsWith('/.git'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const read = ({ folder }: Place, file: string): Promise<string> => readFile(join(folder, file), 'utf8');

test('a repository on GitHub gets services.yml, its schema and the workflows, and is told three things', async () => {
  await using place = await repository();
  const { code, stdout, stderr } = await place.run(
    ['init', ...SERVICE, '--service', 'Public API=https://api.example.org', ...VEDETTE],
    ENV,
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(
    stdout.replace(/node \S+cli.ts/, 'node CLI').replaceAll(/^written {2}\.github.*\n/gm, ''),
  ).toMatchInlineSnapshot(`
    "written  services.yml
    written  services.schema.json

    1. Commit what was written, and push it to trunk.
    2. On GitHub: Settings → Pages → Source: GitHub Actions.
    3. node CLI doctor    says what is still missing.
    "
  `);
  expect(parse(await read(place, 'services.yml'))).toEqual({
    page: { title: 'Shop status', url: 'https://acme.github.io/shop/' },
    schedule: { every: '5m' },
    history: { branch: 'status-history' },
    services: {
      website: 'https://example.org',
      'public-api': { name: 'Public API', probes: [{ http: 'https://api.example.org' }] },
    },
  });
  const workflows = (await filesIn(place)).filter((file) => file.startsWith('.github/workflows/'));
  expect(workflows.length).toBeGreaterThan(1);
  for (const file of workflows) expect(await read(place, file)).toContain('repository: acme/vedette');
  expect((await place.run(['check'], ENV)).stdout).toContain('services.yml is fine.');
});

test('a second time nothing is written, and services.yml is left whatever stands in it', async () => {
  await using place = await repository();
  await place.run(['init', ...SERVICE, ...VEDETTE], ENV);
  const first = await filesIn(place);
  await writeFile(join(place.folder, 'services.yml'), 'services: { mine: https://mine.example }\n');
  for (const more of [[], ['--force']]) {
    const { code, stdout, stderr } = await place.run(['init', ...VEDETTE, ...more], ENV);
    expect([code, stderr, /^written/m.test(stdout), stdout.endsWith('All of it was there.\n')]).toEqual([
      0,
      '',
      false,
      true,
    ]);
  }
  expect(await filesIn(place)).toEqual(first);
  expect(await read(place, 'services.yml')).toBe('services: { mine: https://mine.example }\n');
});

test('files that differ are refused with their names, all or nothing; --force replaces them', async () => {
  await using place = await repository(undefined, 'services: { mine: https://mine.example }\n');
  await writeFile(join(place.folder, 'services.schema.json'), '{}');
  const before = await filesIn(place);
  const refused = await place.run(['init', ...SERVICE, ...VEDETTE], ENV);
  expect(refused).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'vedette: these files are there and differ; nothing was written, --force replaces them:\n  services.yml\n  services.schema.json\n',
  });
  expect(await filesIn(place)).toEqual(before);
  expect(await read(place, 'services.yml')).toContain('mine.example');
  expect((await place.run(['init', ...SERVICE, ...VEDETTE, '--force'], ENV)).code).toBe(0);
  expect(await read(place, 'services.yml')).toContain('website: https://example.org');
});

test('without GitHub: no workflow, no branch, and what a timer calls', async () => {
  await using place = await repository('https://git.example/shop.git');
  const { code, stdout } = await place.run(['init', ...SERVICE, '--title', 'Our: shop'], ENV);
  expect([code, await filesIn(place)]).toEqual([0, ['services.schema.json', 'services.yml']]);
  expect(stdout).toMatch(/^1\. node \S+ probe {5}does a round; let a timer call it\.$/m);
  expect(parse(await read(place, 'services.yml'))).toMatchObject({ page: { title: 'Our: shop' } });
  expect(await read(place, 'services.yml')).not.toContain('history:');
});

test('a copy of Vedette has its workflows already', async () => {
  await using place = await repository();
  await mkdir(join(place.folder, 'src'));
  for (const file of ['package.json', 'src/cli.ts', '.github', 'services.yml'])
    await cp(join(ROOT, file), join(place.folder, file), { recursive: true });
  const before = await filesIn(place);
  expect(await place.run(['init'], ENV)).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('kept     services.yml'),
  });
  expect(await place.run(['init', ...SERVICE, '--force'], ENV)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('written  services.yml'),
  });
  expect(await filesIn(place)).toEqual(before);
  expect(parse(await read(place, 'services.yml'))).toEqual({
    page: { title: 'Shop status', url: 'https://acme.github.io/shop/' },
    schedule: { every: '5m' },
    services: { website: 'https://example.org' },
  });
});

test.each([
  ['no service', [], '--service is missing: at least one NAME=URL'],
  [
    'an address without a scheme',
    ['--service', 'web=example.org/x'],
    'services.web: expected a URL with http:// or https://: write https://example.org/x, got "example.org/x"',
  ],
  ['no address', ['--service', 'web'], '--service: expected NAME=URL like website=https://example.org, got "web"'],
  ['two of one name', [...SERVICE, '--service', 'Website=https://b.example'], '--service: two are called website'],
  [
    'a page that is no address',
    [...SERVICE, '--url', 'status'],
    'page.url: expected an address with http:// or https://, got "status"',
  ],
  ['both', [...SERVICE, '--github', '--no-github'], '--github and --no-github exclude each other'],
  [
    'a folder that is not there',
    ['--dir', 'none'],
    '--dir: none is no folder; make it, or clone the repository, first',
  ],
  [
    'a version instead of a commit',
    [...SERVICE, '--vedette', 'acme/vedette@v1'],
    '--vedette: expected owner/name@commit with all 40 digits, got "acme/vedette@v1"',
  ],
])('%s: nothing is written', async (_, args, problem) => {
  await using place = await repository();
  expect(await place.run(['init', ...args], ENV)).toEqual({
    code: 2,
    stdout: '',
    stderr: `vedette: ${problem}; see: vedette init --help\n`,
  });
  expect(await filesIn(place)).toEqual([]);
});

test('a folder inside of a repository is refused: GitHub would not see its workflows', async () => {
  await using place = await repository();
  await mkdir(join(place.folder, 'docs'));
  const { code, stderr } = await place.run(['init', ...SERVICE, '--dir', 'docs'], ENV);
  expect([code, stderr]).toEqual([2, expect.stringContaining('GitHub reads workflows in its root only')]);
});

// util-linux's `script` makes a terminal; that of other systems takes other flags.
describe.runIf(process.platform === 'linux')('on a terminal', () => {
  /** Types each answer when its question stands there. */
  async function converse(
    place: Place,
    args: readonly string[],
    answers: readonly [RegExp, string][],
  ): Promise<{ code: number | null; screen: string }> {
    const command = [process.execPath, CLI, 'init', ...args].join(' ');
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: place.folder,
      env: { ...ENV, PATH: process.env.PATH ?? '', TERM: 'dumb' },
    });
    let screen = '';
    let unread = '';
    const left = [...answers];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      unread += text;
      const next = left[0];
      if (!next?.[0].test(unread)) return;
      left.shift();
      unread = '';
      child.stdin.write(next[1]);
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(left).toEqual([]);
    return { code, screen };
  }

  test('what is missing is asked for, a wrong address twice', async () => {
    await using place = await repository('https://git.example/shop.git');
    const { code, screen } = await converse(
      place,
      [],
      [
        [/Run it on GitHub Actions\? \(y\/N\): /, '\n'],
        [/Title of the page \[.*\]: /, 'Our shop\n'],
        [/Where it is published: /, 'https://status.shop.example\n'],
        [/A service, .*: /, 'web=shop.example\n'],
        [/write https:\/\/shop\.example.*A service, .*: /s, 'web=https://shop.example\n'],
        [/Another one, or nothing: /, '\n'],
      ],
    );
    expect([code, screen]).toEqual([0, expect.stringContaining('written  services.yml')]);
    expect(parse(await read(place, 'services.yml'))).toEqual({
      page: { title: 'Our shop', url: 'https://status.shop.example' },
      schedule: { every: '5m' },
      services: { web: 'https://shop.example' },
    });
  });

  test('a file that differs is asked about, and kept unless the answer is yes', async () => {
    await using place = await repository('https://git.example/shop.git', 'services: { mine: https://mine.example }\n');
    await writeFile(join(place.folder, 'services.schema.json'), '{}');
    const { code, screen } = await converse(
      place,
      ['--no-github'],
      [
        [/services.yml is there\. Make a new one\? \(y\/N\): /, 'n\n'],
        [/services.schema.json is there and differs\. Replace it\? \(y\/N\): /, 'y\n'],
      ],
    );
    expect([code, screen]).toEqual([
      0,
      expect.stringMatching(/kept {5}services.yml\r?\nwritten {2}services.schema.json/),
    ]);
    expect(await read(place, 'services.yml')).toContain('mine.example');
    expect((await read(place, 'services.schema.json')).length).toBeGreaterThan(1000);
  });

  test('who leaves in the middle leaves nothing behind', async () => {
    await using place = await repository('https://git.example/shop.git');
    const { code, screen } = await converse(place, ['--no-github'], [[/Title of the page/, '\u0004']]);
    expect([code, screen]).toEqual([1, expect.stringContaining('Nothing was written.')]);
    expect(await filesIn(place)).toEqual([]);
  });
});
