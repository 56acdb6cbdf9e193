/** What stands after `npm start --`. */
import { parseArgs } from 'node:util';
import { duration } from '../units.ts';
import { COMMANDS_HELP } from './commands.ts';
import { STORY } from './story.ts';

export interface Flags {
  /** Undefined: until somebody ends it. */
  rounds: number | undefined;
  everyMs: number;
  /** Undefined: nothing is served. */
  port: number | undefined;
  /** Undefined: the page is thrown away with the rest. */
  out: string | undefined;
}

export type ParsedFlags = { kind: 'flags'; flags: Flags } | { kind: 'help' } | { kind: 'mistake'; message: string };

export const HELP = `usage: npm start -- [--rounds N] [--every 5s] [--port N] [--no-serve] [--out DIR]

Starts a small platform of real servers on this machine, breaks some of them in a story, probes them, and shows the
status page at http://127.0.0.1:4321/. Nothing is kept and nothing leaves this machine.

  --rounds N    play so many rounds and end (default: until you quit; with --no-serve the ${STORY.length} rounds of the story)
  --every 5s    time between rounds, at least 1s (default 5s; with --no-serve 1s)
  --port N      where the page is served; 0 for any free port (default 4321)
  --no-serve    build the page once, at the end, and serve nothing
  --out DIR     keep the page in this folder (with --no-serve the default is dist)

While it runs, type and press Enter:
${COMMANDS_HELP}`;

const DEFAULT_PORT = 4321;
const MOST_ROUNDS = 100_000;

const OPTIONS = {
  rounds: { type: 'string' },
  every: { type: 'string' },
  port: { type: 'string' },
  'no-serve': { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function parseFlags(args: readonly string[]): ParsedFlags {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    values = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    return { kind: 'mistake', message: message.charAt(0).toLowerCase() + message.slice(1) };
  }
  if (values.help) return { kind: 'help' };

  const serves = !values['no-serve'];
  const rounds =
    values.rounds === undefined ? (serves ? undefined : STORY.length) : wholeNumber(values.rounds, 1, MOST_ROUNDS);
  const port = values.port === undefined ? DEFAULT_PORT : wholeNumber(values.port, 0, 65_535);
  const every = duration().safeParse(values.every ?? (serves ? '5s' : '1s'));
  if (Number.isNaN(rounds)) return mistake('--rounds', `a whole number from 1 to ${MOST_ROUNDS}`, values.rounds);
  if (Number.isNaN(port)) return mistake('--port', 'a port from 0 to 65535', values.port);
  // History keeps whole seconds: two rounds in one would have no order.
  if (!every.success || every.data < 1000)
    return mistake('--every', 'a duration of at least 1s, like 5s', values.every);
  if (values.out === '') return mistake('--out', 'a folder', values.out);
  if (!serves && values.port !== undefined)
    return { kind: 'mistake', message: '--port makes no sense with --no-serve' };
  const out = values.out ?? (serves ? undefined : 'dist');
  return { kind: 'flags', flags: { rounds, everyMs: every.data, port: serves ? port : undefined, out } };
}

function wholeNumber(text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : Number.NaN;
}

function mistake(flag: string, rule: string, value: string | undefined): ParsedFlags {
  return { kind: 'mistake', message: `${flag} expects ${rule}, got ${JSON.stringify(value)}` };
}
