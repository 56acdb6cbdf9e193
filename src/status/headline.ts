/** The overall state as sentences that a visitor can act on, in the words of a catalogue. */
import type { Config } from '../config/config.ts';
import { en, type Words } from '../messages/en.ts';
import { instant, latency, listed, percentOf, span } from '../messages/wording.ts';
import { isFailing, type RecordedObservation, type State, severityRank } from '../model.ts';
import type { Judged } from './against-itself.ts';
import { type Declaration, declaredState, type Rollup } from './rollup.ts';
import type { OwnStatus, RoundVerdict } from './timeline.ts';

export interface Headline {
  /** "Gateway is down." */
  verdict: string;
  /** "Probable cause: Database, down since …", one sentence a cause; then effects, what is contained, what is not seen. */
  because: readonly string[];
}

export interface HeadlineInput {
  config: Config;
  rollup: Rollup;
  own: ReadonlyMap<string, OwnStatus>;
  /** Of the newest round; undefined when there is none. */
  verdict: RoundVerdict | undefined;
  /** English unless given. */
  words?: Words;
}

/** More names than this are counted, not listed. */
const MAX_NAMES = 3;

export function headlineOf({ config, rollup, own, verdict, words = en }: HeadlineInput): Headline {
  const said = words.headline;
  const services = new Map(config.services.map((service) => [service.id, service]));
  const nameOf: NameOf = (id) => words.isolate(services.get(id)?.name ?? id);
  const names: Names = (ids) => listed(words, ids.map(nameOf));
  const speech = { words, nameOf, names };
  const declared = declaredInWords(rollup.declared, words);
  if (!verdict) {
    return {
      verdict: declaredVerdict(rollup, speech) ?? said.noObservations,
      because: [...declared, said.firstRound],
    };
  }
  if (verdict.isBlind) {
    const known = declaredVerdict(rollup, speech);
    const fault = [faultInWords(config, verdict, words), ...(isAnyKnown(own) ? [said.belowIsLastKnown] : [])];
    return {
      verdict: known ?? said.blind,
      because: [...declared, ...(known ? [said.allElseBlind] : []), fault.join(words.between)],
    };
  }
  // One more suspect is no failure that anybody has seen.
  const further = rollup.furtherCauses.filter((id) => isSeenToFail(id, own));
  const notes = [
    ...(verdict.mayBeProber ? [said.mayBeProber] : []),
    ...declared,
    ...seenCauses(rollup, own).map((cause, index) => causeInWords(cause, index, rollup, own, speech, verdict.at)),
    ...(further.length > 0 ? [said.furtherFailures(further.length)] : []),
    ...effectsInWords(rollup, speech),
    ...(rollup.contained.length > 0
      ? [
          said.contained(
            containedInWords(rollup.contained, own, speech),
            rollup.containedEffects.length > 0 ? names(rollup.containedEffects) : undefined,
          ),
        ]
      : []),
    ...exemptInWords(rollup, own, speech),
    ...(rollup.unknown.length > 0 && rollup.overall !== 'unknown' ? [said.notKnown(names(rollup.unknown))] : []),
    ...(rollup.blind.length > 0 ? [said.blindAt(names([...new Set(rollup.blind.map(({ service }) => service))]))] : []),
  ];
  return { verdict: verdictInWords(rollup, speech), because: notes };
}

type NameOf = (id: string) => string;
type Names = (ids: readonly string[]) => string;

/** In which words, and by which names. */
interface Speech {
  words: Words;
  nameOf: NameOf;
  names: Names;
}

/** "Declared by the maintainers, since 2026-11-20 12:00 UTC: Slow checkouts.", one sentence an incident. */
function declaredInWords(declared: Rollup['declared'], words: Words): string[] {
  const byIncident = new Map([...declared.values()].map((declaration) => [declaration.incident, declaration]));
  const earliestFirst = [...byIncident.values()].sort(
    (a, b) => a.since - b.since || (a.incident < b.incident ? -1 : 1),
  );
  const told = earliestFirst.slice(0, MAX_NAMES).map((declaration) => declarationInWords(declaration, words));
  const more = earliestFirst.length - told.length;
  return more > 0 ? [...told, words.headline.furtherIncidents(more)] : told;
}

