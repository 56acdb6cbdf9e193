/** Views of sketched services, for tests of what is made from them. */
import { buildGraph } from '../../src/config/graph.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { State } from '../../src/model.ts';
import type { Sky } from '../../src/site/constellation.ts';
import { serviceView } from '../../src/site/service-view.ts';
import { rollUp } from '../../src/status/rollup.ts';
import { NOON, ownStates, sketch } from '../status/sketch.ts';

/** States of those that are not well. */
export function skyOf(
  services: Parameters<typeof sketch>[0],
  states: Readonly<Record<string, State>> = {},
  { isLastKnown = false } = {},
): Sky {
  const loaded = parseConfig('services.yml', 'services: { a: "https://a.example" }', { kinds: 'opaque', env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = { ...loaded.config, services: sketch(services) };
  const graph = buildGraph(config.services);
  const rollup = rollUp(graph, ownStates(graph, states));
  const own = new Map(
    [...ownStates(graph, states)].map(([id, status]) => [id, { ...status, isFlapping: false, latest: new Map() }]),
  );
  const past = { stretches: [], known: { from: NOON, to: NOON }, roundsFrom: NOON, latencies: new Map() };
  const latenciesOn = () => new Map<string, never>();
  const measured = new Map<string, never>();
  const exempt = { announced: [], closed: [] };
  const context = { config, graph, own, rollup, ...past, latenciesOn, measured, exempt, isLastKnown };
  return { services: config.services.map((service) => serviceView(service, context)), causes: rollup.causes };
}
