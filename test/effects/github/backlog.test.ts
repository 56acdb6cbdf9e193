/** Many issues: read once, in few requests, over as many rounds as it takes. */
import { expect, test } from 'vitest';
import { filled, openStage } from './stage.ts';

const FORM = filled({ Services: 'shop', Impact: 'minor (degraded)', 'What is known': 'It was slow.' });

test('a backlog of 2000 issues is read without a storm, and not again', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  const dev = hub.as('dev');
  for (let n = 1; n <= 2000; n += 1) {
    // Every tenth is open, every hundredth a stranger's; all have the label.
    const login = n % 100 === 1 ? 'mallory' : 'dev';
    const { number } = await hub.as(login)('POST', '/issues', { title: `Past ${n}`, labels: ['incident'], body: FORM });
    if (n % 10 !== 0) await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  }
  // Two months later somebody sets Vedette up.
  hub.clock.advance(60 * 24 * 60);
  const requests: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    hub.log.length = 0;
    hub.clock.advance(5);
    const warnings = await stage.sync();
    requests.push(hub.log.length);
    if (warnings.length === 0 && hub.log.every((line) => line.startsWith('GET'))) break;
  }
  expect(Math.max(...requests)).toBeLessThanOrEqual(400);
  expect(requests.reduce((sum, count) => sum + count, 0)).toBeLessThan(1500);
  expect(await stage.incidents()).toHaveLength(200);
  const lines = await stage.lines();
  for (const memory of ['fresh', 'warm', 'none']) {
    if (memory === 'none') stage.forget();
    hub.log.length = 0;
    hub.clock.advance(5);
    expect(await stage.sync()).toEqual([]);
    expect(hub.log.length).toBeLessThan(6);
    // What is the same as last time costs nothing of the limit.
    if (memory === 'warm') expect(hub.log).toEqual(['GET /issues 304', 'GET /issues 304']);
  }
  expect(await stage.lines()).toEqual(lines);
  expect(requests.length).toBeLessThan(15);
  if (process.env.VEDETTE_COUNTS) process.stderr.write(`requests by round: ${requests.join(' ')}\n`);
}, 300_000);

test('thousands of ordinary issues cost nothing', async () => {
  await using stage = await openStage();
  for (let n = 1; n <= 300; n += 1) await stage.hub.as('mallory')('POST', '/issues', { title: `Bug ${n}` });
  expect(await stage.sync()).toEqual([]);
  expect(stage.hub.log).toEqual(['GET /issues 200', 'GET /issues 200']);
});
