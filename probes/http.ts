/**
 * An HTTP request is answered as expected.
 *
 * ```yaml
 * probes:
 *   - http: https://example.org/ping
 *   - http:
 *       url: https://example.org/health
 *       expect:
 *         status: [200-299, 404]
 *         header: { content-type: { contains: json } }
 *         body: { matches: '"ok"\s*:\s*true' }
 *         json: { $.database: up, $.queue.pending: { below: 500 } }
 *       prefer:
 *         json: { $.queue.pending: { below: 100 } }
 * ```
 *
 * Up when every rule under `expect` holds (a status from 200 to 299 when it names none), down when one does not;
 * degraded when one under `prefer` does not, when the server answers 429, or when its certificate ends within `tls.expiresWithin`.
 * Redirects are followed, at most 10, and only to http and https; to a private address only from a private address or
 * with `allowPrivate`. The body is read to its end or to `maxBodyBytes`.
 */
import { z } from 'zod';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { exchange, type HttpAnswer } from '../src/probing/exchange.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import {
  check,
  checkJson,
  jsonRules,
  type Rule,
  rules,
  statusRanges,
  Text,
  type Violation,
} from '../src/probing/rules.ts';
import type { TlsFacts } from '../src/probing/tls.ts';
import { expiryOf, tlsFiles, tlsSettings, UNVERIFIED } from '../src/probing/tls-settings.ts';
import { size } from '../src/units.ts';

const HEADER_RULE = 'expected one line of Latin-1 characters';
const URL_RULE = 'expected a URL with http:// or https://';
const DEFAULT_STATUS = [{ from: 200, to: 299 }];
const USER_AGENT = 'Vedette/0.1 (status page probe)';
/** More of a body cannot break a rule that has only these keys and that its beginning keeps. */
const SETTLED_BY_BEGINNING = ['contains', 'matches', 'above', 'exists'];

const subjects = z.strictObject({
  status: statusRanges().describe('Accepted status codes and ranges; replaces the default 200-299.').optional(),
  header: z.record(z.string().toLowerCase(), rules()).describe('Header name → rule.').optional(),
  body: rules().describe('Rule for the body as text.').optional(),
  json: jsonRules().describe('JSON path (RFC 9535) → rule; each value it leads to must satisfy it.').optional(),
  size: rules().describe('Rule for the length of the body in bytes.').optional(),
});
type Subjects = z.output<typeof subjects>;

const httpUrl = z.string(URL_RULE).superRefine((text, context) => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  const hint = /^[\w.-]+\.\w+(:\d+)?(\/|$)/.test(text) ? `: write https://${text.slice(0, 80)}` : '';
  context.addIssue({ code: 'custom', message: `${URL_RULE}${hint}` });
});

const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { url: value } : value),
    z.strictObject({
      url: httpUrl.describe('Address to ask.').meta({ format: 'uri' }),
      method: z
        .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        .describe('Request method.')
        .default('GET'),
      headers: z
        .record(
          z
            .string()
            .regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'expected the name of a header')
            .toLowerCase(),
          z
            .string()
            .regex(/^[^\r\n\0]*$/, 'expected one line')
            .refine(isHeaderValue, HEADER_RULE),
        )
        .describe('Request headers.')
        .default({}),
      body: z.string().describe('Request body.').optional(),
      auth: z
        .strictObject({
          basic: z.strictObject({ user: z.string(), password: z.string() }).describe('User and password.').optional(),
          bearer: z.string().refine(isHeaderValue, HEADER_RULE).describe('A token.').optional(),
        })
        .refine(
          ({ basic, bearer }) => (basic === undefined) !== (bearer === undefined),
          'expected either `basic` or `bearer`',
        )
        .describe('Credentials; write them as `${NAME}`.')
        .optional(),
      redirects: z
        .int()
        .min(0)
        .max(10)
        .describe('How many redirects are followed; 0 judges the first answer.')
        .default(10),
      family: z
        .union([z.literal(4), z.literal(6), z.literal('auto')])
        .describe('IP version.')
        .default('auto'),
      allowPrivate: z.boolean().describe('Follow redirects to private addresses.').default(false),
      maxBodyBytes: size().describe('How much of the body is read.').default(1_048_576),
      tls: tlsSettings.prefault({}),
      expect: subjects.describe('What must hold, or the probe is down.').default({}),
      prefer: subjects.describe('What should hold, or the probe is degraded.').default({}),
    }),
  )
  .meta({ shorthand: { type: 'string', format: 'uri' } });
