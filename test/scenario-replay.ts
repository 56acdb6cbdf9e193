/** A scenario through the functions that a real history goes through, and what is to be said of it after every step. */
import { buildGraph } from '../src/config/graph.ts';
import { declarationsOf } from '../src/incidents/declared.ts';
import type { IncidentEvent } from '../src/incidents/event.ts';
import { incidentsFrom } from '../src/incidents/incident.ts';
import { createLifecycle } from '../src/incidents/lifecycle.ts';
import { type Look, usualGapMs } from '../src/incidents/look.ts';
import { openIncident, updateIncident } from '../src/incidents/person.ts';
import type { RecordedRound } from '../src/model.ts';
import { headlineOf } from '../src/status/headline.ts';
import { rollUp } from '../src/status/rollup.ts';
import { createTimeline, type RoundVerdict } from '../src/status/timeline.ts';
import { configOf, type Expectation, eventSketch, roundsOf, type Scenario, type Statement } from './scenario.ts';

type Found = { [Key in keyof Expectation]-?: NonNullable<Expectation[Key]> };

export interface Told {
  place: string;
  expected: Expectation;
  /** Of all that there is to say, what is expected to be said. */
  actual: Expectation;
  all: Found;
  /** What must not depend on the order in which things are told. */
  states: object;
}

export interface Replayed {
  told: Told[];
  /** What happened to incidents after the story has last spoken of them. */
  untold: string[];
}

export function replay(file: string, scenario: Scenario): Replayed {
  const config = configOf(file, scenario);
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const history = createHistory();
  const times: number[] = [];
  const look = (round: RecordedRound): Look & { verdict: RoundVerdict; events: IncidentEvent[] } => {
    const verdict = timeline.advance(round);
    const own = timeline.own();
    times.push(round.at);
    const seen = { at: round.at, gapMs: usualGapMs(times), graph, verdict, own, rollup: rollUp(graph, own) };
    return { ...seen, events: history.advance(seen) };
  };
  let untold: string[] = [];
  const told = roundsOf(scenario, config).map((rounds, index): Told => {
    const { expect: expected = {}, says } = scenario.rounds[index]!;
    if (says) history.hear(says, rounds[0]!.at);
    const looks = rounds.map(look);
    const { verdict, own } = looks.at(-1)!;
    const rollup = rollUp(graph, own, { declared: history.declared() });
    const happened = looks.flatMap(({ events }) => events.map(eventSketch));
    const incidents = [...untold, ...happened];
    untold = expected.incidents ? [] : incidents;
    const headline = headlineOf({ config, rollup, own, verdict });
    const effective = [...rollup.effective];
    const all: Found = {
      overall: rollup.overall,
      services: Object.fromEntries(effective.map(([id, status]) => [id, status.state])),
      via: Object.fromEntries(effective.flatMap(([id, { via }]) => (via ? [[id, via]] : []))),
      atRisk: Object.fromEntries(
        effective.flatMap(([id, { atRiskThrough }]) => (atRiskThrough ? [[id, atRiskThrough]] : [])),
      ),
      causes: rollup.causes.map(({ service }) => service),
      chain: [...(rollup.causes[0]?.chain ?? [])],
      contained: [...rollup.contained],
      unknown: [...rollup.unknownCritical],
      maintenance: [...rollup.inMaintenance],
      outsideHours: rollup.inMaintenance.filter((id) => own.get(id)?.outsideHours),
      blind: [...new Set(rollup.blind.map(({ service }) => service))],
      flapping: [...own].flatMap(([id, { isFlapping }]) => (isFlapping ? [id] : [])),
      since: Object.fromEntries(
        [...own].flatMap(([id, { since }]) =>
          since === undefined ? [] : [[id, (since - Date.parse(scenario.from)) / 60_000]],
        ),
      ),
      proberFault: verdict!.isProberFault,
      mayBeProber: verdict!.mayBeProber,
      headline: headline.verdict,
      because: [...headline.because],
      incidents,
    };
    const states = {
      overall: all.overall,
      services: Object.entries(all.services).sort(([a], [b]) => (a < b ? -1 : 1)),
      proberFault: all.proberFault,
      happened,
    };
    return { place: `round ${index + 1} of ${file}`, expected, actual: only(all, expected), all, states };
  });
  return { told, untold };
}

interface History {
  advance(look: Look): IncidentEvent[];
  hear(says: Statement, now: number): void;
  declared(): ReturnType<typeof declarationsOf>;
}

/** The lines of incidents as they come, by themselves and from persons. */
function createHistory(): History {
  const lines: IncidentEvent[] = [];
  let lifecycle = createLifecycle();
  return {
    advance(look) {
      const events = lifecycle.advance(look);
      lines.push(...events);
      return events;
    },
    hear(says, now) {
      const writer = { now, chance: String(lines.length) };
      const incidents = lifecycle.incidents();
      const told = { status: 'investigating', text: '' } as const;
      const incident = incidents.find(({ id }) => 'resolved' in says && id.endsWith(says.resolved));
      const said =
        'title' in says
          ? openIncident({ ...says, ...told }, incidents, writer)
          : updateIncident(incident!, { status: 'resolved', text: '' }, writer);
      if ('problem' in said) throw new Error(said.problem);
      lines.push(said.event);
      lifecycle = createLifecycle(incidentsFrom(lines));
    },
    declared: () => declarationsOf(lifecycle.incidents(), (id) => id),
  };
}

/** What is expected, and of states and the like the services that are named. */
function only(all: Found, expected: Expectation): Expectation {
  const picked = Object.entries(all).filter(([key]) => key in expected);
  return Object.fromEntries(
    picked.map(([key, value]) => {
      if (!['services', 'since'].includes(key)) return [key, value];
      const wanted = expected[key as 'services' | 'since']!;
      return [key, Object.fromEntries(Object.entries(value as object).filter(([id]) => id in wanted))];
    }),
  );
}
