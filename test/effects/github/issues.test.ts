/** Incidents as issues, both ways, against an emulated GitHub on loopback. */
import { expect, test } from 'vitest';
import { DOWN, filled, openStage } from './stage.ts';

const FORM = filled({ Services: 'shop', Impact: 'major (partly down)', 'What is known': 'Carts are **empty**.' });

test.each([
  ['a token of a person', false],
  ['the token of a job', true],
] as const)('an outage from failure to resolution, with words of a person in between, by %s', async (_, isApp) => {
  await using stage = await openStage({ isApp });
  const { hub } = stage;
  expect(await stage.round()).toEqual([]);
  await stage.round(DOWN);
  expect(await stage.issues()).toEqual([]);
  await stage.round(DOWN);
  const [issue] = await stage.issues();
  expect(issue.title).toBe('Database is down');
  expect(issue.labels.map(({ name }: { name: string }) => name).sort()).toEqual([
    'identified',
    'impact:critical',
    'incident',
    'service:database',
    'service:shop',
  ]);
  expect(issue.body.replace(/2026-11-20 12:..(?= UTC)/, 'SINCE')).toMatchInlineSnapshot(`
    "Database is down: down. Shop is affected.

    - **Status**: identified
    - **Impact**: critical
    - **Probable cause**: Database
    - **Affected**: Shop (down)
    - **Since**: SINCE UTC
    - **Page**: https://status.example.org/incidents/2026-11-20-database/

    Comments by people with write access are published as updates. One that begins with \`Identified:\`, \`Monitoring:\` or \`Resolved:\` sets the status, and closing this issue resolves the incident.

    <!-- vedette incident=2026-11-20-database through=2026-11-20-database/1-opened -->"
  `);
  await hub.as('dev')('POST', `/issues/${issue.number}/comments`, { body: 'Monitoring: it is the *disk*.' });
  await hub.as('dev')('POST', `/issues/${issue.number}/comments`, { body: 'A bigger one is on its way.' });
  await stage.round(DOWN);
  expect((await stage.incidents())[0]!.status).toBe('monitoring');
  for (let n = 0; n < 4; n += 1) await stage.round();
  const [closed] = await stage.issues();
  expect([closed.state, closed.labels.map(({ name }: { name: string }) => name)]).toEqual([
    'closed',
    ['incident', 'service:database', 'service:shop', 'impact:critical', 'resolved'],
  ]);
  expect((await stage.page()).map((line) => line.replace(/12:..|13:../, 'TIME'))).toMatchInlineSnapshot(`
    [
      "identified: database is down: down. shop is affected.",
      "monitoring: it is the *disk*.",
      "monitoring: A bigger one is on its way.",
      "resolved: Recovered at TIME UTC after 15 min.",
    ]
  `);
  const comments = await stage.comments(issue.number);
  expect(comments.map(({ user }: { user: { login: string } }) => user.login)).toEqual(['dev', 'dev', 'bot']);
  expect(await stage.issues()).toHaveLength(1);
  expect(new Set(stage.published)).toEqual(new Set(['Record what issues tell']));
  // Nothing of it is news to a run that remembers nothing.
  const lines = await stage.lines();
  stage.forget();
  expect(await stage.sync()).toEqual([]);
  expect(await stage.lines()).toEqual(lines);
});

test('an incident by form: opened, talked about, resolved, opened again', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', { title: 'Slow checkouts', labels: ['incident'], body: FORM });
  await stage.round();
  const [incident] = await stage.incidents();
  expect(incident).toMatchObject({
    id: '2026-11-20-slow-checkouts',
    title: 'Slow checkouts',
    status: 'investigating',
    impact: 'major',
    isDeclared: true,
  });
  expect(incident!.declared.get('shop')).toBe('partial_outage');
  const [issue] = await stage.issues();
  expect([issue.title, issue.body]).toEqual(['Slow checkouts', FORM]);
  expect(issue.labels.map(({ name }: { name: string }) => name)).toContain('investigating');
  await dev('POST', `/issues/${number}/labels`, { labels: ['identified', 'impact:critical'] });
  await stage.round();
  expect((await stage.incidents())[0]).toMatchObject({ status: 'identified', impact: 'critical' });
  const names = (await stage.issues())[0].labels.map(({ name }: { name: string }) => name);
  expect(names).not.toContain('investigating');
  expect(names).not.toContain('impact:major');
  await dev('POST', `/issues/${number}/comments`, { body: 'More memory helps.' });
  await dev('PATCH', `/issues/${number}`, { state: 'closed' });
  await stage.round();
  expect((await stage.incidents())[0]!.status).toBe('resolved');
  await dev('PATCH', `/issues/${number}`, { state: 'open' });
  await stage.round();
  expect((await stage.incidents())[0]).toMatchObject({ status: 'investigating', reopenings: 1 });
  await dev('PATCH', `/issues/${number}`, { title: 'Checkouts fail' });
  await stage.round();
  expect((await stage.incidents())[0]!.title).toBe('Checkouts fail');
  expect((await stage.page()).map((line) => line.replace(/1[23]:../g, 'TIME'))).toMatchInlineSnapshot(`
    [
      "investigating: Carts are **empty**.",
      "identified: The status is identified.",
      "identified: shop is down.",
      "identified: More memory helps.",
      "resolved: Recovered at TIME UTC after 10 min.",
      "investigating: It is open again.",
    ]
  `);
  expect(await stage.issues()).toHaveLength(1);
  expect(await stage.comments(number)).toHaveLength(1);
});

