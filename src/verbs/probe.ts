/** `vedette probe`: one round, shown and recorded. */
import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { closest } from 'fastest-levenshtein';
import type { Io, Verb } from '../cli.ts';
import { parseCanary } from '../config/canaries.ts';
import type { Config } from '../config/config.ts';
import type { Observation, Outcome } from '../model.ts';
import { type RoundResult, runRound } from '../round.ts';
import { plural } from '../units.ts';
import { loadConstellation, pendingFoldersOf, surroundingsOf } from './constellation.ts';

const CONCURRENCY = 200;

export const probe: Verb = {
  summary: 'probe every service once and record what was seen',
  help: `usage: vedette probe [--config FILE] [--history DIR] [--only ID]… [--json] [--no-write]

Runs one round: probes every service, adds one line to the history, prints what was seen.

  --config FILE    what to probe (default services.yml)
  --history DIR    where observations are kept (default history)
  --only ID        probe this service only; may be repeated
  --json           print one JSON object instead of a table
  --no-write       leave the history as it is

Exit code: 0 the round ran, whatever it found; 1 configuration or a bug; 3 the prober itself had no network; 4 the
history cannot be written, and the observations are kept elsewhere for the next round.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    history: { type: 'string', default: 'history' },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
  async run(flags, io) {
    const constellation = await loadConstellation(String(flags.config), io);
    if (!constellation) return 1;
    const { config, registry, secrets } = constellation;
    const only = flags.only as string[] | undefined;
    const ids = config.services.map(({ id }) => id);
    const stranger = only?.find((id) => !ids.includes(id));
    if (stranger !== undefined) {
      io.stderr.write(
        `vedette: no service is called ${JSON.stringify(stranger)}; did you mean ${closest(stranger, ids)}?\n`,
      );
      return 2;
    }
    const cancelled = new AbortController();
    const cancel = (): void => cancelled.abort(new DOMException('the round was cancelled', 'AbortError'));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, cancel);
    const location = io.env.VEDETTE_LOCATION ?? (io.env.GITHUB_ACTIONS ? 'gha' : 'local');
    const result = await runRound({
      config,
      registry,
      canaries: canariesOf(config, io.env),
      secrets,
      id: roundId(io.env, location),
      location,
      surroundings: surroundingsOf(String(flags.config), io.env),
      historyFolder: String(flags.history),
      pendingFolders: pendingFoldersOf(String(flags.history), io.env),
      ...(only && { only: new Set(only) }),
      write: !flags['no-write'],
      concurrency: CONCURRENCY,
      signal: cancelled.signal,
      now: Date.now,
      monotonic: () => performance.now(),
      onObservation: progress(
        config.services.flatMap((service) => (only?.includes(service.id) === false ? [] : service.probes)).length,
        io,
      ),
    });
    for (const warning of result.warnings) io.stderr.write(`warning: ${warning}\n`);
    for (const error of result.errors)
      io.stderr.write(`${error}; this line is left out until it is mended or deleted\n`);
    io.stdout.write(flags.json ? `${JSON.stringify(asJson(result))}\n` : table(result, io));
    if (result.wasCancelled) io.stderr.write('The round was cancelled; what had finished was kept.\n');
    if (result.bugs > 0) return 1;
    if (result.unwritten) {
      const { message, file } = result.unwritten;
      const where = file === undefined ? 'and are lost' : `and are kept in ${file}; the next round adds them`;
      io.stderr.write(`vedette: the observations cannot be written to ${flags.history} (${message}) ${where}\n`);
      return 4;
    }
    return result.verdict.isProberFault ? 3 : 0;
  },
};

/** In GitHub Actions its own API, when services.yml names none. */
function canariesOf({ canaries }: Config, { GITHUB_API_URL }: Io['env']): readonly string[] {
  if (canaries.length > 0 || !GITHUB_API_URL) return canaries;
  return 'problem' in parseCanary(GITHUB_API_URL) ? [] : [GITHUB_API_URL];
}

/** The same for every attempt to record this run, different for any other. */
function roundId(env: Io['env'], location: string): string {
  const run = env.GITHUB_RUN_ID ?? randomUUID().slice(0, 13);
  return `${run}.${env.GITHUB_RUN_ATTEMPT ?? '1'}.${location}`;
}

function progress(total: number, { stderr }: Io): (observation: Observation) => void {
  let done = 0;
  return () => {
    done += 1;
    if (!stderr.isTTY) return;
    stderr.write(done < total ? `\rprobed ${done} of ${total}` : '\r\x1b[K');
  };
}

function asJson({ observations, verdict, ...round }: RoundResult): object {
  const iso = (at: number): string => new Date(at).toISOString();
  const { id, location, durationMs, wasCancelled, warnings } = round;
  return {
    round: {
      id,
      at: iso(round.at),
      location,
      durationMs,
      proberFault: verdict.isProberFault,
      ...(verdict.canaries && { canaries: verdict.canaries }),
      cancelled: wasCancelled,
      warnings,
    },
    observations: observations.map(({ at, attempts, ...observation }) => ({
      ...observation,
      at: iso(at),
      attempts: attempts.map((attempt) => ({ ...attempt, at: iso(attempt.at) })),
    })),
  };
}

const COLOURS = { up: 'green', degraded: 'yellow', down: 'red', unknown: 'gray' } as const satisfies Record<
  Outcome,
  string
>;

function table({ observations, verdict, durationMs }: RoundResult, { stdout }: Io): string {
  const header = ['SERVICE', 'PROBE', 'OUTCOME', 'LATENCY', 'REASON'];
  const rows = observations.map((observation) => [
    observation.service,
    observation.probe,
    observation.outcome,
    latency(observation),
    reason(observation),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], colour?: (typeof COLOURS)[Outcome] | 'bold'): string =>
    cells
      .map((cell, column) => {
        const padded = column === cells.length - 1 ? cell : cell.padEnd(widths[column]!);
        const isColoured = colour === 'bold' || (colour && column === 2);
        return isColoured ? styleText(colour, padded, { stream: stdout, validateStream: true }) : padded;
      })
      .join('  ')
      .trimEnd();
  const counts = [...Map.groupBy(observations, ({ outcome }) => outcome)].map(
    ([outcome, list]) => `${list.length} ${outcome}`,
  );
  const summary =
    observations.length === 0
      ? 'Nothing to probe.'
      : `${plural(observations.length, 'probe')} in ${(durationMs / 1000).toFixed(1)} s: ${counts.join(', ')}.`;
  return [
    ...(rows.length > 0 ? [line(header, 'bold')] : []),
    ...rows.map((row, index) => line(row, COLOURS[observations[index]!.outcome])),
    ...(rows.length > 0 ? [''] : []),
    summary,
    ...(verdict.isProberFault ? [faultInWords(verdict)] : []),
    '',
  ].join('\n');
}

function faultInWords({ canaries }: RoundResult['verdict']): string {
  return canaries === undefined
    ? 'Prober fault: too many services went silent at once; our own network probably failed.'
    : 'Prober fault: no canary answered; our own network failed.';
}

function latency({ latencyMs, phases }: Observation): string {
  const parts = Object.entries(phases).map(([phase, ms]) => `${phase} ${Math.round(ms)}`);
  return `${Math.round(latencyMs)} ms (${parts.join(', ')})`;
}

function reason({ reason, phase, message, attempts, warnings }: Observation): string {
  const label =
    reason === undefined || message.startsWith(reason)
      ? ''
      : `${reason}${reason === 'timeout' && phase ? `@${phase}` : ''}: `;
  const retried = attempts.length > 1 ? ` (${plural(attempts.length, 'attempt')})` : '';
  // What a server wrote must not steer the terminal.
  const text = `${label}${message}${retried}${warnings.map((warning) => `; ${warning}`).join('')}`;
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
