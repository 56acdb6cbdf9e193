/** What each check says of facts, one table a check. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Finding } from '../../../src/verbs/doctor/check.ts';
import cadence from '../../../src/verbs/doctor/checks/cadence.ts';
import clock from '../../../src/verbs/doctor/checks/clock.ts';
import git from '../../../src/verbs/doctor/checks/git.ts';
import githubApi from '../../../src/verbs/doctor/checks/github-api.ts';
import issues from '../../../src/verbs/doctor/checks/issues.ts';
import lastRound from '../../../src/verbs/doctor/checks/last-round.ts';
import network from '../../../src/verbs/doctor/checks/network.ts';
import node from '../../../src/verbs/doctor/checks/node.ts';
import page from '../../../src/verbs/doctor/checks/page.ts';
import pages from '../../../src/verbs/doctor/checks/pages.ts';
import permissions from '../../../src/verbs/doctor/checks/permissions.ts';
import repository from '../../../src/verbs/doctor/checks/repository.ts';
import runs from '../../../src/verbs/doctor/checks/runs.ts';
import schedule from '../../../src/verbs/doctor/checks/schedule.ts';
import size from '../../../src/verbs/doctor/checks/size.ts';
import workflows from '../../../src/verbs/doctor/checks/workflows.ts';
import { CHECKS } from '../../../src/verbs/doctor/checks.ts';
import { readWorkflowFile, readWorkflowFiles } from '../../../src/verbs/doctor/workflow-files.ts';
import { slugOf } from '../../../src/verbs/doctor/world.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `! message`, and the fix where that is what matters. */
const inWords = (findings: readonly Finding[]): string[] =>
  findings.map(({ level, message }) => `${{ ok: '✓', warning: '!', problem: '✗' }[level]} ${message}`);
const fixes = (findings: readonly Finding[]): string[] =>
  findings.flatMap((finding) => (finding.level === 'ok' ? [] : finding.fix));

