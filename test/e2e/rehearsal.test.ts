/** The workflow as it stands in `.github/workflows/probe.yml`, every shell step as it is written, from the first run on. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headFor, logOf, resultsOf, seemsRight } from '../rehearsal/checks.ts';
import { openStage, type Stage } from '../rehearsal/stage.ts';

const servicesYml = (url: string): string => `${headFor(url)}
services:
  shop: { dependsOn: [api], probes: [{ http: "${url}/shop", retries: 0 }] }
  api: { dependsOn: [database], probes: [{ http: "${url}/api", retries: 0 }] }
  database: { probes: [{ http: "${url}/database", retries: 0 }] }
`;

const BUILT = { round: 'success', page: 'success', deploy: 'success' };
const LEFT = { round: 'success', page: 'skipped', deploy: 'skipped' };

const WORDS = 'It was the **disk** again.';
const STRANGE = 'Buy my disks at cheap-disks.example';

describe('from the first run to the end of an outage', () => {
  let stage: Stage;
  let rounds = 0;
  beforeAll(async () => {
    stage = await openStage(servicesYml);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  /** One more run with these results, after which all seems right. */
  async function round(expected: Record<string, string>, options = {}): ReturnType<typeof seemsRight> {
    const jobs = await stage.run(options);
    rounds += 1;
    expect(resultsOf(jobs), logOf(jobs)).toMatchObject(expected);
    return seemsRight(stage, rounds);
  }

  test('the first run publishes a page', async () => {
    await round({ plan: 'skipped', observe: 'skipped', ...BUILT }, { installs: true });
    expect(stage.page('index.html')).toContain('data-state="operational"');
    expect(stage.git('log', '--format=%s', 'main')).toBe('Record a deployment\nRecord observations\nStart');
  });

  test('an ordinary run records, and leaves the page', async () => {
    await round(LEFT);
  });

  test('a failure is no incident until it is seen again; then there is one issue and one message', async () => {
    stage.status.database = 500;
    expect((await round(LEFT)).incidents).toEqual([]);
    stage.status.api = 500;
    const { incidents } = await round(BUILT);
    expect(incidents).toMatchObject([{ cause: 'database', status: 'identified' }]);
    const [issue] = await stage.hub.as('bot')('GET', '/issues');
    expect([issue.title, issue.user.login]).toEqual(['Database is down', 'bot']);
    expect(stage.notified).toMatchObject([{ event: 'opened', over: false, incident: { cause: { id: 'database' } } }]);
    expect(stage.page('index.html')).toContain('Database is down');
    stage.status.shop = 500;
    await round(BUILT);
  });

  test('what a person with write access says is published, what a stranger says is not', async () => {
    const [{ number }] = await stage.hub.as('bot')('GET', '/issues');
    await stage.hub.as('mallory')('POST', `/issues/${number}/comments`, { body: STRANGE });
    await stage.hub.as('dev')('POST', `/issues/${number}/comments`, { body: WORDS });
    const { incidents, history } = await round(BUILT);
    const { id } = incidents[0]!;
    expect(stage.page(`incidents/${id}/index.html`)).toContain('It was the <strong>disk</strong> again.');
    const holding = (words: string, folder: string): string[] => filesHolding(words, folder);
    expect(holding('disk', stage.site).length).toBeGreaterThan(1);
    expect(holding('cheap-disks', stage.site)).toEqual([]);
    expect(holding('cheap-disks', history)).toEqual([]);
  });

  test('two good rounds end it, once', async () => {
    for (const service of ['shop', 'api', 'database']) delete stage.status[service];
    const { incidents } = await round(BUILT);
    expect(incidents).toMatchObject([{ status: 'monitoring' }]);
    const after = await round(BUILT);
    expect(after.incidents).toMatchObject([{ status: 'resolved', resolution: 'recovered' }]);
    expect(stage.notified.at(-1)).toMatchObject({ event: 'resolved', over: true });
    expect(stage.page('index.html')).toContain('data-state="operational"');
    expect(stage.page(`incidents/${after.incidents[0]!.id}/index.html`)).toContain('Resolved');
    await round(LEFT);
  });

  test('a deployment that fails loses nothing: the next run deploys', async () => {
    stage.status.shop = 500;
    await round(LEFT);
    stage.pages.canDeploy = false;
    await round({ round: 'success', page: 'success', deploy: 'failure' });
    expect(stage.page('index.html')).toContain('data-state="operational"');
    stage.pages.canDeploy = true;
    await round(BUILT);
    expect(stage.page('index.html')).toContain('Shop is down');
    await round(LEFT);
  });
});

function filesHolding(words: string, folder: string): string[] {
  try {
    return execFileSync('grep', ['-rlF', words, folder], { encoding: 'utf8' }).trim().split('\n');
  } catch (error) {
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}
