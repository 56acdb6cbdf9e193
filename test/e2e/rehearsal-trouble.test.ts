/** The workflow, when runs overlap, somebody else pushes, and GitHub's API is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { headFor, idsOf, logOf, resultsOf, seemsRight } from '../rehearsal/checks.ts';
import { openStage, type RunOptions, type Stage } from '../rehearsal/stage.ts';
import type { JobResult } from '../rehearsal/steps.ts';
import { closedPort } from '../servers.ts';

const servicesYml = (url: string): string => `${headFor(url)}
services:
  shop: { dependsOn: [database], probes: [{ http: "${url}/shop", retries: 0 }] }
  database: { probes: [{ http: "${url}/database", retries: 0 }] }
`;

test('two runs at once: both rounds are kept, there is one issue and one message', async () => {
  await using stage = await openStage(servicesYml);
  stage.status.database = 500;
  await wentWell(stage);
  await seemsRight(stage, 1);
  // Each waits in the middle of its round until the other is there, and once more before it opens an issue.
  const probing = gateFor(2, 20_000);
  stage.setMeanwhile((service) => (service === 'database' ? probing.pass() : undefined));
  const opening = gateFor(2, 5000);
  stage.hub.meet = async ({ method, path }) => {
    if (method === 'POST' && path === '/issues') await opening.pass();
    return undefined;
  };
  await Promise.all([wentWell(stage), wentWell(stage)]);
  expect(probing.count()).toBe(2);
  const issues = await stage.hub.as('bot')('GET', '/issues?state=all');
  expect(issues).toHaveLength(opening.count());
  const { incidents } = await seemsRight(stage, 3);
  expect(incidents).toMatchObject([{ cause: 'database' }]);
  expect(stage.notified).toHaveLength(1);
  await wentWell(stage);
  await seemsRight(stage, 4);
});

test('what somebody pushes in the middle of a round stays, and so does the round', async () => {
  await using stage = await openStage(servicesYml);
  let pushes = 0;
  stage.setMeanwhile(() => {
    pushes += 1;
    if (pushes === 1) stage.push('docs/runbook.md', 'Turn it off and on again.\n', 'Write a runbook');
  });
  await wentWell(stage);
  await seemsRight(stage, 1);
  expect(stage.git('show', 'main:docs/runbook.md')).toBe('Turn it off and on again.');
  expect(stage.git('log', '--format=%s', 'main')).toBe(
    'Record a deployment\nRecord observations\nWrite a runbook\nStart',
  );
});

describe('two runs that deploy at once: visitors keep the newer page', () => {
  const shownIn = (stage: Stage): string => JSON.parse(stage.page('status.json')!).age.probedAt;
  const newestIn = ({ rounds }: { rounds: readonly { at: number }[] }): number =>
    Math.max(...rounds.map(({ at }) => at));

  test('the older one comes when the newer one is done', async () => {
    await using stage = await openStage(servicesYml);
    const done = Promise.withResolvers<void>();
    const built = Promise.withResolvers<void>();
    const older = wentWell(stage, {
      async before(action) {
        if (action !== 'actions/upload-pages-artifact') return;
        built.resolve();
        await done.promise;
      },
    });
    await built.promise;
    const newer = await wentWell(stage).finally(done.resolve);
    expect(resultsOf(newer)).toMatchObject({ page: 'success', deploy: 'success' });
    const late = await older;
    expect(late.deploy!.log).toContain('A newer page is deployed already; this one is left.');
    expect(Date.parse(shownIn(stage))).toBe(newestIn(await seemsRight(stage, 2)));
    // What stands in the history is what visitors have: nothing is to be built.
    expect(resultsOf(await wentWell(stage))).toMatchObject({ round: 'success', page: 'skipped' });
  });

  test('the older one is being deployed while the newer one comes', async () => {
    await using stage = await openStage(servicesYml);
    const deploying = Promise.withResolvers<void>();
    const comes = Promise.withResolvers<void>();
    const overtaken = Promise.withResolvers<void>();
    const older = wentWell(stage, {
      async before(action) {
        if (action !== 'actions/deploy-pages') return;
        deploying.resolve();
        await comes.promise;
        // So long the newer one has for doing it first, if nothing makes it wait.
        await Promise.race([overtaken.promise, sleep(20_000, undefined, { ref: false })]);
      },
    });
    await deploying.promise;
    const newer = wentWell(stage, {
      before: (action) => (action === 'actions/upload-pages-artifact' ? comes.resolve() : undefined),
    }).finally(overtaken.resolve);
    await Promise.all([older, newer]);
    expect(Date.parse(shownIn(stage))).toBe(newestIn(await seemsRight(stage, 2)));
    expect(resultsOf(await wentWell(stage))).toMatchObject({ round: 'success', page: 'skipped' });
  });
});

describe('GitHub is away while an incident is confirmed', () => {
  const inAnHour = String(Math.floor(Date.now() / 1000) + 3600);
  const LIMITED = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour };

  test('down, then rate-limited, asking for patience, refusing connections: the next run catches up', async () => {
    // Another canary than GitHub, so that its silence is not taken for ours.
    await using stage = await openStage((url) => `${servicesYml(url)}canaries: ["${url}/canary"]\n`);
    stage.status.database = 500;
    await wentWell(stage);
    let rounds = 1;
    for (const [meeting, said] of [
      [{ status: 500 }, '500'],
      [{ status: 403, headers: LIMITED, body: { message: 'API rate limit exceeded' } }, 'rate limit'],
      [{ status: 429, headers: { 'retry-after': '3600' } }, '429'],
      ['refused', 'no answer'],
    ] as const) {
      if (meeting !== 'refused') stage.hub.meet = () => meeting;
      const away = await wentWell(stage, meeting === 'refused' ? { env: await nobody() } : {});
      rounds += 1;
      for (const done of ['read', 'written'])
        expect(logOf(away)).toMatch(new RegExp(`warning: .*issues were not all ${done}: .*${said}`));
      const { incidents } = await seemsRight(stage, rounds, 'issues');
      expect(incidents).toMatchObject([{ cause: 'database', status: 'identified' }]);
      expect(await stage.hub.as('bot')('GET', '/issues?state=all')).toEqual([]);
      expect(stage.page('index.html')).toContain('Database is down');
    }
    stage.hub.meet = () => undefined;
    await wentWell(stage);
    await seemsRight(stage, rounds + 1);
    expect(stage.notified).toHaveLength(1);
  });

  test('refusing connections as the only canary: our own fault, and no outage until it answers again', async () => {
    await using stage = await openStage(servicesYml);
    stage.status.database = 500;
    await wentWell(stage);
    const away = await wentWell(stage, { env: await nobody() });
    expect(logOf(away)).toContain('own network');
    expect((await seemsRight(stage, 2)).incidents).toEqual([]);
    expect(stage.page('index.html')).not.toContain('Database is down');
    await wentWell(stage);
    const { incidents } = await seemsRight(stage, 3);
    expect(incidents).toMatchObject([{ cause: 'database' }]);
    expect(stage.page('index.html')).toContain('Database is down');
    expect(idsOf(stage, true)).toEqual(['prober-fault/102.1.gha', 'prober-fault/102.1.gha/over']);
  });
});

/** Who passes waits until so many have come, and no longer than that. */
function gateFor(many: number, patienceMs: number): { pass(): Promise<void>; count(): number } {
  const all = Promise.withResolvers<void>();
  let count = 0;
  return {
    count: () => count,
    async pass() {
      count += 1;
      if (count === many) all.resolve();
      await Promise.race([all.promise, sleep(patienceMs, undefined, { ref: false })]);
    },
  };
}

async function nobody(): Promise<RunOptions['env'] & object> {
  return { GITHUB_API_URL: `http://127.0.0.1:${await closedPort()}` };
}

/** A run of which no job fails. */
async function wentWell(stage: Stage, options: RunOptions = {}): Promise<Record<string, JobResult>> {
  const jobs = await stage.run(options);
  expect(Object.values(resultsOf(jobs)), logOf(jobs)).not.toContain('failure');
  return jobs;
}
