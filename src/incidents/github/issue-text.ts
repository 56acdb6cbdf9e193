/** An incident as an issue: its title, its body, its labels, and what is said of it by and by. */
import { isFailing } from '../../model.ts';
import { predicate } from '../../status/headline.ts';
import { instantInWords } from '../../units.ts';
import type { IncidentEvent } from '../event.ts';
import { type Incident, isOpen } from '../incident.ts';
import { eventInWords, type NameOf, titleOf } from '../words.ts';
import { IMPACT_LABEL, markOf, SERVICE_LABEL, STATUS_LABELS } from './issue.ts';
import { inert, quiet, titleIn } from './words.ts';

export interface Telling {
  nameOf: NameOf;
  /** Where the incident is shown; undefined where services.yml does not say where the page is. */
  addressOf(incident: string): string | undefined;
}

export interface IssueText {
  title: string;
  body: string;
  labels: string[];
  isOpen: boolean;
}

const MAX_NAMED = 20;
/** GitHub's, of one label. */
const MAX_LABEL = 50;

/** `through` in the mark: the last event that this tells. */
export function issueText(incident: Incident, { nameOf, addressOf }: Telling): IssueText {
  const { id, cause, isGuess, share, status, impact, affected, startsAt, events } = incident;
  const address = addressOf(id);
  const failing = [...affected].filter(([service, { state }]) => service !== cause && isFailing(state));
  const named = failing
    .slice(0, MAX_NAMED)
    .map(([service, { state }]) => `${name(nameOf, service)} (${predicate(state)})`);
  const more = failing.length > MAX_NAMED ? [`${failing.length - MAX_NAMED} more`] : [];
  const part = share === undefined || share >= 0.995 ? '' : ` (${Math.floor(share * 100 + 1e-9)} %)`;
  const rows = [
    ['Status', status],
    ['Impact', impact],
    ...(cause === undefined
      ? []
      : [['Probable cause', `${name(nameOf, cause)}${part}${isGuess ? ', which is not probed' : ''}`]]),
    ...(named.length > 0 ? [['Affected', [...named, ...more].join(', ')]] : []),
    ['Since', instantInWords(startsAt)],
    ...(address === undefined ? [] : [['Page', address]]),
  ];
  const first = events[0]!;
  return {
    title: titleIn(titleOf(incident, nameOf)),
    body: [
      wordsFor(first, nameOf),
      rows.map(([label, value]) => `- **${label}**: ${value}`).join('\n'),
      HOW,
      markOf({ incident: id, through: events.at(-1)!.id }),
    ].join('\n\n'),
    labels: labelsOf(incident),
    isOpen: isOpen(incident),
  };
}

const HOW =
  'Comments by people with write access are published as updates. One that begins with `Identified:`, `Monitoring:` or `Resolved:` sets the status, and closing this issue resolves the incident.';

/** Ours; others stay on the issue. */
export function labelsOf({ affected, impact, status }: Incident): string[] {
  const services = [...affected.keys()]
    .map((id) => `${SERVICE_LABEL}${id}`)
    .filter((label) => label.length <= MAX_LABEL);
  const said = STATUS_LABELS.filter((one) => one === (status === 'postmortem' ? 'resolved' : status));
  return ['incident', ...services.slice(0, MAX_NAMED), `${IMPACT_LABEL}${impact}`, ...said];
}

export function isOurLabel(label: string): boolean {
  const isStatus = STATUS_LABELS.some((status) => status === label);
  return label === 'incident' || label.startsWith(SERVICE_LABEL) || label.startsWith(IMPACT_LABEL) || isStatus;
}

export function commentText(event: IncidentEvent, { nameOf }: Telling): string {
  return `${wordsFor(event, nameOf)}\n\n${markOf({ event: event.id })}`;
}

export function answerText(problems: readonly string[]): string {
  const list = problems.slice(0, 20).map((problem) => `- ${problem.replaceAll(/\s+/g, ' ')}`);
  return [
    'This is not published yet, for the form could not be understood:',
    list.join('\n'),
    'Edit the description above; it is read again with the next round.',
    markOf({ answer: 'form' }),
  ].join('\n\n');
}

/** A person who did not write on GitHub has written Markdown. */
function wordsFor(event: IncidentEvent, nameOf: NameOf): string {
  return event.text === undefined ? inert(eventInWords(event, nameOf), 1000) : quiet(event.text);
}

function name(nameOf: NameOf, id: string): string {
  return inert(nameOf(id), 80);
}
