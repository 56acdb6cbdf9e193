import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli.ts';
import { replay as verb } from '../../src/verbs/replay.ts';
import { seeded } from '../fixture.ts';
import { configOf, type Expectation, readScenario, roundsOf, scenarioFiles, servicesYml } from '../scenario.ts';
import { MINUTE, NOON } from '../status/sketch.ts';
import { CLI, type Ended, type Place, placeWith } from './cli.ts';

interface Line {
  at: string;
  overall: string;
  headline: string;
  causes: { service: string; share: number; chain: string[] }[];
  services: Record<string, { own: string; effective: string; onset: string | null; atRiskThrough?: string }>;
  proberFault: boolean;
}

/** `services` as in services.yml, rounds five minutes apart; each is what services showed, by id. */
type Seen = Readonly<Record<string, string | object>>;

function roundLine(seen: Seen, minute: number): string {
  const observations = Object.entries(seen).map(([service, given]) => ({
    service,
    ...(typeof given === 'string' ? { outcome: given } : given),
  }));
  return JSON.stringify({ at: new Date(NOON + minute * MINUTE).toISOString(), observations });
}

function ndjson(...rounds: readonly Seen[]): string {
  return rounds.map((seen, index) => `${roundLine(seen, index * 5)}\n`).join('');
}

async function replay(place: Place, text: string, ...flags: readonly string[]): Promise<Ended> {
  await writeFile(join(place.folder, 'rounds.ndjson'), text);
  return place.run(['replay', '--observations', 'rounds.ndjson', ...flags]);
}

async function replayJson(place: Place, text: string): Promise<Line[]> {
  const { code, stdout, stderr } = await replay(place, text, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return linesOf(stdout);
}

/** The verb itself, without a process of its own for each of many files; all else here has one. */
async function replayHere(place: Place, text: string): Promise<Line[]> {
  const [config, observations] = ['services.yml', 'rounds.ndjson'].map((name) => join(place.folder, name));
  await writeFile(observations!, text);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([stdout, stderr].map(textOf));
  // What a verb asks of streams, every stream has; these are no terminals.
  const io = { env: {}, stdout, stderr } as unknown as Io;
  const code = await verb.run({ config, observations, json: true }, io);
  stdout.end();
  stderr.end();
  const [answers, problems] = await printed;
  expect([code, problems]).toEqual([0, '']);
  return linesOf(answers!);
}

function linesOf(stdout: string): Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((text) => JSON.parse(text) as Line);
}

const SHOP = `services:
  shop: { dependsOn: [api], probes: [{ tcp: "shop:1" }] }
  api: { dependsOn: [db], probes: [{ tcp: "api:1" }] }
  db: { probes: [{ tcp: "db:1" }] }
`;
const WELL: Seen = { shop: 'up', api: 'up', db: 'up' };
const BROKEN: Seen = { shop: 'degraded', api: 'down', db: 'down' };
const OUTAGE = ndjson(WELL, WELL, BROKEN, BROKEN, { shop: 'up', api: 'up', db: 'down' }, WELL, WELL);

/** What persons say stands in the history, and in no file of rounds. */
const unspoken = scenarioFiles.filter((file) => readScenario(file).rounds.every(({ says }) => says === undefined));

describe('every scenario comes to the same from a file', () => {
  test.concurrent.each(unspoken)('%s', async (file) => {
    const scenario = readScenario(file);
    const groups = roundsOf(scenario, configOf(file, scenario));
    await using place = await placeWith(servicesYml(scenario));
    const text = groups
      .flat()
      .map(
        ({ at, location, canaries, observations }) =>
          `${JSON.stringify({ at: new Date(at).toISOString(), location, canaries, observations })}\n`,
      )
      .join('');
    const lines = await replayHere(place, text);
    expect(lines.length).toBe(groups.flat().length);
    let index = -1;
    for (const [group, { expect: expected = {} }] of scenario.rounds.entries()) {
      index += groups[group]!.length;
      expect(told(lines[index]!, expected, scenario.from), `round ${group + 1} of ${file}`).toEqual(
        expectedOf(expected),
      );
    }
  });
});

const TOLD = ['overall', 'causes', 'chain', 'headline', 'proberFault', 'services', 'since', 'atRisk'] as const;

function expectedOf(expected: Expectation): object {
  return Object.fromEntries(TOLD.flatMap((key) => (key in expected ? [[key, expected[key]]] : [])));
}

