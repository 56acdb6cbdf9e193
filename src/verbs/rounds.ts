/** Whole rounds one after the other, for `vedette run` and `vedette watch`: what they are given, and what is said of them. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Flags, Io } from '../cli.ts';
import type { Config } from '../config/config.ts';
import type { AfterRound } from '../effects/effect.ts';
import { heartbeat } from '../effects/heartbeat.ts';
import { notifyAfterRound } from '../effects/notify.ts';
import { openDeliveries } from '../history/deliveries.ts';
import { writeDeployed } from '../history/deployed.ts';
import { readPublished } from '../history/git/read-published.ts';
import { type Branch, publishingTo } from '../round/publishing.ts';
import { type RecordedResult, runWholeRound, type WholeRound } from '../round.ts';
import { instantInWords } from '../units.ts';
import { buildPage } from './build-page.ts';
import { type Constellation, loadConstellation } from './constellation.ts';
import { githubIssues } from './github.ts';
import { CONFIG_OPTION, HISTORY_OPTION } from './history/folder.ts';
import { AUTHOR_HELP, AUTHOR_OPTION, authorProblem, branchOf, REMOTE_OPTIONS } from './history/target.ts';
import { unwrittenInWords } from './round-table.ts';

export const ROUND_OPTIONS = {
  ...CONFIG_OPTION,
  ...HISTORY_OPTION,
  ...REMOTE_OPTIONS,
  ...AUTHOR_OPTION,
  'no-publish': { type: 'boolean', default: false },
  build: { type: 'string' },
} as const;

export const ROUND_HELP = `  --config FILE    what is watched (default services.yml)
  --history DIR    where observations are kept (default history)
  --remote NAME    where they are published (default origin)
  --branch NAME    instead of \`history.branch\`, or of the branch that is checked out
${AUTHOR_HELP}
  --no-publish     leave git alone: the history stays in its folder
  --build DIR      build the page there when it has to be`;

export const EXIT_CODES = `Exit code: 0 done, whatever was found; 1 configuration or a bug, or the page could not be built; 2 usage; 3 the prober
itself had no network; 4 the history cannot be written, and the observations are kept elsewhere for the next round; 5 it
cannot be published, and the next round does it.`;

/** The gravest first: of several rounds the gravest counts. */
const GRAVEST = [1, 4, 5, 3, 0];

export function gravest(codes: readonly number[]): number {
  return GRAVEST.find((code) => codes.includes(code)) ?? 0;
}

export interface RoundEnd {
  code: number;
  everyMs: number;
  rounds: number;
  /** Why the page has to be built; undefined when it has not, or has been, or nobody knows. */
  why?: string | undefined;
  isLeftBehind: boolean;
}

/** Makes and keeps the observations of one round, and prints what a reader wants to know of them. */
export type Recorder = (constellation: Constellation) => Promise<RecordedResult & { code: number }>;

/** Prints what is wrong with the flags, if anything. */
export function hasMistakes(flags: Flags, { stderr }: Io, verb: string): boolean {
  const problem = authorProblem(flags);
  if (problem !== undefined) stderr.write(`vedette: ${problem}; see: vedette ${verb} --help\n`);
  return problem !== undefined;
}

/**
 * Reads services.yml for each round, so that it may be changed in between; one with mistakes is said, and the last that had
 * none is used.
 */
