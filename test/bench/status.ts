/** How right the status code is in worlds whose faults are known, and what a round costs in a large one. */
import { buildGraph, type Graph, targetsOf } from '../../src/config/graph.ts';
import type { RecordedObservation, RecordedRound } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { createTimeline } from '../../src/status/timeline.ts';
import { NOON, sketch } from '../status/sketch.ts';
import { median } from './child.ts';
import { random } from './history-world.ts';
import { type Incident, type Knowledge, type Score, scoreOf, settled } from './status-score.ts';
import { createWorld, EVERY_MS, type Fault } from './status-world.ts';

const SIZES = [10, 25, 50, 100, 200] as const;
const NOISES = [0.005, 0.01, 0.02] as const;
const REPEATS = 3;
const DAYS = 3;
const AIMS = {
  first: 95,
  firstHalfUnprobed: 90,
  topThree: 97,
  delayRounds: 0.6,
  falseMinutes: 9,
  outages: 2,
  roundMs: 50,
};
/** More causes than this are not named. */
const NAMED = 3;

const SPEED = { services: 5000, edges: 20_000, failing: 0.05, warmUp: 310, rounds: 60 };

export async function benchStatus(): Promise<void> {
  printRightness();
  printSpeed();
}

interface Setting {
  seed: number;
  services: number;
  noise: number;
}

/** Every size with every noise, each with seeds of its own. */
function settings(): Setting[] {
  const all = Array.from({ length: REPEATS }, () =>
    NOISES.flatMap((noise) => SIZES.map((services) => ({ services, noise }))),
  );
  return all.flat().map((one, index) => ({ ...one, seed: index + 1 }));
}

function printRightness(): void {
  const all = settings();
  const common = { days: DAYS, unprobed: 0, faults: true };
  const probed = all.map((one) => scoreOf(createWorld({ ...common, ...one })));
  const half = all.map((one) => scoreOf(createWorld({ ...common, ...one, unprobed: 0.5 })));
  const calm = all.map((one) => ({ ...one, score: scoreOf(createWorld({ ...common, ...one, faults: false })) }));
  console.log(
    `\nstatus: seeds 1 to ${all.length}, each ${DAYS} days of rounds every 5 min; ${SIZES.join(', ')} services; ${NOISES.map((noise) => 100 * noise).join(', ')} % of readings fail falsely`,
  );
  printCauses('all services probed', incidentsIn(probed), AIMS.first);
  printCauses('half of the services unprobed', incidentsIn(half), AIMS.firstHalfUnprobed);
  console.log(`\noutages of the prober alarmed, aim at most ${AIMS.outages} %`);
  const outages = (label: string, scores: readonly Score[]): void =>
    console.log(
      `${label.padEnd(32)}${String(sum(scores, 'outages')).padStart(10)}${percent(sum(scores, 'outagesAlarmed'), sum(scores, 'outages')).padStart(9)}`,
    );
  outages('all services probed', [...probed, ...calm.map(({ score }) => score)]);
  outages('half of the services unprobed', half);
  console.log(`\nfalse alarm, min a day (aim at most ${AIMS.falseMinutes}) at noise of`);
  console.log(`${'services'.padEnd(16)}${NOISES.map((noise) => `${100 * noise} %`.padStart(9)).join('')}`);
  const row = (label: string, sizes: readonly number[]): string =>
    `${label.padEnd(16)}${NOISES.map((noise) => falseMinutes(calm.filter((one) => one.noise === noise && sizes.includes(one.services)))).join('')}`;
  console.log(row('all sizes', SIZES));
  for (const size of SIZES) console.log(row(String(size), [size]));
}

function falseMinutes(calm: readonly { score: Score }[]): string {
  const scores = calm.map(({ score }) => score);
  return ((sum(scores, 'falseAlarmMs') / 60_000 / sum(scores, 'calmMs')) * 86_400_000).toFixed(1).padStart(9);
}

function printCauses(title: string, incidents: readonly Incident[], aimFirst: number): void {
  console.log(
    `\n${title.padEnd(32)}${'incidents'.padStart(10)}${'first %'.padStart(9)}${'top 3 %'.padStart(9)}${'at alarm'.padStart(10)}${'all along'.padStart(11)}${'missed'.padStart(8)}${'delay'.padStart(7)}${'p95'.padStart(5)}`,
  );
  const row = (label: string, some: readonly Incident[]): void => console.log(label.padEnd(32) + cells(some));
  row('all', incidents);
  const kinds: readonly Fault['kind'][] = ['down', 'slow', 'cascade', 'flapping'];
  for (const kind of kinds)
    row(
      `  ${kind}`,
      incidents.filter(({ fault }) => fault.kind === kind),
    );
  const knowledge: readonly Knowledge[] = ['seen', 'suspect', 'unknowable'];
  const isKnown = (known: Knowledge) => (incident: Incident) => settled(incident)?.knowledge === known;
  if (incidents.some(isKnown('suspect')))
    for (const known of knowledge) row(`  root ${known}`, incidents.filter(isKnown(known)));
  const aims = [`>= ${aimFirst}`.padStart(9), `>= ${AIMS.topThree}`.padStart(9), ''.padStart(21), '0'.padStart(8)];
  console.log(`${'aim'.padEnd(42)}${aims.join('')}${`<= ${AIMS.delayRounds}`.padStart(7)}`);
}

