/** The shapes of our own documents. They are published as JSON Schemas beside them; keys may be added, none changes. */
import { z } from 'zod';
import { EVENT_KINDS, IMPACTS, INCIDENT_STATUSES } from '../../incidents/event.ts';
import { OUTCOMES, PHASES, REASONS, STATES } from '../../model.ts';

const instant = z.iso.datetime().describe('UTC.');
const share = z.number().min(0).max(1);
const seconds = z.int().min(0);
const state = z.enum(STATES);
const outcome = z.enum(OUTCOMES);

const update = z.strictObject({
  id: z.string().describe('For ever the same.'),
  at: instant,
  kind: z.enum(EVENT_KINDS),
  status: z.enum(INCIDENT_STATUSES),
  text: z.string(),
  isMarkdown: z.literal(true).describe("A person's words.").optional(),
  author: z.string().optional(),
  services: z.array(z.strictObject({ id: z.string(), name: z.string(), state, was: state.optional() })),
});

const incident = z.strictObject({
  id: z.string().describe('For ever the same.'),
  title: z.string(),
  status: z.enum(INCIDENT_STATUSES),
  impact: z.enum(IMPACTS).describe('The worst that it has been.'),
  start: instant,
  end: instant.optional(),
  updated: instant,
  cause: z.string().describe('Id of a service.').optional(),
  causes: z.array(z.string()).describe('All that were named.'),
  services: z.array(z.strictObject({ id: z.string(), state, since: instant })),
  updates: z.array(update).describe('Newest first.'),
});

export const statusSchema = z
  .strictObject({
    v: z.literal(1),
    page: z.strictObject({ title: z.string(), url: z.string().optional() }),
    overall: z.strictObject({
      state,
      isLastKnown: z.boolean().describe('States are not of the present.'),
      headline: z.string(),
      lastKnown: z.string().describe('What the headline said, when the observations are too old for it.').optional(),
      since: instant.optional(),
    }),
    causes: z.array(
      z.strictObject({
        service: z.string(),
        share: share.describe('Of the trouble.').optional(),
        chain: z.array(z.string()).describe('From an affected service down to the cause.'),
      }),
    ),
    services: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        group: z.string().optional(),
        own: state.describe('By its own probes.'),
        effective: state.describe('With what it needs.'),
        lastKnown: z
          .strictObject({ own: state, effective: state })
          .describe('When the observations are too old for the states to be anything but unknown.')
          .optional(),
        declared: z.string().describe('The incident in which people have declared it to fail.').optional(),
        via: z.string().describe('The service that the state is inherited from.').optional(),
        since: instant.optional(),
        atRiskThrough: z.string().optional(),
        expectedHours: z.string().optional(),
        outsideHoursUntil: instant.optional(),
        uptime: share.describe('Of the observed time of 90 days.').optional(),
        coverage: share.describe('How much of these 90 days was observed.'),
      }),
    ),
    incidents: z.array(incident).describe('Open ones, and those of the last 7 days.'),
    maintenance: z.array(
      z.strictObject({ title: z.string(), services: z.array(z.string()), start: instant, end: instant }),
    ),
    age: z
      .strictObject({
        probedAt: instant,
        gaps: z.strictObject({ p50: seconds, p90: seconds, p95: seconds }),
        staleAfter: seconds,
        unknownAfter: seconds,
      })
      .describe('Spans in seconds.')
      .optional(),
  })
  .describe('/status.json: the page for programs.');

export const checkSchema = z
  .strictObject({
    v: z.literal(1),
    service: z.string(),
    probe: z.string(),
    name: z.string(),
    kind: z.string(),
    documentation: z
      .strictObject({
        service: z.string().optional(),
        probe: z.string().optional(),
        whenItFails: z.string().optional(),
        owner: z.string().optional(),
        links: z.record(z.string(), z.string()),
      })
      .describe('Markdown.'),
    settings: z.strictObject({
      timeoutMs: z.number(),
      retries: z.int(),
      degradedAboveMs: z.number().optional(),
      confirm: z.strictObject({ needed: z.int(), window: z.int() }),
      strict: z.boolean(),
      invert: z.boolean(),
      essential: z.boolean(),
      target: z.string().describe('Of a probe that is written in one line.').optional(),
      shown: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      hidden: z.array(z.string()).describe('Settings that are not shown.'),
    }),
    isLastKnown: z.boolean().describe('The latest reading is not of the present.'),
    latest: z
      .strictObject({
        at: instant,
        outcome,
        reason: z.enum(REASONS).optional(),
        phase: z.enum(PHASES).optional(),
        code: z.number().optional(),
        latencyMs: z.number().optional(),
        attempts: z.int(),
        words: z.string(),
      })
      .optional(),
    latencies: z
      .strictObject({ answers: z.int(), p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() })
      .describe('Of 30 days; absent when there were fewer than 100 answers.')
      .optional(),
    measured: z
      .array(
        z.strictObject({
          name: z.string(),
          unit: z.string().optional(),
          days: z
            .array(
              z.strictObject({
                date: z.string(),
                readings: z.int(),
                min: z.number(),
                p50: z.number(),
                max: z.number(),
              }),
            )
            .describe('In order of time; days without a reading are left out.'),
        }),
      )
      .describe('Numbers that it reads from its target, of the last 30 days.')
      .optional(),
    deployed: z
      .strictObject({
        version: z.string().describe('What the service said last.'),
        releases: z
          .array(z.strictObject({ at: instant, version: z.string() }))
          .describe('When another version was first seen, of the last 30 days.'),
      })
      .describe('Where one of the probes of the service reads its version.')
      .optional(),
    values: z
      .array(
        z.strictObject({
          at: instant,
          outcome,
          reason: z.enum(REASONS).optional(),
          code: z.number().optional(),
          latencyMs: z.number().optional(),
          numbers: z.record(z.string(), z.number()).describe('What it read from its target, by name.').optional(),
          version: z.string().optional(),
          location: z.string(),
        }),
      )
      .describe('The newest readings, in order of time.'),
  })
  .describe('/api/checks/<service>/<probe>.json: one probe.');

export const badgeSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string().min(1),
    color: z.string().regex(/^#[0-9a-f]{6}$/),
    cacheSeconds: z.int().min(300),
  })
  .describe('/badges/<service>.json: an endpoint for shields.io.');

const SCHEMAS = { status: statusSchema, check: checkSchema, badge: badgeSchema };

/** By name, as text. Readers must let keys pass that they do not know. */
export function publishedSchemas(): { name: string; text(): string }[] {
  return Object.entries(SCHEMAS).map(([name, schema]) => ({
    name,
    text: () =>
      `${JSON.stringify(z.toJSONSchema(schema, { override: ({ jsonSchema }) => open(jsonSchema) }), null, 2)}\n`,
  }));
}

function open(schema: { additionalProperties?: unknown }): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}
