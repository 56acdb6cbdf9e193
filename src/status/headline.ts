/** The overall state as sentences that a visitor can act on. English; one place, so that a second language is one more. */
import type { Config, Service } from '../config/config.ts';
import { isFailing, type Reason, type RecordedObservation, type State, severityRank } from '../model.ts';
import { durationInWords, instantInWords, plural } from '../units.ts';
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
}

/** More names than this are counted, not listed. */
const MAX_NAMES = 3;

export function headlineOf({ config, rollup, own, verdict }: HeadlineInput): Headline {
  const services = new Map(config.services.map((service) => [service.id, service]));
  const declared = declaredInWords(rollup.declared);
  if (!verdict) {
    const because = [...declared, 'The first round has not run.'];
    return { verdict: declaredVerdict(rollup, services) ?? 'No observations yet.', because };
  }
  const names = (ids: readonly string[]): string => listed(ids.map((id) => services.get(id)?.name ?? id));
  if (verdict.isBlind) {
    const said = declaredVerdict(rollup, services);
    const fault = `${faultInWords(config, verdict)}${lastKnownInWords(own)}`;
    const blind = 'Unknown: our prober cannot reach the network.';
    return {
      verdict: said ?? blind,
      because: [...declared, ...(said ? [`All else is unknown: our prober cannot reach the network.`] : []), fault],
    };
  }
  // One more suspect is no failure that anybody has seen.
  const further = rollup.furtherCauses.filter((id) => isSeenToFail(id, own));
  const notes = [
    ...(verdict.mayBeProber ? ['It may also be our prober: too many services went silent at once.'] : []),
    ...declared,
    ...seenCauses(rollup, own).map((cause, index) => causeInWords(cause, index, rollup, own, services, verdict.at)),
    ...(further.length > 0 ? [`And ${plural(further.length, 'further failure')}.`] : []),
    ...effectsInWords(rollup, names),
    ...(rollup.contained.length > 0
      ? [
          `Contained: ${containedInWords(rollup.contained, own, services)}${rollup.containedEffects.length > 0 ? `, felt only by ${names(rollup.containedEffects)}` : ''}.`,
        ]
      : []),
    ...exemptInWords(rollup, own, names),
    ...(rollup.unknown.length > 0 && rollup.overall !== 'unknown' ? [`Not known: ${names(rollup.unknown)}.`] : []),
    ...(rollup.blind.length > 0
      ? [`Monitoring is blind at ${names([...new Set(rollup.blind.map(({ service }) => service))])}.`]
      : []),
  ];
  return { verdict: verdictInWords(rollup, services), because: notes };
}

/** "Declared by the maintainers, since 2026-11-20 12:00 UTC: Slow checkouts.", one sentence an incident. */
function declaredInWords(declared: Rollup['declared']): string[] {
  const byIncident = new Map([...declared.values()].map((declaration) => [declaration.incident, declaration]));
  const earliestFirst = [...byIncident.values()].sort(
    (a, b) => a.since - b.since || (a.incident < b.incident ? -1 : 1),
  );
  const told = earliestFirst.slice(0, MAX_NAMES).map(declarationInWords);
  const more = earliestFirst.length - told.length;
  return more > 0 ? [...told, `And ${plural(more, 'further incident')}.`] : told;
}

function declarationInWords({ title, since }: Declaration): string {
  const words = title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title;
  return `Declared by the maintainers, since ${instantInWords(since)}: ${words}${/[.!?…]$/.test(words) ? '' : '.'}`;
}

const MAX_TITLE = 120;

/** What is known when nobody can see anything: what persons say. */
function declaredVerdict({ declared }: Rollup, services: ReadonlyMap<string, Service>): string | undefined {
  if (declared.size === 0) return undefined;
  const states = new Map([...declared].map(([id, { state }]) => [id, { state }]));
  const ids = [...declared.keys()];
  return verdictOf({ overall: declaredState(declared), affected: ids, of: ids.length, states }, services);
}

/** What only persons call bad has no evidence, and is told in their words. */
function seenCauses({ causes, effective }: Rollup, own: HeadlineInput['own']): Rollup['causes'] {
  return causes.filter(({ service, chain, isSuspect }) => {
    // Nor do those fail who are only said to, and so they point at nobody.
    if (isSuspect) return isSeenToFail(chain.at(-2) ?? service, own);
    return isSeenToFail(service, own) || !effective.get(service)?.isDeclared;
  });
}

function isSeenToFail(id: string, own: HeadlineInput['own']): boolean {
  const status = own.get(id);
  return status !== undefined && (isFailing(status.state) || evidenceOf(status) !== '');
}

function faultInWords({ canaries }: Config, verdict: RoundVerdict): string {
  if (verdict.canaries === undefined)
    return 'Too many services went silent in the same round, so the fault is probably ours.';
  const nobody = canaries.length > 1 ? `None of the ${canaries.length} canaries answered` : 'The canary did not answer';
  return `${nobody}, so the fault is ours.`;
}

