/**
 * Rounds in, own states out, one round at a time: what is confirmed, since when, whether the prober was at fault. The
 * answer after a round depends on no later one. Deterministic, and independent of the order of observations. Each
 * location confirms, learns and doubts itself by its own rounds; what they say is put together at the end.
 */
import { createCalendar, type Exemptions } from '../calendar/calendar.ts';
import type { Graph } from '../config/graph.ts';
import { type CanaryAnswer, isFailing, type Maintenance, OUTCOMES, type RecordedRound, type State } from '../model.ts';
import { createLocation, type Location } from './location.ts';
import { type LatestReading, MAX_ROUNDS_UNREAD } from './probe-memory.ts';
import { agree } from './quorum.ts';
import { HABITS, type Habits, type ServiceMemory } from './service-memory.ts';

/** A service by its own observations alone. */
export interface OwnStatus {
  state: State;
  /** When the state began; for a failing one the first reading that failed. Undefined before the first reading. */
  since?: number;
  /** When the trouble took its present form, if later: down since then, in trouble since `since`. */
  changedAt?: number;
  isFlapping: boolean;
  /** Nothing that is read now counts against it: it is outside of its hours, up or not. */
  isOffDuty?: true;
  /** The newest valid reading of each probe, in the order of services.yml; of several locations the worst when it fails. */
  latest: ReadonlyMap<string, LatestReading>;
  /** It is in the state maintenance only because it is not expected to work now. */
  outsideHours?: { opensAt: number };
  /** Who sees it fail, when several locations look. */
  seenFrom?: { failing: readonly string[]; of: number };
}

export interface RoundVerdict {
  at: number;
  /** The whole round is discarded for states: our own network failed. */
  isProberFault: boolean;
  /** No location has a network: nothing is known of the present. */
  isBlind: boolean;
  /** Failures that look like our own fault but have lasted too long to be taken for it. */
  mayBeProber: boolean;
  /** What the canaries of this round said, if any were asked: then they alone decide whether it is a fault. */
  canaries?: CanaryAnswer;
}

export interface Timeline {
  advance(round: RecordedRound): RoundVerdict;
  own(): ReadonlyMap<string, OwnStatus>;
}

/** What is not given is as everywhere. */
export interface TimelineOptions extends Partial<Habits> {
  /** Locations that must fail before a service is down; the smallest majority when absent. */
  quorum?: number;
}

/** A timer may be late by half a round before its location counts as absent. */
const ROUNDS_UNHEARD = MAX_ROUNDS_UNREAD + 0.5;
/** More than anybody has; beyond, the one that was not heard of for the longest is forgotten. */
const MAX_LOCATIONS = 32;

/** What the locations say together. */
interface Joint {
  state: State;
  since: number | undefined;
  changedAt: number | undefined;
  seenFrom: OwnStatus['seenFrom'];
}

export function createTimeline(
  graph: Graph,
  maintenance: readonly Maintenance[],
  options: TimelineOptions = {},
): Timeline {
  const { latencyFloorMs, unusualAbove, confirm, quorum } = { ...HABITS, ...options };
  const habits: Habits = { latencyFloorMs, unusualAbove, confirm };
  const calendar = createCalendar(graph.services, maintenance);
  const locations = new Map<string, Location>();
  const joints = new Map<string, Joint>(
    graph.services.map(({ id }) => [
      id,
      { state: 'unknown', since: undefined, changedAt: undefined, seenFrom: undefined },
    ]),
  );
  /** Those whose word counts since the newest round. */
  let heard: Location[] = [];
  let exempt: Exemptions | undefined;

  return {
    advance(round) {
      const location = locations.get(round.location) ?? createLocation(round.location, graph, habits);
      locations.set(round.location, location);
      exempt = calendar.exemptAt(round.at);
      location.advance(round, exempt);
      if (locations.size > MAX_LOCATIONS) locations.delete(longestUnheard(locations));
      const speaking = [...locations.values()]
        .filter((other) => isSpeaking(other, locations, round.at))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const valid = speaking.filter(({ isAtFault }) => !isAtFault());
      heard = valid.length > 0 ? valid : speaking;
      for (const [id, joint] of joints) join(id, joint, { heard, quorum, at: round.at, exempt });
      const doubtful = valid.filter(({ mayBeAtFault }) => mayBeAtFault());
      return {
        at: round.at,
        isProberFault: location.isAtFault(),
        isBlind: valid.length === 0,
        // What all of several locations see is not the network of one of them.
        mayBeProber: doubtful.length > 0 && (valid.length === 1 || doubtful.length < valid.length),
        ...(round.canaries && { canaries: round.canaries }),
      };
    },
    own() {
      return new Map([...joints].map(([id, joint]) => [id, publicStatus(id, joint, heard, exempt)]));
    },
  };
}

