/**
 * What became of telling one channel of one event: a line of `history/notifications/<year>.ndjson`. Names and ids only:
 * no address, no secret, nothing that a receiver said.
 */
import { z } from 'zod';

/** Why something did not arrive, in words that say nothing of where it was sent. */
export const FAILURES = [
  'refused',
  'unreachable',
  'dns',
  'tls',
  'timeout',
  'reset',
  'redirect',
  'http',
  'smtp',
  'auth',
  'not-tried',
  'not-published',
  'unknown',
] as const;
export type Failure = (typeof FAILURES)[number];

/**
 * `started`: from here on the channel is told. `claimed`: whoever wrote it is about to send. `sent`: it arrived. `failed`:
 * it did not, and may be tried again. `rejected`: the receiver will not have it. `lost`: nobody knows whether it arrived.
 */
export const DELIVERY_KINDS = ['started', 'claimed', 'sent', 'failed', 'rejected', 'lost'] as const;

export const deliveryEvent = z.object({
  v: z.literal(1),
  /** `<event>@<channel>/<try>-<kind>`; of two who claim the same, one line is left. */
  id: z.string().min(1).max(700),
  /** Seconds since 1970. */
  t: z.int(),
  /** By name. */
  channel: z.string().min(1).max(100),
  kind: z.enum(DELIVERY_KINDS),
  /** What it was told of; none for `started`. */
  event: z.string().min(1).max(500).optional(),
  /** The run that wrote it. */
  by: z.string().max(200),
  /** Which claim of this event by this channel it belongs to, from 1. */
  claim: z.int().min(1).optional(),
  /** Attempts made. */
  tries: z.int().min(0).optional(),
  why: z.enum(FAILURES).optional(),
  /** The status of HTTP, or the code of SMTP. */
  code: z.int().optional(),
  /** Channels of whose trouble this message has told. */
  reports: z.array(z.string()).optional(),
});
export type DeliveryEvent = z.output<typeof deliveryEvent>;
