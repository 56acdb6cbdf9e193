/** Incidents as the page and programs show them. */
import type { EventKind, Impact, IncidentEvent, IncidentStatus } from '../incidents/event.ts';
import { type Incident, isOpen } from '../incidents/incident.ts';
import { eventInWords, type NameOf, titleOf } from '../incidents/words.ts';
import type { State } from '../model.ts';
import { plainText } from './markdown.ts';

export interface IncidentView {
  id: string;
  title: string;
  status: IncidentStatus;
  /** The worst that it has been. */
  impact: Impact;
  isOpen: boolean;
  startsAt: number;
  endsAt?: number;
  updatedAt: number;
  /** The present one, and all that were named one after the other. */
  cause?: string;
  causes: readonly string[];
  services: readonly { id: string; name: string; state: State; since: number }[];
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
  author?: string;
}

const MAX_TEXT = 20_000;

/** Those that are open, and those that have ended since an instant; newest first. */
export function incidentViews(incidents: readonly Incident[], since: number, nameOf: NameOf): IncidentView[] {
  return incidents
    .filter((incident) => isOpen(incident) || (incident.endsAt ?? 0) >= since)
    .map((incident) => incidentView(incident, nameOf))
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.startsAt - a.startsAt || (a.id < b.id ? -1 : 1));
}

function incidentView(incident: Incident, nameOf: NameOf): IncidentView {
  const { id, status, peakImpact, startsAt, endsAt, updatedAt, cause, causes, affected } = incident;
  return {
    id,
    title: plainText(titleOf(incident, nameOf)),
    status,
    impact: peakImpact,
    isOpen: isOpen(incident),
    startsAt,
    ...(endsAt !== undefined && { endsAt }),
    updatedAt,
    ...(cause !== undefined && { cause }),
    causes,
    services: [...affected].map(([service, { state, since }]) => ({
      id: service,
      name: nameOf(service),
      state,
      since,
    })),
    updates: updatesOf(incident.events, nameOf).toReversed(),
  };
}

function updatesOf(events: readonly IncidentEvent[], nameOf: NameOf): UpdateView[] {
  let status: IncidentStatus = 'investigating';
  return events.flatMap((event) => {
    status = event.status ?? status;
    const text = plainText(event.text ?? eventInWords(event, nameOf), MAX_TEXT);
    const author = event.author === undefined ? {} : { author: plainText(event.author) };
    return text === '' ? [] : [{ id: event.id, at: event.t * 1000, kind: event.kind, status, text, ...author }];
  });
}
