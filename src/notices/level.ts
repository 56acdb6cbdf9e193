/** How loudly an incident is told: as loudly as the loudest of what fails in it. */
import type { Config, Service } from '../config/config.ts';
import type { Alert } from '../config/notifications.ts';
import type { Incident } from '../incidents/incident.ts';
import type { RecordedRound } from '../model.ts';

const LOUDNESS: readonly Alert[] = ['none', 'notify', 'page'];
const USUAL: Alert = 'notify';

/** Probes that failed from an instant to another, by service. */
export type FailedProbes = (service: string, from: number, to: number) => ReadonlySet<string>;

export function failedProbesIn(rounds: readonly RecordedRound[]): FailedProbes {
  const failures = Map.groupBy(
    rounds.flatMap(({ at, isProberFault, observations }) =>
      isProberFault
        ? []
        : observations
            .filter(({ outcome }) => outcome === 'down' || outcome === 'degraded')
            .map(({ service, probe }) => ({ at, service, probe })),
    ),
    ({ service }) => service,
  );
  return (service, from, to) =>
    new Set(
      (failures.get(service) ?? []).flatMap(({ at, probe }) =>
        Math.floor(at / 1000) * 1000 >= from && Math.floor(at / 1000) * 1000 <= to ? [probe] : [],
      ),
    );
}

/** Of its cause, and of all that fail through it: who must be woken for the shop is woken when the database takes it down. */
export function levelOf(
  { cause, affected, startsAt, updatedAt }: Incident,
  services: ReadonlyMap<string, Service>,
  failed: FailedProbes,
): Alert {
  const ids = new Set([...(cause === undefined ? [] : [cause]), ...affected.keys()]);
  const known = [...ids].flatMap((id) => services.get(id) ?? []);
  return loudest(known.map((service) => levelOfService(service, failed(service.id, startsAt, updatedAt))));
}

/** By the probes that failed; by all when nobody knows which did. */
function levelOfService({ alert = USUAL, probes }: Service, failed: ReadonlySet<string>): Alert {
  const told = probes.filter(({ id }) => failed.has(id));
  const counted = told.length > 0 ? told : probes;
  return counted.length === 0 ? alert : loudest(counted.map((probe) => probe.alert ?? USUAL));
}

function loudest(levels: readonly Alert[]): Alert {
  if (levels.length === 0) return USUAL;
  return LOUDNESS[Math.max(...levels.map((level) => LOUDNESS.indexOf(level)))]!;
}

export function servicesById({ services }: Pick<Config, 'services'>): ReadonlyMap<string, Service> {
  return new Map(services.map((service) => [service.id, service]));
}
