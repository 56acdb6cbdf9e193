/** services.yml as the rest of the code uses it: defaults applied, durations in milliseconds, names filled in. */
import type { ExpectedHours } from '../calendar/expected-hours.ts';
import { readInstant } from '../calendar/instant.ts';
import { readRule } from '../calendar/rule.ts';
import type { Maintenance } from '../model.ts';
import { toRepeat } from './maintenance-entry.ts';
import { type Alert, type Channel, type ChannelEntry, type ChannelKinds, toChannels } from './notifications.ts';
import type { DependencyEntry, ProbeEntry, ServiceEntry, ServicesFile } from './schema.ts';

export interface Config {
  page: ServicesFile['page'];
  schedule: { everyMs: number; rounds: number };
  services: readonly Service[];
  maintenance: readonly Maintenance[];
  /** Places that probe, with the runner labels of their jobs; none is the machine that runs the round. */
  locations: readonly { id: string; runner: readonly string[] }[];
  /** Locations that must fail before a service is down. */
  quorum?: number;
  /** Addresses that tell whether the prober has a network; with kinds left opaque as they are written. */
  canaries: readonly string[];
  /** Asked for after each round that was published. A secret; with kinds left opaque as it is written. */
  heartbeat?: string;
  /** What `defaults` says of observations that belong to no probe of services.yml. */
  unusualAbove?: number;
  confirm?: ProbeConfig['confirm'];
  github: { issues: boolean };
  history: { branch?: string; keep: { rawMs: number; hourlyMs: number } };
  /** None when they were left opaque. */
  notifications: readonly Channel[];
  /** Old id of a service → the one that inherits its history. */
  renamed: ReadonlyMap<string, string>;
}

/** A thing that users or other services depend on. */
export interface Service {
  id: string;
  name: string;
  description?: string;
  group?: string;
  owner?: string;
  critical?: boolean;
  weight: number;
  /** The uptime that is promised, 0 to 1, over a span. */
  objective?: { ratio: number; windowMs: number };
  /** When it is meant to be up; always, when absent. */
  expectedHours?: ExpectedHours;
  links: Readonly<Record<string, string>>;
  notes?: string;
  /** How loudly its failure is told; `notify` when absent. */
  alert?: Alert;
  dependsOn: readonly Dependency[];
  probes: readonly ProbeConfig[];
}

export type Strength = 'hard' | 'soft' | 'insight';

/** An edge: to one service, or to a group of interchangeable ones of which `need` must be alive. */
export type Dependency = { strength: Strength; note?: string } & (
  | { service: string; anyOf?: never; need?: never }
  | { anyOf: readonly string[]; need: number; service?: never }
);

/** A configured test of a service. Its settings stay closed to everyone but its kind. */
export interface ProbeConfig {
  /** The slug of its name; unique in its service. */
  id: string;
  name: string;
  kind: string;
  settings: unknown;
  timeoutMs: number;
  retries: number;
  degradedAboveMs?: number;
  /** Spreads above the usual; the default when absent. */
  unusualAbove?: number;
  confirm: { needed: number; window: number };
  strict: boolean;
  invert: boolean;
  essential: boolean;
  notes?: string;
  alert?: Alert;
}

const DAY_MS = 86_400_000;
const RUNNER = 'ubuntu-24.04';
const COMMON_KEYS = new Set([
  'name',
  'timeout',
  'retries',
  'degradedAbove',
  'unusualAbove',
  'confirm',
  'strict',
  'invert',
  'essential',
  'alert',
  'view',
  'notes',
]);

