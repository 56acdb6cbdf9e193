/**
 * Whoever recorded rounds elsewhere may say of a service how it was without saying which of its probes saw it. Such an
 * observation is one more essential probe of the service.
 */
import type { Config, ProbeConfig, Service } from '../config/config.ts';
import { WHOLE_SERVICE } from '../model.ts';

/** For a service that has no probe to take the settings from. */
const UNCONFIGURED: ProbeConfig = {
  id: WHOLE_SERVICE,
  name: WHOLE_SERVICE,
  kind: WHOLE_SERVICE,
  settings: undefined,
  timeoutMs: 10_000,
  retries: 0,
  confirm: { needed: 2, window: 3 },
  strict: false,
  invert: false,
  essential: true,
};

/** With the settings of its first probe. Who has no probes takes every observation as it comes. */
export function withWholeService(service: Service): Service {
  const { probes } = service;
  const model = probes.find(({ essential }) => essential) ?? probes[0];
  if (!model || probes.some(({ id }) => id === WHOLE_SERVICE)) return service;
  return { ...service, probes: [...probes, { ...model, id: WHOLE_SERVICE, name: WHOLE_SERVICE, essential: true }] };
}

/** For the services that a history speaks of as a whole: `observed` are all that it speaks of, as `service/probe`. */
export function withObserved(config: Config, observed: ReadonlySet<string>): Config {
  const isMeant = ({ id, probes }: Service): boolean =>
    observed.has(`${id}/${WHOLE_SERVICE}`) && !probes.some((probe) => probe.id === WHOLE_SERVICE);
  if (!config.services.some(isMeant)) return config;
  const { unusualAbove, confirm = UNCONFIGURED.confirm } = config;
  const alone = { ...UNCONFIGURED, confirm, ...(unusualAbove !== undefined && { unusualAbove }) };
  const services = config.services.map((service) => {
    if (!isMeant(service)) return service;
    return service.probes.length > 0 ? withWholeService(service) : { ...service, probes: [alone] };
  });
  return { ...config, services };
}
