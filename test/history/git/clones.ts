/** Real repositories in a temporary folder: a bare remote, and clones of it with a history. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchHistory } from '../../../src/history/git/fetch.ts';
import { type Published, type PublishOptions, publish } from '../../../src/history/git/publish.ts';
import { squashBranch } from '../../../src/history/git/squash.ts';
import { appendRound } from '../../../src/history/store.ts';

export const NOON = Date.parse('2026-11-20T12:00:00Z');
export const DAY = 'raw/2026-11-20.ndjson';

export interface Place extends Disposable {
  folder: string;
  remote: string;
  git(cwd: string, ...args: string[]): string;
  clone(name: string, ...flags: string[]): Clone;
  /** A clone, or another work tree of one, that is there already. */
  at(name: string): Clone;
}

export interface Clone {
  folder: string;
  history: string;
  git(...args: string[]): string;
  /** Paths are in the clone; latin1. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** A round ten seconds after noon for each number. */
  append(...numbers: number[]): Promise<void>;
  /** Of the rounds that its folder holds. */
  numbers(): number[];
  publish(options?: Partial<PublishOptions>): Promise<Published>;
  fetch(branch?: string): ReturnType<typeof fetchHistory>;
  squash(branch?: string): ReturnType<typeof squashBranch>;
}

/** Nothing of this machine's git is read: what it has set up is no part of a test. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

export const OWN = { branch: 'history', ownBranch: true } as const;

/** With `branch` a first commit on it; a remote that is empty without. */
export function makePlace(branch: string | null = 'main'): Place {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-publish-'));
  const remote = join(folder, 'remote.git');
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd, env: ENV, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  const place: Place = {
    folder,
    remote,
    git,
    clone: (name, ...flags) => {
      git(folder, 'clone', '--quiet', ...flags, `file://${remote}`, name);
      return makeClone(join(folder, name), git);
    },
    at: (name) => makeClone(join(folder, name), git),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
  if (branch !== null) {
    const first = place.clone('first');
    first.write('README.md', 'Hello\n');
    first.git('add', '--all');
    commit(first, 'Start');
    first.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  }
  return place;
}

export function commit(clone: Clone, message: string): void {
  clone.git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', message);
}

function makeClone(folder: string, git: Place['git']): Clone {
  const history = join(folder, 'history');
  const options = { folder: history, env: ENV, message: 'Record a round', dryRun: false } as const;
  return {
    folder,
    history,
    git: (...args) => git(folder, ...args),
    write: (path, text) => {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, 'latin1');
    },
    read: (path) => readFileSync(join(folder, path), 'latin1'),
    append: async (...numbers) => {
      for (const n of numbers) await appendRound(history, roundOf(n));
    },
    numbers: () => (existsSync(join(history, DAY)) ? numbersIn(readFileSync(join(history, DAY), 'latin1')) : []),
    publish: (more) => publish({ ...options, ownBranch: false, ...more }),
    fetch: (branch = OWN.branch) => fetchHistory({ folder: history, branch, env: ENV }),
    squash: (branch = OWN.branch) => squashBranch({ ...options, ownBranch: true, branch, message: 'Squash' }),
  };
}

export function roundOf(n: number) {
  const observations = [{ service: 'web', probe: 'http', outcome: 'up', latencyMs: 10 + n, attempts: 1 }] as const;
  return { id: `${n}.1.test`, at: NOON + n * 10_000, location: 'test', observations };
}

/** The numbers of the rounds on a branch of the remote, as they stand in the file. */
export function published({ git, remote }: Place, branch = 'main', file = DAY): number[] {
  return numbersIn(git(remote, 'cat-file', 'blob', `refs/heads/${branch}:history/${file}`));
}

function numbersIn(text: string): number[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => Number.parseInt(JSON.parse(line).id, 10));
}
