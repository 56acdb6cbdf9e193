/**
 * The words of services.yml. The doc comments here are the manual: the editor's schema and docs/configuration.md are
 * generated from them. A probe's settings belong to its kind, so the kinds come in as an argument.
 */
import { z } from 'zod';
import { readExpectedHours } from '../calendar/expected-hours.ts';
import { isCalendarDay, readInstant, type WrittenInstant } from '../calendar/instant.ts';
import { isTimeZone } from '../calendar/local-time.ts';
import { problemOf } from '../calendar/recurrence.ts';
import { readRule } from '../calendar/rule.ts';
import { LANGUAGES, languageOf } from '../messages/catalogue.ts';
import type { Repeat } from '../model.ts';
import { duration, durationInWords } from '../units.ts';
import { parseCanary } from './canaries.ts';

/** Kind → schema of what stands beside it; `opaque` leaves them unread, for those who only show the constellation. */
export type ProbeKinds = ReadonlyMap<string, z.ZodType> | 'opaque';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ID_RULE = 'expected lower-case letters, digits and single hyphens';
/** A longer wait would run into the rounds after it, and beyond 24 days Node's timers fire at once. */
const MAX_TIMEOUT_MS = 3_600_000;
/** One answer is enough. */
const MAX_CANARIES = 10;
const ADDRESS_SCHEMES = ['http:', 'https:', 'mailto:'];

export type ServicesFile = z.output<ReturnType<typeof servicesFile>>;
export type ServiceEntry = ServicesFile['services'][string];
export type ProbeEntry = z.output<ReturnType<typeof probeEntry>>;
export type DependencyEntry = z.output<typeof dependencyEntry>;

export function servicesFile(kinds: ProbeKinds) {
  return z
    .strictObject({
      page: page.describe('What the page is called and where it lives.').prefault({}),
      schedule: z
        .strictObject({
          every: positiveDuration().describe('The intended interval between rounds.').default(300_000),
          rounds: z.int().min(1).max(20).describe('Rounds in one scheduled job.').default(1),
        })
        .describe('How often services are probed.')
        .prefault({}),
      locations: z
        .array(
          z.strictObject({
            id: id().describe('Short name, kept in history.'),
            runner: z
              .union([z.string(), z.array(z.string())])
              .describe('Runner labels of its job.')
              .optional(),
          }),
        )
        .describe('Places that probe; one, the machine that runs the round, when absent.')
        .default([]),
      quorum: z.int().min(1).describe('Locations that must fail before a service is down.').optional(),
      canaries: z
        .array(canary(kinds))
        .max(MAX_CANARIES)
        .describe(
          'Addresses that tell whether the prober itself has a network. When one gives any answer, failures are real; when none does, the round is our own fault. In GitHub Actions its API when absent.',
        )
        .default([]),
      history: z
        .strictObject({
          branch: text().describe('Branch that holds `history/`; the one the job runs on when absent.').optional(),
          keep: z
            .strictObject({
              raw: duration()
                .describe('How long every round is kept.')
                .default(14 * 86_400_000),
              hourly: duration()
                .describe('How long hourly digests are kept.')
                .default(90 * 86_400_000),
            })
            .describe('How long details are kept; daily digests stay for ever.')
            .prefault({}),
        })
        .describe('Where observations are kept, and for how long.')
        .prefault({}),
      defaults: z
        .strictObject(probeSettings())
        .describe('Common probe keys for every probe that has none of its own.')
        .prefault({}),
      services: z
        .record(id(), serviceEntry(kinds))
        .describe('The services by id, in the order of the page.')
        .refine((services) => Object.keys(services).length > 0, 'expected at least one service'),
      maintenance: z.array(maintenanceEntry).describe('Announced spans.').default([]),
      notifications: z.array(z.record(z.string(), z.unknown())).describe('Channels that are told.').default([]),
    })
    .describe('What Vedette watches, and what depends on what.');
}

/** With kinds left opaque a placeholder may stand in it. */
function canary(kinds: ProbeKinds) {
  if (kinds === 'opaque') return text();
  return text().superRefine((address, context) => {
    const parsed = parseCanary(address);
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  });
}

