/** The doctor as it is called: real files, a real repository, a real server for GitHub and the page. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { appendRound } from '../../../src/history/store.ts';
import { roundOf } from '../../history/rounds.ts';
import { closedPort, serveBytes, serveTcp } from '../../servers.ts';
import { type Place, placeWith } from '../cli.ts';
import { type Answers, healthy, serveGitHub } from './github-server.ts';

const WORKFLOW = fileURLToPath(new URL('status.fixture.yml', import.meta.url));
const ENV = {
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CEILING_DIRECTORIES: '/tmp',
};
const TOKEN = 'ghs_this-is-the-token';
const MINUTE_MS = 60_000;

interface Found {
  problems: number;
  warnings: number;
  findings: { check: string; level: string; message: string; fix?: string }[];
}

function git(place: Place, ...args: string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  const env = { ...ENV, PATH: process.env.PATH ?? '' };
  execFileSync('git', [...who, ...args], { cwd: place.folder, env, stdio: 'ignore' });
}

/** A clone with a remote on GitHub by its name, Vedette's workflow, and a round every 20 minutes. */
async function clonedPlace(services: string, rounds = 30): Promise<Place> {
  const place = await placeWith(services);
  git(place, 'init', '--quiet', '--initial-branch=main');
  git(place, 'remote', 'add', 'origin', 'https://x-access-token:ghp_in-the-address@github.com/acme/status.git');
  await mkdir(join(place.folder, '.github/workflows'), { recursive: true });
  await cp(WORKFLOW, join(place.folder, '.github/workflows/status.yml'));
  const now = Date.now();
  for (let n = rounds; n > 0; n -= 1)
    await appendRound(join(place.folder, 'history'), roundOf(now - n * 20 * MINUTE_MS, { 'web/http': 'up 80' }));
  return place;
}

async function examine(
  place: Place,
  env: Record<string, string> = {},
): Promise<Found & { code: number | null; text: string }> {
  const { code, stdout, stderr } = await place.run(['doctor', '--json'], { ...ENV, ...env });
  expect(stderr).toBe('');
  return { code, text: stdout, ...(JSON.parse(stdout) as Found) };
}

const said = ({ findings }: Found, check: string): string[] =>
  findings.filter((finding) => finding.check === check).map(({ level, message }) => `${level}: ${message}`);

async function onGitHub(
  change: Answers,
  work: (found: Awaited<ReturnType<typeof examine>>, asked: { path: string; token: string | undefined }[]) => void,
): Promise<void> {
  await using server = await serveGitHub((url) => ({ ...healthy(Date.now(), `${url}/status/`), ...change }));
  await using place = await clonedPlace(`
page: { url: "${server.url}/status/" }
canaries: ["${server.url}/status/"]
services: { web: https://web.example }
`);
  const env = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: server.url };
  work(await examine(place, env), server.asked);
}

test('where all is well it says so, sends the token to the API only, and shows none', async () => {
  await onGitHub({}, (found, asked) => {
    expect(found.findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect([found.code, found.problems, found.warnings]).toEqual([0, 0, 0]);
    const steady = found.findings.map(({ check, message }) =>
      `${check}: ${message}`
        .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'INSTANT')
        .replace(/digests of \d days?/, 'digests')
        .replace(/^(node|git): [\d.]+.*/, '$1: VERSION')
        .replace(/^network: (\w+) is .*/, 'network: $1 …'),
    );
    expect(steady.join('\n')).toMatchInlineSnapshot(`
      "node: VERSION
      git: VERSION
      repository: branch main, remote origin (github.com/acme/status)
      services.yml: valid: 1 service, 1 probe
      history: whole: 30 rounds, digests
      size: 0.0 MB; rounds are kept for 14 d, hours for 90 d, days for ever
      last round: 20 min ago (INSTANT); the page calls it old after 30 min
      cadence: a round every 20 min (median; nine in ten gaps are within 20 min) instead of 5 min: GitHub's schedule is best effort
      clock: agrees with what servers say
      canaries: 1 of 1 answer
      network: ICMP …
      network: IPv6 …
      page: reachable; the published status.json is of a round 10 min ago
      workflows: .github/workflows/status.yml by schedule
      permissions: each job may do what it does
      GitHub: acme/status: 990 of 1000 requests are left until INSTANT
      Pages: published by Actions at http://HOST/status/
      schedule: .github/workflows/status.yml is active
      runs: status.yml went well 9 min ago (INSTANT); 0 of the last 2 failed
      issues: no form in .github/ISSUE_TEMPLATE sets a label; incidents are told with \`vedette incident open\`"
    `);
    expect(found.text).not.toMatch(/ghs_|ghp_/);
    for (const { path, token } of asked)
      expect([path, token]).toEqual([path, path.startsWith('/status/') ? undefined : `Bearer ${TOKEN}`]);
    // However many checks want to know it.
    expect(new Set(asked.map(({ path, token }) => `${path} ${token}`)).size + 1).toBe(asked.length);
  });
});

