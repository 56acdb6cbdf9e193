/** HTTP proxies: a tunnel for TLS (CONNECT), the whole address for the rest. What fails in one is not the target's fault. */
import { request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type Phase, PROBER_REASONS, type Reason } from '../model.ts';
import { type ExchangeOptions, exchange, type HttpAnswer, type HttpRequest, MAX_HEADER_BYTES } from './exchange.ts';
import { classify, ProbeFailure } from './failure.ts';

export interface HttpProxy {
  host: string;
  port: number;
  /** TLS to the proxy itself. */
  isSecure: boolean;
  /** A value for Proxy-Authorization. */
  authorization?: string;
  /** Without user and password. */
  shown: string;
}

/** The answers of a proxy that wants a password, cannot reach the target, or waited for it in vain. */
const OF_THE_PROXY = [407, 502, 504];

/** `http://user:password@proxy:3128`, or as the environment often has it, `proxy:3128`. */
export function parseProxy(address: string): HttpProxy {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new ProbeFailure('proxy', 'the address of the proxy is no URL with http:// or https://');
  }
  const isSecure = url.protocol === 'https:';
  const credentials = `${unescaped(url.username)}:${unescaped(url.password)}`;
  return {
    host: url.hostname,
    port: Number(url.port) || (isSecure ? 443 : 80),
    isSecure,
    ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    shown: url.origin,
  };
}

/** What is no escape, like the sign in `100%`, stands for itself. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return text;
  }
}

/** Asks for a tunnel on an open connection to the proxy; the target is on the socket afterwards. */
export async function openTunnel(
  socket: Socket,
  { authorization }: HttpProxy,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const outgoing = sendRequest({
    createConnection: () => socket,
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
    setDefaultHeaders: false,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  outgoing.on('connect', ({ statusCode = 0 }, _, early: Buffer) => {
    if (statusCode < 200 || statusCode > 299) return reject(new ProbeFailure('proxy', answered(statusCode)));
    if (early.length > 0) socket.unshift(early);
    resolve();
  });
  outgoing.on('error', reject);
  outgoing.end();
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A request without TLS: the proxy speaks for the target, and until an answer begins nobody can tell them apart. */
export async function exchangeThrough(
  proxy: HttpProxy,
  socket: Socket,
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  let current: Phase | undefined;
  const enter = (phase: Phase): void => {
    current = phase === 'ttfb' ? 'proxy' : phase;
    options.enter(current);
  };
  const { authorization } = proxy;
  const headers = { ...request.headers, ...(authorization !== undefined && { 'proxy-authorization': authorization }) };
  const path = `http://${request.headers.host}${request.path}`;
  let answer: HttpAnswer;
  try {
    answer = await exchange(socket, { ...request, path, headers }, { ...options, enter });
  } catch (error) {
    throw current === 'proxy' ? proxyFault(error, proxy) : error;
  }
  if (!OF_THE_PROXY.includes(answer.status)) return answer;
  options.enter('proxy');
  throw proxyFault(new ProbeFailure('proxy', answered(answer.status)), proxy);
}

/** What goes wrong between us and the proxy says nothing of the target. */
export function proxyFault(error: unknown, { shown }: HttpProxy): unknown {
  const { reason, message } = classify(error, 'connect');
  // What this machine lacks, and our own bugs and aborts, stay what they are.
  const isOurs = (PROBER_REASONS as readonly (Reason | undefined)[]).includes(reason) && reason !== 'proxy';
  if (isOurs) return error;
  return new ProbeFailure('proxy', `through the proxy ${shown}: ${message}`, { cause: error, facts: { proxy: shown } });
}

function answered(status: number): string {
  const why = status === 407 ? ', it wants a user and a password' : '';
  return `the proxy answered ${status}${why}`;
}
