/** Incidents and their automatic updates in sentences, in the words of a catalogue: English unless one is given. */

import { en, type Words } from '../messages/en.ts';
import { retold } from '../messages/evidence.ts';
import { instant, listed, percentOf, span } from '../messages/wording.ts';
import { isFailing, severityRank, worst } from '../model.ts';
import { instantInWords } from '../units.ts';
import type { IncidentEvent } from './event.ts';
import type { Incident } from './incident.ts';

/** Id of a service → its name; the id itself where services.yml knows it no longer. */
export type NameOf = (id: string) => string;

const MAX_NAME = 80;

/** "Database is down": what is wrong at worst, without a full stop. A person's title is theirs. */
export function titleOf({ title, cause, isGuess, affected }: Incident, given: NameOf, words: Words = en): string {
  if (title !== undefined) return cut(title, 200);
  const nameOf = bounded(given, words);
  if (cause === undefined) return words.incident.untitled;
  if (isGuess) return words.incident.probablyFailing(nameOf(cause));
  const state = affected.get(cause)?.worst ?? worst([...affected.values()].map((one) => one.worst));
  return words.is(nameOf(cause), 1, state);
}

/** What one automatic event says to people. A person's own text is theirs, and comes instead. */
export function eventInWords(event: IncidentEvent, given: NameOf, words: Words = en): string {
  const { incident: said, withEvidence } = words;
  const nameOf = bounded(given, words);
  const { kind, cause, evidence, impact = 'none', services = [] } = event;
  const name = nameOf(cause ?? '');
  const because = (clause: string): string =>
    evidence === undefined ? clause : withEvidence(clause, cut(retold(evidence, words), 200));
  const reach = (): string => reachInWords(event, nameOf, words);
  const changes = (): string[] => changesInWords(event, nameOf, words);
  const sentences = (...parts: string[]): string =>
    parts.flatMap((part) => (part === '' ? [] : [words.sentence(part)])).join(words.between);
  switch (kind) {
    case 'opened': {
      const state = services.find(({ id }) => id === cause)?.state ?? 'degraded';
      return sentences(event.isGuess ? said.suspect(name) : because(words.is(name, 1, state)), reach());
    }
    case 'reopened':
      return sentences(event.isGuess ? said.failsAgain : because(said.nameFailsAgain(name)), reach());
    case 'cause': {
      const clause = said.causeIsNow(`${name}${shareInWords(event, words)}`);
      return sentences(event.isGuess ? said.notProbed(clause) : because(clause), reach());
    }
    case 'identified':
      return sentences(because(said.causeIs(`${name}${shareInWords(event, words)}`)), ...changes());
    case 'escalated':
      return sentences(...changes(), said.impactIsNow(impact));
    case 'deescalated':
      return sentences(...changes(), said.impactIsOnly(impact));
    case 'affected':
      return sentences(...changes());
    case 'monitoring':
      return said.monitoring;
    case 'relapsed':
      return sentences(because(said.failsAgain), ...changes());
    case 'suppressed':
      return said.suppressed;
    case 'resumed':
      return sentences(because(said.stillFails), ...changes());
    case 'resolved':
      return endInWords(event, words);
    case 'update':
      return sentences(...changes());
  }
}

/** "Shop and API are affected", the cause itself left out. */
function reachInWords({ cause, services = [] }: IncidentEvent, nameOf: NameOf, words: Words): string {
  const affected = services.filter(({ id, state }) => id !== cause && isFailing(state)).map(({ id }) => nameOf(id));
  return affected.length === 0 ? '' : words.areAffected(listed(words, affected), affected.length);
}

/** "Shop is down", "API is operational again", worst first. */
function changesInWords({ services = [] }: IncidentEvent, nameOf: NameOf, words: Words): string[] {
  const byState = Map.groupBy(services, ({ state }) => state);
  const worstFirst = [...byState].sort(([a], [b]) => severityRank(b) - severityRank(a));
  return worstFirst.map(([state, list]) => {
    const names = list.map(({ id }) => nameOf(id));
    const subject = listed(words, names);
    return state === 'operational' ? words.isAgain(subject, names.length) : words.is(subject, names.length, state);
  });
}

/** "Recovered at 12:10 UTC after 25 min." The day is said when it is another than that of the beginning. */
function endInWords({ t, since = t, end = t, reason, into }: IncidentEvent, words: Words): string {
  const said = words.incident;
  const [day, time, zone] = instantInWords(end * 1000).split(' ');
  const isSameDay = instantInWords(since * 1000).startsWith(day!);
  const at = isSameDay ? words.isolate(`${time} ${zone}`) : instant(words, end * 1000);
  const lasted = span(words, (end - since) * 1000);
  if (reason === 'maintenance') return said.endedWithMaintenance(at, lasted);
  if (reason === 'merged') return said.merged(into && words.isolate(into));
  if (reason === 'removed') return said.removed;
  return said.recovered(at, lasted);
}

function shareInWords({ share }: IncidentEvent, words: Words): string {
  return share === undefined || share >= 0.995 ? '' : ` (${percentOf(words, Math.floor(share * 100 + 1e-9))})`;
}

function bounded(nameOf: NameOf, { isolate }: Words): NameOf {
  return (id) => isolate(cut(nameOf(id), MAX_NAME));
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
