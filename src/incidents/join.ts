/**
 * A person has declared an incident, and the probes see a root cause of the same trouble: what they see goes into the
 * person's, and an incident that was opened for it by itself becomes part of that one.
 */
import { isFailing } from '../model.ts';
import { type Incident, isOpen } from './incident.ts';
import type { Matched } from './match.ts';
import type { Root } from './roots.ts';

export interface Joined extends Matched {
  /** Declared ones that have found their root cause with this round. */
  found: readonly Incident[];
  /** Incident → the declared one that it becomes part of. */
  becoming: ReadonlyMap<string, string>;
}

/** One that knows its cause already goes on by that, like any other. */
export function joinDeclared(incidents: readonly Incident[], matched: Matched): Joined {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const pairs = new Map(matched.pairs);
  const fresh = new Set(matched.fresh);
  const found: Incident[] = [];
  const becoming = new Map<string, string>();
  for (const incident of incidents) {
    if (!isOpen(incident) || !incident.isDeclared || incident.cause !== undefined) continue;
    const automatic = [...pairs].filter(([id]) => !byId.get(id)!.isDeclared);
    const [best] = [...automatic, ...[...fresh].map((root) => [undefined, root] as const)]
      .map(([from, root]) => ({ from, root, closeness: closenessOf(incident, root) }))
      .filter(({ closeness }) => closeness > 0)
      .sort((a, b) => b.closeness - a.closeness || (a.root.service < b.root.service ? -1 : 1));
    if (!best) continue;
    if (best.from === undefined) fresh.delete(best.root);
    else {
      pairs.delete(best.from);
      becoming.set(best.from, incident.id);
    }
    pairs.set(incident.id, best.root);
    found.push(incident);
  }
  return { ...matched, pairs, fresh: [...fresh], found, becoming };
}

/** 0 for one that is about something else; a cause that is itself declared is closer than what it makes fail. */
function closenessOf({ declared }: Incident, { service, affected }: Root): number {
  const shared = [...affected].filter((id) => isFailing(declared.get(id) ?? 'operational')).length;
  return shared + (declared.has(service) ? declared.size + 1 : 0);
}
