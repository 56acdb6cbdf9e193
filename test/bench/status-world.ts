/**
 * A seeded world for the status code: a layered constellation, faults with a known root that spread along its edges, false
 * readings, a prober that loses its network; and what the probes would have seen of all that, round by round.
 */
import { buildGraph, type Graph, targetsOf } from '../../src/config/graph.ts';
import type { RecordedObservation, RecordedRound } from '../../src/model.ts';
import { NOON, type ServiceSketch, sketch } from '../status/sketch.ts';
import { random } from './history-world.ts';

export const EVERY_MS = 300_000;
const ROUNDS_A_DAY = 86_400_000 / EVERY_MS;
/** Before the first fault, so that everyone's usual latency is known. */
const WARM_UP = 48;

export interface WorldOptions {
  seed: number;
  services: number;
  days: number;
  /** Share of services without probes. */
  unprobed: number;
  /** Share of readings that fail although nothing is wrong. */
  noise: number;
  /** Without: only noise and the prober's outages. */
  faults: boolean;
}

/** What a fault does to one service while it reaches it. */
export type Symptom =
  | { form: 'down'; reason: 'refused' | 'timeout' | 'status'; phase?: 'connect' | 'ttfb' }
  | { form: 'degraded' }
  | { form: 'slow'; excessMs: number };

type Phase = 'off' | 'slow' | 'down';

interface Reaction {
  /** Rounds after the root. */
  delay: number;
  /** Rounds that it takes longer to recover. */
  lag: number;
  whenDown?: Symptom;
  whenSlow?: Symptom;
}

export interface Fault {
  root: string;
  kind: 'down' | 'slow' | 'cascade' | 'flapping';
  from: number;
  /** What the root is in each round from `from` on. */
  phases: readonly Phase[];
  /** The root and everyone whom it truly harms. */
  reactions: ReadonlyMap<string, Reaction>;
  /** The first round in which nobody suffers from it any more. */
  until: number;
}

export interface ProberOutage {
  from: number;
  until: number;
  /** Share of services that nothing is heard of. */
  share: number;
}

export interface World {
  options: WorldOptions;
  graph: Graph;
  rounds: number;
  faults: readonly Fault[];
  outages: readonly ProberOutage[];
  latencies: ReadonlyMap<string, Latency>;
}

export interface Latency {
  medianMs: number;
  sigma: number;
  swing: number;
  phase: number;
  /** Above, the prober itself calls the answer slow. Half of the services say so. */
  degradedAboveMs: number;
}

type Next = () => number;

export function createWorld(options: WorldOptions): World {
  const next = random(options.seed);
  const graph = buildGraph(sketch(constellation(options.services, options.unprobed, next)));
  const latencies = new Map(graph.services.map(({ id }) => [id, latency(next)]));
  const rounds = Math.round(options.days * ROUNDS_A_DAY);
  return { options, graph, latencies, rounds, ...schedule({ graph, latencies, rounds, options, next }) };
}

/** Users above, what they need below; everyone but the top is needed by somebody, and a few also need who needs them. */
function constellation(count: number, unprobed: number, next: Next): Record<string, ServiceSketch> {
  const layers = layersOf(count);
  const needs = new Map(layers.flat().map((id) => [id, new Set<string>()]));
  const hasUser = new Set<string>();
  const need = (id: string, targets: readonly string[], text: string): void => {
    needs.get(id)!.add(text);
    for (const target of targets) hasUser.add(target);
  };
  layers.slice(0, -1).forEach((ids, depth) => {
    for (const id of ids) {
      for (let left = 1 + Math.floor(3 * next() ** 1.3); left > 0; left -= 1) {
        const below = layers[next() < 0.8 ? depth + 1 : depth + 1 + Math.floor(next() * (layers.length - depth - 1))]!;
        const target = popular(below, next);
        const kind = next();
        const spares = [...new Set([target, popular(below, next), popular(below, next)])];
        if (kind < 0.65 || (kind < 0.77 && spares.length < 2)) need(id, [target], target);
        else if (kind < 0.77) {
          const group = `${1 + Math.floor(next() * (spares.length - 1))} of ${spares.join(' ')}`;
          need(id, spares, next() < 0.75 ? group : `soft ${group}`);
        } else if (kind < 0.97) need(id, [target], `soft ${target}`);
        else needs.get(id)!.add(`insight ${target}`);
      }
    }
  });
  layers.slice(1).forEach((ids, above) => {
    for (const id of ids)
      if (!hasUser.has(id)) need(pick(layers[above]!, next), [id], next() < 0.75 ? id : `soft ${id}`);
  });
  for (let left = Math.floor(count / 25); left > 0 && layers.length > 3; left -= 1) {
    const depth = 2 + Math.floor(next() * (layers.length - 3));
    need(pick(layers[depth]!, next), [], `${next() < 0.5 ? 'soft ' : ''}${pick(layers[depth - 1]!, next)}`);
  }
  return Object.fromEntries(
    [...needs].map(([id, texts]) => [id, { needs: [...texts], ...(next() < unprobed && { probes: [] }) }]),
  );
}

