/** Canaries as probes of a round: they stand for nothing but our own network, and no service is called like them. */
import type { Registry } from './registry.ts';
import type { Task } from './runner.ts';

const TIMEOUT_MS = 5000;
const RETRIES = 2;

/** Of what their kinds are told, as services.yml would. */
export function canaryTasks(canaries: readonly { kind: string; settings: unknown }[], registry: Registry): Task[] {
  return canaries.map(({ kind, settings }, index) => {
    const implementation = registry.get(kind);
    if (!implementation) throw new Error(`a canary needs the kind ${kind}`);
    return {
      service: 'canary',
      probe: String(index),
      kind,
      implementation,
      settings: implementation.settings.parse(settings),
      timeoutMs: TIMEOUT_MS,
      retries: RETRIES,
      strict: false,
      invert: false,
    };
  });
}
