import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeWith } from './cli.ts';

const SERVICES = `
defaults: { retries: 0 }
services:
  shop: { name: Shop, dependsOn: [api], probes: [{ tcp: "127.0.0.1:1" }] }
  api: { formerly: [backend] }
`;
const TODAY = new Date().toISOString().slice(0, 10);
const OPEN = ['incident', 'open', '--title', 'Slow: checkouts!', '--services', 'shop', '--message', 'We look.'];
const ID = `${TODAY}-slow-checkouts`;

const linesIn = async (folder: string) =>
  (await readFile(join(folder, 'history', 'incidents', `${TODAY.slice(0, 4)}.ndjson`), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('opened, updated, resolved, looked back upon: a line each, and the id printed', async () => {
  await using place = await placeWith(SERVICES);
  const opened = await place.run(OPEN);
  expect([opened.code, opened.stdout]).toEqual([0, `${ID}\n`]);
  expect(opened.stderr).toBe('Opened. `vedette history publish` publishes it, `vedette build` shows it.\n');
  const steps = [
    ['update', ID, '--status', 'identified', '--impact', 'critical', '--message', '-', '--author', 'Ada <ada@a.org>'],
    ['resolve', ID, '--message', 'Done.'],
    ['update', ID, '--status', 'postmortem', '--message', 'It was a full disk.'],
  ];
  for (const step of steps) {
    const { code, stdout } = await place.run(['incident', ...step], {}, 'It is the **cache**.\n');
    expect([code, stdout]).toEqual([0, `${ID}\n`]);
  }
  const lines = await linesIn(place.folder);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
  expect(lines.map(({ id, t, since, end, ...rest }) => rest)).toEqual([
    {
      v: 1,
      incident: ID,
      by: 'person',
      kind: 'opened',
      status: 'investigating',
      impact: 'minor',
      services: [{ id: 'shop', state: 'degraded', since: lines[0].since }],
      title: 'Slow: checkouts!',
      text: 'We look.',
    },
    {
      v: 1,
      incident: ID,
      by: 'person',
      author: 'Ada',
      kind: 'update',
      status: 'identified',
      impact: 'critical',
      services: [{ id: 'shop', state: 'major_outage', was: 'degraded' }],
      text: 'It is the **cache**.',
    },
    {
      v: 1,
      incident: ID,
      by: 'person',
      kind: 'resolved',
      status: 'resolved',
      services: [{ id: 'shop', state: 'operational', was: 'major_outage' }],
      text: 'Done.',
    },
    { v: 1, incident: ID, by: 'person', kind: 'update', status: 'postmortem', text: 'It was a full disk.' },
  ]);
  expect((await place.run(['history', 'verify'])).code).toBe(0);
  const [listed] = JSON.parse((await place.run(['incident', 'list', '--json'])).stdout);
  expect(listed).toMatchObject({ id: ID, title: 'Slow: checkouts!', status: 'postmortem', impact: 'critical' });
  expect((await place.run(['incident', 'list'])).stdout).toContain(`${ID}  postmortem  critical  `);
});

test('the same command at the same time opens as many incidents, and loses none', async () => {
  await using place = await placeWith(SERVICES);
  const ended = await Promise.all(Array.from({ length: 5 }, () => place.run(OPEN)));
  expect(ended.map(({ stdout }) => stdout.trim()).sort()).toEqual([ID, ...[2, 3, 4, 5].map((n) => `${ID}-${n}`)]);
  const updates = await Promise.all(
    Array.from({ length: 5 }, (_, n) => place.run(['incident', 'update', ID, '--message', `Word ${n}`])),
  );
  expect(updates.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  const lines = await linesIn(place.folder);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(10);
});

test('a former name is a name, and words may be of any script', async () => {
  await using place = await placeWith(SERVICES);
  const args = ['incident', 'open', '--title', '障害', '--services', ' backend, shop,api ', '--message', '調査中'];
  const { stdout } = await place.run([...args, '--at', '2026-11-20T13:00+01:00']);
  expect(stdout).toBe('2026-11-20-incident\n');
  const [line] = await linesIn(place.folder);
  expect(line.services.map(({ id }: { id: string }) => id)).toEqual(['api', 'shop']);
  expect(line).toMatchObject({ since: Date.parse('2026-11-20T12:00Z') / 1000, title: '障害', text: '調査中' });
});

test('an update with a status opens again what is over', async () => {
  await using place = await placeWith(SERVICES);
  await place.run(OPEN);
  await place.run(['incident', 'resolve', ID, '--message', 'Done.']);
  const { stderr } = await place.run(['incident', 'update', ID, '--status', 'investigating', '--message', 'Again.']);
  expect(stderr).toContain('Opened again; it is yours to resolve.');
  expect((await linesIn(place.folder)).at(-1)).toMatchObject({
    kind: 'reopened',
    impact: 'minor',
    services: [{ id: 'shop', state: 'degraded', was: 'operational' }],
  });
});

describe('what is wrong is said, and nothing is written', () => {
  test('in the flags', async () => {
    await using place = await placeWith(SERVICES);
    const open = (...flags: string[]) => place.run([...OPEN, ...flags]);
    const told = [
      await open('--services', 'shp'),
      await open('--services', ','),
      await open('--title', ' '),
      await open('--message', ' \n'),
      await open('--impact', 'huge'),
      await open('--status', 'resolved'),
      await open('--at', '2026-11-20T12:00'),
      await open('--at', '2199-01-01T00:00Z'),
      await open('--author', 'ada@example.org'),
      await place.run(['incident', 'open', '--services', 'shop']),
      await place.run(['incident', 'update', '--message', 'x']),
      await place.run(['incident', 'update', 'a', 'b', '--message', 'x']),
      await place.run(['incident', 'resolve', 'x', '--message', 'x']),
    ];
    expect(told.map(({ code, stdout }) => [code, stdout])).toEqual(told.map(() => [2, '']));
    expect(told.map(({ stderr }) => stderr).join('')).toMatchInlineSnapshot(`
      "vedette: --services: no service is called "shp"; did you mean shop?; see: vedette incident open --help
      vedette: --services: expected ids like a,b, got none; see: vedette incident open --help
      vedette: --title: expected a few words, got none; see: vedette incident open --help
      vedette: --message: expected words, got none; see: vedette incident open --help
      vedette: --impact: expected minor, major, critical, got "huge"; see: vedette incident open --help
      vedette: --status: expected investigating, identified, monitoring, got "resolved"; see: vedette incident open --help
      vedette: --at: expected an instant with its zone like 2026-12-01T02:00Z or 2026-12-01T03:00+01:00, or now, got "2026-11-20T12:00"; see: vedette incident open --help
      vedette: 2199-01-01 00:00 UTC is still to come; for what is planned, add maintenance; see: vedette incident open --help
      vedette: --author: expected a name without an address, for the page is public; see: vedette incident open --help
      vedette: --title is missing; see: vedette incident open --help
      vedette: ID is missing; see: vedette incident update --help
      vedette: unexpected argument 'b'; see: vedette incident update --help
      vedette: no incident is called "x"; there is none yet; see: vedette incident resolve --help
      "
    `);
  });

  test('in the order of things', async () => {
    await using place = await placeWith(SERVICES);
    await place.run([...OPEN]);
    const run = async (...args: string[]) => {
      const { code, stderr } = await place.run(['incident', ...args, '--message', 'x']);
      expect(code).toBe(2);
      return stderr.replaceAll(TODAY, 'TODAY').replaceAll(/\d\d:\d\d UTC/g, 'HH:MM UTC');
    };
    const told = [
      await run('update', `${ID.slice(0, -1)}`),
      await run('update', ID, '--status', 'postmortem'),
      await run('resolve', ID, '--at', '2020-01-01T00:00Z'),
    ];
    await place.run(['incident', 'resolve', ID, '--message', 'Done.']);
    told.push(await run('resolve', ID), await run('update', ID, '--impact', 'major'));
    expect(told.join('')).toMatchInlineSnapshot(`
      "vedette: no incident is called "TODAY-slow-checkout"; the nearest: TODAY-slow-checkouts; see: vedette incident update --help
      vedette: TODAY-slow-checkouts is open; resolve it before its postmortem; see: vedette incident update --help
      vedette: TODAY-slow-checkouts began at TODAY HH:MM UTC, and cannot have ended before; see: vedette incident resolve --help
      vedette: TODAY-slow-checkouts is resolved since TODAY HH:MM UTC; leave out --status to add a word, or give one to open it again; see: vedette incident resolve --help
      vedette: TODAY-slow-checkouts is over, and its impact stays as it was; see: vedette incident update --help
      "
    `);
    expect(await linesIn(place.folder)).toHaveLength(2);
  });

  test('in services.yml', async () => {
    await using place = await placeWith('services: { web: { wight: 1 } }\n');
    const { code, stderr } = await place.run(OPEN);
    expect([code, stderr]).toEqual([1, 'services.yml:1:20  services.web.wight: unknown key; did you mean weight?\n']);
  });

  test('in the history', async () => {
    await using place = await placeWith(SERVICES);
    // A file where the folder should be: nobody can write there, root included.
    const { code, stderr } = await place.run([...OPEN, '--history', 'services.yml/history']);
    expect([code, stderr.startsWith('vedette: the history cannot be written: ')]).toEqual([4, true]);
  });
});
