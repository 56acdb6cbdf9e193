/** What the probes of one service say together. */
import type { ProbeConfig, Service } from '../config/config.ts';
import type { Outcome, RecordedObservation, State } from '../model.ts';

/** A probe's outcome as it counts for its service. */
export interface ProbeVerdict {
  essential: boolean;
  outcome: Outcome;
}

/**
 * All essential probes down is a major outage, some a partial one; anything else that is not up is degraded. Probes that
 * know nothing do not vote; when none knows anything, neither do we.
 */
export function ownState(verdicts: readonly ProbeVerdict[]): State {
  const known = verdicts.filter(({ outcome }) => outcome !== 'unknown');
  if (known.length === 0) return 'unknown';
  const essential = known.filter((verdict) => verdict.essential);
  const down = essential.filter(({ outcome }) => outcome === 'down').length;
  if (down > 0) return down === essential.length ? 'major_outage' : 'partial_outage';
  return known.every(({ outcome }) => outcome === 'up') ? 'operational' : 'degraded';
}

/** What this round alone says of a service; unknown when it was not read. */
export function readingOf(service: Service, observations: readonly RecordedObservation[]): State {
  const verdicts = observations.map(({ probe, outcome }) => ({
    outcome,
    essential: probeOf(service, probe)?.essential ?? true,
  }));
  return ownState(verdicts);
}

export function probeOf(service: Service, id: string): ProbeConfig | undefined {
  return service.probes.find((probe) => probe.id === id);
}
