/** Incidents and their automatic updates in sentences. English; one place, so that a second language is one more. */
import { isFailing, type State, severityRank, worst } from '../model.ts';
import { listed, predicate } from '../status/headline.ts';
import { durationInWords, instantInWords } from '../units.ts';
import type { IncidentEvent } from './event.ts';
import type { Incident } from './incident.ts';

/** Id of a service → its name; the id itself where services.yml knows it no longer. */
export type NameOf = (id: string) => string;

const MAX_NAME = 80;

/** "Database is down": what is wrong at worst, without a full stop. A person's title is theirs. */
export function titleOf({ title, cause, isGuess, affected }: Incident, given: NameOf): string {
  if (title !== undefined) return cut(title, 200);
  const nameOf = bounded(given);
  if (cause === undefined) return 'Incident';
  if (isGuess) return `${nameOf(cause)} is probably failing`;
  return `${nameOf(cause)} is ${predicate(affected.get(cause)?.worst ?? worst([...affected.values()].map((one) => one.worst)))}`;
}

/** What one automatic event says to people. A person's own text is theirs, and comes instead. */
export function eventInWords(event: IncidentEvent, given: NameOf): string {
  const nameOf = bounded(given);
  const { kind, cause, evidence, services = [] } = event;
  const name = nameOf(cause ?? '');
  const said = evidence === undefined ? '' : `: ${cut(evidence, 200)}`;
  switch (kind) {
    case 'opened':
      return sentences(causeInWords(event, nameOf), reachInWords(event, nameOf));
    case 'reopened':
      return sentences(event.isGuess ? 'It fails again' : `${name} fails again${said}`, reachInWords(event, nameOf));
    case 'cause':
      return sentences(
        `Probable cause is now ${name}${shareInWords(event)}${event.isGuess ? ', which is not probed' : said}`,
        reachInWords(event, nameOf),
      );
    case 'identified':
      return sentences(`Probable cause is ${name}${shareInWords(event)}${said}`, changesInWords(event, nameOf));
    case 'escalated':
      return sentences(changesInWords(event, nameOf), `The impact is now ${event.impact}`);
    case 'deescalated':
      return sentences(changesInWords(event, nameOf), `The impact is only ${event.impact} now`);
    case 'affected':
      return sentences(changesInWords(event, nameOf));
    case 'monitoring':
      return 'It works again. We watch whether it lasts.';
    case 'relapsed':
      return sentences(`It fails again${said}`, changesInWords(event, nameOf));
    case 'suppressed':
      return 'Announced maintenance has begun. Failures in it are not counted.';
    case 'resumed':
      return sentences(`The maintenance is over, and it still fails${said}`, changesInWords(event, nameOf));
    case 'resolved':
      return endInWords(event);
    case 'update':
      return services.length > 0 ? sentences(changesInWords(event, nameOf)) : '';
  }
}

function causeInWords({ cause = '', isGuess, evidence, services = [] }: IncidentEvent, nameOf: NameOf): string {
  if (isGuess) return `Probable cause: ${nameOf(cause)}, which is not probed. All that need it fail`;
  const state = services.find(({ id }) => id === cause)?.state ?? 'degraded';
  return `${nameOf(cause)} is ${predicate(state)}${evidence === undefined ? '' : `: ${cut(evidence, 200)}`}`;
}

/** "Shop and API are affected", the cause itself left out. */
function reachInWords({ cause, services = [] }: IncidentEvent, nameOf: NameOf): string {
  const affected = services.filter(({ id, state }) => id !== cause && isFailing(state)).map(({ id }) => nameOf(id));
  return affected.length === 0 ? '' : `${listed(affected)} ${affected.length === 1 ? 'is' : 'are'} affected`;
}

/** "Shop is down. API is operational again", worst first. */
function changesInWords({ services = [] }: IncidentEvent, nameOf: NameOf): string {
  const byState = Map.groupBy(services, ({ state }) => state);
  const worstFirst = [...byState].sort(([a], [b]) => severityRank(b) - severityRank(a));
  return worstFirst
    .map(([state, list]) => {
      const subject = listed(list.map(({ id }) => nameOf(id)));
      return `${subject} ${list.length === 1 ? 'is' : 'are'} ${stateInWords(state)}`;
    })
    .join('. ');
}

function stateInWords(state: State): string {
  return state === 'operational' ? 'operational again' : predicate(state);
}

/** "Recovered at 12:10 UTC after 25 min." The day is said when it is another than that of the beginning. */
function endInWords({ t, since = t, end = t, reason, into }: IncidentEvent): string {
  const [day, time, zone] = instantInWords(end * 1000).split(' ');
  const at = instantInWords(since * 1000).startsWith(day!) ? `${time} ${zone}` : `${day} ${time} ${zone}`;
  const span = `at ${at} after ${durationInWords((end - since) * 1000)}`;
  if (reason === 'maintenance') return `It is over with the announced maintenance that began ${span}.`;
  if (reason === 'merged')
    return `It has the same cause as another incident${into === undefined ? '' : ` (${into})`}, and goes on there.`;
  if (reason === 'removed') return 'The service is watched no longer.';
  return `Recovered ${span}.`;
}

function shareInWords({ share }: IncidentEvent): string {
  return share === undefined || share >= 0.995 ? '' : ` (${Math.floor(share * 100 + 1e-9)} %)`;
}

function sentences(...parts: string[]): string {
  return parts.flatMap((part) => (part === '' ? [] : `${part}.`)).join(' ');
}

function bounded(nameOf: NameOf): NameOf {
  return (id) => cut(nameOf(id), MAX_NAME);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
