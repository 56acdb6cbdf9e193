/** Rounds and what they mean for incidents. */
import type { Service } from '../../src/config/config.ts';
import { buildGraph } from '../../src/config/graph.ts';
import type { IncidentEvent } from '../../src/incidents/event.ts';
import { createLifecycle, type Lifecycle } from '../../src/incidents/lifecycle.ts';
import { type Look, usualGapMs } from '../../src/incidents/look.ts';
import type { Maintenance, RecordedRound } from '../../src/model.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { createTimeline } from '../../src/status/timeline.ts';

/** What each round has shown. */
export function looksAt(
  services: readonly Service[],
  rounds: readonly RecordedRound[],
  maintenance: readonly Maintenance[] = [],
): Look[] {
  const graph = buildGraph(services);
  const timeline = createTimeline(graph, maintenance);
  const times: number[] = [];
  return rounds.map((round) => {
    const verdict = timeline.advance(round);
    const own = timeline.own();
    times.push(round.at);
    return { at: round.at, gapMs: usualGapMs(times), graph, verdict, own, rollup: rollUp(graph, own) };
  });
}

/** Events by round. */
export function eventsOf(looks: readonly Look[], lifecycle: Lifecycle = createLifecycle()): IncidentEvent[][] {
  return looks.map((look) => lifecycle.advance(look));
}
