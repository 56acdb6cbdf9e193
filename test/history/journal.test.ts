import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/load.ts';
import { type Abandoned, openJournal, takeAbandoned } from '../../src/history/journal.ts';
import { holderName } from '../../src/history/lock.ts';
import { appendRound, readRounds } from '../../src/history/store.ts';
import type { RecordedObservation } from '../../src/model.ts';
import { defineProbe } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { runRound } from '../../src/round.ts';

const AT = Date.parse('2026-11-20T12:00:00Z');
const BEGINNING = { id: '7.1.test', at: AT, location: 'test', probes: ['db/tcp', 'web/http'] };
const UP: RecordedObservation = {
  service: 'web',
  probe: 'http',
  outcome: 'up',
  latencyMs: 12.5,
  attempts: 1,
  values: [
    { name: '$.pending', value: 3 },
    { name: 'free', value: 71.5, unit: '%' },
  ],
  version: '1.4.0',
};
const DOWN: RecordedObservation = {
  service: 'db',
  probe: 'tcp',
  outcome: 'down',
  reason: 'status',
  phase: 'ttfb',
  code: 503,
  attempts: 3,
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const journals = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('.round-'));
const text = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

async function taken(from = folder): Promise<Abandoned[]> {
  const list: Abandoned[] = [];
  for await (const abandoned of takeAbandoned(from)) list.push(abandoned);
  return list;
}

/** Of a process that lived and is dead. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid!;
}

interface Left {
  holder?: string;
  lines?: readonly string[];
  name?: string;
  ageMs?: number;
}

const LINES = [UP, DOWN].map((observation) => JSON.stringify(observation));

/** What somebody has left behind: a head, lines, and no end of it. */
async function leave({ holder, lines = LINES, name = '17', ageMs }: Left = {}): Promise<void> {
  const head = { ...BEGINNING, holder: holder ?? `${await deadPid()} ${hostname()}` };
  await write(`.round-${name}-${AT}.ndjson`, [JSON.stringify(head), ...lines, ''].join('\n'), ageMs);
}

async function write(name: string, content: string, ageMs = 0): Promise<void> {
  await writeFile(join(folder, name), content);
  const then = (Date.now() - ageMs) / 1000;
  await utimes(join(folder, name), then, then);
}

const whole = {
  round: { id: '7.1.test', at: AT, location: 'test', observations: [UP, DOWN] },
  probes: BEGINNING.probes,
};
const HOUR = 3_600_000;

describe('the journal of a round', () => {
  test('grows with each observation, and is gone when the round is kept', async () => {
    const journal = await openJournal(folder, BEGINNING);
    journal!.add(UP);
    const [name] = await journals();
    expect((await text(name!)).replace(holderName(), 'HOLDER')).toMatchInlineSnapshot(`
      "{"id":"7.1.test","at":1795176000000,"location":"test","probes":["db/tcp","web/http"],"holder":"HOLDER"}
      {"service":"web","probe":"http","outcome":"up","latencyMs":12.5,"attempts":1,"values":[{"name":"$.pending","value":3},{"name":"free","value":71.5,"unit":"%"}],"version":"1.4.0"}
      "
    `);
    await journal![Symbol.asyncDispose]();
    expect(await journals()).toEqual([]);
  });

  test('is left alone while its process lives', async () => {
    await using journal = await openJournal(folder, BEGINNING);
    journal!.add(UP);
    expect(await taken()).toEqual([]);
    expect((await journals()).length).toBe(1);
  });

  test('and so is the one of another process', async () => {
    const child = spawn('sleep', ['60']);
    try {
      await leave({ holder: `${child.pid} ${hostname()}` });
      expect(await taken()).toEqual([]);
      expect((await journals()).length).toBe(1);
    } finally {
      child.kill();
    }
  });

  test('makes the folder of a history that has just begun', async () => {
    await using journal = await openJournal(join(folder, 'deep', 'history'), BEGINNING);
    expect(journal).toBeDefined();
  });

  test('is none where there can be no file', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await openJournal(join(folder, 'file'), BEGINNING)).toBe(undefined);
  });

  test('goes on silently when the disk is full', async () => {
    await symlink('/dev/full', join(folder, `.round-${process.pid}-${AT}.ndjson`));
    const journal = await openJournal(folder, BEGINNING);
    journal!.add(UP);
    journal!.add(DOWN);
    await journal![Symbol.asyncDispose]();
    expect(await journals()).toEqual([]);
  });

  test('ends once, also when it is ended twice', async () => {
    const journal = await openJournal(folder, BEGINNING);
    await journal![Symbol.asyncDispose]();
    await journal![Symbol.asyncDispose]();
    journal!.add(UP);
    expect(await journals()).toEqual([]);
  });
});

