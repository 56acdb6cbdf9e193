/** One service as its row and its page show it. */
import type { Config, Dependency, Service, Strength } from '../config/config.ts';
import { type Graph, targetsOf } from '../config/graph.ts';
import { DAY_MS, dayOf, startOf } from '../history/days.ts';
import { type Histogram, percentile, type SparseHistogram } from '../history/histogram.ts';
import type { MeasuredDays } from '../history/measured-days.ts';
import { en, type Words } from '../messages/en.ts';
import { instant, span, wholeSpan } from '../messages/wording.ts';
import { isFailing, type State } from '../model.ts';
import { evidenceOf, readingInWords } from '../status/headline.ts';
import { type Budget, budgetOf, burnRate, type Objective } from '../status/objective.ts';
import type { EffectiveStatus, Rollup } from '../status/rollup.ts';
import type { OwnStatus } from '../status/timeline.ts';
import {
  coverageRatio,
  lastingSince,
  percentInWords,
  promiseInWords,
  type Spans,
  type Stretch,
  spansOf,
  uptimeRatio,
} from '../status/uptime.ts';
import type { Exempt } from './exempt.ts';
import { LATENCY_DAYS, type LatencyDay, LEAST_ANSWERS, latencyDays, shortened } from './latency-days.ts';
import { plainText } from './markdown.ts';
import { MOST_VERSION, type Release, releasesIn } from './releases.ts';
import { STRIP_DAYS, type Strip, stripOf } from './strip.ts';
import { type ValueView, valueView } from './value-days.ts';

export interface ServiceView {
  id: string;
  name: string;
  service: Service;
  state: State;
  own: OwnStatus;
  effective: EffectiveStatus;
  /** "down", "operational" */
  word: string;
  /** The same of its own state. */
  ownWord: string;
  /** Why it is not plainly well: "via Database", "at risk through Database", "not probed". */
  note?: string;
  /** The state is inherited, not observed. */
  isInherited: boolean;
  /** An open incident of the maintainers' own is about it; its state is at least as bad as they say. */
  declared?: { incident: string; title: string };
  /** It is named as a probable cause. */
  isCause: boolean;
  /** Causes below it that probably make it fail. */
  causes: readonly { id: string; name: string }[];
  since?: number;
  /** What the probe that fails most says, "status 503"; empty when none fails. */
  evidence: string;
  uptime: UptimeView;
  strip: Strip;
  /** When it is meant to be up, and when it opens if it is not now; absent when that is always. */
  hours?: { text: string; opensAt?: number };
  /** What was promised, in one sentence or two; absent when nothing was. */
  objective?: string;
  probes: readonly ProbeView[];
  /** When another version of it was first seen, of as many days as charts have. */
  releases: readonly Release[];
  /** The newest that its probes saw; absent where none reads it. */
  version?: string;
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
  /** "Of 8,640 answers in 30 days half came within about 143 ms, …"; absent when there were too few to tell. */
  latency?: string;
  /** The same for programs. */
  latencies?: Latencies;
  /** Day by day. */
  latencyDays: readonly LatencyDay[];
  /** Numbers that it reads, day by day. */
  values: readonly ValueView[];
}

