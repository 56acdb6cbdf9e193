/**
 * A WebSocket opens and, if asked, one message comes back.
 *
 * ```yaml
 * probes:
 *   - websocket: wss://example.org/live
 *   - websocket:
 *       url: wss://example.org/live
 *       headers: { origin: "https://example.org" }
 *       send: '{"type":"ping"}'
 *       expect:
 *         message: { contains: pong }
 * ```
 *
 * Up when the server upgrades the connection; otherwise down with `status` and its code, 429 being degraded. With `send` or a
 * rule for `message`, the first text or binary message (at most 1 MiB) is waited for and judged: down when it breaks a
 * rule under `expect`, degraded under `prefer`, or when the certificate ends within `tls.expiresWithin`.
 */
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Connection } from '../src/probing/connection.ts';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { headers } from '../src/probing/header-settings.ts';
import { type Hearing, hear } from '../src/probing/hearing.ts';
import { hostPortKeys } from '../src/probing/host-port.ts';
import { check, rules, Text } from '../src/probing/rules.ts';
import { expiryOf, tlsFiles, tlsSettings, UNVERIFIED } from '../src/probing/tls-settings.ts';
import { decodeFrame, encodeFrame, type Frame, isText, OPCODES } from '../src/probing/websocket-frames.ts';
import { UPGRADE_HEADERS, type UpgradeAnswer, upgrade } from '../src/probing/websocket-upgrade.ts';

const URL_RULE = 'expected a URL with ws:// or wss://';
const USER_AGENT = 'Vedette/0.1 (status page probe)';
const MAX_MESSAGE_BYTES = 1_048_576;
/** The message and what comes before and between its parts. */
const MAX_HEARD = 2 * MAX_MESSAGE_BYTES;
const MAX_FRAMES = 1000;
const NORMAL_CLOSURE = 1000;

const subjects = z.strictObject({ message: rules().describe('Rule for the message as text.').optional() });

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { url: value } : value),
    z.strictObject({
      url: z
        .string(URL_RULE)
        .superRefine((text, context) => {
          const url = URL.parse(text);
          if (url && /^wss?:$/.test(url.protocol)) return;
          const hint = /^https?:$/.test(url?.protocol ?? '')
            ? `: write ${text.replace('http', 'ws').slice(0, 80)}`
            : '';
          context.addIssue({ code: 'custom', message: `${URL_RULE}${hint}` });
        })
        .describe('Address to connect to.')
        .meta({ format: 'uri' }),
      headers: headers(UPGRADE_HEADERS).describe('Request headers.').default({}),
      send: z.string().describe('Text message to send.').optional(),
      family: hostPortKeys.family,
      tls: tlsSettings.prefault({}),
      expect: subjects.describe('What must hold, or the probe is down.').default({}),
      prefer: subjects.describe('What should hold, or the probe is degraded.').default({}),
    }),
  )
  .meta({ shorthand: { type: 'string', format: 'uri' } });
type Settings = z.output<typeof settings>;

export default defineProbe({
  settings,
  describe: ({ url }) => withoutSecrets(url),
  host: ({ url }) => new URL(url).hostname,
  files: ({ tls }) => tlsFiles(tls),
  async run(settings, context) {
    const url = new URL(settings.url);
    const connection = await context.connect({
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'wss:' ? 443 : 80),
      family: settings.family,
      ...(url.protocol === 'wss:' && { tls: { ...settings.tls, alpn: ['http/1.1'] } }),
    });
    context.enter('ttfb');
    const answer = await upgrade(connection.socket, requestOf(settings, url), context.signal);
    const needsMessage = (settings.send ?? settings.expect.message ?? settings.prefer.message) !== undefined;
    const message =
      answer.status === 101 && needsMessage ? await exchange(settings.send, connection.socket, context) : undefined;
    if (answer.status === 101) connection.socket.end(closeFrame());
    const { address, family, tls } = connection;
    return {
      ...judge(settings, answer, message, connection, context.now()),
      facts: {
        status: answer.status,
        url: withoutSecrets(url.href),
        address,
        family,
        ...(message && { bytes: message.length }),
        ...(tls && { tls }),
      },
      warnings: tls && !settings.tls.verify ? [UNVERIFIED] : [],
    };
  },
});