function declarationInWords({ title, since }: Declaration, words: Words): string {
  const short = title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title;
  const said = words.headline.declared(instant(words, since), words.isolate(short));
  return /[.!?…。！？؟]$/.test(short) ? said : words.sentence(said);
}

const MAX_TITLE = 120;

/** What is known when nobody can see anything: what persons say. */
function declaredVerdict({ declared }: Rollup, speech: Speech): string | undefined {
  if (declared.size === 0) return undefined;
  const states = new Map([...declared].map(([id, { state }]) => [id, { state }]));
  const ids = [...declared.keys()];
  return verdictOf({ overall: declaredState(declared), affected: ids, of: ids.length, states }, speech);
}

/** What only persons call bad has no evidence, and is told in their words. */
export function seenCauses({ causes, effective }: Rollup, own: HeadlineInput['own']): Rollup['causes'] {
  return causes.filter(({ service, isSuspect, suspectedBy }) => {
    // Nor do those fail who are only said to, and so they point at nobody.
    if (isSuspect) return suspectedBy.some((id) => isSeenToFail(id, own));
    return isSeenToFail(service, own) || !effective.get(service)?.isDeclared;
  });
}

function isSeenToFail(id: string, own: HeadlineInput['own']): boolean {
  const status = own.get(id);
  return status !== undefined && (isFailing(status.state) || evidenceOf(status) !== '');
}

function faultInWords({ canaries }: Config, verdict: RoundVerdict, { headline }: Words): string {
  return verdict.canaries === undefined ? headline.manySilent : headline.noCanary(canaries.length);
}

/** A long fault of ours outlives what was known. */
function isAnyKnown(own: HeadlineInput['own']): boolean {
  return [...own.values()].some(({ state }) => state !== 'unknown');
}

function verdictInWords(
  { overall, critical, affectedCritical, effective, contained, unknown }: Rollup,
  speech: Speech,
): string {
  const { headline } = speech.words;
  if (overall === 'unknown') return headline.unknown;
  if (overall === 'operational') {
    if (unknown.length > 0) return contained.length > 0 ? headline.seenEssential : headline.seenAll;
    return contained.length > 0 ? headline.allEssential : headline.all;
  }
  return verdictOf({ overall, affected: affectedCritical, of: critical.length, states: effective }, speech);
}

interface Affected {
  overall: State;
  /** Main services that are not well, of so many. */
  affected: readonly string[];
  of: number;
  states: ReadonlyMap<string, { state: State }>;
}

function verdictOf({ overall, affected, of, states }: Affected, { words, names }: Speech): string {
  if (affected.length > MAX_NAMES) {
    const state = overall === 'major_outage' || overall === 'partial_outage' ? overall : 'degraded';
    return words.headline.manyAffected(state, affected.length, of);
  }
  const byState = Map.groupBy(affected, (id) => states.get(id)!.state);
  const worstFirst = [...byState].sort(([a], [b]) => severityRank(b) - severityRank(a));
  const clauses = worstFirst.map(([state, ids]) => words.is(names(ids), ids.length, state));
  return words.sentence(words.clauses(clauses));
}

function causeInWords(
  cause: Rollup['causes'][number],
  index: number,
  rollup: Rollup,
  own: ReadonlyMap<string, OwnStatus>,
  { words, nameOf, names }: Speech,
  now: number,
): string {
  const { headline } = words;
  const share = cause.share < 0.995 ? ` (${percentOf(words, Math.floor(cause.share * 100))})` : '';
  const first = rollup.isUnclear ? 'unclear' : 'first';
  const opening = headline.cause(index === 0 ? first : 'also', `${nameOf(cause.service)}${share}`);
  const { neededBy, affected } = cause;
  const reach = neededBy === 0 ? [] : [headline.reach(affected, neededBy)];
  if (cause.isSuspect) return headline.suspect(opening, names(cause.suspectedBy), cause.suspectedBy.length);
  const status = own.get(cause.service)!;
  const since = status.changedAt ?? status.since ?? now;
  const trouble = status.changedAt === undefined ? undefined : span(words, now - status.since!);
  const evidence = [evidenceOf(status, words), ...seenFromInWords(status, words)].filter((part) => part !== '');
  const isOnlyItself = rollup.causes.length === 1 && cause.chain.length === 1 && rollup.affectedCritical.length === 1;
  // Not confirmed yet, but it failed in its newest reading.
  const at = isFailing(status.state) ? since : newestOf(status, now);
  const sentence = headline.trouble(
    isOnlyItself ? undefined : opening,
    isFailing(status.state) ? status.state : undefined,
    instant(words, at),
    span(words, now - at),
    trouble,
    evidence.join(words.comma),
  );
  return [sentence, ...reach].join(words.between);
}