function cells(incidents: readonly Incident[]): string {
  // The alarm came when the root was well again already: nobody can be asked to name it.
  const asked = incidents.filter(({ delay, verdicts }) => delay === undefined || verdicts.length > 0);
  const share = (isRight: (incident: Incident) => number | boolean): string =>
    percent(
      asked.map(isRight).reduce<number>((total, right) => total + Number(right), 0),
      asked.length,
    );
  const delays = incidents.flatMap(({ delay }) => (delay === undefined ? [] : [delay])).sort((a, b) => a - b);
  const mean = delays.reduce((total, delay) => total + delay, 0) / delays.length;
  return [
    String(incidents.length).padStart(10),
    share((incident) => settled(incident)?.rank === 0).padStart(9),
    share((incident) => (settled(incident)?.rank ?? NAMED) < NAMED).padStart(9),
    share(({ verdicts }) => verdicts[0]?.rank === 0).padStart(10),
    share(({ verdicts }) => verdicts.filter(({ rank }) => rank === 0).length / (verdicts.length || 1)).padStart(11),
    String(incidents.filter(({ delay }) => delay === undefined).length).padStart(8),
    mean.toFixed(2).padStart(7),
    String(delays[Math.floor(0.95 * delays.length)] ?? '').padStart(5),
  ].join('');
}

function incidentsIn(scores: readonly Score[]): Incident[] {
  return scores.flatMap(({ incidents }) => incidents);
}

function sum<Key extends string>(list: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return list.reduce((total, one) => total + one[key], 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : ((100 * part) / whole).toFixed(1);
}

function printSpeed(): void {
  const graph = largeGraph(random(1));
  const timeline = createTimeline(graph, []);
  const times: Record<'advance' | 'rollUp' | 'both' | 'edges', number[]> = {
    advance: [],
    rollUp: [],
    both: [],
    edges: [],
  };
  let index = 0;
  for (const round of largeRounds(graph, random(2))) {
    const startedAt = performance.now();
    timeline.advance(round);
    const own = timeline.own();
    const advancedAt = performance.now();
    rollUp(graph, own);
    const rolledUpAt = performance.now();
    if (touchEdges(graph) !== SPEED.edges) throw new Error('not every edge was touched');
    const touchedAt = performance.now();
    index += 1;
    if (index <= SPEED.warmUp) continue;
    times.advance.push(advancedAt - startedAt);
    times.rollUp.push(rolledUpAt - advancedAt);
    times.both.push(rolledUpAt - startedAt);
    times.edges.push(touchedAt - rolledUpAt);
  }
  const cycles = graph.components.filter(({ length }) => length > 1);
  console.log(
    `\nstatus: ${SPEED.services} services, ${SPEED.edges} edges, ${cycles.length} cycles of up to ${Math.max(...cycles.map(({ length }) => length))}, ${100 * SPEED.failing} % failing; ${SPEED.rounds} rounds after ${SPEED.warmUp}`,
  );
  console.log(`${'ms a round'.padEnd(28)}${'median'.padStart(9)}${'p95'.padStart(9)}${'ratio'.padStart(9)}`);
  const row = (label: string, values: readonly number[]): void =>
    console.log(
      `${label.padEnd(28)}${median(values).toFixed(2).padStart(9)}${p95(values).toFixed(2).padStart(9)}${(median(values) / median(times.edges)).toFixed(0).padStart(9)}`,
    );
  row('touching each edge once', times.edges);
  row('advance and own', times.advance);
  row('rollUp', times.rollUp);
  row('together', times.both);
  console.log(`aim: together below ${AIMS.roundMs} ms`);
}

/** Downwards; one edge in a hundred leads back to a user and closes a circle. */
function largeGraph(next: () => number): Graph {
  const { services, edges } = SPEED;
  const needs = Array.from({ length: services }, () => new Map<number, string>());
  const users = Array.from({ length: services }, (): number[] => []);
  for (let left = edges; left > 0; ) {
    const from = Math.floor(next() * services);
    const isBack = left <= edges / 100 && users[from]!.length > 0;
    const to = isBack ? users[from]![0]! : from + 1 + Math.floor((services - from) * next());
    if (to >= services || needs[from]!.has(to)) continue;
    needs[from]!.set(to, next() < 0.75 ? `s${to}` : `soft s${to}`);
    users[to]!.push(from);
    left -= 1;
  }
  return buildGraph(sketch(Object.fromEntries(needs.map((edge, index) => [`s${index}`, [...edge.values()]]))));
}

/** Three in five of those that fail do so for twenty rounds, the others for one. */
function* largeRounds({ services }: Graph, next: () => number): Generator<RecordedRound> {
  let lasting = new Set<string>();
  for (let index = 0; index < SPEED.warmUp + SPEED.rounds; index += 1) {
    if (index % 20 === 0) lasting = new Set(services.filter(() => next() < 0.6 * SPEED.failing).map(({ id }) => id));
    const observations = services.map(({ id, probes }): RecordedObservation => {
      const common = { service: id, probe: probes[0]!.id, attempts: 1 };
      const isFailing = lasting.has(id) || next() < 0.4 * SPEED.failing;
      return isFailing
        ? { ...common, outcome: 'down', reason: 'status', code: 503, latencyMs: 40 }
        : { ...common, outcome: 'up', latencyMs: Math.round(80 + 40 * next()) };
    });
    yield { id: String(index), at: NOON + index * EVERY_MS, location: 'bench', observations };
  }
}

/** The least that any answer takes: every edge, and what is at its far end. How many there were. */
function touchEdges(graph: Graph): number {
  let touched = 0;
  for (const { id } of graph.services) {
    for (const edge of graph.dependencies.get(id)!)
      for (const target of targetsOf(edge)) touched += graph.byId.get(target) ? 1 : 0;
  }
  return touched;
}

function p95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(0.95 * values.length)]!;
}
