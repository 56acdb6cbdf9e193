/**
 * A TCP connection to `host:port` opens and, if told to, TLS works on it and the peer says what it should.
 *
 * ```yaml
 * probes:
 *   - tcp: db.example.org:5432
 *   - tcp:
 *       host: mail.example.org
 *       port: 25
 *       talk:
 *         - { expect: '^220 ' }
 *         - { send: "QUIT\r\n", expect: '^221 ' }
 *   - tcp: { host: mail.example.org, port: 587, starttls: smtp }
 *   - tcp: { host: db.example.org, port: 5432, starttls: postgres, tls: { ca: certificates/db.pem } }
 *   - tcp:
 *       host: cache.example.org
 *       port: 6380
 *       tls: true
 *       talk:
 *         - { send: "PING\r\n", expect: '^\+PONG' }
 * ```
 *
 * Each step of the talk sends its text as written, nothing added, and then waits until what the peer has said since
 * matches the expression (RE2 syntax, on text in UTF-8; `^` is the beginning of a line). Down with `content` when the
 * peer says something else and ends.
 *
 * With `tls`, TLS is spoken from the first byte; with `starttls`, after the protocol named there has agreed on it, and
 * the talk comes after that. Down with `protocol` when the server refuses. Degraded when the certificate ends within
 * `tls.expiresWithin`.
 */
import type { Socket } from 'node:net';
import { RE2JS } from 're2js';
import { z } from 'zod';
import type { Connection } from '../src/probing/connection.ts';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { excerpt, hear } from '../src/probing/hearing.ts';
import {
  HOST_PORT_RULE,
  HOST_PORT_SHORTHAND,
  hostPortKeys,
  joinHostPort,
  splitHostPort,
} from '../src/probing/host-port.ts';
import { agreeOnTls, STARTTLS_PROTOCOLS } from '../src/probing/starttls.ts';
import { endWhenAccepted } from '../src/probing/tls-accepted.ts';
import { tlsChoice } from '../src/probing/tls-choice.ts';
import { expiryOf, tlsFiles, tlsSettings, UNVERIFIED } from '../src/probing/tls-settings.ts';

/** A peer that has not come to the point by then never will. */
const MAX_HEARD = 65_536;

const settings = z
  .preprocess(
    splitHostPort,
    z
      .strictObject(
        {
          ...hostPortKeys,
          tls: tlsChoice().describe('Speak TLS: `true`, or how.'),
          starttls: z.enum(STARTTLS_PROTOCOLS).describe('Agree on TLS in this protocol first.').optional(),
          talk: z
            .array(
              z
                .strictObject({
                  send: z.string().describe('Text to send, as it is.').optional(),
                  expect: z
                    .string()
                    .transform((source, context) => {
                      try {
                        return RE2JS.compile(source, RE2JS.MULTILINE);
                      } catch {
                        context.addIssue({ code: 'custom', message: 'expected a regular expression in RE2 syntax' });
                        return z.NEVER;
                      }
                    })
                    .describe('What the peer must say next.')
                    .optional(),
                })
                .refine(
                  ({ send, expect }) => send !== undefined || expect !== undefined,
                  'expected `send`, `expect` or both',
                ),
            )
            .describe('A dialogue; under TLS when there is TLS.')
            .default([]),
        },
        HOST_PORT_RULE,
      )
      // STARTTLS alone is TLS in the usual way.
      .transform(({ tls, ...rest }) => ({ ...rest, tls: tls ?? (rest.starttls && tlsSettings.parse({})) })),
  )
  .meta(HOST_PORT_SHORTHAND);
type Settings = z.output<typeof settings>;

export default defineProbe({
  settings,
  describe: joinHostPort,
  host: ({ host }) => host,
  files: ({ tls }) => (tls ? tlsFiles(tls) : []),
  async run(settings, context) {
    const connection = await open(settings, context);
    return judge(settings, connection, context);
  },
});

async function judge(
  { talk, tls: options }: Settings,
  { socket, address, family, tls }: Connection,
  context: ProbeContext,
): Promise<ProbeResult> {
  const connected = tls ? `connected, ${tls.version}` : 'connected';
  const message = talk.length > 0 ? `${connected}; said what was expected` : connected;
  if (talk.length > 0) await hold(talk, socket, context);
  await endWhenAccepted(socket, context.signal);
  const ending = tls && options && expiryOf(tls, options, context.now(), message);
  return {
    ...(ending || { outcome: 'up', message }),
    facts: { address, family, ...(tls && { tls }) },
    warnings: options && !options.verify ? [UNVERIFIED] : [],
  };
}

async function open({ host, port, family, tls, starttls }: Settings, context: ProbeContext): Promise<Connection> {
  if (!tls || !starttls) return context.connect({ host, port, family, ...(tls && { tls }) });
  const plain = await context.connect({ host, port, family });
  context.enter('talk');
  await agreeOnTls(plain, starttls, context.signal);
  return context.secure(plain, host, tls);
}

async function hold(talk: Settings['talk'], socket: Socket, { signal, enter }: ProbeContext): Promise<void> {
  enter('talk');
  // One text for all steps, so that `^` knows what stands before it; used up to here.
  let from = 0;
  const unexpected = (heard: Buffer): ProbeFailure => {
    const rest = decoded(heard).slice(from);
    if (rest !== '') return new ProbeFailure('content', `the peer said ${excerpt(rest)}`);
    return new ProbeFailure('closed', `the peer closed the connection without ${from > 0 ? 'another' : 'a'} word`);
  };
  const hearing = hear(socket, { signal, maxBytes: MAX_HEARD, onEnd: unexpected, onTooMuch: unexpected });
  for (const { send, expect } of talk) {
    if (send !== undefined) socket.write(send);
    if (expect !== undefined) {
      from = await hearing.until((heard) => {
        const matcher = expect.matcher(decoded(heard));
        return matcher.find(from) ? matcher.end() : undefined;
      });
    }
  }
}

/** Without the beginning of a character whose rest is still on its way. */
function decoded(heard: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(heard, { stream: true });
}
