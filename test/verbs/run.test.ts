import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { serveHttp } from '../servers.ts';
import { ENV, flawsIn, type GitPlace, idsIn, publishedIds, repositoryWith } from './git-place.ts';

// Many processes one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

/** A server that answers what it is told to. */
async function serveStatus() {
  const asked: string[] = [];
  const told = { status: 200 };
  const server = await serveHttp((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(told.status).end('so it is');
  });
  return { ...server, told, asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const servicesAt = (url: string, more = ''): string => `
defaults: { retries: 0, timeout: 5s, confirm: 1 of 1 }
${more}
services: { web: ${url} }
`;

/** As GitHub starts a job: with a run of its own, and a file for outputs. */
function jobIn(place: GitPlace) {
  const output = join(place.folder, 'output.tmp');
  return async (run: number, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    await writeFile(output, '');
    const job = { GITHUB_RUN_ID: String(run), GITHUB_RUN_ATTEMPT: '1', GITHUB_OUTPUT: output };
    const ended = await place.run(['run', ...args], { ...ENV, ...job, ...env });
    return { ...ended, output: await readFile(output, 'utf8') };
  };
}

test('a round is recorded, published and told, and the page is built when it would show something else', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url));
  const job = jobIn(place);

  const first = await job(1);
  expect(first).toMatchObject({
    code: 0,
    stderr: '',
    output: 'build=true\nwhy=no page is known to be deployed\n',
  });
  expect(
    first.stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME').replace(/\d+\.\d s/, 'N s'),
  ).toMatchInlineSnapshot(`
      "1 probe in N s: 1 up.
      TIME UTC: operational
      The page is to be built: no page is known to be deployed.
      "
    `);
  expect(publishedIds(place)).toEqual(['1.1.local']);
  expect(place.remote('log', '--format=%s', 'main')).toBe('Record observations\nStart');

  expect(await job(1, ['--deployed'])).toMatchObject({ code: 0, stderr: '', output: '' });
  expect(place.remote('log', '-1', '--format=%s', 'main')).toBe('Record a deployment');
  expect((await job(2)).output).toBe('build=false\n');

  server.told.status = 500;
  const failing = await job(3);
  expect(failing).toMatchObject({ code: 0, output: 'build=true\nwhy=a state changed, an incident changed\n' });
  expect(failing.stdout).toMatch(/major outage; \d{4}-\d\d-\d\d-web: opened\n/);
  // Nobody has deployed it, so the next round tries again.
  expect((await job(4)).output).toContain('build=true');
  await job(4, ['--deployed']);
  expect((await job(5)).output).toBe('build=false\n');

  await writeFile(join(place.folder, 'services.yml'), servicesAt(server.url, 'page: { title: Ours }'));
  expect((await job(6)).output).toBe('build=true\nwhy=the configuration changed\n');
  expect(publishedIds(place)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${n}.1.local`));
  expect(await flawsIn(place.history)).toEqual([]);
});

test('a page that was deployed an hour ago is built again', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url));
  const job = jobIn(place);
  await job(1);
  await job(1, ['--deployed']);
  const file = join(place.history, 'site.json');
  const site = JSON.parse(await readFile(file, 'utf8'));
  const age = async (ms: number): Promise<void> =>
    writeFile(file, `${JSON.stringify({ ...site, at: new Date(Date.now() - ms).toISOString() })}\n`);
  await age(50 * 60_000);
  expect((await job(2)).output).toBe('build=false\n');
  await age(61 * 60_000);
  expect((await job(3)).output).toBe('build=true\nwhy=the page is an hour old\n');
  // What nobody can read says nothing of a page.
  await writeFile(file, 'half a li');
  expect((await job(4)).output).toContain('why=no page is known');
});

test('a job that is started again records nothing twice, and publishes nothing twice', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url));
  const job = jobIn(place);
  for (const run of [7, 7, 7]) expect(await job(run)).toMatchObject({ code: 0, stderr: '' });
  expect(publishedIds(place)).toEqual(['7.1.local']);
  expect(place.remote('log', '--format=%s', 'main')).toBe('Record observations\nStart');
});

test('with a branch of its own the history is brought here first, from wherever it was written', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url, 'history: { branch: observed }'));
  const job = jobIn(place);
  await job(1);
  await rm(place.history, { recursive: true });
  expect(await job(2)).toMatchObject({ code: 0, stderr: '' });
  expect(await idsIn(place.history)).toEqual(['1.1.local', '2.1.local']);
  expect(publishedIds(place, 'observed')).toEqual(['1.1.local', '2.1.local']);
  expect(place.remote('ls-tree', '--name-only', 'main')).toBe('services.yml');
});

test('several rounds in one job, one after the other, each published', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url, 'schedule: { every: 1500ms, rounds: 3 }'));
  expect(await jobIn(place)(9)).toMatchObject({ code: 0, stderr: '' });
  expect(publishedIds(place)).toEqual(['9.1.local', '9.1-2.local', '9.1-3.local']);
  expect(server.asked.length).toBe(3);
});

test('rounds for which the job has no time are left out, and that is said', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url, 'schedule: { every: 1500ms, rounds: 3 }'));
  const workflows = join(place.folder, '.github/workflows');
  await mkdir(workflows, { recursive: true });
  const inJob = { GITHUB_WORKFLOW_REF: 'you/status/.github/workflows/probe.yml@refs/heads/main', GITHUB_JOB: 'round' };
  const ofMinutes = (minutes: number): Promise<void> =>
    writeFile(
      join(workflows, 'probe.yml'),
      `on: push\njobs: { round: { timeout-minutes: ${minutes}, steps: [{ run: vedette run }] } }\n`,
    );
  await ofMinutes(4);
  const short = await jobIn(place)(1, [], inJob);
  expect(short).toMatchObject({ code: 0, output: 'build=true\nwhy=no page is known to be deployed\n' });
  expect(short.stderr).toBe(
    'warning: 1 of 3 rounds are made: this job ends after 4 min; `vedette check` says how many it needs\n',
  );
  expect(await place.run(['check'])).toMatchObject({
    code: 0,
    stderr:
      'warning: .github/workflows/probe.yml, job round: ends after 4 min, before `schedule.rounds: 3` are done; timeout-minutes: 5 at the job, or fewer rounds\n',
  });

  await ofMinutes(5);
  expect(await jobIn(place)(2, [], inJob)).toMatchObject({ code: 0, stderr: '' });
  expect(publishedIds(place)).toEqual(['1.1.local', '2.1.local', '2.1-2.local', '2.1-3.local']);
  expect(await place.run(['check'])).toMatchObject({ code: 0, stderr: '' });
});

test('what cannot be published waits, nobody is told of it, and the next round publishes both', async () => {
  await using server = await serveStatus();
  const more = `heartbeat: "\${BEAT}"\nschedule: { every: 1s, rounds: 2 }`;
  await using place = await repositoryWith(servicesAt(`${server.url}/`, more));
  const env = { BEAT: `${server.url}/beat-hunter2` };
  const beats = () => server.asked.filter((path) => path === '/beat-hunter2').length;
  const job = jobIn(place);
  const remote = join(place.folder, 'remote.git');
  await rename(remote, `${remote}.away`);
  const alone = await job(1, [], env);
  expect(alone.code).toBe(5);
  expect(alone.stderr).toMatch(/^(vedette: the round is not published: [^\n]+\n){2}$/);
  // On a busy machine both may have the same second, whose lines stand by their ids.
  expect([(await idsIn(place.history)).sort(), beats()]).toEqual([['1.1-2.local', '1.1.local'], 0]);
  await rename(`${remote}.away`, remote);
  const again = await job(2, [], env);
  expect([again.code, again.stderr, beats()]).toEqual([0, '', 2]);
  expect(publishedIds(place).sort()).toEqual(['1.1-2.local', '1.1.local', '2.1-2.local', '2.1.local']);
});

test('a heartbeat that nobody hears is tried twice, and a warning without its address', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url, 'heartbeat: "${BEAT}"'));
  await using monitor = await serveStatus();
  monitor.told.status = 503;
  const { code, stdout, stderr } = await jobIn(place)(1, [], { BEAT: `${monitor.url}/hunter2` });
  expect([code, stderr]).toEqual([0, 'warning: the heartbeat was not heard: its answer was 503\n']);
  expect([stdout.includes('hunter2'), monitor.asked]).toEqual([false, ['/hunter2', '/hunter2']]);
  await monitor.close();
  const gone = await jobIn(place)(2, [], { BEAT: `${monitor.url}/hunter2` });
  expect([gone.code, gone.stderr]).toEqual([0, 'warning: the heartbeat was not heard: ECONNREFUSED\n']);
});

test('without git the history stays in its folder, and who listens is told', async () => {
  await using server = await serveStatus();
  await using place = await repositoryWith(servicesAt(server.url, `heartbeat: ${server.url}/beat`));
  await rm(join(place.folder, '.git'), { recursive: true });
  expect(await jobIn(place)(1, ['--no-publish'])).toMatchObject({ code: 0, stderr: '' });
  expect([await idsIn(place.history), server.asked]).toEqual([['1.1.local'], ['/', '/beat']]);
});

test('mistakes are named before anything is done', async () => {
  await using place = await repositoryWith('locations: [{ id: eu }]\nservices: { web: { description: x } }');
  expect(await place.run(['run', '--author', 'nobody'], ENV)).toMatchObject({
    code: 2,
    stderr: 'vedette: --author: expected "Name <address>", got "nobody"; see: vedette run --help\n',
  });
  expect(await place.run(['run', '--location', 'ue'], ENV)).toMatchObject({
    code: 2,
    stderr: 'vedette: services.yml has no location "ue"; did you mean eu?\n',
  });
  expect(await place.run(['run', '--deployed'], ENV)).toMatchObject({
    code: 1,
    stderr: 'vedette: there is no round in history, so no page of it can have been deployed\n',
  });
  await writeFile(join(place.folder, 'services.yml'), 'services: 5');
  expect((await place.run(['run'], ENV)).code).toBe(1);
});