/** What a line says of that which is expected. */
function told({ overall, headline, causes, services, proberFault }: Line, expected: Expectation, from: string): object {
  const entries = Object.entries(services);
  const onset = (id: string): number => (Date.parse(services[id]!.onset ?? '') - Date.parse(from)) / MINUTE;
  const all = {
    overall,
    causes: causes.map(({ service }) => service),
    chain: causes[0]?.chain ?? [],
    headline,
    proberFault,
    services: Object.fromEntries(Object.keys(expected.services ?? {}).map((id) => [id, services[id]!.effective])),
    since: Object.fromEntries(Object.keys(expected.since ?? {}).map((id) => [id, onset(id)])),
    atRisk: Object.fromEntries(entries.flatMap(([id, { atRiskThrough: at }]) => (at === undefined ? [] : [[id, at]]))),
  };
  return Object.fromEntries(TOLD.flatMap((key) => (key in expected ? [[key, all[key]]] : [])));
}

describe('a line', () => {
  test('has the form that is documented', async () => {
    await using place = await placeWith(SHOP);
    const { stdout } = await replay(place, OUTAGE, '--json');
    expect(stdout.split('\n')[3]).toMatchInlineSnapshot(
      `"{"at":"2026-11-20T12:15:00Z","overall":"degraded","headline":"Shop is degraded.","causes":[{"service":"db","share":1,"chain":["shop","api","db"]}],"services":{"shop":{"own":"degraded","effective":"degraded","onset":"2026-11-20T12:10:00Z","atRiskThrough":"api"},"api":{"own":"major_outage","effective":"major_outage","onset":"2026-11-20T12:10:00Z"},"db":{"own":"major_outage","effective":"major_outage","onset":"2026-11-20T12:10:00Z"}},"proberFault":false}"`,
    );
    expect(stdout.split('\n')[6]).toMatchInlineSnapshot(
      `"{"at":"2026-11-20T12:30:00Z","overall":"operational","headline":"All systems are operational.","causes":[],"services":{"shop":{"own":"operational","effective":"operational","onset":null},"api":{"own":"operational","effective":"operational","onset":null},"db":{"own":"operational","effective":"operational","onset":null}},"proberFault":false,"incidents":[{"v":1,"id":"2026-11-20-db/3-resolved","t":1795177800,"incident":"2026-11-20-db","kind":"resolved","by":"vedette","status":"resolved","since":1795176600,"reason":"recovered","end":1795177500,"services":[{"id":"api","state":"operational","was":"major_outage"},{"id":"db","state":"operational","was":"major_outage"},{"id":"shop","state":"operational","was":"degraded"}]}]}"`,
    );
  });

  test('depends on no later round', async () => {
    await using place = await placeWith(SHOP);
    const whole = (await replay(place, OUTAGE, '--json')).stdout.split('\n');
    const lines = OUTAGE.split('\n');
    for (const count of [1, 3, 4, 6]) {
      const { stdout } = await replay(place, `${lines.slice(0, count).join('\n')}\n`, '--json');
      expect(stdout.split('\n')).toEqual([...whole.slice(0, count), '']);
    }
  });

  test('depends on no order of observations, nor of services', async () => {
    const random = seeded(11);
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const services = ids.map((id, index) => {
      const needs = ids.slice(index + 1).filter(() => random() < 0.5);
      return `  ${id}: { dependsOn: [${needs.join(', ')}], probes: [{ tcp: "x:1" }] }\n`;
    });
    const rounds = Array.from({ length: 40 }, () =>
      Object.fromEntries(
        ids.map((id) => [
          id,
          random() < 0.8 ? 'up' : random() < 0.5 ? 'degraded' : { outcome: 'down', reason: 'reset' },
        ]),
      ),
    );
    const turned = rounds.map((seen) => Object.fromEntries(Object.entries(seen).reverse()));
    await using place = await placeWith(`services:\n${services.join('')}`);
    await using other = await placeWith(`services:\n${services.toReversed().join('')}`);
    const lines = await replayJson(place, ndjson(...rounds));
    expect(await replayJson(place, ndjson(...turned))).toEqual(lines);
    const summary = ({ overall, causes, services: states }: Line): object => ({
      overall,
      causes: causes.map(({ service, share }) => ({ service, share })),
      // Of dependencies that are equally bad the first in services.yml is named.
      states: Object.entries(states)
        .map(([id, { own, effective, onset }]) => [id, own, effective, onset])
        .sort(),
    });
    expect((await replayJson(other, ndjson(...rounds))).map(summary)).toEqual(lines.map(summary));
  });
});

