/** Which of two pages may be what visitors have. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Deployed, readDeployed, writeDeployed } from '../../src/history/deployed.ts';
import { mayReplace } from '../../src/round/site-need.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const SHOWS = { configuration: 'a', states: 'b', incidents: 'c', maintenance: 'd' };
/** Made so many minutes after noon, of a round so many minutes after noon. */
const page = (at: number, probed?: number): Deployed => ({
  at: NOON + at * 60_000,
  ...(probed !== undefined && { probedAt: NOON + probed * 60_000 }),
  shows: SHOWS,
});

test.each<[string, Deployed | undefined, Deployed, boolean]>([
  ['the first page', undefined, page(0, 0), true],
  ['newer rounds', page(1, 0), page(6, 5), true],
  ['newer rounds, though made earlier', page(7, 0), page(6, 5), true],
  ['older rounds', page(6, 5), page(1, 0), false],
  ['older rounds, though made later', page(6, 5), page(7, 0), false],
  ['the same rounds, made later', page(6, 5), page(7, 5), true],
  ['the same rounds, made earlier', page(7, 5), page(6, 5), false],
  ['the same page once more', page(6, 5), page(6, 5), true],
  ['made later than one that does not say what it shows', page(1), page(6, 5), true],
  ['made earlier than such a one', page(7), page(6, 5), false],
  ['anything, after a clock that was ahead', page(600, 500), page(6, 5), true],
  ['anything, after a round whose clock was ahead', page(6, 500), page(6, 5), true],
])('%s', (_, deployed, built, may) => {
  expect(mayReplace(deployed, built, NOON + 10 * 60_000)).toBe(may);
});

test('of two that were written down at once the one that shows more is known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-deployed-'));
  try {
    await writeDeployed(folder, page(7, 0));
    expect(await readDeployed(folder)).toEqual(page(7, 0));
    const lines = [page(6, 5), page(7, 0), page(3)].map(({ at, probedAt, shows }) => {
      const probed = probedAt === undefined ? {} : { probedAt: new Date(probedAt).toISOString() };
      return `${JSON.stringify({ v: 1, at: new Date(at).toISOString(), ...probed, shows })}\n`;
    });
    await writeFile(join(folder, 'site.json'), lines.join(''));
    expect(await readDeployed(folder)).toEqual(page(6, 5));
  } finally {
    await rm(folder, { recursive: true });
  }
});
