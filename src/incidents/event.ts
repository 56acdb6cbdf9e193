/**
 * What happened to an incident: a line of `history/incidents/<year>.ndjson`, written by the lifecycle or by a person. What
 * is open, since when and why, is nothing but these lines put together.
 */
import { z } from 'zod';
import { STATES } from '../model.ts';

/** How bad it is for the critical services. */
export const IMPACTS = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof IMPACTS)[number];

/** A `postmortem` is what a person has to say of one that is over. */
export const INCIDENT_STATUSES = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

export function isEnd(status: IncidentStatus): boolean {
  return status === 'resolved' || status === 'postmortem';
}

/** `update` is a person's only; persons may also open, reopen and resolve. */
export const EVENT_KINDS = [
  'opened',
  'reopened',
  'cause',
  'identified',
  'escalated',
  'deescalated',
  'affected',
  'monitoring',
  'relapsed',
  'suppressed',
  'resumed',
  'resolved',
  'update',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Why an incident is over, when it was not a person who said so. */
export const RESOLUTIONS = ['recovered', 'maintenance', 'merged', 'removed'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const service = z.string().min(1).max(200);
const seconds = z.int();

/** Keys of a later version are let through and not read. */
export const incidentEvent = z.object({
  v: z.literal(1),
  /**
   * `<incident>/<n>-<kind>` when the lifecycle wrote it, `<incident>/p<n>-<chance>` when a person did; unique for ever, and
   * what makes writing and sending twice harmless.
   */
  id: z.string().min(1).max(300),
  /** When it happened, in seconds since 1970: the instant of the round, or when a person wrote. */
  t: seconds,
  /** What it happened to: `2026-11-20-database`, as in the address of its page. */
  incident: z.string().max(200).regex(SLUG, 'expected an id like 2026-11-20-database'),
  kind: z.enum(EVENT_KINDS),
  by: z.enum(['vedette', 'person']).default('vedette'),
  /** From here on what a key does not say stays as it was. */
  status: z.enum(INCIDENT_STATUSES).optional(),
  impact: z.enum(IMPACTS).optional(),
  cause: service.optional(),
  /** Of the trouble that this incident is about, 0 to 1; absent when it could not be told. */
  share: z.number().min(0).max(1).optional(),
  /** The cause is not probed, and only suspected. */
  isGuess: z.boolean().optional(),
  /** No critical service feels it. */
  isContained: z.boolean().optional(),
  /** From an affected critical service down to the cause. */
  chain: z.array(service).optional(),
  /** What its probe says, in our words: "connection refused". */
  evidence: z.string().max(300).optional(),
  /** Those whose state is another than it was in this incident; in the first event all. */
  services: z
    .array(
      z.object({
        id: service,
        state: z.enum(STATES),
        /** What it was in this incident until now. */
        was: z.enum(STATES).optional(),
        /** When its trouble began. */
        since: seconds.optional(),
      }),
    )
    .optional(),
  /** When the trouble began, and when it was over: the first good round. */
  since: seconds.optional(),
  end: seconds.optional(),
  reason: z.enum(RESOLUTIONS).optional(),
  /** The incident that it has become part of. */
  into: z.string().optional(),
  /** A person's words: a title, and Markdown. */
  title: z.string().max(300).optional(),
  text: z.string().max(20_000).optional(),
  author: z.string().max(200).optional(),
  /** The id of a line whose words were edited where they were written: `text` stands there instead, and all else stays. */
  edits: z.string().max(300).optional(),
  /** Beside `edits`: the words were taken back, and are shown no longer. */
  isWithdrawn: z.literal(true).optional(),
});
export type IncidentEvent = z.output<typeof incidentEvent>;

/** What people are told of; all else is for the page. */
const TOLD: readonly EventKind[] = ['opened', 'reopened', 'cause', 'escalated', 'resolved'];

export function isTold({ kind, reason }: IncidentEvent): boolean {
  return TOLD.includes(kind) && reason !== 'merged' && reason !== 'removed';
}
