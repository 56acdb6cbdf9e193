/** `vedette history compact`: digests now instead of with the next round. */
import type { Verb } from '../../cli.ts';
import { compact as compactFiles } from '../../history/compact.ts';
import { openFolder } from '../../history/folder.ts';
import { withLock } from '../../history/lock.ts';
import { plural } from '../../units.ts';
import { CONFIG_OPTION, existingFolder, HISTORY_OPTION, keepOf } from './folder.ts';

export const compact: Verb = {
  summary: 'digest the days that are over, delete details that are too old',
  help: `usage: vedette history compact [--history DIR] [--config FILE]

Does now what every round does: digests of the UTC days that are over, then the end of details older than
\`history.keep\` says (14 days of rounds, 90 days of hours). Daily digests are kept for ever.

  --history DIR    where observations are kept (default history)
  --config FILE    how long details are kept (default services.yml)`,
  options: { ...HISTORY_OPTION, ...CONFIG_OPTION },
  async run(flags, io) {
    const folder = await existingFolder(flags, io);
    const keep = folder === undefined ? undefined : await keepOf(flags, io);
    if (folder === undefined || !keep) return 1;
    const { digested, deleted } = await withLock(folder, () => compactFiles(openFolder(folder), Date.now(), keep));
    for (const path of deleted) io.stderr.write(`deleted ${path}\n`);
    io.stdout.write(`${plural(digested.length, 'day')} digested, ${plural(deleted.length, 'file')} deleted.\n`);
    return 0;
  },
};
