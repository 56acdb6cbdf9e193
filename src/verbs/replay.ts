/** `vedette replay`: what would this services.yml have said? */
import { once } from 'node:events';
import type { Io, Verb } from '../cli.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { readMaintenance } from '../history/event-folders.ts';
import { openFolder } from '../history/folder.ts';
import { createLifecycle } from '../incidents/lifecycle.ts';
import { usualGapMs } from '../incidents/look.ts';
import { withAnnounced } from '../incidents/maintenance.ts';
import type { MaintenanceEvent } from '../incidents/maintenance-event.ts';
import { createReplay, type Ignored, type Replay } from '../status/replay.ts';
import { plural } from '../units.ts';
import { readObservations } from './observations.ts';
import { changesOutput, jsonOutput, type Output, summaryOutput } from './replay-output.ts';
import { createReplayedSite, type ReplayedSite } from './replay-site.ts';

/** Enough to tell what is usual. */
const TIMES_REMEMBERED = 50;
/** Of what services.yml does not have. */
const SHOWN_NAMES = 4;

export const replay: Verb = {
  summary: 'say what this services.yml would have said of recorded rounds',
  help: `usage: vedette replay --observations FILE [--config FILE] [--history DIR] [--json] [--summary] [--html DIR]

Reads rounds in order of time, one a line, and prints what the page would have said after each: a line whenever the
overall state, the headline or the causes changed. Nothing is probed, nothing is kept.

  {"at":"2026-11-20T12:00:00Z","observations":[{"service":"queue","outcome":"up","latencyMs":143},
   {"service":"db","probe":"tcp","outcome":"down","reason":"refused"},{"service":"api","failureRatio":0.04}]}

Services that are absent were not read. Who names no probe speaks for the service as a whole, who names no outcome has
measured: it is worked out. \`vedette history export --format ndjson\` prints this form, too.

  --observations FILE   the rounds (- for standard input)
  --config FILE         what is tried (default services.yml)
  --history DIR         whose announced maintenance counts, too (default none but that of services.yml)
  --json                one JSON object a round, with the states of all services
  --summary             at the end and instead: when the overall state was not operational, how long, and why; and the
                        incidents, with how often people would have been notified
  --html DIR            build the page as it would have looked after the last round, too

Exit code: 0 whatever was said, 1 problems in services.yml or a line that cannot be read; what came before it is printed.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    observations: { type: 'string' },
    history: { type: 'string' },
    json: { type: 'boolean', default: false },
    summary: { type: 'boolean', default: false },
    html: { type: 'string' },
  },
  async run({ config, observations, history, json, summary, html }, io) {
    if (observations === undefined) {
      io.stderr.write('vedette: --observations is missing; see: vedette replay --help\n');
      return 2;
    }
    const loaded = await loadConfig(String(config), { kinds: 'opaque', env: io.env });
    if (!loaded.ok) {
      io.stderr.write(`${loaded.problems.map(formatProblem).join('\n')}\n`);
      return 1;
    }
    const announced = history === undefined ? [] : await announcedIn(String(history), io);
    const replaying = createReplay(withAnnounced(loaded.config, announced));
    const output = summary ? summaryOutput(Boolean(json)) : json ? jsonOutput() : changesOutput();
    const { keep } = loaded.config.history;
    await using site = html === undefined ? undefined : await createReplayedSite(keep, announced);
    const problem = await replayAll(String(observations), { replaying, output, site }, io);
    for (const warning of warningsOf(replaying)) io.stderr.write(`warning: ${warning}\n`);
    if (problem !== undefined) {
      io.stderr.write(`${problem}\n`);
      return 1;
    }
    // Whoever reads the answers as JSON finds nothing else among them.
    const quiet = { ...io, stdout: json ? io.stderr : io.stdout };
    return (await site?.build(String(config), String(html), quiet)) ?? 0;
  },
};

async function announcedIn(folder: string, { stderr }: Io): Promise<MaintenanceEvent[]> {
  const { lines, warnings, errors } = await readMaintenance(openFolder(folder), folder);
  for (const problem of [...warnings, ...errors]) stderr.write(`warning: ${problem}\n`);
  return lines;
}

/** Reads on only when what was printed is taken: a file of a year is not kept in memory. */
async function replayAll(
  file: string,
  { replaying, output, site }: { replaying: Replay; output: Output; site: ReplayedSite | undefined },
  { stdout }: Io,
): Promise<string | undefined> {
  const print = async (text: string): Promise<void> => {
    if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
  };
  const lifecycle = createLifecycle();
  let times: number[] = [];
  for await (const read of readObservations(file)) {
    if ('problem' in read) return read.problem;
    const answer = replaying.answer(read.round);
    times = [...times.slice(-TIMES_REMEMBERED), answer.at];
    const events = lifecycle.advance({ ...answer, gapMs: usualGapMs(times), graph: replaying.graph });
    await site?.take(read.round, answer, events);
    await print(output.round(answer, events));
  }
  await print(output.end(lifecycle.incidents()));
  return undefined;
}

function warningsOf(replaying: Replay): string[] {
  const { services, probes } = replaying.ignored();
  return [...ignoredInWords(services, 'service'), ...ignoredInWords(probes, 'probe')];
}

function ignoredInWords({ observations, names }: Ignored, what: string): string[] {
  if (observations === 0) return [];
  const shown = [...names].slice(0, SHOWN_NAMES).join(', ');
  const more = names.size > SHOWN_NAMES ? ' …' : '';
  return [`${plural(observations, 'observation')} ignored: services.yml has no ${what} ${shown}${more}`];
}
