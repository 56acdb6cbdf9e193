/** One scheduled round, top to bottom; the only file that knows the whole flow. */
import type { AfterContext, AfterRound, BeforeRound, EffectContext } from './effects/effect.ts';
import { readDeployed, type Shown } from './history/deployed.ts';
import { PublishError } from './history/git/publish-error.ts';
import { openJournal } from './history/journal.ts';
import { writeShard } from './history/shard-file.ts';
import type { History } from './history/store.ts';
import type { IncidentEvent } from './incidents/event.ts';
import type { Observation, RecordedRound } from './model.ts';
import type { Shard } from './probing/shards.ts';
import { conclude, type Moment } from './round/conclude.ts';
import { runEffects } from './round/effects.ts';
import {
  announcedIn,
  isNotMended,
  type KeepOptions,
  type Kept,
  keep,
  keepAbandoned,
  keepIncidents,
  recall,
  recentEvents,
  type Unwritten,
} from './round/keep.ts';
import { type Observed, type ObserveOptions, observe, recorded } from './round/observe.ts';
import type { Publishing } from './round/publishing.ts';
import { shownBy, whyBuild } from './round/site-need.ts';
import type { RoundVerdict } from './status/timeline.ts';

export interface WholeRoundOptions extends Pick<EffectContext, 'config' | 'historyFolder' | 'now' | 'env'> {
  /** Makes and keeps the round, or those that others have made. */
  record(): Promise<RecordedResult>;
  before: readonly BeforeRound[];
  after: readonly AfterRound[];
  /** Absent where the history is in no git, or somebody else publishes it. */
  publishing?: Publishing;
  secrets: readonly string[];
  /** What the page is made of beside the history. */
  siteSource: string;
}

export interface WholeRound {
  recorded: RecordedResult;
  /** What is not published waits in the folder for the next round, and nobody is told before. */
  unpublished?: string;
  /** What the page would show now, and why it has to be built; undefined when the one that is deployed will do. */
  site: { shows: Shown; why: string | undefined };
  warnings: string[];
  /** An effect did not end, and holds the process. */
  isLeftBehind: boolean;
}

/**
 * Read, hear, probe, append, decide, publish, tell. Killed between any two of these and started again, it loses nothing
 * and does nothing twice: what is recorded is known by its id, what is not published is published by the next, and what
 * was not told stands in `recent`.
 */
export async function runWholeRound(options: WholeRoundOptions): Promise<WholeRound> {
  const { config, historyFolder, now, env, publishing, secrets } = options;
  const context = { config, historyFolder, now, env, publish: async (message: string) => publishing?.publish(message) };
  const unread = await refused(publishing?.fetch());
  const heard = await runEffects<EffectContext>(options.before, context, { secrets });

  const result = await options.record();

  const unpublished = await refused(publishing?.publish('Record observations'));
  const { events, moment } = result;
  const recent = await recentEvents(historyFolder, now());
  const told = await runEffects<AfterContext>(
    unpublished === undefined ? options.after : [],
    { ...context, events, recent, verdict: moment.verdict },
    { secrets },
  );

  const shows = await shownBy(options.siteSource, historyFolder, moment);
  return {
    recorded: result,
    ...(unpublished !== undefined && { unpublished }),
    site: { shows, why: whyBuild(shows, await readDeployed(historyFolder), now()) },
    warnings: [
      ...(unread === undefined ? [] : [`the history could not be fetched, what is here is used: ${unread}`]),
      ...heard.warnings,
      ...told.warnings,
    ],
    isLeftBehind: heard.isLeftBehind || told.isLeftBehind,
  };
}

export interface RoundOptions extends ObserveOptions, KeepOptions {
  /** Unique to this run, attempt and location: what makes writing twice harmless. */
  id: string;
  location: string;
  write: boolean;
}

/** What a round, or several that locations have made, has left in the history and means. */
export interface RecordedResult {
  /** What it means for incidents: written down, and to be told once. */
  events: IncidentEvent[];
  /** The whole after it. */
  moment: Moment;
  warnings: string[];
  errors: string[];
  /** The history could not be written. */
  unwritten?: Unwritten;
}

export interface RoundResult extends RecordedResult {
  id: string;
  at: number;
  durationMs: number;
  location: string;
  observations: Observation[];
  verdict: RoundVerdict;
  /** Probes that failed because of us; the round is recorded all the same. */
  bugs: number;
  /** The process was told to stop, and what was finished by then is here. */
  wasCancelled: boolean;
}

