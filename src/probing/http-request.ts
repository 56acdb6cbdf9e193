/** The request that a probe of kind `http` sends, and what becomes of it after a redirect. */
import { ACCEPT_ENCODING } from './decode.ts';
import type { HttpAnswer, HttpRequest } from './exchange.ts';
import { ProbeFailure } from './failure.ts';
import { unescaped } from './proxy.ts';

export interface RequestSettings {
  method: string;
  headers: Readonly<Record<string, string>>;
  auth?: { basic?: { user: string; password: string } | undefined; bearer?: string | undefined } | undefined;
}

const USER_AGENT = 'Vedette/0.1 (status page probe)';

export function requestOf(
  { method, headers, auth }: RequestSettings,
  body: string | Buffer | undefined,
  url: URL,
): HttpRequest {
  return {
    method,
    path: `${url.pathname}${url.search}`,
    headers: {
      ...anonymousHeaders(url),
      ...authorization(auth, url),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  };
}

function anonymousHeaders(url: URL): Record<string, string> {
  return { host: url.host, 'user-agent': USER_AGENT, accept: '*/*', 'accept-encoding': ACCEPT_ENCODING };
}

function authorization(auth: RequestSettings['auth'], url: URL): Record<string, string> {
  if (auth?.bearer !== undefined) return { authorization: `Bearer ${auth.bearer}` };
  const basic = auth?.basic ?? { user: unescaped(url.username), password: unescaped(url.password) };
  if (basic.user === '' && basic.password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}` };
}

/** On another origin nothing that the maintainer wrote for the first one goes along. */
export function requestAfter(request: HttpRequest, status: number, from: URL, to: URL): HttpRequest {
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
  if (isElsewhere) return { ...target, headers: anonymousHeaders(to) };
  return keepsBody ? { ...target, headers, ...(body !== undefined && { body }) } : { ...target, headers: bodiless };
}

/** Where the answer sends us; undefined when it is no redirect, or one that names no place. */
export function locationOf({ status, headers }: HttpAnswer, base: URL): URL | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, base.href))
    throw new ProbeFailure('redirect', 'the redirect leads to no valid URL', { facts: { status } });
  const url = new URL(location, base);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new ProbeFailure('redirect', `the redirect leads to ${url.protocol}, not to http or https`, {
    facts: { status },
  });
}
