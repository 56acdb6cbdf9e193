/** Incidents, and what issues say of them → what is to be done on GitHub. Sparingly: each comment is a mail to many. */
import { type IncidentEvent, isTold } from '../event.ts';
import type { GithubState, IssueLine } from '../github-event.ts';
import { type Incident, incidentsFrom, isOpen } from '../incident.ts';
import { issueBehind } from './hear-incident.ts';
import { commentText, type IssueText, issueText, type Telling } from './issue-text.ts';

export interface IssueStep {
  incident: string;
  /** The incident was opened then. */
  openedAt: number;
  /** Absent: to be opened, or to be found when an earlier run opened it and died. */
  issue?: number;
  text: IssueText;
  /** Title and body are a person's, and stay. */
  isTheirs: boolean;
  /** As the issue is, none of these needs a change. */
  isUnchanged: boolean;
  /** To be written in this order, each once. */
  comments: { event: string; body: string }[];
  /** The line that says it is done, without number and time. */
  line: Pick<IssueLine, 'incident' | 'through' | 'title' | 'n'>;
}

/** What ended longer ago without an issue gets none: an old history does not become a storm. */
const RECENT_MS = 86_400_000;

/** Those that are open first, the worst of them before others. */
export function planIssues(
  incidents: readonly Incident[],
  { issues }: GithubState,
  telling: Telling,
  now: number,
): IssueStep[] {
  return incidents
    .toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.startsAt - a.startsAt)
    .flatMap((incident) => stepFor(incident, issues.get(incident.id), telling, now) ?? []);
}

function stepFor(
  incident: Incident,
  known: IssueLine | undefined,
  telling: Telling,
  now: number,
): IssueStep | undefined {
  const { id, events, resolution, resolvedAt = now } = incident;
  const through = events.at(-1)!.id;
  if (known?.through === through) return undefined;
  const isPast =
    !isOpen(incident) && (now - resolvedAt > RECENT_MS || resolution === 'merged' || resolution === 'removed');
  if (!known && isPast) return undefined;
  const behind = issueBehind(incident);
  const issue = known?.issue ?? behind;
  const isTheirs = behind !== undefined;
  const text = issueText(incident, telling);
  const heard = known && events.findIndex((event) => event.id === known.through);
  // Lines that were lost tell nothing twice.
  const news = heard === undefined ? (isTheirs ? events : []) : heard === -1 ? [] : events.slice(heard + 1);
  const comments = news
    .filter(isWorthAComment)
    .map((event) => ({ event: event.id, body: commentText(event, telling) }));
  const before = known && heard !== -1 ? textThen(events.slice(0, heard! + 1), telling) : undefined;
  const isUnchanged = before !== undefined && isSame(before, text, isTheirs);
  if (issue !== undefined && isUnchanged && comments.length === 0) return undefined;
  return {
    incident: id,
    openedAt: incident.openedAt,
    ...(issue !== undefined && { issue }),
    text,
    isTheirs,
    isUnchanged,
    comments,
    line: { incident: id, through, title: isTheirs ? '' : text.title, n: (known?.n ?? 0) + 1 },
  };
}

/** What was said on GitHub stands there. */
function isWorthAComment(event: IncidentEvent): boolean {
  if (event.id.includes('/gh-')) return false;
  return isTold(event) || event.reason !== undefined || (event.by === 'person' && Boolean(event.text));
}

function textThen(events: readonly IncidentEvent[], telling: Telling): IssueText | undefined {
  const [incident] = incidentsFrom(events);
  return incident && issueText(incident, telling);
}

function isSame(a: IssueText, b: IssueText, isTheirs: boolean): boolean {
  const seen = ({ title, body, labels, isOpen: open }: IssueText): string =>
    JSON.stringify([labels, open, ...(isTheirs ? [] : [title, body.slice(0, body.lastIndexOf('<!--'))])]);
  return seen(a) === seen(b);
}
