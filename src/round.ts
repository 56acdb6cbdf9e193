/** One scheduled round, top to bottom; the only file that knows the whole flow. */
import { parseCanary } from './config/canaries.ts';
import type { Config } from './config/config.ts';
import { buildGraph } from './config/graph.ts';
import { addIncidents, readMaintenance } from './history/event-folders.ts';
import { openFolder } from './history/folder.ts';
import { keepElsewhere, openJournal, takeAbandoned } from './history/journal.ts';
import { appendRound, type History, readRounds } from './history/store.ts';
import type { IncidentEvent } from './incidents/event.ts';
import { CATCH_UP_ROUNDS, catchUp } from './incidents/lifecycle.ts';
import { type Look, usualGapMs } from './incidents/look.ts';
import { withAnnounced } from './incidents/maintenance.ts';
import type { CanaryAnswer, Observation, RecordedObservation, RecordedRound } from './model.ts';
import { canaryTasks } from './probing/canaries.ts';
import type { Surroundings } from './probing/environment.ts';
import type { Registry } from './probing/registry.ts';
import { runProbes, type Task } from './probing/runner.ts';
import { watchStarvation } from './probing/starvation.ts';
import { isSilent } from './status/prober-fault.ts';
import { rollUp } from './status/rollup.ts';
import { createTimeline, type RoundVerdict } from './status/timeline.ts';
import { plural } from './units.ts';

export interface RoundOptions {
  config: Config;
  registry: Registry;
  /** Addresses that tell whether we have a network; those of services.yml when absent. */
  canaries?: readonly string[];
  secrets: readonly string[];
  /** Unique to this run, attempt and location: what makes writing twice harmless. */
  id: string;
  location: string;
  historyFolder: string;
  /** Where a round goes that cannot be kept in the history, the first that takes it; and where such are found. */
  pendingFolders: readonly string[];
  surroundings: Surroundings;
  /** Services to probe; all when absent. */
  only?: ReadonlySet<string>;
  write: boolean;
  concurrency: number;
  signal: AbortSignal;
  now(): number;
  monotonic(): number;
  onObservation?(observation: Observation): void;
}

export interface RoundResult {
  id: string;
  at: number;
  durationMs: number;
  location: string;
  observations: Observation[];
  verdict: RoundVerdict;
  /** What it means for incidents: written down, and to be told once. */
  events: IncidentEvent[];
  /** Probes that failed because of us; the round is recorded all the same. */
  bugs: number;
  /** The process was told to stop, and what was finished by then is here. */
  wasCancelled: boolean;
  warnings: string[];
  errors: string[];
  /** The history could not be written. */
  unwritten?: Unwritten;
}

export interface Unwritten {
  /** What the system said. */
  message: string;
  /** Where the observations are instead; they are lost when there is no such place. */
  file?: string;
}

const DAY_MS = 86_400_000;
/** States are worked out from so much of the past; a longer outage began before it. */
const MEMORY_MS = 2 * DAY_MS;

