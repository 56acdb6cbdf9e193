/** Rounds of two services with GitHub before and after them, a few minutes of the story apart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseConfig } from '../../../src/config/load.ts';
import { addIncidents, readGithub, readIncidents, readMaintenance } from '../../../src/history/event-folders.ts';
import { openFolder } from '../../../src/history/folder.ts';
import type { IncidentEvent } from '../../../src/incidents/event.ts';
import { type Incident, incidentsFrom } from '../../../src/incidents/incident.ts';
import { type Announced, announcedFrom } from '../../../src/incidents/maintenance.ts';
import type { Outcome } from '../../../src/model.ts';
import { defineProbe } from '../../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../../src/probing/environment.ts';
import { runRound } from '../../../src/round.ts';
import { incidentViews } from '../../../src/site/incident-view.ts';
import { githubIssues } from '../../../src/verbs/github.ts';
import { type Hub, openHub, REPOSITORY } from './hub.ts';

/** Of an issue or a comment. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, of which a test reads a word.
type Told = any;

export interface Stage {
  hub: Hub;
  /** Five minutes later: what people wrote is read, services are as told, what happened is told. Warnings come back. */
  round(outcomes?: Readonly<Record<string, Outcome>>): Promise<string[]>;
  /** Only what comes before and after the probes. */
  sync(): Promise<string[]>;
  incidents(): Promise<Incident[]>;
  maintenance(): Promise<Announced[]>;
  /** What the page says of the newest incident, the earliest first: `status: text`. */
  page(): Promise<string[]>;
  lines(): Promise<{ github: number; incidents: number }>;
  /** As somebody else writes it into the history: the command line, another machine. */
  add(line: IncidentEvent): Promise<unknown>;
  published: string[];
  /** As if it were another run on another machine: what a process remembers is gone. */
  forget(): void;
  issues(): Promise<Told[]>;
  comments(issue: number): Promise<Told[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openStage({ yaml = '', isApp = false, isHurried = true } = {}): Promise<Stage> {
  const historyFolder = join(await mkdtemp(join(tmpdir(), 'vedette-github-')), 'history');
  const hub = await openHub({ isApp });
  let outcomes: Readonly<Record<string, Outcome>> = {};
  const actor = defineProbe({
    settings: z.string(),
    describe: (name) => name,
    run: async (name) => ({ outcome: outcomes[name] ?? 'up', message: 'as told' }),
  });
  const source = `
page: { url: 'https://status.example.org' }
${yaml}
defaults: { retries: 0 }
services:
  shop: { dependsOn: [database], probes: [{ actor: shop }] }
  database: { probes: [{ actor: database }] }
`;
  const loaded = parseConfig('services.yml', source, { kinds: new Map([['actor', actor.settings]]), env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const published: string[] = [];
  const context = {
    config,
    historyFolder,
    now: hub.clock.now,
    env: { GITHUB_REPOSITORY: REPOSITORY, GITHUB_TOKEN: 'token-bot', GITHUB_API_URL: hub.url },
    signal: new AbortController().signal,
    publish: async (message: string) => void published.push(message),
  };
  const process = () => githubIssues({ isHurried });
  let hooks = process();
  let count = 0;
  const sync = async (between: () => Promise<unknown>): Promise<string[]> => {
    const before = await hooks.before.run(context);
    await between();
    return [...before.warnings, ...(await hooks.after.run(context)).warnings];
  };
  const incidents = async () => incidentsFrom((await readIncidents(openFolder(historyFolder), historyFolder)).lines);
  return {
    hub,
    published,
    round: async (given = {}) => {
      outcomes = given;
      count += 1;
      hub.clock.advance(5);
      return sync(() =>
        runRound({
          config,
          registry: new Map([['actor', actor]]),
          secrets: [],
          id: `${count}.1.here`,
          location: 'here',
          historyFolder,
          pendingFolders: [],
          surroundings: { folder: '.', env: {}, cache: FORGETFUL_CACHE },
          write: true,
          concurrency: 2,
          signal: context.signal,
          now: hub.clock.now,
          monotonic: () => performance.now(),
        }),
      );
    },
    sync: () => sync(async () => {}),
    incidents,
    add: (line) => addIncidents(historyFolder, () => [line]),
    maintenance: async () => announcedFrom((await readMaintenance(openFolder(historyFolder), historyFolder)).lines),
    page: async () => {
      const [view] = incidentViews(await incidents(), (id) => id);
      return (view?.updates ?? []).map(({ status, text }) => `${status}: ${text}`).toReversed();
    },
    lines: async () => ({
      github: (await readGithub(openFolder(historyFolder), historyFolder)).lines.length,
      incidents: (await readIncidents(openFolder(historyFolder), historyFolder)).lines.length,
    }),
    forget: () => {
      hooks = process();
    },
    issues: () => hub.as('bot')('GET', '/issues?state=all&direction=asc&per_page=100'),
    comments: (issue) => hub.as('bot')('GET', `/issues/${issue}/comments?per_page=100`),
    async [Symbol.asyncDispose]() {
      await hub.close();
      await rm(join(historyFolder, '..'), { recursive: true, force: true });
    },
  };
}

export const DOWN = { shop: 'down', database: 'down' } as const;

/** As GitHub writes down what was filled in. */
export function filled(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([label, value]) => `### ${label}\n\n${value || '_No response_'}`)
    .join('\n\n');
}