type Settings = z.output<typeof settings>;

/** Node sends no others, and says so by throwing. */
function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

export default defineProbe({
  settings,
  describe: ({ url }) => withoutSecrets(url),
  files: ({ tls }) => tlsFiles(tls),
  async run(settings, context) {
    const { answer, facts, tls } = await ask(settings, context);
    const warnings = tls && !settings.tls.verify ? [UNVERIFIED] : [];
    return { ...judge(settings, answer, tls, context.now()), facts, warnings };
  },
});

interface Asked {
  answer: HttpAnswer;
  facts: Record<string, unknown>;
  tls?: TlsFacts;
}

async function ask(settings: Settings, context: ProbeContext): Promise<Asked> {
  let url = new URL(settings.url);
  let request = requestOf(settings, url);
  let startedPrivate = false;
  const redirects: { url: string; status: number }[] = [];
  for (;;) {
    const connection = await context.connect({
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      family: settings.family,
      ...(url.protocol === 'https:' && { tls: { ...settings.tls, alpn: ['http/1.1'] } }),
      publicOnly: redirects.length > 0 && !settings.allowPrivate && !startedPrivate,
    });
    if (redirects.length === 0) startedPrivate = connection.isPrivate;
    const answer = await exchange(connection.socket, request, { ...context, maxBodyBytes: settings.maxBodyBytes });
    const next = settings.redirects > 0 ? locationOf(answer, url) : undefined;
    if (next === undefined) {
      const { address, family, tls } = connection;
      const facts = {
        status: answer.status,
        httpVersion: answer.httpVersion,
        url: withoutSecrets(url.href),
        ...(redirects.length > 0 && { redirects }),
        address,
        family,
        bytes: answer.body.length,
        ...(answer.bodyTruncated && { bodyTruncated: true }),
        ...(tls && { tls }),
      };
      return { answer, facts, ...(tls && { tls }) };
    }
    redirects.push({ url: withoutSecrets(url.href), status: answer.status });
    if (redirects.length > settings.redirects) {
      throw new ProbeFailure('redirect', `more than ${settings.redirects} redirects`, {
        facts: { status: answer.status, redirects },
      });
    }
    request = requestAfter(request, answer.status, url, next);
    url = next;
  }
}

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

function requestOf({ method, headers, body, auth }: Settings, url: URL): Request {
  return {
    method,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'user-agent': USER_AGENT,
      accept: '*/*',
      ...authorization(auth, url),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  };
}

