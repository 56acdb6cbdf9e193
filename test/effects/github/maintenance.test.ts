/** Maintenance as issues with a form. */
import { expect, test } from 'vitest';
import { windowsOf } from '../../../src/calendar/recurrence.ts';
import { exempting } from '../../../src/incidents/maintenance.ts';
import { maintenanceViews } from '../../../src/site/maintenance-view.ts';
import { filled, openStage } from './stage.ts';

const FIELDS = {
  Services: 'database',
  Start: '2026-11-20 14:00',
  End: '2026-11-20 16:00',
  'Time zone': 'Europe/Berlin',
  Repeats: '',
  'What is done': 'A bigger disk.',
};
const issueOf = (fields: Readonly<Record<string, string>>) => {
  return { title: 'Database upgrade', labels: ['maintenance'], body: filled({ ...FIELDS, ...fields }) };
};
const utc = (at: number): string => new Date(at).toISOString();

test('maintenance by form: announced, talked about, changed, ended early', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', issueOf({}));
  await stage.round();
  const [entry] = await stage.maintenance();
  expect(entry).toMatchObject({ id: '2026-11-20-database-upgrade', services: ['database'], isCancelled: false });
  expect([utc(entry!.startsAt), utc(entry!.endsAt)]).toEqual(['2026-11-20T13:00:00.000Z', '2026-11-20T15:00:00.000Z']);
  const { id } = await dev('POST', `/issues/${number}/comments`, { body: 'Writes wait.' });
  await dev('PATCH', `/issues/${number}`, { body: issueOf({ End: '2026-11-20 17:00' }).body });
  await stage.round();
  await dev('PATCH', `/issues/comments/${id}`, { body: 'Writes **wait**.' });
  await stage.round();
  const [changed] = await stage.maintenance();
  expect([changed!.events.map(({ text }) => text), utc(changed!.endsAt), changed!.sequence]).toEqual([
    ['A bigger disk.', 'Writes **wait**.', 'A bigger disk.'],
    '2026-11-20T16:00:00.000Z',
    1,
  ]);
  stage.hub.clock.advance(60);
  // What fails in it is no incident.
  for (let n = 0; n < 3; n += 1) await stage.round({ database: 'down' });
  expect(await stage.incidents()).toEqual([]);
  await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  await stage.round();
  const [ended] = await stage.maintenance();
  expect([ended!.isCancelled, utc(ended!.endsAt).slice(0, 15)]).toEqual([false, '2026-11-20T13:3']);
  const lines = await stage.lines();
  stage.forget();
  await stage.round();
  expect((await stage.lines()).github).toBe(lines.github);
  expect((await stage.maintenance())[0]!.events).toHaveLength(4);
});

test('what comes again does so by the clock of its zone, until the issue is closed', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const rule = { Start: '2026-11-22 03:00', End: '2026-11-22 04:00', Repeats: 'FREQ=WEEKLY;BYDAY=SU' };
  const { number } = await dev('POST', '/issues', issueOf(rule));
  expect(await stage.round()).toEqual([]);
  const year = { from: Date.parse('2026-11-20T00:00Z'), to: Date.parse('2027-05-01T00:00Z') };
  const starts = async () => {
    const [exempt] = exempting(await stage.maintenance());
    return exempt ? windowsOf(exempt, year).map(({ startsAt }) => utc(startsAt)) : [];
  };
  const before = await starts();
  expect([before.length, before[0], before.at(-1)]).toEqual([
    23,
    '2026-11-22T02:00:00.000Z',
    '2027-04-25T01:00:00.000Z',
  ]);
  const asOf = stage.hub.clock.now();
  const views = maintenanceViews([], { asOf, createdAt: asOf, nameOf: (id) => id }, await stage.maintenance());
  expect(views.slice(0, 2).map(({ id, isRecurring }) => [id, isRecurring])).toEqual([
    ['2026-11-22-database-upgrade', true],
    ['2026-11-22-database-upgrade-2026-11-29', true],
  ]);
  const updates = views.flatMap((view) => view.updates.map(({ id }) => id));
  expect(new Set(updates).size).toBe(updates.length);
  stage.hub.clock.advance(10 * 24 * 60);
  await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  await stage.round();
  expect(await starts()).toEqual(['2026-11-22T02:00:00.000Z', '2026-11-29T02:00:00.000Z']);
});

test('called off before it begins it exempts nothing', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', issueOf({}));
  await stage.round();
  await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  await stage.round();
  expect((await stage.maintenance())[0]!.isCancelled).toBe(true);
  expect(exempting(await stage.maintenance())).toEqual([]);
});

test('a form that is not understood is answered once, and read again when it was mended', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const wrong = { Services: 'databse, @octocat', Start: 'tomorrow', 'Time zone': 'Mars/Olympus', Repeats: 'daily' };
  const { number } = await dev('POST', '/issues', issueOf(wrong));
  for (let n = 0; n < 3; n += 1) {
    expect(await stage.round()).toEqual([]);
    stage.forget();
  }
  const comments = await stage.comments(number);
  expect(comments).toHaveLength(1);
  expect(comments[0].body).toMatchInlineSnapshot(`
    "This is not published yet, for the form could not be understood:

    - \`Services\`: no service is called \`databse\`
    - \`Services\`: no service is called \`@octocat\`
    - \`Time zone\`: expected an IANA name like Europe/Berlin, got \`Mars/Olympus\`
    - \`Start\`: expected a time like 2026-12-01 02:00, got \`tomorrow\`

    Edit the description above; it is read again with the next round.

    <!-- vedette answer=form -->"
  `);
  await dev('PATCH', `/issues/${number}`, { body: issueOf({}).body });
  await stage.round();
  expect(await stage.maintenance()).toHaveLength(1);
});

test('an answer whose record was lost is not given again', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  await hub.as('dev')('POST', '/issues', issueOf({ Start: 'soon' }));
  hub.meet = ({ method }) => (method === 'POST' ? 'cut-behind' : undefined);
  expect(await stage.round()).toHaveLength(1);
  hub.meet = () => undefined;
  stage.forget();
  // Its own answer has changed the issue, which is why it is read again.
  await stage.round();
  await stage.round();
  expect(await stage.comments(1)).toHaveLength(1);
});