describe('a round that was killed', () => {
  test('is found once, with what it had finished', async () => {
    await leave();
    expect(await taken()).toEqual([whole]);
    expect(await journals()).toEqual([]);
    expect(await taken()).toEqual([]);
  });

  test('is found among others', async () => {
    await leave({ name: '1' });
    await leave({ name: '2', lines: LINES.slice(0, 1) });
    await leave({ name: '3', lines: LINES.slice(1) });
    expect((await taken()).map(({ round }) => round.observations)).toEqual([[UP, DOWN], [UP], [DOWN]]);
    expect(await journals()).toEqual([]);
  });

  test('stays until whoever takes it is done with it', async () => {
    await leave({ name: '1' });
    await leave({ name: '2' });
    const failing = async (): Promise<void> => {
      for await (const _ of takeAbandoned(folder)) throw new Error('no room to keep it');
    };
    await expect(failing()).rejects.toThrow('no room');
    expect((await journals()).length).toBe(2);
    expect((await taken()).length).toBe(2);
  });

  test.each<[string, string, RecordedObservation[]]>([
    ['torn', '{"service":"web","probe":"ht', [UP, DOWN]],
    ['whole but for its newline', JSON.stringify(UP), [UP, DOWN, UP]],
  ])('with a last line that is %s', async (_, last, observations) => {
    await leave();
    await appendFile(join(folder, (await journals())[0]!), last);
    expect((await taken())[0]!.round.observations).toEqual(observations);
  });

  test('with broken lines in the middle loses only those', async () => {
    await leave({ lines: [LINES[0]!, '\u0000\u0000', '{"service":"web"}', '{"outcome":"fine"}', LINES[1]!] });
    expect((await taken())[0]!.round.observations).toEqual([UP, DOWN]);
  });

  test('before anything was finished is nothing', async () => {
    await leave({ lines: [] });
    expect(await taken()).toEqual([]);
    expect(await journals()).toEqual([]);
  });

  test('in a container that is started again, where the process has the same number', async () => {
    await leave({ holder: `${process.pid} ${hostname()}` });
    expect(await taken()).toEqual([whole]);
  });

  test('while another of the same process is being written', async () => {
    await leave({ holder: `${process.pid} ${hostname()}` });
    await using journal = await openJournal(folder, { ...BEGINNING, at: AT + 1 });
    journal!.add(UP);
    expect(await taken()).toEqual([whole]);
    expect((await journals()).length).toBe(1);
  });
});

describe('a journal that nobody can be asked about', () => {
  test.each<[string, Left, number, number]>([
    ['of another host is left alone for an hour', { holder: '1 elsewhere', ageMs: HOUR - 60_000 }, 0, 1],
    ['and taken after it', { holder: '1 elsewhere', ageMs: HOUR + 60_000 }, 1, 0],
    ['without a name, too', { holder: '', ageMs: HOUR + 60_000 }, 1, 0],
    ['and left alone until then', { holder: '' }, 0, 1],
  ])('%s', async (_, left, found, remaining) => {
    await leave(left);
    expect([(await taken()).length, (await journals()).length]).toEqual([found, remaining]);
  });

  test.each([
    ['empty', ''],
    ['torn', '{"id":"7.1.te'],
    ['of something else', '{"hello":1}\n'],
    ['no text', '\u0000\u0000\n'],
  ])('whose head is %s is left alone for an hour, then deleted', async (_, content) => {
    await write('.round-1-2.ndjson', content, HOUR - 60_000);
    expect([await taken(), (await journals()).length]).toEqual([[], 1]);
    await write('.round-1-2.ndjson', content, HOUR + 60_000);
    expect([await taken(), (await journals()).length]).toEqual([[], 0]);
  });
});

test('other files, and folders that are not there, are no journals', async () => {
  await writeFile(join(folder, '.lock'), 'x');
  await writeFile(join(folder, 'round-1-2.ndjson'), LINES.join('\n'));
  expect(await taken()).toEqual([]);
  expect((await readdir(folder)).length).toBe(2);
  expect(await taken(join(folder, 'none'))).toEqual([]);
});

test('a round that was killed between being kept and being forgotten is kept once', async () => {
  await appendRound(folder, whole.round, whole.probes);
  const before = await readFile(join(folder, 'raw', '2026-11-20.ndjson'), 'utf8');
  await leave();
  for await (const { round, probes } of takeAbandoned(folder)) await appendRound(folder, round, probes);
  expect(await readFile(join(folder, 'raw', '2026-11-20.ndjson'), 'utf8')).toBe(before);
  // And when the part that was killed came first, it is the one that stands.
  await leave({ lines: LINES.slice(0, 1) });
  for await (const { round, probes } of takeAbandoned(folder)) await appendRound(folder, round, probes);
  const { rounds } = await readRounds(folder, 0);
  expect(rounds.map(({ observations }) => observations.length)).toEqual([2]);
});

test('a round for which there can be no journal is run and kept all the same', async () => {
  const fine = defineProbe({
    settings: z.string(),
    describe: () => 'fine',
    run: async () => ({ outcome: 'up', message: 'fine' }),
  });
  const source = 'services: { a: { probes: [{ fine: x }] } }';
  const loaded = parseConfig('services.yml', source, { kinds: new Map([['fine', fine.settings]]), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  // What stands in the way of the file.
  await mkdir(join(folder, `.round-${process.pid}-${AT}.ndjson`));
  await runRound({
    config: loaded.config,
    registry: new Map([['fine', fine]]),
    secrets: [],
    id: '7.1.test',
    location: 'test',
    historyFolder: folder,
    pendingFolders: [],
    surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
    write: true,
    concurrency: 1,
    signal: new AbortController().signal,
    now: () => AT,
    monotonic: () => performance.now(),
  });
  expect((await readRounds(folder, 0)).rounds).toMatchObject([{ id: '7.1.test', observations: [{ outcome: 'up' }] }]);
});
