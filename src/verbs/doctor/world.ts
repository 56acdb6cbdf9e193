/** What the checks may ask: files, git, the history, the network. Each question is asked once, however many want to know. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Io } from '../../cli.ts';
import type { Config } from '../../config/config.ts';
import { loadChannels } from '../../effects/channel-registry.ts';
import { DAY_MS, instantOf } from '../../history/days.ts';
import { daysIn, openFolder } from '../../history/folder.ts';
import { runGit } from '../../history/git/git.ts';
import { PublishError } from '../../history/git/publish-error.ts';
import { readRounds } from '../../history/store.ts';
import type { RecordedRound } from '../../model.ts';
import { loadRegistry, type Registry } from '../../probing/registry.ts';
import { type Assumed, loadAssuming } from '../assume-secrets.ts';
import { type Answer, type Ask, ask, type Clock } from './ask.ts';
import { createGitHub, type GitHub } from './github.ts';
import { readWorkflowFiles, type WorkflowFile } from './workflow-files.ts';

export interface World {
  env: Io['env'];
  now: number;
  configFile: string;
  historyFolder: string;
  registry: Registry;
  assumed: Assumed;
  /** Undefined while services.yml has problems. */
  config: Config | undefined;
  repository: Repository;
  workflows: readonly WorkflowFile[];
  /** On one of GitHub's machines, or on one that works for it. */
  isOnActions: boolean;
  /** Undefined where there is no such repository, or no token. */
  github: GitHub | undefined;
  /** The rounds of the last days, or of the newest day there is. */
  rounds(): Promise<readonly RecordedRound[]>;
  ask: Ask;
  /** What servers that were asked so far said of the time, and our own clock then. */
  clocks: readonly Clock[];
}

/** What git says of the folder of services.yml. */
export interface Repository {
  /** As git says it; undefined where there is none. */
  gitVersion?: string;
  /** Of the work tree. */
  root?: string;
  branch?: string;
  remotes: readonly { name: string /** `owner/name`, when it is on GitHub. */; github?: string }[];
}

/** Cadence is judged by so many days. */
export const OBSERVED_DAYS = 7;
const GIT_TIMEOUT_MS = 10_000;

export interface Place {
  configFile: string;
  historyFolder: string;
}

export async function createWorld({ configFile, historyFolder }: Place, env: Io['env'], now: number): Promise<World> {
  const folder = dirname(resolve(configFile));
  const isFolder = await stat(folder)
    .then((info) => info.isDirectory())
    .catch(() => false);
  const [registry, channels] = await Promise.all([loadRegistry(), loadChannels()]);
  const assumed = await loadAssuming(configFile, { registry, channels }, env);
  const repository = isFolder ? await repositoryOf(folder, env) : { remotes: [] };
  const clocks: Clock[] = [];
  const askOnce = remembering(ask, clocks);
  const slug = env.GITHUB_REPOSITORY || repository.remotes.find(({ github }) => github)?.github;
  const token = env.GITHUB_TOKEN;
  const api = (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/$/, '');
  let rounds: Promise<readonly RecordedRound[]> | undefined;
  return {
    env,
    now,
    configFile,
    historyFolder,
    registry,
    assumed,
    config: assumed.loaded?.config,
    repository,
    workflows: await readWorkflowFiles(repository.root ?? folder),
    isOnActions: env.GITHUB_ACTIONS === 'true',
    github: slug && isSlug(slug) && token ? createGitHub(askOnce, { api, repository: slug, token }) : undefined,
    rounds: () => {
      rounds ??= recentRounds(historyFolder, now);
      return rounds;
    },
    ask: askOnce,
    clocks,
  };
}

async function recentRounds(folder: string, now: number): Promise<readonly RecordedRound[]> {
  const newest = (await daysIn(openFolder(folder), 'raw').catch(() => [])).at(-1);
  if (newest === undefined) return [];
  const { rounds } = await readRounds(folder, Math.min(instantOf(newest), now - OBSERVED_DAYS * DAY_MS));
  return rounds;
}

function remembering(ask: Ask, clocks: Clock[]): Ask {
  const answers = new Map<string, Promise<Answer>>();
  return (url, options) => {
    const key = `${url} ${JSON.stringify(options?.headers ?? {})}`;
    const known = answers.get(key);
    if (known) return known;
    const answer = ask(url, options).then((said) => {
      if (said.kind === 'answer' && said.clock) clocks.push(said.clock);
      return said;
    });
    answers.set(key, answer);
    return answer;
  };
}

async function repositoryOf(cwd: string, env: Io['env']): Promise<Repository> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const place = { cwd, env, signal: AbortSignal.timeout(GIT_TIMEOUT_MS) };
    const { code, stdout } = await runGit(place, args);
    return code === 0 ? stdout.toString('utf8').trim() : undefined;
  };
  try {
    const gitVersion = (await git('--version')) ?? '';
    const root = await git('rev-parse', '--show-toplevel');
    if (!root) return { gitVersion, remotes: [] };
    const branch = await git('symbolic-ref', '--quiet', '--short', 'HEAD');
    const remotes = (await git('config', '--get-regexp', String.raw`^remote\..*\.url$`)) ?? '';
    return {
      gitVersion,
      root,
      ...(branch && { branch }),
      remotes: remotes
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [key = '', url = ''] = line.split(' ');
          const github = slugOf(url);
          return { name: key.replace(/^remote\.|\.url$/g, ''), ...(github && { github }) };
        }),
    };
  } catch (error) {
    // No git, or one that hangs: a finding, like any other.
    if (error instanceof PublishError || (error as Error).name === 'TimeoutError') return { remotes: [] };
    throw error;
  }
}

/** Of an address as git writes it; one may hold a token, which nobody is shown. */
export function slugOf(url: string): string | undefined {
  const slug = /^(?:https?:\/\/(?:[^@/]*@)?|ssh:\/\/git@|git@)github\.com(?::\d+)?[:/](.+?)(?:\.git)?\/?$/.exec(
    url,
  )?.[1];
  return slug !== undefined && isSlug(slug) ? slug : undefined;
}

/** It becomes part of an address. */
export function isSlug(text: string): boolean {
  return /^[\w.-]+\/[\w.-]+$/.test(text) && !/(^|\/)\.\.?(\/|$)/.test(text);
}