/** A long fault of ours outlives what was known. */
function lastKnownInWords(own: HeadlineInput['own']): string {
  return [...own.values()].some(({ state }) => state !== 'unknown') ? ' States below are the last known ones.' : '';
}

function verdictInWords(
  { overall, critical, affectedCritical, effective, contained, unknown }: Rollup,
  services: ReadonlyMap<string, Service>,
): string {
  if (overall === 'unknown') return 'The state is unknown.';
  if (overall === 'operational') {
    if (unknown.length > 0 && contained.length > 0) return 'The essential services we can see are operational.';
    if (unknown.length > 0) return 'Everything we can see is operational.';
    return contained.length > 0 ? 'All essential services are operational.' : 'All systems are operational.';
  }
  return verdictOf({ overall, affected: affectedCritical, of: critical.length, states: effective }, services);
}

interface Affected {
  overall: State;
  /** Main services that are not well, of so many. */
  affected: readonly string[];
  of: number;
  states: ReadonlyMap<string, { state: State }>;
}

function verdictOf({ overall, affected, of, states }: Affected, services: ReadonlyMap<string, Service>): string {
  if (affected.length > MAX_NAMES) {
    const opening =
      overall === 'major_outage'
        ? 'Major outage'
        : overall === 'partial_outage'
          ? 'Partial outage'
          : 'Degraded service';
    return `${opening}: ${affected.length} of ${plural(of, 'main service')} are affected.`;
  }
  const byState = Map.groupBy(affected, (id) => states.get(id)!.state);
  const worstFirst = [...byState].sort(([a], [b]) => severityRank(b) - severityRank(a));
  const clauses = worstFirst.map(([state, ids]) => {
    const subject = listed(ids.map((id) => services.get(id)?.name ?? id));
    return `${subject} ${ids.length === 1 ? 'is' : 'are'} ${predicate(state)}`;
  });
  return `${clauses.join('; ')}.`;
}

function causeInWords(
  cause: Rollup['causes'][number],
  index: number,
  rollup: Rollup,
  own: ReadonlyMap<string, OwnStatus>,
  services: ReadonlyMap<string, Service>,
  now: number,
): string {
  const name = services.get(cause.service)?.name ?? cause.service;
  const share = cause.share < 0.995 ? ` (${Math.floor(cause.share * 100)} %)` : '';
  const first = rollup.isUnclear ? 'Cause unclear, perhaps' : 'Probable cause';
  const opening = `${index === 0 ? first : 'Also'}: ${name}${share}`;
  const reach = reachInWords(cause);
  if (cause.isSuspect) return `${opening}, which is not probed: all that need it fail.${reach}`;
  const status = own.get(cause.service)!;
  const since = status.changedAt ?? status.since ?? now;
  const trouble = status.changedAt === undefined ? '' : `, in trouble for ${durationInWords(now - status.since!)}`;
  const evidence = [evidenceOf(status), ...seenFromInWords(status)].filter((words) => words !== '').join(', ');
  const isOnlyItself = rollup.causes.length === 1 && cause.chain.length === 1 && rollup.affectedCritical.length === 1;
  // Not confirmed yet, but it failed in its newest reading.
  const state = isFailing(status.state) ? `${predicate(status.state)} since` : 'failing since';
  const whole = isOnlyItself ? 'Since' : `${opening}, ${state}`;
  const at = isFailing(status.state) ? since : newestOf(status, now);
  return `${whole} ${instantInWords(at)} (${durationInWords(now - at)})${trouble}${evidence ? `: ${evidence}` : ''}.${reach}`;
}

function newestOf({ latest }: OwnStatus, now: number): number {
  const times = [...latest.values()].map(({ at }) => at);
  return times.length === 0 ? now : Math.max(...times);
}

/** Only when not all of the locations that look see it. */
function seenFromInWords({ seenFrom }: OwnStatus): string[] {
  if (!seenFrom || seenFrom.failing.length === seenFrom.of) return [];
  return [`seen from ${listed(seenFrom.failing)} (${seenFrom.failing.length} of ${seenFrom.of} locations)`];
}

function reachInWords({ neededBy, affected }: Rollup['causes'][number]): string {
  if (neededBy === 0) return '';
  if (neededBy === 1) return ` The one service that needs it is ${affected === 1 ? 'affected' : 'not affected'}.`;
  return ` ${affected} of the ${neededBy} services that need it ${affected === 1 ? 'is' : 'are'} affected.`;
}

function effectsInWords(
  { effective, causes, furtherCauses, contained }: Rollup,
  names: (ids: readonly string[]) => string,
): string[] {
  const isToldElsewhere = new Set([...causes.map(({ service }) => service), ...furtherCauses, ...contained]);
  const affected = [...effective]
    .filter(([id, { state }]) => isFailing(state) && !isToldElsewhere.has(id))
    .map(([id]) => id);
  return causes.length > 0 && affected.length > 0 ? [`Affected: ${names(affected)}.`] : [];
}

