/** How an incident is called and drawn. */
import type { Impact } from '../incidents/event.ts';
import type { Words } from '../messages/en.ts';
import { span } from '../messages/wording.ts';
import type { State } from '../model.ts';
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

/** "25 min"; of an open one up to `asOf`. */
export function lengthInWords({ startsAt, endsAt }: IncidentView, asOf: number, words: Words): string {
  return span(words, Math.max(0, (endsAt ?? asOf) - startsAt));
}
