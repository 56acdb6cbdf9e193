/** Everything that the pages show, worked out once per build; the pages only lay it out. */
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { buildGraph } from '../config/graph.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { type DayDigest, latenciesByDay, latenciesByProbe, spansByProbe } from '../history/day-digest.ts';
import { DAY_MS, dayOf, instantOf, startOf } from '../history/days.ts';
import { loadHistory } from '../history/load.ts';
import { measuredByProbe } from '../history/measured-days.ts';
import { declarationsOf } from '../incidents/declared.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import { incidentsFrom } from '../incidents/incident.ts';
import { announcedFrom, withAnnounced } from '../incidents/maintenance.ts';
import type { MaintenanceEvent } from '../incidents/maintenance-event.ts';
import { wordsIn } from '../messages/catalogue.ts';
import type { Words } from '../messages/en.ts';
import { span } from '../messages/wording.ts';
import { isFailing, type Maintenance, type RecordedRound, STATES, type State, severityRank } from '../model.ts';
import { type Age, ageOf, wholeRounds } from '../status/age.ts';
import { type Headline, headlineOf, seenCauses } from '../status/headline.ts';
import { declaredState, type Rollup, rollUp } from '../status/rollup.ts';
import { createTimeline } from '../status/timeline.ts';
import { type Stretch, stretchesOf } from '../status/uptime.ts';
import { withObserved } from '../status/whole-service.ts';
import { type Archive, archiveOf } from './archive.ts';
import { exemptIn, listed, type Upcoming, upcomingOf } from './exempt.ts';
import { type IncidentView, incidentViews } from './incident-view.ts';
import { LATENCY_DAYS } from './latency-days.ts';
import { type MaintenanceView, maintenanceViews } from './maintenance-view.ts';
import { plainSentence, plainText } from './markdown.ts';
import { type ServiceView, serviceView } from './service-view.ts';
import { shownConfig, nameOf as shownName } from './shown-config.ts';
import { STRIP_DAYS } from './strip.ts';

/** States are worked out from so many rounds; what was before them is in the digests. */
const LEAST_ROUNDS = 100;
/** Incidents that ended longer before the newest round are not shown beside the present. */
const LATELY_MS = 7 * DAY_MS;

export type { State } from '../model.ts';

/** The overall state as the page shows it: `stale` when the observations are too old to be called the present. */
export type ShownState = State | 'stale';