function authorization(auth: Settings['auth'], url: URL): Record<string, string> {
  if (auth?.bearer !== undefined) return { authorization: `Bearer ${auth.bearer}` };
  const basic = auth?.basic ?? { user: decoded(url.username), password: decoded(url.password) };
  if (basic.user === '' && basic.password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}` };
}

/** What is no escape, like the sign in `100%`, stands for itself. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll(/%(?![\da-f]{2})/gi, '%25'));
}

/** On another origin nothing that the maintainer wrote for the first one goes along. */
function requestAfter(request: Request, status: number, from: URL, to: URL): Request {
  const keepsBody = status === 307 || status === 308 || request.method === 'GET' || request.method === 'HEAD';
  const isElsewhere = from.origin !== to.origin;
  if (isElsewhere && keepsBody && request.body !== undefined) {
    throw new ProbeFailure('redirect', `the redirect would take the request body to ${to.origin}`, {
      facts: { status },
    });
  }
  const { body, headers, ...rest } = request;
  const { 'content-length': _, ...bodiless } = headers;
  const target = { ...rest, method: keepsBody ? request.method : 'GET', path: `${to.pathname}${to.search}` };
  if (isElsewhere) return { ...target, headers: { host: to.host, 'user-agent': USER_AGENT, accept: '*/*' } };
  return keepsBody ? { ...target, headers, ...(body !== undefined && { body }) } : { ...target, headers: bodiless };
}

/** Where the answer sends us; undefined when it is no redirect, or one that names no place. */
function locationOf({ status, headers }: HttpAnswer, base: URL): URL | undefined {
  const location = headers.location;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, base.href))
    throw new ProbeFailure('redirect', 'the redirect leads to no valid URL', { facts: { status } });
  const url = new URL(location, base);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new ProbeFailure('redirect', `the redirect leads to ${url.protocol}, not to http or https`, {
    facts: { status },
  });
}

function judge(settings: Settings, answer: HttpAnswer, tls: TlsFacts | undefined, now: number): ProbeResult {
  const { status } = answer;
  const plain = `${status}${answer.statusText ? ` ${answer.statusText.slice(0, 60)}` : ''}`;
  const isNamed = settings.expect.status?.some(({ from, to }) => status >= from && status <= to) ?? false;
  if (!isNamed && isTurnedAway(answer)) {
    return {
      outcome: 'degraded',
      reason: 'blocked',
      message: `${plain}: the prober was turned away, visitors may not be`,
    };
  }
  const broken = violation({ ...settings.expect, status: settings.expect.status ?? DEFAULT_STATUS }, answer);
  if (broken) return { outcome: 'down', ...broken };
  const disliked = violation(settings.prefer, answer);
  if (disliked) return { outcome: 'degraded', ...disliked };
  const ending = tls && expiryOf(tls, settings.tls, now, plain);
  if (ending) return ending;
  return { outcome: 'up', message: plain };
}

function isTurnedAway({ status, headers }: HttpAnswer): boolean {
  return status === 429 || headers['cf-mitigated'] === 'challenge';
}

/** The first rule that the answer breaks, in the order in which answers arrive. */
function violation(subjects: Subjects, answer: HttpAnswer): Violation | undefined {
  const { status } = answer;
  if (subjects.status && !subjects.status.some(({ from, to }) => status >= from && status <= to)) {
    const wanted = subjects.status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
    return { reason: 'status', message: `status ${status}, expected ${wanted}` };
  }
  for (const [name, list] of Object.entries(subjects.header ?? {})) {
    const value = answer.headers[name];
    const broken = check(list, value === undefined ? undefined : new Text(value), `header ${name}`, 'header');
    if (broken) return broken;
  }
  return bodyViolation(subjects, answer);
}

function bodyViolation({ body, json, size }: Subjects, answer: HttpAnswer): Violation | undefined {
  if (!body && !json && !size) return undefined;
  const encoding = answer.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return {
      reason: 'encoding',
      message: `the body is encoded (${encoding.slice(0, 40)}) though we did not ask for it`,
    };
  }
  const text = answer.body.toString('utf8');
  const broken =
    (body && check(body, new Text(text), 'the body', 'content')) ??
    (size && check(size, answer.body.length, 'the size', 'value')) ??
    (json && jsonViolation(json, text));
  // Beyond the cap a broken rule might still have held, and another might be broken there.
  if (answer.bodyTruncated && (broken || json || needsWhole([...(body ?? []), ...(size ?? [])]))) {
    const why = broken?.message ?? 'the rules are about all of it';
    return { reason: 'body-too-large', message: `the body is longer than ${answer.body.length} bytes; ${why}` };
  }
  return broken;
}

function needsWhole(list: readonly Rule[]): boolean {
  return list.some((rule) => Object.keys(rule).some((key) => !SETTLED_BY_BEGINNING.includes(key)));
}

function jsonViolation(json: NonNullable<Subjects['json']>, text: string): Violation | undefined {
  const document = parsed(text);
  for (const [path, list] of Object.entries(json)) {
    const broken = document === undefined ? check(list, undefined, path, 'content') : checkJson(list, document, path);
    if (broken) return document === undefined ? { ...broken, message: 'the body is not JSON' } : broken;
  }
  return undefined;
}

/** Undefined for what is no JSON: there every path leads nowhere. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
