/** The workflow, when somebody announces maintenance with the form. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { filled } from '../effects/github/stage.ts';
import { headFor, logOf, resultsOf, seemsRight } from '../rehearsal/checks.ts';
import { openStage } from '../rehearsal/stage.ts';

const servicesYml = (url: string): string => `${headFor(url)}
services:
  shop: { dependsOn: [database], probes: [{ http: "${url}/shop", retries: 0 }] }
  database: { probes: [{ http: "${url}/database", retries: 0 }] }
`;

const HOUR_MS = 3_600_000;

test('what fails in announced maintenance is no incident, and is told to nobody', async () => {
  await using stage = await openStage(servicesYml);
  let rounds = 0;
  const round = async (): ReturnType<typeof seemsRight> => {
    const jobs = await stage.run();
    rounds += 1;
    expect(Object.values(resultsOf(jobs)), logOf(jobs)).not.toContain('failure');
    return seemsRight(stage, rounds);
  };
  const form = parse(stage.git('show', 'main:.github/ISSUE_TEMPLATE/maintenance.yml'));
  const at = (offsetMs: number): string => new Date(Date.now() + offsetMs).toISOString().slice(0, 16).replace('T', ' ');
  const said: Record<string, string> = {
    Services: 'database',
    Start: at(-60_000),
    End: at(HOUR_MS),
    'What is done': 'A **bigger** disk.',
  };
  // biome-ignore lint/suspicious/noExplicitAny: of the form's YAML two keys are read.
  const headings: string[] = form.body.flatMap(({ attributes }: any) => attributes.label ?? []);
  expect(headings).toEqual(expect.arrayContaining(Object.keys(said)));
  const body = filled(Object.fromEntries(headings.map((heading) => [heading, said[heading] ?? ''])));
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', { title: 'Database upgrade', labels: form.labels, body });
  stage.status.database = 500;
  for (let n = 0; n < 3; n += 1) expect((await round()).incidents).toEqual([]);
  expect(stage.notified).toEqual([]);
  const page = stage.page('index.html');
  expect(page).toContain('data-state="operational"');
  expect(page).toContain('In maintenance: Database.');
  expect(stage.page('maintenance.ics')).toContain('SUMMARY:Database upgrade');
  const [{ comments }] = await dev('GET', '/issues?labels=maintenance');
  expect(comments).toBe(0);

  // Over before it is good again: now it counts.
  await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  await round();
  const { incidents } = await round();
  expect(incidents).toMatchObject([{ cause: 'database' }]);
  expect(stage.notified).toMatchObject([{ event: 'opened' }]);
});
