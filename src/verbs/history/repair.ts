/** `vedette history repair`: what cannot be read goes aside, the rest is put in order. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verb } from '../../cli.ts';
import { KEEP, probesOf } from '../../history/compact.ts';
import { openFolder } from '../../history/folder.ts';
import { withLock } from '../../history/lock.ts';
import { type Schema, schemaOf } from '../../history/raw.ts';
import { repair as repairFiles } from '../../history/repair.ts';
import { plural } from '../../units.ts';
import { CONFIG_OPTION, configOf, existingFolder, HISTORY_OPTION } from './folder.ts';

export const repair: Verb = {
  summary: 'move broken lines aside, put the rest in order',
  help: `usage: vedette history repair [--history DIR] [--config FILE]

Moves lines that cannot be read to a file under aside/, which it names; sorts the rest; brings lines back to the file of
their day; writes the digests anew where the rounds are still kept; takes schemas from services.yml or from git where
they are missing or broken. Nothing is deleted.

  --history DIR    where observations are kept (default history)
  --config FILE    which probes there are now (default services.yml)`,
  options: { ...HISTORY_OPTION, ...CONFIG_OPTION },
  async run(flags, io) {
    const folder = await existingFolder(flags, io);
    if (folder === undefined) return 1;
    const config = await configOf(flags, io);
    if (!config) return 1;
    const probes =
      config === 'none'
        ? []
        : config.services.flatMap((service) => service.probes.map(({ id }) => `${service.id}/${id}`));
    const knownSchemas = [...(probes.length > 0 ? [schemaOf(probes.sort())] : []), ...(await schemasInGit(folder))];
    const keep = config === 'none' ? undefined : config.history.keep;
    const { aside, moved, done } = await withLock(folder, () =>
      repairFiles(openFolder(folder), { now: Date.now(), keep: keep ?? KEEP, knownSchemas }),
    );
    for (const sentence of done) io.stderr.write(`${sentence}\n`);
    if (aside !== undefined) io.stdout.write(`${plural(moved, 'line')} moved to ${join(folder, aside)}.\n`);
    io.stdout.write(done.length === 0 ? 'There was nothing to repair.\n' : 'Repaired; see: vedette history verify\n');
    return 0;
  },
};

/** As they were committed last; none where git, or a commit, is missing. */
async function schemasInGit(folder: string): Promise<Schema[]> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd: folder, maxBuffer: 64 * 2 ** 20 })).stdout;
  const list = await git('ls-tree', '-r', '--name-only', 'HEAD', 'schema/').catch(() => '');
  const texts = list
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => git('show', `HEAD:./${path}`).catch(() => ''));
  return (await Promise.all(texts)).flatMap((text) => {
    const probes = probesOf(text);
    return probes ? [schemaOf(probes)] : [];
  });
}
