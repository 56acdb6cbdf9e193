/**
 * What people with write access say in an issue → lines of the history. Ids come from GitHub's own, so that reading twice
 * says nothing twice. What anybody else writes is as if it were not there.
 */
import { type IncidentEvent, isEnd } from '../event.ts';
import { after, beganAt, type Incident, isOpen } from '../incident.ts';
import { DECLARED_IMPACTS, openIncident, type Update, updateIncident } from '../person.ts';
import { editsOf, lineIdOf } from './edits.ts';
import { incidentForm, type Services } from './form.ts';
import {
  type Action,
  CONFIRMED,
  type Comment,
  IMPACT_LABEL,
  isPerson,
  readMark,
  type SeenIssue,
  STATUS_LABELS,
  trustedTitle,
} from './issue.ts';
import { statusIn, titleIn, wordsOf } from './words.ts';

export interface Listening extends Services {
  now: number;
  /** What we have called the issue ourselves; undefined where a person opened it. */
  ownTitle?: string;
}

export interface Heard<Event> {
  events: Event[];
  /** Why the form is not understood. */
  problems: string[];
}

/** The issue that a person has opened this incident with. */
export function issueBehind({ id, events }: Incident): number | undefined {
  const [start, number] = events[0]?.id.split('/gh-i') ?? [];
  return start === id && number !== undefined ? Number(number) : undefined;
}

export function hearIncident(
  seen: SeenIssue,
  found: Incident | undefined,
  incidents: readonly Incident[],
  listening: Listening,
): Heard<IncidentEvent> {
  const events: IncidentEvent[] = [];
  if (!found) {
    const opening = openingIn(seen, incidents, listening);
    if ('problems' in opening) return { events, problems: opening.problems };
    events.push(opening.event);
  }
  let incident = found ?? after(undefined, events[0]!);
  const hear = (event: IncidentEvent | undefined): void => {
    if (!event) return;
    events.push(event);
    incident = after(incident, event);
  };
  for (const step of stepsIn(seen)) {
    hear('kind' in step ? actedOn(incident, step, seen, listening) : commented(incident, step));
  }
  const textOf = (comment: Comment): string => spoken(comment).text;
  const edits = editsOf(incident.events, seen, listening.now, textOf);
  for (const edit of [...edits, ...bodyEdit(incident, seen, listening)]) {
    const { at, ...rest } = edit;
    hear({ ...lineAt(incident, at), kind: 'update', ...rest });
  }
  return { events, problems: [] };
}

/** Anybody may open an issue with the form, and with it come its labels; so a person stands behind it, or it is nothing. */
function openingIn(
  seen: SeenIssue,
  incidents: readonly Incident[],
  listening: Listening,
): { event: IncidentEvent } | { problems: string[] } {
  const { issue, actions, writers } = seen;
  const isTrusted = isPerson({ actor: issue.author, writers });
  const isConfirmed = actions.some(
    (action) => action.label === CONFIRMED && isPerson({ actor: action.actor, writers }),
  );
  if (readMark(issue.body) || !(isTrusted || (isConfirmed && issue.labels.includes(CONFIRMED))))
    return { problems: [] };
  const read = incidentForm({ ...issue, title: trustedTitle(seen) }, listening);
  if ('problems' in read) return read;
  const opening = { ...read.form, status: 'investigating' as const };
  const said = openIncident(opening, incidents, { now: issue.createdAt, chance: '' });
  if ('problem' in said) return { problems: [said.problem] };
  return { event: { ...said.event, id: `${said.event.incident}/gh-i${issue.number}` } };
}

type Step = Comment | Action;

function stepsIn({ comments, actions, writers }: SeenIssue): Step[] {
  const spoken = comments.filter(({ author, body }) => isPerson({ actor: author, writers }) && !readMark(body));
  const done = actions.filter(({ actor }) => isPerson({ actor, writers }));
  const at = (step: Step): number => ('at' in step ? step.at : step.createdAt);
  return [...spoken, ...done].sort((a, b) => at(a) - at(b));
}

/** A first word that is a status says so; alone it is the whole text. */
function spoken({ body }: Comment): ReturnType<typeof statusIn> {
  const said = statusIn(wordsOf(body));
  return said.status && said.text === '' ? { ...said, text: `The status is ${said.status}.` } : said;
}

function commented(incident: Incident, comment: Comment): IncidentEvent | undefined {
  const { status, text } = spoken(comment);
  if (text === '') return undefined;
  const id = lineIdOf(incident.id, comment);
  return (
    (status && said(incident, id, { status, text }, comment.createdAt)) ??
    said(incident, id, { text }, comment.createdAt)
  );
}

