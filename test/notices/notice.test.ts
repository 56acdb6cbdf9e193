/** What people read. */
import { describe, expect, test } from 'vitest';
import { readTemplate, type Template } from '../../src/config/template.ts';
import { type IncidentEvent, incidentEvent } from '../../src/incidents/event.ts';
import type { RecordedRound } from '../../src/model.ts';
import { clean } from '../../src/notices/clean.ts';
import { digestOf, type Notice, noticeOf } from '../../src/notices/notice.ts';
import { occurrencesIn } from '../../src/notices/occurrence.ts';
import { asLines, PLAIN, wordingOf } from '../../src/notices/wording.ts';
import { NAMED, openedEvent } from '../effects/samples.ts';
import { MINUTE, NOON } from '../status/sketch.ts';

const CONFIG = { ...NAMED, renamed: new Map<string, string>(), schedule: { everyMs: 5 * MINUTE, rounds: 1 } };

function event(minute: number, rest: string, more: Partial<IncidentEvent>): IncidentEvent {
  const incident = '2026-11-20-database';
  const kind = rest.replace(/^[p\d]+-/, '');
  return incidentEvent.parse({
    v: 1,
    id: `${incident}/${rest}`,
    t: NOON / 1000 + minute * 60,
    incident,
    kind,
    ...more,
  });
}

function noticesOf(lines: readonly IncidentEvent[], rounds: readonly RecordedRound[] = [], minute = 60): Notice[] {
  const { news, lasting } = occurrencesIn({ lines, rounds, config: CONFIG }, NOON + minute * MINUTE);
  return [...news, ...lasting].map((one) => noticeOf(one, CONFIG));
}

const read = (notice: Notice): string => {
  const wording = wordingOf(notice, {}, PLAIN);
  return [wording.title, ...asLines(wording, notice.link)].join('\n');
};

test('an incident from its beginning to its end', () => {
  const notices = noticesOf([
    openedEvent(),
    event(10, '2-escalated', {
      impact: 'critical',
      services: [{ id: 'shop', state: 'major_outage', was: 'degraded' }],
    }),
    event(12, 'p1-update', { by: 'person', text: 'We *know*,\n\nand [look](https://x.example).', author: 'Ann' }),
    event(15, '3-resolved', {
      status: 'resolved',
      since: NOON / 1000 - 600,
      end: NOON / 1000 + 840,
      reason: 'recovered',
    }),
  ]);
  expect(notices.map(read).join('\n\n=====\n')).toMatchInlineSnapshot(`
    "Database is down
    Database is down: connection refused. Api and Shop are affected.

    Probable cause: Database
    Evidence: connection refused
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/

    =====
    Worse: Database is down
    Shop is down. The impact is now critical.

    Probable cause: Database
    Evidence: connection refused
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/

    =====
    Update: Database is down
    We *know*, and [look](https:​//x.example).

    Probable cause: Database
    Evidence: connection refused
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/

    =====
    Resolved: Database is down
    Recovered at 12:14 UTC after 24 min.

    Probable cause: Database
    Evidence: connection refused
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Lasted: 2026-11-20 11:50 UTC to 2026-11-20 12:14 UTC (24 min)

    https://status.example.org/incidents/2026-11-20-database/"
  `);
});

test('another cause is a probable one, and its share is said', () => {
  const cause = event(10, '2-cause', { cause: 'api', share: 0.6, evidence: 'HTTP 500', chain: ['shop', 'api'] });
  expect(read(noticesOf([openedEvent(), cause])[1]!)).toMatchInlineSnapshot(`
    "Another cause: Api is down
    Probable cause is now Api (60 %): HTTP 500.

    Probable cause: Api (60 %)
    Evidence: HTTP 500
    Seen through: Shop → Api
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/"
  `);
});

test('who is not probed is only suspected', () => {
  const { evidence: _, ...opened } = openedEvent();
  expect(read(noticesOf([{ ...opened, isGuess: true }])[0]!)).toMatchInlineSnapshot(`
    "Database is probably failing
    Probable cause: Database, which is not probed. Api and Shop are affected.

    Probable cause: Database, which is not probed
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/"
  `);
});

