/** What several locations say of one service, as one state. */
import { isFailing, type State, severityRank } from '../model.ts';

/** What one location says. */
export interface Vote {
  location: string;
  state: State;
  /** When that began. */
  since: number | undefined;
}

export interface Agreement {
  state: State;
  /** Of a failing state: when it was first seen by as many as it takes. */
  onset?: number;
  /** Those that see a failure, in the order of the votes, and how many have a say. */
  failing: readonly string[];
  voters: number;
}

/**
 * Down when at least `quorum` of the locations that know the service say so, by default the smallest majority; with
 * fewer, partly down. Degraded takes the quorum, too: one slow path is likelier the location's own. A location alone is
 * taken at its word.
 */
export function agree(votes: readonly Vote[], quorum: number | undefined): Agreement {
  const known = votes.filter(({ state }) => state !== 'unknown' && state !== 'maintenance');
  const failing = known.filter(({ state }) => isFailing(state));
  const needed = Math.min(quorum ?? Math.floor(known.length / 2) + 1, known.length);
  const state = stateOf(known, needed);
  if (!isFailing(state)) return { state, failing: [], voters: known.length };
  const outages = failing.filter((vote) => severityRank(vote.state) >= severityRank('partial_outage'));
  const onsets = (outages.length > 0 ? outages : failing).map(({ since }) => since!).sort((a, b) => a - b);
  return {
    state,
    // One location is enough for a partial outage; before there were enough that are slow, nobody was told.
    onset: outages.length > 0 ? onsets[0]! : onsets[needed - 1]!,
    failing: failing.map(({ location }) => location),
    voters: known.length,
  };
}

function stateOf(known: readonly Vote[], needed: number): State {
  if (known.length <= 1) return known[0]?.state ?? 'unknown';
  const atLeast = (state: State): number =>
    known.filter((vote) => severityRank(vote.state) >= severityRank(state)).length;
  if (atLeast('major_outage') >= needed) return 'major_outage';
  if (atLeast('partial_outage') > 0) return 'partial_outage';
  return atLeast('degraded') >= needed ? 'degraded' : 'operational';
}
