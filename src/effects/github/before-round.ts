/**
 * What people have written in issues since the last round becomes lines of the history, before the services are probed:
 * so the page needs neither the API nor a token, and a maintenance that was just announced holds for this round.
 */
import type { IncidentEvent } from '../../incidents/event.ts';
import { hearIncident, issueBehind, type Listening } from '../../incidents/github/hear-incident.ts';
import { hearMaintenance } from '../../incidents/github/hear-maintenance.ts';
import type { Issue } from '../../incidents/github/issue.ts';
import { answerText } from '../../incidents/github/issue-text.ts';
import { type GithubState, githubState, ISSUE_LABELS, type IssueLabel } from '../../incidents/github-event.ts';
import { after, type Incident, incidentsFrom, isOpen } from '../../incidents/incident.ts';
import { type Announced, announcedFrom } from '../../incidents/maintenance.ts';
import type { MaintenanceEvent } from '../../incidents/maintenance-event.ts';
import type { EffectContext, EffectReport } from '../effect.ts';
import type { Client } from './client.ts';
import { type Gate, openGate, readComments, readIssue, readIssues } from './read.ts';
import { type Known, type Seen, seeIssue, wasAnswered } from './see.ts';
import { clientFor, forgiving, type GithubOptions, type Ledgers } from './setting.ts';

/** Comments may be edited and deleted without the issue showing it; these are looked at again. */
const MAX_WATCHED = 10;
const WATCHED_MS = 3 * 86_400_000;
/** Whoever opened an issue so long ago waits for no answer. */
const ANSWERED_MS = 7 * 86_400_000;
const MAX_ANSWERS = 5;
const MAX_PAGES = 30;

export function githubBeforeRound(options: GithubOptions): (context: EffectContext) => Promise<EffectReport> {
  return (context) =>
    forgiving('issues were not all read', context, async () => {
      const client = await clientFor(context, options);
      if (!client) return;
      const ledgers = options.ledgers(context.historyFolder);
      const work = { context, client, ledgers, gate: openGate(client), done: new Set<number>() };
      for (const label of ISSUE_LABELS) await readLabel(label, work);
      await readWatched(work);
    });
}

interface Work {
  context: EffectContext;
  client: Client;
  ledgers: Ledgers;
  gate: Gate;
  /** Issues that were read in this round. */
  done: Set<number>;
}

/** By the time of the last change instead of page by page: what changes meanwhile moves, and would be passed over. */
async function readLabel(label: IssueLabel, work: Work): Promise<void> {
  let since = githubState(await work.ledgers.github.read()).readUntil.get(label);
  let page = 1;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const found = await readIssues(work.client, label, since, page);
    if (!found) return;
    await takeIn(label, found.issues, since, work);
    if (found.isLast) return work.client.settle(found.answer);
    const last = found.issues.at(-1)?.updatedAt;
    page = last === undefined || last === since ? page + 1 : 1;
    since = last ?? since;
  }
}

/** What was seen before the round had to stop is kept, and the next begins behind it. */
async function takeIn(
  label: IssueLabel,
  issues: readonly Issue[],
  since: number | undefined,
  work: Work,
): Promise<void> {
  const look = await lookFor(label, work.ledgers, work.context);
  const seen: Seen[] = [];
  let stopped: { error: unknown } | undefined;
  for (const issue of issues) {
    if (work.done.has(issue.number)) continue;
    try {
      seen.push(await seeIssue(issue, look(issue.number), since ?? 0, work));
      work.done.add(issue.number);
    } catch (error) {
      stopped = { error };
      break;
    }
  }
  const until = stopped ? seen.at(-1)?.issue.updatedAt : issues.at(-1)?.updatedAt;
  await keep(label, seen, until, work);
  if (stopped) throw stopped.error;
}

/** The words first, then how far we are: a run that dies in between reads again, and says nothing twice. */
async function keep(label: IssueLabel, seen: readonly Seen[], until: number | undefined, work: Work): Promise<void> {
  const { ledgers, context, client } = work;
  const problems = label === 'incident' ? await hearIncidents(seen, work) : await hearAllMaintenance(seen, work);
  const now = Math.floor(context.now() / 1000);
  if (until !== undefined) {
    await ledgers.github.add((lines) => {
      const before = githubState(lines).readUntil.get(label) ?? 0;
      return until > before ? [{ v: 1, id: `read/${label}/${until}`, t: now, kind: 'read', label, until }] : [];
    });
  }
  for (const { answers, isSure } of seen) if (isSure) for (const answer of answers) client.settle(answer);
  await answer(seen, problems, work);
}

async function hearIncidents(seen: readonly Seen[], { ledgers, context }: Work): Promise<Map<number, string[]>> {
  const problems = new Map<number, string[]>();
  const state = githubState(await ledgers.github.read());
  await ledgers.incidents.add((lines) => {
    problems.clear();
    const known = indexOf(incidentsFrom(lines, context.config.renamed), state);
    return seen.flatMap((each): IncidentEvent[] => {
      const found = known.byIssue.get(each.issue.number);
      const title = found && state.issues.get(found.id)?.title;
      const heard = hearIncident(each, found, [...known.byId.values()], {
        ...listening(context),
        ...(title && { ownTitle: title }),
      });
      if (heard.problems.length > 0) problems.set(each.issue.number, heard.problems);
      let incident = found;
      for (const event of heard.events) incident = after(incident, event);
      if (incident) known.byId.set(incident.id, incident);
      return heard.events;
    });
  });
  return problems;
}

