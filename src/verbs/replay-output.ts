/** What a replay prints: a line of JSON a round, what changed, or a summary. */
import { type IncidentEvent, isTold } from '../incidents/event.ts';
import type { Incident } from '../incidents/incident.ts';
import { isFailing, STATES, type State } from '../model.ts';
import { createTally, type Episode, type Tally } from '../status/episodes.ts';
import type { Answer } from '../status/replay.ts';
import { durationInWords, instantInWords, plural } from '../units.ts';

/** What is printed after a round, and after the last; nothing when it is empty. */
export interface Output {
  round(answer: Answer, events: readonly IncidentEvent[]): string;
  end(incidents: readonly Incident[]): string;
}

export function jsonOutput(): Output {
  return { round: (answer, events) => `${JSON.stringify(asJson(answer, events))}\n`, end: () => '' };
}

function asJson(
  { at, overall, headline, causes, own, effective, isProberFault, canaries }: Answer,
  events: readonly IncidentEvent[],
): object {
  const services: Record<string, object> = {};
  for (const [id, { state, atRiskThrough }] of effective) {
    const status = own.get(id)!;
    services[id] = {
      own: status.state,
      effective: state,
      onset: isFailing(status.state) && status.since !== undefined ? iso(status.since) : null,
      ...(atRiskThrough !== undefined && { atRiskThrough }),
    };
  }
  return {
    at: iso(at),
    overall,
    headline,
    causes,
    services,
    proberFault: isProberFault,
    ...(canaries && { canaries }),
    ...(events.length > 0 && { incidents: events }),
  };
}

/** Milliseconds only where there are some: mostly the same text as in the file. */
function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

export function changesOutput(): Output {
  let before = '';
  let rounds = 0;
  let changes = 0;
  return {
    round(answer) {
      rounds += 1;
      const { overall, headline, causes } = answer;
      const said = JSON.stringify([overall, headline, causes.map(({ service }) => service)]);
      if (said === before) return '';
      before = said;
      changes += 1;
      const opening = changes === 1 ? line('AT', 'OVERALL', 'HEADLINE') : '';
      const reasons = causes.map(({ service, share, chain }) => {
        const way = chain.length > 1 ? `: ${chain.join(' → ')}` : '';
        return `${service} (${Math.round(share * 100)} %${way})`;
      });
      const text = reasons.length > 0 ? `${headline}  ${reasons.join('; ')}` : headline;
      return opening + line(instantInWords(answer.at, 'second'), inWords(overall), text);
    },
    end: () => `${changes > 0 ? '\n' : ''}${plural(rounds, 'round')}, ${plural(Math.max(0, changes - 1), 'change')}.\n`,
  };
}

function line(at: string, overall: string, text: string): string {
  return `${at.padEnd(23)}  ${overall.padEnd(14)}  ${text}\n`;
}

function inWords(state: State): string {
  return state.replace('_', ' ');
}

export function summaryOutput(isJson: boolean): Output {
  const tally = createTally();
  return {
    round(answer) {
      tally.add(answer);
      return '';
    },
    end: (incidents) =>
      isJson
        ? `${JSON.stringify({ ...tallyAsJson(tally.result()), ...incidentsAsJson(incidents) })}\n`
        : `${tallyInWords(tally.result())}${incidentsInWords(incidents)}`,
  };
}

function tallyAsJson({ rounds, from, to, changes, proberFaultRounds, ms, notObservedMs, ...rest }: Tally): object {
  const episode = ({ startsAt, endsAt, durationMs, worst, firstCause }: Episode): object => ({
    start: iso(startsAt),
    end: endsAt === undefined ? null : iso(endsAt),
    minutes: durationMs / 60_000,
    worst,
    firstCause: firstCause ?? null,
  });
  return {
    rounds,
    from: from === undefined ? null : iso(from),
    to: to === undefined ? null : iso(to),
    episodes: rest.episodes.map(episode),
    longest: rest.longest ? episode(rest.longest) : null,
    probablyFalse: { episodes: rest.brief.episodes, minutes: rest.brief.ms / 60_000 },
    minutes: Object.fromEntries(STATES.filter(isOverall).map((state) => [state, ms[state] / 60_000])),
    notObservedMinutes: notObservedMs / 60_000,
    changes,
    proberFaultRounds,
  };
}

