/** What people have said of a maintenance: a line of `history/maintenance/<year>.ndjson`. */
import { z } from 'zod';
import { isTimeZone } from '../calendar/local-time.ts';

export const MAINTENANCE_KINDS = ['announced', 'changed', 'cancelled', 'update'] as const;

const seconds = z.int();

/** Keys of a later version are let through and not read. */
export const maintenanceEvent = z.object({
  v: z.literal(1),
  /** `<maintenance>/p<n>-<chance>`; unique for ever. */
  id: z.string().min(1).max(300),
  /** When it was written, in seconds since 1970. */
  t: seconds,
  /** What it is about: `2026-12-01-database-upgrade`, for ever. */
  maintenance: z
    .string()
    .max(200)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected an id like 2026-12-01-database-upgrade'),
  kind: z.enum(MAINTENANCE_KINDS),
  /** From here on what a key does not say stays as it was. */
  title: z.string().max(300).optional(),
  services: z.array(z.string().min(1).max(200)).optional(),
  start: seconds.optional(),
  end: seconds.optional(),
  /** It comes again by the clock of a zone; `start` and `end` are those of the first. */
  repeat: z
    .object({
      /** RFC 5545, without UNTIL. */
      rule: z.string().max(500),
      /** An IANA name, or an offset like +05:30. */
      timeZone: z.string().max(100).refine(isTimeZone, 'expected a time zone'),
      /** None starts later. */
      last: seconds.optional(),
    })
    .optional(),
  /** Markdown. */
  text: z.string().max(20_000).optional(),
  author: z.string().max(200).optional(),
  /** The id of a line whose words were edited where they were written: `text` stands there instead, and all else stays. */
  edits: z.string().max(300).optional(),
  /** Beside `edits`: the words were taken back, and are shown no longer. */
  isWithdrawn: z.literal(true).optional(),
});
export type MaintenanceEvent = z.output<typeof maintenanceEvent>;
