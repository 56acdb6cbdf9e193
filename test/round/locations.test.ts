/** Rounds of several locations that are merged at once: one look at the whole, decided by those that looked. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { Outcome, RecordedRound, State } from '../../src/model.ts';
import { mergeRounds } from '../../src/round.ts';
import { MINUTE, NOON } from '../status/sketch.ts';

const source = `
locations: [{ id: asia }, { id: eu }, { id: us }]
defaults: { confirm: 1 of 1 }
services: { web: https://web.example, api: https://api.example }
`;
const loaded = parseConfig('services.yml', source, { kinds: 'opaque', env: {} });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;

let historyFolder = '';
let count = 0;
beforeEach(async () => {
  historyFolder = await mkdtemp(join(tmpdir(), 'vedette-merge-'));
  count = 0;
});
afterEach(() => rm(historyFolder, { recursive: true }));

/** What each location says of web; api is up wherever somebody looks. */
type Seen = Readonly<Record<string, Outcome | 'unread' | 'no network'>>;

async function play(seen: Seen): Promise<{ state: State | undefined; events: string[] }> {
  count += 1;
  const at = NOON + count * 5 * MINUTE;
  const rounds = Object.entries(seen).map(([location, web], index): RecordedRound => {
    const isSilent = web === 'no network';
    const outcome = isSilent || web === 'unread' ? 'down' : web;
    const readings = [
      ...(web === 'unread' ? [] : [{ service: 'web', probe: 'http', outcome, attempts: 1 }]),
      { service: 'api', probe: 'http', outcome: isSilent ? ('down' as const) : ('up' as const), attempts: 1 },
    ];
    return {
      id: `${count}.1.${location}`,
      // Machines begin when they can.
      at: at + index * 1000,
      location,
      observations: readings,
      canaries: isSilent ? 'silent' : 'answered',
    };
  });
  const { moment, events } = await mergeRounds(rounds, {
    config,
    historyFolder,
    pendingFolders: [],
    now: () => at + MINUTE,
  });
  return { state: moment.rollup.effective.get('web')?.state, events: events.map(({ kind }) => kind) };
}

const ALL_UP: Seen = { asia: 'up', eu: 'up', us: 'up' };

test.each<[string, Seen, State]>([
  ['two of three see it down', { asia: 'up', eu: 'down', us: 'down' }, 'major_outage'],
  ['one of three sees it down', { asia: 'up', eu: 'down', us: 'up' }, 'partial_outage'],
  ['the shard of one was lost, its word of before holds', { asia: 'unread', eu: 'down', us: 'down' }, 'major_outage'],
  ['nobody heard of one location', { eu: 'down', us: 'down' }, 'major_outage'],
  ['one has no network', { asia: 'up', eu: 'up', us: 'no network' }, 'operational'],
])('%s', async (_, seen, state) => {
  expect(await play(ALL_UP)).toEqual({ state: 'operational', events: [] });
  expect((await play(seen)).state).toBe(state);
});

test('a location that never looked makes a service neither up nor down', async () => {
  for (const _ of [1, 2, 3]) await play({ eu: 'unread', us: 'unread' });
  expect((await play({ eu: 'unread', us: 'unread' })).state).toBe('unknown');
});

test('the rounds of one run are one look: opened once, and over after two good runs, not two good rounds', async () => {
  const stories: string[][] = [];
  for (const seen of [ALL_UP, { asia: 'down', eu: 'down', us: 'no network' }, ALL_UP, ALL_UP] as const) {
    stories.push((await play(seen)).events);
  }
  expect(stories).toEqual([[], ['opened'], ['monitoring'], ['resolved']]);
});
