/**
 * What there is to tell, worked out from the history alone: what a crashed round has written and not told is found again.
 * Each has an id that never changes, so that it is told once.
 */
import type { Config } from '../config/config.ts';
import type { Alert, News } from '../config/notifications.ts';
import { type IncidentEvent, isTold } from '../incidents/event.ts';
import { after, type Incident, incidentsFrom, isOpen } from '../incidents/incident.ts';
import type { RecordedRound } from '../model.ts';
import { ageOf } from '../status/age.ts';
import { failedProbesIn, levelOf, servicesById } from './level.ts';

export interface Story {
  lines: readonly IncidentEvent[];
  /** Of the last two days, in order. */
  rounds: readonly RecordedRound[];
  config: Pick<Config, 'services' | 'renamed' | 'schedule'>;
}

export type What = News | 'reminder';

/** Something to be told. */
export interface Occurrence {
  id: string;
  at: number;
  what: What;
  /** What it is about: of several about the same, people need only the last. */
  about: string;
  level: Alert;
  /** Nobody need do anything any more. */
  isOver: boolean;
  /** Over because it goes on elsewhere, or is watched no longer: for alerts that must be closed, no news. */
  isQuiet: boolean;
  subject: Subject;
}

export type Subject =
  | { of: 'incident'; incident: Incident; event?: IncidentEvent }
  | { of: 'prober-fault'; location: string; from: number; until?: number }
  | { of: 'stale'; from: number; until: number };

/** What was not told by then is no news any more. */
export const NEWS_FOR_MS = 86_400_000;

export interface Occurrences {
  news: Occurrence[];
  /** Incidents that last, each as something to be reminded of. */
  lasting: Occurrence[];
}

export function occurrencesIn(story: Story, now: number): Occurrences {
  const { lines, rounds, config } = story;
  const services = servicesById(config);
  const failed = failedProbesIn(rounds);
  const incidents = incidentsFrom(lines, config.renamed);
  const level = (incident: Incident): Alert => levelOf(incident, services, failed);
  const ofIncidents = incidents
    .filter(({ updatedAt }) => updatedAt > now - NEWS_FOR_MS)
    .flatMap((incident) => eventsOf(incident, level));
  const news = [...ofIncidents, ...faultsIn(rounds), ...gapsIn(rounds, config.schedule.everyMs)];
  const lasting = incidents
    .filter((incident) => isOpen(incident) && incident.suppressedAt === undefined)
    .map(
      (incident): Occurrence => ({
        ...occurrence({ of: 'incident', incident }, { id: incident.id, at: now, what: 'reminder' }),
        about: incident.id,
        level: level(incident),
      }),
    );
  return {
    news: news.filter(({ at }) => at > now - NEWS_FOR_MS).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    lasting,
  };
}

/** The incident stands beside each event as it was after it. */
function eventsOf({ events }: Incident, level: (incident: Incident) => Alert): Occurrence[] {
  let incident: Incident | undefined;
  return events.flatMap((event) => {
    const wasSuppressed = incident?.suppressedAt !== undefined;
    incident = after(incident, event);
    const what = newsOf(event);
    // What happens in announced maintenance is not told, but for its end.
    if (!what || (wasSuppressed && what !== 'resolved')) return [];
    const isQuiet = what === 'resolved' && !isTold(event);
    return {
      ...occurrence({ of: 'incident', incident, event }, { id: event.id, at: event.t * 1000, what }),
      about: incident.id,
      level: level(incident),
      isOver: what === 'resolved',
      isQuiet,
    };
  });
}

function newsOf(event: IncidentEvent): News | undefined {
  const { kind, status } = event;
  if (kind === 'reopened') return 'opened';
  if (kind === 'opened' || kind === 'escalated' || kind === 'cause' || kind === 'resolved') return kind;
  // A word that ends it is an end; a postmortem is a word.
  if (kind === 'update') return status === 'resolved' ? 'resolved' : 'update';
  return undefined;
}

/** Rounds on end that our own network spoilt, of each location; told when it began, and when it was over. */
function faultsIn(rounds: readonly RecordedRound[]): Occurrence[] {
  return [...Map.groupBy(rounds, ({ location }) => location)].flatMap(([location, own]) => {
    const found: Occurrence[] = [];
    let first: RecordedRound | undefined;
    for (const round of own) {
      if (round.isProberFault && !first) {
        first = round;
        found.push(fault(location, first));
      } else if (!round.isProberFault && first) {
        found.push(fault(location, first, round));
        first = undefined;
      }
    }
    return found;
  });
}

function fault(location: string, first: RecordedRound, good?: RecordedRound): Occurrence {
  const about = `prober-fault/${first.id}`;
  const subject = { of: 'prober-fault', location, from: first.at, ...(good && { until: good.at }) } as const;
  const id = good ? `${about}/over` : about;
  return {
    ...occurrence(subject, { id, at: good?.at ?? first.at, what: 'prober-fault' }),
    about,
    isOver: good !== undefined,
  };
}

const GAPS_KNOWN = 10;
const LONG_MS = 6 * 3_600_000;

/** Nobody looked for so long that the page had to say so; told when somebody does again, for nobody can before. */
function gapsIn(rounds: readonly RecordedRound[], everyMs: number): Occurrence[] {
  const times = rounds.map(({ at }) => at);
  return rounds.flatMap(({ id, at }, index) => {
    const before = times[index - 1];
    if (before === undefined || at - before < 2 * everyMs) return [];
    const { unknownAfterMs } = ageOf(times.slice(0, index), everyMs)!;
    // Of a few gaps nobody knows what is usual; timers that are late by an hour are.
    if (at - before <= (index > GAPS_KNOWN ? unknownAfterMs : Math.max(unknownAfterMs, LONG_MS))) return [];
    const subject = { of: 'stale', from: before, until: at } as const;
    return { ...occurrence(subject, { id: `stale/${id}`, at, what: 'stale' }), about: `stale/${id}` };
  });
}

function occurrence(subject: Subject, given: Pick<Occurrence, 'id' | 'at' | 'what'>): Omit<Occurrence, 'about'> {
  return { ...given, level: 'notify', isOver: false, isQuiet: false, subject };
}
