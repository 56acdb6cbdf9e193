/** When the registration of a domain ends, asked of its registry by RDAP (RFC 9082, 9083). */
import { z } from 'zod';
import type { Phase } from '../model.ts';
import type { ProbeContext } from './define-probe.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { classify, ProbeFailure } from './failure.ts';
import { exchangeThrough, type HttpProxy, parseProxy } from './proxy.ts';

const registrationSchema = z.object({
  /** ISO 8601; absent when the registry does not say. */
  endsAt: z.iso.datetime().optional(),
  /** The registry's own words, like `redemption period`. */
  statuses: z.array(z.string()),
});
export type Registration = z.output<typeof registrationSchema>;

/** What a registry answers, as far as we read it. */
const answerSchema = z.object({
  objectClassName: z.literal('domain'),
  events: z.array(z.object({ eventAction: z.string(), eventDate: z.string() })).default([]),
  status: z.array(z.string()).default([]),
});

type Lookup = Pick<ProbeContext, 'signal' | 'enter' | 'connect' | 'proxyFor'>;

/** Whom we are waiting for at the moment. */
interface Wait {
  host: string;
  /** Until the registry itself has been reached. */
  proxy?: HttpProxy | undefined;
}

/** Before the usual deadline of a probe, at which the domain itself would be called down. */
const PATIENCE_MS = 8000;
const MAX_REDIRECTS = 5;
const MAX_BODY_BYTES = 1024 * 1024;
const USER_AGENT = 'Vedette/0.1 (status page probe)';

/** `not-found` when a registry says so itself. The registry is not the target: what goes wrong with it is `source`. */
export async function lookUp(
  name: string,
  server: string,
  isBootstrap: boolean,
  context: Lookup,
): Promise<Registration | 'not-found'> {
  const { answer, url, redirects } = await patiently(new URL(`${server.replace(/\/+$/, '')}/domain/${name}`), context);
  const facts = { url: `${url.origin}${url.pathname}` };
  if (answer.status === 404) {
    if (!isBootstrap || redirects > 0) return 'not-found';
    throw new ProbeFailure('source', `${url.host} knows no registry for the name`, { facts });
  }
  if (answer.status !== 200)
    throw new ProbeFailure('source', `the registry ${url.host} answers with status ${answer.status}`, { facts });
  const parsed = answerSchema.safeParse(parseJson(answer.body));
  if (!parsed.success) throw new ProbeFailure('source', `the registry ${url.host} does not answer in RDAP`, { facts });
  const { events, status } = parsed.data;
  const ends = events.find(({ eventAction }) => eventAction === 'expiration')?.eventDate ?? '';
  const endsAt = Date.parse(ends);
  return { statuses: status.slice(0, 20), ...(!Number.isNaN(endsAt) && { endsAt: new Date(endsAt).toISOString() }) };
}

/** What was written for the cache; undefined for anything else. */
export function remembered(text: string | undefined): Registration | undefined {
  return text === undefined ? undefined : registrationSchema.safeParse(parseJson(text)).data;
}

async function patiently(from: URL, context: Lookup): Promise<Followed> {
  let timer: NodeJS.Timeout | undefined;
  const wait: Wait = { host: from.host };
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(wait)), PATIENCE_MS);
  });
  try {
    return await Promise.race([follow(from, wait, context), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

interface Followed {
  answer: HttpAnswer;
  url: URL;
  redirects: number;
}

async function follow(from: URL, wait: Wait, context: Lookup): Promise<Followed> {
  let url = from;
  let startedPrivate = false;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const asked = await ask(url, redirects > 0 && !startedPrivate, wait, context);
    if (redirects === 0) startedPrivate = asked.isPrivate;
    const { answer } = asked;
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return { answer, url, redirects };
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!next || !/^https?:$/.test(next.protocol))
      throw new ProbeFailure('source', `${url.host} redirects to no web address`);
    url = next;
  }
  throw new ProbeFailure('source', `${from.host} redirects more than ${MAX_REDIRECTS} times`);
}

async function ask(
  url: URL,
  publicOnly: boolean,
  wait: Wait,
  context: Lookup,
): Promise<{ answer: HttpAnswer; isPrivate: boolean }> {
  const { hostname: host, host: authority, pathname, search, protocol } = url;
  const isTls = protocol === 'https:';
  const headers = { host: authority, 'user-agent': USER_AGENT, accept: 'application/rdap+json, application/json' };
  const request = { method: 'GET', path: `${pathname}${search}`, headers };
  const enter = (phase: Phase): void => {
    if (phase !== 'proxy') wait.proxy = undefined;
    context.enter(phase);
  };
  const options = { signal: context.signal, enter, maxBodyBytes: MAX_BODY_BYTES };
  wait.host = authority;
  try {
    const proxyAddress = context.proxyFor(url);
    const proxy = proxyAddress === undefined ? undefined : parseProxy(proxyAddress);
    wait.proxy = proxy;
    const port = Number(url.port) || (isTls ? 443 : 80);
    const { socket, isPrivate } = await context.connect({
      host,
      port,
      publicOnly,
      ...(isTls && { tls: { alpn: ['http/1.1'], verify: true } }),
      ...(proxy && { proxy }),
    });
    const answering =
      proxy && !isTls ? exchangeThrough(proxy, socket, request, options) : exchange(socket, request, options);
    return { answer: await answering, isPrivate };
  } catch (error) {
    if (context.signal.aborted) throw silent(wait, error);
    const { outcome, message } = classify(error, undefined);
    // What this machine lacks, or a proxy spoils, has its own reason already.
    if (outcome === 'unknown') throw error;
    throw new ProbeFailure('source', `the registry ${authority} cannot be asked: ${message}`, { cause: error });
  }
}

function silent({ host, proxy }: Wait, cause?: unknown): ProbeFailure {
  if (proxy) {
    const message = `through the proxy ${proxy.shown}: the registry ${host} did not answer in time`;
    return new ProbeFailure('proxy', message, { cause, facts: { proxy: proxy.shown } });
  }
  return new ProbeFailure('source', `the registry ${host} did not answer in time`, { cause });
}

function parseJson(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