describe('an observation', () => {
  const PROBES = `services:
  queue:
    formerly: [broker]
    probes:
      - { tcp: "q:1", name: backlog, essential: false, confirm: 1 of 1 }
      - { tcp: "q:1", name: ping, confirm: 3 of 3 }
`;

  test('without a probe speaks for the service, as confirmed as its first essential probe', async () => {
    await using place = await placeWith(PROBES);
    const lines = await replayJson(
      place,
      ndjson({ queue: 'up' }, ...Array(3).fill({ queue: 'down' }), { queue: 'up' }),
    );
    expect(lines.map(({ overall }) => overall)).toEqual([
      'operational',
      'operational',
      'operational',
      'major_outage',
      'operational',
    ]);
    expect(lines[3]!.services.queue!.onset).toBe('2026-11-20T12:05:00Z');
  });

  test('with one counts as that one', async () => {
    await using place = await placeWith(PROBES);
    const lines = await replayJson(place, ndjson({ queue: 'up' }, { queue: { probe: 'backlog', outcome: 'down' } }));
    expect(lines.at(-1)!.overall).toBe('degraded');
  });

  test('under a former id is one of its heir', async () => {
    await using place = await placeWith(PROBES);
    expect((await replayJson(place, ndjson({ broker: 'up' })))[0]!.overall).toBe('operational');
  });

  test('of what services.yml does not have is ignored, and said once', async () => {
    await using place = await placeWith(PROBES);
    const seen = { queue: 'up', wiki: 'down', mail: 'down' };
    const odd = { queue: { probe: 'ftp', outcome: 'down' } };
    const { code, stdout, stderr } = await replay(place, ndjson(seen, seen, odd), '--json');
    expect([code, linesOf(stdout).map(({ overall }) => overall)]).toEqual([0, Array(3).fill('operational')]);
    expect(stderr).toMatchInlineSnapshot(`
      "warning: 4 observations ignored: services.yml has no service wiki, mail
      warning: 1 observation ignored: services.yml has no probe queue/ftp
      "
    `);
  });
});