/** Undefined when it has been heard, or cannot be. */
function said(incident: Incident, id: string, update: Update, at: number): IncidentEvent | undefined {
  if (incident.events.some((event) => event.id === id)) return undefined;
  const result = updateIncident(incident, update, { now: at, chance: '' });
  if ('problem' in result) return undefined;
  const { text, ...event } = result.event;
  // Without words of theirs we say how long it took.
  const since = event.kind === 'resolved' ? { since: Math.floor(beganAt(incident) / 1000) } : {};
  return { ...event, ...since, id, ...(text && { text }) };
}

/** Older than what was last said of its status, it has been overtaken: a round, or another person, knew more. */
function actedOn(
  incident: Incident,
  action: Action,
  { issue }: SeenIssue,
  { ownTitle }: Listening,
): IncidentEvent | undefined {
  const { kind, at, label = '' } = action;
  const id = `${incident.id}/gh-s${action.id}`;
  if (kind === 'renamed') return renamed(incident, id, action, issue.title, ownTitle);
  if (at < lastSaid(incident, 'status') || (kind === 'labeled' && !issue.labels.includes(label))) return undefined;
  if (kind === 'closed')
    return isOpen(incident) && !issue.isOpen ? said(incident, id, { status: 'resolved', text: '' }, at) : undefined;
  if (kind === 'reopened') {
    if (isOpen(incident) || !issue.isOpen) return undefined;
    return said(incident, id, { status: 'investigating', text: 'It is open again.' }, at);
  }
  const status = STATUS_LABELS.find((one) => one === label);
  if (status && status !== incident.status) {
    return said(incident, id, { status, text: isEnd(status) ? '' : `The status is ${status}.` }, at);
  }
  const impact = DECLARED_IMPACTS.find((one) => `${IMPACT_LABEL}${one}` === label);
  if (!impact || impact === incident.impact || at < lastSaid(incident, 'impact')) return undefined;
  return said(incident, id, { impact, text: '' }, at);
}

/** Seconds, as lines have them. */
function lastSaid({ events }: Incident, key: 'status' | 'impact'): number {
  return Math.max(0, ...events.filter((event) => event[key] !== undefined).map(({ t }) => t * 1000));
}

function renamed(
  incident: Incident,
  id: string,
  { at, title: { to: title } = { from: '', to: '' } }: Action,
  current: string,
  ownTitle: string | undefined,
): IncidentEvent | undefined {
  const name = titleIn(title);
  const isNews = title === current && title !== ownTitle && name !== '' && name !== incident.title;
  if (!isNews || incident.events.some((event) => event.id === id)) return undefined;
  return { ...lineAt(incident, at), id, kind: 'update', title: name };
}

/** What is known of one that a person has opened stands in the body; the services stay. */
function bodyEdit(incident: Incident, { issue, writers }: SeenIssue, listening: Listening) {
  const line = incident.events.find(({ id }) => id === `${incident.id}/gh-i${issue.number}`);
  if (!line || !isPerson({ actor: issue.author, writers })) return [];
  const read = incidentForm(issue, listening);
  if ('problems' in read || read.form.text === line.text) return [];
  return [{ id: `${line.id}-e${issue.updatedAt}`, at: issue.updatedAt, edits: line.id, text: read.form.text }];
}

/** Never before what it speaks of. */
function lineAt(incident: Incident, at: number): Pick<IncidentEvent, 'v' | 't' | 'incident' | 'by'> {
  return { v: 1, t: Math.floor(Math.max(at, incident.updatedAt) / 1000), incident: incident.id, by: 'person' };
}

/** Whether it takes what was done to an issue, and who did it, to know what it means. */
export function isAtOdds({ issue }: Pick<SeenIssue, 'issue'>, found: Incident | undefined, ownTitle?: string): boolean {
  const { labels, isOpen: isIssueOpen, title } = issue;
  const statuses = labels.filter((label) => STATUS_LABELS.some((status) => status === label));
  if (!found) return true;
  const isRenamed = title !== ownTitle && titleIn(title) !== found.title;
  const impacts = labels.filter(
    (label) => label.startsWith(IMPACT_LABEL) && label !== `${IMPACT_LABEL}${found.impact}`,
  );
  const isOther = statuses.some((status) => status !== found.status);
  return isIssueOpen !== isOpen(found) || isOther || isRenamed || impacts.length > 0;
}