function layersOf(count: number): string[][] {
  const depth = Math.min(7, Math.max(3, Math.round(Math.log2(count)) - 1));
  const top = Math.max(2, Math.round(count * 0.12));
  const bottom = Math.max(3, Math.round(count * 0.2));
  const middle = count - top - bottom;
  const sizes = Array.from({ length: depth }, (_, index) => {
    if (index === 0) return top;
    if (index === depth - 1) return bottom;
    return Math.floor((middle * index) / (depth - 2)) - Math.floor((middle * (index - 1)) / (depth - 2));
  });
  return sizes.map((size, index) => Array.from({ length: size }, (_, n) => `${'abcdefg'[index]}${n}`));
}

function latency(next: Next): Latency {
  const medianMs = Math.max(60, 150 * Math.exp(0.7 * normal(next)));
  return {
    medianMs,
    sigma: 0.1 + 0.2 * next(),
    swing: 0.05 + 0.15 * next(),
    phase: next(),
    degradedAboveMs: next() < 0.5 ? 4 * medianMs : Number.POSITIVE_INFINITY,
  };
}

interface Scheduling {
  graph: Graph;
  latencies: ReadonlyMap<string, Latency>;
  rounds: number;
  options: WorldOptions;
  next: Next;
}

/** Calm, a fault, now and then a second one that has nothing to do with it, calm; the prober fails only in the calm. */
function schedule(given: Scheduling): { faults: Fault[]; outages: ProberOutage[] } {
  const { rounds, options, next } = given;
  const faults: Fault[] = [];
  const outages: ProberOutage[] = [];
  for (let at = WARM_UP; at < rounds; ) {
    const calm = 18 + Math.floor(-Math.log(1 - next()) * 24);
    if (next() < 0.5) {
      const from = at + 6 + Math.floor(next() * (calm - 12));
      outages.push({ from, until: from + 1 + Math.floor(next() * 3), share: next() < 0.5 ? 1 : 0.7 + 0.3 * next() });
    }
    at += calm;
    if (!options.faults) continue;
    const first = createFault(given, at);
    const second = next() < 0.15 ? createFault(given, at + (next() < 0.2 ? 0 : Math.floor(next() * 7))) : undefined;
    const isUnrelated = second && !first.reactions.has(second.root) && !second.reactions.has(first.root);
    faults.push(first, ...(isUnrelated ? [second] : []));
    at = Math.max(first.until, isUnrelated ? second.until : 0);
  }
  return { faults: faults.filter(({ until }) => until <= rounds), outages };
}

function createFault({ graph, latencies, next }: Scheduling, from: number): Fault {
  const root = pick(graph.services, next).id;
  const draw = next();
  const kind = draw < 0.5 ? 'down' : draw < 0.75 ? 'slow' : draw < 0.85 ? 'cascade' : 'flapping';
  const lasts = Math.round(2 * 36 ** next());
  const phases = phasesOf(kind, lasts, next);
  const { medianMs } = latencies.get(root)!;
  // At least 200 ms: less is below what the public is told.
  const factor = Math.max(1 + 200 / medianMs, 3) + next() * 7;
  const whenSlow: Symptom = { form: 'slow', excessMs: medianMs * (Math.min(10, factor) - 1) };
  const reactions = new Map<string, Reaction>([[root, { delay: 0, lag: 0, whenDown: outage(next), whenSlow }]]);
  if (kind !== 'slow') spread(graph, root, 'whenDown', reactions, next);
  if (kind === 'slow' || kind === 'cascade') spread(graph, root, 'whenSlow', reactions, next);
  if (kind === 'flapping')
    for (const reaction of reactions.values()) Object.assign(reaction, { delay: Math.min(1, reaction.delay), lag: 0 });
  return { root, kind, from, phases, reactions, until: from + phases.length + 2 };
}

