/** One issue with as much of what is around it as it takes to know what it says. */
import { isAtOdds } from '../../incidents/github/hear-incident.ts';
import { accountsIn, CONFIRMED, type Issue, readMark, type SeenIssue } from '../../incidents/github/issue.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Announced } from '../../incidents/maintenance.ts';
import type { Answer, Client } from './client.ts';
import { type Comments, type Gate, readActions, readComments } from './read.ts';

export interface Seen extends SeenIssue {
  /** To be settled when what was seen is kept. */
  answers: readonly Answer[];
  /** Everybody who wrote here could be asked for. */
  isSure: boolean;
}

/** What the history has of an issue. */
export interface Known {
  incident?: Incident | undefined;
  maintenance?: Announced | undefined;
  ownTitle?: string | undefined;
  isMaintenance: boolean;
}

/** Of a stranger's issue nothing more is read, unless somebody may have confirmed it. */
export async function seeIssue(
  issue: Issue,
  known: Known,
  since: number,
  { client, gate, context }: { client: Client; gate: Gate; context: { now(): number } },
  read?: Comments,
): Promise<Seen> {
  const now = context.now();
  const subject = known.incident ?? known.maintenance;
  const bare = { issue, comments: [], hasAllComments: false, actions: [], writers: new Set<string>(), answers: [] };
  // Ours, and we do not remember it: the second half of the round looks for these.
  if (!subject && (readMark(issue.body) || isPast(issue, now))) return { ...bare, isSure: true };
  const opener = await gate.writersAmong([issue.author]);
  const mayMatter = subject || opener.writers.size > 0 || issue.labels.includes(CONFIRMED);
  if (!mayMatter) return { ...bare, isSure: opener.isSure };
  const isOdd = known.isMaintenance
    ? !issue.isOpen || !subject
    : isAtOdds({ issue }, known.incident, known.ownTitle || undefined);
  const actions = isOdd ? await readActions(client, issue.number) : [];
  const mayHaveComments = issue.comments > 0 || subject?.events.some(({ id }) => id.includes('/gh-r'));
  const found =
    read ?? (mayHaveComments ? await readComments(client, issue.number, { count: issue.comments, since }) : undefined);
  const comments = found?.comments ?? [];
  const { writers, isSure } = await gate.writersAmong(accountsIn({ issue, comments, actions }));
  return {
    issue,
    comments,
    hasAllComments: found?.isAll ?? false,
    actions,
    writers,
    answers: found?.answers ?? [],
    isSure,
  };
}

/** What was over so long before it was first read is no news: an old tracker does not become a history. */
const PAST_MS = 30 * 86_400_000;

function isPast({ isOpen, closedAt = 0 }: Issue, now: number): boolean {
  return !isOpen && now - closedAt > PAST_MS;
}

export function wasAnswered({ comments }: SeenIssue): boolean {
  return comments.some(({ body }) => readMark(body)?.has('answer'));
}
