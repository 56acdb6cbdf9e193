/** `vedette history verify`: whether every line is as it should be. */
import { join } from 'node:path';
import type { Verb } from '../../cli.ts';
import { openFolder } from '../../history/folder.ts';
import { type Flaw, verify as verifyFiles } from '../../history/verify.ts';
import { plural } from '../../units.ts';
import { existingFolder, HISTORY_OPTION } from './folder.ts';

export const verify: Verb = {
  summary: 'check that every line reads, ids are unique, digests are true',
  help: `usage: vedette history verify [--history DIR] [--json]

Reads everything: lines parse, ids are unique, lines are in order and in the file of their day, schemas are what their
names say, digests are to the byte what the rounds say that are still kept.

  --history DIR    where observations are kept (default history)
  --json           print one JSON object

Exit code: 0 the history is whole; 1 it is not, see \`vedette history repair\`.`,
  options: { ...HISTORY_OPTION, json: { type: 'boolean', default: false } },
  async run(flags, io) {
    const folder = await existingFolder(flags, io);
    if (folder === undefined) return 1;
    const { rounds, days, flaws, unknown } = await verifyFiles(openFolder(folder));
    if (flags.json) {
      io.stdout.write(`${JSON.stringify({ rounds, days, flaws, unknown })}\n`);
      return flaws.length === 0 ? 0 : 1;
    }
    for (const flaw of unknown) io.stderr.write(`warning: ${inWords(folder, flaw)}\n`);
    for (const flaw of flaws) io.stderr.write(`${inWords(folder, flaw)}\n`);
    const what = `${plural(rounds, 'round')} and ${plural(days, 'digest')} of days`;
    if (flaws.length > 0)
      io.stderr.write(`\n${plural(flaws.length, 'flaw')} in ${what}; vedette history repair mends them\n`);
    else io.stdout.write(`The history is whole: ${what}.\n`);
    return flaws.length === 0 ? 0 : 1;
  },
};

function inWords(folder: string, { path, line, problem }: Flaw): string {
  return `${join(folder, path)}${line === undefined ? '' : `:${line}`}  ${problem}`;
}
