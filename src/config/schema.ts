/**
 * The words of services.yml. The doc comments here are the manual: the editor's schema and docs/configuration.md are
 * generated from them. A probe's settings belong to its kind, so the kinds come in as an argument.
 */
import { z } from 'zod';
import { readExpectedHours } from '../calendar/expected-hours.ts';
import { LANGUAGES, languageOf } from '../messages/catalogue.ts';
import { duration } from '../units.ts';
import { parseCanary } from './canaries.ts';
import { address, id, positiveDuration, text } from './fields.ts';
import { maintenanceEntry } from './maintenance-entry.ts';
import { type ChannelKinds, channelEntry } from './notifications.ts';

/** Kind → schema of what stands beside it; `opaque` leaves them unread, for those who only show the constellation. */
export type ProbeKinds = ReadonlyMap<string, z.ZodType> | 'opaque';

/** A longer wait would run into the rounds after it, and beyond 24 days Node's timers fire at once. */
const MAX_TIMEOUT_MS = 3_600_000;
/** One answer is enough. */
const MAX_CANARIES = 10;
/** States are worked out from so many at most. */
const MAX_LOCATIONS = 32;

export type ServicesFile = z.output<ReturnType<typeof servicesFile>>;
export type ServiceEntry = ServicesFile['services'][string];
export type ProbeEntry = z.output<ReturnType<typeof probeEntry>>;
export type DependencyEntry = z.output<typeof dependencyEntry>;

export function servicesFile(kinds: ProbeKinds, channels: ChannelKinds = 'opaque') {
  return z
    .strictObject({
      page: page.describe('What the page is called and where it lives.').prefault({}),
      schedule: z
        .strictObject({
          every: positiveDuration().describe('The intended interval between rounds.').default(300_000),
          rounds: z
            .int()
            .min(1)
            .max(20)
            .describe(
              'Rounds in one scheduled job, `every` apart: a timer that comes late then costs less. With more than `3` of them five minutes apart the job needs a longer `timeout-minutes` in its workflow, as `vedette check` says; what does not fit is left out.',
            )
            .default(1),
        })
        .describe('How often services are probed.')
        .prefault({}),
      locations: z
        .array(
          z.strictObject({
            id: id().max(60).describe('Short name, kept in history.'),
            runner: z
              .union([text(), z.array(text()).min(1)])
              .describe('Runner labels of its job. Default `ubuntu-24.04`.')
              .meta({ examples: [['self-hosted', 'eu']] })
              .optional(),
          }),
        )
        .max(MAX_LOCATIONS)
        .refine(
          (locations) => new Set(locations.map(({ id }) => id)).size === locations.length,
          'expected each id once',
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
      heartbeat: heartbeat(kinds)
        .describe(
          'Address that is asked for after each round that was published: somebody who watches the watcher. Give it as `${NAME}` when it is a secret; it is never shown.',
        )
        .optional(),
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
      github: z
        .strictObject({
          issues: z
            .boolean()
            .describe(
              'Whether incidents become issues, and issues with the labels `incident` and `maintenance` are read, where `GITHUB_REPOSITORY` and `GITHUB_TOKEN` are set.',
            )
            .default(true),
        })
        .describe('What is done on GitHub beside probing.')
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
      notifications: z.array(channelEntry(channels)).max(50).describe('Channels that are told.').default([]),
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

/** With kinds left opaque a placeholder may stand in it. */
function heartbeat(kinds: ProbeKinds) {
  return kinds === 'opaque' ? text() : address(['http:', 'https:'], 'expected an address with http:// or https://');
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
        'So many usual spreads above the usual latency, or share of failures, is degraded. More is calmer; two thirds of it are enough behind a dependency that is known to fail. Default 3.',
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
    alert: z
      .enum(['page', 'notify', 'none'])
      .describe(
        'How loudly its failure is told: `page` wakes somebody, `none` nobody. Default what its service says, else `notify`.',
      )
      .optional(),
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
        alert: z
          .enum(['page', 'notify', 'none'])
          .describe('How loudly its failure is told, for probes that do not say so themselves.')
          .optional(),
        probes: z.array(probeEntry(kinds)).describe('How it is tested; without any it is never called up.').default([]),
      }),
    )
    .meta({ shorthand: { type: 'string', format: 'uri' } });
}

function isLanguageTag(tag: string): boolean {
  try {
    new Intl.Locale(tag);
    return true;
  } catch {
    return false;
  }
}
