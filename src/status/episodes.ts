/** How calm a page would have been: when its overall state was not operational, and how often it changed. */
import { STATES, type State, severityRank } from '../model.ts';
import { medianGap } from './location.ts';
import type { Answer } from './replay.ts';

/** Rounds on end whose overall state was not operational. */
export interface Episode {
  startsAt: number;
  /** The first round that was operational again; undefined when it lasts. */
  endsAt?: number;
  /** So long as it is known. */
  durationMs: number;
  /** Unknown when that is all it was. */
  worst: State;
  /** The first service that was named as a cause. */
  firstCause?: string;
}

export interface Tally {
  rounds: number;
  proberFaultRounds: number;
  /** Of the overall state, from one round to the next. */
  changes: number;
  from?: number;
  to?: number;
  /** In each overall state. */
  ms: Readonly<Record<State, number>>;
  /** So much lies in holes, more than two usual gaps after a round. */
  notObservedMs: number;
  episodes: readonly Episode[];
  longest?: Episode;
  /** Over after a round or two: what failed then was mostly the looking. */
  brief: { episodes: number; ms: number };
}

export interface Tallying {
  add(answer: Pick<Answer, 'at' | 'overall' | 'causes' | 'isProberFault'>): void;
  result(): Tally;
}

const TIMES_REMEMBERED = 22;
/** An episode of so many rounds is brief. */
const BRIEF_ROUNDS = 2;
/** A round holds so many usual gaps. */
const HOLDS_GAPS = 2;

export function createTally(): Tallying {
  const ms = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
  const tally = { rounds: 0, proberFaultRounds: 0, changes: 0, notObservedMs: 0 };
  const episodes: Episode[] = [];
  const times: number[] = [];
  let from: number | undefined;
  let last: { at: number; overall: State } | undefined;

  const pass = (at: number): void => {
    if (!last || at === last.at) return;
    times.push(at);
    if (times.length > TIMES_REMEMBERED) times.shift();
    const held = Math.min(at - last.at, HOLDS_GAPS * medianGap(times));
    ms[last.overall] += held;
    tally.notObservedMs += at - last.at - held;
  };

  return {
    add({ at, overall, causes, isProberFault }) {
      if (!last) times.push(at);
      pass(at);
      from ??= at;
      tally.rounds += 1;
      if (isProberFault) tally.proberFaultRounds += 1;
      if (last && last.overall !== overall) tally.changes += 1;
      last = { at, overall };
      continueEpisode(episodes, at, overall, causes[0]?.service);
    },
    result() {
      const longest = episodes.reduce<Episode | undefined>(
        (best, episode) => (best && best.durationMs >= episode.durationMs ? best : episode),
        undefined,
      );
      const most = (BRIEF_ROUNDS + 0.5) * medianGap(times);
      const brief = episodes.filter(({ endsAt, durationMs }) => endsAt !== undefined && durationMs <= most);
      return {
        ...tally,
        brief: { episodes: brief.length, ms: brief.reduce((sum, { durationMs }) => sum + durationMs, 0) },
        ...(from !== undefined && { from, to: last!.at }),
        ms,
        episodes,
        ...(longest && { longest }),
      };
    },
  };
}

function continueEpisode(episodes: Episode[], at: number, overall: State, cause: string | undefined): void {
  let episode = episodes.at(-1);
  const isOpen = episode !== undefined && episode.endsAt === undefined;
  if (overall === 'operational') {
    if (isOpen) Object.assign(episode!, { endsAt: at, durationMs: at - episode!.startsAt });
    return;
  }
  if (!isOpen) {
    episode = { startsAt: at, durationMs: 0, worst: overall };
    episodes.push(episode);
  }
  episode!.durationMs = at - episode!.startsAt;
  if (severityRank(overall) > severityRank(episode!.worst)) episode!.worst = overall;
  if (cause !== undefined) episode!.firstCause ??= cause;
}
