/**
 * How right the status code is in a world whose faults are known. What counts as right:
 *
 * - A service *shows* a fault when it is probed and the fault makes its readings fail, or makes them slower by at least
 *   150 ms and four and a half times its usual scatter: less is nobody's duty to see.
 * - A critical service *feels* a fault when it shows it, or when it has no probes, suffers, and a service that it needs
 *   through nothing but unprobed ones shows it. An incident is a fault that is felt in two rounds on end at least: one
 *   failing reading cannot be told from noise.
 * - Root probed (`seen`): only the root is right; in a cycle also a member that began in the same round and shows no less.
 * - Root not probed. Hidden are the root and the unprobed services that suffer from it through unprobed ones alone. A
 *   hidden one is a `suspect` when it has two or more probed hard users, all of them fail, and one of them needs nothing
 *   else that does. Then the lowest suspects and the root are right, and any other unprobed service of which the same
 *   failing users, and no well ones, speak: observations cannot tell them apart. Without a suspect (`unknowable`) all
 *   hidden ones are right, and the probed services that suffer first: nobody can look below them.
 * - When several incidents are on, the causes of the others are passed over.
 */
import { type Graph, targetsOf } from '../../src/config/graph.ts';
import { isFailing } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { createTimeline } from '../../src/status/timeline.ts';
import { EVERY_MS, type Fault, roundsOf, type Symptom, symptomOf, type World } from './status-world.ts';

export type Knowledge = 'seen' | 'suspect' | 'unknowable';

export interface Verdict {
  round: number;
  knowledge: Knowledge;
  /** What would have been right. */
  right: ReadonlySet<string>;
  /** What was said. */
  causes: readonly string[];
  /** Of the first right cause, counted from 0; undefined when none was named. */
  rank?: number;
}

export interface Incident {
  fault: Fault;
  /** The first of the first two rounds on end in which a critical service felt it. */
  feltAt: number;
  /** Rounds from then to the alarm; undefined when there was none. */
  delay?: number;
  /** In the rounds with an alarm in which the root is at work and a critical service feels it. */
  verdicts: readonly Verdict[];
}

export interface Score {
  incidents: readonly Incident[];
  calmMs: number;
  falseAlarmMs: number;
  outages: number;
  outagesAlarmed: number;
}

interface Answer {
  isAlarm: boolean;
  causes: readonly string[];
}

/** An answer counts so many rounds after the alarm, when somebody has come to read it. */
const SETTLED_AFTER = 2;
/** After a fault or an outage of the prober so many rounds pass until calm is expected again. */
const GRACE = 3;

export function scoreOf(world: World): Score {
  const answers = answersIn(world);
  const incidents = incidentsOf(world, answers);
  const busy = [...world.faults, ...world.outages];
  const calm = answers.map((_, round) => !busy.some(({ from, until }) => from <= round && round < until + GRACE));
  // What was alarmed before the outage is not its doing.
  const alarmed = world.outages.filter(
    ({ from, until }) => !answers[from - 1]?.isAlarm && answers.slice(from, until + 1).some(({ isAlarm }) => isAlarm),
  );
  return {
    incidents,
    calmMs: calm.filter(Boolean).length * EVERY_MS,
    falseAlarmMs: answers.filter(({ isAlarm }, round) => isAlarm && calm[round]).length * EVERY_MS,
    outages: world.outages.length,
    outagesAlarmed: alarmed.length,
  };
}

/** What was said when the first excitement was over, or last. */
export function settled({ feltAt, delay = 0, verdicts }: Incident): Verdict | undefined {
  return verdicts.find(({ round }) => round >= feltAt + delay + SETTLED_AFTER) ?? verdicts.at(-1);
}

function answersIn(world: World): Answer[] {
  const timeline = createTimeline(world.graph, []);
  return Array.from(roundsOf(world), (round) => {
    const { isProberFault } = timeline.advance(round);
    const { overall, causes } = rollUp(world.graph, timeline.own());
    return { isAlarm: isFailing(overall) && !isProberFault, causes: causes.map(({ service }) => service) };
  });
}

function incidentsOf(world: World, answers: readonly Answer[]): Incident[] {
  const felt = world.faults.flatMap((fault) => {
    const rounds = Array.from({ length: fault.until - fault.from }, (_, index) => fault.from + index);
    const feltIn = rounds.filter((round) => world.graph.critical.some(({ id }) => feels(world, fault, id, round)));
    const feltAt = feltIn.find((round, index) => feltIn[index + 1] === round + 1);
    return feltAt === undefined ? [] : [{ fault, feltAt, feltIn: feltIn.filter((round) => round >= feltAt) }];
  });
  return felt.map(({ fault, feltAt, feltIn }) => {
    const alarmAt = answers.findIndex(({ isAlarm }, round) => isAlarm && feltAt <= round && round <= feltIn.at(-1)!);
    const verdicts = feltIn.flatMap((round) => {
      const truth = answers[round]!.isAlarm && truthOf(world, fault, round);
      if (!truth) return [];
      const others = felt.flatMap((other) => [...(truthOf(world, other.fault, round)?.right ?? [])]);
      const { causes } = answers[round]!;
      const own = causes.filter((id) => truth.right.has(id) || !others.includes(id));
      const rank = own.findIndex((id) => truth.right.has(id));
      return [{ round, causes, ...truth, ...(rank >= 0 && { rank }) }];
    });
    return { fault, feltAt, verdicts, ...(alarmAt >= 0 && { delay: alarmAt - feltAt }) };
  });
}

