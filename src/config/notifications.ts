/** The words of `notifications:`: who is told of what. A channel's settings belong to its kind. */
import { z } from 'zod';
import { duration } from '../units.ts';
import { PLACEHOLDERS, readTemplate, type Template } from './template.ts';

/** Kind → schema of what stands beside it; `opaque` leaves channels unread, for those who tell nobody. */
export type ChannelKinds = ReadonlyMap<string, z.ZodType> | 'opaque';

/** How loudly something is told, from quiet to loud. */
export const ALERTS = ['none', 'notify', 'page'] as const;
export type Alert = (typeof ALERTS)[number];

/** What channels can be told of. */
export const NEWS = ['opened', 'escalated', 'cause', 'resolved', 'update', 'prober-fault', 'stale'] as const;
export type News = (typeof NEWS)[number];

/** Somebody who is told. */
export interface Channel {
  /** Unique; stands in the history, so it is no address. */
  name: string;
  kind: string;
  /** Closed to everyone but the kind; may hold secrets. */
  settings: unknown;
  /** Levels that it takes; by its kind when absent. */
  alert?: readonly Alert[];
  when?: readonly News[];
  /** Between reminders of what lasts; none when absent. */
  remindMs?: number;
  /** Messages a round. */
  limit?: number;
  title?: Template;
  text?: Template;
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const COMMON_KEYS = ['name', 'alert', 'when', 'reminders', 'limit', 'template'];
const MIN_REMINDER_MS = 600_000;
const PLACEHOLDER_LIST = Object.keys(PLACEHOLDERS)
  .map((name) => `\`{${name}}\``)
  .join(' ');

export type ChannelEntry = z.output<ReturnType<typeof channelEntry>>;

export function channelEntry(kinds: ChannelKinds) {
  const common = {
    name: z
      .string()
      .regex(NAME, 'expected lower-case letters, digits and single hyphens')
      .max(60)
      .describe(
        'Unique, kept in the history; the kind when absent. Under another name it is a new channel, told only of what comes.',
      )
      .optional(),
    alert: oneOrMore(z.enum(['page', 'notify']))
      .describe('Which levels it takes, one or a list. Default both; `pagerduty` only `page`.')
      .optional(),
    when: oneOrMore(z.enum(NEWS))
      .describe(
        'What it is told of. Default all but `update`, which is what people write; `stale` and `prober-fault` are about Vedette itself, and reach `pagerduty` only when they are named here.',
      )
      .optional(),
    reminders: duration()
      .refine((ms) => ms >= MIN_REMINDER_MS, 'expected a duration of at least 10m')
      .describe('Says again, quietly, that an incident lasts, so long after the last word about it. Default never.')
      .meta({ examples: ['6h'] })
      .optional(),
    limit: z
      .int()
      .min(1)
      .max(100)
      .describe('Messages a round; of more incidents the rest is told in one. Default 5.')
      .optional(),
    template: z
      .strictObject({
        title: template().describe('The first line, or the subject.').optional(),
        text: template().describe('What follows.').optional(),
      })
      .describe(`Words of your own, with placeholders: ${PLACEHOLDER_LIST}. \`{{\` is a brace.`)
      .optional(),
  };
  if (kinds === 'opaque') return z.looseObject({});
  const settings = Object.fromEntries([...kinds].map(([kind, schema]) => [kind, schema.optional()]));
  const given = (entry: unknown): string[] => Object.keys(entry as object).filter((key) => kinds.has(key));
  const rule = `expected exactly one kind of channel (${[...kinds.keys()].join(', ')})`;
  return z.strictObject({ ...settings, ...common }).refine((entry) => given(entry).length === 1, {
    error: ({ input }) => `${rule}, found ${given(input).join(' and ') || 'none'}`,
    when: ({ issues }) => issues.length === 0,
  });
}

function oneOrMore<T extends z.ZodType>(value: T) {
  return z
    .preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(value).min(1))
    .meta({ shorthand: { type: 'string' } });
}

function template() {
  return z
    .string()
    .min(1, 'expected some text')
    .max(4000)
    .transform((text, context): Template => {
      const read = readTemplate(text);
      if (!('problem' in read)) return read;
      context.addIssue({ code: 'custom', message: read.problem });
      return z.NEVER;
    })
    .meta({ examples: ['{title} ({impact}, {count} affected)'] });
}

/** Of channels that were read with their kinds. */
export function toChannels(entries: readonly ChannelEntry[]): Channel[] {
  const taken = new Set(entries.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  return entries.map((entry) => {
    const { name, alert, when, reminders, limit, template } = entry as Common;
    const kind = Object.keys(entry).find((key) => !COMMON_KEYS.includes(key))!;
    const own = name ?? firstFree(kind, taken);
    taken.add(own);
    return {
      name: own,
      kind,
      settings: (entry as Record<string, unknown>)[kind],
      ...(alert && { alert }),
      ...(when && { when }),
      ...(reminders !== undefined && { remindMs: reminders }),
      ...(limit !== undefined && { limit }),
      ...(template?.title && { title: template.title }),
      ...(template?.text && { text: template.text }),
    };
  });
}

interface Common {
  name?: string;
  alert?: Alert[];
  when?: News[];
  reminders?: number;
  limit?: number;
  template?: { title?: Template; text?: Template };
}

function firstFree(kind: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? kind : `${kind}-${n}`;
    if (!taken.has(name)) return name;
  }
}