describe('for people', () => {
  test('what changed', async () => {
    await using place = await placeWith(SHOP);
    expect((await replay(place, OUTAGE)).stdout).toMatchInlineSnapshot(`
      "AT                       OVERALL         HEADLINE
      2026-11-20 12:00:00 UTC  operational     All systems are operational.
      2026-11-20 12:10:00 UTC  degraded        Shop is degraded.  db (100 %: shop → api → db)
      2026-11-20 12:20:00 UTC  operational     All essential services are operational.
      2026-11-20 12:25:00 UTC  operational     All systems are operational.

      7 rounds, 3 changes.
      "
    `);
  });

  test('the summary', async () => {
    await using place = await placeWith(SHOP);
    expect((await replay(place, OUTAGE, '--summary')).stdout).toMatchInlineSnapshot(`
      "7 rounds, 2026-11-20 12:00:00 UTC to 2026-11-20 12:30:00 UTC.

      START                    END                       LASTED  WORST           FIRST CAUSE
      2026-11-20 12:10:00 UTC  2026-11-20 12:20:00 UTC   10 min  degraded        db

      Minutes in each overall state:
        operational          20
        degraded             10
        partial outage        0
        major outage          0
        unknown               0

      1 episode that was not operational, the longest 10 min.
      Probably false alarms: 10 min in 1 episode of a round or two.
      2 changes of the overall state, 0 rounds that the prober spoilt.

      INCIDENT               LASTED  IMPACT    NOTIFIED  CAUSE
      2026-11-20 12:10 UTC   15 min  minor            2  db

      1 incident, 2 notifications.
      "
    `);
  });

  test('the summary for programs', async () => {
    await using place = await placeWith(SHOP);
    const { stdout } = await replay(place, OUTAGE, '--summary', '--json');
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "changes": 2,
        "episodes": [
          {
            "end": "2026-11-20T12:20:00Z",
            "firstCause": "db",
            "minutes": 10,
            "start": "2026-11-20T12:10:00Z",
            "worst": "degraded",
          },
        ],
        "from": "2026-11-20T12:00:00Z",
        "incidents": [
          {
            "causes": [
              "db",
            ],
            "end": "2026-11-20T12:25:00Z",
            "id": "2026-11-20-db",
            "impact": "minor",
            "minutes": 15,
            "notifications": 2,
            "reopened": 0,
            "resolution": "recovered",
            "start": "2026-11-20T12:10:00Z",
          },
        ],
        "longest": {
          "end": "2026-11-20T12:20:00Z",
          "firstCause": "db",
          "minutes": 10,
          "start": "2026-11-20T12:10:00Z",
          "worst": "degraded",
        },
        "minutes": {
          "degraded": 10,
          "major_outage": 0,
          "operational": 20,
          "partial_outage": 0,
          "unknown": 0,
        },
        "notObservedMinutes": 0,
        "notifications": 2,
        "probablyFalse": {
          "episodes": 1,
          "minutes": 10,
        },
        "proberFaultRounds": 0,
        "rounds": 7,
        "to": "2026-11-20T12:30:00Z",
      }
    `);
  });

  test('a round that our network spoilt blames nobody', async () => {
    const services = ['a', 'b', 'c'].map((id) => `  ${id}: { probes: [{ tcp: "x:1" }] }\n`);
    await using place = await placeWith(`services:\n${services.join('')}`);
    const gone = { outcome: 'down', reason: 'unreachable' };
    const text = ndjson({ a: 'up', b: 'up', c: 'up' }, { a: gone, b: gone, c: gone }, { a: 'up', b: 'up', c: 'up' });
    expect((await replayJson(place, text))[1]).toMatchObject({ overall: 'unknown', causes: [], proberFault: true });
    expect((await replay(place, text)).stdout).toMatchInlineSnapshot(`
      "AT                       OVERALL         HEADLINE
      2026-11-20 12:00:00 UTC  operational     All systems are operational.
      2026-11-20 12:05:00 UTC  unknown         Unknown: our prober cannot reach the network.
      2026-11-20 12:10:00 UTC  operational     All systems are operational.

      3 rounds, 2 changes.
      "
    `);
  });
});

describe('a file', () => {
  test.each([
    [['--json'], ''],
    [[], '0 rounds, 0 changes.\n'],
    [['--summary'], 'No rounds.\n'],
  ])('without rounds, %j', async (flags, stdout) => {
    await using place = await placeWith(SHOP);
    expect(await replay(place, '\n', ...flags)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('is read up to the first line that is none', async () => {
    await using place = await placeWith(SHOP);
    const { code, stdout, stderr } = await replay(place, `${ndjson(WELL, WELL)}\n{"at":1}\n${ndjson(WELL)}`, '--json');
    expect([code, linesOf(stdout).length]).toEqual([1, 2]);
    expect(stderr).toBe('rounds.ndjson:4  at: expected an instant like 2026-11-20T12:00:00Z\n');
  });

  test('is in order of time', async () => {
    await using place = await placeWith(SHOP);
    const { code, stderr } = await replay(place, `${roundLine(WELL, 5)}\n${roundLine(WELL, 5)}\n${roundLine(WELL, 0)}`);
    expect([code, stderr]).toEqual([
      1,
      'rounds.ndjson:3  at: 2026-11-20 12:00:00 UTC is before the line above (2026-11-20 12:05:00 UTC); sort the file by time\n',
    ]);
  });

  test('may have been written on Windows, and end without an end of line', async () => {
    await using place = await placeWith(SHOP);
    expect(await replayJson(place, `\uFEFF${OUTAGE.trim().replaceAll('\n', '\r\n')}`)).toHaveLength(7);
  });

  test.each([
    ['a file that is not there', 'none.ndjson', /^vedette: none\.ndjson cannot be read: ENOENT/],
    ['a folder', '.', /^vedette: \. cannot be read: EISDIR/],
  ])('%s', async (_, file, problem) => {
    await using place = await placeWith(SHOP);
    const ended = await place.run(['replay', '--observations', file]);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(problem) });
  });

  test('none', async () => {
    await using place = await placeWith(SHOP);
    expect(await place.run(['replay'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'vedette: --observations is missing; see: vedette replay --help\n',
    });
  });
});

describe('standard input', () => {
  const services = Array.from({ length: 50 }, (_, index) => `service-${index}`);
  const config = `services:\n${services.map((id) => `  ${id}: { probes: [{ tcp: "x:1" }] }\n`).join('')}`;
  const seen = Object.fromEntries(services.map((id) => [id, 'up']));
  const ROUNDS = 4000;
  const REPORT_RSS = `data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))`;

  test('is read no faster than the answers are taken, whatever its length', async () => {
    await using place = await placeWith(config);
    const child = spawn(process.execPath, ['--import', REPORT_RSS, CLI, 'replay', '--observations', '-', '--json'], {
      cwd: place.folder,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    let taken = 0;
    let offered = 0;
    const feed = async (): Promise<void> => {
      for (let index = 0; index < ROUNDS; index += 1) {
        const line = `${roundLine(seen, index * 5)}\n`;
        offered += line.length;
        if (!child.stdin.write(line)) await once(child.stdin, 'drain');
        taken = offered - child.stdin.writableLength;
      }
      child.stdin.end();
    };
    const fed = feed();
    // Nobody reads: what the pipes and a few buffers hold is taken, then no more.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(taken).toBeLessThan(2_000_000);
    let lines = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) lines += 1;
    });
    await Promise.all([fed, once(child, 'close')]);
    expect([lines, child.exitCode, offered > 6_000_000]).toEqual([ROUNDS, 0, true]);
    expect(Number(stderr)).toBeLessThan(300_000);
  });

  test('nobody has to read to its end', async () => {
    await using place = await placeWith(config);
    const child = spawn(process.execPath, [CLI, 'replay', '--observations', '-', '--json'], { cwd: place.folder });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdout.once('data', () => child.stdout.destroy());
    for (let index = 0; index < 200; index += 1) child.stdin.write(`${roundLine(seen, index * 5)}\n`);
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([0, '']);
  });
});