interface JoinContext {
  heard: readonly Location[];
  quorum: number | undefined;
  at: number;
  exempt: Exemptions;
}

function join(id: string, joint: Joint, { heard, quorum, at, exempt }: JoinContext): void {
  if (heard.length === 1) {
    const alone = heard[0]!.services.get(id)!;
    joint.state = alone.state;
    joint.since = alone.since;
    joint.changedAt = alone.changedAt;
    joint.seenFrom = undefined;
    return;
  }
  const votes = heard.map(({ name, services }) => ({ location: name, ...services.get(id)! }));
  const { state, onset, failing, voters } = agree(votes, quorum);
  const isAllWell = votes.every((vote) => vote.state === 'operational' || vote.state === 'unknown');
  // A location that has not looked since the maintenance began, or the hours ended, does not know of it.
  const isExempt = exempt.inMaintenance.has(id) || (exempt.outsideHours.has(id) && !(isAllWell && state !== 'unknown'));
  const told = isExempt ? 'maintenance' : state;
  const begins = isFailing(told) && !isFailing(joint.state);
  if (told !== joint.state) joint.changedAt = begins ? onset : at;
  if (begins) joint.since = onset;
  else if (told !== joint.state && !isFailing(told)) joint.since = at;
  joint.state = told;
  joint.seenFrom = isFailing(told) && voters > 1 ? { failing, of: voters } : undefined;
}

/** Until its next round, and for at most three of its own. One that was heard once keeps the slowest pace of the others. */
function isSpeaking(location: Location, locations: ReadonlyMap<string, Location>, at: number): boolean {
  const { lastAt, gapMs } = location.pace();
  const pace = gapMs || Math.max(...[...locations.values()].map((other) => other.pace().gapMs));
  return pace === 0 || at - lastAt <= ROUNDS_UNHEARD * pace;
}

function longestUnheard(locations: ReadonlyMap<string, Location>): string {
  return [...locations.values()].reduce((a, b) => (b.pace().lastAt < a.pace().lastAt ? b : a)).name;
}

function publicStatus(
  id: string,
  { state, since, changedAt, seenFrom }: Joint,
  heard: readonly Location[],
  exempt: Exemptions | undefined,
): OwnStatus {
  const memories = heard.map(({ services }) => services.get(id)!);
  const opensAt = exempt?.inMaintenance.has(id) ? undefined : exempt?.outsideHours.get(id);
  const isLater = since !== undefined && changedAt !== undefined && changedAt > since;
  return {
    state,
    ...(since !== undefined && { since }),
    ...(isLater && { changedAt }),
    isFlapping: memories.filter(({ flapping }) => flapping).length * 2 > memories.length,
    latest: latestOf(memories, isFailing(state)),
    ...(state === 'maintenance' && opensAt !== undefined && { outsideHours: { opensAt } }),
    ...(opensAt !== undefined && { isOffDuty: true as const }),
    ...(seenFrom && { seenFrom }),
  };
}

/** Of several locations the worst reading of a probe when the service fails, for it is the evidence; else the newest. */
function latestOf(memories: readonly ServiceMemory[], isEvidence: boolean): Map<string, LatestReading> {
  const found = new Map<string, LatestReading>();
  for (const { probes } of memories) {
    for (const [id, { unread, latest }] of probes) {
      const other = found.get(id);
      if (unread <= MAX_ROUNDS_UNREAD && (!other || isTold(latest, other, isEvidence))) found.set(id, latest);
    }
  }
  if (found.size < 2) return found;
  const service = memories[0]?.service;
  const rank = (id: string): number => service?.probes.findIndex((probe) => probe.id === id) ?? 0;
  return new Map([...found].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

function isTold(reading: LatestReading, other: LatestReading, isEvidence: boolean): boolean {
  const worse = OUTCOMES.indexOf(reading.outcome) - OUTCOMES.indexOf(other.outcome);
  return isEvidence && worse !== 0 ? worse > 0 : reading.at > other.at;
}
