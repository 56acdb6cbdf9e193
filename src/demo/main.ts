/** `npm start`: a small platform of real servers, a story that breaks some of them, and the page that tells of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problems.ts';
import { loadRegistry, type Registry, settingsOf } from '../probing/registry.ts';
import { durationInWords, plural } from '../units.ts';
import { buildPage } from './build.ts';
import { type Constellation, startConstellation } from './constellation.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { listenToKeyboard } from './keyboard.ts';
import { SERVICES } from './platform.ts';
import { gistOf, paint, roundInWords } from './report.ts';
import { type PageServer, servePage } from './serve.ts';
import { servicesYml } from './services-yml.ts';
import { perform, STORY } from './story.ts';
import { type Watched, watch } from './watch.ts';

interface Io {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

process.exitCode = await main(process.argv.slice(2), process);

/** The exit code: 0 played to the end or until somebody quit, 1 the page could not be built, 2 usage. */
async function main(args: readonly string[], { stdin, stdout, stderr }: Io): Promise<number> {
  const parsed = parseFlags(args);
  if (parsed.kind === 'mistake') {
    stderr.write(`vedette demo: ${parsed.message}; see: npm start -- --help\n`);
    return 2;
  }
  if (parsed.kind === 'help') {
    stdout.write(`${HELP}\n`);
    return 0;
  }
  const quitting = new AbortController();
  const quit = (): void => quitting.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
  stdout.on('error', quit); // Nobody reads any more, as in `npm start | head`.
  const folder = await mkdtemp(join(tmpdir(), 'vedette-demo-'));
  try {
    return await runDemo(parsed.flags, folder, quitting, { stdin, stdout, stderr });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What every round needs. */
interface Stage {
  constellation: Constellation;
  config: Config;
  registry: Registry;
  files: { config: string; history: string; out: string };
}

async function runDemo(flags: Flags, folder: string, quitting: AbortController, io: Io): Promise<number> {
  const files = {
    config: join(folder, 'services.yml'),
    history: join(folder, 'history'),
    out: flags.out === undefined ? join(folder, 'page') : resolve(flags.out),
  };
  const constellation = await startConstellation();
  let page: PageServer | undefined;
  let keyboard: Disposable | undefined;
  try {
    const stage = await prepare(constellation, files, flags.everyMs);
    page = flags.port === undefined ? undefined : await servePage(files.out, flags.port);
    io.stdout.write(opening(flags, page, io));
    const cursor = { step: 0 };
    const replay = (): void => {
      cursor.step = 0;
    };
    keyboard = page && listenToKeyboard({ ...io, constellation, replay, quit: () => quitting.abort() });
    return await play(stage, flags, cursor, quitting.signal, io);
  } finally {
    keyboard?.[Symbol.dispose]();
    await Promise.all([page?.close(), constellation.close()]);
  }
}

async function prepare(constellation: Constellation, files: Stage['files'], everyMs: number): Promise<Stage> {
  await writeFile(files.config, servicesYml(SERVICES, { ports: constellation.outerPorts, everyMs }));
  const registry = await loadRegistry();
  const loaded = await loadConfig(files.config, { kinds: settingsOf(registry), env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return { constellation, config: loaded.config, registry, files };
}

function opening({ everyMs, port }: Flags, page: PageServer | undefined, { stdout }: Io): string {
  const servers = SERVICES.filter(({ speaks }) => speaks).length;
  const lines = [
    `${paint('Vedette demo', 'bold', stdout)}: ${plural(servers, 'real server')} on this machine, probed every ${durationInWords(everyMs)}.`,
    ...(page?.isElsewhere ? [`Port ${port} is not free; the page is served at another one.`] : []),
    ...(page
      ? [`Page: ${paint(page.address, 'underline', stdout)}`, 'Type h and Enter for what you can break, q to quit.']
      : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** Round after round: the story's next step, a round of probes, what it found, and while somebody can see it the page. */
async function play(
  stage: Stage,
  flags: Flags,
  cursor: { step: number },
  signal: AbortSignal,
  io: Io,
): Promise<number> {
  const { rounds = Number.POSITIVE_INFINITY, everyMs, port, out } = flags;
  let last: Watched | undefined;
  let problem: string | undefined;
  for (let number = 1; number <= rounds && !signal.aborted; number += 1) {
    const startedAt = Date.now();
    const isLast = number === rounds;
    const says = await nextStep(stage.constellation, cursor);
    const watched = await watch({ ...stage, historyFolder: stage.files.history, number, signal, now: Date.now });
    if (signal.aborted) break;
    // After the story only what changed is worth a line.
    const isNews = says !== undefined || isLast || last === undefined || gistOf(last) !== gistOf(watched);
    if (isNews) io.stdout.write(roundInWords({ number, says, watched }, stage.config.services, io.stdout));
    if (says !== undefined && cursor.step === STORY.length && !isLast) io.stdout.write(ending(flags));
    last = watched;
    if (port !== undefined || isLast) problem = await rebuild(stage, problem, signal, io);
    // One more millisecond, because timers may be early and no two rounds may share a second.
    if (!isLast) await pause(startedAt + everyMs + 1 - Date.now(), signal);
  }
  if (!signal.aborted) return closing(flags, stage.files.out, problem, last, io);
  io.stdout.write(out === undefined ? 'Stopped; nothing is left behind.\n' : 'Stopped.\n');
  return 0;
}

/** What is wrong with the page, if anything; said once and not with every round. */
async function rebuild(
  { files }: Stage,
  before: string | undefined,
  signal: AbortSignal,
  { stderr }: Io,
): Promise<string | undefined> {
  const problem = await buildPage({ ...files, signal });
  if (problem !== undefined && problem !== before && !signal.aborted)
    stderr.write(`The page could not be built:\n${problem}\n\n`);
  return problem;
}

async function nextStep(constellation: Constellation, cursor: { step: number }): Promise<string | undefined> {
  const step = STORY[cursor.step];
  if (!step) return undefined;
  cursor.step += 1;
  for (const action of step.does) await perform(action, constellation);
  return step.says;
}

function ending({ everyMs, port }: Flags): string {
  const keys = port !== undefined ? ' s plays the story again, h shows what you can break.' : '';
  return `The story is over. Probing goes on every ${durationInWords(everyMs)}; changes are told here.${keys}\n\n`;
}

function closing(
  { out }: Flags,
  folder: string,
  problem: string | undefined,
  last: Watched | undefined,
  { stdout }: Io,
): number {
  if (problem !== undefined) return 1;
  if (out !== undefined) stdout.write(`Page: ${join(folder, 'index.html')}\n`);
  if (last) stdout.write(`${[last.headline.verdict, ...last.headline.because].join(' ')}\n`);
  return 0;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