function newestOf({ latest }: OwnStatus, now: number): number {
  const times = [...latest.values()].map(({ at }) => at);
  return times.length === 0 ? now : Math.max(...times);
}

/** Only when not all of the locations that look see it. */
function seenFromInWords({ seenFrom }: OwnStatus, words: Words): string[] {
  if (!seenFrom || seenFrom.failing.length === seenFrom.of) return [];
  const places = listed(words, seenFrom.failing.map(words.isolate));
  return [words.headline.seenFrom(places, seenFrom.failing.length, seenFrom.of)];
}

function effectsInWords({ effective, causes, furtherCauses, contained }: Rollup, { words, names }: Speech): string[] {
  const isToldElsewhere = new Set([...causes.map(({ service }) => service), ...furtherCauses, ...contained]);
  const affected = [...effective]
    .filter(([id, { state }]) => isFailing(state) && !isToldElsewhere.has(id))
    .map(([id]) => id);
  return causes.length > 0 && affected.length > 0 ? [words.headline.affected(names(affected))] : [];
}

/** Who is in maintenance, as announced; then who fails outside of its hours, the earliest to open first. */
function exemptInWords(
  { inMaintenance }: Rollup,
  own: ReadonlyMap<string, OwnStatus>,
  { words, names }: Speech,
): string[] {
  const byOpening = Map.groupBy(inMaintenance, (id) => own.get(id)?.outsideHours?.opensAt ?? 0);
  return [...byOpening]
    .sort(([a], [b]) => a - b)
    .map(([opensAt, ids]) => {
      if (opensAt === 0) return words.headline.inMaintenance(names(ids));
      return words.headline.outsideHours(ids.length, instant(words, opensAt), names(ids));
    });
}

function containedInWords(
  ids: readonly string[],
  own: ReadonlyMap<string, OwnStatus>,
  { words, nameOf }: Speech,
): string {
  return listed(
    words,
    ids.map((id) => `${nameOf(id)} (${words.states[own.get(id)!.state]})`),
  );
}

/** What the probe that fails most says; empty when none fails. */
export function evidenceOf({ latest }: OwnStatus, words: Words = en): string {
  const failing =
    [...latest.values()].find(({ outcome }) => outcome === 'down') ??
    [...latest.values()].find(({ outcome }) => outcome === 'degraded');
  return failing ? readingInWords(failing, words) : '';
}

/** A reading as half a sentence: "status 503", "connection refused", "slow, 410 ms against 60 ms usual". */
export function readingInWords(reading: RecordedObservation | Judged, words: Words = en): string {
  const { evidence, phases, reasons, outcomes } = words;
  const { outcome, reason, phase, code, latencyMs, slowness, failures }: Judged = reading;
  const took = latencyMs === undefined ? '' : latency(words, latencyMs);
  if (failures && reason === 'value')
    return evidence.failing(shareInWords(words, failures.ratio), shareInWords(words, failures.usualRatio));
  if (reason === 'slow') return evidence.slow(took, slowness && latency(words, slowness.usualMs));
  if (reason === 'status') return code === undefined ? evidence.unexpectedStatus : evidence.status(`${code}`);
  if (reason === 'timeout') return evidence.timeout(phase && phases[phase]);
  if (reason !== undefined) return reasons[reason];
  return outcome === 'up' ? evidence.answered(took) : outcomes[outcome];
}

/** `0.0412` → `4.1 %`. */
function shareInWords(words: Words, ratio: number): string {
  return percentOf(words, Number((100 * ratio).toFixed(ratio < 0.1 ? 1 : 0)), 0, 1);
}

/** "is …", for terminals and programs. */
export function predicate(state: State): string {
  return en.states[state];
}
