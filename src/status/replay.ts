/**
 * What a services.yml says of rounds that were recorded somewhere, one at a time. The answer for a round depends on no
 * later one.
 */
import type { Config } from '../config/config.ts';
import { buildGraph, type Graph } from '../config/graph.ts';
import type { CanaryAnswer, RecordedObservation, RecordedRound, State } from '../model.ts';
import { headlineOf } from './headline.ts';
import { type Cause, type EffectiveStatus, type Rollup, rollUp } from './rollup.ts';
import { createTimeline, type OwnStatus, type RoundVerdict } from './timeline.ts';
import { withWholeService } from './whole-service.ts';

export interface Answer {
  at: number;
  /** Unknown in a round that our own network spoilt; services then are as they were last known. */
  overall: State;
  headline: string;
  /** The first is the probable one; none while the overall state is unknown because of ourselves. */
  causes: readonly Pick<Cause, 'service' | 'share' | 'chain'>[];
  isProberFault: boolean;
  /** As it is without regard to our own network. */
  rollup: Rollup;
  verdict: RoundVerdict;
  canaries?: CanaryAnswer;
  own: ReadonlyMap<string, OwnStatus>;
  effective: ReadonlyMap<string, EffectiveStatus>;
}

export interface Replay {
  graph: Graph;
  /** Rounds in order of time. */
  answer(round: RecordedRound): Answer;
  /** Observations that services.yml has no place for. */
  ignored(): { services: Ignored; probes: Ignored };
}

export interface Ignored {
  observations: number;
  /** The first few that were met. */
  names: ReadonlySet<string>;
}

/** More names than this are not remembered: a file may be about anything. */
const MAX_NAMES = 5;

export function createReplay(given: Config): Replay {
  const config = { ...given, services: given.services.map(withWholeService) };
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const probes = new Map(config.services.map((service) => [service.id, new Set(service.probes.map(({ id }) => id))]));
  const services = { observations: 0, names: new Set<string>() };
  const unknownProbes = { observations: 0, names: new Set<string>() };

  const place = (observations: readonly RecordedObservation[]): RecordedObservation[] => {
    const placed: RecordedObservation[] = [];
    for (const observation of observations) {
      const id = config.renamed.get(observation.service) ?? observation.service;
      const known = probes.get(id);
      if (!known) ignore(services, id);
      else if (known.size > 0 && !known.has(observation.probe)) ignore(unknownProbes, `${id}/${observation.probe}`);
      else placed.push(id === observation.service ? observation : { ...observation, service: id });
    }
    return placed;
  };

  return {
    graph,
    answer(round) {
      const verdict = timeline.advance({ ...round, observations: place(round.observations) });
      const own = timeline.own();
      const rollup = rollUp(graph, own);
      const { isProberFault, isBlind, canaries } = verdict;
      return {
        at: round.at,
        overall: isBlind ? 'unknown' : rollup.overall,
        headline: headlineOf({ config, rollup, own, verdict }).verdict,
        causes: isBlind ? [] : rollup.causes.map(({ service, share, chain }) => ({ service, share, chain })),
        isProberFault,
        rollup,
        verdict,
        ...(canaries && { canaries }),
        own,
        effective: rollup.effective,
      };
    },
    ignored: () => ({ services, probes: unknownProbes }),
  };
}

function ignore(ignored: { observations: number; names: Set<string> }, name: string): void {
  ignored.observations += 1;
  if (ignored.names.size < MAX_NAMES) ignored.names.add(name);
}
