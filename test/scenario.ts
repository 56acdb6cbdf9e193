/** The stories in `scenarios/`: services, then what was seen round by round and what must be said of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Config } from '../src/config/config.ts';
import { parseConfig } from '../src/config/load.ts';
import { formatProblem } from '../src/config/problems.ts';
import type { IncidentEvent } from '../src/incidents/event.ts';
import { DECLARED_IMPACTS } from '../src/incidents/person.ts';
import { CANARY_ANSWERS, type RecordedRound, STATES } from '../src/model.ts';
import { duration } from '../src/units.ts';
import { RULE_NAMES } from './scenarios/rules.ts';
import { NOON, roundOf, type Seen } from './status/sketch.ts';

const FOLDER = new URL('scenarios/', import.meta.url);

const state = z.enum(STATES);
const ids = z.array(z.string());
/** Any subset; a key that is not known fails the test, so that a slip of the pen never passes for an expectation. */
const expectation = z.strictObject({
  overall: state.optional(),
  /** Effective states. */
  services: z.record(z.string(), state).optional(),
  /** The dependency that gave a service its state. */
  via: z.record(z.string(), z.string()).optional(),
  atRisk: z.record(z.string(), z.string()).optional(),
  causes: ids.optional(),
  /** From what users see to the first cause. */
  chain: ids.optional(),
  contained: ids.optional(),
  unknown: ids.optional(),
  maintenance: ids.optional(),
  /** Those of them that are so only because nobody expects them to work now. */
  outsideHours: ids.optional(),
  blind: ids.optional(),
  flapping: ids.optional(),
  /** Minutes since the first round. */
  since: z.record(z.string(), z.number()).optional(),
  proberFault: z.boolean().optional(),
  mayBeProber: z.boolean().optional(),
  headline: z.string().optional(),
  because: z.array(z.string()).optional(),
  /** All that happened to incidents since the story last spoke of them, as `eventSketch` writes it. */
  incidents: z.array(z.string()).optional(),
});
export type Expectation = z.output<typeof expectation>;

const seen = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));
/** What a person declares, or says to be over, ahead of a round. */
const statement = z.union([
  z.strictObject({ title: z.string(), services: ids.min(1), impact: z.enum(DECLARED_IMPACTS) }),
  z.strictObject({ resolved: z.string() }),
]);
export type Statement = z.output<typeof statement>;

const scenarioFile = z.strictObject({
  story: z.string().endsWith('.'),
  /** What would have to be broken for the story to fail. */
  rules: z.array(z.enum(RULE_NAMES)).min(1),
  services: z.record(z.string(), z.unknown()),
  maintenance: z.array(z.unknown()).default([]),
  quorum: z.int().optional(),
  /** When the first round is; noon unless given. */
  from: z.iso.datetime().default(new Date(NOON).toISOString()),
  canaries: z.array(z.string()).default([]),
  every: duration(),
  rounds: z
    .array(
      z.strictObject({
        /** What the probes saw; `see` in short form, services that are not named were not read. */
        see: seen,
        /** So many rounds alike; what is expected holds after the last. */
        times: z.int().min(2).default(1),
        says: statement.optional(),
        /** Which location looked. */
        at: z.string().default('here'),
        /** What they said, when some were asked. */
        canaries: z.enum(CANARY_ANSWERS).optional(),
        /** Instead of `every`, since the round before. */
        after: duration().optional(),
        expect: expectation.optional(),
      }),
    )
    .min(1),
});
export type Scenario = z.output<typeof scenarioFile>;

export const scenarioFiles = readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));

export function readScenario(file: string): Scenario {
  return scenarioFile.parse(parse(readFileSync(new URL(file, FOLDER), 'utf8')));
}

/** Its services.yml. */
export function servicesYml({ services, maintenance, quorum, canaries }: Scenario): string {
  return stringify({ services, maintenance, canaries, ...(quorum !== undefined && { quorum }) });
}

export function configOf(file: string, scenario: Scenario): Config {
  const result = parseConfig(file, servicesYml(scenario), { kinds: 'opaque', env: {} });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

/**
 * `database opened critical: api, database, shop` · `api cause database` · `database escalated major` · `database
 * affected: shop major_outage` · `database resolved recovered at 25`, which is minutes since noon. Ids without their day.
 */
export function eventSketch({ incident, kind, impact, cause, services = [], reason, end }: IncidentEvent): string {
  const name = incident.replace(/^2026-11-20-/, '');
  const begins = kind === 'opened' || kind === 'reopened';
  const changed = services.map(({ id, state }) => (begins ? id : `${id} ${state}`)).join(', ');
  const words = [name, kind];
  if (impact) words.push(impact);
  if (cause !== undefined && (kind === 'cause' || (begins && !name.startsWith(cause)))) words.push(cause);
  if (reason) words.push(reason);
  if (end !== undefined) words.push(`at ${(end - NOON / 1000) / 60}`);
  return `${words.join(' ')}${changed && (begins || kind === 'affected') ? `: ${changed}` : ''}`;
}

/** Every round, in groups of those that are alike; what is expected holds after the last of a group. */
export function roundsOf({ from, every, rounds }: Scenario, { services }: Config): RecordedRound[][] {
  let at = Date.parse(from) - every;
  return rounds.map(({ see, times, at: location, after, canaries }) =>
    Array.from({ length: times }, () => {
      at += after ?? every;
      const round = roundOf(services, see as Record<string, Seen>, at, location);
      return canaries ? { ...round, canaries } : round;
    }),
  );
}
