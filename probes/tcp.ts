/**
 * A TCP connection to `host:port` opens and, if there is a `talk`, the peer says what it should.
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
 * ```
 *
 * Each step of the talk sends its text as written, nothing added, and then waits until what the peer has said since
 * matches the expression (RE2 syntax). Down with `content` when the peer says something else and ends.
 */
import type { Socket } from 'node:net';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { defineProbe } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';

const TARGET_RULE = 'expected host:port like db.example.org:5432';
/** A peer that has not come to the point by then never will. */
const MAX_HEARD = 65_536;

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? splitTarget(value) : value),
    z.strictObject(
      {
        host: z.string().min(1).describe('Name or address.'),
        port: z.int().min(1).max(65_535).describe('Port.'),
        family: z
          .union([z.literal(4), z.literal(6), z.literal('auto')])
          .describe('IP version.')
          .default('auto'),
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
          .describe('A dialogue.')
          .default([]),
      },
      TARGET_RULE,
    ),
  )
  .meta({ shorthand: { type: 'string', pattern: '^.+:[0-9]+$' } });

export default defineProbe({
  settings,
  describe: ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
  async run({ host, port, family, talk }, { signal, enter, connect }) {
    const { socket, address, family: used } = await connect({ host, port, family });
    const facts = { address, family: used };
    if (talk.length === 0) return { outcome: 'up', message: 'connected', facts };
    enter('talk');
    const listener = listen(socket, signal);
    for (const { send, expect } of talk) {
      if (send !== undefined) socket.write(send);
      if (expect !== undefined) await listener.until(expect);
    }
    return { outcome: 'up', message: 'connected; said what was expected', facts };
  },
});

/** Collects what the peer says, so that nothing is missed between two steps. */
function listen(socket: Socket, signal: AbortSignal) {
  let heard = '';
  let end: Error | undefined;
  let wake: () => void = () => undefined;
  const stop = (error: Error): void => {
    end ??= error;
    wake();
  };
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
    if (heard.length > MAX_HEARD) stop(unexpected(heard));
    wake();
  });
  socket.on('end', () =>
    stop(
      heard === '' ? new ProbeFailure('closed', 'the peer closed the connection without a word') : unexpected(heard),
    ),
  );
  socket.on('error', stop);
  signal.addEventListener('abort', () => stop(signal.reason as Error), { once: true });

  return {
    async until(expression: RE2JS): Promise<void> {
      for (;;) {
        const matcher = expression.matcher(heard);
        if (matcher.find()) {
          heard = heard.slice(matcher.end());
          return;
        }
        if (end) throw end;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function unexpected(heard: string): ProbeFailure {
  const excerpt = heard.length > 100 ? `${heard.slice(0, 100)}…` : heard;
  return new ProbeFailure('content', `the peer said ${JSON.stringify(excerpt)}`);
}

function splitTarget(text: string): unknown {
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(text);
  return match ? { host: match[1] ?? match[2], port: Number(match[3]) } : text;
}