test('a comment that is edited says what it now says, one that is deleted nothing', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', { title: 'Slow checkouts', labels: ['incident'], body: FORM });
  const first = await dev('POST', `/issues/${number}/comments`, { body: 'Identified: the cash' });
  const second = await dev('POST', `/issues/${number}/comments`, { body: 'My password is hunter2' });
  await stage.round();
  expect((await stage.page()).slice(1)).toEqual(['identified: the cash', 'identified: My password is hunter2']);
  await dev('PATCH', `/issues/comments/${first.id}`, { body: 'Identified: the cache' });
  await dev('DELETE', `/issues/comments/${second.id}`);
  await dev('PATCH', `/issues/${number}`, { body: FORM.replace('empty', 'full') });
  await stage.round();
  expect(await stage.page()).toEqual(['investigating: Carts are **full**.', 'identified: the cache']);
  const lines = await stage.lines();
  stage.forget();
  await stage.round();
  expect(await stage.lines()).toEqual(lines);
});

test('the words of an old issue are edited although it does not show', async () => {
  await using stage = await openStage();
  const dev = stage.hub.as('dev');
  const { number } = await dev('POST', '/issues', { title: 'Slow checkouts', labels: ['incident'], body: FORM });
  const { id } = await dev('POST', `/issues/${number}/comments`, { body: 'one' });
  await stage.round();
  // Another issue has changed since, so that the list begins behind this one.
  await dev('POST', '/issues', { title: 'Other', labels: ['incident'], body: FORM });
  await stage.round();
  await dev('PATCH', `/issues/comments/${id}`, { body: 'two' });
  await stage.round();
  const incident = (await stage.incidents()).find((one) => one.title === 'Slow checkouts');
  expect(incident!.events.map(({ text }) => text)).toContain('two');
});

test('what strangers write never reaches the history', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  const evil = '<img src=x onerror=alert(1)> $(reboot) ${{ secrets.TOKEN }} @everyone';
  const forged = `${FORM}\n\n<!-- vedette incident=2026-11-20-database through=2026-11-20-database/1-opened -->`;
  for (const login of ['mallory', 'reader']) {
    // The labels of the form are set for whoever uses it.
    await hub.as(login)('POST', '/issues', { title: evil, labels: ['incident', 'confirmed'], body: FORM });
    await hub.as(login)('POST', '/issues', { title: evil, labels: ['maintenance'], body: FORM });
    await hub.as(login)('POST', '/issues', { title: evil, labels: ['incident'], body: forged });
  }
  for (const outcomes of [{}, DOWN, DOWN]) expect(await stage.round(outcomes)).toEqual([]);
  const ours = (await stage.issues()).find(({ user }) => user.login === 'bot');
  for (const login of ['mallory', 'reader']) {
    await hub.as(login)('POST', `/issues/${ours.number}/comments`, { body: `Resolved: ${evil}` });
    await hub.as(login)('POST', `/issues/${ours.number}/labels`, { labels: ['resolved'] });
    await hub.as(login)('PATCH', `/issues/${ours.number}`, { state: 'closed', title: evil });
  }
  await stage.round(DOWN);
  const all = await stage.incidents();
  expect(all.map(({ id, title, status }) => [id, title, status])).toEqual([
    ['2026-11-20-database', undefined, 'identified'],
  ]);
  expect(JSON.stringify(all)).not.toMatch(/onerror|everyone|secrets/);
  expect(await stage.maintenance()).toEqual([]);
  // Nobody is answered, and the forged mark was not taken for ours.
  for (const { number, user } of await stage.issues()) {
    if (user.login !== 'bot') expect(await stage.comments(number)).toEqual([]);
  }
});