test('what lasts', () => {
  expect(read(noticesOf([openedEvent()], [], 6 * 60).at(-1)!)).toMatchInlineSnapshot(`
    "Still: Database is down
    It began at 2026-11-20 11:50 UTC, and lasts. Nothing has changed since 2026-11-20 12:00 UTC.

    Probable cause: Database
    Evidence: connection refused
    Seen through: Shop → Api → Database
    Affected: 3 services: Database, Api, Shop
    Impact: critical
    Since: 2026-11-20 11:50 UTC

    https://status.example.org/incidents/2026-11-20-database/"
  `);
});

test('the prober, and that nobody looked', () => {
  const round = (minute: number, more: object = {}): RecordedRound => ({
    id: `${minute}.1.gha`,
    at: NOON + minute * MINUTE,
    location: 'gha',
    observations: [],
    ...more,
  });
  const rounds = [round(0), round(5, { isProberFault: true }), round(10), round(10 + 8 * 60)];
  expect(
    noticesOf([], rounds, 9 * 60)
      .map(read)
      .join('\n\n=====\n'),
  ).toMatchInlineSnapshot(`
    "The prober in gha has no network
    Since 2026-11-20 12:05 UTC the prober in gha reaches nothing, most likely because its own network fails. What it sees is not counted, and no service is blamed. Please look at the machine that probes.

    =====
    The prober in gha has its network again
    From 2026-11-20 12:05 UTC to 2026-11-20 12:10 UTC the prober in gha reached nothing, most likely because its own network failed. No service was blamed; of that time nothing is known.

    =====
    Probing had stopped
    Nothing was probed from 2026-11-20 12:10 UTC to 2026-11-20 20:10 UTC (8 h). Of that time nothing is known. Please look at what starts the rounds."
  `);
});

test('many in one', () => {
  const notices = noticesOf([openedEvent()]);
  expect(read(digestOf([...notices, ...notices], CONFIG))).toMatchInlineSnapshot(`
    "And 4 more messages
    Database is down; Still: Database is down; Database is down; Still: Database is down.

    https://status.example.org"
  `);
});

test('sixty services that fail are counted, and five named', () => {
  const services = Array.from({ length: 60 }, (_, index) => ({ id: `s${index}`, state: 'major_outage' as const }));
  const [notice] = noticesOf([{ ...openedEvent(), services }]);
  expect(notice!.facts.find(({ label }) => label === 'Affected')!.value).toBe(
    '60 services: s0, s1, s2, s3, s4 and 55 more',
  );
});

describe('words of one’s own', () => {
  const filled = (text: string, plain = PLAIN): string =>
    wordingOf(noticesOf([openedEvent()])[0]!, { title: readTemplate(text) as Template }, plain).title;

  test.each([
    ['{title} ({impact}, {count} affected)', 'Database is down (critical, 3 affected)'],
    ['{{cause}} is {cause}', '{cause}} is Database'],
    ['{chain} since {since}', 'Shop → Api → Database since 2026-11-20 11:50 UTC'],
    ['{page} {event} {id} {evidence}', 'Example status opened 2026-11-20-database connection refused'],
    ['no braces', 'no braces'],
  ])('%s', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  test('are left as they are, while what fills them is not', () => {
    expect(filled('*{title}*', (value) => value.toUpperCase())).toBe('*DATABASE IS DOWN*');
  });

  test.each([
    ['{titel}', 'unknown placeholder {titel}; known are {title}'],
    ['{', 'expected a } behind {'],
    ['{title', 'expected a } behind {title'],
    ['{constructor}', 'unknown placeholder {constructor}'],
  ])('%s is a mistake', (text, problem) => {
    expect(readTemplate(text)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

test.each([
  ['a\r\nBcc: b', 'a Bcc: b'],
  ['https://evil.example', 'https:\u200b//evil.example'],
  ['www.evil.example', 'www\u200b.evil.example'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['\u0000\u001b[31mred', '[31mred'],
  ['x'.repeat(30), `${'x'.repeat(19)}…`],
  [`${'x'.repeat(18)}😀😀`, `${'x'.repeat(18)}…`],
  ['\ud83d', ''],
])('%j is made %j', (text, expected) => {
  expect(clean(text, 20 + expected.length * Number(text.includes('evil')))).toBe(expected);
});
