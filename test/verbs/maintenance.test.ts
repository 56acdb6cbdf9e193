import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { loadHistory } from '../../src/history/load.ts';
import { lookBackMs, viewOf } from '../../src/site/site.ts';
import { statusDocument } from '../../src/site/status-document.ts';
import { makePlace } from '../history/git/clones.ts';
import { placeWith } from './cli.ts';

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const servicesYml = (port: number) => `
defaults: { retries: 0, timeout: 1s }
services:
  shop: { name: Shop, probes: [{ tcp: "127.0.0.1:${port}" }] }
`;
const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const ADD = [
  'maintenance',
  'add',
  '--title',
  'Database upgrade',
  '--services',
  'shop',
  '--message',
  'A *new* version.',
];

async function documentOf(folder: string, source: string) {
  const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const options = { leastRounds: 100, backMs: lookBackMs(config), renamed: config.renamed };
  const site = viewOf(config, await loadHistory(folder, options), { now: Date.now(), isDemo: false });
  const document = JSON.parse(JSON.stringify(statusDocument(site)));
  return { site, document };
}

test('a maintenance is honoured by rounds and by the page, and ends early', async () => {
  const source = servicesYml(await closedPort());
  await using place = await placeWith(source);
  const history = join(place.folder, 'history');
  const added = await place.run([...ADD, '--start', 'now', '--end', at(60)]);
  const id = `${new Date().toISOString().slice(0, 10)}-database-upgrade`;
  expect([added.code, added.stdout]).toEqual([0, `${id}\n`]);
  for (let round = 0; round < 3; round += 1) expect((await place.run(['probe'])).code).toBe(0);
  const during = await documentOf(history, source);
  expect(during.document.services[0]).toMatchObject({ own: 'maintenance', effective: 'maintenance' });
  expect([during.document.incidents, during.document.maintenance.length]).toEqual([[], 1]);
  expect(during.site.maintenances).toMatchObject([
    {
      id,
      status: 'in_progress',
      sequence: 0,
      updates: [{ text: 'The maintenance has begun.' }, { text: 'A *new* version.' }],
    },
  ]);
  expect((await place.run(['maintenance', 'update', id, '--end', 'now', '--message', 'Done early.'])).code).toBe(0);
  for (let round = 0; round < 3; round += 1) await place.run(['probe']);
  const after = await documentOf(history, source);
  expect(after.document.services[0]).toMatchObject({ own: 'major_outage' });
  expect(after.document.incidents).toMatchObject([{ cause: 'shop', status: 'identified' }]);
  expect(after.site.maintenances).toMatchObject([{ id, status: 'completed', sequence: 1 }]);
  expect((await place.run(['history', 'verify'])).code).toBe(0);
});

test('an incident that is declared while a round runs stays with it on the page', async () => {
  const source = servicesYml(await closedPort());
  await using place = await placeWith(source);
  const open = ['incident', 'open', '--title', 'Slow checkouts', '--services', 'shop', '--message', 'We **look**.'];
  const [opened] = await Promise.all([place.run(open), place.run(['probe'])]);
  await place.run(['incident', 'update', opened!.stdout.trim(), '--status', 'identified', '--message', 'The cache.']);
  for (let round = 0; round < 2; round += 1) await place.run(['probe']);
  const { document } = await documentOf(join(place.folder, 'history'), source);
  expect(document.incidents).toHaveLength(1);
  expect(document.incidents[0]).toMatchObject({ title: 'Slow checkouts', status: 'identified', cause: 'shop' });
  expect(document.overall.headline).toContain('Declared by the maintainers, since ');
  expect(document.services[0]).toMatchObject({ declared: opened!.stdout.trim(), effective: 'major_outage' });
});