function shows(world: World, fault: Fault, id: string, round: number): boolean {
  const symptom = symptomOf(fault, id, round);
  if (!symptom || !isProbed(world.graph, id)) return false;
  const { medianMs, sigma, swing } = world.latencies.get(id)!;
  const scatterMs = medianMs * Math.hypot(sigma, swing / Math.SQRT2);
  return symptom.form !== 'slow' || symptom.excessMs >= Math.max(150, 4.5 * scatterMs);
}

function feels(world: World, fault: Fault, id: string, round: number): boolean {
  if (isProbed(world.graph, id)) return shows(world, fault, id, round);
  if (!symptomOf(fault, id, round)) return false;
  const below = throughUnprobed(world.graph, [id], (one) =>
    world.graph.dependencies.get(one)!.flatMap((edge) => (edge.strength === 'insight' ? [] : targetsOf(edge))),
  );
  return [...below].some((one) => shows(world, fault, one, round));
}

interface Truth {
  knowledge: Knowledge;
  right: ReadonlySet<string>;
}

/** What is right to say in this round; undefined when the root is not at work. */
function truthOf(world: World, fault: Fault, round: number): Truth | undefined {
  const rootSymptom = symptomOf(fault, fault.root, round);
  if (!rootSymptom) return undefined;
  return isProbed(world.graph, fault.root)
    ? { knowledge: 'seen', right: seenRoots(world.graph, fault, rootSymptom, round) }
    : hiddenRoots(world, fault, round);
}

function hiddenRoots(world: World, fault: Fault, round: number): Truth {
  const { graph } = world;
  const active = world.faults.filter(({ from, until }) => from <= round && round < until);
  const isBad = (id: string): boolean => active.some((one) => shows(world, one, id, round));
  const sufferingAbove = (start: string): Set<string> =>
    throughUnprobed(graph, [start], (id) =>
      graph.users.get(id)!.flatMap(({ service }) => (symptomOf(fault, service, round) ? [service] : [])),
    );
  const suffering = sufferingAbove(fault.root);
  const hidden = [...suffering].filter((id) => !isProbed(graph, id));
  const isSuspect = (id: string): boolean => {
    const users = hardUsers(graph, id);
    const hasOther = (user: string): boolean =>
      graph.services.some((one) => isBad(one.id) && hardUsers(graph, one.id).includes(user));
    return users.length >= 2 && users.every(isBad) && !users.every(hasOther);
  };
  const suspects = hidden.filter(isSuspect);
  const lowest = suspects.filter(
    (id) => !suspects.some((other) => sufferingAbove(other).has(id) && !sufferingAbove(id).has(other)),
  );
  const first = [...suffering].filter((id) => shows(world, fault, id, round));
  const witnesses = lowest.length > 0 ? lowest.map((id) => hardUsers(graph, id)) : first.map((id) => [id]);
  const speaksAsMuch = (id: string): boolean => {
    const users = hardUsers(graph, id);
    return users.every(isBad) && witnesses.some((all) => all.every((user) => users.includes(user)));
  };
  const alike = graph.services.filter(({ id, probes }) => probes.length === 0 && speaksAsMuch(id)).map(({ id }) => id);
  return lowest.length > 0
    ? { knowledge: 'suspect', right: new Set([fault.root, ...lowest, ...alike]) }
    : { knowledge: 'unknowable', right: new Set([...hidden, ...first, ...alike]) };
}

function seenRoots(graph: Graph, fault: Fault, rootSymptom: Symptom, round: number): Set<string> {
  const members = graph.components[graph.componentOf.get(fault.root)!]!;
  const alike = members.filter((id) => {
    const symptom = symptomOf(fault, id, round);
    return fault.reactions.get(id)?.delay === 0 && symptom && (symptom.form === 'down' || rootSymptom.form !== 'down');
  });
  return new Set([fault.root, ...alike]);
}

/** Everything that steps lead to from the start, going on only from services without probes. */
function throughUnprobed(
  graph: Graph,
  start: readonly string[],
  steps: (id: string) => readonly string[],
): Set<string> {
  const reached = new Set(start);
  for (const id of reached) {
    if (isProbed(graph, id)) continue;
    for (const step of steps(id)) reached.add(step);
  }
  return reached;
}

/** Probed ones, by an edge of their own: a group needs more than one to fail. */
function hardUsers(graph: Graph, id: string): string[] {
  const users = new Set(graph.users.get(id)!.map(({ service }) => service));
  return [...users].filter(
    (user) =>
      isProbed(graph, user) &&
      graph.dependencies.get(user)!.some(({ service, strength }) => service === id && strength === 'hard'),
  );
}

function isProbed({ byId }: Graph, id: string): boolean {
  return byId.get(id)!.probes.length > 0;
}