export interface Site {
  page: Config['page'];
  /** In the language of the page. */
  words: Words;
  isDemo: boolean;
  /** Of the build: to leave out what is still to come, and never to be printed. */
  now: number;
  /** The newest, in order of time. */
  rounds: readonly RecordedRound[];
  headline: Headline & {
    state: ShownState;
    overall: State;
    /** What the headline said when it was true; only there when the observations were too old by the build. */
    lastKnown?: string;
    /** Too old to be called anything but unknown. */
    isOutdated: boolean;
  };
  /** How old the newest observations were by the build, "5 h"; only there when that was too old to call them the present. */
  oldBy?: string;
  /** States are not of the present: the newest round is too old, or saw nothing. */
  isLastKnown: boolean;
  /** Rounds less than a minute apart need seconds to be told apart. */
  precision: 'minute' | 'second';
  /** Undefined before the first round. */
  age: Age | undefined;
  /** The instant that it speaks of: of the newest round, or of the build when there is none. */
  asOf: number;
  /** When anything was first observed; undefined when nothing was. */
  observedFrom: number | undefined;
  /** "7 operational", "1 down"; states that nobody is in are left out. */
  counts: readonly { state: State; words: string }[];
  services: readonly ServiceView[];
  /** What is not well: causes first, then worst first. */
  attention: readonly ServiceView[];
  groups: readonly Group[];
  /** Every announced span, one by one; of what repeats those of the next 90 days. */
  maintenance: readonly Omit<Maintenance, 'repeat'>[];
  /** What lasts or comes, each once. */
  upcoming: readonly Upcoming[];
  /** Open ones, and those that ended lately. */
  incidents: readonly IncidentView[];
  /** All there ever were; open ones first, then newest first. */
  archive: readonly IncidentView[];
  /** The same by month, by service and one after the other. */
  past: Archive;
  /** Announced spans as events of their own: those of the past, those that last, those to come. */
  maintenances: readonly MaintenanceView[];
  rollup: Rollup;
  /** When the history began, as far as it says. */
  createdAt: number;
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

let site: Promise<Site> | undefined;

/** Read once per process, from where `vedette build` says. */
export function loadSite(): Promise<Site> {
  // A page built for a past instant is the same every time: for tests, and for looking back.
  site ??= readSite(process.env, Number(process.env.VEDETTE_NOW) || Date.now());
  return site;
}

async function readSite(env: NodeJS.ProcessEnv, now: number): Promise<Site> {
  const file = env.VEDETTE_CONFIG ?? resolve('services.yml');
  const loaded = await loadConfig(file, { kinds: 'opaque', env });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const history = await loadHistory(env.VEDETTE_HISTORY ?? resolve('history'), {
    leastRounds: LEAST_ROUNDS,
    backMs: lookBackMs(loaded.config),
    renamed: loaded.config.renamed,
  });
  for (const warning of history.warnings) process.stderr.write(`warning: ${warning}\n`);
  for (const error of history.errors)
    process.stderr.write(`${error}; this line is left out until it is mended or deleted\n`);
  return viewOf(loaded.config, history, { now, isDemo: env.VEDETTE_DEMO === '1' });
}

/** How far back digests are wanted: for the strip, and for what was promised over longer than that. */
export function lookBackMs({ services }: Pick<Config, 'services'>): number {
  const windows = services.map(({ objective }) => objective?.windowMs ?? 0);
  // The window ends with the newest round, which may be of the day before.
  return Math.max(STRIP_DAYS * DAY_MS, Math.max(0, ...windows) + DAY_MS);
}

export interface ViewOptions {
  /** When the page is built: what is too old by then is not called the present. */
  now: number;
  isDemo: boolean;
}

export interface Past {
  /** The newest, in order of time. */
  rounds: readonly RecordedRound[];
  /** Farther back, in order of time. */
  days: readonly DayDigest[];
  incidents: readonly IncidentEvent[];
  /** What people have announced beside services.yml. */
  maintenance?: readonly MaintenanceEvent[];
  /** When the history began, as far as it says. */
  createdAt?: number;
  /** Months of which there are observations, farther back than those that were read. */
  months?: readonly string[];
}

export function viewOf(given: Config, past: Past, { now, isDemo }: ViewOptions): Site {
  const { rounds, days, incidents, maintenance = [], createdAt, months = [] } = past;
  const words = wordsIn(given.page.language);
  const config = shownConfig(withObserved(withAnnounced(given, maintenance), addressesIn(past)));
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const verdicts = rounds.map((round) => timeline.advance(round));
  const verdict = verdicts.at(-1);
  const own = timeline.own();
  const nameOf = (id: string): string => graph.byId.get(id)?.name ?? shownName(id);
  const folded = incidentsFrom(incidents, config.renamed);
  const rollup = rollUp(graph, own, { declared: declarationsOf(folded, nameOf, plainText, words) });
  const age = ageOf(wholeRounds(config, rounds), config.schedule.everyMs);
  const histories = stretchesByService(config, days);
  const known = knownSpan(rounds, days);
  const asOf = verdict ? known.to : now;
  const beganAt = createdAt ?? known.from;
  const archive = incidentViews(folded, nameOf, words);
  const lately = dayOf(known.to - (LATENCY_DAYS - 1) * DAY_MS);
  const latencies = latenciesByProbe(days.filter(({ day }) => day >= lately));
  // Of as many days before as well, to be compared with.
  const early = dayOf(known.to - (2 * LATENCY_DAYS - 1) * DAY_MS);
  const compared = days.filter(({ day }) => day >= early);
  const [latenciesOn, measured] = [latenciesByDay(compared), measuredByProbe(compared)];
  const unseen = isFailing(declaredState(rollup.declared)) ? declaredState(rollup.declared) : 'unknown';
  const overall = verdict && !verdict.isBlind ? rollup.overall : unseen;
  const said = plainHeadline(headlineOf({ config, rollup, own, verdict, words }));
  // Nobody is called a suspect whom the headline does not name.
  const seen = verdict?.isBlind ? [] : seenCauses(rollup, own);
  const causes = rollup.causes.filter((cause) => !cause.isSuspect || seen.includes(cause));
  const headline = shownHeadline(said, overall, age, now, words);
  const oldBy = oldInWords(age, now, words);
  const isLastKnown = verdict !== undefined && (verdict.isBlind || oldBy !== undefined);
  // Before the first observation there was nothing to leave out.
  const exemptOf = exemptIn(config.maintenance, {
    from: Math.max(known.from, known.to - lookBackMs(config)),
    to: known.to,
  });
  const services = config.services.map((service) => {
    const stretches = histories.get(service.id)!;
    const past = {
      stretches,
      known,
      roundsFrom: rounds[0]?.at ?? 0,
      latencies,
      latenciesOn,
      measured,
      exempt: exemptOf(service),
    };
    return serviceView(service, { config, graph, own, rollup: { ...rollup, causes }, ...past, isLastKnown, words });
  });
  return {
    page: config.page,
    words,
    isDemo,
    now,
    createdAt: beganAt,
    rounds,
    headline,
    ...(oldBy !== undefined && { oldBy }),
    isLastKnown,
    precision: age && age.gaps.p50Ms < 60_000 ? 'second' : 'minute',
    age,
    asOf,
    observedFrom: verdict && known.from,
    counts: countsOf(services, words),
    services,
    attention: services.filter(needsAttention).sort(byUrgency(rollup)),
    groups: groupsOf(services, isLastKnown, words),
    maintenance: listed(config.maintenance, asOf),
    upcoming: upcomingOf(config.maintenance, asOf, nameOf),
    incidents: archive.filter(({ isOpen, endsAt }) => isOpen || (endsAt ?? 0) >= known.to - LATELY_MS),
    archive,
    past: archiveOf(archive, {
      asOf,
      isObserved: verdict !== undefined,
      createdAt: beganAt,
      recorded: months,
      days: days.map(({ day }) => day),
      daysFrom: startOf(known.to - lookBackMs(config)),
      words,
    }),
    maintenances: maintenanceViews(
      given.maintenance,
      { asOf, createdAt: beganAt, nameOf, words },
      announcedFrom(maintenance, given.renamed),
    ),
    rollup,
  };
}

/** Who fails outside of its hours is not in maintenance, though it counts as if it were. */
function countsOf(services: readonly ServiceView[], words: Words): Site['counts'] {
  return STATES.flatMap((state) => {
    const members = services.filter((service) => service.state === state);
    const closed = members.filter(({ own }) => own.outsideHours).length;
    return [
      ...(members.length > closed ? [{ state, words: words.stateCount(members.length - closed, state) }] : []),
      ...(closed > 0 ? [{ state, words: words.outsideHoursCount(closed) }] : []),
    ];
  });
}

/** `service/probe` of everything that was ever observed. */
function addressesIn({ rounds, days }: Past): Set<string> {
  const addresses = new Set(days.flatMap(({ probes }) => probes));
  for (const { observations } of rounds)
    for (const { service, probe } of observations) addresses.add(`${service}/${probe}`);
  return addresses;
}

/** Some of it comes from the history, which others may write. */
function plainHeadline({ verdict, because }: Headline): Headline {
  return {
    verdict: plainSentence(verdict, MAX_SENTENCE),
    because: because.map((text) => plainSentence(text, MAX_SENTENCE)),
  };
}
const MAX_SENTENCE = 1000;

/** What is too old by the time of the build is said to be, and not called the present. */
function shownHeadline(
  headline: Headline,
  overall: State,
  age: Age | undefined,
  now: number,
  words: Words,
): Site['headline'] {
  const oldBy = oldInWords(age, now, words);
  if (!age || oldBy === undefined) return { ...headline, overall, state: overall, isOutdated: false };
  const isOutdated = now - age.probedAt >= age.unknownAfterMs;
  return {
    verdict: words.age.old(oldBy),
    because: [],
    lastKnown: [headline.verdict, ...headline.because].join(words.between),
    overall,
    state: isOutdated ? 'unknown' : 'stale',
    isOutdated,
  };
}

function oldInWords(age: Age | undefined, now: number, words: Words): string | undefined {
  return age && now - age.probedAt >= age.staleAfterMs ? span(words, now - age.probedAt) : undefined;
}

/** Causes in the order in which they are named, then the worst. */
function byUrgency({ causes }: Rollup): (a: ServiceView, b: ServiceView) => number {
  const places = new Map(causes.map(({ service }, index) => [service, index]));
  const placeOf = ({ id }: ServiceView): number => places.get(id) ?? causes.length;
  return (a, b) => placeOf(a) - placeOf(b) || severityRank(b.state) - severityRank(a.state);
}

/** Also what nobody sees, if it is the probable cause. */
function needsAttention({ state, own, isCause }: ServiceView): boolean {
  return isFailing(state) || isCause || (state === 'maintenance' && !own.outsideHours) || own.isFlapping;
}

/** What each service was by its own probes, location by location, then together. */
function stretchesByService({ services, quorum }: Config, days: readonly DayDigest[]): Map<string, Stretch[]> {
  const byLocation = [...Map.groupBy(days, ({ location }) => location).values()].map(spansByProbe);
  return new Map(
    services.map((service) => {
      const own = byLocation.map(
        (spans) => new Map(service.probes.map(({ id }) => [id, spans.get(`${service.id}/${id}`) ?? []])),
      );
      return [service.id, stretchesOf(service, own, quorum)];
    }),
  );
}

function knownSpan(rounds: readonly RecordedRound[], days: readonly DayDigest[]): { from: number; to: number } {
  const to = rounds.at(-1)?.at ?? 0;
  const firsts = days.map(({ day, firstAt }) => instantOf(day) + firstAt * 1000);
  return { from: Math.min(to, ...firsts), to };
}

/** A small page shows everything; on a larger one a group that is well is closed. */
const ALWAYS_OPEN_UP_TO = 20;

function groupsOf(services: readonly ServiceView[], isLastKnown: boolean, words: Words): Group[] {
  const byName = Map.groupBy(services, ({ service }) => service.group);
  return [...byName].map(([name, members]) => {
    const well = members.filter(({ state }) => state === 'operational').length;
    const unknown = members.filter(({ state }) => state === 'unknown').length;
    const closed = members.filter(({ own }) => own.outsideHours).length;
    const isAllWell = members.every((service) => !needsAttention(service));
    return {
      ...(name !== undefined && { name }),
      services: members,
      isAllWell,
      summary: groupInWords({ well, known: members.length - unknown - closed, unknown, closed }, isLastKnown, words),
      isOpen: services.length <= ALWAYS_OPEN_UP_TO || !isAllWell || byName.size === 1,
    };
  });
}

/** "12/12 operational, 1 unknown": what is unknown, or not expected to work, is neither well nor failing. */
function groupInWords(
  { well, known, unknown, closed }: Record<'well' | 'known' | 'unknown' | 'closed', number>,
  isLastKnown: boolean,
  words: Words,
): string {
  const parts = [
    ...(known > 0 ? [words.operationalOf(well, known)] : []),
    ...(unknown > 0 ? [words.unknownCount(unknown)] : []),
    ...(closed > 0 ? [words.outsideHoursCount(closed)] : []),
  ];
  return `${isLastKnown && known > 0 ? words.lastKnown : ''}${parts.join(words.comma)}`;
}

/** For programs: whole seconds. */
export function cadenceSeconds({ gaps }: Age): { p50: number; p90: number; p95: number } {
  const seconds = (ms: number): number => Math.round(ms / 1000);
  return { p50: seconds(gaps.p50Ms), p90: seconds(gaps.p90Ms), p95: seconds(gaps.p95Ms) };
}

/** "checked about every 6 min", by the rounds that really ran. */
export function cadenceInWords({ gaps }: Age, words: Words): string {
  return words.age.every(span(words, gaps.p50Ms));
}
