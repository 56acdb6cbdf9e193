/** `vedette history export`: the rounds for spreadsheets and other programs. */
import { once } from 'node:events';
import type { Verb } from '../../cli.ts';
import { EXPORT_FORMATS, type ExportFormat, exported } from '../../history/export.ts';
import { readRounds } from '../../history/store.ts';
import { utcInstant } from '../../units.ts';
import { existingFolder, HISTORY_OPTION } from './folder.ts';

export const exportRounds: Verb = {
  summary: 'print the rounds that are kept, as CSV or NDJSON',
  help: `usage: vedette history export --format csv|ndjson [--from INSTANT] [--to INSTANT] [--history DIR]

Prints the rounds that are kept one by one (14 days of them, unless services.yml says otherwise) in order of time: one
row an observation, or one line a round as \`vedette history import\` takes them.

  --format         csv or ndjson
  --from INSTANT   leave out what is older, e.g. 2026-11-20 or 2026-11-20T12:00:00Z
  --to INSTANT     leave out this instant and what is newer
  --history DIR    where observations are kept (default history)`,
  options: {
    ...HISTORY_OPTION,
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  },
  async run(flags, io) {
    const format = EXPORT_FORMATS.find((name) => name === flags.format);
    if (!format) return usage(`--format: expected csv or ndjson, got ${JSON.stringify(flags.format ?? '')}`);
    const [from, to] = [flags.from, flags.to].map((text) =>
      text === undefined ? undefined : utcInstant(String(text)),
    );
    if (Number.isNaN(from) || Number.isNaN(to))
      return usage('--from, --to: expected an instant like 2026-11-20T12:00:00Z');
    const folder = await existingFolder(flags, io);
    if (folder === undefined) return 1;
    const { rounds, warnings, errors } = await readRounds(folder, from ?? 0);
    for (const text of [...warnings.map((warning) => `warning: ${warning}`), ...errors]) io.stderr.write(`${text}\n`);
    const wanted = rounds.filter(({ at }) => at >= (from ?? 0) && at < (to ?? Number.POSITIVE_INFINITY));
    for (const text of exported(wanted, format satisfies ExportFormat)) {
      if (!io.stdout.write(text)) await once(io.stdout, 'drain');
    }
    return errors.length === 0 ? 0 : 1;

    function usage(problem: string): number {
      io.stderr.write(`vedette: ${problem}; see: vedette history export --help\n`);
      return 2;
    }
  },
};
