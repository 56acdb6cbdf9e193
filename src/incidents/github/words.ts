/** What people wrote on GitHub → words that may be shown, and what we write there → words that do nothing. */
import { INCIDENT_STATUSES, type IncidentStatus } from '../event.ts';

const MAX_TEXT = 20_000;
const MAX_TITLE = 200;

/** Control characters but line breaks and tabs, and comments, which are notes to whoever fills in a form. */
export function wordsOf(body: string): string {
  const plain = body.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '');
  const text = plain.replaceAll(/<!--.*?(-->|$)/gs, '').trim();
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

export function titleIn(title: string): string {
  const text = title.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return text.length > MAX_TITLE ? `${text.slice(0, MAX_TITLE - 1)}…` : text;
}

const STATUS = new RegExp(
  `^[*_]*(${INCIDENT_STATUSES.join('|')})[*_]*(?:\\s*[:–—][*_]*|\\s+-\\s|\\s*\\n|\\s*$)\\s*`,
  'i',
);

/** `Identified: it is the cache` → its status and the rest; `Resolved issues came back` has none. */
export function statusIn(text: string): { status?: IncidentStatus; text: string } {
  const [start, word] = STATUS.exec(text) ?? [];
  if (start === undefined || word === undefined) return { text };
  return { status: word.toLowerCase() as IncidentStatus, text: text.slice(start.length).trim() };
}

/** Invisible, and nothing that GitHub recognises goes on behind it. */
const BREAK = '\u200b';

/**
 * As plain text in Markdown of GitHub: no markup, and nobody is mentioned, nothing referred to, nothing linked. What a
 * probed server says comes through here.
 */
export function inert(text: string, maxLength = 500): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const cut = line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
  // What would begin a list is at the beginning only.
  return unlinked(cut.replaceAll(/[\\`*_{}[\]<>!|~&$#]/g, '\\$&').replace(/^(\d*)([-+=.)])/, '$1\\$2'));
}

/** A maintainer's Markdown as it is, only that it calls nobody: whoever wrote it did not write on GitHub. */
export function quiet(markdown: string): string {
  return unlinked(wordsOf(markdown).replaceAll('<', '&lt;'));
}

function unlinked(text: string): string {
  return text
    .replaceAll('@', `@${BREAK}`)
    .replaceAll(/#(?=\d)/g, `#${BREAK}`)
    .replaceAll(/\b(GH)-(?=\d)/gi, `$1-${BREAK}`)
    .replaceAll(/\b(https?|ftp):(?=\/\/)/gi, `$1${BREAK}:`)
    .replaceAll(/\bwww\./gi, `www${BREAK}.`)
    .replaceAll(/\b[0-9a-f]{7,40}\b/gi, (commit) => commit.replaceAll(/.{6}(?=.)/g, `$&${BREAK}`));
}
