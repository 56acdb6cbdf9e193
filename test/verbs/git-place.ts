/** A work tree with a services.yml and a first commit, and a bare remote beside it, for the real command line. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openFolder } from '../../src/history/folder.ts';
import { readRounds } from '../../src/history/store.ts';
import { verify } from '../../src/history/verify.ts';
import { type Place, placeWith } from './cli.ts';

/** Nothing of this machine's git is read. */
export const ENV = { HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

export interface GitPlace extends Place {
  history: string;
  git(...args: string[]): string;
  /** Of the remote. */
  remote(...args: string[]): string;
}

export async function repositoryWith(services: string): Promise<GitPlace> {
  const place = await placeWith(services);
  const git = (...args: string[]): string => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    return execFileSync('git', [...who, ...args], {
      cwd: place.folder,
      env: { ...ENV, PATH: process.env.PATH ?? '' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  };
  git('init', '--quiet', '--initial-branch=main');
  git('init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  git('remote', 'add', 'origin', join(place.folder, 'remote.git'));
  git('add', 'services.yml');
  git('commit', '--quiet', '--message=Start');
  git('push', '--quiet', '--set-upstream', 'origin', 'main');
  return {
    ...place,
    history: join(place.folder, 'history'),
    git,
    remote: (...args) => git('-C', 'remote.git', ...args),
  };
}

/** Ids of the rounds on a branch of the remote, each as often as it is there. */
export function publishedIds({ remote }: GitPlace, branch = 'main'): string[] {
  const files = remote('ls-tree', '-r', '--name-only', branch, 'history/raw/').split('\n').filter(Boolean);
  const lines = files.flatMap((file) => remote('show', `${branch}:${file}`).split('\n'));
  return lines.filter(Boolean).map((line) => JSON.parse(line).id as string);
}

export async function idsIn(history: string): Promise<string[]> {
  return (await readRounds(history, 0)).rounds.map(({ id }) => id);
}

export async function flawsIn(history: string): Promise<unknown[]> {
  return (await verify(openFolder(history))).flaws;
}
