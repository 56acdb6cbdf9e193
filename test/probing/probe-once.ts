/** One probe through the real registry and the real runner, as services.yml would have it. */
import type { Observation } from '../../src/model.ts';
import type { ProbeKind } from '../../src/probing/define-probe.ts';
import { FORGETFUL_CACHE } from '../../src/probing/environment.ts';
import { loadRegistry } from '../../src/probing/registry.ts';
import { type RunnerOptions, runProbes, type Task } from '../../src/probing/runner.ts';

const registry = await loadRegistry();

export function task(kind: string, settings: unknown, common: Partial<Task> = {}): Task {
  const implementation = registry.get(kind)!;
  return taskOf(implementation, implementation.settings.parse(settings), { kind, ...common });
}

/** For a kind that is no file in `probes/`. */
export function taskOf(implementation: ProbeKind, settings: unknown = {}, common: Partial<Task> = {}): Task {
  const names = { service: 'service', probe: 'probe', kind: 'test' };
  const judgement = { timeoutMs: 2000, retries: 0, strict: false, invert: false };
  return { ...names, implementation, settings, ...judgement, ...common };
}

export function run(tasks: readonly Task[], options: Partial<RunnerOptions> = {}): Promise<Observation[]> {
  const clocks = { now: Date.now, monotonic: () => performance.now() };
  return runProbes(tasks, {
    surroundings: { folder: process.cwd(), env: {}, cache: FORGETFUL_CACHE },
    concurrency: 10,
    secrets: [],
    signal: new AbortController().signal,
    ...clocks,
    ...options,
  });
}

export async function probeOnce(kind: string, settings: unknown, common: Partial<Task> = {}): Promise<Observation> {
  const [observation] = await run([task(kind, settings, common)]);
  return observation!;
}
