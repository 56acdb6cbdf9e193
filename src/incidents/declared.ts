/** What the open incidents that persons have declared say of services. */
import type { Words } from '../messages/en.ts';
import { type State, severityRank } from '../model.ts';
import type { Declaration } from '../status/rollup.ts';
import { beganAt, type Incident, isOpen } from './incident.ts';
import { type NameOf, titleOf } from './words.ts';

/** Service → what is said of it; of several the worst, then the earliest. `plain` takes out of a title what disguises it. */
export function declarationsOf(
  incidents: readonly Incident[],
  nameOf: NameOf,
  plain: (text: string) => string = (text) => text,
  words?: Words,
): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const incident of incidents) {
    if (!isOpen(incident) || !incident.isDeclared) continue;
    const since = beganAt(incident);
    for (const [service, state] of incident.declared) {
      const declaration = { incident: incident.id, title: plain(titleOf(incident, nameOf, words)), state, since };
      const other = found.get(service);
      if (!other || isWorse(declaration, other)) found.set(service, declaration);
    }
  }
  return found;
}

function isWorse(one: { state: State; since: number }, other: { state: State; since: number }): boolean {
  return (
    severityRank(one.state) - severityRank(other.state) > 0 || (one.state === other.state && one.since < other.since)
  );
}
