/** What must hold after every run, whatever it met. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readIncidents } from '../../src/history/event-folders.ts';
import { openFolder } from '../../src/history/folder.ts';
import { readRounds } from '../../src/history/store.ts';
import { type IncidentEvent, isTold } from '../../src/incidents/event.ts';
import { type Incident, incidentsFrom, isOpen } from '../../src/incidents/incident.ts';
import type { RecordedRound } from '../../src/model.ts';
import type { Stage } from './stage.ts';
import type { JobResult } from './steps.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

/** How every services.yml here begins: a channel and a heartbeat that the stage receives. */
export const headFor = (url: string): string => `page: { title: Acme, url: "https://status.example.org" }
heartbeat: "${url}/heartbeat"
notifications:
  - webhook: { url: "${url}/hook" }`;

/** What a fresh checkout has. */
export interface Past {
  history: string;
  rounds: RecordedRound[];
  lines: readonly IncidentEvent[];
  incidents: Incident[];
}

/** `notYet`: GitHub did not hear of it, because it was away. */
export async function seemsRight(stage: Stage, rounds: number, notYet?: 'issues'): Promise<Past> {
  const history = join(stage.checkout(), 'history');
  execFileSync(process.execPath, [CLI, 'history', 'verify', '--history', history], { stdio: 'pipe' });
  const { lines, errors } = await readIncidents(openFolder(history), history);
  expect(errors).toEqual([]);
  const past = { history, rounds: (await readRounds(history, 0)).rounds, lines, incidents: incidentsFrom(lines) };
  expect(past.rounds).toHaveLength(rounds);
  // None missing, none twice.
  const told = lines.filter(isTold).map(({ id }) => id);
  expect(idsOf(stage, false)).toEqual(told.sort());
  expect(new Set(idsOf(stage, true)).size).toBe(idsOf(stage, true).length);
  expect(stage.heartbeats()).toBe(stage.runs());
  if (notYet !== 'issues') expect(await issuesOf(stage)).toEqual(past.incidents.map(issueOf).sort(byTitle));
  return past;
}

/** Of what the webhook has received: about the prober itself, or about services. */
export function idsOf({ notified }: Stage, isOfProber: boolean): string[] {
  return notified
    .map(({ id }) => id)
    .filter((id) => id.startsWith('prober-fault/') === isOfProber)
    .sort();
}

interface Told {
  incident: string;
  state: string;
  labels: string[];
}

/** Those that Vedette has opened, and never one twice. */
async function issuesOf({ hub }: Stage): Promise<Told[]> {
  // biome-ignore lint/suspicious/noExplicitAny: of GitHub's JSON three keys are read.
  const issues: any[] = await hub.as('bot')('GET', '/issues?state=all&labels=incident&per_page=100');
  return issues
    .map(({ body, state, labels }) => ({
      incident: /<!-- vedette incident=(\S+)/.exec(body)![1]!,
      state,
      labels: labels.map(({ name }: { name: string }) => name).sort(),
    }))
    .sort(byTitle);
}

function issueOf(incident: Incident): Told {
  const services = [...incident.affected.keys()].map((id) => `service:${id}`);
  return {
    incident: incident.id,
    state: isOpen(incident) ? 'open' : 'closed',
    labels: ['incident', ...services, `impact:${incident.impact}`, incident.status].sort(),
  };
}

function byTitle(a: Told, b: Told): number {
  return a.incident < b.incident ? -1 : 1;
}

export function resultsOf(jobs: Record<string, JobResult>): Record<string, string> {
  return Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));
}

export function logOf(jobs: Record<string, JobResult>): string {
  return Object.values(jobs)
    .map((job) => job.log)
    .join('\n');
}