export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { config, registry, id, location, historyFolder, only, write, now, monotonic } = options;
  const at = now();
  const startedAt = monotonic();
  const probes = config.services.flatMap(({ id, probes }) => probes.map((probe) => `${id}/${probe.id}`));
  const found = write ? await recordAbandoned(options) : [];
  const past = await readRounds(historyFolder, at - MEMORY_MS).catch(unreadable);
  const earlier = past.rounds.filter((round) => round.id !== id && round.at <= at);
  const tasks = tasksOf(config, registry, only, earlier.at(-1));
  const starvation = watchStarvation();
  await using journal = write ? await openJournal(historyFolder, { id, at, location, probes }) : undefined;
  const [observations, canaries] = await Promise.all([
    runProbes(tasks, {
      ...options,
      signal: withDeadline(options.signal, tasks),
      onObservation: (observation) => {
        journal?.add(recorded(observation));
        options.onObservation?.(observation);
      },
    }),
    askCanaries(options),
  ]);
  const starved = starvation.stop();
  const seen = { id, at, location, observations: observations.map(recorded) };
  const round: RecordedRound = canaries ? { ...seen, canaries } : seen;
  // What was announced while this round probed holds for it.
  const announced = await readMaintenance(openFolder(historyFolder), historyFolder).catch(unannounced);
  const looks = conclude(withAnnounced(config, announced.lines), [...earlier, round]);
  const { verdict } = looks.at(-1)!;
  // What was our own failure is kept as such: digests must not count it, and do not know what depends on what.
  const kept = verdict.isProberFault ? { ...round, isProberFault: true } : round;
  const written = write && observations.length > 0 ? await keep(kept, probes, options) : { warnings: [] };
  // After the round, so that one that is killed in between is heard by the next.
  const events = 'file' in written ? await keepIncidents(historyFolder, looks, config) : [];
  return {
    id,
    at,
    durationMs: Math.round(monotonic() - startedAt),
    location,
    observations,
    verdict,
    events,
    bugs: observations.filter(({ reason }) => reason === 'bug').length,
    wasCancelled: options.signal.aborted,
    warnings: [
      ...found,
      ...starved,
      ...written.warnings,
      ...past.warnings.filter(isNotMended(written)),
      ...announced.warnings,
    ],
    errors: [...past.errors, ...announced.errors],
    ...(written.unwritten && { unwritten: written.unwritten }),
  };
}

interface Kept {
  file?: string;
  warnings: string[];
  unwritten?: Unwritten;
}

/** In the history; where that cannot be written, in a file that the next round picks up. */
async function keep(
  round: RecordedRound,
  probes: readonly string[],
  { config, historyFolder, pendingFolders }: RoundOptions,
): Promise<Kept> {
  try {
    return await appendRound(historyFolder, round, probes, config.history.keep);
  } catch (error) {
    const { message } = asSystemError(error);
    for (const folder of pendingFolders) {
      const file = await keepElsewhere(folder, round, probes).catch(() => undefined);
      if (file !== undefined) return { warnings: [], unwritten: { message, file } };
    }
    return { warnings: [], unwritten: { message } };
  }
}

/** The file system's refusals are expected; anything else is a bug of ours, and loud. */
function asSystemError(error: unknown): NodeJS.ErrnoException {
  if (error instanceof Error && 'syscall' in error) return error as NodeJS.ErrnoException;
  throw error;
}

function unreadable(error: unknown): History {
  return { rounds: [], warnings: [`the history cannot be read: ${asSystemError(error).message}`], errors: [] };
}

function unannounced(error: unknown): Awaited<ReturnType<typeof readMaintenance>> {
  const { code, message } = asSystemError(error);
  // Where the history is no folder at all, that has been said.
  return { lines: [], warnings: code === 'ENOTDIR' ? [] : [`maintenance cannot be read: ${message}`], errors: [] };
}

/** What was read as torn was dropped when the round was written, and is told once. */
function isNotMended({ file, warnings }: { file?: string; warnings: readonly string[] }): (warning: string) => boolean {
  return (warning) => warnings.length === 0 || file === undefined || !warning.startsWith(`${file}: `);
}

/** Rounds that were killed, or could not be kept: what they had finished counts, the rest was not observed. */
async function recordAbandoned({ config, historyFolder, pendingFolders }: RoundOptions): Promise<string[]> {
  const warnings: string[] = [];
  // Whole ones first: of a round that could not be kept there may be a journal, too.
  for (const folder of [...pendingFolders, historyFolder]) {
    try {
      for await (const { round, probes } of takeAbandoned(folder)) {
        const written = await appendRound(historyFolder, round, probes, config.history.keep);
        const count = plural(round.observations.length, 'observation');
        const at = new Date(round.at).toISOString();
        warnings.push(`a round of ${at} had not been kept; ${count} of it now are`, ...written.warnings);
      }
    } catch (error) {
      // It stays where it is, and is taken another time.
      asSystemError(error);
    }
  }
  return warnings;
}

