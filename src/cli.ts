#!/usr/bin/env node
/** argv → one verb. Results go to stdout, progress and problems to stderr. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { keepMemorySmall } from './probing/memory.ts';
import { keepCompiled } from './verbs/compiled.ts';
import { printNoCommands } from './verbs/no-commands.ts';
import { useProxyOf } from './verbs/own-proxies.ts';

export interface Verb {
  /** One line for the list of verbs. */
  summary: string;
  /** What stands after the verb, and what each flag means. */
  help: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** What stands behind the verb without a flag, as it is called in `help`; it comes with the flags. */
  operand?: string;
  /** The exit code: 0 done, 1 configuration or a bug, 2 usage, 3 the prober's own fault, 4 and 5 the history's. */
  run(flags: Flags, io: Io): Promise<number>;
}

/** Verbs about one thing: `vedette history verify`. */
export interface VerbGroup {
  summary: string;
  verbs: Readonly<Record<string, () => Promise<Verb>>>;
}

export type Flags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Io {
  env: Readonly<Record<string, string | undefined>>;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Each loaded when it is called: a verb pays for nothing but itself. */
const VERBS: Readonly<Record<string, () => Promise<Verb | VerbGroup>>> = {
  check: async () => (await import('./verbs/check.ts')).check,
  graph: async () => (await import('./verbs/graph.ts')).graph,
  probe: async () => (await import('./verbs/probe.ts')).probe,
  run: async () => (await import('./verbs/run.ts')).run,
  watch: async () => (await import('./verbs/watch.ts')).watch,
  plan: async () => (await import('./verbs/plan.ts')).plan,
  build: async () => (await import('./verbs/build.ts')).build,
  replay: async () => (await import('./verbs/replay.ts')).replay,
  explain: async () => (await import('./verbs/explain.ts')).explain,
  notify: async () => (await import('./verbs/notify.ts')).notify,
  incident: async () => (await import('./verbs/incident.ts')).incident,
  maintenance: async () => (await import('./verbs/maintenance.ts')).maintenance,
  history: async () => (await import('./verbs/history.ts')).history,
  init: async () => (await import('./verbs/init.ts')).init,
  doctor: async () => (await import('./verbs/doctor.ts')).doctor,
  schema: async () => (await import('./verbs/schema.ts')).schema,
};

/** Those that ask many targets at once. */
const PROBING: readonly string[] = ['probe', 'run', 'watch'];

// Whoever reads no more, as in `vedette probe | head`, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const isProbing = PROBING.includes(process.argv[2] ?? '');
if (isProbing) keepMemorySmall();
keepCompiled(isProbing ? 'probing' : 'plain', process.env);
if (process.env.GITHUB_ACTIONS) printNoCommands(process.stdout, process.stderr);

process.exitCode = await main(process.argv.slice(2), process);

async function main([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(`${await overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  const verb = Object.hasOwn(VERBS, name) ? await VERBS[name]!() : undefined;
  if (!verb) return usageError(io, `unknown verb ${JSON.stringify(name)}`, 'vedette --help');
  return 'verbs' in verb ? runGroup(name, verb, rest, io) : runVerb(name, verb, rest, io);
}

async function runGroup(
  group: string,
  { summary, verbs }: VerbGroup,
  args: readonly string[],
  io: Io,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    const list = await listOf(verbs);
    const text = `vedette ${group}: ${summary}\n\nusage: vedette ${group} <what> [flags]\n\n${list}\n`;
    (name === undefined ? io.stderr : io.stdout).write(text);
    return name === undefined ? 2 : 0;
  }
  const verb = Object.hasOwn(verbs, name) ? await verbs[name]!() : undefined;
  if (!verb) return usageError(io, `unknown: ${group} ${JSON.stringify(name)}`, `vedette ${group} --help`);
  return runVerb(`${group} ${name}`, verb, rest, io);
}

async function runVerb(name: string, verb: Verb, args: readonly string[], io: Io): Promise<number> {
  let flags: Flags;
  try {
    const options = { ...verb.options, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: verb.operand !== undefined,
    });
    if (positionals.length > 1)
      return usageError(io, `unexpected argument '${positionals[1]}'`, `vedette ${name} --help`);
    flags = verb.operand === undefined ? values : { ...values, [verb.operand]: positionals[0] };
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    return usageError(io, message.charAt(0).toLowerCase() + message.slice(1), `vedette ${name} --help`);
  }
  if (flags.help) {
    io.stdout.write(`${verb.help}\n`);
    return 0;
  }
  const direct = useProxyOf(io.env);
  if (direct !== undefined) io.stderr.write(`warning: our own requests go through no proxy: ${direct}\n`);
  try {
    return await verb.run(flags, io);
  } catch (error) {
    // What the file system refuses is no bug of ours; anything else is, and loud.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    io.stderr.write(`vedette: ${error.message}\n`);
    return 1;
  }
}

function usageError(io: Io, problem: string, help: string): number {
  io.stderr.write(`vedette: ${problem}; see: ${help}\n`);
  return 2;
}

async function overview(): Promise<string> {
  return [
    'Vedette: a status page that knows what depends on what.',
    '',
    'usage: vedette <verb> [flags]',
    '',
    await listOf(VERBS),
    '',
    '`vedette <verb> --help` explains a verb. Exit codes: 0 done, 1 configuration or a bug, 2 usage, 3 prober fault,',
    '4 the history cannot be written, 5 it cannot be published.',
  ].join('\n');
}

async function listOf(verbs: Readonly<Record<string, () => Promise<{ summary: string }>>>): Promise<string> {
  const width = Math.max(...Object.keys(verbs).map((name) => name.length));
  const lines = Object.entries(verbs).map(async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).summary}`);
  return (await Promise.all(lines)).join('\n');
}
