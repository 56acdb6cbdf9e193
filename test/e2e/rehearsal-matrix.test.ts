/** The workflow with several locations: jobs that observe, and one that writes. */
import { expect, test } from 'vitest';
import { headFor, logOf, resultsOf, seemsRight } from '../rehearsal/checks.ts';
import { openStage, type Stage } from '../rehearsal/stage.ts';

const servicesYml = (url: string): string => `${headFor(url)}
locations: [{ id: east }, { id: west, runner: [self-hosted, west] }]
services:
  shop: { dependsOn: [database], probes: [{ http: "${url}/shop", retries: 0 }] }
  database: { probes: [{ http: "${url}/database", retries: 0 }] }
`;

const ALL_WELL = { plan: 'success', observe: 'success', round: 'success' };

test('each location observes, one job writes, and what is missing takes nothing from the others', async () => {
  await using stage = await openStage(servicesYml);
  await round(stage, ALL_WELL);
  expect(locationsOf(await seemsRight(stage, 2))).toEqual(['east', 'west']);

  stage.status.database = 500;
  stage.lost.add('shard-1');
  await round(stage, { ...ALL_WELL, observe: 'failure' });
  expect(locationsOf(await seemsRight(stage, 3))).toEqual(['east', 'east', 'west']);

  stage.lost.clear();
  await round(stage, ALL_WELL);
  const confirmed = await seemsRight(stage, 5);
  expect(confirmed.incidents).toMatchObject([{ cause: 'database', status: 'identified' }]);
  expect(stage.notified).toMatchObject([{ event: 'opened' }]);

  // Nobody was heard: no round, and neither a bug nor an end of the incident.
  for (const name of ['shard-0', 'shard-1']) stage.lost.add(name);
  delete stage.status.database;
  const jobs = await round(stage, { plan: 'success', observe: 'failure', round: 'success' });
  expect(logOf(jobs)).toContain('0 files of shards: no observations.');
  expect((await seemsRight(stage, 5)).incidents).toMatchObject([{ status: 'identified' }]);
});

async function round(stage: Stage, expected: Record<string, string>): ReturnType<Stage['run']> {
  const jobs = await stage.run({ vars: { VEDETTE_MATRIX: 'true' } });
  expect(resultsOf(jobs), logOf(jobs)).toMatchObject(expected);
  return jobs;
}

function locationsOf({ rounds }: Awaited<ReturnType<typeof seemsRight>>): string[] {
  return rounds.map(({ location }) => location).sort();
}
