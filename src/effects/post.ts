/** One request to a receiver of notifications. What it answers is looked at for its status, and never shown. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeSending, DeliveryError } from './delivery-error.ts';

export interface Post {
  url: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  now(): number;
}

const MAX_ANSWER_MS = 1000;

export async function post({ url, body, headers = {}, signal, now }: Post): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'Vedette', ...headers },
      // Elsewhere nobody has been told that it gets our secrets.
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw new DeliveryError('unsure', 'timeout');
    const early = beforeSending(error);
    throw early ? new DeliveryError('undelivered', early) : new DeliveryError('unsure', 'reset');
  }
  await leave(response);
  const { status } = response;
  if (status >= 200 && status < 300) return;
  throw errorOf(status, retryAfterMs(response.headers, now()));
}

/** The connection is free for the next one; an endless answer is not waited for. */
async function leave({ body }: Response): Promise<void> {
  if (!body) return;
  const reader = body.getReader();
  const late = sleep(MAX_ANSWER_MS, { done: true } as const, { ref: false });
  for (let reads = 0; reads < 16; reads += 1) {
    const { done } = await Promise.race([reader.read().catch(() => ({ done: true })), late]);
    if (done) break;
  }
  await reader.cancel().catch(() => undefined);
}

function errorOf(code: number, retryAfterMs: number | undefined): DeliveryError {
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (code >= 300 && code < 400) return new DeliveryError('undelivered', 'redirect', { code, isPassing: false });
  if ([401, 403, 404, 410].includes(code)) return new DeliveryError('undelivered', 'auth', { code, isPassing: false });
  if ([408, 425, 429].includes(code)) return new DeliveryError('undelivered', 'http', { code, ...after });
  // Whoever stands between may have passed it on.
  if (code === 504) return new DeliveryError('unsure', 'http', { code, ...after });
  if (code >= 500) return new DeliveryError('undelivered', 'http', { code, ...after });
  return new DeliveryError('rejected', 'http', { code, isPassing: false });
}

/** Seconds or a date. */
function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
