/** What every kind of channel keeps to, against receivers that are real. A kind without a fixture fails here. */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { channelEntry } from '../../src/config/notifications.ts';
import { PLACEHOLDERS, readTemplate, type Template } from '../../src/config/template.ts';
import { channelSettingsOf, loadChannels } from '../../src/effects/channel-registry.ts';
import { deliver, type Pace } from '../../src/effects/deliver.ts';
import type { Notice } from '../../src/notices/notice.ts';
import { noticeOf, testNotice } from '../../src/notices/notice.ts';
import { type CertificateName, certificates } from '../servers.ts';
import { FIXTURES, type Receiving } from './fixtures.ts';
import { receiveHttp, receiveMail, receiveSilently } from './receivers.ts';
import { incidentOccurrence, NAMED } from './samples.ts';

const channels = await loadChannels();
const PACE: Pace = { attemptMs: 5000, channelMs: 20_000, firstWaitMs: 1, random: () => 0 };
const HURRIED: Pace = { ...PACE, attemptMs: 400 };

test('every kind has a fixture', () => {
  expect(Object.keys(FIXTURES).sort()).toEqual([...channels.keys()]);
});

async function tell(
  kind: string,
  settings: unknown,
  notice: Notice,
  { pace = PACE, text }: { pace?: Pace; text?: string } = {},
) {
  const implementation = channels.get(kind)!;
  const channel = {
    name: kind,
    kind,
    settings: implementation.settings.parse(settings),
    ...(text !== undefined && { text: readTemplate(text) as Template }),
  };
  const signal = AbortSignal.timeout(pace.channelMs);
  return deliver(implementation, channel, notice, { pace, signal, now: Date.now });
}

const OPENED = noticeOf(incidentOccurrence(), NAMED);

