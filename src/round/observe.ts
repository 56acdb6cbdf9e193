/** What a round observes: every probe once, retries included, and whether we have a network at all. */
import { parseCanary } from '../config/canaries.ts';
import type { Config } from '../config/config.ts';
import type { CanaryAnswer, Observation, RecordedObservation, RecordedRound } from '../model.ts';
import { canaryTasks } from '../probing/canaries.ts';
import type { Surroundings } from '../probing/environment.ts';
import type { Registry } from '../probing/registry.ts';
import { runProbes, type Task } from '../probing/runner.ts';
import { watchStarvation } from '../probing/starvation.ts';
import { isSilent } from '../status/prober-fault.ts';

export interface ObserveOptions {
  config: Config;
  registry: Registry;
  /** Addresses that tell whether we have a network; those of services.yml when absent. */
  canaries?: readonly string[];
  secrets: readonly string[];
  surroundings: Surroundings;
  /** Services to probe; all when absent. */
  only?: ReadonlySet<string>;
  /** Probes to read, as `service/probe`, when others read the rest; all when absent. */
  share?: ReadonlySet<string>;
  concurrency: number;
  signal: AbortSignal;
  now(): number;
  monotonic(): number;
  onObservation?(observation: Observation): void;
}

export interface Observed {
  /** In the order of services.yml; of a cancelled round those that had finished. */
  observations: Observation[];
  canaries: CanaryAnswer | undefined;
  /** That this machine was too busy for its clock to be trusted, if it was. */
  warnings: string[];
}

/** `last`: the round before, which says how long each is likely to take. */
export async function observe(options: ObserveOptions, last: RecordedRound | undefined): Promise<Observed> {
  const tasks = tasksOf(options, last);
  const starvation = watchStarvation();
  const [observations, canaries] = await Promise.all([
    runProbes(tasks, { ...options, signal: withDeadline(options.signal, tasks) }),
    askCanaries(options),
  ]);
  return { observations, canaries, warnings: starvation.stop() };
}

/** What fails now may hang: probes that failed before begin first. */
function tasksOf({ config, registry, only, share }: ObserveOptions, last: RecordedRound | undefined): Task[] {
  const expected = new Map(
    last?.observations.map(({ service, probe, outcome, latencyMs }) => [
      `${service}/${probe}`,
      outcome === 'up' ? (latencyMs ?? 0) : Number.MAX_SAFE_INTEGER,
    ]),
  );
  return config.services
    .filter(({ id }) => only?.has(id) ?? true)
    .flatMap(({ id, probes }) =>
      probes
        .filter((probe) => share?.has(`${id}/${probe.id}`) ?? true)
        .map((probe) => ({
          ...probe,
          service: id,
          probe: probe.id,
          implementation: registry.get(probe.kind)!,
          expectedMs: expected.get(`${id}/${probe.id}`) ?? 0,
        })),
    );
}

/** One answer is enough; silence is only known when each of them was given its time. */
async function askCanaries(options: ObserveOptions): Promise<CanaryAnswer | undefined> {
  const { config, registry, canaries = config.canaries } = options;
  const tasks = canaryTasks(canaries.map(toCanary), registry);
  const answered = new AbortController();
  const observations = await runProbes(tasks, {
    ...options,
    signal: AbortSignal.any([withDeadline(options.signal, tasks), answered.signal]),
    onObservation: (observation) => {
      if (isAnswer(observation)) answered.abort();
    },
  });
  if (answered.signal.aborted) return 'answered';
  const isWhole = tasks.length > 0 && observations.length === tasks.length && !options.signal.aborted;
  return isWhole && observations.every(({ reason }) => reason !== 'bug') ? 'silent' : undefined;
}

function toCanary(address: string) {
  const canary = parseCanary(address);
  if ('problem' in canary) throw new TypeError(`a canary that services.yml would refuse: ${canary.problem}`);
  return canary;
}

/** Also a bad one: whoever answers is reached. */
function isAnswer(observation: Observation): boolean {
  return observation.outcome !== 'unknown' && !isSilent(recorded(observation));
}

/** A kind may have a bug that no deadline of its own ends; the round ends all the same. */
function withDeadline(signal: AbortSignal, tasks: readonly Task[]): AbortSignal {
  const slowest = Math.max(0, ...tasks.map(({ timeoutMs, retries }) => timeoutMs * (retries + 1)));
  return AbortSignal.any([signal, AbortSignal.timeout(2 * slowest + 5 * 60_000)]);
}

/** The part of an observation that is kept. */
export function recorded(observation: Observation): RecordedObservation {
  const { service, probe, outcome, reason, phase, facts, attempts } = observation;
  const code = facts.status;
  return {
    service,
    probe,
    outcome,
    ...(reason && { reason }),
    ...(phase && { phase }),
    ...(typeof code === 'number' && { code }),
    ...((outcome === 'up' || outcome === 'degraded' || code !== undefined) && { latencyMs: observation.latencyMs }),
    attempts: attempts.length,
    ...(observation.values && { values: observation.values }),
    ...(observation.version !== undefined && { version: observation.version }),
  };
}
