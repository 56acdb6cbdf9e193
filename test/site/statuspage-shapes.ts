/** The documented shapes of the Statuspage API v2; of ours only the key `vedette` may be beside them. */
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]{12}$/);
const instant = z.iso.datetime();
const vedette = z.looseObject({});
// A control character, a mark that turns the direction, or half of a pair has no place in a name.
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(value.replaceAll(/[\n\t]/g, '')));
const name = text(210)
  .min(1)
  .refine((value) => !value.includes('\n'));
const address = z.string().refine((value) => URL.canParse(value, 'https://status.example/api/v2/incidents/a.json'));

export const page = z.strictObject({ id, name, url: address, time_zone: z.literal('Etc/UTC'), updated_at: instant });

export const status = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical']),
  description: z.string().min(1),
});

const componentStatus = z.enum([
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
]);

const bareComponent = z.strictObject({
  id,
  name,
  status: componentStatus,
  created_at: instant,
  updated_at: instant,
  position: z.int().min(1),
  description: text(1000).min(1).nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: id.nullable(),
  page_id: id,
  group: z.literal(false),
  only_show_if_degraded: z.boolean(),
});

const component = z.discriminatedUnion('group', [
  bareComponent.extend({ vedette }),
  bareComponent.extend({ group: z.literal(true), group_id: z.null(), components: z.array(id).min(1) }),
]);

function eventOf<Status extends z.ZodType>(eventStatus: Status) {
  const update = z.strictObject({
    id,
    status: eventStatus,
    body: text(20_010).min(1),
    incident_id: id,
    created_at: instant,
    updated_at: instant,
    display_at: instant,
    affected_components: z.array(
      z.strictObject({ code: id, name, old_status: componentStatus, new_status: componentStatus }),
    ),
    deliver_notifications: z.boolean(),
    custom_tweet: z.null(),
    tweet_id: z.null(),
  });
  return z.strictObject({
    id,
    name,
    status: eventStatus,
    created_at: instant,
    updated_at: instant,
    monitoring_at: instant.nullable(),
    resolved_at: instant.nullable(),
    impact: z.enum(['none', 'minor', 'major', 'critical']),
    shortlink: address,
    started_at: instant,
    page_id: id,
    reminder_intervals: z.null(),
    incident_updates: z.array(update).min(1),
    components: z.array(bareComponent),
    vedette,
  });
}

const incident = eventOf(z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']));
const maintenance = eventOf(z.enum(['scheduled', 'in_progress', 'verifying', 'completed'])).extend({
  scheduled_for: instant,
  scheduled_until: instant,
});

const components = z.array(component);
const incidents = z.array(incident);
const scheduled_maintenances = z.array(maintenance);

/** By name of the document. */
export const SHAPES = {
  summary: z.strictObject({ page, components, incidents, scheduled_maintenances, status, vedette }),
  status: z.strictObject({ page, status, vedette }),
  components: z.strictObject({ page, components }),
  incidents: z.strictObject({ page, incidents }),
  'incidents/unresolved': z.strictObject({ page, incidents }),
  'scheduled-maintenances': z.strictObject({ page, scheduled_maintenances }),
  'scheduled-maintenances/upcoming': z.strictObject({ page, scheduled_maintenances }),
  'scheduled-maintenances/active': z.strictObject({ page, scheduled_maintenances }),
};

export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];
export type Documents = { [Name in ShapeName]: z.output<(typeof SHAPES)[Name]> };

/** Of a document the value, or an error that says where it differs from the shape. */
export function read<Name extends ShapeName>(documentName: Name, json: string): Documents[Name] {
  return SHAPES[documentName].parse(JSON.parse(json)) as Documents[Name];
}