describe.each(Object.entries(FIXTURES))('%s', (kind, fixture) => {
  const { isIdempotent } = channels.get(kind)!;

  test('delivers once: what is wrong, the probable cause, the reach, since when', async () => {
    await using receiver = await fixture.receive();
    expect(await tell(kind, receiver.settings, OPENED)).toEqual({ result: 'sent', tries: 1 });
    expect(receiver.tries()).toBe(1);
    const [message] = receiver.messages();
    for (const part of ['Database', 'connection refused', 'Shop', '2026'])
      expect(message!.replaceAll(/[\\\u200b]/g, '')).toContain(part);
    expect(message).toContain('https://status.example.org/incidents/2026-11-20-database/');
  });

  test('a receiver that fails twice gets it at the third try, once', async () => {
    await using receiver = await fixture.receive([500, 503, 'ok']);
    expect(await tell(kind, receiver.settings, OPENED)).toEqual({ result: 'sent', tries: 3 });
    expect([receiver.tries(), receiver.raw().length]).toEqual([3, 1]);
  });

  test('a receiver that always fails is left alone after three tries', async () => {
    await using receiver = await fixture.receive([500]);
    expect(await tell(kind, receiver.settings, OPENED)).toMatchObject({ result: 'failed', tries: 3 });
    expect([receiver.tries(), receiver.raw().length]).toEqual([3, 0]);
  });

  test('one that hangs ends at its time, and is told twice only where that is harmless', async () => {
    await using receiver = await fixture.receive(['hang']);
    const startedAt = performance.now();
    const delivered = await tell(kind, receiver.settings, OPENED, { pace: HURRIED });
    expect(delivered).toMatchObject(
      isIdempotent ? { result: 'failed', why: 'timeout', tries: 3 } : { result: 'lost', why: 'timeout', tries: 1 },
    );
    expect(receiver.tries()).toBe(isIdempotent ? 3 : 1);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('nobody there: certainly not delivered, so it may be tried again', async () => {
    const receiver = await fixture.receive();
    const { settings } = receiver;
    await receiver[Symbol.asyncDispose]();
    expect(await tell(kind, settings, OPENED)).toMatchObject({ result: 'failed', why: 'refused', tries: 3 });
  });

  test('what strangers wrote is text: no mention, no link, no markup, no header', async () => {
    await using receiver = await fixture.receive();
    const notice = noticeOf(incidentOccurrence({ name: HOSTILE, evidence: HOSTILE }), { ...NAMED, services: [] });
    expect(await tell(kind, receiver.settings, { ...notice, footnotes: [notice.text] })).toMatchObject({
      result: 'sent',
    });
    expectHarmless(kind, receiver);
  });

  test('and so it is in words of one’s own', async () => {
    await using receiver = await fixture.receive();
    const notice = noticeOf(incidentOccurrence({ name: HOSTILE, evidence: HOSTILE }), { ...NAMED, services: [] });
    const text = 'Mine: {title} {text} {cause} {affected} {evidence} {{';
    expect(await tell(kind, receiver.settings, notice, { text })).toMatchObject({ result: 'sent' });
    expect(receiver.messages()[0]).toContain('Mine: ');
    expectHarmless(kind, receiver);
  });

  test('a message of any length fits', async () => {
    await using receiver = await fixture.receive();
    const long = 'x😀'.repeat(50_000);
    const notice = noticeOf(incidentOccurrence({ name: long, evidence: long }), NAMED);
    expect(await tell(kind, receiver.settings, notice)).toMatchObject({ result: 'sent' });
    expect(receiver.raw()[0]!.length).toBeLessThan(30_000);
  });

  test('errors hold no secret, and nothing that the receiver wrote', async () => {
    for (const answer of [500, 400, 404, 'hang', 'reset'] as const) {
      await using receiver = await fixture.receive([answer]);
      const delivered = await tell(kind, receiver.settings, OPENED, { pace: HURRIED });
      expect(JSON.stringify(delivered)).not.toMatch(/hunter2|secret|127\.0\.0\.1/);
    }
  });

  test('a test says that it is one', async () => {
    await using receiver = await fixture.receive();
    expect(await tell(kind, receiver.settings, testNotice(NAMED, '1', Date.now()))).toMatchObject({ result: 'sent' });
    expect(receiver.messages()[0]).toContain('This is a test');
  });

  test.each([[{}], [null], [42], [[]], ['']])('settings: %j is refused', (value) => {
    expect(channels.get(kind)!.settings.safeParse(value).success).toBe(false);
  });

  test('documentation: the first comment has an example that is right', async () => {
    const file = new URL(`../../src/effects/channels/${kind}.ts`, import.meta.url);
    const comment = /^\/\*\*\n([\s\S]*?)\n \*\/\n/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
    const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(comment.replaceAll(/^ \* ?/gm, '')) ?? [];
    const filled = yaml.replaceAll(/\$\{\w+_URL\}/g, 'https://receiver.example/x').replaceAll(/\$\{\w+\}/g, 'word');
    const { notifications } = parse(filled) as { notifications: unknown[] };
    expect(notifications.length).toBeGreaterThan(0);
    for (const entry of notifications)
      expect(channelEntry(channelSettingsOf(channels)).safeParse(entry)).toMatchObject({ success: true });
  });
});

const HOSTILE =
  '@everyone <!channel> <@U1> <at>all</at> *b* _i_ `c` [x](https://evil.example/) https://evil.example/?q <img src=x onerror=alert(1)>\r\nBcc: victim@evil.example\r\n\r\n\u202e{{DATE(2026-01-01)}}';

function expectHarmless(kind: string, receiver: Receiving): void {
  const [raw] = receiver.raw();
  const [message] = receiver.messages();
  // Nowhere is there an address that anything would make a link of.
  expect(message).not.toContain('https://evil');
  expect(message).not.toContain('\u202e');
  switch (kind) {
    case 'slack':
      expect(message).not.toMatch(/<(?!https:\/\/status\.example\.org)/);
      expect(message!.replaceAll(/^\*.*\*$/gm, '')).not.toMatch(/@(?!\u200b)|[`~_]/);
      return;
    case 'discord':
      expect(JSON.parse(raw!)).toMatchObject({ allowed_mentions: { parse: [] } });
      expect(message).not.toMatch(/(?<!\\)[@<*`]/);
      return;
    case 'teams':
      expect(message).not.toMatch(/<|(?<!\\)[*[`]|\{\{/);
      return;
    case 'email':
      expect(raw!.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
      expect(htmlIn(message!)).not.toContain('<img');
      expect(htmlIn(message!)).toContain('&lt;img');
  }
}

function htmlIn(mail: string): string {
  return mail.slice(mail.indexOf('Content-Type: text/html'));
}

const overHttp = Object.keys(FIXTURES).filter((kind) => kind !== 'email');

describe.each(overHttp)('%s', (kind) => {
  const fixture = FIXTURES[kind]!;

  test('waits as long as it is asked to', async () => {
    await using receiver = await fixture.receive([{ status: 429, headers: { 'retry-after': '1' } }, 'ok']);
    const startedAt = performance.now();
    expect(await tell(kind, receiver.settings, OPENED)).toEqual({ result: 'sent', tries: 2 });
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test('who asks for longer than there is time is tried again in a later round', async () => {
    await using receiver = await fixture.receive([{ status: 429, headers: { 'retry-after': '3600' } }, 'ok']);
    expect(await tell(kind, receiver.settings, OPENED)).toMatchObject({ result: 'failed', tries: 1, code: 429 });
  });

  test('a redirect is not followed', async () => {
    await using elsewhere = await receiveHttp();
    await using receiver = await fixture.receive([{ status: 307, headers: { location: elsewhere.url } }]);
    expect(await tell(kind, receiver.settings, OPENED)).toMatchObject({ result: 'failed', why: 'redirect', tries: 1 });
    expect(elsewhere.requests).toEqual([]);
  });

  test('who will not have a message is not asked twice', async () => {
    await using receiver = await fixture.receive([400]);
    expect(await tell(kind, receiver.settings, OPENED)).toMatchObject({ result: 'rejected', code: 400, tries: 1 });
  });

  test('no other scheme is an address, and nobody signs in by one', () => {
    const { settings } = channels.get(kind)!;
    for (const url of [
      'ftp://x.example/y',
      'javascript:alert(1)',
      '/x',
      'x.example/y',
      'https://me:hunter2@x.example/y',
    ]) {
      const given = kind === 'pagerduty' ? { routingKey: 'x', url } : { url };
      expect(settings.safeParse(given).success).toBe(false);
    }
  });
});

test('a server that says nothing at all is given up, and certainly got no mail', async () => {
  await using silent = await receiveSilently();
  const settings = { server: `smtp://127.0.0.1:${silent.port}`, from: 'a@example.org', to: 'b@example.org' };
  expect(await tell('email', settings, OPENED, { pace: HURRIED })).toMatchObject({ result: 'failed', why: 'timeout' });
});

describe('email with TLS', () => {
  const settingsOf = (server: string, more: object = {}) => ({
    server,
    user: 'status',
    password: 'hunter2',
    from: 'a@example.org',
    to: ['b@example.org', 'Ops <c@example.org>'],
    ...more,
  });
  const withTls = async (certificate: CertificateName, more: SMTPServerOptions = {}) => {
    const { pairs } = await certificates();
    return receiveMail(['ok'], {
      ...pairs[certificate],
      onAuth: ({ password }, _, done) => done(password === 'hunter2' ? null : new Error('no'), { user: 'status' }),
      ...more,
    });
  };
  let before: string[] = [];
  beforeAll(async () => {
    before = getCACertificates('default');
    setDefaultCACertificates([...before, (await certificates()).authority]);
  });
  afterAll(() => setDefaultCACertificates(before));

  test.each([
    ['smtp', 'STARTTLS before anything is said', {}],
    ['smtps', 'TLS from the first byte', { secure: true }],
  ])('%s: %s, and signing in', async (scheme, _, options) => {
    await using receiver = await withTls('valid', options);
    const settings = settingsOf(`${scheme}://localhost:${receiver.port}`);
    expect(await tell('email', settings, OPENED)).toMatchObject({ result: 'sent', tries: 1 });
    expect(receiver.accepted).toMatchObject([
      { isSecure: true, user: 'status', from: 'a@example.org', to: ['b@example.org', 'c@example.org'] },
    ]);
  });

  test('a certificate that nobody vouches for, or of another name, gets neither password nor message', async () => {
    for (const certificate of ['selfSigned', 'wrongHost', 'expired'] as const) {
      await using receiver = await withTls(certificate);
      const settings = settingsOf(`smtp://localhost:${receiver.port}`);
      expect(await tell('email', settings, OPENED)).toMatchObject({ result: 'failed', why: 'tls' });
      expect([receiver.accepted, receiver.tries]).toEqual([[], 0]);
    }
  });

  test('a server that cannot STARTTLS gets nothing', async () => {
    await using receiver = await receiveMail(['ok'], { authOptional: true, allowInsecureAuth: true });
    const settings = settingsOf(`smtp://localhost:${receiver.port}`);
    expect(await tell('email', settings, OPENED)).toMatchObject({ result: 'failed', why: 'tls', tries: 1 });
    expect(receiver.tries).toBe(0);
  });

  test('a wrong password is said to be one, and not tried again at once', async () => {
    await using receiver = await withTls('valid');
    const settings = settingsOf(`smtp://localhost:${receiver.port}`, { password: 'wrong' });
    expect(await tell('email', settings, OPENED)).toMatchObject({ result: 'failed', why: 'auth', code: 535, tries: 1 });
  });
});

test('the signature of a webhook is that of Standard Webhooks', async () => {
  await using receiver = await receiveHttp([500, 'ok']);
  const key = Buffer.from('a key of bytes');
  const settings = { url: receiver.url, secret: `whsec_${key.toString('base64')}`, headers: { 'X-Team': 'ops' } };
  expect(await tell('webhook', settings, OPENED)).toMatchObject({ result: 'sent', tries: 2 });
  for (const { headers, body } of receiver.requests) {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    expect([id, headers['idempotency-key'], headers['x-team']]).toEqual([OPENED.id, OPENED.id, 'ops']);
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
  }
  expect(JSON.parse(receiver.accepted[0]!.body)).toMatchInlineSnapshot(`
    {
      "at": "2026-11-20T12:00:00.000Z",
      "event": "opened",
      "id": "2026-11-20-database/1-opened",
      "impact": "critical",
      "incident": {
        "affected": [
          {
            "id": "database",
            "name": "Database",
            "state": "major_outage",
          },
          {
            "id": "api",
            "name": "Api",
            "state": "major_outage",
          },
          {
            "id": "shop",
            "name": "Shop",
            "state": "major_outage",
          },
        ],
        "cause": {
          "id": "database",
          "name": "Database",
          "probable": true,
          "probed": true,
          "share": 1,
        },
        "chain": [
          "shop",
          "api",
          "database",
        ],
        "end": null,
        "evidence": "connection refused",
        "id": "2026-11-20-database",
        "impact": "critical",
        "since": "2026-11-20T11:50:00.000Z",
        "status": "investigating",
        "title": "Database is down",
      },
      "level": "page",
      "notes": [],
      "over": false,
      "page": {
        "title": "Example status",
        "url": "https://status.example.org",
      },
      "text": "Database is down: connection refused. Api and Shop are affected.",
      "title": "Database is down",
      "url": "https://status.example.org/incidents/2026-11-20-database/",
      "v": 1,
    }
  `);
});

test('an alert of PagerDuty is opened and resolved by the same key, which differs from page to page', async () => {
  await using receiver = await receiveHttp();
  const settings = { routingKey: 'key', url: receiver.url };
  await tell('pagerduty', settings, OPENED);
  await tell('pagerduty', settings, { ...OPENED, what: 'resolved', isOver: true });
  await tell('pagerduty', settings, { ...OPENED, page: { title: 'Another page' } });
  const events = receiver.accepted.map(({ body }) => JSON.parse(body));
  expect(events[0]).toMatchInlineSnapshot(`
    {
      "client": "Example status",
      "client_url": "https://status.example.org",
      "dedup_key": "vedette/d605066ffaef/2026-11-20-database",
      "event_action": "trigger",
      "links": [
        {
          "href": "https://status.example.org/incidents/2026-11-20-database/",
          "text": "Example status",
        },
      ],
      "payload": {
        "class": "opened",
        "component": "Database",
        "custom_details": {
          "Affected": "3 services: Database, Api, Shop",
          "Evidence": "connection refused",
          "Impact": "critical",
          "Probable cause": "Database",
          "Seen through": "Shop → Api → Database",
          "Since": "2026-11-20 11:50 UTC",
          "text": "Database is down: connection refused. Api and Shop are affected.",
        },
        "severity": "critical",
        "source": "status.example.org",
        "summary": "Database is down",
        "timestamp": "2026-11-20T12:00:00.000Z",
      },
      "routing_key": "key",
    }
  `);
  expect(events[1]).toEqual({ routing_key: 'key', dedup_key: events[0].dedup_key, event_action: 'resolve' });
  expect(events[2].dedup_key).not.toBe(events[0].dedup_key);
});

test.each(['slack', 'discord', 'teams', 'ntfy'])('%s: what a message looks like', async (kind) => {
  await using receiver = await FIXTURES[kind]!.receive();
  await tell(kind, receiver.settings, { ...OPENED, footnotes: ['The channel ops has not been reached.'] });
  expect(JSON.parse(receiver.raw()[0]!)).toMatchSnapshot();
});

test('a mail belongs to the thread of its incident, and says so again when it is sent again', async () => {
  await using receiver = await FIXTURES.email!.receive([451, 'ok']);
  await tell('email', receiver.settings, OPENED);
  await tell('email', receiver.settings, { ...OPENED, id: '2026-11-20-database/2-resolved', title: 'Resolved' });
  const [first, second] = receiver.raw().map((mail) => ({
    id: /^Message-ID: (.*)$/im.exec(mail)![1],
    thread: /^In-Reply-To: (.*)$/im.exec(mail)![1],
    subject: /^Subject: (.*)$/im.exec(mail)![1],
  }));
  expect(second!.thread).toBe(first!.thread);
  expect(second!.id).not.toBe(first!.id);
  expect([first!.subject, second!.subject]).toEqual(['[Example status] Database is down', '[Example status] Resolved']);
});

test('every example of the manual is right', async () => {
  const manual = await readFile(new URL('../../docs/notifications.md', import.meta.url), 'utf8');
  const blocks = [...manual.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml!);
  const lists = blocks.filter((yaml) => /^ +- /m.test(yaml));
  expect(lists).toHaveLength(2);
  const entries = lists.flatMap((yaml) => {
    const filled = yaml.replaceAll(/\$\{\w+_URL\}/g, 'https://receiver.example/x').replaceAll(/\$\{\w+\}/g, 'word');
    const { notifications } = parse(filled.startsWith('notifications:') ? filled : `notifications:\n${filled}`);
    return notifications as Record<string, unknown>[];
  });
  for (const entry of entries)
    expect(channelEntry(channelSettingsOf(channels)).safeParse(entry)).toMatchObject({ success: true });
  // Every kind has one.
  expect(new Set(entries.flatMap((entry) => Object.keys(entry).filter((key) => channels.has(key))))).toEqual(
    new Set(channels.keys()),
  );
  for (const name of Object.keys(PLACEHOLDERS)) expect(manual).toContain(`{${name}}`);
});

test.each(['https://ntfy.sh/', 'https://ntfy.sh/%zz', 'https://ntfy.sh/a b'])('%s names no topic', (url) => {
  expect(channels.get('ntfy')!.settings.safeParse(url).success).toBe(false);
});