/** Probes, appends, decides: a round without git and without effects. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { config, id, location, historyFolder, write, now, monotonic } = options;
  const at = now();
  const startedAt = monotonic();
  const found = write ? await keepAbandoned(options) : [];
  const past = await recall(historyFolder, at);
  const own = past.rounds.filter((round) => round.id !== id && round.at <= at && round.location === location);
  const beginning = { id, at, location, probes: addressesIn(config) };
  await using journal = write ? await openJournal(historyFolder, beginning) : undefined;
  const onObservation = (observation: Observation): void => {
    journal?.add(recorded(observation));
    options.onObservation?.(observation);
  };
  const { observations, canaries, warnings } = await observe({ ...options, onObservation }, own.at(-1));
  const seen = { id, at, location, observations: observations.map(recorded) };
  const round: RecordedRound = canaries ? { ...seen, canaries } : seen;
  const { verdicts, ...settled } = await settle([round], past, options, write && observations.length > 0);
  return {
    ...settled,
    id,
    at,
    durationMs: Math.round(monotonic() - startedAt),
    location,
    observations,
    verdict: verdicts.get(id)!,
    bugs: observations.filter(({ reason }) => reason === 'bug').length,
    wasCancelled: options.signal.aborted,
    warnings: [...found, ...warnings, ...settled.warnings],
  };
}

export interface ShardOptions extends ObserveOptions {
  /** That of the whole round, of which this machine has a share. */
  id: string;
  location: string;
  shard: Shard;
  share: ReadonlySet<string>;
  /** Where observations go. */
  file: string;
}

/** Observes a share, for another machine to append and decide. */
export async function observeShard(options: ShardOptions): Promise<Observed> {
  const { id, location, shard, share, file, now } = options;
  const writer = writeShard(file, { id, at: now(), location, shard, probes: share.size });
  const onObservation = (observation: Observation): void => {
    writer.add(recorded(observation));
    options.onObservation?.(observation);
  };
  const observed = await observe({ ...options, onObservation }, undefined);
  // One that was cancelled has not observed all, and has no end.
  if (!options.signal.aborted) writer.end(observed.canaries ? { canaries: observed.canaries } : {});
  return observed;
}

export interface MergeOptions extends KeepOptions {
  now(): number;
}

/** Appends and decides what others have observed: a round of each location that was heard of, perhaps of none. */
export async function mergeRounds(rounds: readonly RecordedRound[], options: MergeOptions): Promise<RecordedResult> {
  const found = await keepAbandoned(options);
  const past = await recall(options.historyFolder, options.now());
  const { verdicts: _, ...settled } = await settle(rounds, past, options, true);
  return { ...settled, warnings: [...found, ...settled.warnings] };
}

/** The whole as the history has it, without a new round; undefined when it has none. */
export async function lookNow({
  config,
  historyFolder,
  now,
}: Omit<MergeOptions, 'pendingFolders'>): Promise<Moment | undefined> {
  const { rounds } = await recall(historyFolder, now());
  if (rounds.length === 0) return undefined;
  const announced = await announcedIn(config, historyFolder);
  return conclude(announced.config, rounds).moments.at(-1);
}

/** What the rounds mean together with all before them; then they are kept, and what follows for incidents. */
async function settle(
  rounds: readonly RecordedRound[],
  past: History,
  options: KeepOptions,
  write: boolean,
): Promise<RecordedResult & { verdicts: ReadonlyMap<string, RoundVerdict> }> {
  const { historyFolder } = options;
  // What was announced while they were made holds for them.
  const announced = await announcedIn(options.config, historyFolder);
  const ids = new Set(rounds.map(({ id }) => id));
  const newest = rounds.length > 0 ? Math.max(...rounds.map(({ at }) => at)) : Number.POSITIVE_INFINITY;
  const earlier = past.rounds.filter(({ id, at }) => !ids.has(id) && at <= newest);
  const { moments, verdicts } = conclude(announced.config, [...earlier, ...rounds]);
  const kept: Kept[] = [];
  for (const round of write ? rounds : []) {
    // What was our own failure is kept as such: digests must not count it, and do not know what depends on what.
    const judged = verdicts.get(round.id)!.isProberFault ? { ...round, isProberFault: true } : round;
    kept.push(await keep(judged, addressesIn(options.config), options));
  }
  const isKept = kept.length > 0 && kept.every(({ file }) => file !== undefined);
  const unwritten = kept.find((each) => each.unwritten)?.unwritten;
  return {
    verdicts,
    moment: moments.at(-1)!,
    // After the rounds, so that one that is killed in between is heard by the next.
    events: isKept ? await keepIncidents(historyFolder, moments, announced.config) : [],
    warnings: [
      ...kept.flatMap(({ warnings }) => warnings),
      ...past.warnings.filter((warning) => kept.every((each) => isNotMended(each)(warning))),
      ...announced.warnings,
    ],
    errors: [...past.errors, ...announced.errors],
    ...(unwritten && { unwritten }),
  };
}

function addressesIn({ services }: KeepOptions['config']): string[] {
  return services.flatMap(({ id, probes }) => probes.map((probe) => `${id}/${probe.id}`));
}

/** Why git did not do it; anything else that goes wrong is a bug, and loud. */
async function refused(work: Promise<void> | undefined): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof PublishError) return error.message;
    throw error;
  }
}