test('every file in checks/ is in the list', () => {
  const folder = fileURLToPath(new URL('../../../src/verbs/doctor/checks/', import.meta.url));
  expect(new Set(CHECKS).size).toBe(readdirSync(folder).length);
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

test.each([
  ['24.0.0', '✓ 24.0.0'],
  ['26.1.0', '✓ 26.1.0'],
  ['22.18.0', '✗ Node 22.18.0 is too old'],
])('node %s', (version, said) => expect(inWords(node.judge(version))).toEqual([said]));

test.each([
  ['git version 2.39.5', '✓ 2.39.5'],
  ['git version 2.50.1 (Apple Git-155)', '✓ 2.50.1'],
  ['git version 2.45.1.windows.1', '✓ 2.45.1.windows.1'],
  ['git version 3.0.0', '✓ 3.0.0'],
  ['git version 2.30.2', '✗ git 2.30.2 is too old'],
  [undefined, '✗ git cannot be started here; the history is published with it'],
])('%s', (version, said) => expect(inWords(git.judge(version))).toEqual([said]));

const REPOSITORY = {
  gitVersion: 'git version 2.39.5',
  root: '/r',
  branch: 'main',
  remotes: [{ name: 'origin', github: 'a/b' }],
};
test.each([
  ['a clone from GitHub', REPOSITORY, undefined, ['✓ branch main, remote origin (github.com/a/b)']],
  [
    'a clone from elsewhere',
    { ...REPOSITORY, remotes: [{ name: 'origin' }] },
    undefined,
    ['✓ branch main, remote origin'],
  ],
  [
    'a run with a detached HEAD',
    { ...REPOSITORY, branch: '' },
    'main',
    ['✓ branch main, remote origin (github.com/a/b)'],
  ],
  ['a detached HEAD by hand', { ...REPOSITORY, branch: '' }, undefined, ['! no branch is checked out']],
  [
    'no remote',
    { ...REPOSITORY, remotes: [] },
    undefined,
    ['! there is no remote, so the history stays on this machine'],
  ],
  [
    'a remote of another name',
    { ...REPOSITORY, remotes: [{ name: 'up' }] },
    undefined,
    ['! there is no remote called origin, to which `history publish` pushes; there is up'],
  ],
  [
    'no repository',
    { gitVersion: 'git version 2.39.5', remotes: [] },
    undefined,
    ['! services.yml lies in no git repository, so the history stays on this machine'],
  ],
  ['no git, which is said elsewhere', { remotes: [] }, undefined, []],
])('repository: %s', (_, facts, runBranch, said) => {
  expect(inWords(repository.judge({ repository: facts, runBranch }))).toEqual(said);
});

test.each([
  ['https://github.com/acme/status.git', 'acme/status'],
  ['https://x-access-token:secret@github.com/acme/status', 'acme/status'],
  ['git@github.com:acme/status.git', 'acme/status'],
  ['ssh://git@github.com/acme/status.io.git', 'acme/status.io'],
  ['https://gitlab.com/acme/status.git', undefined],
  ['https://github.com.evil.example/acme/status', undefined],
  ['https://evil.example/github.com/acme/status', undefined],
  ['https://github.com/acme/..', undefined],
  ['https://github.com/acme/status/pages?x', undefined],
])('%s is the repository %s', (url, slug) => expect(slugOf(url)).toBe(slug));

const gaps = (p50: number, p90: number) => ({ p50Ms: p50 * MINUTE_MS, p90Ms: p90 * MINUTE_MS, p95Ms: p90 * MINUTE_MS });
const CADENCE = { rounds: 100, everyMs: 5 * MINUTE_MS, isGitHub: false };
test.each([
  [
    'a timer that keeps its word',
    { ...CADENCE, gaps: gaps(5, 6) },
    ['✓ a round every 5 min (median; nine in ten gaps are within 6 min), 5 min are wanted'],
  ],
  [
    'a timer that leaves rounds out',
    { ...CADENCE, gaps: gaps(5, 21) },
    ['! a round every 5 min (median; nine in ten gaps are within 21 min) instead of 5 min'],
  ],
  [
    'GitHub on an ordinary day',
    { ...CADENCE, isGitHub: true, gaps: gaps(21, 34) },
    [
      "✓ a round every 21 min (median; nine in ten gaps are within 34 min) instead of 5 min: GitHub's schedule is best effort",
    ],
  ],
  [
    'GitHub on a bad day',
    { ...CADENCE, isGitHub: true, gaps: gaps(40, 190) },
    [
      "! a round every 40 min (median; nine in ten gaps are within 3 h) instead of 5 min: GitHub's schedule is best effort",
    ],
  ],
  ['too few to tell', { ...CADENCE, rounds: 4, gaps: gaps(5, 500) }, ['✓ not known yet, after 4 rounds']],
  ['none, which is said elsewhere', { ...CADENCE, rounds: 0, gaps: undefined }, []],
])('cadence: %s', (_, facts, said) => expect(inWords(cadence.judge(facts))).toEqual(said));

test.each([
  [10, '✓ 10 min ago (2026-11-21 11:50 UTC); the page calls it old after 30 min'],
  [30, '! 30 min ago (2026-11-21 11:30 UTC); since 30 min the page calls it old'],
  [60, '✗ 60 min ago (2026-11-21 11:00 UTC); since 60 min the page says that nothing is known'],
  [-0.5, '✓ 0 s ago (2026-11-21 12:00 UTC); the page calls it old after 30 min'],
  [-5, '✗ of 2026-11-21 12:05 UTC, which is in the future'],
])('the last round was %d min ago', (minutes, said) => {
  const age = {
    probedAt: NOW - minutes * MINUTE_MS,
    gaps: gaps(5, 5),
    staleAfterMs: 30 * MINUTE_MS,
    unknownAfterMs: HOUR_MS,
  };
  expect(inWords(lastRound.judge({ age, now: NOW, isReadable: true, historyFolder: 'history' }))).toEqual([said]);
});

test.each([
  ['nobody was asked', [], []],
  ['all agree', [300, -900], ['✓ agrees with what servers say']],
  ['one server is wrong itself', [300, -9e9], ['✓ agrees with what servers say']],
  ['ours is ahead', [3 * MINUTE_MS, 4 * MINUTE_MS], ['! 3 min ahead of what servers say']],
  ['ours is far behind', [-3 * HOUR_MS], ['✗ 3 h behind what servers say']],
])('clock: %s', (_, differences, said) => expect(inWords(clock.judge(differences))).toEqual(said));

test.each([
  [
    { bytes: 69e6, rawDays: 14, hourlyDays: 90 },
    ['✓ 69.0 MB; rounds are kept for 14 d, hours for 90 d, days for ever'],
  ],
  [
    { bytes: 69e7, rawDays: 14, hourlyDays: 90 },
    ['! 690.0 MB; rounds are kept for 14 d, hours for 90 d, days for ever'],
  ],
  [
    { bytes: 1, rawDays: 0.5, hourlyDays: 90 },
    ['! rounds are kept for 0.5 d, states are worked out from those of 2 days'],
  ],
  [undefined, []],
])('size: %o', (facts, said) => expect(inWords(size.judge(facts))).toEqual(said));

test.each([
  [undefined, [], '✓ ICMP is possible'],
  ['no ping', [], '✓ ICMP is not possible here (no ping), and no probe needs it'],
  ['no ping', ['db', 'web'], '! ICMP is not possible here (no ping), but needed by db, web: unknown, never up'],
])('network: %s, needed by %j', (why, needs, said) => {
  expect(inWords(network.judge({ icmp: { why, needs }, ipv6: { why: undefined, needs: [] } }))[0]).toBe(said);
});

const HOME = { kind: 'answer', status: 200, body: '' } as const;
const statusOf = (minutes: number) => {
  const probedAt = new Date(NOW - minutes * MINUTE_MS).toISOString();
  return { ...HOME, body: JSON.stringify({ age: { probedAt, staleAfter: 1800, unknownAfter: 3600 } }) };
};
const URL_ = 'https://status.acme.dev';
const PAGE = {
  isReadable: true,
  url: URL_,
  onGitHub: undefined,
  isAsked: true,
  now: NOW,
  home: HOME,
  status: statusOf(10),
};
test.each([
  ['fresh', PAGE, ['✓ reachable; the published status.json is of a round 10 min ago']],
  [
    'old',
    { ...PAGE, status: statusOf(31) },
    ['! the published status.json is of a round 31 min ago; visitors read that it is old'],
  ],
  [
    'older',
    { ...PAGE, status: statusOf(300) },
    ['✗ the published status.json is of a round 5 h ago; visitors read that nothing is known'],
  ],
  [
    'of somebody else',
    { ...PAGE, status: { ...HOME, body: '{"age":5}' } },
    ['! the published status.json is not one of Vedette'],
  ],
  ['no JSON', { ...PAGE, status: { ...HOME, body: '<html>' } }, ['! the published status.json is not one of Vedette']],
  ['without a round', { ...PAGE, status: { ...HOME, body: '{}' } }, ['! the published status.json knows of no round']],
  ['without status.json', { ...PAGE, status: { ...HOME, status: 404 } }, ['! the published status.json answered 404']],
  [
    'silent',
    { ...PAGE, home: { kind: 'silence', why: 'did not answer within 10 s' }, status: { kind: 'silence', why: 'x' } },
    ['✗ https://status.acme.dev did not answer within 10 s'],
  ],
  [
    'published elsewhere',
    { ...PAGE, onGitHub: 'https://acme.github.io/status/' },
    [
      '! page.url is https://status.acme.dev, and Pages publishes at https://acme.github.io/status/',
      '✓ reachable; the published status.json is of a round 10 min ago',
    ],
  ],
  [
    'the same but for the slash',
    { ...PAGE, onGitHub: 'https://status.acme.dev/' },
    ['✓ reachable; the published status.json is of a round 10 min ago'],
  ],
  [
    'a placeholder',
    { ...PAGE, url: 'https://status.example.org', isAsked: false },
    ['! page.url is a placeholder (https://status.example.org)'],
  ],
  [
    'no address',
    { ...PAGE, url: undefined, isAsked: false },
    ['! page.url is not set; feeds and previews in chats need it'],
  ],
] as const)('page: %s', (_, facts, said) => expect(inWords(page.judge(facts))).toEqual(said));

const file = (jobs: string, on = "{ schedule: [{ cron: '3-58/5 * * * *' }] }") =>
  readWorkflowFile('.github/workflows/status.yml', `on: ${on}\njobs:\n${jobs}`);
const PROBING =
  '  probe: { permissions: { contents: write }, steps: [{ run: node src/cli.ts probe }, { run: node src/cli.ts history publish }] }\n';
const BUILDING =
  "  page: { permissions: { pages: write, id-token: write }, steps: [{ run: npm run vedette -- build }, { uses: 'actions/deploy-pages@v5' }] }\n";
test.each([
  ['as they should be', [file(PROBING + BUILDING)], true, ['✓ .github/workflows/status.yml by schedule']],
  ['none on GitHub', [], true, ['! no file in .github/workflows probes by a schedule']],
  ['none elsewhere', [], false, ['✓ none, so another timer runs the rounds']],
  [
    'probing by hand only',
    [file(PROBING + BUILDING, 'workflow_dispatch')],
    true,
    ['✗ no file in .github/workflows probes by a schedule'],
  ],
  ['nothing is built', [file(PROBING)], true, ['✗ no workflow calls `build`, which builds the page']],
  [
    'nothing is kept',
    [file(PROBING.replace('history publish', 'history verify') + BUILDING)],
    true,
    ['✗ no workflow calls `history publish`, which keeps what was seen'],
  ],
  [
    'one verb does it all',
    [file('  all: { steps: [{ run: vedette run }] }\n')],
    true,
    ['✓ .github/workflows/status.yml by schedule'],
  ],
  [
    'at the full hour',
    [file(PROBING + BUILDING, "{ schedule: [{ cron: '*/5 * * * *' }] }")],
    true,
    ['! .github/workflows/status.yml fires at the full hour ("*/5 * * * *"), when most jobs wait'],
  ],
  [
    'no YAML',
    [readWorkflowFile('x.yml', '{')],
    false,
    ['✗ x.yml is no YAML', '✓ none, so another timer runs the rounds'],
  ],
  [
    'no workflow',
    [readWorkflowFile('x.yml', 'jobs: 7')],
    false,
    ['✗ x.yml is no workflow', '✓ none, so another timer runs the rounds'],
  ],
])('workflows: %s', (_, files, isOnGitHub, said) =>
  expect(inWords(workflows.judge({ files, isOnGitHub, schedule: { everyMs: 5 * MINUTE_MS, rounds: 1 } }))).toEqual(
    said,
  ),
);

const lasting = (minutes: number | string) =>
  file(`  all: { timeout-minutes: ${minutes}, steps: [{ run: vedette run }] }\n`);
const FINE = '✓ .github/workflows/status.yml by schedule';
test.each([
  ['three rounds in what we give', lasting(15), 3, FINE, undefined],
  [
    'four in that',
    lasting(15),
    4,
    '✗ .github/workflows/status.yml, job all: ends after 15 min, before `schedule.rounds: 4` are done',
    'timeout-minutes: 19 at the job, or fewer rounds',
  ],
  ['four, and time enough', lasting(19), 4, FINE, undefined],
  ['one, however short the job', lasting(2), 1, FINE, undefined],
  ['an expression, which nobody can read here', lasting('"${{ vars.X }}"'), 20, FINE, undefined],
  [
    'six hours, as GitHub gives where nothing is said',
    file('  all: { steps: [{ run: vedette run }] }\n'),
    20,
    FINE,
    undefined,
  ],
] as const)('the time of a job: %s', (_, workflow, rounds, said, fix) => {
  const found = workflows.judge({ files: [workflow], isOnGitHub: true, schedule: { everyMs: 5 * MINUTE_MS, rounds } });
  expect([inWords(found), fixes(found)]).toEqual([[said], fix === undefined ? [] : [fix]]);
});

test('the time of a job: more than any job may last', () => {
  const schedule = { everyMs: HOUR_MS, rounds: 8 };
  const found = workflows.judge({ files: [lasting(360)], isOnGitHub: true, schedule });
  expect(fixes(found)).toEqual(['fewer rounds: on GitHub no job lasts longer than 360 min']);
});

const READ = { kind: 'value', value: { default_workflow_permissions: 'read' } } as const;
const WRITE = { kind: 'value', value: { default_workflow_permissions: 'write' } } as const;
const REFUSED = { kind: 'refused', status: 403, message: 'Resource not accessible by integration' } as const;
const OPEN = PROBING.replace('permissions: { contents: write }, ', '');
test.each([
  ['as they should be', PROBING + BUILDING, undefined, ['✓ each job may do what it does']],
  [
    'too little',
    PROBING.replace('contents: write', 'contents: read'),
    undefined,
    ['✗ .github/workflows/status.yml, job probe: publishes the history without contents: write'],
  ],
  [
    'half of it',
    PROBING + BUILDING.replace('pages: write, ', ''),
    undefined,
    ['✗ .github/workflows/status.yml, job page: deploys to Pages without pages: write'],
  ],
  [
    'everything',
    PROBING.replace('{ contents: write }', 'write-all'),
    undefined,
    ['! .github/workflows/status.yml, job probe: may write everything'],
  ],
  [
    'left to a repository that reads',
    OPEN,
    READ,
    ['✗ .github/workflows/status.yml, job probe: says no permissions, and those of the repository only read'],
  ],
  ['left to a repository that writes', OPEN, WRITE, ['✓ each job may do what it does']],
  [
    'left to a repository that we may not see',
    OPEN,
    REFUSED,
    ["! not known: GitHub's API answered 403 (Resource not accessible by integration)"],
  ],
  [
    'left to a repository, and no token',
    OPEN,
    undefined,
    ['! .github/workflows/status.yml, job probe: leaves its permissions to the repository'],
  ],
])('permissions: %s', (_, jobs, byDefault, said) => {
  expect(inWords(permissions.judge({ workflows: [file(jobs)], byDefault }))).toEqual(said);
});

const REPO = { kind: 'value', value: { default_branch: 'main' } } as const;
const rate = (remaining: number) =>
  ({ kind: 'value', value: { resources: { core: { limit: 1000, remaining, reset: NOW / 1000 } } } }) as const;
const API = { name: 'a/b', isOnActions: false, isOnGitHub: true, repository: REPO, rate: rate(900) };
test.each([
  ['plenty', API, '✓ a/b: 900 of 1000 requests are left until 2026-11-21 12:00 UTC'],
  ['little', { ...API, rate: rate(99) }, '! 99 of 1000 requests are left until 2026-11-21 12:00 UTC'],
  ['nothing', { ...API, rate: rate(0) }, '✗ 0 of 1000 requests are left until 2026-11-21 12:00 UTC'],
  ['moved', { ...API, repository: { kind: 'refused', status: 301, message: 'Moved Permanently' } }, '✗ a/b has moved'],
  [
    'a bad token',
    { ...API, repository: { kind: 'refused', status: 401, message: 'Bad credentials' } },
    "! not known: GitHub's API answered 401 (Bad credentials)",
  ],
  [
    'archived',
    { ...API, repository: { kind: 'value', value: { default_branch: 'main', archived: true } } },
    '✗ a/b is archived: nothing runs in it',
  ],
] as const)('GitHub: %s', (_, facts, said) => expect(inWords(githubApi.judge(facts))).toEqual([said]));

const ON = { html_url: 'https://a.github.io/b/', build_type: 'workflow', https_enforced: true };
test.each([
  ['on', { kind: 'value', value: ON }, '✓ published by Actions at https://a.github.io/b/'],
  [
    'from a branch',
    { kind: 'value', value: { ...ON, build_type: 'legacy' } },
    '✗ the source of Pages is a branch, so what the workflow deploys is refused',
  ],
  [
    'without TLS',
    { kind: 'value', value: { ...ON, https_enforced: false } },
    '! https://a.github.io/b/ may be read without TLS',
  ],
  ['off', { kind: 'refused', status: 404, message: 'Not Found' }, '✗ Pages is off'],
] as const)('Pages: %s', (_, answer, said) => expect(inWords(pages.judge({ answer, isUsed: true }))).toEqual([said]));

const PATH = '.github/workflows/status.yml';
const there = { kind: 'value', value: [{ path: PATH }] } as const;
const inState = (state: string, path = PATH) => ({ kind: 'value', value: { workflows: [{ path, state }] } }) as const;
const SCHEDULE = { files: [PATH], branch: 'main', here: 'main', onBranch: there, states: inState('active') };
test.each([
  ['active', SCHEDULE, `✓ ${PATH} is active`],
  [
    'asleep',
    { ...SCHEDULE, states: inState('disabled_inactivity') },
    `✗ ${PATH} was switched off: 60 days without a commit by a person`,
  ],
  ['switched off', { ...SCHEDULE, states: inState('disabled_manually') }, `✗ ${PATH} is switched off (manually)`],
  ['of a fork', { ...SCHEDULE, states: inState('disabled_fork') }, `✗ ${PATH} is switched off (fork)`],
  ['new', { ...SCHEDULE, states: inState('active', 'other.yml') }, `! ${PATH} is not known to Actions yet`],
  ['a state of tomorrow', { ...SCHEDULE, states: inState('paused') }, `! ${PATH} is paused`],
  [
    'on another branch',
    { ...SCHEDULE, onBranch: { kind: 'value', value: [] } },
    `✗ ${PATH} is not on the default branch, main, and schedules fire nowhere else`,
  ],
] as const)('schedule: %s', (_, facts, said) => expect(inWords(schedule.judge(facts))).toEqual([said]));

test('permissions: the workflows of this repository are as they should be', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const workflows = await readWorkflowFiles(root);
  expect(workflows.map(({ path }) => path)).toContain('.github/workflows/probe.yml');
  expect(inWords(permissions.judge({ workflows, byDefault: undefined }))).toEqual(['✓ each job may do what it does']);
});

test('schedule: a workflow on another branch is to be merged, one that is only here to be pushed', () => {
  const onBranch = { kind: 'value', value: [] } as const;
  expect(fixes(schedule.judge({ ...SCHEDULE, onBranch }))).toEqual(['git push origin main']);
  expect(fixes(schedule.judge({ ...SCHEDULE, here: 'try', onBranch }))).toEqual(['merge try into main']);
});

const ran = (...list: string[]) => ({
  now: NOW,
  answers: [
    {
      name: 'status.yml',
      answer: {
        kind: 'value' as const,
        value: {
          workflow_runs: list.map((text) => {
            const [conclusion, minutes] = text.split(' ');
            return {
              conclusion: conclusion === 'running' ? null : conclusion,
              created_at: NOW - Number(minutes) * MINUTE_MS,
            };
          }),
        },
      },
    },
  ],
});
test.each([
  [
    'well',
    ran('success 5', 'success 25'),
    '✓ status.yml went well 5 min ago (2026-11-21 11:55 UTC); 0 of the last 2 failed',
  ],
  [
    'one is under way',
    ran('running 1', 'success 25'),
    '✓ status.yml went well 25 min ago (2026-11-21 11:35 UTC); 0 of the last 1 failed',
  ],
  [
    'cancelled ones say nothing',
    ran('cancelled 1', 'success 25'),
    '✓ status.yml went well 25 min ago (2026-11-21 11:35 UTC); 0 of the last 1 failed',
  ],
  [
    'the newest failed',
    ran('failure 5', 'timed_out 25', 'success 45'),
    '! the last 2 runs of status.yml failed; the last good one was 45 min ago (2026-11-21 11:15 UTC)',
  ],
  [
    'most fail',
    ran('success 5', 'failure 25', 'failure 45'),
    '! status.yml went well 5 min ago (2026-11-21 11:55 UTC); 2 of the last 3 failed',
  ],
  ['all fail', ran('failure 5', 'failure 25'), '✗ the last 2 runs of status.yml failed (failure)'],
  [
    'they have stopped',
    ran('success 420'),
    '✗ status.yml went well 7 h ago (2026-11-21 05:00 UTC); 0 of the last 1 failed, and none came since',
  ],
  ['never', ran(), '! status.yml has not ended a run yet'],
])('runs: %s', (_, facts, said) => expect(inWords(runs.judge(facts))).toEqual([said]));

const labelled = (...names: string[]) => ({ kind: 'value' as const, value: names.map((name) => ({ name })) });
test.each([
  [
    'there',
    { wanted: ['incident'], isOn: true, labels: labelled('Incident', 'bug') },
    ['✓ the labels of the forms are there: incident'],
  ],
  [
    'missing',
    { wanted: ['incident', 'maintenance'], isOn: true, labels: labelled('incident') },
    ['! forms set labels that are not there, and so set none: maintenance'],
  ],
  [
    'issues are off',
    { wanted: ['incident'], isOn: false, labels: labelled() },
    ['✗ there are forms, and issues are switched off'],
  ],
  [
    'no forms',
    { wanted: [], isOn: true, labels: undefined },
    ['✓ no form in .github/ISSUE_TEMPLATE sets a label; incidents are told with `vedette incident open`'],
  ],
  ['GitHub was not asked', { wanted: ['incident'], isOn: undefined, labels: undefined }, []],
])('issues: %s', (_, facts, said) => expect(inWords(issues.judge(facts))).toEqual(said));
