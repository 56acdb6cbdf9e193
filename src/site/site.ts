/** Everything that the pages show, worked out once per build; the pages only lay it out. */
import { resolve } from 'node:path';
import type { Config, Dependency, Service, Strength } from '../config/config.ts';
import { buildGraph, type Graph, targetsOf } from '../config/graph.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { dayOf, readRounds } from '../history/store.ts';
import { isFailing, type Maintenance, type RecordedRound, STATES, type State, severityRank } from '../model.ts';
import { type Age, ageOf } from '../status/age.ts';
import { evidenceOf, type Headline, headlineOf, predicate, readingInWords } from '../status/headline.ts';
import { readingOf } from '../status/own-state.ts';
import { type EffectiveStatus, type Rollup, rollUp } from '../status/rollup.ts';
import { createTimeline, type OwnStatus, type RoundVerdict } from '../status/timeline.ts';
import { coverageRatio, percentInWords, type Sample, spansOf, uptimeRatio, validityMs } from '../status/uptime.ts';
import { durationInWords, plural } from '../units.ts';
import { STRIP_DAYS, type Strip, stripOf } from './strip.ts';

const DAY_MS = 86_400_000;

/** The overall state as the page shows it: `stale` when the observations are too old to be called the present. */
export type ShownState = State | 'stale';

export interface Site {
  page: Config['page'];
  isDemo: boolean;
  headline: Headline & { state: ShownState; overall: State };
  /** Undefined before the first round. */
  age: Age | undefined;
  /** "7 operational", "1 down"; states that nobody is in are left out. */
  counts: readonly { state: State; words: string }[];
  services: readonly ServiceView[];
  /** What is not well, worst first. */
  attention: readonly ServiceView[];
  groups: readonly Group[];
  maintenance: readonly Maintenance[];
  rollup: Rollup;
}

export interface Group {
  /** Undefined for services that name none. */
  name?: string;
  services: readonly ServiceView[];
  isAllWell: boolean;
  /** "12/12 operational" */
  summary: string;
  isOpen: boolean;
}

export interface ServiceView {
  id: string;
  name: string;
  service: Service;
  state: State;
  own: OwnStatus;
  effective: EffectiveStatus;
  /** "down", "operational" */
  word: string;
  /** Why it is not plainly well: "via Database", "at risk through Database", "not probed". */
  note?: string;
  /** The state is inherited, not observed. */
  isInherited: boolean;
  since?: number;
  /** What the probe that fails most says, "status 503"; empty when none fails. */
  evidence: string;
  uptime: UptimeView;
  strip: Strip;
  probes: readonly ProbeView[];
  dependsOn: readonly LinkView[];
  neededBy: readonly LinkView[];
}

export interface UptimeView {
  /** 0 to 1, undefined when nothing was observed; and as people read it, "99.98 %". */
  ratio?: number;
  words?: string;
  /** 0 to 1, and "90 days, 76 % observed". */
  coverageRatio: number;
  coverage: string;
}

export interface ProbeView {
  id: string;
  name: string;
  kind: string;
  isEssential: boolean;
  notes?: string;
  state: State;
  word: string;
  at?: number;
  evidence: string;
}

export interface LinkView {
  id: string;
  name: string;
  state: State;
  word: string;
  strength: Strength;
  note?: string;
  /** "one of 2 that are interchangeable" */
  group?: string;
}

let site: Promise<Site> | undefined;

/** Read once per build, from where `vedette build` says. */
export function loadSite(): Promise<Site> {
  // A page built for a past instant is the same every time: for tests, and for looking back.
  site ??= readSite(process.env, Number(process.env.VEDETTE_NOW) || Date.now());
  return site;
}

async function readSite(env: NodeJS.ProcessEnv, now: number): Promise<Site> {
  const file = env.VEDETTE_CONFIG ?? resolve('services.yml');
  const loaded = await loadConfig(file, { kinds: 'opaque', env });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const history = await readRounds(env.VEDETTE_HISTORY ?? resolve('history'), now - STRIP_DAYS * DAY_MS);
  for (const line of [...history.warnings, ...history.errors]) process.stderr.write(`${line}\n`);
  return viewOf(loaded.config, history.rounds, { now, isDemo: env.VEDETTE_DEMO === '1' });
}

export interface ViewOptions {
  /** When the page is built: what is too old by then is not called the present. */
  now: number;
  isDemo: boolean;
}

