/**
 * Discord, by a webhook of a channel (Edit Channel → Integrations → Webhooks). Nobody is ever mentioned, whatever a
 * message says.
 *
 * ```yaml
 * notifications:
 *   - discord: "${DISCORD_URL}"
 * ```
 */
import { z } from 'zod';
import { cut } from '../../notices/clean.ts';
import type { Notice } from '../../notices/notice.ts';
import { wordingOf } from '../../notices/wording.ts';
import { orShort, receiver } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

const COLOURS = { over: 0x2b8a3e, none: 0x868e96, minor: 0xf08c00, major: 0xe8590c, critical: 0xc92a2a } as const;

export default defineChannel({
  settings: orShort(
    'url',
    'Discord, by a webhook of a channel.',
    z.strictObject({
      url: receiver('Address of the webhook.', 'https://discord.com/api/webhooks/000/XXXX'),
    }),
  ),
  audience: 'people',
  isIdempotent: false,
  alert: ['notify', 'page'],
  send: async ({ url }, notice, { signal, channel, now }) => {
    const { title, text, facts, footnotes } = wordingOf(notice, channel, asMarkdown);
    const note = footnotes.length > 0 ? `\n\n${footnotes.join('\n')}` : '';
    const embed = {
      title: cut(title, 250),
      description: `${cut(text, 2500)}${cut(note, 1000)}`,
      color: colourOf(notice),
      timestamp: new Date(notice.at).toISOString(),
      footer: { text: notice.page.title },
      fields: facts.map(({ label, value }) => ({ name: label, value: cut(value, 1000), inline: value.length < 40 })),
      ...(notice.link !== undefined && { url: notice.link }),
    };
    // With `wait` Discord answers when it has the message, not before.
    const address = new URL(url);
    address.searchParams.set('wait', 'true');
    const body = JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } });
    await post({ url: address.href, signal, now, body });
  },
});

function colourOf({ isOver, impact }: Notice): number {
  return COLOURS[isOver ? 'over' : impact];
}

function asMarkdown(value: string): string {
  return value.replaceAll(/[\\*_~`|>#\-[\]()<@:+.!]/g, (mark) => `\\${mark}`);
}
