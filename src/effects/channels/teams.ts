/**
 * Microsoft Teams, by a workflow ("Post to a channel when a webhook request is received"), as an Adaptive Card. The old
 * connectors are switched off.
 *
 * ```yaml
 * notifications:
 *   - teams: "${TEAMS_URL}"
 * ```
 */
import { z } from 'zod';
import { cut } from '../../notices/clean.ts';
import type { Notice } from '../../notices/notice.ts';
import { wordingOf } from '../../notices/wording.ts';
import { orShort, receiver } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { post } from '../post.ts';

export default defineChannel({
  settings: orShort(
    'url',
    'Microsoft Teams, by a workflow that waits for a webhook.',
    z.strictObject({
      url: receiver('Address of the workflow.', 'https://prod-00.westeurope.logic.azure.com/workflows/XXXX'),
    }),
  ),
  audience: 'people',
  isIdempotent: false,
  alert: ['notify', 'page'],
  send: async ({ url }, notice, { signal, channel, now }) => {
    const { title, text, facts, footnotes } = wordingOf(notice, channel, asMarkdown);
    const block = (words: string, more: object = {}) => ({ type: 'TextBlock', text: words, wrap: true, ...more });
    const card = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: [
        block(cut(title, 300), { size: 'Large', weight: 'Bolder', color: colourOf(notice) }),
        block(cut(text, 4000)),
        ...(facts.length > 0
          ? [{ type: 'FactSet', facts: facts.map(({ label, value }) => ({ title: label, value })) }]
          : []),
        ...footnotes.map((note) => block(note, { isSubtle: true, size: 'Small' })),
      ],
      ...(notice.link !== undefined && {
        actions: [{ type: 'Action.OpenUrl', title: notice.page.title, url: notice.link }],
      }),
    };
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card };
    await post({ url, signal, now, body: JSON.stringify({ type: 'message', attachments: [attachment] }) });
  },
});

function colourOf({ isOver, impact }: Notice): string {
  if (isOver) return 'Good';
  return { none: 'Default', minor: 'Warning', major: 'Warning', critical: 'Attention' }[impact];
}

/** Cards know a little Markdown, and `<at>` for mentions. */
function asMarkdown(value: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
  return value
    .replaceAll(/[\\*_[\]()#`~!|+]/g, (mark) => `\\${mark}`)
    .replaceAll(/[<>&]/g, (mark) => entities[mark]!)
    .replace(/^-/, '\\-')
    .replace(/^(\d+)\./, '$1\\.')
    .replaceAll('{{', '{\u200b{');
}