async function hearAllMaintenance(seen: readonly Seen[], { ledgers, context }: Work): Promise<Map<number, string[]>> {
  const problems = new Map<number, string[]>();
  await ledgers.maintenance.add((lines) => {
    problems.clear();
    const events: MaintenanceEvent[] = [];
    for (const each of seen) {
      const all = announcedFrom([...lines, ...events], context.config.renamed);
      const heard = hearMaintenance(each, byIssue(all).get(each.issue.number), all, listening(context));
      if (heard.problems.length > 0) problems.set(each.issue.number, heard.problems);
      events.push(...heard.events);
    }
    return events;
  });
  return problems;
}

function listening({ config, now }: EffectContext): Listening {
  return { services: config.services, renamed: config.renamed, now: now() };
}

/** Once, and only to whoever may still be waiting. */
async function answer(seen: readonly Seen[], problems: ReadonlyMap<number, string[]>, work: Work): Promise<void> {
  const { client, ledgers, context } = work;
  const { answered } = githubState(await ledgers.github.read());
  const waiting = seen.filter(({ issue }) => {
    const isRecent = context.now() - issue.createdAt < ANSWERED_MS;
    return problems.has(issue.number) && issue.isOpen && isRecent && !answered.has(issue.number);
  });
  for (const each of waiting.slice(0, MAX_ANSWERS)) {
    const { number } = each.issue;
    const body = answerText(problems.get(number)!);
    if (!wasAnswered(each)) await client.write('POST', `/issues/${number}/comments`, { body });
    const t = Math.floor(context.now() / 1000);
    await ledgers.github.add(() => [{ v: 1, id: `answered/${number}`, t, kind: 'answered', issue: number }]);
  }
}

/** What the history knows of issues with the label. */
async function lookFor(
  label: IssueLabel,
  ledgers: Ledgers,
  { config }: EffectContext,
): Promise<(issue: number) => Known> {
  const state = githubState(await ledgers.github.read());
  if (label === 'maintenance') {
    const found = byIssue(announcedFrom(await ledgers.maintenance.read(), config.renamed));
    return (issue) => ({ maintenance: found.get(issue), isMaintenance: true });
  }
  const known = indexOf(incidentsFrom(await ledgers.incidents.read(), config.renamed), state);
  return (issue) => {
    const incident = known.byIssue.get(issue);
    return { incident, ownTitle: incident && state.issues.get(incident.id)?.title, isMaintenance: false };
  };
}

interface Index {
  byId: Map<string, Incident>;
  byIssue: Map<number, Incident>;
}

function indexOf(incidents: readonly Incident[], { issues }: GithubState): Index {
  const byIssue = new Map<number, Incident>();
  for (const incident of incidents) {
    const issue = issueBehind(incident) ?? issues.get(incident.id)?.issue;
    if (issue !== undefined) byIssue.set(issue, incident);
  }
  return { byId: new Map(incidents.map((incident) => [incident.id, incident])), byIssue };
}

function byIssue(all: readonly Announced[]): Map<number, Announced> {
  return new Map(
    all.flatMap((entry) => {
      const number = Number(entry.events[0]!.id.split(`${entry.id}/gh-i`)[1] ?? Number.NaN);
      return Number.isNaN(number) ? [] : [[number, entry] as const];
    }),
  );
}

/** Those that have words of people, who may have thought better of them. */
async function readWatched(work: Work): Promise<void> {
  const { ledgers, context, client, done } = work;
  const isRecent = (at: number): boolean => context.now() - at < WATCHED_MS;
  const state = githubState(await ledgers.github.read());
  const incidents = indexOf(incidentsFrom(await ledgers.incidents.read(), context.config.renamed), state).byIssue;
  const maintenance = byIssue(announcedFrom(await ledgers.maintenance.read(), context.config.renamed));
  const watched = [
    ...[...incidents]
      .filter(([, incident]) => hasComments(incident) && (isOpen(incident) || isRecent(incident.resolvedAt ?? 0)))
      .map(([number, { updatedAt }]) => ({ number, updatedAt, label: 'incident' as const })),
    ...[...maintenance]
      .filter(([, entry]) => hasComments(entry) && isRecent(Math.max(entry.endsAt, entry.updatedAt)))
      .map(([number, { updatedAt }]) => ({ number, updatedAt, label: 'maintenance' as const })),
  ].sort((a, b) => b.updatedAt - a.updatedAt);
  for (const { number, label } of watched.filter((each) => !done.has(each.number)).slice(0, MAX_WATCHED)) {
    const comments = await readComments(client, number, { count: 0, since: 0 });
    const issue = comments && (await readIssue(client, number));
    if (!issue) continue;
    const look = await lookFor(label, ledgers, context);
    await keep(label, [await seeIssue(issue, look(number), 0, work, comments)], undefined, work);
  }
}

function hasComments({ events }: { events: readonly { id: string; text?: string | undefined }[] }): boolean {
  return events.some(({ id, text }) => id.includes('/gh-r') && text !== '');
}
