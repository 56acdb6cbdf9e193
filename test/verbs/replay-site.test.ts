import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MINUTE, NOON } from '../status/sketch.ts';
import { type Place, placeWith } from './cli.ts';

const SERVICES = `
services:
  shop: { dependsOn: [api], probes: [{ tcp: "shop:1" }] }
  api: { dependsOn: [db] }
  db: {}
`;

interface Seen {
  shop?: object;
  api?: object;
  db?: object;
}

async function placeWithRounds(rounds: readonly Seen[]): Promise<Place> {
  const place = await placeWith(SERVICES);
  const lines = rounds.map((seen, index) =>
    JSON.stringify({
      at: new Date(NOON + index * 5 * MINUTE).toISOString(),
      observations: Object.entries(seen).map(([service, one]) => ({ service, ...one })),
    }),
  );
  await writeFile(join(place.folder, 'rounds.ndjson'), `${lines.join('\n')}\n`);
  return place;
}

const UP = { outcome: 'up', latencyMs: 20 };
const FAILING = { failureRatio: 0.9 };
const WELL: Seen = { shop: UP, api: UP, db: { failureRatio: 0 } };

describe('replay --html', () => {
  test('the page as it would have looked after the last round, incidents and past included', async () => {
    const broken: Seen = { shop: { outcome: 'down', reason: 'status' }, api: UP, db: FAILING };
    await using place = await placeWithRounds([...Array.from({ length: 20 }, () => WELL), broken, broken, broken]);
    const args = ['replay', '--observations', 'rounds.ndjson', '--json', '--html', 'page'];
    const { code, stdout, stderr } = await place.run(args);
    expect([code, stderr]).toEqual([0, `${join(place.folder, 'page', 'index.html')}\n`]);

    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const status = JSON.parse(await readFile(join(place.folder, 'page', 'status.json'), 'utf8'));
    const last = said.at(-1);
    expect(status.overall).toMatchObject({ state: last.overall, isLastKnown: false });
    expect(status.services.map(({ id, own }: { id: string; own: string }) => [id, own])).toEqual(
      Object.entries(last.services as Record<string, { own: string }>).map(([id, { own }]) => [id, own]),
    );
    expect(status.incidents.map(({ id }: { id: string }) => id)).toEqual(
      said
        .flatMap(({ incidents = [] }) => incidents)
        .flatMap(({ kind, incident }) => (kind === 'opened' ? incident : [])),
    );
    expect(status.age.probedAt).toBe(new Date(NOON + 22 * 5 * MINUTE).toISOString());
    // What was only measured counts as what it was worked out to be, and who has no probes has a past, too.
    expect(status.services[2].uptime).toBeLessThan(1);
  }, 60_000);

  test('maintenance that people have announced counts, and is on the page', async () => {
    const broken: Seen = { ...WELL, shop: { outcome: 'down', reason: 'status' } };
    await using place = await placeWithRounds([WELL, WELL, broken, broken]);
    const from = new Date(NOON + 5 * MINUTE).toISOString();
    const until = new Date(NOON + 60 * MINUTE).toISOString();
    const message = ['--title', 'Moving', '--services', 'shop', '--message', 'We move.'];
    const announced = await place.run(['maintenance', 'add', ...message, '--start', from, '--end', until]);
    expect(announced.code).toBe(0);
    const args = ['replay', '--observations', 'rounds.ndjson', '--history', 'history', '--html', 'page'];
    expect(await place.run(args)).toMatchObject({ code: 0, stderr: '' });
    const status = JSON.parse(await readFile(join(place.folder, 'page', 'status.json'), 'utf8'));
    expect(status.overall.state).toBe('operational');
    expect(status.services[0].own).toBe('maintenance');
    expect(status.maintenance[0].title).toBe('Moving');
  }, 60_000);

  test('a line that cannot be read leaves the folder alone', async () => {
    await using place = await placeWithRounds([WELL]);
    await writeFile(join(place.folder, 'rounds.ndjson'), 'no\n');
    const { code, stderr } = await place.run(['replay', '--observations', 'rounds.ndjson', '--html', 'page']);
    expect([code, stderr]).toEqual([1, 'rounds.ndjson:1  is not JSON\n']);
    await expect(readFile(join(place.folder, 'page', 'index.html'))).rejects.toThrow('ENOENT');
  });
});