function requestOf({ headers }: Settings, url: URL) {
  const credentials = [url.username, url.password].map(decoded).join(':');
  const authorization = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return {
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': USER_AGENT, ...(credentials !== ':' && authorization), ...headers },
  };
}

/** What is no escape, like the sign in `100%`, stands for itself. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll(/%(?![\da-f]{2})/gi, '%25'));
}

function judge(
  { expect, prefer, tls: options }: Settings,
  { status, statusText }: UpgradeAnswer,
  message: Buffer | undefined,
  { tls }: Connection,
  now: number,
): ProbeResult {
  if (status !== 101) {
    const said = `${status}${statusText ? ` ${statusText.slice(0, 60)}` : ''}`;
    return status === 429
      ? { outcome: 'degraded', reason: 'blocked', message: `${said}: the prober was turned away, visitors may not be` }
      : { outcome: 'down', reason: 'status', message: `status ${said}, expected 101` };
  }
  const text = message && new Text(message.toString('utf8'));
  const broken = text && expect.message && check(expect.message, text, 'the message', 'content');
  if (broken) return { outcome: 'down', ...broken };
  const disliked = text && prefer.message && check(prefer.message, text, 'the message', 'content');
  if (disliked) return { outcome: 'degraded', ...disliked };
  const plain = message ? 'upgraded; a message came' : 'upgraded';
  return (tls && expiryOf(tls, options, now, plain)) ?? { outcome: 'up', message: plain };
}

/** Sends, if there is something to send, and waits for the first message. */
async function exchange(send: string | undefined, socket: Socket, { signal, enter }: ProbeContext): Promise<Buffer> {
  enter('talk');
  const hearing = hear(socket, {
    signal,
    maxBytes: MAX_HEARD,
    onEnd: () => new ProbeFailure('closed', 'the server closed the connection without a message'),
    onTooMuch: () => new ProbeFailure('body-too-large', `no message within ${MAX_HEARD} bytes`),
  });
  if (send !== undefined) socket.write(encodeFrame(OPCODES.text, Buffer.from(send)));
  const message = await receive(hearing, socket);
  hearing.stop();
  return message;
}

async function receive(hearing: Hearing, socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  let kind: number | undefined;
  let end = 0;
  for (let frames = 0; frames < MAX_FRAMES; frames += 1) {
    const room = MAX_MESSAGE_BYTES - parts.reduce((total, { length }) => total + length, 0);
    const frame = await hearing.until((heard) => decodeFrame(heard, end, room));
    end = frame.end;
    if (frame.opcode === OPCODES.close) throw closed(frame);
    if (frame.opcode === OPCODES.ping) socket.write(encodeFrame(OPCODES.pong, frame.payload));
    if (frame.opcode >= OPCODES.close) continue;
    if ((frame.opcode === OPCODES.continuation) !== (kind !== undefined))
      throw new ProbeFailure('protocol', 'the server mixes up the parts of its messages');
    kind ??= frame.opcode;
    parts.push(frame.payload);
    if (frame.isFinal) return whole(parts, kind);
  }
  throw new ProbeFailure('protocol', `no message within ${MAX_FRAMES} frames`);
}

function whole(parts: readonly Buffer[], kind: number): Buffer {
  const message = Buffer.concat(parts);
  if (kind === OPCODES.text && !isText(message))
    throw new ProbeFailure('protocol', 'the server sends a text message that is not UTF-8');
  return message;
}

/** RFC 6455, section 7.4: a code and a reason, both optional. */
function closed({ payload }: Frame): ProbeFailure {
  const code = payload.length >= 2 ? ` with code ${payload.readUInt16BE()}` : '';
  const reason = payload.length > 2 ? ` (${payload.toString('utf8', 2)})` : '';
  return new ProbeFailure('closed', `the server closed the WebSocket${code}${reason} without a message`);
}

function closeFrame(): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(NORMAL_CLOSURE);
  return encodeFrame(OPCODES.close, payload);
}

function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
