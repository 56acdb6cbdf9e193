/** A maintenance in services.yml, once or again and again. */
import { z } from 'zod';
import { isCalendarDay, readInstant, type WrittenInstant } from '../calendar/instant.ts';
import { isTimeZone } from '../calendar/local-time.ts';
import { problemOf } from '../calendar/recurrence.ts';
import { readRule } from '../calendar/rule.ts';
import type { Repeat } from '../model.ts';
import { positiveDuration, text } from './fields.ts';

const INSTANT_RULE = 'expected an instant like 2026-12-01T02:00:00Z, or one without offset beside `timezone`';

export const maintenanceEntry = z
  .strictObject({
    title: text().describe('What is done.'),
    services: z.array(z.string()).min(1).describe('Ids of the services concerned.'),
    start: text()
      .describe('ISO 8601 with an offset, or without one beside `timezone`; of the first, when it repeats.')
      .meta({ examples: ['2026-12-01T02:00:00Z'] }),
    end: text().describe('As `start`; or give a `duration`.').optional(),
    duration: positiveDuration().describe('How long it takes; or give an `end`.').optional(),
    timezone: z
      .string()
      .refine(isTimeZone, 'expected an IANA time zone like Europe/Berlin')
      .describe('For a `start` without offset; what repeats does so by the clock there, in winter and in summer.')
      .meta({ examples: ['Europe/Berlin'] })
      .optional(),
    repeat: text()
      .describe(
        'RFC 5545 rule that `start` itself fits. A start that the clocks skip is as much later as they jump, one that they show twice is the first.',
      )
      .meta({ examples: ['FREQ=WEEKLY', 'FREQ=MONTHLY;BYDAY=-1SU'] })
      .optional(),
    except: z
      .array(z.string().refine(isCalendarDay, 'expected a day like 2026-12-27'))
      .describe('Days in that time zone on which it does not repeat.')
      .optional(),
    message: text().describe('More about it. Markdown.').optional(),
  })
  .superRefine((entry, context) => {
    const report = (message: string, ...path: string[]): void => context.addIssue({ code: 'custom', path, message });
    // A zone that does not exist is one mistake: it makes no instant wrong.
    const timeZone = entry.timezone === undefined || isTimeZone(entry.timezone) ? entry.timezone : 'UTC';
    const start = readInstant(entry.start, timeZone);
    const end = entry.end === undefined ? undefined : readInstant(entry.end, timeZone);
    if (!start) report(INSTANT_RULE, 'start');
    if (entry.end !== undefined && !end) report(INSTANT_RULE, 'end');
    if ((entry.end === undefined) === (entry.duration === undefined)) report('expected either `end` or `duration`');
    if (start && end && end.at <= start.at) report('expected an end after the start', 'end');
    if (entry.except && entry.repeat === undefined) report('expected `except` beside `repeat`', 'except');
    if (!start || entry.repeat === undefined) return;
    const read = readRule(entry.repeat, start.timeZone);
    if ('problem' in read) return report(read.problem, 'repeat');
    const durationMs = entry.duration ?? (end ? end.at - start.at : 0);
    const problem = problemOf(toRepeat(read, start, entry.except), durationMs);
    const length = entry.duration === undefined ? 'end' : 'duration';
    if (problem) report(problem.message, problem.key === 'length' ? length : problem.key);
  });

/** `read` of `repeat`, and the first start. */
export function toRepeat(
  { rule, lastAt }: { rule: string; lastAt?: number },
  { wall, timeZone }: WrittenInstant,
  except: readonly string[] = [],
): Repeat {
  return { rule, timeZone, firstWall: wall, except, ...(lastAt !== undefined && { lastAt }) };
}
