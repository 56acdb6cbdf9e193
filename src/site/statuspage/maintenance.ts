/** Announced maintenance as Statuspage has it: an incident with a beginning and an end that are known before. */
import type { MaintenanceStatus, MaintenanceView } from '../maintenance-view.ts';
import { type Component, type ComponentStatus, componentId } from './component.ts';
import { type Frame, iso, nameOf } from './frame.ts';
import { statuspageId } from './id.ts';
import { type AffectedComponent, type Event, MAX_UPDATES, present, updateOf } from './incident.ts';

export type ScheduledStatus = 'scheduled' | 'in_progress' | 'verifying' | 'completed';

export interface ScheduledMaintenance extends Event<ScheduledStatus> {
  scheduled_for: string;
  scheduled_until: string;
}

/** What was called off is over, there; its newest update says why. */
const STATUSES: Readonly<Record<MaintenanceStatus, ScheduledStatus>> = {
  scheduled: 'scheduled',
  in_progress: 'in_progress',
  completed: 'completed',
  cancelled: 'completed',
};

/** What is announced for the services, not what was seen of them. */
const ANNOUNCED: Readonly<Record<MaintenanceStatus, readonly [ComponentStatus, ComponentStatus]>> = {
  scheduled: ['operational', 'operational'],
  in_progress: ['operational', 'under_maintenance'],
  completed: ['under_maintenance', 'operational'],
  cancelled: ['operational', 'operational'],
};

export function maintenanceOf(
  view: MaintenanceView,
  { page, linkTo }: Frame,
  components: ReadonlyMap<string, Component>,
): ScheduledMaintenance {
  const id = statuspageId('maintenance', view.id);
  const status = STATUSES[view.status];
  const affectedBy = (step: MaintenanceStatus): AffectedComponent[] =>
    view.services.map((service) => ({
      code: componentId(service.id),
      name: nameOf(service.name) || service.id,
      old_status: ANNOUNCED[step][0],
      new_status: ANNOUNCED[step][1],
    }));
  return {
    id,
    name: nameOf(view.title) || 'Maintenance',
    status,
    created_at: iso(view.createdAt),
    updated_at: iso(view.updatedAt),
    monitoring_at: null,
    resolved_at: status === 'completed' ? iso(overAt(view)) : null,
    impact: 'none',
    shortlink: linkTo(`/maintenance/#${view.id}`),
    started_at: iso(view.createdAt),
    page_id: page.id,
    reminder_intervals: null,
    incident_updates: view.updates
      .slice(0, MAX_UPDATES)
      .map((update) => updateOf(update, STATUSES[update.status], id, affectedBy(update.status))),
    components: present(view.services, components),
    scheduled_for: iso(view.startsAt),
    scheduled_until: iso(view.endsAt),
  };
}

function overAt({ status, endsAt, updatedAt }: MaintenanceView): number {
  return status === 'cancelled' ? Math.min(endsAt, updatedAt) : endsAt;
}
