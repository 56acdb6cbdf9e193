/** How an incident is called and drawn. */
import type { Impact } from '../incidents/event.ts';
import type { State } from '../model.ts';
import { durationInWords } from '../units.ts';
import type { IncidentView } from './incident-view.ts';

const STATES_BY_IMPACT: Record<Impact, State> = {
  none: 'degraded',
  minor: 'degraded',
  major: 'partial_outage',
  critical: 'major_outage',
};

/** The shape and colour it is drawn in: good again, or how bad it is. */
export function shownAs({ isOpen, impact }: IncidentView): State {
  return isOpen ? STATES_BY_IMPACT[impact] : 'operational';
}

/** `in_progress` → "In progress". */
export function statusInWords(status: string): string {
  return `${status[0]!.toUpperCase()}${status.slice(1).replaceAll('_', ' ')}`;
}

/** Of the worst that it has been. */
export function impactInWords(impact: Impact): string {
  return impact === 'none' ? 'no impact on main services' : `${impact} impact`;
}

/** "25 min"; of an open one up to `asOf`. */
export function lengthInWords({ startsAt, endsAt }: IncidentView, asOf: number): string {
  return durationInWords(Math.max(0, (endsAt ?? asOf) - startsAt));
}
