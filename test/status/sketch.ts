/** Services, rounds and observations in a few words each, so that a test reads like what happened. */
import type { Dependency, ProbeConfig, Service } from '../../src/config/config.ts';
import { buildGraph, type Graph } from '../../src/config/graph.ts';
import {
  type Maintenance,
  OUTCOMES,
  PHASES,
  REASONS,
  type RecordedObservation,
  type RecordedRound,
  type State,
} from '../../src/model.ts';
import { createTimeline, type OwnStatus, type RoundVerdict } from '../../src/status/timeline.ts';

export const MINUTE = 60_000;
export const NOON = Date.parse('2026-11-20T12:00:00Z');

export interface ServiceSketch {
  /** `db` · `soft mail` · `insight sentry` · `2 of a b c` · `soft 1 of a b`. */
  needs?: readonly string[];
  /** One essential probe `tcp` when absent. */
  probes?: readonly Partial<ProbeConfig>[];
  name?: string;
  critical?: boolean;
  weight?: number;
}

/** `{ web: ['api', 'soft mail'], api: [], mail: { probes: [] } }`; a list is what the service needs. */
export function sketch(services: Readonly<Record<string, readonly string[] | ServiceSketch>>): Service[] {
  return Object.entries(services).map(([id, given]) => {
    const { needs = [], probes = [{}], name, critical, weight = 1 } = 'length' in given ? { needs: given } : given;
    return {
      id,
      name: name ?? id.charAt(0).toUpperCase() + id.slice(1),
      ...(critical !== undefined && { critical }),
      weight,
      links: {},
      dependsOn: needs.map(edge),
      probes: probes.map(probe),
    };
  });
}

function edge(text: string): Dependency {
  const [, strength = 'hard', need, names] = /^(?:(soft|insight) )?(?:(\d+) of )?(.+)$/.exec(text)!;
  const common = { strength: strength as Dependency['strength'] };
  return need === undefined
    ? { ...common, service: names! }
    : { ...common, anyOf: names!.split(' '), need: Number(need) };
}

function probe(given: Partial<ProbeConfig>): ProbeConfig {
  const id = given.id ?? 'tcp';
  const plain = {
    id,
    name: id,
    kind: 'tcp',
    settings: 'x:1',
    timeoutMs: 10_000,
    retries: 2,
    confirm: { needed: 2, window: 3 },
  };
  return { ...plain, strict: false, invert: false, essential: true, ...given };
}

/** What one service showed in a round: `up 80`, `down refused`, `down status 503`, `down timeout@ttfb`, `up x3`, `up 4% measured`, `unknown`. */
export type Seen = string | Readonly<Record<string, string>>;

/** `{ db: 'down refused', api: { http: 'up', backlog: 'down value' } }`; a plain text is about the first probe. */
export function observe(services: readonly Service[], seen: Readonly<Record<string, Seen>>): RecordedObservation[] {
  return Object.entries(seen).flatMap(([id, given]) => {
    const service = services.find((candidate) => candidate.id === id);
    if (!service) throw new Error(`no service is called ${id}`);
    const byProbe = typeof given === 'string' ? { [service.probes[0]?.id ?? 'tcp']: given } : given;
    return Object.entries(byProbe).map(([name, text]) => ({ service: id, probe: name, ...reading(text) }));
  });
}

function reading(text: string): Omit<RecordedObservation, 'service' | 'probe'> {
  const [first, ...rest] = text.split(' ');
  const outcome = OUTCOMES.find((candidate) => candidate === first);
  if (!outcome) throw new Error(`${text} begins with no outcome`);
  const result: Omit<RecordedObservation, 'service' | 'probe'> = { outcome, attempts: 1 };
  for (const word of rest) {
    const [name, place] = word.split('@');
    const reason = REASONS.find((candidate) => candidate === name);
    const phase = PHASES.find((candidate) => candidate === place);
    if (reason) Object.assign(result, { reason, ...(phase && { phase }) });
    else if (word === 'measured') result.isMeasurement = true;
    else if (/^[\d.]+%$/.test(word)) result.failureRatio = Number.parseFloat(word) / 100;
    else if (/^x\d+$/.test(word)) result.attempts = Number(word.slice(1));
    else if (/^\d+$/.test(word))
      Object.assign(result, result.reason === 'status' ? { code: Number(word) } : { latencyMs: Number(word) });
    else throw new Error(`${text}: ${word} is neither a reason nor a number`);
  }
  return result;
}

export interface Step {
  verdict: RoundVerdict;
  own: ReadonlyMap<string, OwnStatus>;
  states: Readonly<Record<string, State>>;
}

export interface PlayOptions {
  everyMs?: number;
  maintenance?: readonly Maintenance[];
}

/** Replays rounds from noon on, five minutes apart, and says what was known after each. */
export function play(
  services: readonly Service[],
  rounds: readonly Readonly<Record<string, Seen>>[],
  options: PlayOptions = {},
): Step[] {
  const { everyMs = 5 * MINUTE, maintenance = [] } = options;
  const timeline = createTimeline(buildGraph(services), maintenance);
  return rounds.map((seen, index) => step(timeline, roundOf(services, seen, NOON + index * everyMs)));
}

export function roundOf(
  services: readonly Service[],
  seen: Readonly<Record<string, Seen>>,
  at: number,
  location = 'test',
): RecordedRound {
  return { id: `${at}.${location}`, at, location, observations: observe(services, seen) };
}

function step(timeline: ReturnType<typeof createTimeline>, round: RecordedRound): Step {
  const verdict = timeline.advance(round);
  const own = timeline.own();
  return { verdict, own, states: Object.fromEntries([...own].map(([id, { state }]) => [id, state])) };
}

/** States as given, and `operational` for every service that is not mentioned. */
export function ownStates(
  graph: Graph,
  states: Readonly<Record<string, State>>,
): Map<string, { state: State; since: number }> {
  return new Map(
    graph.services.map(({ id, probes }) => [
      id,
      { state: states[id] ?? (probes.length > 0 ? 'operational' : 'unknown'), since: NOON },
    ]),
  );
}
