/** `vedette build`: services.yml and history → a folder of static files. */
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verb } from '../cli.ts';
import { loadConfig } from '../config/load.ts';
import { loadBrand } from '../config/load-brand.ts';
import { formatProblem } from '../config/problems.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let hasBegun = false;

export const build: Verb = {
  summary: 'build the page from services.yml and the history',
  help: `usage: vedette build [--config FILE] [--history DIR] [--out DIR]

Builds the static page. The folder is replaced as a whole once the build has succeeded.

  --config FILE    what is watched (default services.yml)
  --history DIR    the observations (default history)
  --out DIR        where the page goes (default dist)`,
  options: {
    config: { type: 'string', default: 'services.yml' },
    history: { type: 'string', default: 'history' },
    out: { type: 'string', default: 'dist' },
  },
  async run({ config, history, out }, io) {
    const loaded = await loadConfig(String(config), { kinds: 'opaque', env: io.env });
    if (!loaded.ok) {
      io.stderr.write(`${loaded.problems.map(formatProblem).join('\n')}\n`);
      return 1;
    }
    const brand = await loadBrand(String(config), loaded.config.page);
    if (!brand.ok) {
      io.stderr.write(`${brand.problems.map(formatProblem).join('\n')}\n`);
      return 1;
    }
    if (
      await stat(String(history)).then(
        (info) => !info.isDirectory(),
        () => false,
      )
    ) {
      io.stderr.write(`vedette: --history ${String(history)} is not a folder\n`);
      return 2;
    }
    const folder = resolve(String(out));
    const reason = await whyNotReplace(folder);
    if (reason) {
      io.stderr.write(`vedette: ${reason}\n`);
      return 2;
    }
    if (hasBegun) throw new Error('a process builds one page only: the site that its pages share is read once');
    hasBegun = true;
    const astro = await import('astro').catch(() => undefined);
    if (!astro) {
      io.stderr.write('vedette: building needs the packages for development, too; run npm ci\n');
      return 1;
    }
    Object.assign(process.env, {
      VEDETTE_CONFIG: resolve(String(config)),
      VEDETTE_HISTORY: resolve(String(history)),
      VEDETTE_CACHE: join(ROOT, '.vedette', 'cache'),
      ASTRO_TELEMETRY_DISABLED: '1',
      ...(io.env.VEDETTE_NOW && { VEDETTE_NOW: io.env.VEDETTE_NOW }),
    });
    // Astro runs what it has bundled from the output folder if that lies below the working directory, where its imports
    // are found, and else from one shared place, where two builds at once would overwrite each other.
    process.chdir(ROOT);
    const built = join(ROOT, '.vedette', `build-${process.pid}`);
    // Vite would keep what it prepares with the packages, where two builds at once trip over each other.
    const prepared = `${built}-vite`;
    const unfinished = join(dirname(folder), `.${basename(folder)}.${process.pid}.tmp`);
    try {
      await astro.build({ root: ROOT, outDir: built, logLevel: 'warn', vite: { cacheDir: prepared } });
      await move(built, unfinished);
      await replace(folder, unfinished);
    } finally {
      for (const rest of [built, prepared, unfinished]) await rm(rest, { recursive: true, force: true });
    }
    io.stdout.write(`${join(folder, 'index.html')}\n`);
    return 0;
  },
};

/** Copies only where another file system begins: thousands of small files take seconds. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true });
  });
}

/** A folder with other things in it is not ours to replace. */
async function whyNotReplace(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] | undefined => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (names === undefined) return `--out ${folder} is a file`;
  const isOurs = names.length === 0 || (names.includes('index.html') && names.includes('status.json'));
  return isOurs ? undefined : `--out ${folder} holds other files; name an empty folder, or one that was built before`;
}

async function replace(folder: string, finished: string): Promise<void> {
  const old = `${finished}.old`;
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(finished, folder);
  await rm(old, { recursive: true, force: true });
}