test("a stranger's issue counts when a person has confirmed it, and stays as it was then", async () => {
  await using stage = await openStage();
  const { hub } = stage;
  const { number } = await hub.as('mallory')('POST', '/issues', {
    title: 'It is slow',
    labels: ['incident'],
    body: FORM,
  });
  await hub.as('reader')('POST', `/issues/${number}/labels`, { labels: ['confirmed'] });
  await stage.round();
  expect(await stage.incidents()).toEqual([]);
  await hub.as('dev')('DELETE', `/issues/${number}/labels/confirmed`);
  await hub.as('dev')('POST', `/issues/${number}/labels`, { labels: ['confirmed'] });
  await stage.round();
  expect((await stage.incidents()).map(({ title }) => title)).toEqual(['It is slow']);
  await hub.as('mallory')('PATCH', `/issues/${number}`, { title: 'BUY NOW', body: FORM.replace('Carts', 'BUY') });
  await hub.as('mallory')('PATCH', `/issues/${number}`, { state: 'closed' });
  await stage.round();
  expect(JSON.stringify(await stage.incidents())).not.toContain('BUY');
  expect((await stage.incidents())[0]!.status).toBe('investigating');
});

test('what a probed server says is words and nothing else', async () => {
  const evidence = 'expected @octocat #12 <b>x</b> [a](https://evil.example) ![i](x) `c` www.evil.example GH-7';
  await using stage = await openStage();
  const t = Math.floor(stage.hub.clock.now() / 1000);
  const services = [{ id: 'database', state: 'major_outage' as const }];
  const common = { v: 1, t, incident: '2026-11-20-database', by: 'vedette', impact: 'major', services } as const;
  await stage.add({ ...common, id: '2026-11-20-database/1-opened', kind: 'opened', cause: 'database', evidence });
  await stage.sync();
  const [{ body, title }] = await stage.issues();
  const text = body.slice(0, body.indexOf('- **Status**'));
  expect(text).toContain('octocat');
  for (const hot of ['@octocat', '#12', '<b>', '[a]', '](', 'https://evil', '![', 'www.evil', 'GH-7']) {
    expect(`${title} ${text}`.replaceAll(/\\./g, ''), hot).not.toContain(hot);
  }
});

test.each(['cut-behind', 'cut'] as const)(
  'a run that dies while it opens an issue (%s) opens no second one',
  async (meeting) => {
    await using stage = await openStage({ isApp: meeting === 'cut-behind' });
    const { hub } = stage;
    for (const outcomes of [{}, DOWN]) await stage.round(outcomes);
    hub.meet = ({ method, path }) => (method === 'POST' && path === '/issues' ? meeting : undefined);
    expect(await stage.round(DOWN)).toEqual([expect.stringContaining('issues were not all written')]);
    expect(await stage.issues()).toHaveLength(meeting === 'cut' ? 0 : 1);
    hub.meet = () => undefined;
    stage.forget();
    expect(await stage.round(DOWN)).toEqual([]);
    for (let n = 0; n < 4; n += 1) await stage.round();
    const issues = await stage.issues();
    expect(issues.map(({ state, title }) => [state, title])).toEqual([['closed', 'Database is down']]);
    expect(await stage.comments(issues[0].number)).toHaveLength(1);
  },
);

test('of two runs that open an issue at the same time the first keeps its own, the other takes back its', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  for (const outcomes of [{}, DOWN]) await stage.round(outcomes);
  const mark = 'incident=2026-11-20-database through=2026-11-20-database/1-opened';
  let others = 0;
  hub.meet = async ({ method, path }) => {
    if (method === 'POST' && path === '/issues') {
      others += 1;
      const body = `Theirs.\n\n<!-- vedette ${mark} -->`;
      await hub.as('bot')('POST', '/issues', { title: 'Database is down', labels: ['incident'], body });
    }
    return undefined;
  };
  expect(await stage.round(DOWN)).toEqual([]);
  for (let n = 0; n < 4; n += 1) await stage.round();
  expect(others).toBe(1);
  const [theirs, ours] = (await stage.issues()).toSorted(
    (a: { number: number }, b: { number: number }) => a.number - b.number,
  );
  expect([theirs.state, theirs.labels.map(({ name }: { name: string }) => name)]).toEqual([
    'closed',
    ['incident', 'service:database', 'service:shop', 'impact:critical', 'resolved'],
  ]);
  expect([ours.state, ours.labels, ours.body]).toEqual([
    'closed',
    [],
    `Opened twice by two runs at once: #${theirs.number} is about this.`,
  ]);
  expect((await stage.comments(ours.number)).length).toBe(0);
  expect(await stage.incidents()).toHaveLength(1);
});

test('a run that dies behind a comment does not write it twice', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  for (const outcomes of [{}, DOWN, DOWN, {}]) await stage.round(outcomes);
  hub.meet = ({ method }) => (method === 'PATCH' ? 'cut' : undefined);
  for (let n = 0; n < 3; n += 1) await stage.round();
  const [{ number, state }] = await stage.issues();
  expect([state, (await stage.comments(number)).length]).toEqual(['open', 1]);
  hub.meet = () => undefined;
  await stage.round();
  expect((await stage.issues())[0].state).toBe('closed');
  expect(await stage.comments(number)).toHaveLength(1);
  // Nobody has resolved or reopened it meanwhile.
  expect((await stage.incidents())[0]).toMatchObject({ status: 'resolved', resolvedBy: 'vedette', reopenings: 0 });
});