const page = z.strictObject({
  title: text()
    .describe('Name of the page.')
    .meta({ examples: ['Example status'] })
    .default('Status'),
  url: address(['http:', 'https:'], 'expected an address with http:// or https://')
    .describe('Where the page is published; feeds and ids hang on it.')
    .optional(),
  description: text().describe('One sentence below the title.').optional(),
  language: z
    .string()
    .refine(isLanguageTag, 'expected a language tag like en or pt-BR')
    .refine((tag) => !isLanguageTag(tag) || languageOf(tag) !== undefined, {
      error: ({ input }) => `there are no words for ${JSON.stringify(input)}; there are ${LANGUAGES.join(', ')}`,
    })
    .describe(
      `Language of the page, a BCP 47 tag: ${LANGUAGES.join(', ')}, also with a region like de-AT. What people write (names, descriptions, updates) stays as it is.`,
    )
    .meta({ examples: ['en', 'de', 'de-AT'] })
    .default('en'),
  support: z
    .strictObject({ label: text().describe('Text of the link.'), url: address().describe('Where it leads.') })
    .describe('Where visitors ask for help.')
    .optional(),
  links: z
    .array(z.strictObject({ label: text().describe('Text of the link.'), url: address().describe('Where it leads.') }))
    .describe('Links in the footer.')
    .default([]),
  brand: z
    .strictObject({
      logo: text()
        .describe('Image file beside services.yml or below: SVG, PNG, WebP or JPEG, at most 200 kB.')
        .meta({ examples: ['logo.svg'] })
        .optional(),
      accent: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, 'expected a colour like "#0b7285"')
        .describe(
          'Colour of links and of the focus ring. Where it could not be read it is shown darker on light and lighter on dark ground.',
        )
        .optional(),
      css: text()
        .describe(
          'Stylesheet file beside services.yml or below, added to every page after its own; at most 100 kB, without `@import` and `url()`.',
        )
        .optional(),
    })
    .describe('How the page looks.')
    .optional(),
});

/** The keys that every probe may have, whatever its kind; also what `defaults` takes. */
function probeSettings() {
  return {
    timeout: positiveDuration(MAX_TIMEOUT_MS)
      .describe('Deadline of one attempt, everything included. Default `10s`.')
      .optional(),
    retries: z.int().min(0).max(5).describe('Further attempts inside the round after a failure. Default 2.').optional(),
    degradedAbove: duration().describe('An answer slower than this is degraded.').optional(),
    unusualAbove: z
      .number()
      .min(1)
      .max(1000)
      .describe(
        'So many usual spreads above the usual latency, or share of failures, is degraded. More is calmer. Default 3.',
      )
      .meta({ examples: [4] })
      .optional(),
    confirm: z
      .string(CONFIRM_RULE)
      .regex(/^[1-9]\d? of [1-9]\d?$/, CONFIRM_RULE)
      .transform((value) => {
        const [needed, window] = value.split(' of ').map(Number) as [number, number];
        return { needed, window };
      })
      .refine(({ needed, window }) => needed <= window && window <= 20, CONFIRM_RULE)
      .describe('How many of the last readings must fail before the public is told. Default `2 of 3`.')
      .meta({ examples: ['2 of 3', '1 of 1'] })
      .optional(),
    strict: z.boolean().describe('A success that needed a retry is degraded. Default false.').optional(),
    invert: z.boolean().describe('The probe must fail; unknown stays unknown. Default false.').optional(),
    essential: z
      .boolean()
      .describe('Whether its failure can take the service down; otherwise it degrades at most. Default true.')
      .optional(),
    alert: z.enum(['page', 'notify', 'none']).describe('Who is told when it fails. Default `notify`.').optional(),
    view: z
      .enum(['blackbox', 'whitebox'])
      .describe('Whether it looks from outside or asks the service about itself. Default `blackbox`.')
      .optional(),
    notes: text().describe('What to do when it fails. Markdown.').optional(),
  };
}
const CONFIRM_RULE = 'expected "k of n" like 2 of 3, with k at most n and n at most 20';

function probeEntry(kinds: ProbeKinds) {
  const common = {
    name: text().describe('Unique in its service; the kind when absent.').optional(),
    ...probeSettings(),
  };
  if (kinds === 'opaque') return z.looseObject(common);
  const settings = Object.fromEntries([...kinds].map(([kind, schema]) => [kind, schema.optional()]));
  const rule = `expected exactly one kind of probe (${[...kinds.keys()].join(', ')})`;
  const given = (probe: unknown): string[] => Object.keys(probe as object).filter((key) => kinds.has(key));
  return z.strictObject({ ...settings, ...common }).refine((probe) => given(probe).length === 1, {
    error: ({ input }) => `${rule}, found ${given(input).join(' and ') || 'none'}`,
    // A misspelt kind is one mistake: an unknown key, not also a missing one.
    when: ({ issues }) => issues.length === 0,
  });
}

