/** `vedette run`: all that a scheduled job does. */
import { appendFile } from 'node:fs/promises';
import type { Flags, Io, Verb } from '../cli.ts';
import { readDeployed, writeDeployed } from '../history/deployed.ts';
import { PublishError } from '../history/git/publish-error.ts';
import { keepPace, nextDue } from '../round/pace.ts';
import { publishingTo } from '../round/publishing.ts';
import { mayReplace, shownBy } from '../round/site-need.ts';
import { lookNow, runRound } from '../round.ts';
import { loadServices, pendingFoldersOf } from './constellation.ts';
import { readWorkflowFiles } from './doctor/workflow-files.ts';
import { branchOf } from './history/target.ts';
import { isInTime, timeOfThisJob } from './job-time.ts';
import { recordMerged } from './merge.ts';
import { observeOptionsOf } from './prober.ts';
import { LOCATION_OPTION, locationOf, roundId } from './round-id.ts';
import { table } from './round-table.ts';
import {
  EXIT_CODES,
  gravest,
  hasMistakes,
  type Recorder,
  ROUND_HELP,
  ROUND_OPTIONS,
  type RoundEnd,
  roundsOf,
  siteSourceOf,
} from './rounds.ts';

export const run: Verb = {
  summary: 'do all that a scheduled job does: probe, record, decide, publish, tell',
  help: `usage: vedette run [--config FILE] [--history DIR] [--location ID] [--build DIR] [--no-publish]
       vedette run --merge DIR
       vedette run --deployed
       vedette run --deploys DIR

Brings the history here where it has a branch of its own, hears what people announced, probes, records, decides what it
means, commits and pushes, tells whom it concerns, and says whether the page has to be built: on standard output, and as
\`build=true\` or \`build=false\` and \`why=…\` in $GITHUB_OUTPUT. Killed at any moment and started again it loses nothing and
does nothing twice. With \`schedule.rounds\` it does so several times, \`schedule.every\` apart, as far as the time of a job of
GitHub Actions allows.

With --merge it does not probe, and records what \`vedette probe --out\` has written on other machines. With --deployed it
records that the page made of this services.yml and this history is what visitors have: the page is built again when it
would show something else, or after an hour, and until somebody says that it was deployed with every round. With --deploys it
says whether a page may be deployed that was made elsewhere: not when visitors have one that shows newer rounds already.

${ROUND_HELP}
  --location ID    which of the \`locations\` this is (default $VEDETTE_LOCATION, or a name for here)
  --merge DIR      record the files of shards that lie there, and below
  --deployed       probe nothing; say that the page was deployed
  --deploys DIR    probe nothing; DIR has the site.json that \`--deployed\` wrote where the page was built. Says \`deploy=true\`
                   or \`deploy=false\` in $GITHUB_OUTPUT

${EXIT_CODES}`,
  options: {
    ...ROUND_OPTIONS,
    ...LOCATION_OPTION,
    merge: { type: 'string' },
    deployed: { type: 'boolean', default: false },
    deploys: { type: 'string' },
  },
  async run(flags, io) {
    if (hasMistakes(flags, io, 'run')) return 2;
    if (flags.deploys !== undefined) return sayWhetherToDeploy(String(flags.deploys), flags, io);
    if (flags.deployed) return sayDeployed(flags, io);
    if (flags.location !== undefined) {
      const config = await loadServices(String(flags.config), io);
      if (!config) return 1;
      if (locationOf(flags, config, io) === undefined) return 2;
    }
    if (flags.merge !== undefined) {
      return conclude([await roundsOf(flags, io)(recordMerged(String(flags.merge), flags, io))], io);
    }
    return conclude(await runRounds(flags, io), io);
  },
};

