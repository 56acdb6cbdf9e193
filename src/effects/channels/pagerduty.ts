/**
 * PagerDuty, by its Events API v2: an incident opens an alert, its end resolves it, and what happens between belongs to
 * it. It takes only what `alert: page` asks for, unless `alert:` beside it says otherwise.
 *
 * ```yaml
 * notifications:
 *   - pagerduty: "${PAGERDUTY_ROUTING_KEY}"
 * ```
 *
 * For accounts in Europe: `pagerduty: { routingKey: "${…}", url: "https://events.eu.pagerduty.com/v2/enqueue" }`.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { cut } from '../../notices/clean.ts';
import type { Notice } from '../../notices/notice.ts';
import { PLAIN, wordingOf } from '../../notices/wording.ts';
import { orShort, receiver, secret } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

const SEVERITIES = { none: 'info', minor: 'warning', major: 'error', critical: 'critical' } as const;

export default defineChannel({
  settings: orShort(
    'routingKey',
    'PagerDuty, by its Events API v2: the integration key.',
    z.strictObject({
      routingKey: secret('Integration key of the service, for the Events API v2.'),
      url: receiver('Where events are sent.', 'https://events.eu.pagerduty.com/v2/enqueue').default(
        'https://events.pagerduty.com/v2/enqueue',
      ),
    }),
  ),
  audience: 'pager',
  // By the key of its alert.
  isIdempotent: true,
  alert: ['page'],
  send: async ({ routingKey, url }, notice, { signal, channel, now }) => {
    const { title, text, facts } = wordingOf(notice, channel, PLAIN);
    const { page, incident } = notice;
    const alert = { routing_key: routingKey, dedup_key: dedupKey(notice) };
    const trigger = {
      ...alert,
      event_action: 'trigger',
      client: page.title,
      ...(page.url !== undefined && { client_url: page.url }),
      payload: {
        summary: cut(title, 1000),
        source: page.url === undefined ? page.title : new URL(page.url).host,
        severity: SEVERITIES[notice.impact],
        timestamp: new Date(notice.at).toISOString(),
        ...(incident?.cause && { component: incident.cause.name }),
        class: notice.what,
        custom_details: { text, ...Object.fromEntries(facts.map(({ label, value }) => [label, value])) },
      },
      links: notice.link === undefined ? [] : [{ href: notice.link, text: page.title }],
    };
    const event = notice.isOver ? { ...alert, event_action: 'resolve' } : trigger;
    await post({ url, signal, now, body: JSON.stringify(event) });
    // Nobody is to be woken by a test for longer than it takes.
    if (notice.what === 'test')
      await post({ url, signal, now, body: JSON.stringify({ ...alert, event_action: 'resolve' }) });
  },
});

/** Two pages may share a service of PagerDuty. */
function dedupKey({ about, page }: Notice): string {
  const hash = createHash('sha256')
    .update(page.url ?? page.title)
    .digest('hex')
    .slice(0, 12);
  return `vedette/${hash}/${cut(about, 200)}`;
}
