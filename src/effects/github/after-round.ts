/** What has happened to incidents is told in their issues, each thing once: also when a run dies halfway. */
import { readMark } from '../../incidents/github/issue.ts';
import { isOurLabel } from '../../incidents/github/issue-text.ts';
import { type IssueStep, planIssues } from '../../incidents/github/plan-issues.ts';
import { githubState } from '../../incidents/github-event.ts';
import { incidentsFrom } from '../../incidents/incident.ts';
import type { EffectContext, EffectReport } from '../effect.ts';
import { type Client, GithubError } from './client.ts';
import { type Gate, openGate, readComments, readIssue, readIssues } from './read.ts';
import { clientFor, forgiving, type GithubOptions, type Ledgers } from './setting.ts';

/** The others are told with the next round. */
const MAX_STEPS = 20;
/** GitHub's, of a comment or a body, with room for what we add. */
const MAX_BODY = 60_000;
/** By so much their clock may differ from ours. */
const CLOCKS_MS = 3_600_000;
const MAX_PAGES = 5;
/** It is about this issue, and the others can be told. */
const REFUSED = [404, 410, 422];

export function githubAfterRound(options: GithubOptions): (context: EffectContext) => Promise<EffectReport> {
  return async (context) => {
    let told = 0;
    const refusals: string[] = [];
    const done = await forgiving('issues were not all written', context, async () => {
      const ledgers = options.ledgers(context.historyFolder);
      const steps = await stepsFor(context, ledgers);
      const client = steps.length > 0 ? await clientFor(context, options) : undefined;
      if (!client) return;
      const fresh = steps.filter(({ issue }) => issue === undefined).map(({ openedAt }) => openedAt);
      const work: Work = { context, client, ledgers, gate: openGate(client), since: Math.min(...fresh) - CLOCKS_MS };
      for (const step of steps.slice(0, MAX_STEPS)) {
        try {
          await tell(step, work);
          told += 1;
        } catch (error) {
          if (!(error instanceof GithubError && REFUSED.includes(error.status))) throw error;
          refusals.push(`an issue of ${step.incident} was not written: ${error.message}`);
        }
      }
    });
    // Otherwise the next run, on another machine, would have to look for them.
    if (told > 0) await context.publish('Record what issues tell');
    return { warnings: [...refusals, ...done.warnings] };
  };
}

async function stepsFor({ config, now }: EffectContext, ledgers: Ledgers): Promise<IssueStep[]> {
  const names = new Map(config.services.map(({ id, name }) => [id, name]));
  const page = config.page.url?.replace(/\/*$/, '/');
  const telling = {
    nameOf: (id: string): string => names.get(id) ?? id,
    addressOf: (incident: string): string | undefined => page && `${page}incidents/${incident}/`,
  };
  const incidents = incidentsFrom(await ledgers.incidents.read(), config.renamed);
  return planIssues(incidents, githubState(await ledgers.github.read()), telling, now());
}

interface Work {
  context: EffectContext;
  client: Client;
  ledgers: Ledgers;
  gate: Gate;
  /** Incident → the issue that a run has opened for it, and the last event told there; looked for once. */
  orphans?: ReadonlyMap<string, Orphan>;
  /** They were opened after that. */
  since: number;
}

interface Orphan {
  issue: number;
  through: string;
}

async function tell(step: IssueStep, work: Work): Promise<void> {
  if (step.issue === undefined) {
    work.orphans ??= await findOrphans(work);
    const orphan = work.orphans.get(step.incident);
    // It is ours again, and what has happened since is told with the next round.
    if (orphan) return record(step, orphan.issue, orphan.through, work);
    const { title, body, labels } = step.text;
    const created = await work.client.write('POST', '/issues', { title, body: cut(body), labels });
    const own = { issue: numberIn(created), through: step.line.through };
    // A run at the same time may have opened one as well; both see both, and the first is the one that stays.
    const first = (await findOrphans(work)).get(step.incident) ?? own;
    if (first.issue < own.issue) await withdraw(own.issue, first.issue, title, work);
    const stays = first.issue < own.issue ? first : own;
    return record(step, stays.issue, stays.through, work);
  }
  await change(step, step.issue, work);
  await record(step, step.issue, step.line.through, work);
}

/** Without label and mark, so that nobody takes it for the incident. */
async function withdraw(issue: number, first: number, title: string, { client }: Work): Promise<void> {
  const body = `Opened twice by two runs at once: #${first} is about this.`;
  await client.write('PATCH', `/issues/${issue}`, {
    title,
    body,
    labels: [],
    state: 'closed',
    state_reason: 'not_planned',
  });
}

/**
 * Opened by a run that could not write it down, or has not yet; of two the first. Anybody can write a mark: it counts from
 * an app or a person with write access.
 */
async function findOrphans(work: Work): Promise<ReadonlyMap<string, Orphan>> {
  const orphans = new Map<string, Orphan>();
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const found = await readIssues(work.client, 'incident', work.since, page);
    for (const { body, author, number } of found?.issues ?? []) {
      const mark = readMark(body);
      const [id, through] = [mark?.get('incident'), mark?.get('through')];
      if (!id || !through || (orphans.get(id)?.issue ?? Number.POSITIVE_INFINITY) < number) continue;
      const { writers } = await work.gate.writersAmong([author]);
      if (author.isBot || writers.size > 0) orphans.set(id, { issue: number, through });
    }
    if (!found || found.isLast) break;
  }
  return orphans;
}

/** Words first, then the state: who reads the mail of the closing has read why. */
async function change(step: IssueStep, number: number, { client }: Work): Promise<void> {
  const { comments, text, isTheirs, isUnchanged } = step;
  const issue = await readIssue(client, number);
  // Deleted, or moved elsewhere by somebody who may.
  if (!issue) return;
  const which = { count: issue.comments, since: step.openedAt, isFresh: true };
  const written = comments.length > 0 && issue.comments > 0 ? await readComments(client, number, which) : undefined;
  const told = new Set(written?.comments.map(({ body }) => readMark(body)?.get('event')));
  for (const { event, body } of comments) {
    if (!told.has(event)) await client.write('POST', `/issues/${number}/comments`, { body: cut(body) });
  }
  if (isUnchanged) return;
  const labels = [...new Set([...issue.labels.filter((label) => !isOurLabel(label)), ...text.labels])];
  const state = text.isOpen ? 'open' : 'closed';
  const own = isTheirs ? {} : { title: text.title, body: cut(text.body) };
  await client.write('PATCH', `/issues/${number}`, { ...own, labels, state });
}

/** At once after what it records. */
async function record({ line }: IssueStep, issue: number, through: string, { ledgers, context }: Work): Promise<void> {
  const t = Math.floor(context.now() / 1000);
  const id = `issue/${line.incident}/${line.n}`;
  await ledgers.github.add(() => [{ ...line, v: 1, id, t, kind: 'issue', issue, through }]);
}

function numberIn(created: unknown): number {
  if (typeof created === 'object' && created !== null && 'number' in created) return Number(created.number);
  throw new TypeError('an issue without a number was created');
}

/** The mark at the end stays. */
function cut(text: string): string {
  if (text.length <= MAX_BODY) return text;
  const at = text.lastIndexOf('\n\n<!--');
  return `${text.slice(0, MAX_BODY)}…${at === -1 ? '' : text.slice(at)}`;
}
