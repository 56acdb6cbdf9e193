/** What a replay read, kept as a history of its own for as long as it takes to build the page from it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../cli.ts';
import type { Keep } from '../history/compact.ts';
import { addIncidents, addMaintenance } from '../history/event-folders.ts';
import { importRounds } from '../history/store.ts';
import type { IncidentEvent } from '../incidents/event.ts';
import type { MaintenanceEvent } from '../incidents/maintenance-event.ts';
import type { RecordedObservation, RecordedRound } from '../model.ts';
import type { Answer } from '../status/replay.ts';
import { build } from './build.ts';

export interface ReplayedSite extends AsyncDisposable {
  take(round: RecordedRound, answer: Answer, events: readonly IncidentEvent[]): Promise<void>;
  /** Builds the page as it would have looked after the last round. Exit code of the build. */
  build(config: string, out: string, io: Io): Promise<number>;
}

const DAY_MS = 86_400_000;

/** Written a day at a time: a file of a year is not kept in memory. `announced` is the maintenance that counted. */
export async function createReplayedSite(keep: Keep, announced: readonly MaintenanceEvent[]): Promise<ReplayedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-replay-'));
  let count = 0;
  let lastAt: number | undefined;
  let rounds: RecordedRound[] = [];
  let events: IncidentEvent[] = [];

  const write = async (): Promise<void> => {
    const [own, ownEvents] = [rounds, events];
    [rounds, events] = [[], []];
    if (own.length > 0) await importRounds(folder, own, keep);
    if (ownEvents.length > 0) await addIncidents(folder, () => ownEvents);
  };

  return {
    async take(round, answer, more) {
      const { at, location } = round;
      if (lastAt !== undefined && Math.floor(at / DAY_MS) > Math.floor(lastAt / DAY_MS)) await write();
      lastAt = at;
      count += 1;
      rounds.push({
        ...round,
        // What has no id in the file is counted: every line is a round.
        id: round.id || `replay.${count}.${location}`,
        observations: round.observations.map((observation) => withOutcome(observation, answer)),
        ...(answer.isProberFault && { isProberFault: true }),
      });
      events.push(...more);
    },
    async build(config, out, io) {
      await write();
      if (announced.length > 0) await addMaintenance(folder, () => announced);
      // The page must not call the past too old.
      const env = { ...io.env, ...(lastAt !== undefined && { VEDETTE_NOW: String(lastAt) }) };
      return build.run({ config, history: folder, out }, { ...io, env });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Histories keep outcomes: of what was only measured the one that was worked out. */
function withOutcome(observation: RecordedObservation, { at, own }: Answer): RecordedObservation {
  if (!observation.isMeasurement) return observation;
  const { isMeasurement: _, ...rest } = observation;
  const latest = own.get(observation.service)?.latest.get(observation.probe);
  if (latest?.at !== at || latest.outcome === 'up') return rest;
  return { ...rest, outcome: latest.outcome, ...(latest.reason && { reason: latest.reason }) };
}