/** A page as a whole is never in maintenance. */
function isOverall(state: State): boolean {
  return state !== 'maintenance';
}

function tallyInWords({ rounds, from, to, changes, proberFaultRounds, ms, notObservedMs, ...rest }: Tally): string {
  if (from === undefined || to === undefined) return 'No rounds.\n';
  const { episodes, longest, brief } = rest;
  const minutes = (value: number): string => String(Math.round(value / 60_000)).padStart(9);
  const table = episodes.map((episode) => [
    instantInWords(episode.startsAt, 'second'),
    episode.endsAt === undefined ? 'lasts' : instantInWords(episode.endsAt, 'second'),
    durationInWords(episode.durationMs),
    inWords(episode.worst),
    episode.firstCause ?? '',
  ]);
  const spans = [
    ...STATES.filter(isOverall).map((state) => [inWords(state), ms[state]] as const),
    ...(notObservedMs > 0 ? [['not observed', notObservedMs] as const] : []),
  ];
  return [
    `${plural(rounds, 'round')}, ${instantInWords(from, 'second')} to ${instantInWords(to, 'second')}.`,
    '',
    ...(episodes.length > 0 ? [row(['START', 'END', 'LASTED', 'WORST', 'FIRST CAUSE']), ...table.map(row), ''] : []),
    'Minutes in each overall state:',
    ...spans.map(([name, value]) => `  ${name.padEnd(14)}${minutes(value)}`),
    '',
    `${plural(episodes.length, 'episode')} that ${episodes.length === 1 ? 'was' : 'were'} not operational${longest ? `, the longest ${durationInWords(longest.durationMs)}` : ''}.`,
    ...(brief.episodes > 0
      ? [
          `Probably false alarms: ${Math.round(brief.ms / 60_000)} min in ${plural(brief.episodes, 'episode')} of a round or two.`,
        ]
      : []),
    `${plural(changes, 'change')} of the overall state, ${plural(proberFaultRounds, 'round')} that the prober spoilt.`,
    '',
  ].join('\n');
}

function row([start, end, lasted, worst, cause]: readonly string[]): string {
  return `${start!.padEnd(23)}  ${end!.padEnd(23)}  ${lasted!.padStart(7)}  ${worst!.padEnd(14)}  ${cause}`.trimEnd();
}

function incidentsAsJson(incidents: readonly Incident[]): object {
  return {
    incidents: incidents.map((incident) => ({
      id: incident.id,
      start: iso(incident.startsAt),
      end: incident.endsAt === undefined ? null : iso(incident.endsAt),
      minutes: incident.endsAt === undefined ? null : (incident.endsAt - incident.startsAt) / 60_000,
      impact: incident.peakImpact,
      causes: incident.causes,
      resolution: incident.resolution ?? null,
      reopened: incident.reopenings,
      notifications: incident.events.filter(isTold).length,
    })),
    notifications: incidents.flatMap(({ events }) => events.filter(isTold)).length,
  };
}

function incidentsInWords(incidents: readonly Incident[]): string {
  if (incidents.length === 0) return '';
  const told = incidents.map(({ events }) => events.filter(isTold).length);
  const total = told.reduce((sum, count) => sum + count, 0);
  const cells = incidents.map(({ startsAt, endsAt, peakImpact, causes, reopenings }, index) => [
    instantInWords(startsAt),
    endsAt === undefined ? 'lasts' : durationInWords(endsAt - startsAt),
    peakImpact,
    String(told[index]),
    `${causes.join(', then ')}${reopenings > 0 ? ` (reopened ${reopenings === 1 ? 'once' : `${reopenings} times`})` : ''}`,
  ]);
  const incidentRow = ([start, lasted, impact, count, cause]: readonly string[]): string =>
    `${start!.padEnd(20)}  ${lasted!.padStart(7)}  ${impact!.padEnd(8)}  ${count!.padStart(8)}  ${cause}`;
  return [
    '',
    ...[['INCIDENT', 'LASTED', 'IMPACT', 'NOTIFIED', 'CAUSE'], ...cells].map(incidentRow),
    '',
    `${plural(incidents.length, 'incident')}, ${plural(total, 'notification')}.`,
    '',
  ].join('\n');
}