/** Probes, with how long each is likely to take by the round before: what failed then may hang now. */
function tasksOf(
  config: Config,
  registry: Registry,
  only: ReadonlySet<string> | undefined,
  last: RecordedRound | undefined,
): Task[] {
  const expected = new Map(
    last?.observations.map(({ service, probe, outcome, latencyMs }) => [
      `${service}/${probe}`,
      outcome === 'up' ? (latencyMs ?? 0) : Number.MAX_SAFE_INTEGER,
    ]),
  );
  return config.services
    .filter(({ id }) => only?.has(id) ?? true)
    .flatMap(({ id, probes }) =>
      probes.map((probe) => ({
        ...probe,
        service: id,
        probe: probe.id,
        implementation: registry.get(probe.kind)!,
        expectedMs: expected.get(`${id}/${probe.id}`) ?? 0,
      })),
    );
}

/** One answer is enough; silence is only known when each of them was given its time. */
async function askCanaries(options: RoundOptions): Promise<CanaryAnswer | undefined> {
  const { config, registry, canaries = config.canaries } = options;
  const tasks = canaryTasks(canaries.map(toCanary), registry);
  const answered = new AbortController();
  const observations = await runProbes(tasks, {
    ...options,
    signal: AbortSignal.any([withDeadline(options.signal, tasks), answered.signal]),
    onObservation: (observation) => {
      if (isAnswer(observation)) answered.abort();
    },
  });
  if (answered.signal.aborted) return 'answered';
  const isWhole = tasks.length > 0 && observations.length === tasks.length && !options.signal.aborted;
  return isWhole && observations.every(({ reason }) => reason !== 'bug') ? 'silent' : undefined;
}

function toCanary(address: string) {
  const canary = parseCanary(address);
  if ('problem' in canary) throw new TypeError(`a canary that services.yml would refuse: ${canary.problem}`);
  return canary;
}

/** Also a bad one: whoever answers is reached. */
function isAnswer(observation: Observation): boolean {
  return observation.outcome !== 'unknown' && !isSilent(recorded(observation));
}

/** A kind may have a bug that no deadline of its own ends; the round ends all the same. */
function withDeadline(signal: AbortSignal, tasks: readonly Task[]): AbortSignal {
  const slowest = Math.max(0, ...tasks.map(({ timeoutMs, retries }) => timeoutMs * (retries + 1)));
  return AbortSignal.any([signal, AbortSignal.timeout(2 * slowest + 5 * 60_000)]);
}

function recorded(observation: Observation): RecordedObservation {
  const { service, probe, outcome, reason, phase, facts, attempts } = observation;
  const code = facts.status;
  return {
    service,
    probe,
    outcome,
    ...(reason && { reason }),
    ...(phase && { phase }),
    ...(typeof code === 'number' && { code }),
    ...((outcome === 'up' || outcome === 'degraded' || code !== undefined) && { latencyMs: observation.latencyMs }),
    attempts: attempts.length,
  };
}

/** The last verdicts, with all that was known at the time. */
function conclude(config: Config, rounds: readonly RecordedRound[]): (Look & { verdict: RoundVerdict })[] {
  const graph = buildGraph(config.services);
  const timeline = createTimeline(graph, config.maintenance, config);
  const times = rounds.map(({ at }) => at);
  return rounds.flatMap((round, index) => {
    const verdict = timeline.advance(round);
    if (index < rounds.length - CATCH_UP_ROUNDS) return [];
    const own = timeline.own();
    const gapMs = usualGapMs(times.slice(0, index + 1));
    return [{ at: round.at, gapMs, graph, verdict, own, rollup: rollUp(graph, own) }];
  });
}

/** What cannot be written is not told either: the next round finds it again. */
async function keepIncidents(folder: string, looks: readonly Look[], { renamed }: Config): Promise<IncidentEvent[]> {
  try {
    return await addIncidents(folder, (lines) => catchUp(looks, lines, renamed));
  } catch (error) {
    asSystemError(error);
    return [];
  }
}
