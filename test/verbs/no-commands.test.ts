import { expect, test } from 'vitest';
import { withoutCommands } from '../../src/verbs/no-commands.ts';
import { serveBytes } from '../servers.ts';
import { placeWith } from './cli.ts';

/** As the runner looks for them: `::name … ::` where a line begins, `##[name …]` anywhere. */
const COMMAND = /^\s*::[^\n]*?::|##\[[^\n]*?\]/m;

test.each([
  ['web  http  down  200 ##[set-output name=x]y', 'web  http  down  200 ## [set-output name=x]y'],
  ['::add-mask::a', ': :add-mask::a'],
  ['fine\n  ::stop-commands::x\nfine', 'fine\n  : :stop-commands::x\nfine'],
  ['###[debug]x', '### [debug]x'],
  ['##[##[debug]]x', '## [## [debug]]x'],
  ['in the middle of a line :: and fe80::1', 'in the middle of a line :: and fe80::1'],
  ['# a title\n## another\n[a list]', '# a title\n## another\n[a list]'],
])('%j', (text, harmless) => {
  expect(withoutCommands(text)).toBe(harmless);
  expect(withoutCommands(text)).not.toMatch(COMMAND);
});

test('JSON means what it meant', () => {
  const value = { message: '##[set-env name=A]b', list: ['::x::', '##[a]##[b]'] };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), JSON.stringify(value.list)]) {
    expect(withoutCommands(text)).not.toMatch(COMMAND);
    expect(JSON.parse(withoutCommands(text))).toEqual(JSON.parse(text));
  }
});

test('what a probed server says gives the runner no order, in words and as JSON', async () => {
  const evil = '##[set-output name=page]evil';
  await using server = await serveBytes(`HTTP/1.1 200 OK\r\nx-a: ${evil}\r\ncontent-length: 0\r\n\r\n`);
  await using place = await placeWith(`
defaults: { retries: 0 }
services: { web: { probes: [{ http: { url: "${server.url}", expect: { header: { x-a: b } } } }] } }
`);
  const env = { GITHUB_ACTIONS: 'true' };
  const words = await place.run(['probe', '--no-write'], env);
  expect(words.stdout).toContain('## [set-output name=page]evil');
  const json = await place.run(['probe', '--no-write', '--json'], env);
  expect(JSON.stringify(JSON.parse(json.stdout))).toContain(evil);
  for (const { stdout, stderr } of [words, json]) expect(stdout + stderr).not.toMatch(COMMAND);
  // Anywhere else it is printed as it was said.
  expect((await place.run(['probe', '--no-write'])).stdout).toContain(evil);
});

test('neither does what a pull request writes into services.yml', async () => {
  await using place = await placeWith(
    'services: { "##[add-mask]x": https://a.example, b: { owner: "\\n::error::x", wight: "##[debug]" } }\n',
  );
  const { code, stdout, stderr } = await place.run(['check', '--assume-secrets'], { GITHUB_ACTIONS: 'true' });
  expect([code, stderr.includes('## [add-mask]x')]).toEqual([1, true]);
  expect(stdout + stderr).not.toMatch(COMMAND);
});
