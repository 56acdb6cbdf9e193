/** Incidents as Statuspage has them. */
import type { Impact, IncidentStatus } from '../../incidents/event.ts';
import type { IncidentView, UpdateView } from '../incident-view.ts';
import { type Component, type ComponentStatus, componentId, statusOf } from './component.ts';
import { type Frame, iso, nameOf, textOf } from './frame.ts';
import { statuspageId } from './id.ts';

/** What incidents and maintenance have in common. */
export interface Event<Status> {
  id: string;
  name: string;
  status: Status;
  created_at: string;
  updated_at: string;
  monitoring_at: string | null;
  resolved_at: string | null;
  impact: Impact;
  shortlink: string;
  started_at: string;
  page_id: string;
  reminder_intervals: null;
  /** Newest first. */
  incident_updates: readonly Update<Status>[];
  components: readonly Component[];
}

export interface Update<Status> {
  id: string;
  status: Status;
  body: string;
  incident_id: string;
  created_at: string;
  updated_at: string;
  display_at: string;
  affected_components: readonly AffectedComponent[];
  deliver_notifications: boolean;
  custom_tweet: null;
  tweet_id: null;
}

export interface AffectedComponent {
  code: string;
  name: string;
  old_status: ComponentStatus;
  new_status: ComponentStatus;
}

/** What goes on for weeks has thousands of updates; readers want the newest. */
export const MAX_UPDATES = 100;
const MAX_BODY = 20_000;

export function incidentOf(
  view: IncidentView,
  { page, linkTo }: Frame,
  components: ReadonlyMap<string, Component>,
): Event<IncidentStatus> {
  const id = statuspageId('incident', view.id);
  return {
    id,
    name: nameOf(view.title) || 'Incident',
    status: view.status,
    created_at: iso(view.createdAt),
    updated_at: iso(view.updatedAt),
    monitoring_at: view.monitoringAt === undefined ? null : iso(view.monitoringAt),
    resolved_at: view.resolvedAt === undefined ? null : iso(view.resolvedAt),
    impact: view.impact,
    shortlink: linkTo(`/incidents/${view.id}/`),
    started_at: iso(view.startsAt),
    page_id: page.id,
    reminder_intervals: null,
    incident_updates: view.updates
      .slice(0, MAX_UPDATES)
      .map((update) => updateOf(update, update.status, id, affectedBy(update))),
    components: present(view.services, components),
  };
}

export function updateOf<Status>(
  { id, at, text }: { id: string; at: number; text: string },
  status: Status,
  incident: string,
  affected: readonly AffectedComponent[],
): Update<Status> {
  return {
    id: statuspageId('update', id),
    status,
    body: textOf(text, MAX_BODY) || 'No text.',
    incident_id: incident,
    created_at: iso(at),
    updated_at: iso(at),
    display_at: iso(at),
    affected_components: affected,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

function affectedBy({ services }: UpdateView): AffectedComponent[] {
  return services.map(({ id, name, state, was = 'operational' }) => ({
    code: componentId(id),
    name: nameOf(name) || id,
    old_status: statusOf(was),
    new_status: statusOf(state),
  }));
}

/** Those that services.yml still knows. */
export function present(services: readonly { id: string }[], components: ReadonlyMap<string, Component>): Component[] {
  return services.flatMap(({ id }) => components.get(componentId(id)) ?? []);
}