/** `rounds` in order of time, at most 90 days of them. */
export function viewOf(config: Config, rounds: readonly RecordedRound[], { now, isDemo }: ViewOptions): Site {
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance);
  const verdicts = rounds.map((round) => timeline.advance(round));
  const verdict = verdicts.at(-1);
  const own = timeline.own();
  const rollup = rollUp(graph, own);
  const age = ageOf(
    rounds.map(({ at }) => at),
    config.schedule.everyMs,
  );
  const histories = samplesByService(config, rounds, verdicts);
  const times = rounds.map(({ at }) => at);
  const services = config.services.map((service) => {
    const samples = histories.get(service.id)!;
    return serviceView(service, { config, graph, own, rollup, samples, times });
  });
  const overall = verdict?.isProberFault ? 'unknown' : rollup.overall;
  return {
    page: config.page,
    isDemo,
    headline: shownHeadline(headlineOf({ config, rollup, own, verdict }), verdict ? overall : 'unknown', age, now),
    age,
    counts: STATES.flatMap((state) => {
      const count = services.filter((service) => service.state === state).length;
      return count > 0 ? [{ state, words: `${count} ${predicate(state)}` }] : [];
    }),
    services,
    attention: services.filter(needsAttention).sort((a, b) => severityRank(b.state) - severityRank(a.state)),
    groups: groupsOf(services),
    maintenance: config.maintenance,
    rollup,
  };
}

/** What is too old by the time of the build is said to be, and not called the present. */
function shownHeadline(headline: Headline, overall: State, age: Age | undefined, now: number): Site['headline'] {
  if (!age || now - age.probedAt < age.staleAfterMs) return { ...headline, overall, state: overall };
  return {
    verdict: `The last observations are ${durationInWords(now - age.probedAt)} old.`,
    because: [`Last known: ${headline.verdict}`, ...headline.because],
    overall,
    state: now - age.probedAt < age.unknownAfterMs ? 'stale' : 'unknown',
  };
}

function needsAttention({ state, own }: ServiceView): boolean {
  return isFailing(state) || state === 'maintenance' || own.isFlapping;
}

/** Rounds in which our own network failed say nothing of a service. */
function samplesByService(
  config: Config,
  rounds: readonly RecordedRound[],
  verdicts: readonly RoundVerdict[],
): Map<string, Sample[]> {
  const result = new Map<string, Sample[]>(config.services.map(({ id }) => [id, []]));
  const services = new Map(config.services.map((service) => [service.id, service]));
  for (const [index, { at, observations }] of rounds.entries()) {
    if (verdicts[index]!.isProberFault) continue;
    for (const [id, list] of Map.groupBy(observations, ({ service }) => service)) {
      const service = services.get(id);
      if (service) result.get(id)!.push({ at, state: readingOf(service, list) });
    }
  }
  return result;
}

interface Context {
  config: Config;
  graph: Graph;
  own: ReadonlyMap<string, OwnStatus>;
  rollup: Rollup;
  samples: readonly Sample[];
  times: readonly number[];
}

function serviceView(service: Service, context: Context): ServiceView {
  const { graph, rollup } = context;
  const own = context.own.get(service.id)!;
  const effective = rollup.effective.get(service.id)!;
  const note = noteOf(service, own, effective, graph);
  const since = effective.via === undefined ? own.since : context.own.get(effective.via)?.since;
  return {
    id: service.id,
    name: service.name,
    service,
    state: effective.state,
    own,
    effective,
    word: predicate(effective.state),
    ...(note !== undefined && { note }),
    isInherited: effective.via !== undefined,
    ...(since !== undefined && { since }),
    evidence: evidenceOf(own),
    ...uptimeOf(service, context),
    probes: service.probes.map((probe) => probeView(probe, own)),
    dependsOn: service.dependsOn.flatMap((edge) => targetsOf(edge).map((id) => linkView(id, edge, context))),
    neededBy: graph.users.get(service.id)!.map(({ service: id, strength }) => linkView(id, { strength }, context)),
  };
}

function noteOf(
  service: Service,
  own: OwnStatus,
  { via, atRiskThrough }: EffectiveStatus,
  { byId }: Graph,
): string | undefined {
  const name = (id: string): string => byId.get(id)?.name ?? id;
  if (via !== undefined) return `via ${name(via)}`;
  if (atRiskThrough !== undefined) return `at risk through ${name(atRiskThrough)}`;
  if (own.isFlapping) return 'flapping';
  if (service.probes.length === 0) return 'not probed';
  return undefined;
}

