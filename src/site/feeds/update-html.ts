/** One update as feeds tell it. Clients read the state from the first `<strong>`. */
import { micromark } from 'micromark';
import type { IncidentStatus } from '../../incidents/event.ts';
import { instantInWords } from '../../units.ts';
import type { UpdateView } from '../incident-view.ts';
import { plainSentence, plainText } from '../markdown.ts';

const MAX_TEXT = 4000;
/** A reference that is used a thousand times makes a long text of a short one. */
const MAX_HTML = 5 * MAX_TEXT;

/** `root`: what relative links are relative to; without one they are no links. */
export function updateHtml({ at, status, text, isMarkdown }: UpdateView, root: string | undefined): string {
  const head = `<small>${instantInWords(at)}</small><br><strong>${statusInWords(status)}</strong> - `;
  const body = isMarkdown ? markdownHtml(text, root) : `<p>${htmlText(plainSentence(text, MAX_TEXT))}</p>`;
  return body.startsWith('<p>') ? `<p>${head}${body.slice(3)}` : `<p>${head}</p>\n${body}`;
}

/** Clients know the English words. */
function statusInWords(status: IncidentStatus): string {
  return `${status[0]!.toUpperCase()}${status.slice(1)}`;
}

function markdownHtml(source: string, root: string | undefined): string {
  const text = plainText(source, MAX_TEXT);
  // What readers would fetch from elsewhere by itself, they shall have to ask for.
  const html = micromark(text, { extensions: [{ disable: { null: ['labelStartImage'] } }] });
  if (html.length > MAX_HTML) return `<p>${htmlText(text)}</p>`;
  // Text holds no quotation marks once it is HTML, so this is never anything but an attribute.
  return html.replaceAll(/<a href="([^"]*)"/g, (_, href: string) => linkStart(href, root));
}

/** A feed is read anywhere, so its links are absolute. */
function linkStart(href: string, root: string | undefined): string {
  const url = href === '' ? null : URL.parse(href.replaceAll('&amp;', '&'), root);
  return url && /^(https?|mailto):$/.test(url.protocol) ? `<a href="${htmlText(url.href)}"` : '<a';
}

function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
