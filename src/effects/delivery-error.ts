/** Why a message was not delivered, in words that hold no address, no secret and nothing that the receiver wrote. */
import { getSystemErrorName } from 'node:util';
import type { Failure } from '../incidents/delivery-event.ts';

/**
 * `undelivered`: it certainly did not arrive. `rejected`: the receiver will not have this message, today or tomorrow.
 * `unsure`: the connection ended before an answer.
 */
export type DeliveryOutcome = 'undelivered' | 'rejected' | 'unsure';

export class DeliveryError extends Error {
  readonly outcome: DeliveryOutcome;
  readonly why: Failure;
  readonly code: number | undefined;
  /** Trying again at once may help. */
  readonly isPassing: boolean;
  /** As long as the receiver asks us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    outcome: DeliveryOutcome,
    why: Failure,
    { code, isPassing = true, retryAfterMs }: { code?: number; isPassing?: boolean; retryAfterMs?: number } = {},
  ) {
    super(code === undefined ? WORDS[why] : `${WORDS[why]} (${code})`);
    this.outcome = outcome;
    this.why = why;
    this.code = code;
    this.isPassing = isPassing;
    this.retryAfterMs = retryAfterMs;
  }
}

const WORDS: Readonly<Record<Failure, string>> = {
  refused: 'the connection was refused',
  unreachable: 'it cannot be reached',
  dns: 'its name was not found',
  tls: 'its certificate or TLS failed',
  timeout: 'no answer in time',
  reset: 'the connection broke',
  redirect: 'it redirects, which is not followed; name the address that it leads to',
  http: 'it answered with an error',
  smtp: 'the mail server refused it',
  auth: 'it does not accept the credentials or the address',
  'not-tried': 'not tried, since the one before failed',
  'not-published': 'not sent, since the claim could not be published',
  unknown: 'it failed in an unexpected way',
};

/** `the connection was refused`; for tables and warnings. */
export function failureInWords(why: Failure, code?: number): string {
  return new DeliveryError('undelivered', why, code === undefined ? {} : { code }).message;
}

const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EDNS: 'dns',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
};

/** What went wrong before anything was sent; undefined when that is not certain. */
export function beforeSending(error: unknown): Failure | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // It would not open the way, and the request waits for that.
    if (cause.message.startsWith('Proxy response (')) return 'unreachable';
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code !== 'string') continue;
    // A library that has codes of its own keeps the number of the system's.
    const { errno } = cause as NodeJS.ErrnoException;
    const known = BY_CODE[code] ?? BY_CODE[errno === undefined ? '' : getSystemErrorName(errno)];
    if (known) return known;
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) return 'tls';
    // Several addresses were tried: each says the same of itself.
    if (cause instanceof AggregateError) return beforeSending(cause.errors[0]);
  }
  return undefined;
}
