/** What the actions of our workflows do, in a world where the remote is a bare repository and Pages is a folder. */
import { execFile } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Action, StepFailure } from './steps.ts';

const git = promisify(execFile);

export interface Place {
  /** A bare repository. */
  remote: string;
  branch: string;
  /** Where artifacts of one run are handed on. */
  artifacts: string;
  /** Artifacts by these names cannot be uploaded. */
  lost: ReadonlySet<string>;
  /** What visitors get. */
  site: string;
  /** Whether Pages takes a deployment now. */
  canDeploy(): boolean;
}

export function actionsIn(place: Place): Readonly<Record<string, Action>> {
  return {
    'actions/checkout': async ({ ref = place.branch }, { workspace, env }) => {
      const target = `file://${place.remote}`;
      await git('git', ['clone', '-q', '--depth', '1', '--branch', ref, target, '.'], { cwd: workspace, env });
      return {};
    },
    // Whoever calls has put the Node that is asked for first on the path.
    'actions/setup-node': async () => ({}),
    'actions/upload-artifact': async ({ name = 'artifact', path = '.' }, { workspace }) => {
      const taken = await readdir(place.artifacts);
      if (place.lost.has(name) || taken.includes(name)) throw new StepFailure(`${name} cannot be uploaded`);
      // Of a single file its name is kept, of a folder what is in it.
      const from = join(workspace, path);
      const isFile = await stat(from).then(
        (info) => info.isFile(),
        () => false,
      );
      await keep(from, isFile ? join(place.artifacts, name, basename(path)) : join(place.artifacts, name));
      return {};
    },
    'actions/download-artifact': async ({ pattern, name = pattern, path = '.' }, { workspace }) => {
      if (name === undefined) throw new StepFailure('no name and no pattern');
      const names = await artifactsLike(place.artifacts, name);
      if (names.length === 0 && pattern === undefined) throw new StepFailure(`there is no artifact ${name}`);
      // By a pattern each has a folder of its own, unless it is the only one.
      for (const one of names) {
        await keep(join(place.artifacts, one), join(workspace, path, names.length > 1 ? one : ''));
      }
      return {};
    },
    'actions/configure-pages': async () => ({ base_url: 'https://status.example.org', base_path: '' }),
    'actions/upload-pages-artifact': async ({ path = '_site' }, { workspace }) => {
      await keep(join(workspace, path), join(place.artifacts, 'github-pages'));
      return {};
    },
    'actions/deploy-pages': async () => {
      if (!place.canDeploy()) throw new StepFailure('Deployment failed, try again later.');
      const next = join(place.artifacts, 'deployed');
      await keep(join(place.artifacts, 'github-pages'), next);
      // At once, as it is for visitors: another run may deploy at the same time.
      rmSync(place.site, { recursive: true, force: true });
      renameSync(next, place.site);
      return { page_url: 'https://status.example.org/' };
    },
  };
}

async function artifactsLike(folder: string, pattern: string): Promise<string[]> {
  const start = pattern.replace(/\*$/, '');
  const all = await readdir(folder).catch(() => []);
  return all.filter((name) => (pattern.endsWith('*') ? name.startsWith(start) : name === pattern)).sort();
}

async function keep(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new StepFailure(`nothing is at ${from}`) : error;
  });
}
