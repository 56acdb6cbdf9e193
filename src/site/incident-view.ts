/** Incidents as the page and programs show them. */
import type { EventKind, Impact, IncidentEvent, IncidentStatus } from '../incidents/event.ts';
import { type Incident, isOpen } from '../incidents/incident.ts';
import { eventInWords, type NameOf, titleOf } from '../incidents/words.ts';
import { en, type Words } from '../messages/en.ts';
import type { State } from '../model.ts';
import { plainSentence, plainText } from './markdown.ts';

export interface IncidentView {
  id: string;
  title: string;
  status: IncidentStatus;
  /** The worst that it has been. */
  impact: Impact;
  isOpen: boolean;
  startsAt: number;
  /** When it was opened, which is when it was first told. */
  createdAt: number;
  /** When it was first good again; present while that is watched and after. */
  monitoringAt?: number;
  endsAt?: number;
  /** When its end was believed. */
  resolvedAt?: number;
  updatedAt: number;
  /** The present one, and all that were named one after the other. */
  cause?: string;
  causes: readonly string[];
  /** From an affected service down to the cause. */
  chain: readonly string[];
  services: readonly { id: string; name: string; state: State; worst: State; since: number }[];
  /** Newest first. */
  updates: readonly UpdateView[];
}

export interface UpdateView {
  id: string;
  at: number;
  kind: EventKind;
  status: IncidentStatus;
  /** Plain text; of a person it is Markdown. */
  text: string;
  isMarkdown?: true;
  author?: string;
  /** Whose state changed with it, and what it was in this incident before. */
  services: readonly { id: string; name: string; state: State; was?: State }[];
}

const MAX_TEXT = 20_000;

/** Those that are open first, then newest first. */
export function incidentViews(incidents: readonly Incident[], nameOf: NameOf, words: Words = en): IncidentView[] {
  return incidents
    .map((incident) => incidentView(incident, nameOf, words))
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.startsAt - a.startsAt || (a.id < b.id ? -1 : 1));
}

function incidentView(incident: Incident, nameOf: NameOf, words: Words): IncidentView {
  const { id, status, peakImpact, startsAt, openedAt, endsAt, updatedAt, cause, causes, affected } = incident;
  const { resolvedAt, events, chain } = incident;
  const monitoringAt = incident.monitoringAt ?? (isOpen(incident) ? undefined : lastInstantOf(events, 'monitoring'));
  return {
    id,
    title: (incident.title === undefined ? plainSentence : plainText)(titleOf(incident, nameOf, words)),
    status,
    impact: peakImpact,
    isOpen: isOpen(incident),
    startsAt,
    createdAt: openedAt,
    ...(monitoringAt !== undefined && { monitoringAt }),
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(endsAt !== undefined && { endsAt }),
    updatedAt,
    ...(cause !== undefined && { cause }),
    causes,
    chain,
    services: [...affected].map(([service, { state, worst, since }]) => ({
      id: service,
      name: nameOf(service),
      state,
      worst,
      since,
    })),
    updates: updatesOf(events, nameOf, words).toReversed(),
  };
}

function updatesOf(events: readonly IncidentEvent[], nameOf: NameOf, words: Words): UpdateView[] {
  let status: IncidentStatus = 'investigating';
  return events.flatMap((event) => {
    status = event.status ?? status;
    const text =
      event.text === undefined
        ? plainSentence(eventInWords(event, nameOf, words), MAX_TEXT)
        : plainText(event.text, MAX_TEXT);
    const markdown = event.text === undefined ? {} : { isMarkdown: true as const };
    const author = event.author === undefined ? {} : { author: plainText(event.author) };
    const services = (event.services ?? []).map(({ id, state, was }) => ({
      id,
      name: nameOf(id),
      state,
      ...(was && { was }),
    }));
    return text === ''
      ? []
      : [{ id: event.id, at: event.t * 1000, kind: event.kind, status, text, ...markdown, ...author, services }];
  });
}

function lastInstantOf(events: readonly IncidentEvent[], status: IncidentStatus): number | undefined {
  const last = events.findLast((event) => event.status === status);
  return last && last.t * 1000;
}
