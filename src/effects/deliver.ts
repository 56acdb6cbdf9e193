/** One message to one channel: tried again where that is safe, and never longer than its time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../config/notifications.ts';
import type { Failure } from '../incidents/delivery-event.ts';
import type { Notice } from '../notices/notice.ts';
import type { ChannelKind } from './define-channel.ts';
import { DeliveryError } from './delivery-error.ts';

export interface Pace {
  /** Of one attempt. */
  attemptMs: number;
  /** Of all that one channel gets. */
  channelMs: number;
  /** Before the second attempt; four times as long before the third. */
  firstWaitMs: number;
  random(): number;
}

export const PACE: Pace = { attemptMs: 10_000, channelMs: 60_000, firstWaitMs: 1000, random: Math.random };

const MAX_TRIES = 3;

export interface Delivered {
  result: 'sent' | 'failed' | 'rejected' | 'lost';
  tries: number;
  why?: Failure;
  code?: number;
}

export interface DeliverOptions {
  pace: Pace;
  /** Ends with the time of the channel, or with the run. */
  signal: AbortSignal;
  now(): number;
}

export async function deliver(
  { isIdempotent, send }: ChannelKind,
  channel: Channel,
  notice: Notice,
  { pace, signal, now }: DeliverOptions,
): Promise<Delivered> {
  for (let tries = 1; ; tries += 1) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(pace.attemptMs)]);
    const error = await attemptTo(
      () => send(channel.settings, notice, { signal: attempt, timeoutMs: pace.attemptMs, channel, now }),
      attempt,
    );
    if (!error) return { result: 'sent', tries };
    const { outcome, why, code, isPassing, retryAfterMs } = error;
    const said = { tries, why, ...(code !== undefined && { code }) };
    if (outcome === 'rejected') return { result: 'rejected', ...said };
    if (outcome === 'unsure' && !isIdempotent) return { result: 'lost', ...said };
    const failed = { result: 'failed', ...said } as const;
    if (!isPassing || tries === MAX_TRIES) return failed;
    const waitMs = Math.max(retryAfterMs ?? 0, pace.firstWaitMs * 4 ** (tries - 1) * (1 + pace.random() / 2));
    // Who asks for more time than there is gets it: a later round tries again.
    if (waitMs > pace.channelMs) return failed;
    if (!(await waited(waitMs, signal))) return failed;
  }
}

/** A kind that does not hear the signal is not waited for either. */
async function attemptTo(send: () => Promise<void>, signal: AbortSignal): Promise<DeliveryError | undefined> {
  if (signal.aborted) return new DeliveryError('undelivered', 'timeout', { isPassing: false });
  const { promise: late, reject } = Promise.withResolvers<never>();
  // The kind itself may say more of it, and gets a moment for that.
  const abort = (): void => void sleep(250).then(() => reject(new DeliveryError('unsure', 'timeout')));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([send(), late]);
    return undefined;
  } catch (error) {
    return error instanceof DeliveryError ? error : new DeliveryError('unsure', 'unknown');
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, undefined, { signal }).then(
    () => true,
    () => false,
  );
}