async function runRounds(flags: Flags, io: Io): Promise<RoundEnd[]> {
  const cancelled = new AbortController();
  const cancel = (): void => cancelled.abort(new DOMException('the round was cancelled', 'AbortError'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, cancel);
  const { signal } = cancelled;
  const ends: RoundEnd[] = [];
  const play = roundsOf(flags, io);
  const wanted = { everyMs: 0, rounds: 1 };
  const jobMs = timeOfThisJob(io.env, await readWorkflowFiles('.'));
  const begunAt = performance.now();
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  signal.addEventListener('abort', stop, { once: true });
  await keepPace(
    { everyMs: () => wanted.everyMs, signal: stopping.signal, monotonic: () => performance.now() },
    async (number) => {
      const end = await play(recordRound(flags, io, { number, signal }));
      ends.push(end);
      Object.assign(wanted, { everyMs: end.everyMs, rounds: end.rounds });
      if (number >= wanted.rounds) return stop();
      const nextAfterMs = nextDue(begunAt, wanted.everyMs, performance.now()) - begunAt;
      if (isInTime(nextAfterMs, jobMs)) return;
      stop();
      const short = `${number} of ${wanted.rounds} rounds are made: this job ends after ${jobMs! / 60_000} min`;
      io.stderr.write(`warning: ${short}; \`vedette check\` says how many it needs\n`);
    },
  );
  return ends;
}

/** Probes, here and now. */
export function recordRound(
  flags: Flags,
  io: Io,
  { number, signal }: { number: number; signal: AbortSignal },
): Recorder {
  return async (constellation) => {
    const location = locationOf(flags, constellation.config, io);
    if (location === undefined) throw new Error('this location has gone from services.yml meanwhile');
    const result = await runRound({
      ...observeOptionsOf(constellation, flags, io, { signal }),
      id: roundId(io.env, location, number),
      location,
      historyFolder: String(flags.history),
      pendingFolders: pendingFoldersOf(String(flags.history), io.env),
      write: true,
    });
    const troubled = result.observations.filter(({ outcome }) => outcome !== 'up');
    io.stdout.write(table(result, troubled, io));
    if (result.wasCancelled) io.stderr.write('The round was cancelled; what had finished was kept.\n');
    return { ...result, code: result.bugs > 0 ? 1 : result.verdict.isProberFault ? 3 : 0 };
  };
}

/** For the job after this one. The last round knows best: it compares with what is deployed, not with the one before. */
async function conclude(ends: readonly RoundEnd[], { env }: Io): Promise<number> {
  const last = ends.at(-1);
  if (env.GITHUB_OUTPUT && last) {
    const lines = last.why === undefined ? ['build=false'] : ['build=true', `why=${last.why}`];
    await appendFile(env.GITHUB_OUTPUT, `${lines.join('\n')}\n`);
  }
  const code = gravest(ends.map((end) => end.code));
  // What did not end when it was told to would keep the process for ever.
  if (ends.some(({ isLeftBehind }) => isLeftBehind)) process.exit(code);
  return code;
}

async function sayDeployed(flags: Flags, io: Io): Promise<number> {
  const config = await loadServices(String(flags.config), io);
  if (!config) return 1;
  const historyFolder = String(flags.history);
  const moment = await lookNow({ config, historyFolder, now: Date.now });
  if (!moment) {
    io.stderr.write(`vedette: there is no round in ${historyFolder}, so no page of it can have been deployed\n`);
    return 1;
  }
  const shows = await shownBy(await siteSourceOf(String(flags.config), config), historyFolder, moment);
  await writeDeployed(historyFolder, { at: Date.now(), probedAt: moment.at, shows });
  try {
    if (!flags['no-publish']) await publishingTo(branchOf(flags, config, io)).publish('Record a deployment');
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    io.stderr.write(`vedette: ${error.message}\n`);
    return 5;
  }
  io.stdout.write('Deployed; the page is built again when it would show something else, or in an hour.\n');
  return 0;
}

async function sayWhetherToDeploy(folder: string, flags: Flags, { env, stdout, stderr }: Io): Promise<number> {
  const built = await readDeployed(folder);
  if (!built) {
    stderr.write(`vedette: ${folder} has no site.json that says what the page shows\n`);
    return 1;
  }
  const may = mayReplace(await readDeployed(String(flags.history)), built, Date.now());
  stdout.write(may ? 'The page is to be deployed.\n' : 'A newer page is deployed already; this one is left.\n');
  if (env.GITHUB_OUTPUT) await appendFile(env.GITHUB_OUTPUT, `deploy=${may}\n`);
  return 0;
}