export function roundsOf(flags: Flags, io: Io): (record: Recorder) => Promise<RoundEnd> {
  let last: Constellation | undefined;
  const github = githubIssues();
  return async (record) => {
    const read = await loadConstellation(String(flags.config), io);
    const constellation = read ?? last;
    if (!constellation) return { code: 1, everyMs: 300_000, rounds: 1, isLeftBehind: false };
    last = constellation;
    const { everyMs, rounds } = constellation.config.schedule;
    try {
      const end = await oneRound(constellation, github, flags, io, record);
      return { ...end, code: read ? end.code : gravest([1, end.code]), everyMs, rounds };
    } catch (error) {
      // A bug of ours in this round is loud, and no reason not to try the next.
      io.stderr.write(`vedette: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return { code: 1, everyMs, rounds, isLeftBehind: false };
    }
  };
}

async function oneRound(
  constellation: Constellation,
  github: ReturnType<typeof githubIssues>,
  flags: Flags,
  io: Io,
  record: Recorder,
): Promise<Pick<RoundEnd, 'code' | 'why' | 'isLeftBehind'>> {
  const { config, secrets } = constellation;
  const historyFolder = String(flags.history);
  const branch = flags['no-publish'] ? undefined : branchOf(flags, config, io);
  let code = 0;
  const whole = await runWholeRound({
    config,
    historyFolder,
    now: Date.now,
    env: io.env,
    before: [github.before],
    after: afterRounds(constellation, github, historyFolder, branch),
    ...(branch && { publishing: publishingTo(branch) }),
    secrets,
    siteSource: await siteSourceOf(String(flags.config), config),
    record: async () => {
      const result = await record(constellation);
      code = result.code;
      return result;
    },
  });
  say(whole, historyFolder, io);
  const built = flags.build === undefined ? undefined : await buildIfNeeded(whole, flags, io);
  const codes = [code, whole.recorded.unwritten ? 4 : 0, whole.unpublished === undefined ? 0 : 5, built?.code ?? 0];
  return {
    code: gravest(codes),
    why: built?.code === 0 ? undefined : whole.site.why,
    isLeftBehind: whole.isLeftBehind,
  };
}

/** Who is told after a round, in this order. The heartbeat is last: it says that all before it was done. */
function afterRounds(
  { config, channels }: Constellation,
  github: ReturnType<typeof githubIssues>,
  historyFolder: string,
  branch: Branch | undefined,
): AfterRound[] {
  // Where others may tell as well, what the branch says of who claimed it first is what counts.
  const readBranch = branch && ((paths: readonly string[]) => readPublished(branch, paths));
  const ledger = openDeliveries(historyFolder, Date.now, readBranch);
  return [
    notifyAfterRound({ channels, ledger, run: randomUUID() }),
    github.after,
    ...(config.heartbeat === undefined ? [] : [heartbeat(config.heartbeat)]),
  ];
}

function say(
  { recorded, unpublished, warnings, site }: WholeRound,
  historyFolder: string,
  { stderr, stdout }: Io,
): void {
  for (const warning of [...recorded.warnings, ...warnings]) stderr.write(`warning: ${warning}\n`);
  for (const error of recorded.errors) stderr.write(`${error}; this line is left out until it is mended or deleted\n`);
  if (recorded.unwritten) stderr.write(`vedette: ${unwrittenInWords(recorded.unwritten, historyFolder)}\n`);
  if (unpublished !== undefined) stderr.write(`vedette: the round is not published: ${unpublished}\n`);
  const { at, rollup } = recorded.moment;
  const news = recorded.events.map(({ incident, kind }) => `; ${incident}: ${kind}`).join('');
  stdout.write(`${instantInWords(at, 'second')}: ${rollup.overall.replace('_', ' ')}${news}\n`);
  stdout.write(site.why === undefined ? 'The page will do.\n' : `The page is to be built: ${site.why}.\n`);
}

async function buildIfNeeded({ site, recorded }: WholeRound, flags: Flags, io: Io): Promise<{ code: number }> {
  if (site.why === undefined) return { code: 0 };
  const at = Date.now();
  const problem = await buildPage(flags, io);
  if (problem !== undefined) {
    io.stderr.write(`vedette: ${problem}; the next round tries again\n`);
    return { code: 1 };
  }
  await writeDeployed(String(flags.history), { at, probedAt: recorded.moment.at, shows: site.shows });
  return { code: 0 };
}

/** All that the page is made of beside the history: what stands in services.yml, the files it names, and ourselves. */
export async function siteSourceOf(file: string, { page }: Config): Promise<string> {
  const brand = [page.brand?.logo, page.brand?.css].flatMap((path) => (path ? join(dirname(file), path) : []));
  const texts = await Promise.all([file, ...brand].map((path) => readFile(path, 'latin1').catch(() => '')));
  return [packageJson.version, ...texts].join('\0');
}
