/**
 * A program says that all is well, in the way of Nagios plugins: every `check_*` works.
 *
 * ```yaml
 * probes:
 *   - command: [/usr/lib/nagios/plugins/check_ntp_time, -H, ntp.example.org]
 *   - command:
 *       run: [/usr/lib/nagios/plugins/check_mysql, -H, db.example.org, -u, monitor]
 *       env: { MYSQL_PWD: "${DB_PASSWORD}" }
 * ```
 *
 * Its exit status decides: 0 is up, 1 degraded, 2 down, and everything else unknown, as is a program that is missing or
 * crashes. The first line that it prints is the message, its performance data are facts, and drawn day by day. At the deadline it is killed
 * with everything it started. There is no shell, and of the environment only PATH, LANG and `env` are passed on. It runs
 * in the folder of services.yml, where a relative path like `plugins/check_it` begins; one without a slash is looked up
 * in PATH.
 *
 * Programs are not run for pull requests, whose services.yml a stranger may have written.
 */
import { z } from 'zod';
import type { Value } from '../src/model.ts';
import { defineProbe, type ProbeResult } from '../src/probing/define-probe.ts';
import { ProbeFailure } from '../src/probing/failure.ts';
import { type PluginOutput, parsePluginOutput } from '../src/probing/plugin-output.ts';
import type { ProgramRun } from '../src/probing/run-program.ts';

const RUN_RULE = 'expected a list with a program and its arguments, like [check_ntp_time, -H, ntp.example.org]';
const OUTCOMES = ['up', 'degraded', 'down'] as const;

const word = z.preprocess(
  // In YAML the port after `-p` is a number.
  (value) => (typeof value === 'number' ? String(value) : value),
  z.string('expected text or a number').regex(/^[^\0]*$/, 'expected text without NUL'),
);

const settings = z
  .preprocess(
    (value) => (Array.isArray(value) ? { run: value } : value),
    z.strictObject(
      {
        run: z
          .array(word, RUN_RULE)
          .refine((list) => Boolean(list[0]), RUN_RULE)
          .describe('Program and arguments.'),
        env: z
          .record(z.string().regex(/^[^=\0]+$/, 'expected the name of a variable'), word)
          .describe('Environment variables beside PATH and LANG; the place for secrets, as `${NAME}`.')
          .default({}),
      },
      RUN_RULE,
    ),
  )
  .meta({ shorthand: { type: 'array', items: { type: ['string', 'number'] } } });

export default defineProbe({
  settings,
  describe: ({ run }) => targetOf(run),
  async run({ run: [path, ...args], env }, { signal, enter, mayRunCommands, runProgram }) {
    if (!mayRunCommands) throw new ProbeFailure('unsupported-here', 'programs are not run for pull requests');
    enter('talk');
    return judge(await runProgram({ path: path!, args, env }, signal));
  },
});

function judge(run: ProgramRun): ProbeResult {
  if (!run.started) throw new ProbeFailure('source', run.message);
  const { exitCode, killedBy, stdout, stderr } = run;
  const { text, perfdata } = parsePluginOutput(stdout);
  const said = sentence(text) || sentence(stderr.split('\n')[0]!);
  if (exitCode === null) throw new ProbeFailure('source', `the program was ended by ${killedBy}`);
  const facts = { status: exitCode, ...(Object.keys(perfdata).length > 0 && { perfdata }) };
  const message = said || `exit status ${exitCode}`;
  const outcome = OUTCOMES[exitCode];
  if (!outcome) throw new ProbeFailure('source', said ? `exit status ${exitCode}: ${said}` : message, { facts });
  const reading = { outcome, message, facts, values: valuesIn(perfdata) };
  return outcome === 'up' ? reading : { ...reading, reason: 'status', phase: 'talk' };
}

/** A counter (`c`) only ever grows: how high it stands says nothing. */
function valuesIn(perfdata: PluginOutput['perfdata']): Value[] {
  return Object.entries(perfdata).flatMap(([name, { value, unit }]) =>
    value === null || unit === 'c' ? [] : [{ name, value, ...(unit !== undefined && { unit }) }],
  );
}

/** The program, and the host after `-H` as plugins have it; other arguments may be secrets. */
function targetOf([path = '', ...args]: readonly string[]): string {
  const name = path.split(/[/\\]/).at(-1)!;
  const flag = args.findIndex((arg) => arg === '-H' || arg === '--hostname');
  const host = flag === -1 ? undefined : args[flag + 1];
  return host === undefined ? name : `${name} ${host}`;
}

/** One line of print, without a full stop. */
function sentence(line: string): string {
  return line
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.+$/, '');
}
