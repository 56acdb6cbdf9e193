/** `vedette history import`: rounds that something else recorded. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Verb } from '../../cli.ts';
import { importLine } from '../../history/import.ts';
import { importRounds as importAll } from '../../history/store.ts';
import type { RecordedRound } from '../../model.ts';
import { plural } from '../../units.ts';
import { CONFIG_OPTION, HISTORY_OPTION, keepOf } from './folder.ts';

const SHOWN_PROBLEMS = 20;

export const importRounds: Verb = {
  summary: 'add rounds from a file, one JSON object a line',
  help: `usage: vedette history import --file FILE [--history DIR] [--config FILE]

Adds rounds from a file (- for standard input), one a line:

  {"at":"2026-11-20T12:00:00Z","observations":[{"service":"queue","outcome":"up","latencyMs":143},
   {"service":"db","probe":"tcp","outcome":"down","reason":"refused"}]}

Services that are absent were not read. Importing a line again changes nothing while its day's rounds are kept. When a line cannot be read, nothing is
imported. Days that are over are digested, and details go as \`history.keep\` says.

  --file FILE      what to import
  --history DIR    where observations are kept (default history)
  --config FILE    how long details are kept (default services.yml)`,
  options: { ...HISTORY_OPTION, ...CONFIG_OPTION, file: { type: 'string' } },
  async run(flags, io) {
    if (flags.file === undefined) {
      io.stderr.write('vedette: --file is missing; see: vedette history import --help\n');
      return 2;
    }
    const keep = await keepOf(flags, io);
    if (!keep) return 1;
    const file = String(flags.file);
    const rounds: RecordedRound[] = [];
    const problems: string[] = [];
    let number = 0;
    try {
      const input = file === '-' ? process.stdin : createReadStream(file);
      for await (const line of createInterface({ input })) {
        number += 1;
        if (line.trim() === '') continue;
        const imported = importLine(line);
        if ('round' in imported) rounds.push(imported.round);
        else problems.push(`${file}:${number}  ${imported.problem}`);
      }
    } catch (error) {
      io.stderr.write(`vedette: ${file} cannot be read: ${(error as Error).message}\n`);
      return 1;
    }
    if (problems.length > 0) {
      const more = problems.length > SHOWN_PROBLEMS ? `\n… and ${problems.length - SHOWN_PROBLEMS} more` : '';
      io.stderr.write(`${problems.slice(0, SHOWN_PROBLEMS).join('\n')}${more}\n\nNothing was imported.\n`);
      return 1;
    }
    const { added, aside } = await importAll(String(flags.history), rounds, keep);
    for (const day of aside) {
      io.stderr.write(
        `warning: rounds of ${day} went to aside/${day}.ndjson: the day is digested, its rounds are gone\n`,
      );
    }
    io.stdout.write(`${plural(rounds.length, 'round')} read, ${added} of them kept.\n`);
    return 0;
  },
};