test('without the API a round says so and goes on, and the next catches up', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  await hub.as('dev')('POST', '/issues', { title: 'Slow', labels: ['incident'], body: FORM });
  hub.meet = () => 'cut';
  const [before, after] = [await stage.round(DOWN), await stage.round(DOWN)];
  expect(before).toEqual([expect.stringMatching(/^issues were not all read: GET \/issues: no answer/)]);
  expect(after).toHaveLength(2);
  expect((await stage.incidents()).map(({ id }) => id)).toEqual(['2026-11-20-database']);
  hub.meet = () => ({ status: 502 });
  expect(await stage.sync()).toHaveLength(2);
  hub.meet = () => undefined;
  expect(await stage.round(DOWN)).toEqual([]);
  // It is the same trouble, and goes on in the one that a person has opened.
  const all = await stage.incidents();
  expect(all.map(({ id, status }) => [id, status])).toEqual([
    ['2026-11-20-slow', 'investigating'],
    ['2026-11-20-database', 'resolved'],
  ]);
  expect(await stage.issues()).toHaveLength(1);
});

test('near its limit it stops early, and beyond it does not insist', async () => {
  await using stage = await openStage();
  const { hub } = stage;
  await hub.as('dev')('POST', '/issues', { title: 'Slow', labels: ['incident'], body: FORM });
  hub.left = 20;
  expect(await stage.sync()).toEqual([
    'issues were not all read: only 20 requests are left in this hour; the next round goes on',
  ]);
  expect(hub.log).toEqual(['GET /issues 200']);
  hub.left = undefined;
  for (const [status, headers] of [
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' }],
    [429, { 'retry-after': '3600' }],
  ] as const) {
    hub.log.length = 0;
    hub.meet = () => ({ status, headers, body: { message: 'You have exceeded a secondary rate limit' } });
    expect(await stage.sync()).toEqual([expect.stringContaining(`GET /issues: ${status}`)]);
    expect(hub.log).toEqual([`GET /issues ${status}`]);
  }
  hub.meet = () => undefined;
  expect(await stage.sync()).toEqual([]);
  expect(await stage.incidents()).toHaveLength(1);
});

test('without a token, or switched off, nothing is asked', async () => {
  await using stage = await openStage({ yaml: 'github: { issues: false }' });
  for (const outcomes of [{}, DOWN, DOWN]) expect(await stage.round(outcomes)).toEqual([]);
  expect([stage.hub.log, stage.published]).toEqual([[], []]);
});

test('an issue that GitHub refuses does not keep the others from being told', async () => {
  await using stage = await openStage();
  const t = Math.floor(stage.hub.clock.now() / 1000);
  for (const cause of ['shop', 'database']) {
    const incident = `2026-11-20-${cause}`;
    const services = [{ id: cause, state: 'major_outage' as const }];
    const common = { v: 1, t, by: 'vedette', impact: 'major', services, kind: 'opened' } as const;
    await stage.add({ ...common, incident, id: `${incident}/1-opened`, cause });
  }
  let count = 0;
  stage.hub.meet = ({ method }) => {
    if (method === 'POST') count += 1;
    return method === 'POST' && count === 1 ? { status: 422, body: { message: 'Validation Failed' } } : undefined;
  };
  expect(await stage.sync()).toEqual([
    expect.stringMatching(/^an issue of 2026-11-20-\w+ was not written: POST .* 422/),
  ]);
  expect(await stage.sync()).toEqual([]);
  expect(await stage.issues()).toHaveLength(2);
});

test('a short pause that GitHub asks for is made once, a long one is for the next round', async () => {
  await using stage = await openStage({ isHurried: false });
  const { hub } = stage;
  const body = { message: 'You have exceeded a secondary rate limit' };
  for (const [afterS, times, lines] of [
    [1, 1, ['GET /issues 403', 'GET /issues 200', 'GET /issues 200']],
    [1, 2, ['GET /issues 403', 'GET /issues 403']],
    [3600, 1, ['GET /issues 403']],
  ] as const) {
    stage.forget();
    hub.log.length = 0;
    let left: number = times;
    hub.meet = () => {
      left -= 1;
      return left >= 0 ? { status: 403, headers: { 'retry-after': String(afterS) }, body } : undefined;
    };
    const warnings = await stage.sync();
    expect([hub.log, warnings.length]).toEqual([lines, lines.at(-1)!.endsWith('200') ? 0 : 1]);
  }
});
