/** `vedette probe`: one round, shown and recorded. */
import { closest } from 'fastest-levenshtein';
import type { Verb } from '../cli.ts';
import { type RoundResult, runRound } from '../round.ts';
import { loadConstellation, pendingFoldersOf } from './constellation.ts';
import { observeOptionsOf } from './prober.ts';
import { LOCATION_OPTION, locationOf, roundId } from './round-id.ts';
import { table, unwrittenInWords } from './round-table.ts';
import { probeShare, shareOf } from './shard.ts';

export const probe: Verb = {
  summary: 'probe every service once and record what was seen',
  help: `usage: vedette probe [--config FILE] [--history DIR] [--location ID] [--only ID]… [--json] [--no-write]
       vedette probe --out FILE [--shard 2/8] [--config FILE] [--location ID]

Runs one round: probes every service, adds one line to the history, prints what was seen. With --out it writes what was
seen to a file instead, for \`vedette run --merge\`, which puts together what several machines have seen. They know their
round by $VEDETTE_RUN_ID, the same on all of them and another for every round; in GitHub Actions it is the run's.

  --config FILE    what to probe (default services.yml)
  --history DIR    where observations are kept (default history)
  --location ID    which of the \`locations\` this is (default $VEDETTE_LOCATION, or a name for here)
  --only ID        probe this service only; may be repeated
  --json           print one JSON object instead of a table
  --no-write       leave the history as it is
  --out FILE       where observations go instead of the history
  --shard N/M      probe this part of all; the probes of a host are in one part

Exit code: 0 the round ran, whatever it found; 1 configuration or a bug; 3 the prober itself had no network; 4 the
history cannot be written, and the observations are kept elsewhere for the next round.`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    history: { type: 'string', default: 'history' },
    ...LOCATION_OPTION,
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
    out: { type: 'string' },
    shard: { type: 'string' },
  },
  async run(flags, io) {
    const share = shareOf(flags);
    if (typeof share === 'object' && 'problem' in share) {
      io.stderr.write(`vedette: ${share.problem}; see: vedette probe --help\n`);
      return 2;
    }
    const constellation = await loadConstellation(String(flags.config), io);
    if (!constellation) return 1;
    const { config } = constellation;
    const location = locationOf(flags, config, io);
    if (location === undefined) return 2;
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
    const { signal } = cancelled;
    if (share !== 'none') return probeShare(share, constellation, { location, signal, flags, io });
    const result = await runRound({
      ...observeOptionsOf(constellation, flags, io, { signal, ...(only && { only: new Set(only) }) }),
      id: roundId(io.env, location),
      location,
      historyFolder: String(flags.history),
      pendingFolders: pendingFoldersOf(String(flags.history), io.env),
      write: !flags['no-write'],
    });
    for (const warning of result.warnings) io.stderr.write(`warning: ${warning}\n`);
    for (const error of result.errors)
      io.stderr.write(`${error}; this line is left out until it is mended or deleted\n`);
    io.stdout.write(flags.json ? `${JSON.stringify(asJson(result))}\n` : table(result, result.observations, io));
    if (result.wasCancelled) io.stderr.write('The round was cancelled; what had finished was kept.\n');
    if (result.bugs > 0) return 1;
    if (result.unwritten) {
      io.stderr.write(`vedette: ${unwrittenInWords(result.unwritten, String(flags.history))}\n`);
      return 4;
    }
    return result.verdict.isProberFault ? 3 : 0;
  },
};

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
