/**
 * ntfy, on ntfy.sh or a server of your own: a message on telephones. What pages comes with the highest priority, what is
 * over or only lasts with a low one.
 *
 * ```yaml
 * notifications:
 *   - ntfy: "https://ntfy.sh/${NTFY_TOPIC}"
 *   - ntfy: { url: "https://ntfy.example.org/status", token: "${NTFY_TOKEN}" }
 *     name: own-server
 * ```
 */
import { z } from 'zod';
import { cut } from '../../notices/clean.ts';
import type { Notice } from '../../notices/notice.ts';
import { asLines, PLAIN, wordingOf } from '../../notices/wording.ts';
import { orShort, receiver, secret } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

/** A longer one would arrive as a file. */
const MAX_BYTES = 3800;

export default defineChannel({
  settings: orShort(
    'url',
    'ntfy: the address of a topic.',
    z
      .strictObject({
        url: receiver('The server and the topic.', 'https://ntfy.sh/my-topic'),
        token: secret('Access token.').optional(),
        user: secret('Instead of a token, with `password`.').optional(),
        password: secret('Of the user.').optional(),
      })
      .refine(({ url }) => !URL.canParse(url) || /^[\w-]{1,64}$/.test(topicOf(url)), {
        path: ['url'],
        message: 'expected an address that ends with a topic of letters, digits, - and _',
      })
      .refine(({ user, password, token }) => (user === undefined) === (password === undefined) && !(user && token), {
        message: 'expected either `token`, or `user` and `password`, or none of them',
      }),
  ),
  audience: 'people',
  isIdempotent: false,
  alert: ['notify', 'page'],
  send: async ({ url, token, user, password }, notice, { signal, channel, now }) => {
    const wording = wordingOf(notice, channel, PLAIN);
    const address = new URL(url);
    const topic = topicOf(url);
    const server = new URL(address.pathname.replace(/[^/]*\/?$/, ''), address.origin);
    const authorization =
      token !== undefined ? `Bearer ${token}` : user !== undefined ? `Basic ${btoa(`${user}:${password}`)}` : undefined;
    await post({
      url: server.href,
      signal,
      now,
      headers: authorization === undefined ? {} : { authorization },
      body: JSON.stringify({
        topic,
        title: cut(wording.title, 240),
        message: bounded(asLines(wording).join('\n')),
        priority: priorityOf(notice),
        tags: [notice.isOver ? 'white_check_mark' : notice.what === 'test' ? 'wave' : 'rotating_light'],
        ...(notice.link !== undefined && { click: notice.link }),
      }),
    });
  },
});

function topicOf(url: string): string {
  return new URL(url).pathname.replace(/\/$/, '').split('/').at(-1) ?? '';
}

function priorityOf({ what, isOver, level }: Notice): number {
  if (what === 'reminder' || isOver) return 2;
  return level === 'page' ? 5 : 3;
}

function bounded(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_BYTES
    ? text
    : `${bytes
        .subarray(0, MAX_BYTES)
        .toString()
        .replace(/\ufffd+$/, '')}…`;
}
