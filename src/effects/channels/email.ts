/**
 * E-mail by SMTP. `smtps://` speaks TLS from the first byte (port 465); `smtp://` begins in the clear and must be able to
 * STARTTLS before anything is said (port 587), unless `startTls: optional`.
 *
 * ```yaml
 * notifications:
 *   - email:
 *       server: smtps://mail.example.org
 *       user: status@example.org
 *       password: "${SMTP_PASSWORD}"
 *       from: Status <status@example.org>
 *       to: [ops@example.org]
 * ```
 *
 * All that is said of one incident is one thread.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clean } from '../../notices/clean.ts';
import type { Notice } from '../../notices/notice.ts';
import { asLines, PLAIN, type Wording, wordingOf } from '../../notices/wording.ts';
import { secret } from '../channel-settings.ts';
import { defineChannel } from '../define-channel.ts';
import { beforeSending, DeliveryError } from '../delivery-error.ts';

const ADDRESS = /^[^\s<>@,;:"()[\]\\\p{Cc}]+@[^\s<>@,;:"()[\]\\\p{Cc}]+$/u;
const ADDRESS_RULE = 'expected an address like ops@example.org, or with a name: Status <status@example.org>';
const SERVER_RULE = 'expected smtps://host or smtp://host, with a port if it is unusual, and the user beside it';

const mailbox = z
  .string()
  .max(320)
  .transform((text, context) => {
    const [, name = '', address = ''] = /^\s*(?:([^<>]*?)\s*<([^<>]+)>|)\s*$/.exec(text) ?? [];
    const found = address === '' ? { name: '', address: text.trim() } : { name: clean(name, 100), address };
    if (ADDRESS.test(found.address)) return found;
    context.addIssue({ code: 'custom', message: ADDRESS_RULE });
    return z.NEVER;
  });

export default defineChannel({
  settings: z
    .strictObject({
      server: z
        .string(SERVER_RULE)
        .refine(isServer, SERVER_RULE)
        .describe('The mail server.')
        .meta({ examples: ['smtps://mail.example.org'] }),
      user: secret('Who signs in; nobody when absent.').optional(),
      password: secret('Of the user.').optional(),
      from: mailbox.describe('Sender.').meta({ examples: ['Status <status@example.org>'] }),
      to: z
        .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(mailbox).min(1).max(50))
        .meta({ shorthand: { type: 'string' } })
        .describe('Who gets it, one or a list.'),
      startTls: z
        .enum(['required', 'optional'])
        .describe('With `smtp://`: whether a server that cannot STARTTLS gets the message in the clear.')
        .default('required'),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), {
      message: 'expected `user` and `password` together',
    })
    .describe('E-mail, by SMTP.'),
  audience: 'people',
  isIdempotent: false,
  alert: ['notify', 'page'],
  send: async ({ server, user, password, from, to, startTls }, notice, { signal, timeoutMs, channel }) => {
    // Loaded by who sends mail: it takes longer than all else here.
    const { createTransport } = await import('nodemailer');
    const { protocol, hostname, port } = new URL(server.replace(/^smtp/, 'http'));
    const secure = protocol === 'https:';
    const transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: startTls === 'required',
      ...(user !== undefined && { auth: { user, pass: password! } }),
      // What it is given is text; it shall fetch nothing.
      disableFileAccess: true,
      disableUrlAccess: true,
      // Before the attempt ends: then it is certain that nothing was sent.
      connectionTimeout: 0.8 * timeoutMs,
      greetingTimeout: 0.8 * timeoutMs,
    });
    const close = (): void => transport.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const sending = transport.sendMail(messageOf(notice, wordingOf(notice, channel, PLAIN), { from, to }));
      await Promise.race([sending, aborted(signal)]);
    } catch (error) {
      throw toDeliveryError(error, signal.aborted);
    } finally {
      signal.removeEventListener('abort', close);
      transport.close();
    }
  },
});

function isServer(text: string): boolean {
  if (!/^smtps?:\/\//.test(text)) return false;
  const url = text.replace(/^smtp/, 'http');
  if (!URL.canParse(url)) return false;
  const { username, password, pathname, search, hash } = new URL(url);
  return `${username}${password}${search}${hash}` === '' && pathname.length < 2;
}

type Mailbox = z.output<typeof mailbox>;

function messageOf(notice: Notice, wording: Wording, { from, to }: { from: Mailbox; to: Mailbox[] }) {
  const { page, about, id, link } = notice;
  // A template of one's own may have lines; a subject is one.
  const subject = clean(wording.title, 200).replaceAll('\u200b', '');
  const messageId = idOf(`${page.url ?? page.title}\n${id}`, from);
  const thread = idOf(`${page.url ?? page.title}\n${about}`, from);
  return {
    from,
    to,
    subject: `[${page.title}] ${subject}`,
    text: asLines(wording, link).join('\n'),
    html: htmlOf(wording, notice),
    messageId,
    inReplyTo: thread,
    references: thread,
    date: new Date(notice.at),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

/** The same for every try. */
function idOf(text: string, { address }: Mailbox): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `<${hash}@${address.split('@').at(-1)}>`;
}

