/**
 * A webhook of your own: every event as JSON, signed. The signature is that of Standard Webhooks
 * (https://www.standardwebhooks.com), so that a library for it checks it in any language: `webhook-signature` is
 * `v1,` and the base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`.
 *
 * ```yaml
 * notifications:
 *   - webhook: { url: "https://ops.example.org/status", secret: "${WEBHOOK_SECRET}" }
 * ```
 *
 * `webhook-id` and `Idempotency-Key` are the id of the event, the same for every try: a receiver that remembers the ids it
 * has had may be sent one twice without harm, and is, when nobody knows whether the first has arrived.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Notice } from '../../notices/notice.ts';
import { PLAIN, wordingOf } from '../../notices/wording.ts';
import { orShort, receiver, secret } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

/** That of the request itself is ours to say. */
const OURS = /^(content-|host$|user-agent$|webhook-|idempotency-key$|transfer-encoding$|connection$)/i;

export default defineChannel({
  settings: orShort(
    'url',
    'A webhook of your own: every event as JSON, signed.',
    z.strictObject({
      url: receiver('Where events are posted.', 'https://ops.example.org/status'),
      secret: secret('Key of the signature: any text, or `whsec_` and base64. Unsigned without.').optional(),
      headers: z
        .record(z.string().regex(/^[\w-]+$/, 'expected the name of a header'), secret('Its value.'))
        .refine(
          (headers) => !Object.keys(headers).some((name) => OURS.test(name)),
          'expected headers that Vedette does not set',
        )
        .describe('Further headers, such as `Authorization`.')
        .optional(),
    }),
  ),
  audience: 'programs',
  isIdempotent: true,
  alert: ['notify', 'page'],
  send: async ({ url, secret, headers }, notice, { signal, channel, now }) => {
    const body = JSON.stringify(documentOf(notice, wordingOf(notice, channel, PLAIN)));
    const timestamp = String(Math.floor(now() / 1000));
    await post({
      url,
      body,
      signal,
      now,
      headers: {
        ...headers,
        'idempotency-key': notice.id,
        'webhook-id': notice.id,
        'webhook-timestamp': timestamp,
        ...(secret !== undefined && {
          'webhook-signature': `v1,${signed(secret, `${notice.id}.${timestamp}.${body}`)}`,
        }),
      },
    });
  },
});

function signed(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return createHmac('sha256', key).update(text).digest('base64');
}

/** Its keys may become more, and do not change. */
function documentOf(
  notice: Notice,
  { title, text, footnotes }: { title: string; text: string; footnotes: readonly string[] },
) {
  const { id, what, level, at, isOver, impact, page, link, incident } = notice;
  return {
    v: 1,
    id,
    event: what,
    at: new Date(at).toISOString(),
    level,
    impact,
    over: isOver,
    title,
    text,
    page: { title: page.title, url: page.url ?? null },
    url: link ?? null,
    incident: incident ?? null,
    notes: footnotes,
  };
}