/** Who is in maintenance, as announced; then who fails outside of its hours, the earliest to open first. */
function exemptInWords(
  { inMaintenance }: Rollup,
  own: ReadonlyMap<string, OwnStatus>,
  names: (ids: readonly string[]) => string,
): string[] {
  const byOpening = Map.groupBy(inMaintenance, (id) => own.get(id)?.outsideHours?.opensAt ?? 0);
  return [...byOpening]
    .sort(([a], [b]) => a - b)
    .map(([opensAt, ids]) => {
      if (opensAt === 0) return `In maintenance: ${names(ids)}.`;
      return `Outside ${ids.length === 1 ? 'its' : 'their'} hours until ${instantInWords(opensAt)}: ${names(ids)}.`;
    });
}

function containedInWords(
  ids: readonly string[],
  own: ReadonlyMap<string, OwnStatus>,
  services: ReadonlyMap<string, Service>,
): string {
  return listed(ids.map((id) => `${services.get(id)?.name ?? id} (${predicate(own.get(id)!.state)})`));
}

/** What the probe that fails most says; empty when none fails. */
export function evidenceOf({ latest }: OwnStatus): string {
  const failing =
    [...latest.values()].find(({ outcome }) => outcome === 'down') ??
    [...latest.values()].find(({ outcome }) => outcome === 'degraded');
  return failing ? readingInWords(failing) : '';
}

/** A reading as half a sentence: "status 503", "connection refused", "slow, 410 ms against 60 ms usual". */
export function readingInWords(reading: RecordedObservation | Judged): string {
  const { outcome, reason, phase, code, latencyMs, slowness, failures }: Judged = reading;
  const latency = latencyMs === undefined ? '' : `${Math.round(latencyMs)} ms`;
  if (failures && reason === 'value')
    return `${shareInWords(failures.ratio)} of requests fail against ${shareInWords(failures.usualRatio)} usual`;
  if (reason === 'slow')
    return `slow, ${latency}${slowness ? ` against ${Math.round(slowness.usualMs)} ms usual` : ''}`;
  if (reason === 'status') return code === undefined ? 'an unexpected status' : `status ${code}`;
  if (reason === 'timeout') return phase ? `no answer in time (${PHASE_WORDS[phase]})` : 'no answer in time';
  if (reason !== undefined) return REASON_WORDS[reason];
  return outcome === 'up' ? `answered in ${latency}` : outcome;
}

/** `0.0412` → `4.1 %`. */
function shareInWords(ratio: number): string {
  return `${Number((100 * ratio).toFixed(ratio < 0.1 ? 1 : 0))} %`;
}

/** "is …", of a service that is in the state maintenance only because of its hours. */
export const OUTSIDE_HOURS = 'outside its hours';

/** "is …" */
export function predicate(state: State): string {
  const words: Record<State, string> = {
    operational: 'operational',
    degraded: 'degraded',
    partial_outage: 'partly down',
    major_outage: 'down',
    maintenance: 'in maintenance',
    unknown: 'unknown',
  };
  return words[state];
}

const PHASE_WORDS = {
  dns: 'looking up its name',
  connect: 'connecting',
  proxy: 'asking the proxy',
  tls: 'agreeing on encryption',
  ttfb: 'waiting for the first byte',
  body: 'reading the answer',
  talk: 'in conversation',
} as const;

const REASON_WORDS: Record<Exclude<Reason, 'slow' | 'status' | 'timeout'>, string> = {
  refused: 'connection refused',
  unreachable: 'no route to it',
  reset: 'connection reset',
  closed: 'closed without an answer',
  'dns-not-found': 'its name does not exist',
  'dns-no-address': 'its name has no address',
  'dns-server': 'the name server failed',
  'tls-expired': 'its certificate has expired',
  'tls-not-yet-valid': 'its certificate is not valid yet',
  'tls-untrusted': 'its certificate is not trusted',
  'tls-name': 'its certificate is for another name',
  'tls-version': 'it speaks no TLS version of ours',
  'tls-weak': 'its encryption is too weak',
  'tls-client-cert': 'it wants a client certificate',
  'tls-not-tls': 'it does not speak TLS',
  protocol: 'it does not speak its protocol',
  'headers-too-large': 'its headers are too large',
  'body-too-large': 'its answer is too large',
  truncated: 'its answer was cut short',
  encoding: 'its answer is badly encoded',
  redirect: 'it redirects wrongly',
  header: 'an unexpected header',
  content: 'unexpected content',
  blocked: 'the prober was turned away',
  expiring: 'its certificate ends soon',
  stale: 'its data is stale',
  value: 'a value out of bounds',
  'no-data': 'no data',
  proxy: 'not known: the proxy failed',
  'unsupported-here': 'not known: this prober cannot test it',
  'prober-fault': 'not known: the prober failed',
  source: 'not known: the system asked about it failed',
  bug: 'not known: Vedette failed',
};

export function listed(names: readonly string[]): string {
  if (names.length > MAX_NAMES + 1)
    return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