function uptimeOf({ id }: Service, { config, samples, times }: Context): Pick<ServiceView, 'uptime' | 'strip'> {
  const end = times.at(-1) ?? 0;
  const maintenance = config.maintenance.filter(({ services }) => services.includes(id));
  const options = { validityMs: validityMs(times), maintenance };
  const lastDay = Math.floor(end / DAY_MS) * DAY_MS;
  const days = Array.from({ length: STRIP_DAYS }, (_, index) => {
    const from = lastDay - (STRIP_DAYS - 1 - index) * DAY_MS;
    return {
      date: dayOf(from),
      spans: spansOf(samples, { ...options, from, to: Math.min(from + DAY_MS, Math.max(end, from + 1)) }),
    };
  });
  // From the first observation on: before it there was nothing to cover.
  const from = Math.max(times[0] ?? end, lastDay - (STRIP_DAYS - 1) * DAY_MS);
  const spans = spansOf(samples, { ...options, from, to: end });
  const ratio = uptimeRatio(spans);
  return {
    uptime: {
      ...(ratio !== undefined && { ratio, words: percentInWords(ratio) }),
      coverageRatio: coverageRatio(spans),
      coverage: `${spanInWords(end - from)}, ${percentInWords(coverageRatio(spans), 0)} observed`,
    },
    strip: stripOf(days),
  };
}

/** A span of whole days, or shorter in its own unit. */
function spanInWords(ms: number): string {
  return ms < DAY_MS ? durationInWords(ms) : plural(Math.round(ms / DAY_MS), 'day');
}

function probeView(probe: Service['probes'][number], own: OwnStatus): ProbeView {
  const reading = own.latest.get(probe.id);
  const states = { up: 'operational', degraded: 'degraded', down: 'major_outage', unknown: 'unknown' } as const;
  const state = states[reading?.outcome ?? 'unknown'];
  const attempts = reading && reading.attempts > 1 ? `, after ${plural(reading.attempts, 'attempt')}` : '';
  return {
    id: probe.id,
    name: probe.name,
    kind: probe.kind,
    isEssential: probe.essential,
    ...(probe.notes !== undefined && { notes: probe.notes }),
    state,
    word: reading?.outcome ?? 'not read yet',
    ...(reading && { at: reading.at }),
    evidence: reading ? `${readingInWords(reading)}${attempts}` : '',
  };
}

function linkView(
  id: string,
  edge: Pick<Dependency, 'strength' | 'note' | 'anyOf' | 'need'>,
  { graph, rollup }: Context,
): LinkView {
  const { state } = rollup.effective.get(id)!;
  const size = edge.anyOf?.length ?? 0;
  return {
    id,
    name: graph.byId.get(id)!.name,
    state,
    word: predicate(state),
    strength: edge.strength,
    ...(edge.note !== undefined && { note: edge.note }),
    ...(size > 0 && { group: `${edge.need} of ${size} must work` }),
  };
}

/** A small page shows everything; on a larger one a group that is well is closed. */
const ALWAYS_OPEN_UP_TO = 20;

function groupsOf(services: readonly ServiceView[]): Group[] {
  const byName = Map.groupBy(services, ({ service }) => service.group);
  return [...byName].map(([name, members]) => {
    const well = members.filter(({ state }) => state === 'operational').length;
    const isAllWell = members.every((service) => !needsAttention(service));
    return {
      ...(name !== undefined && { name }),
      services: members,
      isAllWell,
      summary: `${well}/${members.length} operational`,
      isOpen: services.length <= ALWAYS_OPEN_UP_TO || !isAllWell || byName.size === 1,
    };
  });
}

/** For programs: whole seconds. */
export function cadenceSeconds({ gaps }: Age): { p50: number; p90: number; p95: number } {
  const seconds = (ms: number): number => Math.round(ms / 1000);
  return { p50: seconds(gaps.p50Ms), p90: seconds(gaps.p90Ms), p95: seconds(gaps.p95Ms) };
}

/** "checked about every 6 min", by the rounds that really ran. */
export function cadenceInWords({ gaps }: Age): string {
  return `checked about every ${durationInWords(gaps.p50Ms)}`;
}
