/** One round over the constellation, and what the page will say of it. */
import type { Config } from '../config/config.ts';
import { buildGraph } from '../config/graph.ts';
import { readMaintenance } from '../history/event-folders.ts';
import { openFolder } from '../history/folder.ts';
import { readRounds } from '../history/store.ts';
import { withAnnounced } from '../incidents/maintenance.ts';
import type { State } from '../model.ts';
import { FORGETFUL_CACHE } from '../probing/environment.ts';
import type { Registry } from '../probing/registry.ts';
import { type RoundResult, runRound } from '../round.ts';
import { type Headline, headlineOf } from '../status/headline.ts';
import { rollUp } from '../status/rollup.ts';
import { createTimeline } from '../status/timeline.ts';

export interface WatchOptions {
  config: Config;
  registry: Registry;
  historyFolder: string;
  /** From 1 on. */
  number: number;
  signal: AbortSignal;
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number;
}

export interface Watched {
  round: RoundResult;
  headline: Headline;
  overall: State;
}

const CONCURRENCY = 50;
/** The page looks farther back; for the present state this is plenty. */
const MEMORY_MS = 86_400_000;

export async function watch({ config, registry, historyFolder, number, signal, now }: WatchOptions): Promise<Watched> {
  const round = await runRound({
    config,
    registry,
    secrets: [],
    surroundings: { folder: historyFolder, env: {}, cache: FORGETFUL_CACHE },
    id: `demo-${String(number).padStart(6, '0')}.1.local`,
    location: 'local',
    historyFolder,
    pendingFolders: [],
    write: true,
    concurrency: CONCURRENCY,
    signal,
    now,
    monotonic: () => performance.now(),
  });
  return { round, ...(await read(config, historyFolder, round.at)) };
}

/** From what was written, as the page reads it. */
async function read(given: Config, historyFolder: string, now: number): Promise<Pick<Watched, 'headline' | 'overall'>> {
  const { rounds } = await readRounds(historyFolder, now - MEMORY_MS);
  const announced = await readMaintenance(openFolder(historyFolder), historyFolder);
  const config = withAnnounced(given, announced.lines);
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const verdict = rounds.map((round) => timeline.advance(round)).at(-1);
  const own = timeline.own();
  const rollup = rollUp(graph, own);
  return {
    headline: headlineOf({ config, rollup, own, verdict }),
    overall: verdict?.isBlind ? 'unknown' : rollup.overall,
  };
}
