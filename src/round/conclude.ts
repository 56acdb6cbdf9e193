/** What rounds mean, in order of time: verdicts, states, and looks at the whole for incidents. Pure. */
import type { Config } from '../config/config.ts';
import { buildGraph } from '../config/graph.ts';
import { CATCH_UP_ROUNDS } from '../incidents/lifecycle.ts';
import { type Look, usualGapMs } from '../incidents/look.ts';
import type { RecordedRound } from '../model.ts';
import { rollUp } from '../status/rollup.ts';
import { createTimeline, type RoundVerdict } from '../status/timeline.ts';

/** After the last round of a run; its verdict is about all rounds of the run. */
export type Moment = Look & { verdict: RoundVerdict };

export interface Concluded {
  /** The last moments, the newest at the end, at least one; with all that was known at the time. */
  moments: Moment[];
  /** Of each round by its id. */
  verdicts: ReadonlyMap<string, RoundVerdict>;
}

/** Rounds in any order, each once. */
export function conclude(config: Config, given: readonly RecordedRound[]): Concluded {
  const rounds = inMoments(given);
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const lastOf = new Map(rounds.map((round, index) => [runOf(round), index]));
  const ends = new Set([...lastOf.values()].sort((a, b) => a - b).slice(-CATCH_UP_ROUNDS));
  const times: number[] = [];
  const verdicts = new Map<string, RoundVerdict>();
  /** Runs in which a location had its network. */
  const seeing = new Set<string>();
  const moments: Moment[] = [];
  for (const [index, round] of rounds.entries()) {
    const verdict = timeline.advance(round);
    const run = runOf(round);
    verdicts.set(round.id, verdict);
    if (!verdict.isProberFault) seeing.add(run);
    if (lastOf.get(run) !== index) continue;
    times.push(round.at);
    if (!ends.has(index)) continue;
    const own = timeline.own();
    const joint = { ...verdict, isProberFault: !seeing.has(run) };
    moments.push({ at: round.at, gapMs: usualGapMs(times), graph, verdict: joint, own, rollup: rollUp(graph, own) });
  }
  if (moments.length === 0) {
    const own = timeline.own();
    const verdict = { at: 0, isProberFault: true, isBlind: true, mayBeProber: false };
    moments.push({ at: 0, gapMs: 0, graph, verdict, own, rollup: rollUp(graph, own) });
  }
  return { moments, verdicts };
}

/**
 * In order of time, and those that locations have made in one run at one instant, that of the last: half of them is no look
 * at anything, and three of them are not three chances to have recovered.
 */
function inMoments(rounds: readonly RecordedRound[]): RecordedRound[] {
  const ends = new Map<string, number>();
  for (const round of rounds) ends.set(runOf(round), Math.max(round.at, ends.get(runOf(round)) ?? round.at));
  return rounds.map((round) => ({ ...round, at: ends.get(runOf(round))! })).sort((a, b) => a.at - b.at);
}

/** `<run>.<attempt>` of `<run>.<attempt>.<location>`. */
function runOf({ id, location }: RecordedRound): string {
  return id.endsWith(`.${location}`) ? id.slice(0, -location.length - 1) : id;
}