const dependencyEntry = z
  .preprocess(
    (value) => (typeof value === 'string' ? { service: value } : value),
    z
      .strictObject({
        service: z.string().describe('Id of the service it needs.').optional(),
        anyOf: z.array(z.string()).min(1).describe('Ids of interchangeable services.').optional(),
        need: z.int().min(1).describe('How many of `anyOf` must be alive. Default 1.').optional(),
        strength: z
          .enum(['hard', 'soft', 'insight'])
          .describe(
            '`hard`: down when it is down. `soft`: degraded at worst. `insight`: we are blind without it, not broken.',
          )
          .default('hard'),
        note: text().describe('What flows over this dependency.').optional(),
      })
      .superRefine((edge, context) => {
        if ((edge.service === undefined) === (edge.anyOf === undefined)) {
          context.addIssue({ code: 'custom', message: 'expected either `service` or `anyOf`' });
        }
        if (edge.need !== undefined && edge.need > (edge.anyOf?.length ?? 0)) {
          context.addIssue({
            code: 'custom',
            path: ['need'],
            message: 'expected `need` beside `anyOf`, at most its length',
          });
        }
      }),
  )
  .meta({ shorthand: { type: 'string' } });

function serviceEntry(kinds: ProbeKinds) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? { probes: [{ http: value }] } : value),
      z.strictObject({
        name: text().describe('What people call it; made from the id when absent.').optional(),
        description: text().describe('One sentence: what it is for. Markdown.').optional(),
        group: text().describe('Heading under which it stands on the page.').optional(),
        owner: text().describe('Who looks after it.').optional(),
        critical: z
          .boolean()
          .describe('Whether the overall state is about it; by default those that nobody depends on.')
          .optional(),
        weight: z.number().positive().max(1000).describe('Its share of the overall state.').default(1),
        objective: z
          .string()
          .regex(/^\d{1,2}(\.\d+)?% over \d+d$/, 'expected an objective like 99.9% over 30d')
          .describe('The uptime that is promised.')
          .meta({ examples: ['99.9% over 30d'] })
          .optional(),
        expectedHours: text()
          .meta({ examples: ['Mon-Fri 08:00-18:00 Europe/Berlin'] })
          .transform((value, context) => {
            const hours = readExpectedHours(value);
            if (!('problem' in hours)) return hours;
            context.addIssue({ code: 'custom', message: hours.problem });
            return z.NEVER;
          })
          .describe(
            'When it is meant to be up: days, times, a time zone. Outside of these hours a failure is not told, and the time does not count for its uptime.',
          )
          .optional(),
        links: z.record(z.string(), address()).describe('Label → address: runbook, dashboard, source …').default({}),
        notes: text().describe('Troubleshooting. Markdown.').optional(),
        formerly: z.array(id()).describe('Former ids whose history it inherits.').default([]),
        dependsOn: z.array(dependencyEntry).describe('What it needs in order to work.').default([]),
        alert: z.enum(['page', 'notify', 'none']).describe('Who is told when it fails.').optional(),
        probes: z.array(probeEntry(kinds)).describe('How it is tested; without any it is never called up.').default([]),
      }),
    )
    .meta({ shorthand: { type: 'string', format: 'uri' } });
}

const INSTANT_RULE = 'expected an instant like 2026-12-01T02:00:00Z, or one without offset beside `timezone`';

const maintenanceEntry = z
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

function isLanguageTag(tag: string): boolean {
  try {
    new Intl.Locale(tag);
    return true;
  } catch {
    return false;
  }
}

/** Control characters and direction overrides can make a text look like another one; nobody writes them on purpose. */
const DISGUISE = /[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;

function text() {
  return z
    .string()
    .trim()
    .min(1, 'expected some text')
    .refine((value) => !DISGUISE.test(value.replaceAll(/[\n\t]/g, '')), 'expected text without control characters');
}

function positiveDuration(maxMs = Number.POSITIVE_INFINITY) {
  return duration()
    .refine((ms) => ms > 0, 'expected a duration above zero')
    .refine((ms) => ms <= maxMs, `expected a duration of at most ${durationInWords(maxMs)}`);
}

function id() {
  return z.string().regex(ID, ID_RULE);
}

/** An address that the page will link to: anything that could run as script in a browser is refused here. */
function address(schemes = ADDRESS_SCHEMES, rule = 'expected an address with http://, https:// or mailto:') {
  return z
    .string(rule)
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), rule)
    .meta({ format: 'uri' });
}
