/** The repository that is to get a page, and the copy of Vedette that is running. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Io } from '../../cli.ts';
import { runGit } from '../../history/git/git.ts';
import { PublishError } from '../../history/git/publish-error.ts';
import { slugOf } from '../doctor/world.ts';
import { FlagError } from '../said.ts';
import { isAboutAPage, type Pin } from './workflows.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const GIT_TIMEOUT_MS = 10_000;

export interface Target {
  /** Absolute. */
  folder: string;
  /** A copy of Vedette itself, made from the template; else Vedette lies beside it. */
  isVedette: boolean;
  /** `owner/name`, when its remote is on GitHub. */
  github?: string;
  /** The default branch as far as it is known. */
  branch: string;
}

export async function targetIn(dir: string, env: Io['env']): Promise<Target> {
  const folder = await realpath(dir).catch(() => undefined);
  if (folder === undefined || !(await stat(folder)).isDirectory())
    throw new FlagError(`--dir: ${dir} is no folder; make it, or clone the repository, first`);
  const git = gitIn(folder, env);
  const root = await git('rev-parse', '--show-toplevel');
  if (root && (await realpath(root)) !== folder)
    throw new FlagError(`--dir: ${dir} lies inside the repository ${root}; GitHub reads workflows in its root only`);
  const remote = root ? await git('remote', 'get-url', 'origin') : undefined;
  const github = slugOf(remote ?? '');
  const head = root ? await git('symbolic-ref', '--short', 'refs/remotes/origin/HEAD') : undefined;
  const current = root ? await git('symbolic-ref', '--short', 'HEAD') : undefined;
  return {
    folder,
    isVedette: await isCopyOfVedette(folder),
    branch: head?.replace(/^origin\//, '') || current || 'main',
    ...(github && { github }),
  };
}

export function nameOf({ folder, github }: Target): { name: string; owner?: string } {
  const [owner, name] = github?.split('/') ?? [];
  return owner === undefined || name === undefined ? { name: basename(folder) } : { name, owner };
}

/** Where Pages will publish it; `owner/owner.github.io` is at the top. */
export function pagesAddressOf({ github }: Target): string | undefined {
  const [owner = '', name = ''] = github?.toLowerCase().split('/') ?? [];
  if (owner === '') return undefined;
  return name === `${owner}.github.io` ? `https://${name}/` : `https://${owner}.github.io/${name}/`;
}

/** Its workflows about a page, and the forms for issues, by path. */
export async function githubFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of ['.github/workflows', '.github/ISSUE_TEMPLATE']) {
    const names = await readdir(join(ROOT, folder)).catch(() => []);
    // config.yml says what a repository wants of its issues as a whole, which is not for us to change.
    for (const name of names.filter((name) => /\.ya?ml$/.test(name) && name !== 'config.yml').sort()) {
      const text = await readFile(join(ROOT, folder, name), 'utf8');
      if (folder.endsWith('ISSUE_TEMPLATE') || isAboutAPage(text)) files.set(`${folder}/${name}`, text);
    }
  }
  return files;
}

/** `owner/name@commit`, or the commit of this copy if GitHub has it. */
export async function pinOf(given: string | undefined, env: Io['env']): Promise<Pin> {
  const { version } = packageJson;
  if (given !== undefined) {
    const [, repository, commit] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/.exec(given) ?? [];
    if (!repository || !commit)
      throw new FlagError(`--vedette: expected owner/name@commit with all 40 digits, got ${JSON.stringify(given)}`);
    return { repository, commit, version };
  }
  const git = gitIn(ROOT, env);
  const repository = slugOf((await git('remote', 'get-url', 'origin')) ?? '');
  const commit = await git('rev-parse', 'HEAD');
  if (repository && commit && (await git('branch', '--remotes', '--contains', commit)))
    return { repository, commit, version };
  throw new FlagError(
    'the workflows check out Vedette beside your files, and this copy is at no commit that GitHub has; push it, or name one: --vedette owner/name@commit',
  );
}

async function isCopyOfVedette(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const isThere = await stat(join(folder, 'src/cli.ts')).then(
    () => true,
    () => false,
  );
  return isThere && /"name":\s*"vedette"/.test(text);
}

/** What git prints; undefined for a failure, and without git. */
function gitIn(cwd: string, env: Io['env']): (...args: string[]) => Promise<string | undefined> {
  return async (...args) => {
    try {
      const { code, stdout } = await runGit({ cwd, env, signal: AbortSignal.timeout(GIT_TIMEOUT_MS) }, args);
      return code === 0 ? stdout.toString('utf8').trim() : undefined;
    } catch (error) {
      if (error instanceof PublishError || (error as Error).name === 'TimeoutError') return undefined;
      throw error;
    }
  };
}
