/**
 * Slack, by an incoming webhook; Mattermost and Rocket.Chat take the same. Whoever knows its address can write there, so
 * it belongs into the environment.
 *
 * ```yaml
 * notifications:
 *   - slack: "${SLACK_URL}"
 *     reminders: 6h
 * ```
 */
import { z } from 'zod';
import { cut } from '../../notices/clean.ts';
import { wordingOf } from '../../notices/wording.ts';
import { orShort, receiver } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

/** A block takes so much. */
const MAX_SECTION = 2900;

export default defineChannel({
  settings: orShort(
    'url',
    'Slack, by an incoming webhook; also Mattermost and Rocket.Chat.',
    z.strictObject({
      url: receiver('Address of the incoming webhook.', 'https://hooks.slack.com/services/T000/B000/XXXX'),
    }),
  ),
  audience: 'people',
  isIdempotent: false,
  alert: ['notify', 'page'],
  send: async ({ url }, notice, { signal, channel, now }) => {
    const { title, text, facts, footnotes } = wordingOf(notice, channel, asMrkdwn);
    const lines = [
      ...(channel.title ? [title] : [`*${title}*`]),
      text,
      ...facts.map(({ label, value }) => `${label}: ${value}`),
      ...(notice.link === undefined ? [] : [`<${notice.link}|${asMrkdwn(notice.page.title)}>`]),
    ];
    const section = {
      type: 'section',
      text: { type: 'mrkdwn', text: cut(lines.join('\n'), MAX_SECTION), verbatim: true },
    };
    const notes = footnotes.map((note) => ({ type: 'mrkdwn', text: cut(note, 500), verbatim: true }));
    await post({
      url,
      signal,
      now,
      body: JSON.stringify({
        // What notifications and screen readers say.
        text: cut(title, 1000),
        blocks: [section, ...(notes.length > 0 ? [{ type: 'context', elements: notes.slice(0, 10) }] : [])],
        unfurl_links: false,
        unfurl_media: false,
      }),
    });
  },
});

/** `<!channel>` and links need an angle bracket; marks, which nothing can escape, are replaced by their likes. */
function asMrkdwn(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  const likes: Record<string, string> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };
  return value.replaceAll(/[&<>*_~`]/g, (mark) => entities[mark] ?? likes[mark]!).replaceAll('@', '@\u200b');
}
