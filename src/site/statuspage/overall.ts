/** The state of the whole page in Statuspage's words. */
import { isFailing, type State } from '../../model.ts';
import type { Site } from '../site.ts';

export interface Overall {
  indicator: 'none' | 'minor' | 'major' | 'critical';
  description: string;
}

const UNKNOWN: Overall = { indicator: 'minor', description: 'Current State Unknown' };

const FAILING: Partial<Record<State, Overall>> = {
  degraded: { indicator: 'minor', description: 'Partially Degraded Service' },
  partial_outage: { indicator: 'major', description: 'Partial System Outage' },
  major_outage: { indicator: 'critical', description: 'Major System Outage' },
};

export function overallOf({ headline, services }: Pick<Site, 'headline' | 'services'>): Overall {
  if (headline.state === 'unknown' || headline.overall === 'unknown') return UNKNOWN;
  const isAny = (test: (state: State) => boolean): boolean => services.some(({ state }) => test(state));
  const failing = FAILING[headline.overall];
  if (failing) return failing;
  // What fails without any critical service feeling it.
  if (isAny(isFailing)) return { indicator: 'minor', description: 'Minor Service Outage' };
  if (isAny((state) => state === 'maintenance')) return { indicator: 'none', description: 'Service Under Maintenance' };
  // Something unknown anywhere takes "all" out of the sentence, as in the headline.
  if (isAny((state) => state === 'unknown'))
    return { indicator: 'none', description: 'All Observed Systems Operational' };
  return { indicator: 'none', description: 'All Systems Operational' };
}