test('what is still to come can be moved and called off, what has been cannot', async () => {
  await using place = await placeWith(servicesYml(1));
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.run(['maintenance', ...args]);
    const words = stderr.replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?/g, 'THEN');
    return code === 0 ? stdout.trim() : words.trim();
  };
  const id = await run(...ADD.slice(1), '--start', '2098-01-01T02:00Z', '--end', '2098-01-01T04:00Z');
  expect(id).toBe('2098-01-01-database-upgrade');
  expect(await run('update', id, '--start', '2098-01-02T02:00+01:00', '--end', '2098-01-02T05:00Z')).toBe(id);
  expect(await run('update', id, '--message', 'Nearly ready.')).toBe(id);
  const [listed] = JSON.parse((await place.run(['maintenance', 'list', '--json'])).stdout);
  expect(listed).toMatchObject({ id, status: 'scheduled', start: '2098-01-02T01:00:00.000Z', sequence: 1 });
  const lasting = await run(...ADD.slice(1), '--start', at(-30), '--end', at(30));
  const told = [
    await run('update', id, '--start', '2020-01-01T02:00Z'),
    await run('update', id, '--end', '2098-01-01T00:00Z'),
    await run('update', id),
    await run('update', lasting, '--start', 'now'),
    await run('update', lasting, '--end', at(-10)),
    await run('cancel', 'database-upgrade'),
    await run(
      'add',
      '--title',
      'x',
      '--services',
      'shop',
      '--start',
      '2026-12-01T02:00',
      '--end',
      'now',
      '--message',
      'x',
    ),
  ];
  expect(told.join('\n')).toMatchInlineSnapshot(`
    "vedette: THEN-database-upgrade cannot begin before now; see: vedette maintenance update --help
    vedette: THEN-database-upgrade --end: expected an instant after the start, THEN; see: vedette maintenance update --help
    vedette: nothing is to change: give --message, --start or --end; see: vedette maintenance update --help
    vedette: THEN-database-upgrade has begun at THEN, and its start stays; see: vedette maintenance update --help
    vedette: THEN-database-upgrade cannot have ended before now; end it with --end now; see: vedette maintenance update --help
    vedette: no maintenance is called "database-upgrade"; the nearest: THEN-database-upgrade, THEN-database-upgrade; see: vedette maintenance cancel --help
    vedette: --start: expected an instant with its zone like THENT02:00Z or THENT03:00+01:00, or now, got "THENT02:00"; see: vedette maintenance add --help"
  `);
  expect(await run('cancel', id, '--message', 'Not needed.')).toBe(id);
  expect(await run('cancel', lasting)).toBe(lasting);
  expect(await run('cancel', id)).toContain('is cancelled already');
  const { site } = await documentOf(join(place.folder, 'history'), servicesYml(1));
  // Of the one that had begun, what was of it stays.
  expect(site.maintenance).toHaveLength(1);
  expect(site.maintenances.map(({ status, sequence }) => [status, sequence])).toEqual([
    ['cancelled', 1],
    ['cancelled', 2],
  ]);
});

test('a replay counts it when it is told whose', async () => {
  await using place = await placeWith(servicesYml(1));
  const rounds = [0, 5, 10].map((minute) => ({
    at: `2098-01-01T03:${String(minute).padStart(2, '0')}:00Z`,
    observations: [{ service: 'shop', outcome: 'down', reason: 'refused' }],
  }));
  await writeFile(join(place.folder, 'rounds.ndjson'), rounds.map((round) => `${JSON.stringify(round)}\n`).join(''));
  await place.run([...ADD, '--start', '2098-01-01T02:00Z', '--end', '2098-01-01T04:00Z']);
  const last = async (...flags: string[]) => {
    const { stdout } = await place.run(['replay', '--observations', 'rounds.ndjson', '--json', ...flags]);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!).services.shop.own;
  };
  expect([await last(), await last('--history', 'history')]).toEqual(['major_outage', 'maintenance']);
});

test('two writers publish what both have written', async () => {
  using place = makePlace();
  await using here = await placeWith(servicesYml(1));
  const [one, other] = [place.clone('one'), place.clone('other')];
  const open = ['incident', 'open', '--title', 'Slow', '--services', 'shop', '--message', 'x'];
  for (const { history } of [one, other]) {
    await here.run([...ADD, '--start', '2098-01-01T02:00Z', '--end', '2098-01-01T04:00Z', '--history', history]);
    await here.run([...open, '--history', history]);
  }
  for (const clone of [one, other]) expect((await clone.publish()).lines).toBe(2);
  const year = new Date().getUTCFullYear();
  for (const folder of ['incidents', 'maintenance']) {
    const text = place.git(place.remote, 'cat-file', 'blob', `refs/heads/main:history/${folder}/${year}.ndjson`);
    const own = await readFile(join(one.history, folder, `${year}.ndjson`), 'utf8');
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain(own.trim());
  }
});
