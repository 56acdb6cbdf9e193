/**
 * The contract of a kind of channel. `src/effects/channels/<kind>.ts` exports one of these as its default and is thereby
 * registered; its first comment is its user documentation.
 */
import type { z } from 'zod';
import type { Alert, Channel } from '../config/notifications.ts';
import type { Notice } from '../notices/notice.ts';
import type { Recipient } from '../notices/plan.ts';

export interface ChannelKind<Schema extends z.ZodType = z.ZodType> {
  /** What stands beside the kind's name in services.yml, parsed into the shape that `send` wants. */
  settings: Schema;
  audience: Recipient['audience'];
  /** The receiver recognises a message by its id, so that one of which nobody knows whether it arrived is sent again. */
  isIdempotent: boolean;
  /** Levels that it takes unless services.yml says otherwise. */
  alert: readonly Alert[];
  /** Resolves when the receiver has accepted it; throws a `DeliveryError`. Anything else thrown is taken for lost. */
  send(settings: z.output<Schema>, notice: Notice, context: SendContext): Promise<void>;
}

export interface SendContext {
  /** Aborts when this attempt has taken too long. */
  signal: AbortSignal;
  /** How long that is. */
  timeoutMs: number;
  /** The user's own words. */
  channel: Pick<Channel, 'title' | 'text'>;
  /** Wall clock. Milliseconds since 1970 UTC. */
  now(): number;
}

export function defineChannel<Schema extends z.ZodType>(kind: ChannelKind<Schema>): ChannelKind<Schema> {
  return kind;
}