function phasesOf(kind: Fault['kind'], lasts: number, next: Next): Phase[] {
  if (kind === 'cascade') {
    const slow = 2 + Math.floor(next() * 3);
    return Array.from({ length: slow + lasts }, (_, index) => (index < slow ? 'slow' : 'down'));
  }
  if (kind !== 'flapping') return Array.from({ length: lasts }, () => kind);
  const phases: Phase[] = [];
  for (let left = 2 + Math.floor(next() * 6); left > 0; left -= 1) {
    for (let on = 1 + Math.floor(next() * 3); on > 0; on -= 1) phases.push('down');
    if (left > 1) for (let off = 1 + Math.floor(next() * 3); off > 0; off -= 1) phases.push('off');
  }
  return phases;
}

function outage(next: Next): Symptom {
  const draw = next();
  if (draw < 0.4) return { form: 'down', reason: 'refused', phase: 'connect' };
  if (draw < 0.6) return { form: 'down', reason: 'timeout', phase: 'connect' };
  if (draw < 0.75) return { form: 'down', reason: 'timeout', phase: 'ttfb' };
  return { form: 'down', reason: 'status' };
}

/** From the root to its users and theirs; nobody is harmed twice, so a circle ends. */
function spread(
  graph: Graph,
  root: string,
  when: 'whenDown' | 'whenSlow',
  reactions: Map<string, Reaction>,
  next: Next,
): void {
  const reached = new Set([root]);
  for (const id of reached) {
    const { delay, [when]: symptom } = reactions.get(id)!;
    for (const { service } of graph.users.get(id)!) {
      if (reached.has(service)) continue;
      const isDown = (member: string): boolean => reached.has(member) && reactions.get(member)![when]!.form === 'down';
      const effects = graph.dependencies.get(service)!.flatMap((edge) => {
        if (edge.strength === 'insight' || !targetsOf(edge).includes(id)) return [];
        if (edge.anyOf && edge.anyOf.filter((member) => !isDown(member)).length >= edge.need) return [];
        const effect = edge.strength === 'hard' ? hardEffect(symptom!, next) : softEffect(symptom!, next);
        return effect ? [effect] : [];
      });
      const effect = effects[0];
      if (!effect) continue;
      reached.add(service);
      const before = reactions.get(service) ?? { delay: delay + Math.floor(next() * 3), lag: Math.floor(next() * 2) };
      reactions.set(service, { ...before, [when]: effect });
    }
  }
}

function hardEffect(symptom: Symptom, next: Next): Symptom | undefined {
  if (next() >= 0.9) return undefined;
  const draw = next();
  if (symptom.form === 'down') {
    if (draw < 0.75) return { form: 'down', reason: 'status' };
    if (draw < 0.9) return { form: 'down', reason: 'timeout', phase: 'ttfb' };
    return { form: 'slow', excessMs: 1000 + 4000 * next() };
  }
  if (symptom.form === 'degraded')
    return draw < 0.5 ? { form: 'degraded' } : { form: 'slow', excessMs: 300 + 700 * next() };
  if (draw < 0.15) return { form: 'down', reason: 'status' };
  return { form: 'slow', excessMs: symptom.excessMs * (0.7 + 0.8 * next()) };
}

function softEffect(symptom: Symptom, next: Next): Symptom | undefined {
  const draw = next();
  if (symptom.form === 'slow')
    return draw < 0.5 ? { form: 'slow', excessMs: symptom.excessMs * (0.5 + 0.5 * next()) } : undefined;
  if (symptom.form === 'degraded') return draw < 0.3 ? { form: 'degraded' } : undefined;
  if (draw < 0.3) return { form: 'degraded' };
  return draw < 0.6 ? { form: 'slow', excessMs: 300 + 1700 * next() } : undefined;
}

