/** An issue that announces maintenance → lines of the history, by the same rules as an incident's. */
import { announce, cancelMaintenance, changeMaintenance, type SaidOfMaintenance } from '../announce.ts';
import { type Announced, announcedFrom } from '../maintenance.ts';
import type { MaintenanceEvent } from '../maintenance-event.ts';
import { editsOf, lineIdOf } from './edits.ts';
import { maintenanceForm } from './form.ts';
import type { Heard, Listening } from './hear-incident.ts';
import { CONFIRMED, type Comment, isPerson, readMark, type SeenIssue, trustedTitle } from './issue.ts';
import { wordsOf } from './words.ts';

export function hearMaintenance(
  seen: SeenIssue,
  found: Announced | undefined,
  all: readonly Announced[],
  listening: Listening,
): Heard<MaintenanceEvent> {
  const { issue, comments, actions, writers } = seen;
  const events: MaintenanceEvent[] = [];
  if (!found) {
    const opening = openingIn(seen, all, listening);
    if ('problems' in opening) return { events, problems: opening.problems };
    events.push(opening.event);
  }
  let entry = found ?? announcedFrom(events)[0]!;
  const hear = (event: MaintenanceEvent | undefined): void => {
    if (!event || entry.events.some(({ id }) => id === event.id)) return;
    events.push(event);
    entry = announcedFrom([...entry.events, event])[0]!;
  };
  for (const comment of comments) {
    const text = wordsOf(comment.body);
    if (!isPerson({ actor: comment.author, writers }) || readMark(comment.body) || text === '') continue;
    const writer = { now: comment.createdAt, chance: '' };
    hear(named(changeMaintenance(entry, { text }, writer), lineIdOf(entry.id, comment)));
  }
  const { problems, event } = formChanged(seen, entry, listening);
  hear(event);
  const closing = actions.findLast(({ kind, actor }) => kind === 'closed' && isPerson({ actor, writers }));
  if (closing && !issue.isOpen) hear(named(endOf(entry, closing.at), `${entry.id}/gh-s${closing.id}`));
  const textOf = ({ body }: Comment): string => wordsOf(body);
  for (const { at, ...edit } of editsOf(entry.events, seen, listening.now, textOf)) {
    hear({ ...lineAt(entry, at), kind: 'update', ...edit });
  }
  return { events, problems };
}

function openingIn(
  seen: SeenIssue,
  all: readonly Announced[],
  listening: Listening,
): { event: MaintenanceEvent } | { problems: string[] } {
  const { issue, actions, writers } = seen;
  const isTrusted = isPerson({ actor: issue.author, writers });
  const isConfirmed = actions.some(
    (action) => action.label === CONFIRMED && isPerson({ actor: action.actor, writers }),
  );
  // One that is closed before it was ever read announces nothing.
  if (!issue.isOpen || !(isTrusted || (isConfirmed && issue.labels.includes(CONFIRMED)))) return { problems: [] };
  const read = maintenanceForm({ ...issue, title: trustedTitle(seen) }, listening);
  if ('problems' in read) return read;
  const said = announce(read.form, new Set(all.map(({ id }) => id)), { now: issue.createdAt, chance: '' });
  if ('problem' in said) return { problems: [said.problem] };
  return { event: { ...said.event, id: `${said.event.maintenance}/gh-i${issue.number}` } };
}

/** Called off before it begins, over before its time after that. */
function endOf(entry: Announced, at: number): SaidOfMaintenance {
  const writer = { now: at, chance: '' };
  const hasBegun = entry.startsAt <= at && !entry.repeat;
  return hasBegun ? changeMaintenance(entry, { endsAt: at }, writer) : cancelMaintenance(entry, undefined, writer);
}

/** Against what the form said when it was last read, so that what was changed elsewhere stays. */
function formChanged(
  { issue, writers }: SeenIssue,
  entry: Announced,
  listening: Listening,
): { event?: MaintenanceEvent; problems: string[] } {
  const last = entry.events.findLast(({ id }) => id.startsWith(`${entry.id}/gh-i${issue.number}`));
  if (!last || !issue.isOpen || !isPerson({ actor: issue.author, writers })) return { problems: [] };
  const read = maintenanceForm(issue, listening);
  if ('problems' in read) return read;
  const { title, services, startsAt, endsAt, repeat, text } = read.form;
  const start = Math.floor(startsAt / 1000);
  const end = Math.floor(endsAt / 1000);
  const wanted = { title, services: [...services], start, end, ...(repeat && { repeat }), text };
  if (Object.entries(wanted).every(([key, value]) => isSame(value, last[key as keyof MaintenanceEvent]))) {
    return { problems: [] };
  }
  const isElsewhere = !isSame(wanted.services, last.services) || !isSame(repeat, last.repeat);
  if (entry.startsAt <= listening.now && isElsewhere) {
    return { problems: ['it has begun, and its services and its rule stay as they were'] };
  }
  // One change may go with many: each of them is made, or none.
  const times = { ...(start !== last.start && { startsAt }), ...(end !== last.end && { endsAt }) };
  const said = changeMaintenance(
    entry,
    { ...times, text },
    { now: Math.max(issue.updatedAt, listening.now), chance: '' },
  );
  if ('problem' in said) return { problems: [said.problem] };
  return {
    event: { ...said.event, ...wanted, kind: 'changed', id: `${entry.id}/gh-i${issue.number}-e${issue.updatedAt}` },
    problems: [],
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Undefined when it cannot be said. */
function named(said: SaidOfMaintenance, id: string): MaintenanceEvent | undefined {
  return 'problem' in said ? undefined : { ...said.event, id };
}

function lineAt(entry: Announced, at: number): Pick<MaintenanceEvent, 'v' | 't' | 'maintenance'> {
  return { v: 1, t: Math.floor(Math.max(at, entry.updatedAt) / 1000), maintenance: entry.id };
}