const REPO = '/repos/acme/status';

test.each([
  ['Pages is off', { [`${REPO}/pages`]: 404 }, 'Pages', 'problem: Pages is off'],
  [
    'the workflow was switched off',
    {
      [`${REPO}/actions/workflows`]: {
        workflows: [{ path: '.github/workflows/status.yml', state: 'disabled_inactivity' }],
      },
    },
    'schedule',
    'problem: .github/workflows/status.yml was switched off: 60 days without a commit by a person',
  ],
  [
    'the workflow is on another branch',
    { [`${REPO}/contents/.github/workflows`]: 404 },
    'schedule',
    'problem: .github/workflows/status.yml is not on the default branch, main, and schedules fire nowhere else',
  ],
  [
    'the token may not see it',
    { [`${REPO}/pages`]: 403 },
    'Pages',
    "warning: not known: GitHub's API answered 403 (status 403)",
  ],
  ['the page is gone', { '/status/': 404 }, 'page', 'problem: http://HOST/status/ answered 404'],
  [
    'the answer is none of GitHub',
    { '/rate_limit': { resources: {} } },
    'GitHub',
    "warning: not known: GitHub's API answered with something else than documented (at resources.core)",
  ],
  [
    'the answer is endless',
    { '/rate_limit': { text: 'x'.repeat(5_000_000) } },
    'GitHub',
    "warning: not known: GitHub's API answered with more than 4 MiB",
  ],
  [
    'the answer wants to steer the terminal',
    { [`${REPO}/pages`]: { html_url: 'https://a\u001b[31m', build_type: 'workflow' } },
    'Pages',
    'ok: published by Actions at https://a [31m',
  ],
  [
    'the clock is wrong',
    { '/rate_limit': { text: '{}', headers: { date: 'Sat, 21 Nov 2020 12:00:00 GMT' } } },
    'clock',
    'ok: agrees with what servers say',
  ],
])('%s', async (_, change, check, finding) => {
  await onGitHub(change, (found) =>
    expect(said(found, check).map((text) => text.replace(/127\.0\.0\.1:\d+/, 'HOST'))).toContain(finding),
  );
});

describe('an API that', () => {
  const SERVICES = 'services: { web: https://web.example }';
  test.each([
    ['is not there', async () => `http://127.0.0.1:${await closedPort()}`, 'could not be asked: ECONNREFUSED'],
    [
      'speaks something else',
      async () => (await serveBytes('220 smtp ready\r\n')).url,
      'could not be asked: Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)',
    ],
    [
      'hangs up',
      // Once it was asked: else who is slow to ask finds the connection reset.
      async () => (await serveTcp((socket) => socket.once('data', () => socket.destroy()))).url,
      'could not be asked: UND_ERR_SOCKET',
    ],
  ])('%s is a finding', async (_, urlOf, why) => {
    await using place = await clonedPlace(SERVICES, 2);
    const found = await examine(place, { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: await urlOf() });
    expect(said(found, 'GitHub')).toEqual([`warning: not known: GitHub's API ${why}`]);
    expect(found.code).toBe(0);
  });

  test('never ends its answer is given up', async () => {
    await using server = await serveBytes('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', { end: false });
    await using place = await clonedPlace(SERVICES, 2);
    const found = await examine(place, { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: server.url });
    expect(said(found, 'GitHub')).toEqual(["warning: not known: GitHub's API did not answer within 10 s"]);
  });
});

test('without a token GitHub is not asked, and that is said', async () => {
  await using place = await clonedPlace('services: { web: https://web.example }', 2);
  const found = await examine(place);
  expect(said(found, 'GitHub')).toEqual([
    'warning: was not asked, for want of a token: Pages, workflows and runs are not known',
  ]);
});