function htmlOf({ title, text, facts, footnotes }: Wording, { link, page }: Notice): string {
  const lines = (words: string): string => escaped(words).replaceAll('\n', '<br>');
  const rows = facts.map(
    ({ label, value }) => `<tr><th align="left" valign="top">${escaped(label)}</th><td>${lines(value)}</td></tr>`,
  );
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><body>',
    `<h2>${lines(title)}</h2><p>${lines(text)}</p>`,
    rows.length > 0 ? `<table cellpadding="4">${rows.join('')}</table>` : '',
    link === undefined ? '' : `<p><a href="${escaped(link)}">${escaped(page.title)}</a></p>`,
    ...footnotes.map((note) => `<p><small>${lines(note)}</small></p>`),
    '</body></html>',
  ].join('\n');
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(new DeliveryError('unsure', 'timeout'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

interface SmtpError extends Error {
  code: string;
  command: string;
  responseCode: number;
}

const AUTH_CODES = [530, 534, 535, 538];

/** As nodemailer says it: by its code, by the command that was answered, by the answer. */
function toDeliveryError(error: unknown, isAborted: boolean): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { code = '', command = '', responseCode, message = '' } = error as Partial<SmtpError>;
  // It gives a refused certificate no code of its own.
  const isTls =
    code === 'ETLS' || command === 'STARTTLS' || /certificate|self.signed|altname|\b(TLS|SSL)\b/i.test(message);
  if (isTls) return new DeliveryError('undelivered', 'tls', { isPassing: false });
  if (code === 'EAUTH' || code === 'ENOAUTH' || AUTH_CODES.includes(responseCode ?? 0))
    return new DeliveryError('undelivered', 'auth', { ...given(responseCode), isPassing: (responseCode ?? 500) < 500 });
  if (responseCode !== undefined && responseCode >= 400) {
    const isFinal = responseCode >= 500;
    return new DeliveryError(isFinal ? 'rejected' : 'undelivered', 'smtp', { code: responseCode, isPassing: !isFinal });
  }
  const isBeforeData = ['CONN', 'EHLO', 'HELO', 'LHLO', 'STARTTLS', 'MAIL FROM', 'RCPT TO'].includes(command);
  const early = beforeSending(error) ?? (isBeforeData ? (code === 'ETIMEDOUT' ? 'timeout' : 'reset') : undefined);
  if (early) return new DeliveryError('undelivered', early);
  return new DeliveryError('unsure', isAborted || code === 'ETIMEDOUT' ? 'timeout' : 'reset');
}

function given(code: number | undefined): { code?: number } {
  return code === undefined ? {} : { code };
}