/** What the fault does to the service in this round; undefined for nothing. */
export function symptomOf({ from, phases, reactions }: Fault, service: string, round: number): Symptom | undefined {
  const reaction = reactions.get(service);
  if (!reaction || round < from + reaction.delay || round >= from + phases.length + reaction.lag) return undefined;
  // Who recovers later stays as it was.
  const phase = phases[Math.min(round - from - reaction.delay, phases.length - 1)]!;
  if (phase === 'off') return undefined;
  // Who suffers from a slow root does not get well when it breaks down.
  return phase === 'down' ? (reaction.whenDown ?? reaction.whenSlow) : reaction.whenSlow;
}

/** What the probes record. */
export function* roundsOf({ options, graph, rounds, faults, outages, latencies }: World): Generator<RecordedRound> {
  const next = random(options.seed + 1);
  const probed = graph.services.filter(({ probes }) => probes.length > 0);
  for (let index = 0; index < rounds; index += 1) {
    const at = NOON + index * EVERY_MS;
    const active = faults.filter(({ from, until }) => from <= index && index < until);
    const silence = outages.find(({ from, until }) => from <= index && index < until)?.share ?? 0;
    const observations = probed.map(({ id, probes }): RecordedObservation => {
      const symptoms = active.flatMap((fault) => symptomOf(fault, id, index) ?? []);
      const common = { service: id, probe: probes[0]!.id, attempts: 1 };
      if (next() < silence) return { ...common, ...silent(next) };
      return { ...common, ...reading(latencies.get(id)!, symptoms, at, options.noise, next) };
    });
    yield { id: String(index), at, location: 'bench', observations };
  }
}

type Seen = Pick<RecordedObservation, 'outcome' | 'reason' | 'phase' | 'code' | 'latencyMs'>;

function silent(next: Next): Seen {
  const draw = next();
  if (draw < 0.4) return { outcome: 'down', reason: 'unreachable', phase: 'connect' };
  if (draw < 0.7) return { outcome: 'down', reason: 'timeout', phase: 'connect' };
  return { outcome: 'down', reason: 'dns-server', phase: 'dns' };
}

function reading(usual: Latency, symptoms: readonly Symptom[], at: number, noise: number, next: Next): Seen {
  const hour = Math.sin(2 * Math.PI * (at / 86_400_000 + usual.phase));
  const excessMs = symptoms.reduce((sum, symptom) => sum + (symptom.form === 'slow' ? symptom.excessMs : 0), 0);
  const ordinaryMs = usual.medianMs * Math.exp(usual.sigma * normal(next) + usual.swing * hour);
  const latencyMs = Math.round(ordinaryMs + excessMs * Math.exp(0.1 * normal(next)));
  const down = symptoms.find(({ form }) => form === 'down');
  if (down?.form === 'down') return failed(down, latencyMs);
  if (next() < noise) return falseFailure(latencyMs, next);
  if (symptoms.some(({ form }) => form === 'degraded')) return { outcome: 'degraded', reason: 'content', latencyMs };
  return latencyMs > usual.degradedAboveMs
    ? { outcome: 'degraded', reason: 'slow', latencyMs }
    : { outcome: 'up', latencyMs };
}

function failed({ reason, phase }: Extract<Symptom, { form: 'down' }>, latencyMs: number): Seen {
  if (reason === 'status') return { outcome: 'down', reason, code: 503, latencyMs };
  return { outcome: 'down', reason, phase: phase! };
}

function falseFailure(latencyMs: number, next: Next): Seen {
  const draw = next();
  if (draw < 0.4) return { outcome: 'down', reason: 'timeout', phase: next() < 0.5 ? 'connect' : 'ttfb' };
  if (draw < 0.6) return { outcome: 'down', reason: 'reset', phase: 'ttfb' };
  if (draw < 0.8) return { outcome: 'down', reason: 'status', code: 502, latencyMs };
  return { outcome: 'degraded', reason: 'slow', latencyMs: latencyMs * 6 };
}

function pick<T>(list: readonly T[], next: Next): T {
  return list[Math.floor(next() * list.length)]!;
}

/** A few are needed by many. */
function popular<T>(list: readonly T[], next: Next): T {
  return list[Math.floor(next() ** 2 * list.length)]!;
}

function normal(next: Next): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