test('an empty folder: everything that is missing, each thing with its fix, in words', async () => {
  await using place = await placeWith();
  const { code, stdout, stderr } = await place.run(['doctor'], ENV);
  expect([code, stderr]).toEqual([1, '']);
  expect(
    stdout.replace(/(node|git) +[\d.]+/g, '$1 VERSION').replaceAll(/^. network .*\n/gm, ''),
  ).toMatchInlineSnapshot(`
    "✓ node VERSION
    ✓ git VERSION
    ! repository    services.yml lies in no git repository, so the history stays on this machine
                    → nothing, if a timer of this machine is all you want; else \`git init\` and \`git remote add origin URL\`
    ✗ services.yml  services.yml  no such file; name one with --config FILE
                    → mend it; \`vedette check --config services.yml\` names every problem
    ! history       there is none in history
                    → vedette probe
    ✓ workflows     none, so another timer runs the rounds

    1 problem, 2 warnings.
    "
  `);
});

test('secrets are named, never shown; mistakes in services.yml do not hide them', async () => {
  const services = 'services: { web: "https://${TOKEN}:${OTHER}@web.example" }';
  await using place = await clonedPlace(services, 1);
  const found = await examine(place, { TOKEN: 'top-secret' });
  expect(said(found, 'secrets')).toEqual([
    'ok: set here: TOKEN',
    'warning: not set here: OTHER',
    'warning: no workflow hands on: OTHER, TOKEN',
  ]);
  expect(said(found, 'services.yml')).toEqual(['ok: valid: 1 service, 1 probe']);
  expect(found.text).not.toContain('top-secret');
  const inActions = await examine(place, { TOKEN: 'top-secret', GITHUB_ACTIONS: 'true' });
  expect(said(inActions, 'secrets')).toContain('problem: not set here: OTHER');
  await writeFile(join(place.folder, 'services.yml'), services.replace('web:', 'wEb:'));
  const mistaken = await examine(place, { TOKEN: 'top-secret' });
  expect(said(mistaken, 'services.yml')[0]).toMatch(/^problem: services.yml:1:13 {2}services.wEb: expected lower-case/);
  expect(said(mistaken, 'secrets')).toContain('warning: not set here: OTHER');
});

test('an address that is a secret is not shown either', async () => {
  await using server = await serveGitHub(() => ({}));
  await using place = await placeWith('page: { url: "${PAGE}" }\nservices: { web: https://web.example }');
  const found = await examine(place, { PAGE: `${server.url}/t0p-secret/` });
  expect(said(found, 'page')[0]).toBe('problem: *** answered 404');
  expect(found.text).not.toContain('t0p-secret');
});

test('a history with a flaw is a problem, and so is git that is not there', async () => {
  await using place = await clonedPlace('services: { web: https://web.example }', 3);
  await writeFile(join(place.folder, 'history/raw/2026-01-01.ndjson'), 'not a line\n');
  expect(said(await examine(place), 'history')[0]).toMatch(/^problem: 1 flaw in 3 rounds.*raw\/2026-01-01.ndjson:1 /);
  await rm(join(place.folder, 'history'), { recursive: true });
  await writeFile(join(place.folder, 'history'), '');
  const found = await examine(place, { PATH: '/nowhere' });
  expect(said(found, 'history')).toEqual(['problem: history is no folder']);
  expect(said(found, 'git')).toEqual(['problem: git cannot be started here; the history is published with it']);
});

test('canaries that do not answer are named', async () => {
  const port = await closedPort();
  await using there = await serveTcp((socket) => socket.end());
  const services = (canaries: string): string => `canaries: [${canaries}]\nservices: { web: https://web.example }`;
  await using place = await placeWith(services(`"tcp://127.0.0.1:${port}"`));
  expect(said(await examine(place), 'canaries')).toEqual(['problem: none of 1 answers: connection refused']);
  await writeFile(
    join(place.folder, 'services.yml'),
    services(`"tcp://127.0.0.1:${port}", "tcp://127.0.0.1:${there.port}"`),
  );
  expect(said(await examine(place), 'canaries')).toEqual(['warning: 1 of 2 do not answer: connection refused']);
});