export function toConfig(file: ServicesFile, channels: ChannelKinds): Config {
  return {
    page: file.page,
    schedule: { everyMs: file.schedule.every, rounds: file.schedule.rounds },
    services: Object.entries(file.services).map(([id, entry]) => toService(id, entry, file.defaults)),
    maintenance: file.maintenance.map(toMaintenance),
    locations: file.locations.map(({ id, runner = RUNNER }) => ({ id, runner: [runner].flat() })),
    ...given({ quorum: file.quorum, heartbeat: file.heartbeat }),
    canaries: file.canaries,
    ...given({ unusualAbove: file.defaults.unusualAbove, confirm: file.defaults.confirm }),
    github: file.github,
    history: {
      ...given({ branch: file.history.branch }),
      keep: { rawMs: file.history.keep.raw, hourlyMs: file.history.keep.hourly },
    },
    notifications: channels === 'opaque' ? [] : toChannels(file.notifications as ChannelEntry[]),
    renamed: new Map(
      Object.entries(file.services).flatMap(([id, { formerly }]) => formerly.map((old) => [old, id] as const)),
    ),
  };
}

function toService(id: string, entry: ServiceEntry, defaults: ServicesFile['defaults']): Service {
  const { name, description, group, owner, critical, expectedHours, notes } = entry;
  const alert = entry.alert ?? defaults.alert;
  return {
    id,
    name: name ?? nameFromId(id),
    ...given({ description, group, owner, critical, expectedHours, notes, alert }),
    ...(entry.objective !== undefined && { objective: toObjective(entry.objective) }),
    weight: entry.weight,
    links: entry.links,
    dependsOn: entry.dependsOn.map(toDependency),
    probes: toProbes(entry.probes, { ...defaults, ...(alert && { alert }) }),
  };
}

/** `99.9% over 30d` → 0.999 of 30 days. */
function toObjective(text: string): { ratio: number; windowMs: number } {
  const [percent = '', days = ''] = text.split('% over ');
  // Through a decimal string: 99.9 / 100 is not quite 0.999.
  return { ratio: Number((Number(percent) / 100).toPrecision(12)), windowMs: Number.parseInt(days, 10) * DAY_MS };
}

function toDependency({ service, anyOf, need, strength, note }: DependencyEntry): Dependency {
  const common = { strength, ...given({ note }) };
  return anyOf ? { ...common, anyOf, need: need ?? 1 } : { ...common, service: service! };
}

function toProbes(entries: readonly ProbeEntry[], defaults: ServicesFile['defaults']): ProbeConfig[] {
  const taken = new Set(entries.flatMap(({ name }) => (name === undefined ? [] : [slug(name)])));
  return entries.map((entry) => {
    const kind = kindOf(entry);
    const name = entry.name ?? firstFree(kind, taken);
    taken.add(slug(name));
    const common = { ...defaults, ...given(entry) } as ProbeEntry;
    return {
      id: slug(name),
      name,
      kind,
      settings: (entry as Record<string, unknown>)[kind],
      timeoutMs: common.timeout ?? 10_000,
      retries: common.retries ?? 2,
      ...given({ degradedAboveMs: common.degradedAbove, unusualAbove: common.unusualAbove }),
      ...given({ notes: common.notes, alert: common.alert }),
      confirm: common.confirm ?? { needed: 2, window: 3 },
      strict: common.strict ?? false,
      invert: common.invert ?? false,
      essential: common.essential ?? true,
    };
  });
}

function kindOf(entry: ProbeEntry): string {
  return Object.keys(entry).find((key) => !COMMON_KEYS.has(key)) ?? 'unknown';
}

function firstFree(kind: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? kind : `${kind}-${n}`;
    if (!taken.has(name)) return name;
  }
}

/** `Pending tasks` → `pending-tasks`; what stands in history and in addresses. */
export function slug(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'probe'
  );
}

function nameFromId(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toMaintenance(entry: ServicesFile['maintenance'][number]): Maintenance {
  const { title, services, repeat, timezone, except } = entry;
  const start = readInstant(entry.start, timezone)!;
  const endsAt = entry.end === undefined ? start.at + entry.duration! : readInstant(entry.end, timezone)!.at;
  const rule = repeat === undefined ? undefined : readRule(repeat, start.timeZone);
  return {
    title,
    services,
    startsAt: start.at,
    endsAt,
    ...(rule && 'rule' in rule && { repeat: toRepeat(rule, start, except) }),
  };
}

/** The entries that are there: `exactOptionalPropertyTypes` knows no key whose value is undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
