/** A provider that nobody probes, when all that need it fail. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { loadHistory } from '../../src/history/load.ts';
import { importRounds } from '../../src/history/store.ts';
import { lookBackMs, viewOf } from '../../src/site/site.ts';
import { MINUTE, NOON, roundOf } from '../status/sketch.ts';

test('stands where attention is asked for, as unknown and as the probable cause', async () => {
  const loaded = parseConfig(
    'services.yml',
    `services:
  blog: { probes: [{ tcp: "blog:1" }] }
  shop: { dependsOn: [provider], probes: [{ tcp: "shop:1" }] }
  club: { dependsOn: [provider], probes: [{ tcp: "club:1" }] }
  provider: {}
`,
    { kinds: 'opaque', env: {} },
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const folder = await mkdtemp(join(tmpdir(), 'vedette-suspect-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const bad = 'down status 503';
  const rounds = [0, 1, 2].map((index) => {
    const seen = index === 0 ? 'up 20' : bad;
    return roundOf(config.services, { blog: 'up 20', shop: seen, club: seen }, NOON + index * 5 * MINUTE);
  });
  await importRounds(folder, rounds);
  const history = await loadHistory(folder, { leastRounds: 100, backMs: lookBackMs(config), renamed: new Map() });
  const { attention, counts } = viewOf(config, history, { now: NOON + 11 * MINUTE, isDemo: false });
  expect(attention.map(({ id, state, isCause, note }) => ({ id, state, isCause, note }))).toEqual([
    { id: 'provider', state: 'unknown', isCause: true, note: 'not probed' },
    { id: 'club', state: 'major_outage', isCause: true, note: undefined },
    { id: 'shop', state: 'major_outage', isCause: true, note: undefined },
  ]);
  expect(counts).toContainEqual({ state: 'unknown', words: '1 unknown' });
});