export interface Latencies {
  answers: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** How fast the room for failure is used up is told of the last hours. */
const BURN_MS = 6 * 3_600_000;

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

/** What a view of one service is made from. */
export interface Context {
  config: Config;
  graph: Graph;
  own: ReadonlyMap<string, OwnStatus>;
  rollup: Rollup;
  /** What it was by its own probes, as far back as the page looks. */
  stretches: readonly Stretch[];
  /** The first and the last instant of which anything is known of any service. */
  known: { from: number; to: number };
  /** The oldest of the rounds that states were worked out from. */
  roundsFrom: number;
  /** By `service/probe`, of the last days. */
  latencies: ReadonlyMap<string, Histogram>;
  /** By day, of the last days and as many before; of one `service/probe`. */
  latenciesOn(address: string): ReadonlyMap<string, SparseHistogram>;
  /** What was measured beside latencies in the same days, by `service/probe`. */
  measured: ReadonlyMap<string, MeasuredDays>;
  /** When its failures do not count, as far back as the page looks. */
  exempt: Exempt;
  /** The states are not of the present, and must not be read as if they were. */
  isLastKnown: boolean;
  /** English unless given. */
  words?: Words;
}

type Told = Pick<Context, 'isLastKnown' | 'words'>;

function wordOf(state: State, { isLastKnown, words = en }: Told): string {
  return `${isLastKnown && state !== 'unknown' ? words.lastKnown : ''}${words.states[state]}`;
}

export function serviceView(service: Service, context: Context): ServiceView {
  const { graph, rollup, words = en } = context;
  const own = context.own.get(service.id)!;
  const effective = rollup.effective.get(service.id)!;
  const note = noteOf(service, own, effective, graph, words);
  const origin = effective.via === undefined ? own : context.own.get(effective.via);
  const declaration = rollup.declared.get(service.id);
  const since = effective.isDeclared ? declaration?.since : sinceOf(effective, origin, context);
  return {
    id: service.id,
    name: service.name,
    service,
    state: effective.state,
    own,
    effective,
    word: wordFor(effective, own, context),
    ownWord: wordOf(own.state, context),
    ...(note !== undefined && { note }),
    isInherited: effective.via !== undefined,
    ...(declaration && { declared: { incident: declaration.incident, title: declaration.title } }),
    isCause: rollup.causes.some((cause) => cause.service === service.id),
    causes: causesBelow(service.id, graph, rollup),
    ...(since !== undefined && { since }),
    evidence: evidenceOf(own, words),
    ...uptimeOf(context),
    ...hoursOf(service, own),
    ...deployedOf(service, context),
    ...objectiveOf(service, context),
    probes: service.probes.map((probe) => probeView(service.id, probe, own, context)),
    dependsOn: service.dependsOn.flatMap((edge) => targetsOf(edge).map((id) => linkView(id, edge, context))),
    neededBy: graph.users.get(service.id)!.map(({ service: id, strength }) => linkView(id, { strength }, context)),
  };
}

function outsideHoursWord({ isLastKnown, words = en }: Told): string {
  return `${isLastKnown ? words.lastKnown : ''}${words.outsideHours}`;
}

/** What persons have declared is of the present, however old the observations are. */
function wordFor({ state, isDeclared }: EffectiveStatus, { outsideHours }: OwnStatus, context: Context): string {
  if (isDeclared) return (context.words ?? en).states[state];
  return outsideHours ? outsideHoursWord(context) : wordOf(state, context);
}

function hoursOf({ expectedHours }: Service, { outsideHours }: OwnStatus): Pick<ServiceView, 'hours'> {
  if (!expectedHours) return {};
  return { hours: { text: expectedHours.text, ...(outsideHours && { opensAt: outsideHours.opensAt }) } };
}

function noteOf(
  service: Service,
  own: OwnStatus,
  { via, atRiskThrough, isDeclared }: EffectiveStatus,
  { byId }: Graph,
  words: Words,
): string | undefined {
  const said = words.service;
  if (isDeclared) return said.declared;
  const name = (id: string): string => words.isolate(byId.get(id)?.name ?? id);
  if (via !== undefined) return said.via(name(via));
  if (atRiskThrough !== undefined) return said.atRisk(name(atRiskThrough));
  if (own.outsideHours) return said.until(instant(words, own.outsideHours.opensAt));
  if (own.isFlapping) return said.flapping;
  if (service.probes.length === 0) return said.notProbed;
  return undefined;
}

/** Named causes that the service reaches along failing dependencies. */
function causesBelow(id: string, graph: Graph, { causes, effective }: Rollup): { id: string; name: string }[] {
  if (!isFailing(effective.get(id)!.state)) return [];
  const reached = new Set([id]);
  for (const member of reached) {
    const edges = graph.dependencies.get(member)!.filter(({ strength }) => strength !== 'insight');
    for (const target of edges.flatMap(targetsOf)) if (isFailing(effective.get(target)!.state)) reached.add(target);
  }
  reached.delete(id);
  return causes
    .filter(({ service }) => reached.has(service))
    .map(({ service }) => ({ id: service, name: graph.byId.get(service)!.name }));
}

/** The rounds that are read reach back a day or two, what is known of a service much farther. */
function sinceOf(
  { via }: EffectiveStatus,
  origin: OwnStatus | undefined,
  { stretches, known, roundsFrom }: Pick<Context, 'stretches' | 'known' | 'roundsFrom'>,
): number | undefined {
  const since = origin?.changedAt ?? origin?.since;
  if (since === undefined || via !== undefined || since > roundsFrom) return since;
  return Math.min(since, lastingSince(stretches, known.to) ?? since);
}

function uptimeOf(context: Context): Pick<ServiceView, 'uptime' | 'strip'> {
  const { exempt, stretches, known, words = en } = context;
  const maintenance = [...exempt.announced, ...exempt.closed];
  const spansBetween = (from: number, to: number): Spans => spansOf(stretches, { from, to, maintenance });
  const lastDay = startOf(known.to);
  const days = Array.from({ length: STRIP_DAYS }, (_, index) => {
    const from = lastDay - (STRIP_DAYS - 1 - index) * DAY_MS;
    const spans = spansBetween(from, Math.min(from + DAY_MS, Math.max(known.to, from + 1)));
    return { date: dayOf(from), spans, isAnnounced: isAnnouncedOn(from, exempt) };
  });
  // From the first observation on: before it there was nothing to cover.
  const from = Math.max(known.from, lastDay - (STRIP_DAYS - 1) * DAY_MS);
  const spans = spansBetween(from, known.to);
  const ratio = uptimeRatio(spans);
  return {
    uptime: {
      ...(ratio !== undefined && { ratio, words: percentInWords(ratio, 2, words) }),
      coverageRatio: coverageRatio(spans),
      coverage: words.service.coverage(
        wholeSpan(words, known.to - from),
        percentInWords(coverageRatio(spans), 0, words),
      ),
    },
    strip: stripOf(days, words),
  };
}

function deployedOf(
  { id, probes }: Service,
  { measured, known }: Pick<Context, 'measured' | 'known'>,
): Pick<ServiceView, 'releases' | 'version'> {
  const seen = probes.map((probe) => measured.get(`${id}/${probe.id}`)?.versions ?? []);
  const newest = seen.flatMap((versions) => versions.at(-1) ?? []).sort((a, b) => a.at - b.at);
  const version = plainText(newest.at(-1)?.version ?? '', MOST_VERSION);
  const releases = releasesIn(seen, startOf(known.to) - (LATENCY_DAYS - 1) * DAY_MS);
  return { releases, ...(version !== '' && { version }) };
}

/** On the day that begins then. */
function isAnnouncedOn(from: number, { announced }: Exempt): boolean {
  return announced.some(({ startsAt, endsAt }) => startsAt < from + DAY_MS && endsAt > from);
}

function objectiveOf({ objective }: Service, context: Context): Pick<ServiceView, 'objective'> {
  if (!objective) return {};
  const { exempt, stretches, known, words = en } = context;
  const maintenance = [...exempt.announced, ...exempt.closed];
  const spansOfLast = (ms: number): Spans => spansOf(stretches, { from: known.to - ms, to: known.to, maintenance });
  const spans = spansOfLast(objective.windowMs);
  const burning = burnRate(objective, spansOfLast(BURN_MS));
  return { objective: objectiveInWords(objective, budgetOf(objective, spans), burning, coverageRatio(spans), words) };
}

function objectiveInWords(
  { ratio, windowMs }: Objective,
  { uptimeRatio: uptime, isMet, allowedMs, spentMs, leftRatio }: Budget,
  burning: number | undefined,
  coverage: number,
  words: Words,
): string {
  const said = words.service;
  const percent = (share: number, digits: number): string => percentInWords(share, digits, words);
  const promise = said.promise(promiseInWords(ratio, words), span(words, windowMs));
  if (uptime === undefined) return said.promiseUnseen(promise);
  const kept = said.promiseKept(promise, isMet === true, percent(uptime, 3), percent(coverage, 0));
  const left = leftRatio >= 0 ? percent(leftRatio, 0) : undefined;
  const pace = burning ? paceInWords(burning, words) : undefined;
  return [kept, said.room(span(words, spentMs), span(words, allowedMs), left, pace)].join(words.between);
}

function paceInWords(burning: number, { decimal }: Words): string {
  return burning < 10 ? decimal(burning, 1) : decimal(Math.round(burning), 0);
}

function latenciesOf(address: string, { latencies }: Pick<Context, 'latencies'>): Latencies | undefined {
  const histogram: Histogram = latencies.get(address) ?? new Map();
  const answers = [...histogram.values()].reduce((sum, count) => sum + count, 0);
  if (answers < LEAST_ANSWERS) return undefined;
  const within = (share: number): number => shortened(percentile(histogram, share)!);
  return { answers, p50Ms: within(0.5), p95Ms: within(0.95), p99Ms: within(0.99) };
}

function latencyInWords(
  { answers, p50Ms, p95Ms, p99Ms }: Latencies,
  { known, words = en }: Pick<Context, 'known' | 'words'>,
): string {
  const within = wholeSpan(words, Math.min(LATENCY_DAYS * DAY_MS, known.to - known.from));
  const [p50 = '', p95 = '', p99 = ''] = [p50Ms, p95Ms, p99Ms].map((ms) =>
    words.isolate(`${words.decimal(ms, 0, 6)} ms`),
  );
  return words.service.latency(answers, within, p50, p95, p99);
}

function probeView(
  service: string,
  probe: Service['probes'][number],
  own: OwnStatus,
  context: Pick<Context, 'isLastKnown' | 'latencies' | 'latenciesOn' | 'measured' | 'known' | 'exempt' | 'words'>,
): ProbeView {
  const { isLastKnown, known, exempt, words = en } = context;
  const address = `${service}/${probe.id}`;
  const latencies = latenciesOf(address, context);
  const isAnnounced = (from: number): boolean => isAnnouncedOn(from, exempt);
  const reading = own.latest.get(probe.id);
  const states = { up: 'operational', degraded: 'degraded', down: 'major_outage', unknown: 'unknown' } as const;
  const state = states[reading?.outcome ?? 'unknown'];
  const evidence = reading
    ? [
        readingInWords(reading, words),
        ...(reading.attempts > 1 ? [words.evidence.afterAttempts(reading.attempts)] : []),
      ]
    : [];
  return {
    id: probe.id,
    name: probe.name,
    kind: probe.kind,
    isEssential: probe.essential,
    ...(probe.notes !== undefined && { notes: probe.notes }),
    state,
    word: reading ? `${isLastKnown ? words.lastKnown : ''}${words.outcomes[reading.outcome]}` : words.notReadLately,
    ...(reading && { at: reading.at }),
    evidence: evidence.join(words.comma),
    ...(latencies && { latency: latencyInWords(latencies, context), latencies }),
    latencyDays: latencyDays(context.latenciesOn(address), startOf(known.to), isAnnounced),
    values: (context.measured.get(address)?.values ?? []).flatMap(
      (series) => valueView(series, startOf(known.to), isAnnounced) ?? [],
    ),
  };
}

function linkView(
  id: string,
  edge: Pick<Dependency, 'strength' | 'note' | 'anyOf' | 'need'>,
  context: Context,
): LinkView {
  const { graph, words = en } = context;
  const effective = context.rollup.effective.get(id)!;
  const { state } = effective;
  const size = edge.anyOf?.length ?? 0;
  return {
    id,
    name: graph.byId.get(id)!.name,
    state,
    word: wordFor(effective, context.own.get(id)!, context),
    strength: edge.strength,
    ...(edge.note !== undefined && { note: edge.note }),
    ...(size > 0 && { group: words.service.mustWork(edge.need ?? 1, size) }),
  };
}
