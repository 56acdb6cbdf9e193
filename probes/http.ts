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
 *   - http: { url: https://example.org/feed.xml, expect: { age: { below: 1h } } }
 *   - http: { url: https://example.org/__heartbeat__, health: auto }
 *   - http: { url: https://example.org/__version__, version: { json: $.version } }
 * ```
 *
 * Up when every rule under `expect` holds (a status from 200 to 299 when it names none), down when one does not;
 * degraded when one under `prefer` does not, when the server answers 429 or with a challenge for browsers, or when its
 * certificate ends within `tls.expiresWithin`. With `health: auto` the body is read as the health document of a
 * framework (Dockerflow, health+json, Spring, MicroProfile, ASP.NET, Kubernetes, Elasticsearch …), and the worse of the
 * two verdicts counts. Redirects are followed, at most 10, and only to http and https; to a private address only from a
 * private address or with `allowPrivate`. The body is read to its end or to `maxBodyBytes`, decompressed. The proxies
 * of the environment are used unless `proxy` names one; what fails in a proxy is unknown, not down.
 *
 * Numbers under a rule with `above`, `below` or `exists: true` are kept and drawn on the service's page, day by day
 * (`$.queue.pending: { exists: true }` for one without a limit); so is what `size` and `age` measure. With `version` the
 * page marks when another version was deployed.
 */
import { z } from 'zod';
import { answerValues, versionOf } from '../src/probing/answer-values.ts';
import { bodyViolation } from '../src/probing/body-rules.ts';
import type { Connection } from '../src/probing/connection.ts';
import { defineProbe, type ProbeContext, type ProbeResult } from '../src/probing/define-probe.ts';
import { exchange, type HttpAnswer, type HttpRequest } from '../src/probing/exchange.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { failingChecks, type Health, readHealth } from '../src/probing/health.ts';
import { locationOf, requestAfter, requestOf } from '../src/probing/http-request.ts';
import { ageViolation, measureRules } from '../src/probing/measure-rules.ts';
import { exchangeThrough, type HttpProxy, parseProxy } from '../src/probing/proxy.ts';
import { check, jsonPath, jsonRules, rules, statusRanges, Text, type Violation } from '../src/probing/rules.ts';
import type { TlsFacts } from '../src/probing/tls.ts';
import { expiryOf, tlsFiles, tlsSettings, UNVERIFIED } from '../src/probing/tls-settings.ts';
import { isTurnedAway } from '../src/probing/turned-away.ts';
import { duration, size } from '../src/units.ts';

const HEADER_RULE = 'expected one line of Latin-1 characters';
const URL_RULE = 'expected a URL with http:// or https://';
const DEFAULT_STATUS = [{ from: 200, to: 299 }];
/** Longer reason phrases are no words of the standard, and may be anything. */
const MAX_PHRASE = 60;

const subjects = z.strictObject({
  status: statusRanges().describe('Accepted status codes and ranges; replaces the default 200-299.').optional(),
  header: z.record(z.string().toLowerCase(), rules()).describe('Header name → rule.').optional(),
  body: rules().describe('Rule for the body as text.').optional(),
  json: jsonRules().describe('JSON path (RFC 9535) → rule; each value it leads to must satisfy it.').optional(),
  age: measureRules(duration()).describe('Rule for how old the answer is, by Last-Modified or Age.').optional(),
  size: measureRules(size()).describe('Rule for the length of the body, decompressed.').optional(),
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
    z
      .strictObject({
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
        bodyFile: z.string().min(1).describe('File with the request body, instead of `body`.').optional(),
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
        versions: z
          .array(z.union([z.literal(1.1), z.literal(2)]))
          .min(1)
          .describe('HTTP versions to offer; where both sides speak 2, it is spoken.')
          .default([1.1, 2]),
        proxy: httpUrl.describe('Proxy to go through; those of the environment when absent.').optional(),
        family: z
          .union([z.literal(4), z.literal(6), z.literal('auto')])
          .describe('IP version.')
          .default('auto'),
        allowPrivate: z.boolean().describe('Follow redirects to private addresses.').default(false),
        maxBodyBytes: size().describe('How much of the body is read.').default(1_048_576),
        tls: tlsSettings.prefault({}),
        health: z.literal('auto').describe('Read the body as a health document.').optional(),
        version: z
          .strictObject({
            json: jsonPath().describe('JSON path (RFC 9535) that leads to it.').optional(),
            header: z.string().min(1).toLowerCase().describe('Name of the header that holds it.').optional(),
          })
          .refine(
            ({ json, header }) => (json === undefined) !== (header === undefined),
            'expected either `json` or `header`',
          )
          .describe('Where the answer says which version is deployed.')
          .optional(),
        expect: subjects.describe('What must hold, or the probe is down.').default({}),
        prefer: subjects.describe('What should hold, or the probe is degraded.').default({}),
      })
      .refine(({ body, bodyFile }) => body === undefined || bodyFile === undefined, {
        path: ['bodyFile'],
        message: 'expected either `body` or `bodyFile`',
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
  host: ({ url }) => new URL(url).hostname,
  files: ({ tls, bodyFile }) => [...tlsFiles(tls), ...(bodyFile === undefined ? [] : [bodyFile])],
  async run(settings, context) {
    const { answer, facts, tls, warnings } = await ask(settings, context);
    const health = settings.health && answer.undecodable === undefined ? readHealth(String(answer.body)) : undefined;
    const now = context.now();
    const version = settings.version && versionOf(settings.version, answer);
    return {
      ...judge(settings, { answer, health, tls, now }),
      values: answerValues([settings.expect, settings.prefer], answer, now),
      ...(version !== undefined && { version }),
      facts: { ...facts, ...(health && health.checks.length > 0 && { checks: health.checks }) },
      warnings,
    };
  },
});

interface Asked {
  answer: HttpAnswer;
  facts: Record<string, unknown>;
  warnings: string[];
  tls?: TlsFacts;
}

async function ask(settings: Settings, context: ProbeContext): Promise<Asked> {
  const body = settings.bodyFile === undefined ? settings.body : await context.readFile(settings.bodyFile);
  let url = new URL(settings.url);
  let request = requestOf(settings, body, url);
  let startedPrivate = false;
  const redirects: { url: string; status: number }[] = [];
  for (;;) {
    const proxyAddress = settings.proxy ?? context.proxyFor(url);
    const proxy = proxyAddress === undefined ? undefined : parseProxy(proxyAddress);
    const connection = await context.connect({
      host: url.hostname,
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      family: settings.family,
      ...(url.protocol === 'https:' && { tls: { ...settings.tls, alpn: alpnOf(settings) } }),
      publicOnly: redirects.length > 0 && !settings.allowPrivate && !startedPrivate,
      ...(proxy && { proxy }),
    });
    if (redirects.length === 0) startedPrivate = connection.isPrivate;
    const answer = await exchangeOver({ connection, proxy, url }, request, settings, context);
    const next = settings.redirects > 0 ? locationOf(answer, url) : undefined;
    if (next === undefined) {
      const { tls } = connection;
      return {
        answer,
        facts: factsOf(answer, { connection, proxy, url, redirects }),
        warnings: warningsOf(settings, [...redirects.map((redirect) => redirect.url), url.href], tls),
        ...(tls && { tls }),
      };
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

function alpnOf({ versions }: Settings): string[] {
  return [...(versions.includes(2) ? ['h2'] : []), ...(versions.includes(1.1) ? ['http/1.1'] : [])];
}

interface Way {
  connection: Connection;
  proxy: HttpProxy | undefined;
  url: URL;
}

async function exchangeOver(
  { connection, proxy, url }: Way,
  request: HttpRequest,
  { versions, maxBodyBytes, expect, prefer, health, version }: Settings,
  { signal, enter }: ProbeContext,
): Promise<HttpAnswer> {
  const { socket } = connection;
  const countOnly = !(health || version?.json || needsBody(expect) || needsBody(prefer));
  const options = { signal, enter, maxBodyBytes, countOnly };
  const isTls = url.protocol === 'https:';
  if (proxy && !isTls) return exchangeThrough(proxy, socket, request, options);
  const agreed = 'alpnProtocol' in socket ? socket.alpnProtocol : undefined;
  // Without TLS nothing is agreed on; who lists 2 alone knows that the server speaks it.
  if (agreed === 'h2' || (!isTls && !versions.includes(1.1))) {
    // 12 MiB of Node that a round without HTTP/2 does without.
    const { exchangeHttp2 } = await import('../src/probing/http2-exchange.ts');
    return exchangeHttp2(socket, isTls ? 'https' : 'http', request, options);
  }
  if (versions.includes(1.1)) return exchange(socket, request, options);
  throw new ProbeFailure('protocol', 'the server does not speak HTTP/2');
}

function needsBody({ body, json, size }: Subjects): boolean {
  return Boolean(body ?? json ?? size);
}

function factsOf(
  answer: HttpAnswer,
  { connection, proxy, url, redirects }: Way & { redirects: readonly object[] },
): Record<string, unknown> {
  const { status, httpVersion, bytes, decodedBytes, bodyTruncated } = answer;
  const { address, family, tls } = connection;
  return {
    status,
    httpVersion,
    url: withoutSecrets(url.href),
    ...(redirects.length > 0 && { redirects }),
    // Behind a proxy the address is the proxy's, and the target's is not known.
    ...(proxy ? { proxy: proxy.shown } : { address, family }),
    bytes,
    ...(decodedBytes !== undefined && { decodedBytes }),
    ...(bodyTruncated && { bodyTruncated }),
    ...(tls && { tls }),
  };
}

function warningsOf(settings: Settings, hops: readonly string[], tls: TlsFacts | undefined): string[] {
  const leavesTls = hops.some((hop, index) => hop.startsWith('http:') && hops[index - 1]?.startsWith('https:'));
  return [
    ...(tls && !settings.tls.verify ? [UNVERIFIED] : []),
    ...(leavesTls ? ['a redirect leads from https to http, where anyone on the way can read along'] : []),
  ];
}

interface Answered {
  answer: HttpAnswer;
  health: Health | undefined;
  tls: TlsFacts | undefined;
  now: number;
}

function judge(settings: Settings, { answer, health, tls, now }: Answered): ProbeResult {
  const { status } = answer;
  const plain = inWords(answer);
  const isNamed = settings.expect.status?.some(({ from, to }) => status >= from && status <= to) ?? false;
  if (!isNamed && isTurnedAway(answer)) {
    return {
      outcome: 'degraded',
      reason: 'blocked',
      message: `${plain}: the prober was turned away, visitors may not be`,
    };
  }
  const broken = violation({ ...settings.expect, status: settings.expect.status ?? DEFAULT_STATUS }, answer, now);
  if (broken) return { outcome: 'down', ...broken, message: withCulprits(broken.message, health) };
  const unwell = settings.health && healthViolation(answer, health, plain);
  if (unwell?.outcome === 'down') return unwell;
  const ending = tls && expiryOf(tls, settings.tls, now, plain);
  if (ending?.outcome === 'down') return ending;
  if (unwell) return unwell;
  const disliked = violation(settings.prefer, answer, now);
  if (disliked) return { outcome: 'degraded', ...disliked };
  return ending ?? { outcome: 'up', message: plain };
}

function inWords({ status, statusText }: HttpAnswer): string {
  const phrase = statusText.length > MAX_PHRASE ? `${statusText.slice(0, MAX_PHRASE)}…` : statusText;
  return phrase === '' ? `${status}` : `${status} ${phrase}`;
}

/** The first rule that the answer breaks, in the order in which answers arrive. */
function violation(subjects: Subjects, answer: HttpAnswer, now: number): Violation | undefined {
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
  return (subjects.age && ageViolation(subjects.age, answer.headers, now)) ?? bodyViolation(subjects, answer);
}

function healthViolation(answer: HttpAnswer, health: Health | undefined, plain: string): ProbeResult | undefined {
  if (answer.undecodable !== undefined) return { outcome: 'down', reason: 'encoding', message: answer.undecodable };
  if (!health) {
    if (answer.bytes === 0) return undefined;
    if (answer.bodyTruncated) {
      return {
        outcome: 'degraded',
        reason: 'body-too-large',
        message: `${plain}, but the health document is too long`,
      };
    }
    return { outcome: 'degraded', reason: 'content', message: `${plain}, but no health document that Vedette knows` };
  }
  if (health.outcome === 'up') return undefined;
  const message = withCulprits(`${plain}, but by its own account ${health.word}`, health);
  return { outcome: health.outcome, reason: 'content', message };
}

function withCulprits(message: string, health: Health | undefined): string {
  const failing = health && health.outcome !== 'up' ? failingChecks(health) : '';
  return failing === '' ? message : `${message}: ${failing}`;
}

function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
