/** Telling as it really goes: a history in a folder or on a branch, receivers on loopback, runs that die or race. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problems.ts';
import { channelSettingsOf, loadChannels } from '../../src/effects/channel-registry.ts';
import type { Pace } from '../../src/effects/deliver.ts';
import { type Ledger, type Notified, notifyAfterRound } from '../../src/effects/notify.ts';
import { openDeliveries } from '../../src/history/deliveries.ts';
import { addIncidents, readDeliveries } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { readPublished } from '../../src/history/git/read-published.ts';
import { appendRound } from '../../src/history/store.ts';
import { type IncidentEvent, incidentEvent } from '../../src/incidents/event.ts';
import { type Clone, ENV, makePlace } from '../history/git/clones.ts';
import { MINUTE, NOON } from '../status/sketch.ts';
import { FIXTURES, SECRET } from './fixtures.ts';
import { type HttpReceiver, receiveHttp, receiveMail, receiveSilently } from './receivers.ts';

const channels = await loadChannels();
const PACE: Pace = { attemptMs: 1500, channelMs: 6000, firstWaitMs: 1, random: () => 0 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-notify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

function configOf(notifications: readonly object[]) {
  const source = stringify({
    page: { title: 'Example status' },
    services: { shop: { dependsOn: ['database'], alert: 'page' }, database: { alert: 'page' } },
    notifications,
  });
  const loaded = parseConfig('services.yml', source, {
    kinds: 'opaque',
    channels: channelSettingsOf(channels),
    env: {},
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config;
}

interface Run {
  minute: number;
  history?: string;
  run?: string;
  publish?: (message: string) => Promise<void>;
  ledger?: (ledger: Ledger) => Ledger;
  published?: Clone;
}

function tell(
  notifications: readonly object[],
  { minute, history = folder, run = `${minute}`, ...more }: Run,
): Promise<Notified> {
  const now = (): number => NOON + minute * MINUTE;
  const { published } = more;
  const target = { folder: history, ownBranch: false, env: ENV };
  const ledger = openDeliveries(history, now, published && ((paths) => readPublished(target, paths)));
  const tellAll = notifyAfterRound({ channels, ledger: more.ledger?.(ledger) ?? ledger, run, pace: PACE });
  const publish = more.publish ?? (async (message) => void (await published?.publish({ message })));
  return tellAll.run({ config: configOf(notifications), now, signal: new AbortController().signal, publish });
}

function event(minute: number, id: string, more: Partial<IncidentEvent> = {}): IncidentEvent {
  const [incident = '', rest = ''] = id.split('/');
  const kind = rest.replace(/^\d+-/, '');
  const t = NOON / 1000 + minute * 60;
  return incidentEvent.parse({
    v: 1,
    id: `2026-11-20-${id}`,
    t,
    incident: `2026-11-20-${incident}`,
    kind,
    ...(kind === 'opened' && {
      status: 'identified',
      impact: 'critical',
      cause: incident,
      evidence: 'connection refused',
    }),
    ...(kind === 'opened' && { services: [{ id: incident, state: 'major_outage' }], since: t - 300 }),
    ...(kind === 'resolved' && { status: 'resolved', end: t, since: t - 600, reason: 'recovered' }),
    ...more,
  });
}

const happens = (history: string, ...events: IncidentEvent[]) => addIncidents(history, () => events);
const deliveries = async (history = folder) => (await readDeliveries(openFolder(history), history)).lines;
const told = ({ accepted }: HttpReceiver): string[] =>
  accepted.map(({ body }) => {
    const { title, blocks, event_action, payload } = JSON.parse(body);
    if (event_action) return `${event_action} ${payload?.summary ?? ''}`.trim();
    return title ?? blocks[0].text.text.split('\n')[0];
  });

test('every kind at once: each is told once of the beginning and once of the end', async () => {
  const kinds = Object.keys(FIXTURES);
  const receivers = await Promise.all(kinds.map((kind) => FIXTURES[kind]!.receive()));
  const notifications = kinds.map((kind, index) => ({ [kind]: receivers[index]!.settings }));
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'));
  const opened = await tell(notifications, { minute: 5 });
  expect([opened.warnings, [...opened.sent.values()]]).toEqual([[], kinds.map(() => 1)]);
  await tell(notifications, { minute: 6 });
  await happens(folder, event(15, 'database/2-resolved'));
  await tell(notifications, { minute: 15 });
  expect(receivers.map((receiver) => receiver.raw().length)).toEqual(kinds.map(() => 2));
  // Names and ids only.
  const ledger = await readFile(join(folder, 'notifications', '2026.ndjson'), 'utf8');
  expect(ledger).not.toMatch(new RegExp(`${SECRET}|127\\.0\\.0\\.1|example\\.org|thank you`));
  await Promise.all(receivers.map((receiver) => receiver[Symbol.asyncDispose]()));
});

test('one that fails twice, one that hangs, one that is dead: none delays another, each is told once', async () => {
  await using flaky = await receiveHttp([500, 503, 'ok']);
  await using hanging = await receiveHttp(['hang']);
  await using silent = await receiveSilently();
  await using well = await receiveHttp();
  await using mail = await receiveMail();
  const notifications = [
    { slack: hanging.url, name: 'hangs' },
    { email: { server: `smtp://127.0.0.1:${silent.port}`, from: 'a@x.example', to: 'b@x.example' }, name: 'silent' },
    { webhook: { url: flaky.url, secret: 'key' }, name: 'flaky' },
    { webhook: well.url, name: 'well' },
    {
      email: { server: `smtp://127.0.0.1:${mail.port}`, startTls: 'optional', from: 'a@x.example', to: 'b@x.example' },
    },
  ];
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'), event(5, 'shop/1-opened'));
  const telling = tell(notifications, { minute: 5 });
  // Long before those that hang have had their time.
  await expect
    .poll(() => [well.accepted.length, flaky.accepted.length, mail.accepted.length], { timeout: 1400 })
    .toEqual([2, 2, 2]);
  expect(hanging.connections.open).toBe(1);
  const { warnings, sent } = await telling;
  expect(Object.fromEntries(sent)).toEqual({ flaky: 2, well: 2, email: 2 });
  expect([told(flaky), told(well)]).toEqual([
    ['Database is down', 'Shop is down'],
    ['Database is down', 'Shop is down'],
  ]);
  const ids = flaky.requests.map(({ headers }) => String(headers['webhook-id']));
  expect(ids).toEqual([...Array(3).fill('2026-11-20-database/1-opened'), '2026-11-20-shop/1-opened']);
  expect(warnings).toMatchInlineSnapshot(`
    [
      "notifications: hangs: no answer in time, 1 attempt; the message may not have arrived, and is not sent twice",
      "notifications: silent: no answer in time, 3 attempts; it is tried again at later rounds",
    ]
  `);
  // What may have arrived is not repeated; what has certainly not arrived is.
  const again = await tell(notifications, { minute: 10 });
  expect(hanging.requests.map(({ body }) => JSON.parse(body).text)).toEqual(['Database is down', 'Shop is down']);
  expect(again.warnings).toMatchInlineSnapshot(`
    [
      "notifications: hangs: no answer in time, 1 attempt; the message may not have arrived, and is not sent twice",
      "notifications: silent: no answer in time, 3 attempts; it is tried again at later rounds",
    ]
  `);
});

test('a pager is triggered and resolved', async () => {
  await using pager = await receiveHttp();
  const notifications = [{ pagerduty: { routingKey: 'key', url: pager.url } }];
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'));
  await tell(notifications, { minute: 5 });
  await happens(folder, event(10, 'database/2-resolved'));
  await tell(notifications, { minute: 10 });
  expect(told(pager)).toEqual(['trigger Database is down', 'resolve']);
});

test('a round that our own network spoilt tells of the fault, and of no outage', async () => {
  await using receiver = await receiveHttp();
  const notifications = [{ webhook: receiver.url }];
  const round = (minute: number, more: object = {}) =>
    appendRound(folder, {
      id: `${minute}.1.local`,
      at: NOON + minute * MINUTE,
      location: 'local',
      observations: [{ service: 'database', probe: 'tcp', outcome: 'down', reason: 'unreachable', attempts: 1 }],
      ...more,
    });
  await round(0);
  await tell(notifications, { minute: 0 });
  await round(5, { isProberFault: true });
  await tell(notifications, { minute: 5 });
  await round(10);
  await tell(notifications, { minute: 10 });
  expect(told(receiver)).toEqual(['The prober has no network', 'The prober has its network again']);
});

describe('runs that die', () => {
  const dying = (ledger: Ledger): Ledger => {
    let adds = 0;
    return {
      ...ledger,
      add: async (decide) => {
        adds += 1;
        // The claims are written; how it went never is.
        if (adds > 1) throw new Error('killed');
        return ledger.add(decide);
      },
    };
  };

  test('after sending: people are not told twice, programs get it under the same id, and it is said', async () => {
    await using people = await receiveHttp();
    await using programs = await receiveHttp();
    const notifications = [{ slack: people.url }, { webhook: programs.url }];
    await tell(notifications, { minute: 0 });
    await happens(folder, event(5, 'database/1-opened'));
    await expect(tell(notifications, { minute: 5, ledger: dying })).rejects.toThrow('killed');
    await expect.poll(() => [people.accepted.length, programs.accepted.length]).toEqual([1, 1]);
    expect((await tell(notifications, { minute: 10 })).sent.size).toBe(0);
    const { warnings } = await tell(notifications, { minute: 25 });
    expect(warnings).toEqual([
      'notifications: slack: a former run ended while it told of 2026-11-20-database/1-opened; the message may not have arrived',
    ]);
    expect([people.accepted.length, programs.accepted.length]).toEqual([1, 2]);
    expect(new Set(programs.accepted.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(JSON.parse(programs.accepted[1]!.body).notes).toEqual([
      'A message to the channel slack of 2026-11-20 12:05 UTC may not have arrived.',
    ]);
    expect((await tell(notifications, { minute: 30 })).warnings).toEqual([]);
  });

  test('before anything is decided: the next one finds it', async () => {
    await using receiver = await receiveHttp();
    const notifications = [{ slack: receiver.url }];
    await tell(notifications, { minute: 0 });
    await happens(folder, event(5, 'database/1-opened'));
    await tell(notifications, { minute: 65 });
    expect(told(receiver)).toEqual(['*Database is down*']);
  });
});

test('what cannot be published is not sent, and sent when it can', async () => {
  await using receiver = await receiveHttp();
  const notifications = [{ slack: receiver.url }];
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'));
  const publish = () => Promise.reject(new Error('the remote is gone'));
  const { warnings } = await tell(notifications, { minute: 5, publish });
  expect([warnings, receiver.requests]).toEqual([['notifications: the remote is gone'], []]);
  await tell(notifications, { minute: 6 });
  expect(told(receiver)).toEqual(['*Database is down*']);
});

test('two runs at once on one machine tell once', async () => {
  await using receiver = await receiveHttp();
  const notifications = [{ slack: receiver.url }];
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'), event(5, 'shop/1-opened'));
  await Promise.all(['a', 'b', 'c', 'd'].map((run) => tell(notifications, { minute: 5, run })));
  expect(told(receiver)).toEqual(['*Database is down*', '*Shop is down*']);
});

describe('on a branch', () => {
  test('of several clones that want to tell the same, one does, and the others learn of it', async () => {
    using place = makePlace();
    await using receiver = await receiveHttp();
    const notifications = [{ slack: receiver.url }];
    const first = place.clone('one');
    await happens(first.history, event(0, 'shop/1-opened'));
    await tell(notifications, { minute: 4, history: first.history, published: first });
    await happens(first.history, event(5, 'database/1-opened'));
    await first.publish();
    const clones = ['a', 'b', 'c', 'd'].map((name) => place.clone(name));
    const results = await Promise.all(
      clones.map((clone, index) =>
        tell(notifications, { minute: 5 + index / 10, run: `run ${index}`, history: clone.history, published: clone }),
      ),
    );
    expect(results.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(told(receiver)).toEqual(['*Database is down*']);
    const lines = place
      .git(place.remote, 'cat-file', 'blob', 'refs/heads/main:history/notifications/2026.ndjson')
      .split('\n')
      .map((line) => JSON.parse(line));
    const kinds = lines
      .filter((line) => line.event === '2026-11-20-database/1-opened')
      .map(({ kind, by }) => [kind, by]);
    expect(kinds.map(([kind]) => kind).sort()).toEqual(['claimed', 'sent']);
    expect(new Set(kinds.map(([, by]) => by)).size).toBe(1);
    // Who lost knows whose claim it is, and takes nobody for dead because of its own.
    for (const clone of clones) {
      const claim = (await deliveries(clone.history)).find(({ kind }) => kind === 'claimed');
      expect(claim?.by).toBe(kinds[0]![1]);
    }
  });

  test('a claim that was published by a run that died holds for other machines', async () => {
    using place = makePlace();
    await using receiver = await receiveHttp();
    const notifications = [{ slack: receiver.url }];
    const one = place.clone('one');
    await tell(notifications, { minute: 0, history: one.history, published: one });
    await happens(one.history, event(5, 'database/1-opened'));
    const dies = (ledger: Ledger): Ledger => ({ ...ledger, published: () => Promise.reject(new Error('killed')) });
    await expect(
      tell(notifications, { minute: 5, history: one.history, published: one, ledger: dies }),
    ).rejects.toThrow('killed');
    const two = place.clone('two');
    const { warnings } = await tell(notifications, { minute: 25, history: two.history, published: two });
    expect([warnings.length, receiver.requests.length]).toEqual([1, 0]);
  });
});

test('a channel that works again gets in the same round what has waited, in order', async () => {
  await using receiver = await receiveHttp([500, 500, 500, 'ok']);
  const notifications = [{ webhook: receiver.url }];
  await tell(notifications, { minute: 0 });
  await happens(folder, event(5, 'database/1-opened'), event(5, 'shop/1-opened'));
  await tell(notifications, { minute: 5 });
  await happens(folder, event(6, 'database/2-resolved'));
  expect(receiver.requests).toHaveLength(3);
  await tell(notifications, { minute: 10 });
  expect(told(receiver)).toEqual(['Database is down', 'Shop is down', 'Resolved: Database is down']);
});
